"""The register of petitions as at a moment, with the answer that counts and what was reminded."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import Session, col, select

from data.contributions.queries import ContributionSnapshot, contributions_at
from data.storage.newest import newest, recorded, recorded_until
from models.access.people import Person
from models.answers.answers import (
    FIELDS,
    Answer,
    AnswerFile,
    AnswerWithdrawal,
    Entered,
    Given,
    Letter,
    LetterFile,
    Petition,
    PetitionEdit,
    PetitionReminder,
    PetitionSnapshot,
    due_of,
    overdue_from,
    state_of,
    urgency,
)
from models.contributions.contributions import State as ContributionStatus
from models.events.event import Event, View, zone
from models.readiness.escalation import EscalationLevel, Reminder
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.text import both


def petitions_at(
    session: Session, event: Event, view: View, petition_id: int | None = None
) -> list[PetitionSnapshot]:
    """The register of an event as at the view's moment: overdue ones first, then by their day.

    `petition_id`: that petition alone, for which the others are not read.
    """
    own = _own(event, petition_id)
    latest = newest(PetitionEdit, PetitionEdit.petition_id, until=recorded_until(view))
    if petition_id is not None:
        latest = latest.where(PetitionEdit.petition_id == petition_id)
    rows = session.exec(
        select(Petition, PetitionEdit, Section.key)
        .join(PetitionEdit, col(PetitionEdit.petition_id) == col(Petition.id))
        .outerjoin(Section, col(Section.id) == col(PetitionEdit.section_id))
        .where(own, col(PetitionEdit.id).in_(latest))
    ).all()
    answers, reminders = _answers(session, own, view), _reminders(session, own, view)
    found = [
        _snapshot(petition, edit, key, answers.get(petition.id), reminders, event, view.moment)
        for petition, edit, key in rows
    ]
    return sorted(found, key=urgency)


def _own(event: Event, petition_id: int | None) -> ColumnElement[bool]:
    """The condition that a petition is in the register of an event, and is the one asked for."""
    one = col(Petition.id) == petition_id if petition_id is not None else true()
    return and_(col(Petition.event_id) == event.id, one)


def overdue_petitions(session: Session, event: Event, view: View) -> list[PetitionSnapshot]:
    """The petitions whose answer is overdue, the longest first, of all registers of an event."""
    found = [
        one
        for register in registers(session, event)
        for one in petitions_at(session, event_of_register(session, event, register.event_id), view)
        if one.overdue
    ]
    return sorted(found, key=lambda one: (one.due_on, one.id))


def _snapshot(
    petition: Petition,
    edit: PetitionEdit,
    section_key: str | None,
    answer: Given | None,
    reminders: dict[tuple[int, date], tuple[Reminder, ...]],
    event: Event,
    moment: datetime,
) -> PetitionSnapshot:
    entered, letter = entered_of(edit), answer.letter if answer else None
    state = state_of(struck=edit.struck, answer=letter)
    due_on = due_of(entered, letter)
    overdue_at = overdue_from(due_on, zone(event))
    made = PetitionSnapshot(
        id=petition.id,
        number=petition.number,
        version=edit.version,
        contribution_id=petition.contribution_id,
        entered=entered,
        section_key=section_key,
        state=state,
        due_on=due_on,
        overdue_at=overdue_at,
        overdue=False,
        answer=answer,
        reminders=reminders.get((petition.id, due_on), ()),
    )
    return made.as_at(moment)


def petition_by_number(session: Session, event: Event, number: int) -> int:
    """The id of a petition by its number in an event's register; 0 where there is none."""
    own = select(Petition.id).where(Petition.event_id == event.id, Petition.number == number)
    return session.exec(own).first() or 0


def entered_of(edit: PetitionEdit) -> Entered:
    """The editable part of an edit."""
    return Entered(**{name: getattr(edit, name) for name in FIELDS})


def _answers(session: Session, own: ColumnElement[bool], view: View) -> dict[int, Given]:
    """Petition id to the answer that counts: the newest that was not taken back."""
    rows = session.exec(
        select(Answer, Person, AnswerFile.name)
        .join(Petition, col(Petition.id) == col(Answer.petition_id))
        .join(Person, col(Person.id) == col(Answer.person_id))
        .outerjoin(AnswerFile, col(AnswerFile.answer_id) == col(Answer.id))
        .outerjoin(
            AnswerWithdrawal,
            and_(
                col(AnswerWithdrawal.answer_id) == col(Answer.id),
                recorded(AnswerWithdrawal, view),
            ),
        )
        .where(own, recorded(Answer, view), col(AnswerWithdrawal.id).is_(None))
        .order_by(col(Answer.id))
    )
    return {
        answer.petition_id: Given(
            id=answer.id,
            letter=letter_of(answer),
            at=answer.at,
            by=both(person, "name"),
            file_digest=answer.file_digest,
            file_name=name or "",
        )
        for answer, person, name in rows
    }


def letter_of(answer: Answer) -> Letter:
    """What an answer says."""
    return Letter(
        kind=answer.kind,
        text=answer.text,
        number=answer.number,
        signed_on=answer.signed_on,
        signer=answer.signer,
        promised_on=answer.promised_on,
    )


def _reminders(
    session: Session, own: ColumnElement[bool], view: View
) -> dict[tuple[int, date], tuple[Reminder, ...]]:
    """(Petition id, due day) to the reminders that were sent of it, in order."""
    found: dict[tuple[int, date], tuple[Reminder, ...]] = {}
    for one in session.exec(
        select(PetitionReminder)
        .join(Petition, col(Petition.id) == col(PetitionReminder.petition_id))
        .where(own, recorded(PetitionReminder, view))
        .order_by(col(PetitionReminder.id))
    ):
        key = (one.petition_id, one.due_on)
        sent = Reminder(one.id, EscalationLevel(one.level), one.at)
        found[key] = (*found.get(key, ()), sent)
    return found


def unregistered(session: Session, event: Event, view: View) -> list[ContributionSnapshot]:
    """The contributions whose answer is owed and which the register does not hold yet, neither
    themselves nor by one that they stand for."""
    known = set(session.exec(select(Petition.contribution_id).where(Petition.event_id == event.id)))
    return [
        one
        for one in contributions_at(session, event, view)
        if one.state is ContributionStatus.ANSWER_OWED and known.isdisjoint((one.id, *one.sources))
    ]


@dataclass(frozen=True)
class Register:
    """An event with a register: its id, its name by language, and its first day."""

    event_id: int
    name: dict[str, str]
    first_day: date


def registers(session: Session, event: Event) -> list[Register]:
    """The events whose register the current event's people work with: its own, and those of real
    events before it, the newest first; of a rehearsal its own alone."""
    found = [event]
    if not event.rehearsal:
        others = select(Event).where(
            col(Event.rehearsal).is_(False),
            Event.id != event.id,
            col(Event.id).in_(select(Petition.event_id)),
        )
        found += sorted(session.exec(others), key=lambda one: one.first_day, reverse=True)
    return [Register(one.id, both(one, "short_name"), one.first_day) for one in found]


def event_of_register(session: Session, event: Event, event_id: int) -> Event:
    """The event of a register. Refuses `register_unknown`."""
    if event_id == event.id:
        return event
    if event_id not in {one.event_id for one in registers(session, event)}:
        raise Refusal("register_unknown")
    return session.get_one(Event, event_id)


def letter_file(session: Session, answer_id: int) -> LetterFile | None:
    """The file of an answer; None where none came with it, or its bytes are erased."""
    row = session.get(AnswerFile, answer_id)
    return LetterFile(row.name, row.content) if row and row.content else None
