"""The cached reads of programme: each is computed once per revision for all viewers."""

from data import programme
from data.storage import database
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def items(moment: Moment) -> tuple:
    """Every programme item's `models.programme.ItemSnapshot`, by planned start."""
    return _items(moment.key_of("programme"), moment)


@shared(ENTRIES)
def _items(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(programme.items_at(session, _moment.event, _moment.view))
