"""The cached reads of personal data: computed once per change for all viewers."""

from data.personal_data import cases
from data.personal_data.cases import Cases
from data.storage import database
from ui.shell.cache import shared
from ui.shell.moment import Moment


def cases_of(moment: Moment) -> Cases:
    """The requests and breaches of the event (`data.personal_data.cases.cases_of`)."""
    return _cases(moment.key_of("people", "attendance"), moment)


@shared(4)
def _cases(key: tuple, _moment: Moment) -> Cases:
    with database.reading() as session:
        return cases.cases_of(session, _moment.event)
