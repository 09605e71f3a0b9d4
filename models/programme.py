"""The programme: what takes place when and where, and when it really began and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record, moment_column

KINDS = ("ceremony", "forum", "session", "segment", "reception", "broadcast")
EXPECTS = ("all", "forum", "none")
"""Whom an item expects: everybody on the list, those who are chosen for it one by one, no one; any
other word is a kind of delegate, which the event's own list names."""


class ProgrammeItem(Record, table=True):
    """An item of the programme; a segment belongs to a session.

    `illustrative` lists what the source does not state. A pinned item stays where it is when the
    event moves.
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
