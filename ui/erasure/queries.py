"""The cached read of erasure: computed once per change of the event for all viewers."""

from datetime import datetime

from data import erasure
from data.storage import database
from ui.shell.cache import shared
from ui.shell.moment import Moment


def erased_at(moment: Moment) -> datetime | None:
    """When the event's personal data was erased (`data.erasure.erased_at`)."""
    return _erased_at(moment.key_of(), moment)


@shared(4)
def _erased_at(key: tuple, _moment: Moment) -> datetime | None:
    with database.reading() as session:
        return erasure.erased_at(session, _moment.event.slug)
