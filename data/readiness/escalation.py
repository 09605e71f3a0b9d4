"""Escalation of silent sections: the reminders of a moment, sending what is due, and answering."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select, true
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from data.access.people import people
from data.commands import Context, Origin, command, run
from data.events.clock import event_and_clock, real_now
from data.plan.commands import require_section
from data.readiness.sections import confirmation_clock, sections_at
from data.readiness.tasks import tasks_at
from data.storage import database
from models.access.people import Person
from models.events.event import Event, View
from models.readiness.escalation import (
    ROLE_OF,
    EscalationLevel,
    Reminder,
    SilenceAcknowledgement,
    SilenceReminder,
    delays,
    is_night,
    next_reminder,
)
from models.readiness.sections import SectionSnapshot
from models.refusals import Refusal

log = logging.getLogger(__name__)

# --- reads ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DueReminder:
    """The next reminder of a section: which office at which moment, be it over or to come."""

    section: SectionSnapshot
    level: EscalationLevel
    at: datetime


def reminders_at(
    session: Session, event: Event, view: View, sections: list[SectionSnapshot]
) -> dict[int, list[Reminder]]:
    """Section id to the reminders of its silence so far, in order; of the silent sections alone."""
    since = {section.id: section.silent_since for section in sections if section.silent}
    begins = [moment for moment in since.values() if moment]
    if not begins:
        return {}
    reminders: dict[int, list[Reminder]] = {section_id: [] for section_id in since}
    for section_id, of, *columns in session.execute(_reminders(event, view, min(begins))):
        if since.get(section_id) == of:
            reminders[section_id].append(_reminder(*columns))
    return reminders


def _reminders(event: Event, view: View, since: datetime) -> Select[*tuple[Any, ...]]:
    """Per reminder: section_id, since, id, level, at, answered_at, and the office that answered."""
    answer, reminder = SilenceAcknowledgement, SilenceReminder
    # Now is whatever was recorded, whichever process's clock is ahead.
    sent = [col(reminder.at) <= view.moment] if view.past else []
    answered = (col(answer.at) <= view.moment) if view.past else true()
    columns = (reminder.section_id, reminder.since, reminder.id, reminder.level, reminder.at)
    office = (Person.name_vi, Person.name_en, Person.role)
    return (
        select(*map(col, columns), col(answer.at), *map(col, office))
        .outerjoin(answer, and_(col(answer.reminder_id) == col(reminder.id), answered))
        .outerjoin(Person, col(Person.id) == col(answer.person_id))
        .where(col(reminder.event_id) == event.id, col(reminder.since) >= since, *sent)
        .order_by(col(reminder.id))
    )


def _reminder(
    id: int, level: str, at: datetime, answered_at: datetime | None, *office: str | None
) -> Reminder:
    return Reminder(id, EscalationLevel(level), at, answered_at, *(part or "" for part in office))


def due_reminders(session: Session, event: Event, view: View) -> list[DueReminder]:
    """The next reminder of each section, also of those that will fall silent; the first one
    first.
    """
    sections = sections_at(session, event, view, tasks_at(session, event, view))
    sent, offices = reminders_at(session, event, view, sections), offices_of(session)
    clock = confirmation_clock(event, view.moment)
    wait = delays(event.silence, clock.phase)
    due = []
    for section in sections:
        if section.silent_at is None:
            continue
        following = next_reminder(
            section.silent_at,
            sent.get(section.id, []),
            levels=levels_of(section.key, offices),
            wait=wait,
            clock=clock,
        )
        if following:
            due.append(DueReminder(section, *following))
    return sorted(due, key=lambda one: one.at)


def levels_of(
    section_key: str | None, offices: set[tuple[str, str | None]]
) -> list[EscalationLevel]:
    """The levels that a section has: its own offices, and always the command room, which is the
    only one of what no section follows up."""
    return [
        level
        for level in EscalationLevel
        if level is EscalationLevel.COMMAND or (ROLE_OF[level].value, section_key) in offices
    ]


def offices_of(session: Session) -> set[tuple[str, str | None]]:
    """Which offices there are, by (role, section key)."""
    return {(one.role, key) for one in people(session) for key in one.section_keys or (None,)}


# --- commands ------------------------------------------------------------------------------------


def send_due_reminders(at: datetime | None = None) -> int:
    """Send every reminder that is due, each in a transaction of its own; returns how many.

    A section whose reminder cannot be written is logged and left out: the others are reminded all
    the same. `at`: the moment by the event's clock (aware), None for now.
    """
    return send_each(
        lambda failed: {
            one.section.id: f"section {one.section.key}" for one in _due_now(at, without=failed)
        },
        lambda section_id: _send(section_id, at),
    )


def send_each(due: Callable[[set[int]], Mapping[int, str]], send: Callable[[int], bool]) -> int:
    """Send reminders one by one until none is due; returns how many.

    `due`: the ids and names of what is due, without those that failed. `send`: sends one, and says
    whether it was due by then. One that cannot be written is logged and left out.
    """
    sent, failed = 0, set[int]()
    while waiting := due(failed):
        for number, name in waiting.items():
            try:
                sent += send(number)
            except database.UNREACHABLE:
                raise  # no other reminder could be written
            except SQLAlchemyError:
                failed.add(number)
                log.exception("the reminder of %s failed", name)
    return sent


def _send(section_id: int, at: datetime | None) -> bool:
    return run(Origin(at=at), send_reminder, section_id=section_id) is not None


def _due_now(at: datetime | None, *, without: set[int]) -> list[DueReminder]:
    """The reminders that are due by a moment; none at night."""
    with database.reading() as session:
        event_clock = event_and_clock(session)
        if event_clock is None:
            return []
        event, clock = event_clock
        now = at or clock.shows(real_now())
        return [one for one in _due_by(session, event, now) if one.section.id not in without]


def _due_by(session: Session, event: Event, now: datetime) -> list[DueReminder]:
    if is_night(confirmation_clock(event, now)):
        return []
    return [one for one in due_reminders(session, event, View(now)) if one.at <= now]


@command("call_silence", topic="readiness", subject="section")
def send_reminder(ctx: Context, *, section_id: int) -> SilenceReminder | None:
    """Remind the next office of a silent section; None where none is due, or another process was
    first.
    """
    due = {one.section.id: one for one in _due_by(ctx.session, ctx.event, ctx.at)}.get(section_id)
    if due is None or due.section.silent_since is None:
        return None
    level, since = due.level.value, due.section.silent_since
    reminder = SilenceReminder(
        event_id=ctx.event.id, section_id=section_id, since=since, level=level, at=ctx.at
    )
    ctx.session.add(reminder)
    ctx.session.flush()
    ctx.note(section_id, concerns=[section_id], section=section_id, level=level)
    return reminder


@command("acknowledge_silence", topic="readiness", subject="section", fact=SilenceAcknowledgement)
def acknowledge_silence(ctx: Context, *, section_id: int) -> SilenceAcknowledgement:
    """Answer the latest reminder of a section's silence.

    Refuses `section_unknown`, `silence_not_called` where no one was reminded, and
    `silence_answered` where that reminder was answered, with the office and the moment.
    """
    section = require_section(ctx, section_id)
    ctx.require(section=section.key)
    reminder = _latest_reminder(ctx, section_id)
    return ctx.record(
        SilenceAcknowledgement(reminder_id=reminder.id),
        about=section_id,
        concerns=[section_id],
        section=section_id,
        level=reminder.level.value,
    )


def _latest_reminder(ctx: Context, section_id: int) -> Reminder:
    session, event, view = ctx.session, ctx.event, View(ctx.at)
    sections = sections_at(session, event, view, tasks_at(session, event, view))
    reminders = reminders_at(session, event, view, sections).get(section_id)
    if not reminders:
        raise Refusal("silence_not_called")
    if reminders[-1].answered_at:
        office = {"vi": reminders[-1].office_vi, "en": reminders[-1].office_en}
        raise Refusal("silence_answered", office=office, at=reminders[-1].answered_at)
    return reminders[-1]
