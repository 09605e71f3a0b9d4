"""The programme: what takes place when and where, and when it really began and ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from models.posts import Booking, booked, double_booked
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean, legible

TITLE_LENGTH = 300
SHORT_LENGTH = 60
CHAIR_LENGTH = 200
REASON_LENGTH = 200
KINDS = ("ceremony", "forum", "session", "segment", "reception", "broadcast")
UNFINISHED_TAIL = timedelta(hours=6)
"""After its end was due an item counts as going on for as long where no end is recorded."""
EXPECTS = ("all", "forum", "none")
"""Whom an item expects: everybody on the list, those who are chosen for it one by one, no one; any
other word is a kind of delegate, which the event's own list names."""


class ProgrammeItem(Record, table=True):
    """An item of the programme; a segment belongs to a session.

    `illustrative` lists what the source does not state. A pinned item stays where it is when the
    event moves. A cancelled one does not take place, and no badge is admitted to it. `added_at`:
    when it came to the programme; None for one that the event was loaded with. `orientation`: what
    a forum is to be about, as the event was loaded; `ForumOrientation` says what was written since.
    """

    __table_args__ = (UniqueConstraint("event_id", "key"), CheckConstraint("ends_at > starts_at"))

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    key: str
    position: int
    parent_id: int | None = Field(default=None, foreign_key="programmeitem.id")
    kind: str
    title_vi: str
    title_en: str
    short_vi: str
    short_en: str
    venue_id: int | None = Field(default=None, foreign_key="venue.id")
    starts_at: datetime = Field(sa_column=moment_column())
    ends_at: datetime = Field(sa_column=moment_column())
    chair: str = ""
    expects: str
    pinned: bool = False
    illustrative: str = ""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    cancelled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    added_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    orientation: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ProgrammeMark(Fact, table=True):
    """A fact: an item began or ended, or (`undone`) that was recorded by mistake.

    Of an item's marks of one kind the newest counts.
    """

    __table_args__ = (
        Index("ix_programme_mark", "item_id", "at", "id"),
        CheckConstraint("mark IN ('started','finished')"),
    )

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    mark: str
    undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


@dataclass(frozen=True)
class ItemSnapshot:
    """A programme item as at a moment.

    `drift`: how many minutes later than planned it began, or should have; see `drift_minutes`.
    `whole_key`: the key of the item that it is a part of, empty for none.
    """

    id: int
    key: str
    parent_id: int | None
    kind: str
    title_vi: str
    title_en: str
    short_vi: str
    short_en: str
    venue_vi: str
    venue_en: str
    chair: str
    expects: str
    illustrative: str
    starts_at: datetime
    ends_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    drift: int
    pinned: bool = False
    venue_id: int | None = None
    whole_key: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """What a person may be bound to so that the item is theirs: itself, or its whole."""
        return (self.key, self.whole_key) if self.whole_key else (self.key,)

    @property
    def given_up_at(self) -> datetime:
        """From when on it no longer goes on where no end was recorded."""
        due_at = self.ends_at
        if self.started_at:
            due_at = max(due_at, self.started_at + (self.ends_at - self.starts_at))
        return due_at + UNFINISHED_TAIL

    @property
    def running(self) -> bool:
        return self.started_at is not None and self.finished_at is None

    @property
    def counts_attendance(self) -> bool:
        return self.expects != "none"


def drift_minutes(starts_at: datetime, started_at: datetime | None, *, now: datetime) -> int:
    """Whole minutes between plan and start.

    Of an item that began: how late, negative for early. Of one that did not: how late by now,
    never early.
    """
    begun = started_at or max(now, starts_at)
    return int((begun - starts_at) / timedelta(minutes=1))


def require_startable(title: dict[str, str], *, started_at: datetime | None) -> None:
    if started_at:
        raise Refusal("item_already_started", item=title, at=started_at)


def require_finishable(
    title: dict[str, str], *, started_at: datetime | None, finished_at: datetime | None
) -> None:
    if not started_at:
        raise Refusal("item_not_started", item=title)
    if finished_at:
        raise Refusal("item_already_finished", item=title, at=finished_at)


def require_start_undoable(
    title: dict[str, str], *, started_at: datetime | None, finished_at: datetime | None
) -> None:
    """Refuses `start_not_recorded`, and `end_recorded_since`: the end is taken back first."""
    if not started_at:
        raise Refusal("start_not_recorded", item=title)
    if finished_at:
        raise Refusal("end_recorded_since", item=title, at=finished_at)


def require_finish_undoable(title: dict[str, str], *, finished_at: datetime | None) -> None:
    """Refuses `end_not_recorded`."""
    if not finished_at:
        raise Refusal("end_not_recorded", item=title)


# --- the plan of an item -------------------------------------------------------------------------


@dataclass(frozen=True)
class PlannedItem:
    """The editable part of a programme item; `starts_at`, `ends_at` are aware."""

    title_vi: str
    title_en: str
    short_vi: str
    short_en: str
    venue_id: int | None
    chair: str
    starts_at: datetime
    ends_at: datetime


FIELDS = tuple(PlannedItem.__dataclass_fields__)


def differing(one: PlannedItem, other: PlannedItem) -> list[str]:
    """The fields in which two plans of an item differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


def require_planned(planned: PlannedItem) -> PlannedItem:
    """The plan with its texts cleaned: an English one that is empty is the Vietnamese one, a short
    title that is empty the title as far as it goes.

    Refuses `item_title_needed`, `item_title_too_long`, `item_short_too_long`,
    `item_chair_too_long`, and `item_ends_before_start`.
    """
    title_vi = clean(planned.title_vi)
    if not legible(title_vi):
        raise Refusal("item_title_needed")
    title_en = clean(planned.title_en) or title_vi
    short_vi = clean(planned.short_vi) or title_vi[:SHORT_LENGTH].strip()
    short_en = clean(planned.short_en) or (
        short_vi if title_en == title_vi else title_en[:SHORT_LENGTH].strip()
    )
    chair = clean(planned.chair)
    _require_length("item_title_too_long", TITLE_LENGTH, title_vi, title_en)
    _require_length("item_short_too_long", SHORT_LENGTH, short_vi, short_en)
    _require_length("item_chair_too_long", CHAIR_LENGTH, chair)
    if planned.ends_at <= planned.starts_at:
        raise Refusal("item_ends_before_start", start=planned.starts_at, end=planned.ends_at)
    return replace(
        planned,
        title_vi=title_vi,
        title_en=title_en,
        short_vi=short_vi,
        short_en=short_en,
        chair=chair,
    )


def _require_length(code: str, limit: int, *texts: str) -> None:
    longest = max(map(len, texts))
    if longest > limit:
        raise Refusal(code, length=longest, limit=limit)


def require_cancellation(reason: str) -> str:
    """The cleaned reason. Refuses `cancellation_needed` and `reason_too_long`."""
    written = clean(reason)
    if not legible(written):
        raise Refusal("cancellation_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    return written


@dataclass(frozen=True)
class Conflict:
    """What is odd about an item: `same_room` with another item, `same_person` in two rooms at once,
    `outside_days` of the event, or `outside_whole`: a segment outside the time of the item that it
    is part of.

    `other`: that item; None where the days are meant. `who`: the post that both need.
    """

    kind: str
    item: ItemSnapshot
    other: ItemSnapshot | None = None
    who: str = ""


def conflicts(items: Sequence[ItemSnapshot], *, begins: datetime, ends: datetime) -> list[Conflict]:
    """The conflicts of a programme, which are shown and refuse nothing.

    `begins`, `ends`: the event's first midnight and the one after its last day. Items of which one
    is part of the other, or that are parts of the same one, share their room. What is broadcast
    from a room where something takes place does not.
    """
    by_id = {item.id: item for item in items}
    found = [
        Conflict("outside_days", item)
        for item in items
        if item.starts_at < begins or item.ends_at > ends
    ]
    found += [
        Conflict("outside_whole", item, whole)
        for item in items
        if (whole := by_id.get(item.parent_id or 0))
        and (item.starts_at < whole.starts_at or item.ends_at > whole.ends_at)
    ]
    found += [
        Conflict("same_room", one, other)
        for one, other in combinations(items, 2)
        if _share_a_room(one, other)
    ]
    return found + [
        Conflict("same_person", by_id[int(one.item)], by_id[int(other.item)], one.post)
        for one, other in double_booked(_chairs(items))
    ]


def _chairs(items: Sequence[ItemSnapshot]) -> list[Booking]:
    """When and where the chair of each item is needed; a broadcast needs none."""
    return [
        one
        for item in items
        if item.venue_id is not None and item.kind != "broadcast"
        for one in booked(
            (item.chair,),
            room=item.venue_id,
            item=item.id,
            begins_at=item.starts_at,
            ends_at=item.ends_at,
            whole=item.parent_id,
        )
    ]


def _share_a_room(one: ItemSnapshot, other: ItemSnapshot) -> bool:
    related = one.parent_id == other.id or other.parent_id == one.id
    parts = one.parent_id is not None or other.parent_id is not None
    return (
        one.venue_id is not None
        and one.venue_id == other.venue_id
        and not (related or parts or "broadcast" in (one.kind, other.kind))
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    )
