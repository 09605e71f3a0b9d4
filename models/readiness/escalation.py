"""The ladder behind a silent section: lead, deputy, command room; who was called when, and who answered for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.access.people import Role
from models.events.event import Phase
from models.readiness.sections import Rhythm
from models.storage import Fact, Record, moment_column


class Rung(StrEnum):
    """Whom a silence calls, in this order."""

    LEAD = "lead"
    DEPUTY = "deputy"
    COMMAND = "command"


CALLED = {Rung.LEAD: Role.LEAD, Rung.DEPUTY: Role.DEPUTY, Rung.COMMAND: Role.COMMAND}

DELAYS = {
    Phase.BEFORE: {Rung.LEAD: 0, Rung.DEPUTY: 24 * 60, Rung.COMMAND: 48 * 60},
    Phase.NEAR: {Rung.LEAD: 0, Rung.DEPUTY: 120, Rung.COMMAND: 240},
    Phase.DURING: {Rung.LEAD: 0, Rung.DEPUTY: 10, Rung.COMMAND: 20},
    Phase.AFTER: {Rung.LEAD: 0, Rung.DEPUTY: 24 * 60, Rung.COMMAND: 48 * 60},
}
"""Minutes from when a section falls silent until each is called, where the event's file tells no others."""


class SilenceStep(Record, table=True):
    """A fact: somebody was called because a section kept silent.

    `since` tells the silence: when that which ran out was confirmed last, or when confirming it began to be due. Each is called
    once for each silence.
    """

    __table_args__ = (
        UniqueConstraint("section_id", "since", "rung"),
        Index("ix_silence_step_event", "event_id", "since"),
        CheckConstraint("rung IN ('lead','deputy','command')"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    section_id: int = Field(foreign_key="section.id")
    since: datetime = Field(sa_column=moment_column())
    rung: str
    at: datetime = Field(sa_column=moment_column())


class SilenceAcknowledgement(Fact, table=True):
    """A fact: an office answered a call. The section stays silent until it confirms; the next call waits once more."""

    id: int = Field(default=None, primary_key=True)
    step_id: int = Field(foreign_key="silencestep.id", unique=True)


@dataclass(frozen=True)
class Call:
    """One step of a silence that goes on: who was called when, and which office answered when."""

    id: int
    rung: Rung
    at: datetime
    answered_at: datetime | None = None
    office_vi: str = ""
    office_en: str = ""
    role: str = ""


def delays(told: dict[str, dict[str, float]], phase: Phase) -> dict[Rung, timedelta]:
    """How long after the start of a silence each is called in a phase; `told` is what the event's file says of it, in minutes."""
    minutes = {
        **DELAYS[phase],
        **{Rung(rung): number for rung, number in told.get(phase.value, {}).items()},
    }
    return {rung: timedelta(minutes=minutes[rung]) for rung in Rung}


def next_call(
    silent_at: datetime,
    calls: list[Call],
    *,
    rungs: list[Rung],
    wait: dict[Rung, timedelta],
    rhythm: Rhythm,
) -> tuple[Rung, datetime] | None:
    """Who is called next in a silence and when; None where everybody was. `rungs`: those whom the section has.

    Nobody is called at night, and waking time alone is counted. Whoever was called, however late, is given as long as he and the
    next one are apart; whoever answered as long once more.
    """
    taken = {call.rung for call in calls}
    rung = next((rung for rung in rungs if rung not in taken), None)
    if rung is None:
        return None
    due = waking(rhythm, silent_at, wait[rung])
    if calls:
        last = calls[-1]
        due = max(
            due,
            waking(
                rhythm, last.answered_at or last.at, max(wait[rung] - wait[last.rung], timedelta(0))
            ),
        )
    return rung, due


def waking(rhythm: Rhythm, moment: datetime, span: timedelta) -> datetime:
    """So long after a moment, both ends by day."""
    none = timedelta(0)
    return rhythm.runs_out(rhythm.runs_out(rhythm.runs_out(moment, none), span), none)


def is_night(rhythm: Rhythm) -> bool:
    """Whether nobody may be called at the moment."""
    return rhythm.runs_out(rhythm.moment, timedelta(0)) > rhythm.moment
