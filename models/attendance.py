"""Delegations, delegates, who is expected where, and every admission, absence and substitution."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Record, moment_column
from models.errors import Refusal
from models.text import clean

REASON_LENGTH = 200


class Standing(StrEnum):
    """How a delegate stands at an item. `undone` takes back what was recorded before it."""

    PRESENT = "present"
    SUBSTITUTE = "substitute"
    EXCUSED = "excused"
    UNDONE = "undone"


HERE = (Standing.PRESENT, Standing.SUBSTITUTE)


class Delegation(Record, table=True):
    """A district's delegation."""

    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    code: str
    name_vi: str
    name_en: str
    kind_vi: str
    sort_key: str


class Delegate(Record, table=True):
    """An office and a unit with a badge; never a personal name. `folded` helps the search and is no key."""

    __table_args__ = (UniqueConstraint("event_id", "badge"), Index("ix_delegate_delegation", "delegation_id"))

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    badge: str
    delegation_id: int = Field(foreign_key="delegation.id")
    title_vi: str
    title_en: str
    folded: str
    sort_key: str


class Desk(Record, table=True):
    """A check-in desk."""

    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    key: str
    name_vi: str
    name_en: str


class DeskItem(Record, table=True):
    """A desk serves a programme item."""

    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)


class Expectation(Record, table=True):
    """A delegate is expected at a programme item."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegate_id: int = Field(foreign_key="delegate.id", primary_key=True)


class AttendanceFact(Record, table=True):
    """A fact: at an item a delegate came, sent a substitute, was excused, or one of these was taken back."""

    __table_args__ = (
        Index("ix_attendance_latest", "item_id", "delegate_id", "id"),
        Index("ix_attendance_time", "item_id", "at"),
        CheckConstraint("standing IN ('present','substitute','excused','undone')"),
        CheckConstraint("standing NOT IN ('substitute','excused') OR length(words) > 0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    delegate_id: int = Field(foreign_key="delegate.id")
    standing: str
    words: str = ""
    desk_id: int | None = Field(default=None, foreign_key="desk.id")
    at: datetime = Field(sa_column=moment_column())
    person_id: int = Field(foreign_key="person.id")
    scan_id: str = Field(unique=True)


class AttendanceState(Record, table=True):
    """Kept: how a delegate stands at an item now. Its primary key is what lets one badge in only once."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegate_id: int = Field(foreign_key="delegate.id", primary_key=True)
    fact_id: int = Field(foreign_key="attendancefact.id")
    standing: str
    at: datetime = Field(sa_column=moment_column())


class AttendanceCount(Record, table=True):
    """Kept: how many of a delegation are expected, present, substituted and excused at an item."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegation_id: int = Field(foreign_key="delegation.id", primary_key=True)
    expected: int = 0
    present: int = 0
    substituted: int = 0
    excused: int = 0


class ArrivalMinute(Record, table=True):
    """Kept: how many of those who are here now came in a minute, for the arrival curve."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    minute: datetime = Field(sa_column=moment_column(primary_key=True))
    arrived: int = 0


@dataclass(frozen=True)
class Headcount:
    """How many are expected and how they stand; what is neither here nor excused is missing."""

    expected: int = 0
    present: int = 0
    substituted: int = 0
    excused: int = 0

    @property
    def here(self) -> int:
        return self.present + self.substituted

    @property
    def missing(self) -> int:
        return self.expected - self.here - self.excused

    def __add__(self, other: "Headcount") -> "Headcount":
        return Headcount(
            self.expected + other.expected,
            self.present + other.present,
            self.substituted + other.substituted,
            self.excused + other.excused,
        )


@dataclass(frozen=True)
class Admission:
    """The answer to a scan: who it was and how he stands now."""

    fact_id: int
    badge: str
    title_vi: str
    title_en: str
    delegation_vi: str
    standing: Standing
    at: datetime
    repeated: bool = False


def require_words(standing: Standing, words: str) -> str:
    """The cleaned reason of an absence or office of a substitute. Refuses `reason_needed`, `substitute_needed`, `reason_too_long`."""
    written = clean(words)
    if standing is Standing.EXCUSED and not written:
        raise Refusal("reason_needed")
    if standing is Standing.SUBSTITUTE and not written:
        raise Refusal("substitute_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    return written


def planned_share(plan: list[list[float]], *, minutes_before: float) -> float:
    """The share of the expected that should be in `minutes_before` the start.

    `plan`: pairs of minutes before the start and share (0 to 1), earliest first; between two pairs on the straight line.
    """
    if not plan or minutes_before >= plan[0][0]:
        return plan[0][1] if plan else 0.0
    for (early, low), (late, high) in zip(plan, plan[1:], strict=False):
        if minutes_before >= late:
            return low + (high - low) * (early - minutes_before) / (early - late)
    return plan[-1][1]
