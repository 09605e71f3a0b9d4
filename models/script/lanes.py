"""The script as its readers see it: a lane for each room, its items with their forecast."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from models.programme import ItemSnapshot
from models.script.forecast import Expected, Hit, Slot, State, forecast
from models.script.lines import Line
from models.script.papers import PaperSnapshot, PaperState
from models.script.rooms import Marks

GOING = (State.RUNNING, State.HELD)


@dataclass(frozen=True)
class Step:
    """An item of a lane: its plan, its line at a version, its forecast, its marks, its papers.

    `hit`: by how much what precedes it runs into it, of a fixed one; else None.
    """

    item: ItemSnapshot
    version: int
    line: Line
    expected: Expected
    marks: Marks = Marks()
    hit: timedelta | None = None
    papers: tuple[PaperSnapshot, ...] = ()

    @property
    def state(self) -> State:
        return self.expected.state

    @property
    def who(self) -> str:
        """Who carries it out: by its line, else who chairs the item."""
        return self.line.who or self.item.chair

    @property
    def held_at(self) -> datetime | None:
        """Since when it stands still."""
        return self.marks.held_at

    @property
    def due_at(self) -> datetime | None:
        """When it should end by its own length if it did not stand still since `held_at`; None for
        one that has not begun.
        """
        if self.item.started_at is None:
            return None
        length = self.item.ends_at - self.item.starts_at
        return self.item.started_at + length + self.marks.held

    @property
    def speaking(self) -> PaperSnapshot | None:
        """The paper that is being read."""
        return next((one for one in self.papers if one.state is PaperState.SPEAKING), None)

    @property
    def speaker_due_at(self) -> datetime | None:
        """When that paper should end, as `due_at` says it of the item."""
        paper = self.speaking
        if paper is None or paper.called_at is None:
            return None
        return paper.called_at + paper.planned + self.marks.held_after(paper.called_at)


@dataclass(frozen=True)
class Lane:
    """What takes place in a room (None: without one), in the planned order.

    `left_open`: the wholes that go on there though none of their parts does, or is to come.
    """

    room: int | None
    steps: tuple[Step, ...]
    left_open: tuple[ItemSnapshot, ...] = ()

    @property
    def going(self) -> Step | None:
        """What runs there, or stands still."""
        return next((step for step in reversed(self.steps) if step.state in GOING), None)

    @property
    def following(self) -> Step | None:
        """What comes next there."""
        return next((step for step in self.steps if step.state is State.AHEAD), None)


@dataclass(frozen=True)
class Outlook:
    """When an item will begin, and when it should end; `held_at`: its end moves on since then.

    Two Nones for one that has no outlook; `skipped`: it is left out.
    """

    begins_at: datetime | None = None
    due_at: datetime | None = None
    held_at: datetime | None = None
    skipped: bool = False


def newest_mark(items: Sequence[ItemSnapshot], marks: Mapping[int, Marks]) -> datetime:
    """When anything of a programme was recorded last; before that, when it begins."""
    found = [moment for item in items for moment in (item.started_at, item.finished_at) if moment]
    for one in marks.values():
        found += [one.held_at] if one.held_at else []
        found += [until for _, until in one.pauses]
    return max(found) if found else min(item.starts_at for item in items)


def outlooks(found: Mapping[int | None, Lane]) -> dict[int, Outlook]:
    """The outlook of each item by its id; of a whole, from its first part to its last one."""
    steps = [step for lane in found.values() for step in lane.steps]
    outlook = {
        step.item.id: Outlook(
            step.expected.starts_at, step.due_at, step.held_at, step.state is State.SKIPPED
        )
        for step in steps
    }
    for step in steps:
        whole, own = step.item.parent_id, step.expected
        if whole is None or own.starts_at is None or own.ends_at is None:
            continue
        known = outlook.get(whole, Outlook(own.starts_at, own.ends_at))
        outlook[whole] = Outlook(
            min(known.begins_at or own.starts_at, own.starts_at),
            max(known.due_at or own.ends_at, own.ends_at),
        )
    return outlook


def lanes(
    items: Iterable[ItemSnapshot],
    lines: Mapping[int, tuple[int, Line]],
    marks: Mapping[int, Marks],
    papers: Mapping[int, tuple[PaperSnapshot, ...]] = MappingProxyType({}),
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
            marks.get(item.id, Marks()),
            _by(hits.get(item.id)),
            papers.get(item.id, ()),
        )
        steps.setdefault(item.venue_id, []).append(step)
    open_ones = [item for item in every if item.id in wholes and _left_open(item, steps, now)]
    return {
        room: Lane(room, tuple(own), tuple(one for one in open_ones if one.venue_id == room))
        for room, own in steps.items()
    }


def _left_open(item: ItemSnapshot, steps: Mapping[int | None, list[Step]], now: datetime) -> bool:
    parts = [one for own in steps.values() for one in own if one.item.parent_id == item.id]
    open_parts = any(one.state in (State.AHEAD, *GOING) for one in parts)
    return item.running and now < item.given_up_at and not open_parts


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
