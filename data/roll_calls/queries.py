"""Reads of roll-calls: who was asked, their answers and stands at a moment, and frozen outcomes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.events.current import require_event
from data.storage.newest import recorded
from models.access.people import Person
from models.events.event import Event, View
from models.incidents import Entry, EntryStatus, EntryUpdate
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.roll_calls import (
    COUNTS,
    SHOWN_AFTER,
    STANDS,
    VOIDING_PRIORITY,
    WAITED_FOR,
    Alarm,
    Answer,
    GivenAnswer,
    Outcome,
    RollCall,
    RollCallAnswer,
    RollCallEnd,
    RollCallReminder,
    RollCallResult,
    RollCallSection,
    SectionStand,
    Stand,
    outcome_of,
    stand_at,
)
from models.text import both

Names = dict[str, str]
"""A text in both languages, by `vi` and `en`."""


@dataclass(frozen=True)
class AnswerSnapshot:
    """One answer with its words, and the office that gave it."""

    id: int
    answer: Answer
    words: str
    at: datetime
    by: Names


@dataclass(frozen=True)
class SectionAnswer:
    """A section in a roll-call.

    `last`: its last answer, None while it is silent; `earlier`: those before, newest first.
    `voided_by`: the number of the log entry that voided its GO; `expires_at`: when an answer that
    counts expires.
    """

    section_id: int
    key: str
    name: Names
    short: Names
    stand: Stand
    last: AnswerSnapshot | None
    earlier: tuple[AnswerSnapshot, ...]
    voided_by: int | None
    expires_at: datetime | None

    @property
    def ready(self) -> bool:
        return self.stand in COUNTS


@dataclass(frozen=True)
class RollCallSnapshot:
    """A roll-call as at a moment; sections in the event's order.

    `ended_at` and `outcome` are None while it runs. `ended_by` is None where it ended by itself;
    `entry_number`: the log entry of the outcome, None until that is written. `reminded_at`: when
    the sections without an answer were reminded last.
    """

    id: int
    number: int
    question: str
    about_at: datetime
    holds_minutes: int
    opened_at: datetime
    opened_by: Names
    ended_at: datetime | None
    ended_by: Names | None
    outcome: Outcome | None
    entry_number: int | None
    sections: tuple[SectionAnswer, ...]
    reminded_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.ended_at is None

    @property
    def counts(self) -> dict[Stand, int]:
        """How many sections have which stand; every stand is a key."""
        return {stand: sum(one.stand is stand for one in self.sections) for stand in STANDS}

    @property
    def waited_for(self) -> tuple[SectionAnswer, ...]:
        """The sections that still have to answer, or to answer again."""
        return tuple(one for one in self.sections if one.stand in WAITED_FOR)

    @property
    def held_up_by(self) -> tuple[SectionAnswer, ...]:
        """The sections that are not GO, worst first; conditional ones come last."""
        waiting = [one for one in self.sections if one.stand is not Stand.GO]
        return tuple(sorted(waiting, key=lambda one: STANDS.index(one.stand)))

    @property
    def worst_first(self) -> tuple[SectionAnswer, ...]:
        """Every section, those that hold the roll-call up first."""
        return (*self.held_up_by, *(one for one in self.sections if one.stand is Stand.GO))


# --- roll-calls as at a moment -------------------------------------------------------------------


def roll_calls_at(session: Session, event: Event, view: View) -> list[RollCallSnapshot]:
    """Every roll-call opened by the view's moment, as at that moment, newest first."""
    calls = session.exec(
        select(RollCall)
        .where(RollCall.event_id == event.id, recorded(RollCall, view))
        .order_by(col(RollCall.id).desc())
    )
    return [_snapshot(session, call, view) for call in calls.all()]


def roll_call_on_show(session: Session, event: Event, view: View) -> RollCallSnapshot | None:
    """The roll-call that runs at the view's moment, or ended within `SHOWN_AFTER` before it."""
    call = session.exec(
        select(RollCall)
        .where(RollCall.event_id == event.id, recorded(RollCall, view))
        .order_by(col(RollCall.id).desc())
        .limit(1)
    ).first()
    if call is None or call.about_at + SHOWN_AFTER <= view.moment:
        return None
    found = _snapshot(session, call, view)
    over = found.ended_at is not None and found.ended_at + SHOWN_AFTER <= view.moment
    return None if over else found


def roll_call_outcome(session: Session, roll_call_id: int) -> RollCallSnapshot:
    """An ended roll-call as it was frozen. Refuses `roll_call_unknown` and `roll_call_running`."""
    call, event = session.get(RollCall, roll_call_id), require_event(session)
    if call is None or call.event_id != event.id:
        raise Refusal("roll_call_unknown")
    end = end_of(session, call)
    if end is None:
        raise Refusal("roll_call_running", number=call.number, question=call.question)
    return _snapshot(session, call, View(max(end.at, call.at)))


def end_of(session: Session, call: RollCall) -> RollCallEnd | None:
    return session.exec(select(RollCallEnd).where(RollCallEnd.roll_call_id == call.id)).first()


def newest_answer(session: Session, *, roll_call_id: int, section_id: int) -> int:
    """The id of a section's newest answer; 0 while it is silent."""
    newest = select(func.max(RollCallAnswer.id)).where(
        RollCallAnswer.roll_call_id == roll_call_id, RollCallAnswer.section_id == section_id
    )
    return session.exec(newest).one() or 0


def next_end(session: Session, event: Event) -> datetime | None:
    """The earliest moment at which a roll-call has to end by itself; None where none runs."""
    earliest = (
        select(func.min(RollCall.about_at))
        .outerjoin(RollCallEnd, col(RollCallEnd.roll_call_id) == RollCall.id)
        .where(RollCall.event_id == event.id, col(RollCallEnd.id).is_(None))
    )
    return session.exec(earliest).one()


# --- a snapshot ----------------------------------------------------------------------------------


def _snapshot(session: Session, call: RollCall, view: View) -> RollCallSnapshot:
    """Frozen where its end was recorded by then; else by the rule, as at the moment or at most its
    own."""
    end = _end_in(session, call, view)
    moment = view.moment if end else _as_of(session, call, view)
    over = end is not None or call.about_at <= view.moment  # what a clock ahead wrote ends nothing
    stands = _frozen(session, call) if end else stands_of(session, call, min(moment, call.about_at))
    outcome = outcome_of(list(stands.values())) if over else None
    if over:  # an ended roll-call's answers expire no more
        stands = {number: replace(one, expires_at=None) for number, one in stands.items()}
    entry = session.get(Entry, end.entry_id) if end else None
    return RollCallSnapshot(
        id=call.id,
        number=call.number,
        question=call.question,
        about_at=call.about_at,
        holds_minutes=call.holds_minutes,
        opened_at=call.at,
        opened_by=office(session, call.person_id),
        ended_at=end.at if end else call.about_at if over else None,
        ended_by=office(session, end.person_id) if end and end.person_id else None,
        outcome=Outcome(end.outcome) if end else outcome,
        entry_number=entry.number if entry else None,
        sections=_sections(session, call, stands, until=end.at if end else moment),
        reminded_at=_reminded_at(session, call, view),
    )


def _end_in(session: Session, call: RollCall, view: View) -> RollCallEnd | None:
    """The end that counts in a view. One that came by itself has the moment that was planned; when
    it was recorded, its entry in the log says."""
    end = end_of(session, call)
    if end is None or not view.past:
        return end
    entry = session.get_one(Entry, end.entry_id)
    return end if max(end.at, entry.at) <= view.moment else None


def _as_of(session: Session, call: RollCall, view: View) -> datetime:
    """The moment up to which records count: of now whatever was recorded, whichever process's
    clock is ahead."""
    if view.past:
        return view.moment
    answers = _answers(session, call)
    given = (one.at for one in answers)
    alarmed = (one.at for one in _alarms(session, call, answers))
    return max((view.moment, *given, *alarmed))


def _reminded_at(session: Session, call: RollCall, view: View) -> datetime | None:
    newest = select(func.max(RollCallReminder.at)).where(
        RollCallReminder.roll_call_id == call.id, recorded(RollCallReminder, view)
    )
    return session.exec(newest).one()


def office(session: Session, person_id: int) -> Names:
    return both(session.get_one(Person, person_id), "name")


def sections_asked(session: Session, call: RollCall) -> list[Section]:
    """The sections that a roll-call asks, in the event's order."""
    sections = session.exec(
        select(Section)
        .join(RollCallSection, col(RollCallSection.section_id) == Section.id)
        .where(RollCallSection.roll_call_id == call.id)
        .order_by(col(Section.position))
    )
    return list(sections.all())


def stands_of(session: Session, call: RollCall, moment: datetime) -> dict[int, SectionStand]:
    """Section id to its stand at a moment, by the rule."""
    answers, holds = _answers(session, call), timedelta(minutes=call.holds_minutes)
    alarms = _alarms(session, call, answers)
    return {
        section.id: stand_at(section.id, answers, alarms, holds=holds, moment=moment)
        for section in sections_asked(session, call)
    }


def _frozen(session: Session, call: RollCall) -> dict[int, SectionStand]:
    """Section id to its stand when the roll-call ended, as recorded then."""
    given = {one.id: one for one in _answers(session, call)}
    rows = session.exec(select(RollCallResult).where(RollCallResult.roll_call_id == call.id))
    return {
        row.section_id: SectionStand(
            row.section_id,
            Stand(row.stand),
            given[row.answer_id] if row.answer_id else None,
            row.entry_number,
        )
        for row in rows.all()
    }


def _answers(session: Session, call: RollCall) -> list[GivenAnswer]:
    rows = session.exec(
        select(RollCallAnswer)
        .where(RollCallAnswer.roll_call_id == call.id)
        .order_by(col(RollCallAnswer.id))
    )
    return [
        GivenAnswer(
            id=row.id,
            section_id=row.section_id,
            answer=Answer(row.answer),
            words=row.words,
            at=row.at,
            person_id=row.person_id,
            entries_seen=row.entries_seen,
            updates_seen=row.updates_seen,
        )
        for row in rows.all()
    ]


def _alarms(session: Session, call: RollCall, answers: list[GivenAnswer]) -> list[Alarm]:
    """The log entries that may void a GO: made or opened again since the first of the answers."""
    if not answers:
        return []
    voiding = (
        Entry.event_id == call.event_id,
        Entry.priority <= VOIDING_PRIORITY,
        col(Entry.section_id).is_not(None),
    )
    made = session.execute(
        select(Entry.section_id, Entry.number, Entry.at).where(
            *voiding, Entry.number > min(one.entries_seen for one in answers)
        )
    )
    opened_again = session.execute(
        select(Entry.section_id, Entry.number, EntryUpdate.at, col(EntryUpdate.id).label("update"))
        .join(Entry, col(Entry.id) == EntryUpdate.entry_id)
        .where(
            *voiding,
            EntryUpdate.status == EntryStatus.REOPENED.value,
            EntryUpdate.id > min(one.updates_seen for one in answers),
        )
    )
    return [
        *(Alarm(row.section_id, row.number, row.at) for row in made),
        *(Alarm(row.section_id, row.number, row.at, row.update) for row in opened_again),
    ]


def _sections(
    session: Session, call: RollCall, stands: dict[int, SectionStand], *, until: datetime
) -> tuple[SectionAnswer, ...]:
    answers = _answers(session, call)
    return tuple(
        _section(session, section, stands[section.id], answers, until)
        for section in sections_asked(session, call)
    )


def _section(
    session: Session,
    section: Section,
    stand: SectionStand,
    answers: list[GivenAnswer],
    until: datetime,
) -> SectionAnswer:
    """A section with its answers up to the one that gives its stand; none where none does."""
    newest = stand.given.id if stand.given else 0
    given = [
        AnswerSnapshot(one.id, one.answer, one.words, one.at, office(session, one.person_id))
        for one in reversed(answers)
        if one.section_id == section.id and one.at <= until and one.id <= newest
    ]
    return SectionAnswer(
        section_id=section.id,
        key=section.key,
        name=both(section, "name"),
        short=both(section, "short"),
        stand=stand.stand,
        last=given[0] if given else None,
        earlier=tuple(given[1:]),
        voided_by=stand.voided_by,
        expires_at=stand.expires_at,
    )
