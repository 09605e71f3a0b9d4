"""The cached read of the calendar addresses."""

from data import calendars
from data.storage import database
from models.calendars import CalendarSnapshot
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def addresses(moment: Moment) -> tuple[CalendarSnapshot, ...]:
    """The addresses that hold, newest first."""
    return _addresses(moment.key_of("script", "people"), moment)


@shared(ENTRIES)
def _addresses(key: tuple, _moment: Moment) -> tuple[CalendarSnapshot, ...]:
    with database.reading() as session:
        return tuple(calendars.addresses(session, _moment.event))
