"""The change log: written with every fact, announced after the commit, carried between processes by PostgreSQL."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timezone

import psycopg
from sqlalchemy import func, insert, text
from sqlmodel import Session, select

from models.base import Change
from models.people import Person

log = logging.getLogger(__name__)

CHANNEL = "san_sang"

Listener = Callable[[int, frozenset[str]], None]
_listeners: list[Listener] = []


def note(
    session: Session,
    *,
    event_id: int,
    at: datetime,
    by: Person | None,
    topic: str,
    subject: str,
    subject_id: int | None,
    what: dict,
) -> None:
    """Notes a change; it is written when the transaction ends, by `store`."""
    session.info.setdefault("changes", []).append(
        {
            "event_id": event_id,
            "at": at,
            "recorded_at": datetime.now(timezone.utc),
            "person_id": by.id if by else None,
            "topic": topic,
            "subject": subject,
            "subject_id": subject_id,
            "what": what,
        }
    )


def store(session: Session) -> frozenset[str]:
    """Writes the noted changes at the end of the transaction and returns their topics."""
    rows = session.info.pop("changes", [])
    if not rows:
        return frozenset()
    topics = frozenset(row["topic"] for row in rows)
    session.flush()
    session.execute(insert(Change), rows)
    if session.get_bind().dialect.name == "postgresql":
        told = json.dumps({"revision": latest(session), "topics": sorted(topics)})
        session.execute(text("SELECT pg_notify(:channel, :told)"), {"channel": CHANNEL, "told": told})
    return topics


def latest(session: Session) -> int:
    """The revision: the highest change id, 0 before the first."""
    return session.exec(select(func.max(Change.id))).one() or 0


def subscribe(listener: Listener) -> Callable[[], None]:
    """Calls `listener(revision, topics)` after every commit, on the committing thread; returns the way to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def announce(revision: int, topics: frozenset[str]) -> None:
    for listener in list(_listeners):
        listener(revision, topics)


class PostgresListener:
    """Hears the commits of other processes. A lost connection is opened again, and what was missed is announced."""

    def __init__(self, url: str, *, on_return: Callable[[], None]) -> None:
        self.url = url
        self.on_return = on_return
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._listen, name="postgres-listener", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(timeout=3)

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.on_return()
                    while not self.stopping.is_set():
                        for notice in connection.notifies(timeout=1):
                            told = json.loads(notice.payload)
                            announce(told["revision"], frozenset(told["topics"]))
            except psycopg.OperationalError:
                log.warning("the PostgreSQL listener lost its connection; trying again")
                self.stopping.wait(1)
