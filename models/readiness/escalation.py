"""Escalation of a silent section, or of an answer that is overdue: who is reminded when (lead,
deputy, command room), and who answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.access.people import Role
from models.events.event import Phase
from models.readiness.silence import ConfirmationClock
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column


class EscalationLevel(StrEnum):
    """Who is reminded, in this order."""

    LEAD = "lead"
    DEPUTY = "deputy"
    COMMAND = "command"


ROLE_OF = {
    EscalationLevel.LEAD: Role.LEAD,
    EscalationLevel.DEPUTY: Role.DEPUTY,
    EscalationLevel.COMMAND: Role.COMMAND,
}


def _policy(lead: float, deputy: float, command: float) -> dict[EscalationLevel, float]:
    return dict(zip(EscalationLevel, (lead, deputy, command), strict=True))


DELAYS = {
    Phase.BEFORE: _policy(0, 24 * 60, 48 * 60),
    Phase.NEAR: _policy(0, 120, 240),
    Phase.DURING: _policy(0, 10, 20),
    Phase.AFTER: _policy(0, 24 * 60, 48 * 60),
}
"""Minutes from when a section falls silent, or an answer overdue, until each level is reminded.

They hold where the event sets no others.
"""
MAX_DELAY = 30 * 24 * 60


class SilenceReminder(Record, table=True):
    """A fact: an office was reminded because a section is silent.

    `since` identifies the silence: when what ran out was confirmed last, or when confirming it
    began to be due. Each level is reminded once per silence.
    """

    __table_args__ = (
        UniqueConstraint("section_id", "since", "level"),
        Index("ix_silence_step_event", "event_id", "since"),
        CheckConstraint("level IN ('lead','deputy','command')"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    section_id: int = Field(foreign_key="section.id")
    since: datetime = Field(sa_column=moment_column())
    level: str
    at: datetime = Field(sa_column=moment_column())


class SilenceAcknowledgement(Fact, table=True):
    """A fact: an office answered a reminder.

    The section stays silent until it confirms; the next reminder waits once more.
    """

    id: int = Field(default=None, primary_key=True)
    reminder_id: int = Field(foreign_key="silencereminder.id", unique=True)


@dataclass(frozen=True)
class Reminder:
    """A reminder of what goes on: who was reminded when, and which office answered
    when.
    """

    id: int
    level: EscalationLevel
    at: datetime
    answered_at: datetime | None = None
    office_vi: str = ""
    office_en: str = ""
    role: str = ""


def delays(by_phase: dict[str, dict[str, float]], phase: Phase) -> dict[EscalationLevel, timedelta]:
    """How long after the start each level is reminded in a phase.

    `by_phase`: what the event sets, in minutes by phase and level.
    """
    own = {
        EscalationLevel(level): number for level, number in by_phase.get(phase.value, {}).items()
    }
    minutes = DELAYS[phase] | own
    return {level: timedelta(minutes=minutes[level]) for level in EscalationLevel}


def all_delays(by_phase: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The minutes of every phase and level, those that `by_phase` leaves out as in `DELAYS`."""
    return {
        phase.value: {
            level.value: float(by_phase.get(phase.value, {}).get(level.value, minutes))
            for level, minutes in DELAYS[phase].items()
        }
        for phase in Phase
    }


def require_delays(by_phase: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The minutes of every phase and level. Refuses `reminder_minutes_unknown`, and
    `reminder_out_of_turn` where a level is reminded before the one below it.
    """
    found = all_delays(by_phase)
    for minutes in found.values():
        in_turn = list(minutes.values())
        if not all(0 <= one <= MAX_DELAY for one in in_turn):
            raise Refusal("reminder_minutes_unknown", limit=MAX_DELAY)
        if in_turn != sorted(in_turn):
            raise Refusal("reminder_out_of_turn")
    return found


def next_reminder(
    begins: datetime,
    reminders: list[Reminder],
    *,
    levels: list[EscalationLevel],
    wait: dict[EscalationLevel, timedelta],
    clock: ConfirmationClock,
) -> tuple[EscalationLevel, datetime] | None:
    """Who is reminded next of what goes on since it `begins`, and when; None where everyone was.

    `levels`: those that the section has. No one is reminded at night, and only waking hours count.
    An office that was reminded, however late, has the time between its level and the next; one that
    answered has it once more.
    """
    taken = {reminder.level for reminder in reminders}
    level = next((level for level in levels if level not in taken), None)
    if level is None:
        return None
    due = waking(clock, begins, wait[level])
    if reminders:
        last = reminders[-1]
        between = max(wait[level] - wait[last.level], timedelta(0))
        due = max(due, waking(clock, last.answered_at or last.at, between))
    return level, due


def waking(clock: ConfirmationClock, moment: datetime, span: timedelta) -> datetime:
    """The moment a span after another, both ends by day."""
    none = timedelta(0)
    return clock.runs_out(clock.runs_out(clock.runs_out(moment, none), span), none)


def is_night(clock: ConfirmationClock) -> bool:
    """Whether no one may be reminded at the moment."""
    return clock.runs_out(clock.moment, timedelta(0)) > clock.moment
