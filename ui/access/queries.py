"""The cached reads of access: each is computed once per revision for all viewers."""

from datetime import timedelta

from data.access import offices, people, sign_ins
from data.access.people import Entrance
from data.access.sign_ins import Browser
from data.backup import backup
from data.events import clock
from data.storage import database
from models.access.people import Office, Person
from models.events.event import Event
from ui.shell.cache import shared
from ui.shell.moment import Moment


def everybody(moment: Moment) -> tuple[Person, ...]:
    """All people whom the event's file names, and the displays; detached."""
    return _everybody(moment.key, moment)


@shared(4)
def _everybody(key: tuple, _moment: Moment) -> tuple[Person, ...]:
    with database.reading() as session:
        return tuple(people.people(session))


def office(person_id: int) -> tuple[int, Office]:
    """An office's current version and row; not cached, since a form begins with the row itself."""
    with database.reading() as session:
        return offices.version_and_office(session, person_id)


def retired_offices(moment: Moment) -> tuple[Person, ...]:
    """The offices that are retired; detached."""
    return _retired_offices(moment.key, moment)


@shared(4)
def _retired_offices(key: tuple, _moment: Moment) -> tuple[Person, ...]:
    with database.reading() as session:
        return tuple(offices.retired_offices(session))


def entrances(*, rehearsal_only: bool) -> dict[int, Entrance]:
    """Who was invited and who has come in (`data.access.people.entrances`); not cached: a sign-in
    is no change of the event."""
    with database.reading() as session:
        return people.entrances(session, rehearsal_only=rehearsal_only)


def browsers() -> list[Browser]:
    """Every active sign-in, last used first; not cached, since it also ends by the clock."""
    with database.reading() as session:
        return sign_ins.browsers(session, now=clock.real_now())


def backup_overdue(event: Event) -> timedelta | None:
    """The age of the newest backup where it is older than it may be; read from the folder."""
    return backup.overdue(event, now=clock.real_now())


def database_fault() -> str | None:
    """Why the database takes no writes, as the code of a refusal; None where it does."""
    return database.fault
