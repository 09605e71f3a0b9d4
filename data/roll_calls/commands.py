"""Commands on roll-calls: open, answer, remind, end, and the end at the roll-call's own moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from data.commands import Context, Origin, command, execute
from data.incidents import record_entry
from data.plan.sections import sections
from data.roll_calls.queries import end_of, newest_answer, office, sections_asked, stands_of
from data.words import DEFAULT, Words, event_words
from models.incidents import ENTRY_LENGTH, Entry, EntryStatus, EntryUpdate
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.roll_calls import (
    STANDS,
    WAITED_FOR,
    Answer,
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
    require_about,
    require_answer,
    require_holds,
    require_question,
)
from models.text import both

# Of the outcome's log entry: a note for the record, never an open incident. What holds a section up
# has an entry of its own, with a section that answers for it.
PRIORITY = 4

# --- opening -------------------------------------------------------------------------------------


@command("open_roll_call", topic="roll_calls", subject="roll_call", fact=RollCall)
def open_roll_call(
    ctx: Context,
    *,
    question: str,
    about_at: datetime,
    holds_minutes: int,
    section_ids: Sequence[int],
) -> RollCall:
    """Open a roll-call for a moment; without sections it asks all of them.

    Refuses what the rules of its facts do, `section_unknown`, and `roll_call_running`.
    """
    ctx.require()
    written = require_question(question)
    require_about(about_at, now=ctx.at)
    require_holds(holds_minutes)
    asked = _require_sections(ctx, section_ids)
    _require_none_running(ctx)
    call = RollCall(
        event_id=ctx.event.id,
        number=_next_number(ctx),
        question=written,
        about_at=about_at,
        holds_minutes=holds_minutes,
    )
    ctx.record(call, number=call.number, text=written)
    ctx.session.add_all(
        RollCallSection(roll_call_id=call.id, section_id=section_id) for section_id in asked
    )
    return call


def _require_sections(ctx: Context, section_ids: Sequence[int]) -> list[int]:
    """The sections to ask, in the event's order. Refuses `section_unknown`."""
    known = [section.id for section in sections(ctx.session, ctx.event)]
    for section_id in section_ids:
        if section_id not in known:
            raise Refusal("section_unknown", section=section_id)
    return [section_id for section_id in known if not section_ids or section_id in section_ids]


def _require_none_running(ctx: Context) -> None:
    running = ctx.session.exec(
        select(RollCall)
        .outerjoin(RollCallEnd, col(RollCallEnd.roll_call_id) == RollCall.id)
        .where(
            RollCall.event_id == ctx.event.id,
            col(RollCallEnd.id).is_(None),
            RollCall.about_at > ctx.at,
        )
    ).first()
    if running:
        raise Refusal("roll_call_running", number=running.number, question=running.question)


def _next_number(ctx: Context) -> int:
    highest = select(func.max(RollCall.number)).where(RollCall.event_id == ctx.event.id)
    return (ctx.session.exec(highest).one() or 0) + 1


# --- answering -----------------------------------------------------------------------------------


@command("answer_roll_call", topic="roll_calls", subject="roll_call", fact=RollCallAnswer)
def answer_roll_call(
    ctx: Context, *, roll_call_id: int, section_id: int, answer: str, words: str, seen: int
) -> RollCallAnswer:
    """Answer for a section; `seen`: the id of the answer on the screen, 0 for none.

    Refuses what `require_answer` does, `section_unknown`, `section_not_asked`, `roll_call_unknown`,
    `roll_call_ended`, and `roll_call_overtaken` by another answer.
    """
    section = _section(ctx, section_id)
    ctx.require(section=section.key)
    call = _roll_call(ctx, roll_call_id)
    _require_asked(ctx, call, section)
    _require_running(ctx, call)
    given, written = require_answer(answer, words)
    newest = newest_answer(ctx.session, roll_call_id=call.id, section_id=section_id)
    if newest not in (0, seen):
        return _same_or_overtaken(ctx, newest, given, written)
    return ctx.record(
        RollCallAnswer(
            roll_call_id=call.id,
            section_id=section_id,
            answer=given.value,
            words=written,
            entries_seen=_newest_entry(ctx),
            updates_seen=ctx.session.exec(select(func.max(EntryUpdate.id))).one() or 0,
        ),
        section=section_id,
        answer=given.value,
        text=written,
    )


def _section(ctx: Context, section_id: int) -> Section:
    section = ctx.session.get(Section, section_id)
    if section is None or section.event_id != ctx.event.id:
        raise Refusal("section_unknown", section=section_id)
    return section


def _roll_call(ctx: Context, roll_call_id: int) -> RollCall:
    call = ctx.session.get(RollCall, roll_call_id)
    if call is None or call.event_id != ctx.event.id:
        raise Refusal("roll_call_unknown")
    return call


def _require_asked(ctx: Context, call: RollCall, section: Section) -> None:
    if ctx.session.get(RollCallSection, (call.id, section.id)) is None:
        raise Refusal("section_not_asked", section=both(section, "short"))


def _require_running(ctx: Context, call: RollCall) -> None:
    end = end_of(ctx.session, call)
    if end or call.about_at <= ctx.at:
        ended_at = end.at if end else call.about_at
        raise Refusal("roll_call_ended", question=call.question, at=ended_at)


def _same_or_overtaken(ctx: Context, newest_id: int, given: Answer, written: str) -> RollCallAnswer:
    """The newest answer, where it is the first half of one's own double tap; else a refusal."""
    newest = ctx.session.get_one(RollCallAnswer, newest_id)
    theirs = (newest.person_id, newest.answer, newest.words)
    if theirs == (ctx.by.id, given.value, written):
        return newest
    raise Refusal(
        "roll_call_overtaken",
        who=office(ctx.session, newest.person_id),
        answer=newest.answer,
        words=newest.words or "–",
        at=newest.at,
    )


def _newest_entry(ctx: Context) -> int:
    highest = select(func.max(Entry.number)).where(Entry.event_id == ctx.event.id)
    return ctx.session.exec(highest).one() or 0


# --- reminding -----------------------------------------------------------------------------------


@command(
    "remind_roll_call",
    topic="roll_calls",
    subject="roll_call",
    permission="open_roll_call",
    fact=RollCallReminder,
)
def remind_roll_call(ctx: Context, *, roll_call_id: int) -> RollCallReminder:
    """Remind the sections whose answer is missing, has expired or was voided.

    Refuses `roll_call_unknown`, `roll_call_ended`, and `roll_call_answered` where there are none.
    """
    ctx.require()
    call = _roll_call(ctx, roll_call_id)
    _require_running(ctx, call)
    stands = stands_of(ctx.session, call, ctx.at)
    waiting = [number for number, one in stands.items() if one.stand in WAITED_FOR]
    if not waiting:
        raise Refusal("roll_call_answered", question=call.question)
    return ctx.record(RollCallReminder(roll_call_id=call.id), number=call.number, rows=len(waiting))


# --- ending --------------------------------------------------------------------------------------


@command(
    "end_roll_call",
    topic="roll_calls",
    subject="roll_call",
    permission="open_roll_call",
    fact=RollCallEnd,
)
def end_roll_call(ctx: Context, *, roll_call_id: int) -> RollCallEnd:
    """End a roll-call before its moment. Refuses `roll_call_unknown` and `roll_call_ended`."""
    ctx.require()
    call = _roll_call(ctx, roll_call_id)
    _require_running(ctx, call)
    return _end(ctx, call, entered_at=ctx.at)


@command("end_roll_call", topic="roll_calls", subject="roll_call", permission="open_roll_call")
def end_due_roll_calls(ctx: Context) -> int:
    """End the roll-calls whose moment has come, as at that moment; returns how many.

    An act of the installation. Each roll-call ends once, however many processes ask.
    """
    due = ctx.session.exec(
        select(RollCall)
        .outerjoin(RollCallEnd, col(RollCallEnd.roll_call_id) == RollCall.id)
        .where(
            RollCall.event_id == ctx.event.id,
            col(RollCallEnd.id).is_(None),
            RollCall.about_at <= ctx.at,
        )
        .order_by(col(RollCall.id))
    ).all()
    for call in due:
        _end(_by_itself(ctx, call), call, entered_at=ctx.at)
    return len(due)


def _by_itself(ctx: Context, call: RollCall) -> Context:
    """The context of a roll-call's own end: as at its moment, by a key that is always the same."""
    key = f"roll-call-{call.id}-by-itself"
    origin = Origin(idempotency_key=key, at=call.about_at, real=ctx.real)
    return replace(ctx, origin=origin)


def _end(ctx: Context, call: RollCall, *, entered_at: datetime) -> RollCallEnd:
    """Freezes every section's stand, enters the outcome in the log, and records the end."""
    stands = stands_of(ctx.session, call, ctx.at)
    outcome = outcome_of(list(stands.values()))
    entry = _enter_outcome(ctx, call, outcome, stands, entered_at)
    end = ctx.record(
        RollCallEnd(roll_call_id=call.id, outcome=outcome.value, entry_id=entry.id),
        outcome=outcome.value,
        number=entry.number,
    )
    ctx.session.add_all(
        RollCallResult(
            roll_call_id=call.id,
            section_id=one.section_id,
            stand=one.stand.value,
            answer_id=one.given.id if one.given else None,
            entry_number=one.voided_by,
        )
        for one in stands.values()
    )
    return end


def _enter_outcome(
    ctx: Context,
    call: RollCall,
    outcome: Outcome,
    stands: dict[int, SectionStand],
    entered_at: datetime,
) -> Entry:
    person = ctx.origin.person
    key = f"{ctx.idempotency_key}-entry"
    return execute(
        ctx.session,
        Origin(person, ctx.origin.sign_in_id, key, entered_at, ctx.real),
        record_entry,
        section_id=None,
        priority=PRIORITY,
        text=_entry_text(ctx, call, outcome, stands),
        person_id=person.id if person else call.person_id,
        status=EntryStatus.CLOSED,
    )


def _entry_text(
    ctx: Context, call: RollCall, outcome: Outcome, stands: dict[int, SectionStand]
) -> str:
    """The log's line: the question, the outcome, and as many sections that are not GO as fit."""
    words = event_words(ctx.event, DEFAULT)
    line = words(
        f"roll_call.entry_{outcome.value}", question=call.question, time=words.time(call.about_at)
    )
    waiting = [
        section
        for section in sections_asked(ctx.session, call)
        if stands[section.id].stand is not Stand.GO
    ]
    waiting.sort(key=lambda section: STANDS.index(stands[section.id].stand))
    return _with_names(line, [words.of(section, "short") for section in waiting], words)


def _with_names(line: str, names: list[str], words: Words) -> str:
    for shown in range(len(names), 0, -1):
        hidden = len(names) - shown
        more = [words("roll_call.entry_more", count=hidden)] if hidden else []
        full = f"{line} – {', '.join([*names[:shown], *more])}"
        if len(full) <= ENTRY_LENGTH:
            return full
    return line
