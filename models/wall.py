"""What the wall shows as at one moment, and the rules that choose it: the browser decides
nothing again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot
from models.readiness.sections import TROUBLE, Concern, SectionSnapshot

FOCUS_TAIL = timedelta(minutes=30)
UNFINISHED_TAIL = timedelta(hours=6)
"""After its planned end an item counts as going on for as long where no end is recorded."""
LATE_AFTER = timedelta(minutes=1)  # a start or an end in its own minute is on time


@dataclass(frozen=True)
class Arrivals:
    """Attendance of the items that start together: three forums side by side are one gathering."""

    items: tuple[ItemSnapshot, ...]
    count: Headcount
    per_item: tuple[Headcount, ...]
    curve: tuple[tuple[datetime, int], ...]
    missing: tuple[
        tuple[str, str, int, int], ...
    ]  # (name_vi, name_en, missing, expected), most missing first

    @property
    def starts_at(self) -> datetime:
        return self.items[0].starts_at


def gatherings(items: list[ItemSnapshot]) -> list[list[ItemSnapshot]]:
    """The items that count attendance, those of one start together, in order."""
    groups: dict[datetime, list[ItemSnapshot]] = {}
    for item in items:
        if item.counts_attendance:
            groups.setdefault(item.starts_at, []).append(item)
    return [groups[start] for start in sorted(groups)]


def focus(items: list[ItemSnapshot], *, now: datetime) -> list[ItemSnapshot]:
    """The gathering that the wall counts: the one going on or next to come; after the last one, the
    last.

    A gathering gives way to the next once all its items have ended (or should have, half an hour
    ago).
    """
    groups = gatherings(items)
    for group in groups:
        over = all(item.finished_at or item.ends_at + FOCUS_TAIL <= now for item in group)
        if not over:
            return group
    return groups[-1] if groups else []


def running(items: list[ItemSnapshot], *, now: datetime) -> list[ItemSnapshot]:
    """What is going on: items that began and did not end, a segment instead of its session.

    An item without a recorded end is dropped some hours after its planned end.
    """
    going = [item for item in items if item.running and now < item.ends_at + UNFINISHED_TAIL]
    parents = {item.parent_id for item in going}
    return [item for item in going if item.id not in parents]


def upcoming(items: list[ItemSnapshot], *, now: datetime) -> ItemSnapshot | None:
    """What comes next: the first item that has not begun, unless its planned end has passed.

    A session comes before its first segment.
    """
    waiting = [
        item
        for item in items
        if not item.started_at and not item.finished_at and item.ends_at > now
    ]
    return min(
        waiting,
        key=lambda item: (item.starts_at, item.kind == "broadcast", item.parent_id is not None),
        default=None,
    )


def day_on_show(
    items: list[ItemSnapshot], *, now: datetime, local: Callable[[datetime], date]
) -> list[ItemSnapshot]:
    """The items of the day that the wall's programme shows.

    Today's, with what goes on since the evening before; else those of the next day that has any,
    else the last day's.
    """
    today = local(now)
    overnight = [
        item
        for item in items
        if item.starts_at <= now < item.ends_at
        and not item.finished_at
        and local(item.starts_at) < today
    ]
    days = sorted({local(item.starts_at) for item in items} | ({today} if overnight else set()))
    shown = next((day for day in days if day >= today), days[-1] if days else None)
    return [
        item
        for item in items
        if local(item.starts_at) == shown or (item in overnight and shown == today)
    ]


def days_of(item: ItemSnapshot, *, local: Callable[[datetime], date]) -> list[date]:
    """The days on which an item takes place: two where it lasts past midnight."""
    first, last = local(item.starts_at), local(item.ends_at - timedelta(microseconds=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def are_forums(items: Sequence[ItemSnapshot]) -> bool:
    """Whether items that take place together are called forums; others go by their names."""
    return all(item.kind == "forum" for item in items)


class Progress(StrEnum):
    """How far an item is."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"


def progress(item: ItemSnapshot) -> Progress:
    if item.finished_at:
        return Progress.FINISHED
    return Progress.RUNNING if item.started_at else Progress.WAITING


def late_from(item: ItemSnapshot) -> datetime | None:
    """After which moment an item is late if nothing is recorded; None for one that is over."""
    if item.finished_at:
        return None
    return (item.ends_at if item.started_at else item.starts_at) + LATE_AFTER


class TroubleText(StrEnum):
    """What a tile says of a section that is red or amber."""

    NONE = ""
    REASON = "reason"  # what speaks against the lead, who declares better
    BLOCKER = "blocker"  # the worst task that holds it up


class SilenceText(StrEnum):
    """What a tile says of a silent section; the keys of its sentences."""

    STALE_TASKS = "stale_tasks"  # critical tasks are not confirmed
    NEVER = "never_by"
    DECLARED = "declared_by"  # what was declared last


def trouble_text(section: SectionSnapshot) -> TroubleText:
    if section.level not in TROUBLE:
        return TroubleText.NONE
    if section.differs:
        return TroubleText.REASON
    return TroubleText.BLOCKER if section.blockers else TroubleText.NONE


def silence_text(section: SectionSnapshot) -> SilenceText:
    if section.reasons and section.reasons[0].concern is Concern.STALE:
        return SilenceText.STALE_TASKS
    return SilenceText.NEVER if section.confirmed_at is None else SilenceText.DECLARED


def lanes(items: list[ItemSnapshot]) -> dict[int, int]:
    """A lane for each item so that no two of one lane overlap, by item id; broadcasts lie below."""
    free: list[datetime] = []
    chosen: dict[int, int] = {}
    for item in sorted(
        items, key=lambda item: (item.kind == "broadcast", item.starts_at, item.ends_at)
    ):
        lane = next(
            (number for number, until in enumerate(free) if until <= item.starts_at), len(free)
        )
        if lane == len(free):
            free.append(item.ends_at)
        free[lane] = item.ends_at
        chosen[item.id] = lane
    return chosen
