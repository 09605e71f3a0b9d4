"""What the server needs before it answers: a place to write, the tables, an event."""

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from data.access import invitations
from data.backup import backup
from data.commands import Origin, execute
from data.events.clock import real_now
from data.events.current import current_event
from data.events.drafted import add_drafted
from data.rehearsal import runs
from data.storage import database, migrate
from data.storage.identity import identity
from models.access.people import Role
from models.access.sign_ins import Secret
from models.events.event import Draft, Event, require_draft
from models.refusals import Refusal

log = logging.getLogger(__name__)

SETUP = "setup"


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


def prepare(*, sample: bool = False) -> None:
    """Migrates the database. `sample`: where there is no event yet, loads the sample as a
    rehearsal; else the first visitor is asked.

    Refuses what `is_first`, `database.require_place` and the event's files refuse.
    """
    if is_first() and sample:
        database.run(_first_run)


def _first_run(session: Session) -> None:
    """Reads again in the transaction: two processes may start on an empty database at once."""
    if current_event(session) is None:
        runs.start_run(session, real=real_now())


# --- the first start -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """How someone who is not signed in shows that the installation is theirs: the request comes
    from the machine itself, or the code is typed that the server prints on its console.
    """

    from_machine: bool = False
    code: str = ""


def setup_code() -> str:
    """The code of the first start, made where there is none; opens a transaction of its own."""
    return database.run(_setup_code)


def _setup_code(session: Session) -> str:
    stored = session.get(Secret, SETUP)
    if stored is None:
        stored = Secret(name=SETUP, value=secrets.token_hex(5))
        session.add(stored)
        session.flush()
    return stored.value


def is_unclaimed(session: Session) -> bool:
    """Whether no real event was ever made here: there is none yet, or the sample is looked at."""
    return session.exec(select(Event.id).where(col(Event.rehearsal).is_(False))).first() is None


def open_sample(session: Session, *, door: Door) -> None:
    """Load the sample as a rehearsal. Refuses `setup_over` and `setup_code_wrong`."""
    _require_owner(session, door)
    if current_event(session) is not None:
        raise Refusal("setup_over")
    _first_run(session)


def create_event(session: Session, *, door: Door, draft: Draft) -> str:
    """Make the installation's first real event, and return the token of its admin's link; the
    sample is put aside.

    Refuses `setup_over`, `setup_code_wrong`, and what `require_draft` refuses.
    """
    _require_owner(session, door)
    event = add_drafted(session, require_draft(draft), now=real_now())
    remember(event)
    key = Role.ADMIN.value
    return execute(session, Origin(), invitations.invite_from_command_line, key=key)


def _require_owner(session: Session, door: Door) -> None:
    """No one is signed in yet who could have a permission: what is shown at the door decides."""
    if not is_unclaimed(session):
        raise Refusal("setup_over")
    code = door.code.strip().encode()
    if not door.from_machine and not secrets.compare_digest(code, _setup_code(session).encode()):
        raise Refusal("setup_code_wrong")


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
