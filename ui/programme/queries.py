"""The cached reads of programme: each is computed once per revision for all viewers."""

from data import programme
from data.attendance.queries import desks_of
from data.events import venues as events_venues
from data.plan import desks as plan_desks
from data.plan import items as plan_items
from data.plan import venues as plan_venues
from data.storage import database
from models.attendance.ledger import Desk, DeskPlan
from models.events.event import Venue, VenueName
from models.programme import PlannedItem
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def items(moment: Moment) -> tuple:
    """Every programme item's `models.programme.ItemSnapshot`, by planned start."""
    return _items(moment.key_of("programme"), moment)


def venues(moment: Moment) -> dict[int, Venue]:
    """The venues of the event by id, as they are."""
    return _venues((moment.event.id, moment.newest["event"]), moment)


@shared(4)
def _venues(key: tuple, _moment: Moment) -> dict[int, Venue]:
    with database.reading() as session:
        return events_venues.venues(session, _moment.event)


def cancelled(moment: Moment) -> tuple[plan_items.Cancelled, ...]:
    """The items that do not take place."""
    return _cancelled((moment.event.id, moment.newest["event"]), moment)


@shared(4)
def _cancelled(key: tuple, _moment: Moment) -> tuple[plan_items.Cancelled, ...]:
    with database.reading() as session:
        return tuple(plan_items.cancelled_items(session, _moment.event))


def desks(moment: Moment) -> tuple[Desk, ...]:
    """The check-in desks of the event, which serve its items."""
    return _desks((moment.event.id, moment.newest["event"]), moment)


@shared(4)
def _desks(key: tuple, _moment: Moment) -> tuple[Desk, ...]:
    with database.reading() as session:
        return tuple(desk for desk, _ in desks_of(session, _moment.event).values())


def retired_desks(moment: Moment) -> tuple[Desk, ...]:
    """The desks that are retired; detached."""
    return _retired_desks((moment.event.id, moment.newest["event"]), moment)


@shared(4)
def _retired_desks(key: tuple, _moment: Moment) -> tuple[Desk, ...]:
    with database.reading() as session:
        return tuple(plan_desks.retired_desks(session, _moment.event))


def desk_plan(desk_id: int) -> tuple[int, DeskPlan]:
    """The version and the row that a form which changes a desk is drawn with."""
    with database.reading() as session:
        return plan_desks.version_and_desk(session, desk_id)


def item_plan(item_id: int) -> tuple[int, PlannedItem]:
    """The version and the plan that a form which changes an item is drawn with."""
    with database.reading() as session:
        return plan_items.version_and_plan(session, item_id)


def venue_name(venue_id: int) -> tuple[int, VenueName]:
    """The version and the name that a form which renames a venue is drawn with."""
    with database.reading() as session:
        return plan_venues.version_and_name(session, venue_id)


@shared(ENTRIES)
def _items(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(programme.items_at(session, _moment.event, _moment.view))
