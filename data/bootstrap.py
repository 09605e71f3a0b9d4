"""What the server needs before it answers: a place to write, the tables, an event."""

from sqlmodel import Session

from data import rehearsal
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database, migrate


def is_first() -> bool:
    """Migrates the database and says whether there is no event in it yet."""
    database.require_place()
    migrate.upgrade()
    with database.reading() as session:
        return current_event(session) is None


def prepare() -> None:
    """Migrates the database, and loads the sample event as a rehearsal where there is no event yet.

    Refuses what `database.require_place` and the event's files refuse.
    """
    if is_first():
        database.run(_first_run)


def _first_run(session: Session) -> None:
    """Reads again in the transaction: two processes may start on an empty database at once."""
    if current_event(session) is None:
        rehearsal.start_run(session, real=real_now())
