"""The change log: written with every fact and announced after the commit.

`data.storage.listeners` announces the commits of other processes.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, text
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.storage import measures
from models.access import sign_ins  # noqa: F401  the change log refers to its table
from models.access.people import Person
from models.storage import NOT_A_SCAN, TICKER_TOPICS, Change, Topic, narrowed, scoped

CHANNEL = "san_sang"
PROCESS = uuid4().hex  # tells the notifications of this process from those of others

_INSERT = insert(Change.__table__).returning(Change.__table__.c.id)

# On PostgreSQL the rows and the notification of them are one statement, which is the same for any
# number of rows; the notification goes out with the commit.
_INSERT_AND_NOTIFY = text("""
WITH given AS (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS row (
        event_id integer, at timestamptz, recorded_at timestamptz, person_id integer,
        sign_in_id integer, topic text, subject text, subject_id integer, what json
    )
), added AS (
    INSERT INTO change (
        event_id, at, recorded_at, person_id, sign_in_id, topic, subject, subject_id, what
    )
    SELECT event_id, at, recorded_at, person_id, sign_in_id, topic, subject, subject_id, what
    FROM given
    RETURNING id
), newest AS (
    SELECT max(id) AS revision FROM added
)
SELECT revision, pg_notify(:channel, CAST(json_build_object(
    'revision', revision, 'topics', CAST(:topics AS json), 'by', CAST(:process AS text)
) AS text))
FROM newest
""")

# Every run of every page asks these, so they are built once, of columns and not of objects; each
# topic is a step down an index.
_ROWS = Change.__table__.c
_LATEST = select_columns(func.max(_ROWS.id))
_LATEST_BY_TOPIC = select_columns(
    *(
        select_columns(func.max(_ROWS.id))
        .where(_ROWS.event_id == bindparam("event"), _ROWS.topic == topic.value)
        .scalar_subquery()
        for topic in Topic
    )
)

Listener = Callable[[int, frozenset[str]], None]
_listeners: list[Listener] = []
# The ids of this process's own changes, which its listener passes over.
_own: deque[range] = deque(maxlen=10_000)


def note(
    session: Session,
    *,
    event_id: int,
    at: datetime,
    by: Person | None,
    topic: Topic | str,
    subject: str,
    subject_id: int | None,
    what: dict[str, Any],
    sign_in_id: int | None = None,
    concerns: Iterable[int] = (),
) -> None:
    """Note a change; `store` writes it when the transaction ends.

    `data.commands` calls this for every command; `sign_in_id` identifies the browser or program.
    `concerns`: the ids of the sections of whose own pages it changes anything; none: any may be.
    """
    _note_names(session, Topic(topic), concerns)
    session.info.setdefault("changes", []).append(
        {
            "event_id": event_id,
            "at": at,
            "recorded_at": datetime.now(timezone.utc),
            "person_id": by.id if by else None,
            "sign_in_id": sign_in_id,
            "topic": Topic(topic).value,
            "subject": subject,
            "subject_id": subject_id,
            "what": what,
        }
    )


def _note_names(session: Session, topic: Topic, concerns: Iterable[int]) -> None:
    """Note by which names of `models.storage.narrowed` a change is announced."""
    names = frozenset({topic.value, *(scoped(topic.value, one) for one in concerns)})
    session.info.setdefault("names", set()).add(names)


def note_of_event(session: Session, *, event_id: int, at: datetime, what: dict[str, Any]) -> None:
    """Note what happened to an event as a whole, by no person: loaded, restored, erased."""
    note(
        session,
        event_id=event_id,
        at=at,
        by=None,
        topic="event",
        subject="event",
        subject_id=event_id,
        what=what,
    )


def noted(session: Session) -> list[dict[str, Any]]:
    """What a session that only reads has noted, for `note_again` in a transaction."""
    return list(session.info.get("changes", []))


def note_again(session: Session, *, noted: list[dict[str, Any]]) -> None:
    """Note, as of now, what another session has noted."""
    now = datetime.now(timezone.utc)
    rows = session.info.setdefault("changes", [])
    rows.extend({**row, "recorded_at": now} for row in noted)
    for row in noted:
        _note_names(session, Topic(row["topic"]), ())


def store(session: Session) -> frozenset[str]:
    """Write the noted changes at the end of the transaction and return their topics, as
    `models.storage.narrowed` does.
    """
    rows, names = session.info.pop("changes", []), session.info.pop("names", set())
    if not rows:
        return frozenset()
    topics = narrowed(names)
    session.flush()
    # The highest id of all is the revision, since writers take turns.
    if session.get_bind().dialect.name == "postgresql":
        revision = _insert_and_notify(session, rows, topics)
    else:
        revision = max(session.execute(_INSERT, rows).scalars())
    session.info |= {"stored": rows, "revision": revision}
    return topics


def _insert_and_notify(session: Session, rows: list[dict[str, Any]], topics: frozenset[str]) -> int:
    asked = {
        "rows": json.dumps([row | _as_text(row) for row in rows]),
        "channel": CHANNEL,
        "topics": json.dumps(sorted(topics)),
        "process": PROCESS,
    }
    revision: int = session.connection().execute(_INSERT_AND_NOTIFY, asked).scalar_one()
    return revision


def _as_text(row: dict[str, Any]) -> dict[str, str]:
    """The moments of a row, as JSON takes them."""
    return {name: row[name].isoformat() for name in ("at", "recorded_at")}


def latest(session: Session) -> int:
    """The revision: the highest change id, 0 before the first."""
    return session.execute(_LATEST).scalar_one() or 0


def latest_by_topic(session: Session, event_id: int) -> dict[str, int]:
    """The newest change of an event in each topic, 0 before the first.

    What is cached of one topic need not be read again because of another one.
    """
    ids = session.execute(_LATEST_BY_TOPIC, {"event": event_id}).one()
    return {topic: number or 0 for topic, number in zip(Topic, ids, strict=True)}


def waiting_since(session: Session, after: int) -> datetime | None:
    """When the oldest change after a revision was recorded, in real time; None where none was."""
    return session.exec(select(func.min(Change.recorded_at)).where(col(Change.id) > after)).one()


def first_at(session: Session, event_id: int) -> datetime | None:
    """When the first fact of an event happened, by its clock; None before it."""
    firsts = (
        select(func.min(Change.at))
        .where(Change.event_id == event_id, Change.topic == topic, NOT_A_SCAN)
        .scalar_subquery()
        for topic in TICKER_TOPICS
    )
    moments = session.execute(select(*firsts)).one()
    return min((moment for moment in moments if moment), default=None)


def subscribe(listener: Listener) -> Callable[[], None]:
    """Call `listener(revision, topics)` after every commit, on the committing thread.

    `topics` as `models.storage.narrowed` answers: every topic by its name, and sections of it.
    Returns the function that ends the subscription.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def announce(revision: int, topics: frozenset[str]) -> None:
    for listener in list(_listeners):
        listener(revision, topics)


def announce_own(session: Session, topics: frozenset[str]) -> None:
    """Announce what this process has just committed: the rows that `store` wrote."""
    rows, revision = session.info.pop("stored"), session.info.pop("revision")
    # Their ids are consecutive and end with the revision, since writers take turns.
    _own.append(range(revision - len(rows) + 1, revision + 1))
    measures.count_writes(rows)
    announce(revision, topics)


def take_own() -> set[int]:
    """The ids of this process's changes since the last call."""
    ids: set[int] = set()
    while _own:
        ids.update(_own.popleft())
    return ids
