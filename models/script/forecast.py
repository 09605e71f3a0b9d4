"""When each item of a room will really begin and end, from the plan and what was recorded so far.

Pure: the same plan, marks and moment give the same forecast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from models.programme import UNFINISHED_TAIL

ZERO = timedelta()


class State(StrEnum):
    """Where an item of the script stands.

    `OVER`: no end was recorded, `PASSED`: no begin was either; what follows it in its room has
    begun, or its end was due hours ago (`UNFINISHED_TAIL`).
    """

    AHEAD = "ahead"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    OVER = "over"
    PASSED = "passed"
    SKIPPED = "skipped"


CAN_BE_CUT = (State.AHEAD, State.RUNNING, State.HELD)


@dataclass(frozen=True)
class Slot:
    """An item as planned and as recorded so far; moments are aware UTC.

    `room`: the id of its venue, None where it has none and so stands by itself. `fixed`: it begins
    when it is planned to, whatever comes before. `held_at`: it stands still since then; `held`: for
    how long it was still before.
    """

    id: int
    room: int | None
    starts_at: datetime
    ends_at: datetime
    fixed: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    skipped: bool = False
    held_at: datetime | None = None
    held: timedelta = ZERO

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True)
class Expected:
    """An item as it will be, or was.

    `starts_at` and `ends_at` are None for one that is skipped or was passed. `due_at`: when one
    that has begun should end by its own length, however late it is by now.

    `cut`: how much of its time is missing before the fixed item that follows it.
    """

    id: int
    state: State
    starts_at: datetime | None
    ends_at: datetime | None
    drift: timedelta = ZERO
    cut: timedelta = ZERO
    due_at: datetime | None = None


@dataclass(frozen=True)
class Hit:
    """A fixed item that is reached `by` so much too late by what precedes it in its room."""

    id: int
    by: timedelta


@dataclass(frozen=True)
class Forecast:
    """`expected` by item; `hits`: the fixed items for which the time does not suffice."""

    expected: dict[int, Expected]
    hits: tuple[Hit, ...]


def forecast(slots: Iterable[Slot], *, now: datetime) -> Forecast:
    """The forecast of every room.

    In a room items keep their planned order and do not overlap. An overrun pushes what is not
    fixed, and is cut at what is; nothing begins before its planned time, nor before now unless that
    was recorded.
    """
    expected: dict[int, Expected] = {}
    hits: list[Hit] = []
    ordered = sorted(slots, key=_by_room)
    for room, group in groupby(ordered, key=lambda slot: slot.room):
        rows = list(group)
        for row in [rows] if room is not None else [[slot] for slot in rows]:
            found, hit = _of_room(row, now)
            expected |= found
            hits += hit
    return Forecast(expected, tuple(hits))


def _by_room(slot: Slot) -> tuple[int, datetime, datetime, int]:
    return (-1 if slot.room is None else slot.room, slot.starts_at, slot.ends_at, slot.id)


def _of_room(slots: Sequence[Slot], now: datetime) -> tuple[dict[int, Expected], list[Hit]]:
    given_up = _given_up(slots, now)
    limits, overtaken = _limits(slots, given_up, now), _overtaken(slots)
    found: dict[int, Expected] = {}
    hits: list[Hit] = []
    free: datetime | None = None  # from when on the room has nothing to do
    for slot, limit, next_start in zip(slots, limits, overtaken, strict=True):
        if not slot.started_at and (slot.skipped or next_start or slot.id in given_up):
            state = State.SKIPPED if slot.skipped else State.PASSED
            found[slot.id] = Expected(slot.id, state, None, None)
            continue
        if slot.started_at:
            starts_at, wanted, state = _begun(slot, now, next_start, slot.id in given_up)
        else:
            starts_at, state = max(slot.starts_at, now), State.AHEAD
            if slot.fixed and free and free > starts_at:
                hits.append(Hit(slot.id, free - starts_at))
            if not slot.fixed and free:
                starts_at = max(starts_at, free)
            wanted = starts_at + slot.length
        if state in CAN_BE_CUT and limit is not None:
            begins, ends = min(starts_at, limit), min(wanted, limit)
        else:
            begins, ends = starts_at, wanted
        drift = begins - slot.starts_at
        due_at = _due_at(slot, now)
        found[slot.id] = Expected(slot.id, state, begins, ends, drift, wanted - ends, due_at)
        free = wanted if free is None else max(free, wanted)
    return found, hits


def _given_up(slots: Sequence[Slot], now: datetime) -> set[int]:
    """What no one will record any more. While something goes on in the room, what has not begun
    there waits for it, however late.
    """
    latest = next((slot for slot in reversed(slots) if slot.started_at), None)
    over: set[int] = set()
    if latest is not None and not latest.finished_at:
        if now < _last_due(latest) + UNFINISHED_TAIL:
            return over
        over.add(latest.id)
    waiting = [slot for slot in slots if not slot.started_at]
    return over | {slot.id for slot in waiting if now >= slot.ends_at + UNFINISHED_TAIL}


def _last_due(slot: Slot) -> datetime:
    """When the end of an item that has begun was due, however long it stands still by now."""
    assert slot.started_at is not None
    return max(slot.ends_at, slot.started_at + slot.length + slot.held)


def _limits(slots: Sequence[Slot], given_up: set[int], now: datetime) -> list[datetime | None]:
    """Of each item when the next fixed one of its room begins that has not begun yet."""
    limits: list[datetime | None] = []
    nearest: datetime | None = None
    for slot in reversed(slots):
        limits.append(nearest)
        if slot.fixed and not slot.started_at and not slot.skipped and slot.id not in given_up:
            nearest = max(slot.starts_at, now)
    return limits[::-1]


def _overtaken(slots: Sequence[Slot]) -> list[datetime | None]:
    """Of each item when the next one of its room that has begun did so."""
    starts: list[datetime | None] = []
    nearest: datetime | None = None
    for slot in reversed(slots):
        starts.append(nearest)
        nearest = slot.started_at or nearest
    return starts[::-1]


def _begun(
    slot: Slot, now: datetime, next_start: datetime | None, given_up: bool
) -> tuple[datetime, datetime, State]:
    """When an item began, until when it wants its room, and where it stands."""
    assert slot.started_at is not None
    if slot.finished_at:
        return slot.started_at, slot.finished_at, State.DONE
    ends_at = _due_at(slot, now) or slot.ends_at
    if next_start is not None:
        return slot.started_at, max(slot.started_at, min(ends_at, next_start)), State.OVER
    if given_up:
        return slot.started_at, ends_at, State.OVER
    state = State.HELD if slot.held_at else State.RUNNING
    return slot.started_at, max(ends_at, now), state


def _due_at(slot: Slot, now: datetime) -> datetime | None:
    """When an item that has begun should end; what stands still moves it on."""
    if slot.started_at is None:
        return None
    pauses = slot.held + (now - slot.held_at if slot.held_at else ZERO)
    return slot.started_at + slot.length + pauses
