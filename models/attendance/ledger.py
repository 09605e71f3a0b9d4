"""The ledger's tables: the roster, and every admission, absence and substitution as a fact."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field

from models.attendance.badges import require_no_badge
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean, legible

REASON_LENGTH = 200


class AttendanceStatus(StrEnum):
    """A delegate's status at an item.

    `undone`: no earlier fact counts. `moved`: the delegate counts at another item. `announced`: a
    substitute will come, whose name may still be open.
    """

    PRESENT = "present"
    SUBSTITUTE = "substitute"
    EXCUSED = "excused"
    ANNOUNCED = "announced"
    MOVED = "moved"
    UNDONE = "undone"


class Place(StrEnum):
    """Where a delegate who came to an item is now."""

    ROOM = "room"
    COMMON = "common"
    OUTSIDE = "outside"


HERE = (AttendanceStatus.PRESENT, AttendanceStatus.SUBSTITUTE)
BELONGING = (*HERE, AttendanceStatus.EXCUSED, AttendanceStatus.ANNOUNCED)
"""By any of these a delegate belongs to an item, even where the roster does not expect them."""


class Delegation(Record, table=True):
    """A delegation.

    `contact`: the office that knows where it is; `vehicle`: what it comes in; empty where unknown.
    `group`: what it belongs to, such as a cluster or a bloc, empty for none. `position`: its place
    in lists by the organiser's order; of equals the one that was entered first, or the name.
    """

    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    code: str
    name_vi: str
    name_en: str
    kind_vi: str
    contact: str = ""
    vehicle: str = ""
    sort_key: str
    group_vi: str = Field(default="", sa_column_kwargs={"server_default": ""})
    group_en: str = Field(default="", sa_column_kwargs={"server_default": ""})
    position: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


@dataclass(frozen=True)
class DelegationPlan:
    """The editable part of a delegation; `group` and `position` as those of `Delegation`."""

    name_vi: str
    name_en: str
    group_vi: str = ""
    group_en: str = ""
    position: int = 0


DELEGATION_FIELDS = tuple(DelegationPlan.__dataclass_fields__)
DELEGATION_NAME_LENGTH, MAX_POSITION = 200, 9999


def require_delegation_plan(plan: DelegationPlan) -> DelegationPlan:
    """The delegation with its texts cleaned; an English one that is empty is the Vietnamese one.

    Refuses `delegation_name_needed`, `delegation_name_too_long`, `position_unknown`.
    """
    name_vi, group_vi = clean(plan.name_vi), clean(plan.group_vi)
    if not legible(name_vi):
        raise Refusal("delegation_name_needed")
    texts = {
        "name_vi": name_vi,
        "name_en": clean(plan.name_en) or name_vi,
        "group_vi": group_vi,
        "group_en": (clean(plan.group_en) or group_vi) if group_vi else "",
    }
    if (longest := max(map(len, texts.values()))) > DELEGATION_NAME_LENGTH:
        raise Refusal("delegation_name_too_long", length=longest, limit=DELEGATION_NAME_LENGTH)
    if not 0 <= plan.position <= MAX_POSITION:
        raise Refusal("position_unknown", limit=MAX_POSITION)
    return DelegationPlan(**texts, position=plan.position)


class DelegationChange(Fact, table=True):
    """A fact: a delegation was added or changed.

    The columns hold what was replaced; of one that was added (`added`), the delegation itself.
    """

    __table_args__ = (Index("ix_delegation_change", "delegation_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    delegation_id: int = Field(foreign_key="delegation.id")
    version: int
    name_vi: str
    name_en: str
    group_vi: str
    group_en: str
    position: int
    added: bool = False


class Delegate(Record, table=True):
    """An office and a unit with a badge, never a personal name. `folded`: for the search only.

    One that is retired is expected nowhere, and their badge opens nothing; the row stays.
    `position`: within the delegation, by the organiser's order; of equals the lower id is first.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "badge"),
        Index("ix_delegate_delegation", "delegation_id"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    badge: str
    delegation_id: int = Field(foreign_key="delegation.id")
    title_vi: str
    title_en: str
    folded: str
    sort_key: str
    position: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Desk(Record, table=True):
    """A check-in desk; no one works any more at one that is `retired`."""

    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    key: str
    name_vi: str
    name_en: str
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


@dataclass(frozen=True)
class DeskPlan:
    """The editable part of a desk: what it is called, and the ids of the items that it serves,
    ascending."""

    name_vi: str
    name_en: str
    items: tuple[int, ...] = ()


DESK_FIELDS = tuple(DeskPlan.__dataclass_fields__)
DESK_NAME_LENGTH = 200


def require_desk_plan(plan: DeskPlan) -> DeskPlan:
    """The desk with its names cleaned; an English one that is empty is the Vietnamese one.

    Refuses `desk_name_needed` and `desk_name_too_long`.
    """
    name_vi, name_en = clean(plan.name_vi), clean(plan.name_en)
    if not legible(name_vi):
        raise Refusal("desk_name_needed")
    if (longest := max(len(name_vi), len(name_en))) > DESK_NAME_LENGTH:
        raise Refusal("desk_name_too_long", length=longest, limit=DESK_NAME_LENGTH)
    return DeskPlan(name_vi, name_en or name_vi, tuple(sorted(set(plan.items))))


class DeskItem(Record, table=True):
    """A desk serves a programme item."""

    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)


class Expectation(Record, table=True):
    """A delegate is expected at a programme item."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegate_id: int = Field(foreign_key="delegate.id", primary_key=True)


IS_SIDE_FACT = text("caused_by_id IS NOT NULL")


class AttendanceFact(Fact, table=True):
    """A fact: a delegate's status at an item from now on, and their place.

    `words`: the reason of an absence, who the substitute is, or why an item admits someone whom it
    does not expect. `came_at`: when they came, of those who are or were here.
    `before_id`: the fact that counted before this one and counts again when this one is undone;
    `undoes_id`: the fact that this one undoes; `caused_by_id`: the fact at another item that
    brought this one about (moved from here, left this room) and whose undoing undoes it too.
    `device_at`: the clock of a device that recorded the fact offline and sent it later.
    """

    __table_args__ = (
        Index("ix_attendance_latest", "item_id", "delegate_id", "id"),
        Index("ix_attendance_time", "item_id", "at"),
        # Partial: few facts have a cause, and a plain scan writes no entry of it.
        Index(
            "ix_attendance_cause",
            "caused_by_id",
            sqlite_where=IS_SIDE_FACT,
            postgresql_where=IS_SIDE_FACT,
        ),
        CheckConstraint(
            "status IN ('present','substitute','excused','announced','moved','undone')"
        ),
        CheckConstraint("status NOT IN ('substitute','excused') OR length(words) > 0"),
        CheckConstraint("place IN ('room','common','outside')"),
        CheckConstraint("status IN ('present','substitute') OR place = 'outside'"),
    )

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    delegate_id: int = Field(foreign_key="delegate.id")
    status: str
    place: str = Place.OUTSIDE.value
    words: str = ""
    desk_id: int | None = Field(default=None, foreign_key="desk.id")
    came_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    device_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    before_id: int | None = Field(default=None, foreign_key="attendancefact.id")
    undoes_id: int | None = Field(default=None, foreign_key="attendancefact.id")
    caused_by_id: int | None = Field(default=None, foreign_key="attendancefact.id")


class AttendanceState(Record, table=True):
    """Current state: a delegate's status at an item now, and their place.

    Its primary key admits a badge only once.
    """

    __table_args__ = (Index("ix_attendancestate_delegate", "delegate_id"),)

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegate_id: int = Field(foreign_key="delegate.id", primary_key=True)
    fact_id: int = Field(foreign_key="attendancefact.id")
    status: str
    place: str = Place.OUTSIDE.value
    at: datetime = Field(sa_column=moment_column())
    came_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class AttendanceCount(Record, table=True):
    """Current state: how many of a delegation are expected, present, substituted and excused at an
    item, and how many of those who came are in its room and in the common areas."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegation_id: int = Field(foreign_key="delegation.id", primary_key=True)
    expected: int = 0
    present: int = 0
    substituted: int = 0
    excused: int = 0
    inside: int = 0
    common: int = 0


class RollMark(Fact, table=True):
    """A fact: the roll of an item was closed or opened again.

    Who is missing at a closed roll is absent without reason.
    """

    __table_args__ = (Index("ix_rollmark_item", "item_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    closed: bool


class ArrivalMinute(Record, table=True):
    """Current state: how many of those who are here now came in a minute (the arrival curve)."""

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    minute: datetime = Field(sa_column=moment_column(primary_key=True))
    arrived: int = 0


class AttendanceStep(Record, table=True):
    """Projection: by how much the facts of one minute moved an item's counts of a delegation, so
    that any past moment is a sum.

    `arrived`: by how much they moved how many came in the minute `came`; of those who have just
    come that is the fact's own minute.
    """

    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    minute: datetime = Field(sa_column=moment_column(primary_key=True))
    delegation_id: int = Field(foreign_key="delegation.id", primary_key=True)
    came: datetime = Field(sa_column=moment_column(primary_key=True))
    expected: int = 0
    present: int = 0
    substituted: int = 0
    excused: int = 0
    inside: int = 0
    common: int = 0
    arrived: int = 0


def minute_of(at: datetime) -> datetime:
    """The minute that a moment lies in."""
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Headcount:
    """expected = present + substituted + excused + absent + not yet.

    `absent`: without reason, known once the roll is closed or the item has ended. Of those who
    came, `inside` are in the room and `common` in the common areas; the others have left.
    """

    expected: int = 0
    present: int = 0
    substituted: int = 0
    excused: int = 0
    absent: int = 0
    inside: int = 0
    common: int = 0

    @property
    def here(self) -> int:
        return self.present + self.substituted

    @property
    def missing(self) -> int:
        """Neither here nor excused."""
        return self.expected - self.here - self.excused

    @property
    def not_yet(self) -> int:
        return self.missing - self.absent

    def closed(self) -> "Headcount":
        """The same with all who are missing absent without reason."""
        return replace(self, absent=self.missing)

    def __add__(self, other: "Headcount") -> "Headcount":
        return Headcount(
            *(mine + theirs for mine, theirs in zip(self._parts, other._parts, strict=True))
        )

    def __sub__(self, other: "Headcount") -> "Headcount":
        """What has to be added to `other` to get this one."""
        return self + other * -1

    def __mul__(self, times: int) -> "Headcount":
        return Headcount(*(number * times for number in self._parts))

    @property
    def _parts(self) -> tuple[int, ...]:
        return (
            self.expected,
            self.present,
            self.substituted,
            self.excused,
            self.absent,
            self.inside,
            self.common,
        )


def counted(status: AttendanceStatus, place: Place, *, assigned: bool) -> Headcount:
    """What one delegate adds to an item's headcount; `assigned`: the roster expects them there."""
    certain = status in (*HERE, AttendanceStatus.EXCUSED)
    return Headcount(
        expected=int(certain or (assigned and status is not AttendanceStatus.MOVED)),
        present=int(status is AttendanceStatus.PRESENT),
        substituted=int(status is AttendanceStatus.SUBSTITUTE),
        excused=int(status is AttendanceStatus.EXCUSED),
        inside=int(place is Place.ROOM),
        common=int(place is Place.COMMON),
    )


@dataclass(frozen=True)
class Admission:
    """The answer to a scan: who it was, their status now, and the `previous` one.

    `repeated`: the first answer to this key, given again; its `previous` is not known any more.
    `undoing`: it took a fact back.
    """

    fact_id: int
    item_id: int
    delegate_id: int
    badge: str
    title_vi: str
    title_en: str
    delegation_vi: str
    status: AttendanceStatus
    at: datetime
    place: Place = Place.OUTSIDE
    words: str = ""
    repeated: bool = False
    previous: AttendanceStatus = AttendanceStatus.UNDONE
    undoing: bool = False


def require_words(status: AttendanceStatus, words: str, **facts: object) -> str:
    """The cleaned reason of an absence, or name or office of a substitute.

    Refuses `reason_needed`, `substitute_needed`, and what `_require_said` does.
    """
    written = clean(words)
    if status is AttendanceStatus.EXCUSED and not legible(written):
        raise Refusal("reason_needed", **facts)
    if status is AttendanceStatus.SUBSTITUTE and not legible(written):
        raise Refusal("substitute_needed", **facts)
    return _require_said(written)


def require_override(words: str) -> str:
    """The cleaned reason to admit someone whom an item does not expect; empty where none is given.

    Refuses `override_needed` for one that says nothing, and what `_require_said` does.
    """
    written = clean(words)
    if words and not legible(written):
        raise Refusal("override_needed")
    return _require_said(written)


def _require_said(written: str) -> str:
    """The text itself. Refuses `reason_too_long` and `words_are_badge`."""
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    return require_no_badge(written)


def planned_share(plan: list[list[float]], *, minutes_before: float) -> float:
    """The share of the expected that should be in `minutes_before` the start.

    `plan`: pairs of minutes before the start and share (0 to 1), earliest first; between two pairs
    on the straight line.
    """
    if not plan or minutes_before >= plan[0][0]:
        return plan[0][1] if plan else 0.0
    for (early, low), (late, high) in zip(plan, plan[1:], strict=False):
        if minutes_before >= late:
            return low + (high - low) * (early - minutes_before) / (early - late)
    return plan[-1][1]
