"""What the server needs before it answers: a place to write, the tables, an event."""

import logging
from pathlib import Path

from sqlmodel import Session

from data import rehearsal
from data.backup import backup
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database, migrate
from data.storage.identity import identity
from models.events.event import Event
from models.refusals import Refusal

log = logging.getLogger(__name__)


def is_first() -> bool:
    """Migrates the database and says whether there is no event in it yet.

    Refuses `event_was_here`: the sample, open to everybody, must not take the place of a real
    event whose database is gone.
    """
    database.require_place()
    migrate.upgrade()
    identity()
    with database.reading() as session:
        event = current_event(session)
    if event is not None:
        remember(event)
    elif mark().exists():
        raise Refusal("event_was_here", event=_marked(), file=str(mark()))
    return event is None


def prepare() -> None:
    """Migrates the database, and loads the sample event as a rehearsal where there is no event yet.

    Refuses what `is_first`, `database.require_place` and the event's files refuse.
    """
    if is_first():
        database.run(_first_run)


def _first_run(session: Session) -> None:
    """Reads again in the transaction: two processes may start on an empty database at once."""
    if current_event(session) is None:
        rehearsal.start_run(session, real=real_now())


# --- where a real event was ----------------------------------------------------------------------


def mark() -> Path:
    """The file that says that a real event was loaded: next to the database's, else in `var`.

    Hidden, so that it outlasts `rm san_sang.db*`.
    """
    file = database.file_of(database.url())
    if file is not None:
        return database.mark_of(file)
    return database.mark_of(database.var() / backup.source())


def remember(event: Event) -> None:
    """Write the mark of a real event; a rehearsal is anybody's and leaves none."""
    if event.rehearsal or (mark().exists() and _marked() == event.slug):
        return
    try:
        mark().parent.mkdir(parents=True, exist_ok=True)
        mark().write_text(f"{event.slug}\n", encoding="utf-8")
    except OSError as failure:
        log.warning("the mark of the event could not be written: %s", failure.strerror)


def _marked() -> str:
    return mark().read_text(encoding="utf-8", errors="replace").strip()[:80]
