"""The change log: written with every fact and announced after the commit; `data.listeners` hears of other processes'."""

import json
from collections import deque
from collections.abc import Callable
from datetime import datetime, timezone
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, text
from sqlmodel import Session, select

from data.storage import measures
from models.access import sign_ins  # noqa: F401  the change log refers to its table
from models.access.people import Person
from models.storage import NOT_A_SCAN, Change

CHANNEL = "san_sang"
TOPICS = (
    "event",
    "clock",
    "readiness",
    "attendance",
    "incidents",
    "programme",
    "media",
    "reviews",
    "roll_calls",
)
TOLD = (
    "readiness",
    "incidents",
    "programme",
    "media",
    "reviews",
)  # what walls tell in words; scans are in the curve already
PROCESS = uuid4().hex  # tells the notifications of this process from those of others

_ADD = insert(Change.__table__).returning(Change.__table__.c.id)

# Every run of every page asks these, so they are built once; of the topics each is a step down an index.
_LATEST = select(func.max(Change.id))
_NEWEST = select(
    *(
        select(func.max(Change.id))
        .where(Change.event_id == bindparam("event"), Change.topic == topic)
        .scalar_subquery()
        for topic in TOPICS
    )
)

Listener = Callable[[int, frozenset[str]], None]
_listeners: list[Listener] = []
_own: deque[range] = deque(
    maxlen=10_000
)  # the ids of this process's own changes, for a listener to pass over


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
    sign_in_id: int | None = None,
) -> None:
    """Note a change; `store` writes it when the transaction ends. `sign_in_id` tells from where."""
    session.info.setdefault("changes", []).append(
        {
            "event_id": event_id,
            "at": at,
            "recorded_at": datetime.now(timezone.utc),
            "person_id": by.id if by else None,
            "sign_in_id": sign_in_id or session.info.get("sign_in"),
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
    numbers = session.execute(_ADD, rows).scalars().all()
    session.info |= {
        "stored": rows,
        "revision": max(numbers),
    }  # the newest of all, since writers take turns
    if session.get_bind().dialect.name == "postgresql":
        told = json.dumps(
            {"revision": session.info["revision"], "topics": sorted(topics), "by": PROCESS}
        )
        session.execute(
            text("SELECT pg_notify(:channel, :told)"), {"channel": CHANNEL, "told": told}
        )
    return topics


def latest(session: Session) -> int:
    """The revision: the highest change id, 0 before the first."""
    return session.exec(_LATEST).one() or 0


def latest_by_topic(session: Session, event_id: int) -> dict[str, int]:
    """The newest change of an event in each topic: what is cached of one topic need not be read anew for another's sake."""
    found = session.execute(_NEWEST, {"event": event_id}).one()
    return {topic: number or 0 for topic, number in zip(TOPICS, found, strict=True)}


def waiting_since(session: Session, after: int) -> datetime | None:
    """When the oldest change after a revision was recorded, in real time; None where there is none."""
    return session.exec(select(func.min(Change.recorded_at)).where(Change.id > after)).one()


def first_at(session: Session, event_id: int) -> datetime | None:
    """When the first fact of an event happened, by its clock; None before it."""
    firsts = (
        select(func.min(Change.at))
        .where(Change.event_id == event_id, Change.topic == topic, NOT_A_SCAN)
        .scalar_subquery()
        for topic in TOLD
    )
    return min(
        (moment for moment in session.execute(select(*firsts)).one() if moment), default=None
    )


def subscribe(listener: Listener) -> Callable[[], None]:
    """Calls `listener(revision, topics)` after every commit, on the committing thread; returns the way to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def announce(revision: int, topics: frozenset[str]) -> None:
    for listener in list(_listeners):
        listener(revision, topics)


def announce_own(session: Session, topics: frozenset[str]) -> None:
    """Announces what this process has just committed: the rows that `store` wrote, the last of which is the revision."""
    rows, revision = session.info.pop("stored"), session.info.pop("revision")
    _own.append(range(revision - len(rows) + 1, revision + 1))  # in a row, since writers take turns
    measures.count_writes(rows)
    announce(revision, topics)


def take_own() -> set[int]:
    """The ids of this process's changes since the last call."""
    taken: set[int] = set()
    while _own:
        taken.update(_own.popleft())
    return taken
