"""The cached reads of the register: each is computed once per revision for all viewers."""

from data.answers import queries as answers_queries
from data.answers.queries import Register
from data.contributions.queries import ContributionSnapshot
from data.storage import database
from models.answers.answers import PetitionSnapshot
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def registers(moment: Moment) -> tuple[Register, ...]:
    """The events whose register is worked with here, the current one first."""
    return _registers(moment.key_of("answers", "event"), moment)


@shared(ENTRIES)
def _registers(key: tuple, _moment: Moment) -> tuple[Register, ...]:
    with database.reading() as session:
        return tuple(answers_queries.registers(session, _moment.event))


def petitions(moment: Moment, event_id: int) -> tuple[PetitionSnapshot, ...]:
    """The register of an event: overdue petitions first, then by their day."""
    return _petitions(moment.key_of("answers"), event_id, moment)


@shared(ENTRIES)
def _petitions(key: tuple, event_id: int, _moment: Moment) -> tuple[PetitionSnapshot, ...]:
    with database.reading() as session:
        event = answers_queries.event_of_register(session, _moment.event, event_id)
        return tuple(answers_queries.petitions_at(session, event, _moment.view))


def overdue(moment: Moment) -> tuple[PetitionSnapshot, ...]:
    """The petitions of all registers whose answer is overdue, the longest first."""
    return _overdue(moment.key_of("answers"), moment)


@shared(ENTRIES)
def _overdue(key: tuple, _moment: Moment) -> tuple[PetitionSnapshot, ...]:
    with database.reading() as session:
        return tuple(answers_queries.overdue_petitions(session, _moment.event, _moment.view))


def unregistered(moment: Moment) -> tuple[ContributionSnapshot, ...]:
    """The contributions whose answer is owed and which the register does not hold yet."""
    return _unregistered(moment.key_of("answers", "contributions"), moment)


@shared(ENTRIES)
def _unregistered(key: tuple, _moment: Moment) -> tuple[ContributionSnapshot, ...]:
    with database.reading() as session:
        return tuple(answers_queries.unregistered(session, _moment.event, _moment.view))
