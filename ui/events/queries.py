"""The reads of the events of an installation; not cached: hardly anyone looks, and rarely."""

from data import bootstrap
from data.events import listed
from data.events.listed import Listed
from data.storage import database


def is_unclaimed() -> bool:
    """Whether no real event was ever made here (`data.bootstrap.is_unclaimed`)."""
    with database.reading() as session:
        return bootstrap.is_unclaimed(session)


def everything() -> list[Listed]:
    """Every event, the current one first (`data.events.listed.listed_events`)."""
    with database.reading() as session:
        return listed.listed_events(session)
