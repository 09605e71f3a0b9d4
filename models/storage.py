"""What all tables share: one registry, UTC time, facts, and the change log behind every screen."""

from collections.abc import Iterable
from datetime import datetime, timezone
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Index, Table, text
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Column, Field, SQLModel

UTC = timezone.utc


class Topic(StrEnum):
    """What a change is about: viewers watch topics, and cached reads depend on them.

    The order is that of the audit's filter, whose words are `audit.topic_<value>`. `on_ticker`:
    whether the wall's ticker shows its changes in words.
    """

    on_ticker: bool

    def __new__(cls, value: str, on_ticker: bool = False) -> "Topic":
        topic = str.__new__(cls, value)
        topic._value_ = value
        topic.on_ticker = on_ticker
        return topic

    READINESS = "readiness", True
    ATTENDANCE = "attendance"  # not on the ticker: scans are in the wall's curve already
    INCIDENTS = "incidents", True
    PROGRAMME = "programme", True
    MEDIA = "media", True
    REVIEWS = "reviews", True
    ROLL_CALLS = "roll_calls"
    SCRIPT = "script"  # not on the ticker: what begins and ends is the programme's
    CONTRIBUTIONS = "contributions"  # not on the ticker: what people ask is no public matter
    SYNTHESIS = "synthesis"
    ANSWERS = "answers"
    DISTRIBUTION = "distribution"  # not on the ticker: the wall counts it
    PEOPLE = "people"
    CLOCK = "clock"
    EVENT = "event"
    IMPORTS = "imports"


SCOPE = ":"


def scoped(topic: str, section_id: int) -> str:
    """The name of a topic as far as it concerns one section: `readiness:7`."""
    return f"{topic}{SCOPE}{section_id}"


def topic_of(name: str) -> str:
    """The topic of a name, with or without a section."""
    return name.partition(SCOPE)[0]


def narrowed(changed: Iterable[frozenset[str]]) -> frozenset[str]:
    """The names of one transaction from those of its changes.

    Each topic stands in it by its own name. With sections, too, where every change of it is known
    to concern these alone; where one is not, it may concern any, and the sections are left out.
    """
    names = list(changed)
    anyone = {name for one in names if len(one) == 1 for name in one}
    return frozenset(
        name for one in names for name in one if SCOPE not in name or topic_of(name) not in anyone
    )


class Newest:
    """The newest revision at which each topic changed, as a whole and for each section."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}

    def note(self, revision: int, changed: frozenset[str]) -> None:
        """Note a transaction's changes; `changed` as `narrowed` answers."""
        of_sections = {topic_of(name) for name in changed if SCOPE in name}
        anyone = {f"{name}{SCOPE}" for name in changed if topic_of(name) not in of_sections}
        for name in changed | anyone:
            self._of[name] = max(revision, self._of.get(name, 0))

    def of(self, watched: Iterable[str]) -> dict[str, int]:
        """Each of the watched names that a change concerned, with the newest revision of one.

        Who watches a topic is concerned by each of its changes; who watches it for a section, by
        those of that section and by those of which no section is known.
        """
        found = {}
        for name in watched:
            keys = (name, f"{topic_of(name)}{SCOPE}") if SCOPE in name else (name,)
            if newest := max(self._of.get(key, 0) for key in keys):
                found[name] = newest
        return found


TICKER_TOPICS = tuple(topic.value for topic in Topic if topic.on_ticker)
NOT_A_SCAN = text("topic <> 'attendance'")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC.

    SQLite forgets time zones, so what comes back from it is stamped UTC again; a naive value is
    refused rather than guessed.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Record(SQLModel, registry=registry()):
    """Base of every table: a registry of our own, because a reload of the source would declare
    each table twice.

    A table's `id` is typed `int`: it is None only before the row is flushed.
    """

    __table__: ClassVar[Table]


def moment_column(**options: Any) -> Column[datetime]:
    """A column for an aware UTC moment."""
    return Column(UtcTime, **{"nullable": False, **options})


class Fact(Record):
    """Base of every fact that a command records: when by the event's clock, by whom, by which key.

    `ctx.record` of `data.commands` fills the three in. A repeated key is the same act: its first
    row is the answer.
    """

    at: datetime = Field(default=None, sa_type=UtcTime, nullable=False)
    person_id: int = Field(default=None, foreign_key="person.id", nullable=False)
    idempotency_key: str = Field(default=None, unique=True, nullable=False)


class Change(Record, table=True):
    """What changed, appended in the transaction of the fact itself.

    Its highest id is the revision: the cache key, the wake-up call and the audit trail are one
    mechanism. `at` is the event's clock; `recorded_at` is the real one (they differ in a
    rehearsal). `what` holds the command and its facts, never a sentence. `sign_in_id` identifies
    the browser or program that gave the command.
    """

    __table_args__ = (
        Index("ix_change_newest", "event_id", "topic", "id"),
        Index("ix_change_person", "person_id", "id"),
        # The ticker's changes by time. Scans, most of the log, are left out and cost nothing more.
        Index(
            "ix_change_told",
            "event_id",
            "topic",
            "at",
            "id",
            sqlite_where=NOT_A_SCAN,
            postgresql_where=NOT_A_SCAN,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    at: datetime = Field(sa_column=moment_column())
    recorded_at: datetime = Field(sa_column=moment_column())
    person_id: int | None = Field(default=None, foreign_key="person.id")
    sign_in_id: int | None = Field(default=None, foreign_key="signin.id")
    topic: str
    subject: str
    subject_id: int | None = None
    what: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
