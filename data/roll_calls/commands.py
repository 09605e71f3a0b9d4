"""Roll-calls of readiness: who was asked, what was answered, what it is worth at a moment, and the outcome that stays."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, select

from data.events.current import require_event
from data.incidents import enter
from data.storage import changes
from data.words import DEFAULT, Words
from models.access.people import Person, require_may
from models.events.event import Event, View, zone
from models.incidents import ENTRY_LENGTH, Entry, EntryStatus, EntryUpdate
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.roll_calls import (
    COUNTS,
    GRAVE,
    SHOWN_AFTER,
    STANDS,
    Alarm,
    Answer,
    Given,
    Outcome,
    RollCall,
    RollCallAnswer,
    RollCallEnd,
    RollCallResult,
    RollCallSection,
    SectionStand,
    Stand,
    outcome_of,
    require_about,
    require_answer,
    require_holds,
    require_question,
    stand_at,
)
from models.text import both

Names = dict[str, str]
"""A text in both languages, by `vi` and `en`."""
OPEN_PRIORITY, CLOSED_PRIORITY = (
    3,
    4,
)  # of the log entry: what is left to do stays open, a GO is a note for the record


@dataclass(frozen=True)
class Said:
    """One answer: what, in which words, when, and by which office."""

    id: int
    answer: Answer
    words: str
    at: datetime
    by: Names


@dataclass(frozen=True)
class SectionAnswer:
    """A section in a roll-call. `said`: its last answer, None while it is silent; `earlier`: those before it, newest first.

    `voided_by` is the number of the log entry that voided its GO; `expires_at` when what counts now will count no more.
    """

    section_id: int
    key: str
    name: Names
    short: Names
    stand: Stand
    said: Said | None
    earlier: tuple[Said, ...]
    voided_by: int | None
    expires_at: datetime | None

    @property
    def ready(self) -> bool:
        return self.stand in COUNTS


@dataclass(frozen=True)
class RollCallSnapshot:
    """A roll-call as at a moment; sections in the event's order.

    `ended_at` and `outcome` are None while it runs. `ended_by` is None where it ended by itself; `entry_number` is that of the
    log entry of its outcome, None for the moment until that is written.
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

    @property
    def running(self) -> bool:
        return self.ended_at is None

    @property
    def counts(self) -> dict[Stand, int]:
        """How many sections stand where; every stand is named."""
        return {stand: sum(one.stand is stand for one in self.sections) for stand in STANDS}

    @property
    def held_up_by(self) -> tuple[SectionAnswer, ...]:
        """The sections that are not GO, worst first; those that go on a condition come last."""
        waiting = [one for one in self.sections if one.stand is not Stand.GO]
        return tuple(sorted(waiting, key=lambda one: STANDS.index(one.stand)))


# --- reads -----------------------------------------------------------------------------------------------------------


def roll_calls_at(session: Session, event: Event, view: View) -> list[RollCallSnapshot]:
    """Every roll-call opened up to the view's moment, as at that moment, newest first."""
    query = (
        select(RollCall)
        .where(RollCall.event_id == event.id, RollCall.at <= view.moment)
        .order_by(RollCall.id.desc())
    )
    return [_standing(session, call, view.moment) for call in session.exec(query).all()]


def roll_call_on_show(session: Session, event: Event, view: View) -> RollCallSnapshot | None:
    """The roll-call that runs at the view's moment, or that ended no longer than `SHOWN_AFTER` before it."""
    query = (
        select(RollCall)
        .where(RollCall.event_id == event.id, RollCall.at <= view.moment)
        .order_by(RollCall.id.desc())
    )
    call = session.exec(query.limit(1)).first()
    if call is None or call.about_at + SHOWN_AFTER <= view.moment:
        return None
    found = _standing(session, call, view.moment)
    return found if found.running or view.moment < found.ended_at + SHOWN_AFTER else None


def roll_call_outcome(session: Session, roll_call_id: int) -> RollCallSnapshot:
    """An ended roll-call as it was frozen. Refuses `roll_call_unknown` and `roll_call_running`."""
    call, event = session.get(RollCall, roll_call_id), require_event(session)
    if call is None or call.event_id != event.id:
        raise Refusal("roll_call_unknown")
    end = _end_of(session, call)
    if end is None:
        raise Refusal("roll_call_running", number=call.number, question=call.question)
    return _standing(session, call, max(end.at, call.at))


def _standing(session: Session, call: RollCall, moment: datetime) -> RollCallSnapshot:
    """Frozen where it has ended by then; else by the rule, as at the moment or, past its own, as at that one."""
    end = _end_of(session, call)
    end = end if end and end.at <= moment else None
    over = end is not None or call.about_at <= moment
    stands = _frozen(session, call) if end else _by_rule(session, call, min(moment, call.about_at))
    if over:  # nothing expires any more
        stands = {number: replace(one, expires_at=None) for number, one in stands.items()}
    outcome = Outcome(end.outcome) if end else outcome_of(list(stands.values())) if over else None
    entry = session.get(Entry, end.entry_id) if end else None
    return RollCallSnapshot(
        id=call.id,
        number=call.number,
        question=call.question,
        about_at=call.about_at,
        holds_minutes=call.holds_minutes,
        opened_at=call.at,
        opened_by=_office(session, call.person_id),
        ended_at=end.at if end else call.about_at if over else None,
        ended_by=_office(session, end.person_id) if end and end.person_id else None,
        outcome=outcome,
        entry_number=entry.number if entry else None,
        sections=_sections(session, call, stands, until=end.at if end else moment),
    )


def _end_of(session: Session, call: RollCall) -> RollCallEnd | None:
    return session.exec(select(RollCallEnd).where(RollCallEnd.roll_call_id == call.id)).first()


def _office(session: Session, person_id: int) -> Names:
    return both(session.get(Person, person_id), "name")


def _asked(session: Session, call: RollCall) -> list[Section]:
    query = select(Section).join(RollCallSection, RollCallSection.section_id == Section.id)
    return list(
        session.exec(
            query.where(RollCallSection.roll_call_id == call.id).order_by(Section.position)
        ).all()
    )


def _answers(session: Session, call: RollCall) -> list[Given]:
    query = (
        select(RollCallAnswer)
        .where(RollCallAnswer.roll_call_id == call.id)
        .order_by(RollCallAnswer.id)
    )
    return [
        Given(
            row.id, row.section_id, Answer(row.answer), row.words, row.at, row.person_id, row.entries_seen, row.updates_seen
        )
        for row in session.exec(query).all()
    ]  # fmt: skip


def _alarms(session: Session, call: RollCall, answers: list[Given]) -> list[Alarm]:
    """The grave entries made or opened again since the first of the answers."""
    if not answers:
        return []
    grave = (
        Entry.event_id == call.event_id,
        Entry.priority <= GRAVE,
        Entry.section_id.is_not(None),
    )
    made = session.execute(
        select(Entry.section_id, Entry.number, Entry.at).where(
            *grave, Entry.number > min(one.entries_seen for one in answers)
        )
    )
    again = session.execute(
        select(Entry.section_id, Entry.number, EntryUpdate.at, EntryUpdate.id)
        .join(Entry, Entry.id == EntryUpdate.entry_id)
        .where(
            *grave,
            EntryUpdate.status == EntryStatus.REOPENED.value,
            EntryUpdate.id > min(one.updates_seen for one in answers),
        )
    )
    return [Alarm(*row) for row in [*made, *again]]


def _by_rule(session: Session, call: RollCall, moment: datetime) -> dict[int, SectionStand]:
    answers, holds = _answers(session, call), timedelta(minutes=call.holds_minutes)
    alarms = _alarms(session, call, answers)
    return {
        section.id: stand_at(section.id, answers, alarms, holds=holds, moment=moment)
        for section in _asked(session, call)
    }


def _frozen(session: Session, call: RollCall) -> dict[int, SectionStand]:
    given = {one.id: one for one in _answers(session, call)}
    rows = session.exec(select(RollCallResult).where(RollCallResult.roll_call_id == call.id)).all()
    return {
        row.section_id: SectionStand(
            row.section_id, Stand(row.stand), given.get(row.answer_id), row.entry_number
        )
        for row in rows
    }


def _sections(
    session: Session, call: RollCall, stands: dict[int, SectionStand], *, until: datetime
) -> tuple[SectionAnswer, ...]:
    """The sections with what each said up to its last answer that counts, or up to a moment where none does."""
    answers = _answers(session, call)
    made = []
    for section in _asked(session, call):
        stand = stands[section.id]
        said = [
            Said(one.id, one.answer, one.words, one.at, _office(session, one.person_id))
            for one in reversed(answers)
            if one.section_id == section.id
            and one.at <= until
            and stand.given
            and one.id <= stand.given.id
        ]
        made.append(
            SectionAnswer(
                section_id=section.id,
                key=section.key,
                name=both(section, "name"),
                short=both(section, "short"),
                stand=stand.stand,
                said=said[0] if said else None,
                earlier=tuple(said[1:]),
                voided_by=stand.voided_by,
                expires_at=stand.expires_at,
            )
        )
    return tuple(made)


def newest_answer(session: Session, *, roll_call_id: int, section_id: int) -> int:
    """The id of a section's newest answer; 0 while it is silent."""
    query = select(func.max(RollCallAnswer.id)).where(
        RollCallAnswer.roll_call_id == roll_call_id, RollCallAnswer.section_id == section_id
    )
    return session.exec(query).one() or 0


def next_end(session: Session, event: Event) -> datetime | None:
    """The earliest moment at which a roll-call has to end by itself; None where none runs."""
    query = select(func.min(RollCall.about_at)).outerjoin(
        RollCallEnd, RollCallEnd.roll_call_id == RollCall.id
    )
    return session.exec(query.where(RollCall.event_id == event.id, RollCallEnd.id.is_(None))).one()


# --- writes ----------------------------------------------------------------------------------------------------------


def open_roll_call(
    session: Session,
    *,
    question: str,
    about_at: datetime,
    holds_minutes: int,
    section_ids: tuple[int, ...] | list[int],
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> RollCall:
    """Opens a roll-call for a moment; without sections it asks all of them.

    Refuses one while another runs, a moment that is past or further away than a day, an empty or too long question.
    """
    require_may(by, "open_roll_call")
    event = require_event(session)
    if earlier := session.exec(
        select(RollCall).where(RollCall.idempotency_key == idempotency_key)
    ).first():
        return earlier
    written = require_question(question)
    require_about(about_at, now=now)
    require_holds(holds_minutes)
    asked = _require_sections(session, event, section_ids)
    _require_none_running(session, event, now)
    number = (
        session.exec(select(func.max(RollCall.number)).where(RollCall.event_id == event.id)).one()
        or 0
    ) + 1
    facts = {
        "question": written,
        "about_at": about_at,
        "holds_minutes": holds_minutes,
        "at": now,
        "person_id": by.id,
    }
    call = RollCall(event_id=event.id, number=number, idempotency_key=idempotency_key, **facts)
    session.add(call)
    session.flush()
    session.add_all(
        RollCallSection(roll_call_id=call.id, section_id=section_id) for section_id in asked
    )
    _note(session, call, "open_roll_call", by=by, at=now, number=number, text=written)
    return call


def _require_sections(
    session: Session, event: Event, section_ids: tuple[int, ...] | list[int]
) -> list[int]:
    """The sections to ask, in the event's order. Refuses `section_unknown`."""
    known = list(
        session.exec(
            select(Section.id).where(Section.event_id == event.id).order_by(Section.position)
        ).all()
    )
    for section_id in section_ids:
        if section_id not in known:
            raise Refusal("section_unknown", section=section_id)
    return [section_id for section_id in known if not section_ids or section_id in section_ids]


def _require_none_running(session: Session, event: Event, now: datetime) -> None:
    query = select(RollCall).outerjoin(RollCallEnd, RollCallEnd.roll_call_id == RollCall.id)
    running = session.exec(
        query.where(
            RollCall.event_id == event.id, RollCallEnd.id.is_(None), RollCall.about_at > now
        )
    ).first()
    if running:
        raise Refusal("roll_call_running", number=running.number, question=running.question)


def answer_roll_call(
    session: Session,
    *,
    roll_call_id: int,
    section_id: int,
    answer: str,
    words: str,
    seen: int,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> RollCallAnswer:
    """Answers for a section. `seen`: the id of the section's newest answer that the one who answers saw (0: none).

    Refuses `roll_call_ended`, `roll_call_overtaken` (somebody of the section answered meanwhile), a section that is not asked,
    and a condition or a NO-GO without words.
    """
    event = require_event(session)
    call, section = session.get(RollCall, roll_call_id), session.get(Section, section_id)
    if section is None or section.event_id != event.id:
        raise Refusal("section_unknown", section=section_id)
    require_may(by, "answer_roll_call", section=section.key)
    if earlier := session.exec(
        select(RollCallAnswer).where(RollCallAnswer.idempotency_key == idempotency_key)
    ).first():
        return earlier
    if call is None or call.event_id != event.id:
        raise Refusal("roll_call_unknown")
    if session.get(RollCallSection, (roll_call_id, section_id)) is None:
        raise Refusal("section_not_asked", section=both(section, "short"))
    _require_running(session, call, now)
    said, written = require_answer(answer, words)
    newest = session.get(
        RollCallAnswer, newest_answer(session, roll_call_id=call.id, section_id=section_id)
    )
    if newest and newest.id != seen:
        if (newest.person_id, newest.answer, newest.words) == (
            by.id,
            said.value,
            written,
        ):  # the second half of a double tap
            return newest
        office = _office(session, newest.person_id)
        raise Refusal(
            "roll_call_overtaken",
            who=office,
            answer=newest.answer,
            words=newest.words or "–",
            at=newest.at,
        )
    given = RollCallAnswer(
        roll_call_id=call.id,
        section_id=section_id,
        answer=said.value,
        words=written,
        entries_seen=session.exec(
            select(func.max(Entry.number)).where(Entry.event_id == event.id)
        ).one()
        or 0,
        updates_seen=session.exec(select(func.max(EntryUpdate.id))).one() or 0,
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(given)
    session.flush()
    _note(
        session,
        call,
        "answer_roll_call",
        by=by,
        at=now,
        section=section_id,
        answer=said.value,
        text=written,
    )
    return given


def _require_running(session: Session, call: RollCall, now: datetime) -> None:
    end = _end_of(session, call)
    if end or call.about_at <= now:
        raise Refusal(
            "roll_call_ended", question=call.question, at=end.at if end else call.about_at
        )


def end_roll_call(
    session: Session, *, roll_call_id: int, idempotency_key: str, by: Person, now: datetime
) -> RollCallEnd:
    """Ends a roll-call before its moment. Refuses `roll_call_unknown` and `roll_call_ended`."""
    require_may(by, "open_roll_call")
    event = require_event(session)
    if earlier := session.exec(
        select(RollCallEnd).where(RollCallEnd.idempotency_key == idempotency_key)
    ).first():
        return earlier
    call = session.get(RollCall, roll_call_id)
    if call is None or call.event_id != event.id:
        raise Refusal("roll_call_unknown")
    _require_running(session, call, now)
    return _end(session, event, call, by=by, at=now, now=now, idempotency_key=idempotency_key)


def end_due(session: Session, *, event: Event, now: datetime) -> int:
    """Ends the roll-calls whose moment has come, as at that moment; returns how many. Each ends once, however many ask."""
    query = select(RollCall).outerjoin(RollCallEnd, RollCallEnd.roll_call_id == RollCall.id)
    due = session.exec(
        query.where(
            RollCall.event_id == event.id, RollCallEnd.id.is_(None), RollCall.about_at <= now
        ).order_by(RollCall.id)
    ).all()
    for call in due:
        _end(
            session,
            event,
            call,
            by=None,
            at=call.about_at,
            now=now,
            idempotency_key=f"roll-call-{call.id}-by-itself",
        )
    return len(due)


def _end(
    session: Session,
    event: Event,
    call: RollCall,
    *,
    by: Person | None,
    at: datetime,
    now: datetime,
    idempotency_key: str,
) -> RollCallEnd:
    """Freezes every section's stand as at `at`, writes the outcome to the log, and says that it ended."""
    stands = _by_rule(session, call, at)
    outcome = outcome_of(list(stands.values()))
    ready = outcome is Outcome.GO
    entry = enter(
        session,
        event,
        section_id=None,
        priority=CLOSED_PRIORITY if ready else OPEN_PRIORITY,
        text=_told(session, event, call, outcome, stands),
        person_id=by.id if by else call.person_id,
        at=now,
        idempotency_key=f"{idempotency_key}-entry",
        status=EntryStatus.CLOSED if ready else EntryStatus.OPEN,
        change_by=by,
    )
    end = RollCallEnd(
        roll_call_id=call.id,
        outcome=outcome.value,
        entry_id=entry.id,
        at=at,
        person_id=by.id if by else None,
        idempotency_key=idempotency_key,
    )
    session.add(end)
    session.add_all(
        RollCallResult(
            roll_call_id=call.id,
            section_id=one.section_id,
            stand=one.stand.value,
            answer_id=one.given.id if one.given else None,
            entry_number=one.voided_by,
        )
        for one in stands.values()
    )
    session.flush()
    _note(session, call, "end_roll_call", by=by, at=at, outcome=outcome.value, number=entry.number)
    return end


def _told(
    session: Session,
    event: Event,
    call: RollCall,
    outcome: Outcome,
    stands: dict[int, SectionStand],
) -> str:
    """The log's line: the question, the outcome, and as many of the sections that are not GO as one line holds."""
    words = Words(DEFAULT, zone(event))
    line = words(
        f"roll_call.entry_{outcome.value}", question=call.question, time=words.time(call.about_at)
    )
    waiting = sorted(
        (STANDS.index(stands[section.id].stand), section.position, words.of(section, "short"))
        for section in _asked(session, call)
        if stands[section.id].stand is not Stand.GO
    )
    names = [name for _, _, name in waiting]
    for kept in range(len(names), 0, -1):
        rest = (
            [] if kept == len(names) else [words("roll_call.entry_more", count=len(names) - kept)]
        )
        full = f"{line} – {', '.join([*names[:kept], *rest])}"
        if len(full) <= ENTRY_LENGTH:
            return full
    return line


def _note(
    session: Session,
    call: RollCall,
    command: str,
    *,
    by: Person | None,
    at: datetime,
    **facts: object,
) -> None:
    changes.note(
        session,
        event_id=call.event_id,
        at=at,
        by=by,
        topic="roll_calls",
        subject="roll_call",
        subject_id=call.id,
        what={"command": command, **facts},
    )
