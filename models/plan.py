"""The plan and its changes: what was replaced by whom, how far something slipped, and what moves when the event does."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Index
from sqlmodel import Column, Field

from models.events.event import OFFSET, moment_of
from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean

TITLE_LENGTH = 300
OWNER_LENGTH = 200
FARTHEST = 9999  # days of an offset
DAY = timedelta(days=1)


class EventPlan(Fact, table=True):
    """A fact: somebody moved the event. The days are those that this replaced; the event's row holds the ones that count."""

    __table_args__ = (Index("ix_event_plan", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    first_day: date
    last_day: date


class TaskPlan(Fact, table=True):
    """A fact: somebody changed a task's plan, by itself or by moving the event (`move_id`).

    The columns hold the plan that this replaced, so that the plan as at a moment is that of the first change after it, else the
    task's own row. `needs`: ids of the tasks that had to be done first.
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
    needs: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    move_id: int | None = Field(default=None, foreign_key="eventplan.id")


class ItemPlan(Fact, table=True):
    """A fact: somebody moved or pinned a programme item; the columns hold what this replaced."""

    __table_args__ = (Index("ix_item_plan", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    item_id: int = Field(foreign_key="programmeitem.id")
    starts_at: datetime = Field(sa_column=moment_column())
    ends_at: datetime = Field(sa_column=moment_column())
    pinned: bool
    move_id: int | None = Field(default=None, foreign_key="eventplan.id")


class MediaPlan(Fact, table=True):
    """A fact: somebody moved or pinned a planned media item; the columns hold what this replaced."""

    __table_args__ = (Index("ix_media_plan", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    media_id: int = Field(foreign_key="mediaitem.id")
    planned_at: datetime = Field(sa_column=moment_column())
    pinned: bool
    move_id: int | None = Field(default=None, foreign_key="eventplan.id")


@dataclass(frozen=True)
class Planned:
    """What can be changed of a task's plan, as a form gives it and as the row holds it; `needs` are task numbers, ascending."""

    title_vi: str
    title_en: str
    due: str
    start: str | None
    pinned: bool
    owner: str
    critical: bool
    needs: tuple[int, ...] = ()


FIELDS = tuple(Planned.__dataclass_fields__)


def differing(one: Planned, other: Planned) -> list[str]:
    """The fields in which two plans of a task differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


def require_planned(planned: Planned, *, first_day: date, time_zone: ZoneInfo) -> Planned:
    """The plan, its texts cleaned.

    Refuses `title_needed`, `title_too_long`, `owner_needed`, `owner_too_long`, `offset_malformed`, `start_after_due`.
    """
    texts = {
        "title_vi": clean(planned.title_vi),
        "title_en": clean(planned.title_en),
        "owner": clean(planned.owner),
    }
    for name, written in texts.items():
        kind, limit = ("owner", OWNER_LENGTH) if name == "owner" else ("title", TITLE_LENGTH)
        if not written:
            raise Refusal(f"{kind}_needed")
        if len(written) > limit:
            raise Refusal(f"{kind}_too_long", length=len(written), limit=limit)
    due, start = spelled(planned.due), spelled(planned.start) if planned.start else None
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
    )


def spelled(offset: str) -> str:
    """An offset as it is kept, so that equal ones are equal texts: `D-3 07:05`. Refuses `offset_malformed`."""
    return moved_offset(offset, 0)


def moved_offset(offset: str, days: int) -> str:
    """The offset so many days later. Refuses `offset_malformed`, and `moved_too_far` past what an offset can tell."""
    found = OFFSET.fullmatch(offset.strip())
    if not found:
        raise Refusal("offset_malformed", value=offset)
    day, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if abs(day + days) > FARTHEST:
        raise Refusal("moved_too_far")
    return f"D{day + days:+d} {hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def offset_of(moment: datetime, *, first_day: date, time_zone: ZoneInfo) -> str:
    """The offset that gives a moment, to the minute."""
    local = moment.astimezone(time_zone)
    return f"D{(local.date() - first_day).days:+d} {local:%H:%M}"


@dataclass(frozen=True)
class Slip:
    """How much later than the baseline something is due: what the event's moves carried it, and what was changed of itself."""

    event: timedelta
    own: timedelta

    @property
    def whole(self) -> timedelta:
        return self.event + self.own


def slip(
    due_at: datetime, baseline_due_at: datetime, *, carried_days: int, time_zone: ZoneInfo
) -> Slip:
    """By the local calendar, so that a change of the clock in between is no slip."""
    was, now = (
        moment.astimezone(time_zone).replace(tzinfo=None) for moment in (baseline_due_at, due_at)
    )
    return Slip(carried_days * DAY, now - was - carried_days * DAY)


@dataclass(frozen=True)
class Movable:
    """Something dated, and what a move of the event would make of it. `stays`: `pinned`, `begun` or `published`; empty where it
    moves. `kind`: `task`, `item` or `media`; `number` is a task's."""

    kind: str
    id: int
    number: int | None
    title_vi: str
    title_en: str
    was: datetime
    becomes: datetime
    stays: str = ""


@dataclass(frozen=True)
class Move:
    """What moving the event to other days would do. `seal` is new as soon as anything of it is."""

    first_day: date
    last_day: date
    to_first_day: date
    to_last_day: date
    what: tuple[Movable, ...]

    @property
    def days(self) -> int:
        return (self.to_first_day - self.first_day).days

    @property
    def moving(self) -> list[Movable]:
        return [one for one in self.what if not one.stays]

    @property
    def staying(self) -> list[Movable]:
        return [one for one in self.what if one.stays]

    @property
    def seal(self) -> str:
        parts = [self.first_day, self.last_day, self.to_first_day, self.to_last_day]
        parts += [(one.kind, one.id, one.was.isoformat(), one.stays) for one in self.what]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def require_days(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise Refusal("last_day_before_first", first=first_day, last=last_day)


def days_later(moment: datetime, days: int, *, time_zone: ZoneInfo) -> datetime:
    """The same local time so many days later, in the zone that the moment has. Refuses `moved_too_far`."""
    local = moment.astimezone(time_zone)
    try:
        return (local + days * DAY).astimezone(
            moment.tzinfo
        )  # within one zone Python counts local days
    except OverflowError:
        raise Refusal("moved_too_far") from None
