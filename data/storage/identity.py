"""The identity of a database: it goes with the rows, wherever a backup of them is restored."""

from uuid import uuid4

from sqlmodel import Session

from data.storage import database
from models.access.sign_ins import Secret

NAME = "database"


def identity() -> str:
    """A random name, made where there is none yet; opens sessions of its own."""
    with database.reading() as session:
        stored = session.get(Secret, NAME)
        if stored is not None:
            return stored.value
    return database.run(_made)


def _made(session: Session) -> str:
    stored = session.get(Secret, NAME)
    if stored is None:
        stored = Secret(name=NAME, value=uuid4().hex)
        session.add(stored)
        session.flush()
    return stored.value
