"""The command room's log: one-line entries with a section, a priority and a status."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean

ENTRY_LENGTH = 140
PRIORITIES = (1, 2, 3, 4)
"""1 critical, 2 high, 3 ordinary, 4 a note for the record."""
ORDINARY = 3
INCIDENT_PRIORITIES = PRIORITIES[:-1]


class EntryStatus(StrEnum):
    OPEN = "open"
    HANDLING = "handling"
    CLOSED = "closed"
    REOPENED = "reopened"


NEXT = {
    EntryStatus.OPEN: {EntryStatus.HANDLING, EntryStatus.CLOSED},
    EntryStatus.HANDLING: {EntryStatus.HANDLING, EntryStatus.CLOSED},
    EntryStatus.REOPENED: {EntryStatus.HANDLING, EntryStatus.CLOSED},
    EntryStatus.CLOSED: {EntryStatus.REOPENED},
}


class Entry(Fact, table=True):
    """A fact: an entry was opened. `number` counts within the event.

    Without a section it is of the whole event.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("priority BETWEEN 1 AND 4"),
        CheckConstraint("length(text) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    section_id: int | None = Field(default=None, foreign_key="section.id")
    priority: int
    text: str


class EntryUpdate(Fact, table=True):
    """A fact: an entry is being handled, was closed or reopened."""

    __table_args__ = (
        Index("ix_entry_update_latest", "entry_id", "at", "id"),
        CheckConstraint("status IN ('handling','closed','reopened')"),
    )

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id")
    status: str
    text: str = ""


class EntryState(Record, table=True):
    """The current state of an entry.

    `closed` is for reading the open ones by index; `opened_at` and `at` (of its last step) for
    those that may have been open at a past moment.
    """

    __table_args__ = (
        Index("ix_entry_state_open", "event_id", "closed"),
        Index("ix_entry_state_time", "event_id", "at", "opened_at"),
    )

    entry_id: int = Field(foreign_key="entry.id", primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    status: str
    closed: bool = False
    text: str = ""
    opened_at: datetime = Field(sa_column=moment_column())
    at: datetime = Field(sa_column=moment_column())


def require_entry_text(text: str) -> str:
    """One cleaned line. Refuses `entry_text_needed` and `entry_text_too_long`."""
    written = clean(text)
    if not written:
        raise Refusal("entry_text_needed")
    if len(written) > ENTRY_LENGTH:
        raise Refusal("entry_text_too_long", length=len(written), limit=ENTRY_LENGTH)
    return written


def require_section_chosen(section_id: int | None) -> int:
    """Refuses `entry_section_needed`: a section that stands there by itself would be the wrong
    one.
    """
    if section_id is None:
        raise Refusal("entry_section_needed")
    return section_id


def require_priority(priority: int) -> None:
    if priority not in PRIORITIES:
        raise Refusal("priority_unknown", priority=priority)


def require_step(now: str, to: str, *, number: int) -> EntryStatus:
    """Refuses `entry_step` where an entry cannot go from one status to the other."""
    if to not in {status.value for status in NEXT[EntryStatus(now)]}:
        raise Refusal("entry_step", number=number, now=now, to=to[:20])
    return EntryStatus(to)


def require_step_words(now: str, to: str, text: str) -> str:
    """The cleaned words of a step on a page: an end and a further line need some, others may be
    without. Refuses `entry_words_needed`.
    """
    written = clean(text)
    adds = now == to == EntryStatus.HANDLING
    if not written and (to == EntryStatus.CLOSED or adds):
        raise Refusal("entry_words_needed")
    return written
