"""The plan: facts of its changes, the rules of edits, slips against the baseline, moves."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Index, false
from sqlmodel import Column, Field

from models.events.event import OFFSET, moment_of
from models.events.nouns import Nouns
from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean, legible

TITLE_LENGTH = 300
OWNER_LENGTH = 200
REASON_LENGTH = 200
MAX_OFFSET_DAYS = 9999
DAY = timedelta(days=1)
AHEAD = timedelta(hours=1)


def is_ahead(planned_at: datetime, *, now: datetime) -> bool:
    """Whether what is planned lies so far ahead that recording it as done asks first."""
    return planned_at - now > AHEAD


class EventPlan(Fact, table=True):
    """A fact: the event was moved. The days are the replaced ones, the event's row has the new."""

    __table_args__ = (Index("ix_event_plan", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    first_day: date
    last_day: date


class TaskPlan(Fact, table=True):
    """A fact: a task was added, changed, retired or restored, or moved with the event (`move_id`).

    The columns hold the replaced plan: the plan as at a moment is that of the first change after
    it, else the task's own row; of one that was added (`added`), the task itself. `needs`: ids of
    the prerequisite tasks. `reason`: why it was retired. `section_id` is no reference of the
    database's: SQLite adds none to a table.
    """

    __table_args__ = (
        Index("ix_task_plan", "event_id", "at", "id"),
        Index("ix_task_plan_task", "task_id", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    task_id: int = Field(foreign_key="task.id")
    version: int
    title_vi: str
    title_en: str
    due: str
    due_at: datetime = Field(sa_column=moment_column())
    start: str | None = None
    start_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    pinned: bool
    carried_days: int
    owner: str
    critical: bool
    needs: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    section_id: int | None = None
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    added: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    move_id: int | None = Field(default=None, foreign_key="eventplan.id")


class SectionChange(Fact, table=True):
    """A fact: a section was added, changed, retired or restored.

    The columns hold what was replaced; of one that was added (`added`), the section itself.
    """

    __table_args__ = (Index("ix_section_change", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    section_id: int = Field(foreign_key="section.id")
    version: int
    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    position: int
    cadence_before_hours: float
    cadence_near_hours: float
    cadence_day_hours: float
    retired: bool = False
    added: bool = False


class ItemPlan(Fact, table=True):
    """A fact: a programme item was added, changed, moved, pinned, cancelled or restored.

    The columns hold what was replaced; of one that was added (`added`), the item itself. `reason`:
    why it was cancelled. `venue_id` is no reference of the database's: SQLite adds none to a table.
    """

    __table_args__ = (Index("ix_item_plan", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    item_id: int = Field(foreign_key="programmeitem.id")
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    title_vi: str = Field(default="", sa_column_kwargs={"server_default": ""})
    title_en: str = Field(default="", sa_column_kwargs={"server_default": ""})
    short_vi: str = Field(default="", sa_column_kwargs={"server_default": ""})
    short_en: str = Field(default="", sa_column_kwargs={"server_default": ""})
    venue_id: int | None = None
    chair: str = Field(default="", sa_column_kwargs={"server_default": ""})
    starts_at: datetime = Field(sa_column=moment_column())
    ends_at: datetime = Field(sa_column=moment_column())
    pinned: bool
    cancelled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    added: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    move_id: int | None = Field(default=None, foreign_key="eventplan.id")


class EventChange(Fact, table=True):
    """A fact: what the event is called or expects, or how its documents are headed, was changed;
    the columns hold what was replaced, by the names of `models.events.event.Settings`."""

    __table_args__ = (Index("ix_event_change", "event_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    version: int
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    place_vi: str
    place_en: str
    expected_delegates: int
    day_from: time
    day_to: time
    arrival_plan: list[list[float]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    documents: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    theme_vi: str = Field(default="", sa_column_kwargs={"server_default": ""})
    theme_en: str = Field(default="", sa_column_kwargs={"server_default": ""})
    event_noun: str = Field(default=Nouns.event, sa_column_kwargs={"server_default": Nouns.event})
    section_noun: str = Field(
        default=Nouns.section, sa_column_kwargs={"server_default": Nouns.section}
    )
    forum_noun: str = Field(default=Nouns.forum, sa_column_kwargs={"server_default": Nouns.forum})
    vietnamese_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    silence: dict[str, dict[str, float]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )


class DeskChange(Fact, table=True):
    """A fact: a check-in desk was added, changed, retired or restored.

    The columns hold what was replaced; of one that was added (`added`), the desk itself. `items`:
    the ids of those that it served.
    """

    __table_args__ = (Index("ix_desk_change", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    desk_id: int = Field(foreign_key="desk.id")
    version: int
    name_vi: str
    name_en: str
    items: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    retired: bool = False
    added: bool = False


class VenueChange(Fact, table=True):
    """A fact: a venue was renamed, with the names that were replaced, or `added`, with its own."""

    __table_args__ = (Index("ix_venue_change", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    venue_id: int = Field(foreign_key="venue.id")
    version: int
    name_vi: str
    name_en: str
    added: bool = False


class MediaPlan(Fact, table=True):
    """A fact: a planned media item was moved or pinned; the columns hold the replaced plan."""

    __table_args__ = (Index("ix_media_plan", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    media_id: int = Field(foreign_key="mediaitem.id")
    planned_at: datetime = Field(sa_column=moment_column())
    pinned: bool
    move_id: int | None = Field(default=None, foreign_key="eventplan.id")


@dataclass(frozen=True)
class Planned:
    """The editable part of a task's plan; `needs`: task numbers, ascending. `section_id`: the
    section that has it; None leaves it where it is."""

    title_vi: str
    title_en: str
    due: str
    start: str | None
    pinned: bool
    owner: str
    critical: bool
    needs: tuple[int, ...] = ()
    section_id: int | None = None


WRITTEN_TIME = re.compile(
    r"(\d{1,2})\s?(?:[:h.]|giờ)\s?(?:(\d{1,2})(?::(\d{2}))?)?(?:\s?(?:phút|ph|p))?",
    flags=re.IGNORECASE,
)
FIELDS = tuple(Planned.__dataclass_fields__)


def differing(one: Planned, other: Planned) -> list[str]:
    """The fields in which two plans of a task differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


def require_planned(planned: Planned, *, first_day: date, time_zone: ZoneInfo) -> Planned:
    """The plan with its texts cleaned and its offsets in canonical form; an English title that is
    empty is the Vietnamese one.

    Refuses `title_needed`, `title_too_long`, `owner_needed`, `owner_too_long`,
    `offset_malformed`, `start_after_due`.
    """
    texts = {
        "title_vi": clean(planned.title_vi),
        "title_en": clean(planned.title_en) or clean(planned.title_vi),
        "owner": clean(planned.owner),
    }
    _require_text("title", texts["title_vi"], TITLE_LENGTH)
    _require_text("title", texts["title_en"], TITLE_LENGTH)
    _require_text("owner", texts["owner"], OWNER_LENGTH)
    due, start = (
        canonical_offset(planned.due),
        canonical_offset(planned.start) if planned.start else None,
    )
    when = [moment_of(one, first_day=first_day, time_zone=time_zone) for one in (start, due) if one]
    if when[0] > when[-1]:
        raise Refusal("start_after_due", start=when[0], due=when[-1])
    return Planned(
        **texts,
        due=due,
        start=start,
        pinned=planned.pinned,
        critical=planned.critical,
        needs=tuple(sorted(set(planned.needs))),
        section_id=planned.section_id,
    )


def require_task_reason(reason: str) -> str:
    """The cleaned reason why a task is retired. Refuses `task_reason_needed`, `reason_too_long`."""
    written = clean(reason)
    if not legible(written):
        raise Refusal("task_reason_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    return written


def task_phase(due_at: datetime, *, first_day: date, last_day: date, time_zone: ZoneInfo) -> str:
    """In which part of the event a task is due, by the local day: `before`, `during`, `after`."""
    day = due_at.astimezone(time_zone).date()
    if day < first_day:
        return "before"
    return "during" if day <= last_day else "after"


def _require_text(kind: str, written: str, limit: int) -> None:
    if not written:
        raise Refusal(f"{kind}_needed")
    if len(written) > limit:
        raise Refusal(f"{kind}_too_long", length=len(written), limit=limit)


def canonical_offset(offset: str) -> str:
    """An offset as it is stored, so that equal ones are equal texts: `D-3 07:05`.

    Its time may be written as people write it. Refuses `offset_malformed`, `time_malformed`.
    """
    day, separator, written = offset.partition(" ")
    return moved_offset(f"{day} {clock_time(written)}" if separator else offset, 0)


def clock_time(written: str) -> str:
    """The time of `7h30`, `7:30`, `07 giờ 30`, `7h` as it is stored: `07:30`, `07:00`.

    Refuses `time_malformed`.
    """
    found = WRITTEN_TIME.fullmatch(written.strip())
    if not found:
        raise Refusal("time_malformed", value=written)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Refusal("time_malformed", value=written)
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def moved_offset(offset: str, days: int) -> str:
    """The offset so many days later. Refuses `offset_malformed`, `moved_too_far`."""
    found = OFFSET.fullmatch(offset.strip())
    if not found:
        raise Refusal("offset_malformed", value=offset)
    day, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if abs(day + days) > MAX_OFFSET_DAYS:
        raise Refusal("moved_too_far")
    return f"D{day + days:+d} {hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


@dataclass(frozen=True)
class Slip:
    """How much later than the baseline a task is due: by the event's moves and by its own edits."""

    event: timedelta
    own: timedelta

    @property
    def whole(self) -> timedelta:
        return self.event + self.own


def slip(
    due_at: datetime, baseline_due_at: datetime, *, carried_days: int, time_zone: ZoneInfo
) -> Slip:
    """The slip by the local calendar, so that a daylight saving change in between is no slip."""
    baseline, due = (
        moment.astimezone(time_zone).replace(tzinfo=None) for moment in (baseline_due_at, due_at)
    )
    return Slip(carried_days * DAY, due - baseline - carried_days * DAY)


def is_in_week(moment: datetime, *, now: datetime, time_zone: ZoneInfo) -> bool:
    """Whether a moment lies in the calendar week of now, Monday to Sunday, local time."""
    weeks = [one.astimezone(time_zone).isocalendar()[:2] for one in (moment, now)]
    return weeks[0] == weeks[1]


@dataclass(frozen=True)
class Movable:
    """Something dated, with its present moment and the one after a move of the event.

    `kind`: `task`, `item` or `media`; `number`: a task's. `stays`: why it does not move (`pinned`,
    `begun` or `published`), empty where it moves.
    """

    kind: str
    id: int
    number: int | None
    title_vi: str
    title_en: str
    at: datetime
    next_at: datetime
    stays: str = ""


@dataclass(frozen=True)
class Move:
    """What a move of the event to other days does. `seal` is a digest of all of it."""

    first_day: date
    last_day: date
    to_first_day: date
    to_last_day: date
    dated: tuple[Movable, ...]

    @property
    def days(self) -> int:
        return (self.to_first_day - self.first_day).days

    @property
    def moving(self) -> list[Movable]:
        return [one for one in self.dated if not one.stays]

    @property
    def staying(self) -> list[Movable]:
        return [one for one in self.dated if one.stays]

    @property
    def seal(self) -> str:
        days = [self.first_day, self.last_day, self.to_first_day, self.to_last_day]
        parts = [*days, *((one.kind, one.id, one.at.isoformat(), one.stays) for one in self.dated)]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def require_days(first_day: date, last_day: date) -> None:
    """Refuses `last_day_before_first`."""
    if last_day < first_day:
        raise Refusal("last_day_before_first", first=first_day, last=last_day)


def days_later(moment: datetime, days: int, *, time_zone: ZoneInfo) -> datetime:
    """The same local time so many days later, in the moment's own zone. Refuses `moved_too_far`."""
    local = moment.astimezone(time_zone)
    try:
        # Within one zone Python adds local days.
        return (local + days * DAY).astimezone(moment.tzinfo)
    except OverflowError:
        raise Refusal("moved_too_far") from None
