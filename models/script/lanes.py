"""The script as its readers see it: a lane for each room, its items with their forecast."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.programme import ItemSnapshot
from models.script.forecast import Expected, Hit, Slot, State, forecast
from models.script.lines import Line
from models.script.rooms import Marks

GOING = (State.RUNNING, State.HELD)


@dataclass(frozen=True)
class Step:
    """An item of a lane: its plan, its line at a version, its forecast, since when it stands still.

    `hit`: by how much what precedes it runs into it, of a fixed one; else None.
    """

    item: ItemSnapshot
    version: int
    line: Line
    expected: Expected
    held_at: datetime | None = None
    hit: timedelta | None = None

    @property
    def state(self) -> State:
        return self.expected.state


@dataclass(frozen=True)
class Lane:
    """What takes place in a room (None: without one), in the planned order."""

    room: int | None
    steps: tuple[Step, ...]

    @property
    def going(self) -> Step | None:
        """What runs there, or stands still."""
        return next((step for step in reversed(self.steps) if step.state in GOING), None)

    @property
    def following(self) -> Step | None:
        """What comes next there."""
        return next((step for step in self.steps if step.state is State.AHEAD), None)


def lanes(
    items: Iterable[ItemSnapshot],
    lines: Mapping[int, tuple[int, Line]],
    marks: Mapping[int, Marks],
    *,
    now: datetime,
) -> dict[int | None, Lane]:
    """The lanes of a programme by room, in the order of their first items.

    What has parts is shown by its parts: the first of them is fixed where the whole is. What is
    broadcast takes no room.
    """
    every = list(items)
    wholes = {item.parent_id for item in every}
    single = [item for item in every if item.id not in wholes and item.kind != "broadcast"]
    first_parts = {item.parent_id: item.id for item in reversed(single) if item.parent_id}.values()

    def fixed(item: ItemSnapshot) -> bool:
        whole = item.parent_id if item.id in first_parts else None
        return any(lines[one][1].fixed for one in (item.id, whole) if one and one in lines)

    slots = [_slot(item, marks.get(item.id, Marks()), fixed=fixed(item)) for item in single]
    found = forecast(slots, now=now)
    hits = {hit.id: hit for hit in found.hits}
    steps: dict[int | None, list[Step]] = {}
    for item in single:
        version, line = lines.get(item.id, (0, Line()))
        step = Step(
            item,
            version,
            line,
            found.expected[item.id],
            marks.get(item.id, Marks()).held_at,
            _by(hits.get(item.id)),
        )
        steps.setdefault(item.venue_id, []).append(step)
    return {room: Lane(room, tuple(own)) for room, own in steps.items()}


def _by(hit: Hit | None) -> timedelta | None:
    return hit.by if hit else None


def _slot(item: ItemSnapshot, marks: Marks, *, fixed: bool) -> Slot:
    return Slot(
        id=item.id,
        room=item.venue_id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        fixed=fixed,
        started_at=item.started_at,
        finished_at=item.finished_at,
        skipped=marks.skipped,
        held_at=marks.held_at,
        held=marks.held,
    )
