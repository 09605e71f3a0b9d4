"""The board: everything that the wall shows as at one moment, and the rules that choose what is on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot

FOCUS_TAIL = timedelta(minutes=30)


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
    """The gathering that the wall counts: the one going on or next to come; after the last one, the last.

    A gathering gives way to the next once all its items have ended (or should have, half an hour ago).
    """
    groups = gatherings(items)
    for group in groups:
        over = all(item.finished_at or item.ends_at + FOCUS_TAIL <= now for item in group)
        if not over:
            return group
    return groups[-1] if groups else []


def running(items: list[ItemSnapshot]) -> list[ItemSnapshot]:
    """What is going on: items that began and did not end; a segment hides the session that it belongs to."""
    going = [item for item in items if item.running]
    parents = {item.parent_id for item in going}
    return [item for item in going if item.id not in parents]


def upcoming(items: list[ItemSnapshot], *, now: datetime) -> ItemSnapshot | None:
    """What comes next: the first item that has not begun, unless its planned end has passed; a session before its first segment."""
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


def day_on_show(items: list[ItemSnapshot], *, now: datetime, local) -> list[ItemSnapshot]:
    """The items of the day that the wall's programme shows: today's, else the next day's that has any, else the last day's."""
    days = sorted({local(item.starts_at) for item in items})
    today = local(now)
    shown = next((day for day in days if day >= today), days[-1] if days else None)
    return [item for item in items if local(item.starts_at) == shown]


def lanes(items: list[ItemSnapshot]) -> dict[int, int]:
    """A lane for each item so that no two of one lane overlap; a session's segments stand for it and share the first lanes."""
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
