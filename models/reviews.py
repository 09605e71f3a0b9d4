"""The daily review: that one was held, and what differs between two moments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Record, moment_column
from models.errors import Refusal
from models.readiness import WORST_FIRST, Level, Status, TaskStanding
from models.text import clean

CONCLUSION_LENGTH = 500


class Review(Record, table=True):
    """A fact: a review of the event as at `at` was held."""

    __table_args__ = (Index("ix_review_latest", "event_id", "at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    at: datetime = Field(sa_column=moment_column())
    conclusion: str = ""
    person_id: int = Field(foreign_key="person.id")
    nonce: str = Field(unique=True)


class Turn(StrEnum):
    """What became of a task between two moments, in the order in which a review reads it."""

    WORSENED = "worsened"
    RECOVERED = "recovered"
    DONE = "done"
    STARTED = "started"


@dataclass(frozen=True)
class Turned:
    """A task that stands differently than before."""

    turn: Turn
    task: TaskStanding
    was: Level


def turned(before: TaskStanding, after: TaskStanding) -> Turned | None:
    """How a task turned between two moments, or None where it did not."""
    if after.status is Status.DONE:
        return Turned(Turn.DONE, after, before.level) if before.status is not Status.DONE else None
    if before.status is Status.DONE:  # what was done is open again
        return Turned(Turn.WORSENED, after, before.level)
    was, now = WORST_FIRST.index(before.level), WORST_FIRST.index(after.level)
    if now == was:
        return None
    bad = WORST_FIRST.index(Level.AT_RISK)
    if now <= bad and now < was:
        return Turned(Turn.WORSENED, after, before.level)
    if was <= bad:
        return Turned(Turn.RECOVERED, after, before.level)
    return Turned(Turn.STARTED, after, before.level) if before.status is Status.NOT_STARTED else None


def require_conclusion(conclusion: str) -> str:
    """The cleaned conclusion. Refuses `conclusion_needed` and `conclusion_too_long`."""
    written = clean(conclusion)
    if not written:
        raise Refusal("conclusion_needed")
    if len(written) > CONCLUSION_LENGTH:
        raise Refusal("conclusion_too_long", length=len(written), limit=CONCLUSION_LENGTH)
    return written
