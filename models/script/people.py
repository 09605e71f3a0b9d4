"""Who is wanted in two rooms at once, by the forecast: who chairs, who acts, who reads a paper."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from models.posts import Booking, booked, double_booked
from models.programme import ItemSnapshot
from models.script.forecast import CAN_BE_CUT
from models.script.lanes import GOING, Lane, Step


def in_two_rooms(
    items: Iterable[ItemSnapshot], lanes: Mapping[int | None, Lane], *, now: datetime
) -> list[tuple[Booking, Booking]]:
    """The posts that are wanted in two rooms at once, of what is on and what is to come.

    `items`: the programme that the lanes are made of. A room and an item go by their ids. An item
    without a room is no clash.
    """
    steps = [step for lane in lanes.values() for step in lane.steps if step.state in CAN_BE_CUT]
    bookings = [one for step in steps for one in _of_step(step, now)]
    return double_booked([*bookings, *_of_wholes(items, steps)])


def _of_step(step: Step, now: datetime) -> Iterator[Booking]:
    item, begins_at, ends_at = step.item, step.expected.starts_at, step.expected.ends_at
    if item.venue_id is None or begins_at is None or ends_at is None:
        return
    of_item = partial(booked, room=item.venue_id, item=item.id, whole=item.parent_id)
    yield from of_item((item.chair, step.line.who), begins_at=begins_at, ends_at=ends_at)
    for who, called_at, due_at in _readers(step, begins_at, now):
        yield from of_item((who,), begins_at=called_at, ends_at=due_at)


def _readers(
    step: Step, begins_at: datetime, now: datetime
) -> Iterator[tuple[str, datetime, datetime]]:
    """Who reads when: the papers that are read or wait, one after the other."""
    free = max(begins_at, now) if step.state in GOING else begins_at
    if (reads := step.speaking) and reads.called_at and step.speaker_due_at:
        free = max(step.speaker_due_at, free)
        yield reads.plan.who, reads.called_at, free
    for paper in step.papers:
        if paper.waits:
            yield paper.plan.who, free, free + paper.planned
            free += paper.planned


def _of_wholes(items: Iterable[ItemSnapshot], steps: Iterable[Step]) -> Iterator[Booking]:
    """Who chairs a whole is wanted there from the first to the last of the parts that are left."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for step in steps:
        whole, own = step.item.parent_id, step.expected
        begins_at, ends_at = own.starts_at, own.ends_at
        if whole is not None and begins_at and ends_at:
            begun, ended = spans.get(whole, (begins_at, ends_at))
            spans[whole] = min(begun, begins_at), max(ended, ends_at)
    for item in items:
        if item.id in spans and item.venue_id is not None:
            begins_at, ends_at = spans[item.id]
            of_item = partial(booked, room=item.venue_id, item=item.id)
            yield from of_item((item.chair,), begins_at=begins_at, ends_at=ends_at)
