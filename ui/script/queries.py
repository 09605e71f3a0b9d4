"""The cached reads of the script: each is computed once per revision for all viewers."""

from data.script import lanes as script_lanes
from data.script import rooms as script_rooms
from data.script.rooms import Room
from data.storage import database
from models.posts import Booking
from models.script import people
from models.script.forecast import Expected, State
from models.script.lanes import Lane
from ui.programme import queries as programme_queries
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def rooms(moment: Moment) -> tuple[Room, ...]:
    """The rooms of the programme, in the order of their first items."""
    return _rooms(moment.key_of("programme", "script", "people"), moment)


@shared(ENTRIES)
def _rooms(key: tuple, _moment: Moment) -> tuple[Room, ...]:
    with database.reading() as session:
        return tuple(script_rooms.rooms_at(session, _moment.event, _moment.view))


def by_room(moment: Moment) -> dict[int | None, Lane]:
    """The lanes of the script by room, with the forecast of the minute."""
    return _lanes(moment.key_of("programme", "script"), moment)


@shared(ENTRIES)
def _lanes(key: tuple, _moment: Moment) -> dict[int | None, Lane]:
    items = programme_queries.items(_moment)
    with database.reading() as session:
        return script_lanes.lanes_at(session, _moment.event, _moment.view, items)


def in_two_rooms(moment: Moment) -> tuple[tuple[Booking, Booking], ...]:
    """The posts that are wanted in two rooms at once, of what is on and what is to come."""
    return _in_two_rooms(moment.key_of("programme", "script"), moment)


@shared(ENTRIES)
def _in_two_rooms(key: tuple, _moment: Moment) -> tuple[tuple[Booking, Booking], ...]:
    items = programme_queries.items(_moment)
    return tuple(people.in_two_rooms(items, by_room(_moment), now=_moment.view.moment))


def skipped(moment: Moment) -> frozenset[int]:
    """The items that the script leaves out."""
    return frozenset(
        number for number, one in expected(moment).items() if one.state is State.SKIPPED
    )


def expected(moment: Moment) -> dict[int, Expected]:
    """Item id to when it will really begin and end, of every item without parts."""
    return {step.item.id: step.expected for lane in by_room(moment).values() for step in lane.steps}
