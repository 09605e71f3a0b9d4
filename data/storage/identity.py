"""The identity of a database: it goes with the rows, wherever a backup of them is restored."""

from uuid import uuid4

from sqlmodel import Session

from data.storage import database
from models.access.sign_ins import Secret

NAME = "database"
MARK_LENGTH = 8  # characters of the identity that set an installation's cookies apart

_known: dict[str, str] = {}  # by the database's address


def identity() -> str:
    """A random name, made where there is none yet; opens sessions of its own."""
    with database.reading() as session:
        stored = session.get(Secret, NAME)
        if stored is not None:
            return stored.value
    return database.run(_made)


def cookie(name: str) -> str:
    """What a cookie is called in the browser: `san_sang_language.3fa9c1d2`.

    Browsers send a host's cookies to all of its ports: without the installation's mark two on one
    machine would overwrite each other's sign-ins.
    """
    return f"{name}.{mark()}"


def mark() -> str:
    """The beginning of the identity, read once for each database."""
    address = str(database.url())
    if address not in _known:
        _known[address] = identity()[:MARK_LENGTH]
    return _known[address]


def _made(session: Session) -> str:
    stored = session.get(Secret, NAME)
    if stored is None:
        stored = Secret(name=NAME, value=uuid4().hex)
        session.add(stored)
        session.flush()
    return stored.value
