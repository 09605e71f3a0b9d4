"""The ticker: the latest changes that concern a reader of the wall."""

from sqlalchemy import Row, Select, bindparam, union_all
from sqlmodel import Session, select

from data.wall.tiles import ms
from models.events.event import Event, View
from models.storage import NOT_A_SCAN, TICKER_TOPICS, Change
from models.text import both

NEWEST = 8


def _newest_of_all(*conditions) -> Select:
    """The latest changes of all topics in one round trip: one short walk down the index for each of them.

    A single query over all topics would read the whole log; without the condition of the index, word for word, it would not be
    found to fit.
    """
    columns = (Change.id, Change.at, Change.subject, Change.subject_id, Change.what)
    walks = [
        select(*columns)
        .where(
            Change.event_id == bindparam("event"), Change.topic == topic, NOT_A_SCAN, *conditions
        )
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(NEWEST)
        .subquery()
        for topic in TICKER_TOPICS
    ]
    found = union_all(*(select(walk) for walk in walks)).subquery()
    return select(found).order_by(found.c.at.desc(), found.c.id.desc()).limit(NEWEST)


_NEWEST_NOW, _NEWEST_PAST = (
    _newest_of_all(),
    _newest_of_all(Change.at <= bindparam("moment")),
)  # built once: every board asks


def newest(session: Session, event: Event, view: View, tasks: dict, items: dict) -> list[dict]:
    """The latest changes that concern a reader of the wall, newest first; scans are in the curve already."""
    query = _NEWEST_PAST if view.past else _NEWEST_NOW
    rows = session.execute(
        query, {"event": event.id, "moment": view.moment} if view.past else {"event": event.id}
    )
    return [_told(row, tasks, items) for row in rows]


def _told(change: Row, tasks: dict, items: dict) -> dict:
    what = change.what
    subject = {}
    if change.subject == "task" and change.subject_id in tasks:
        subject = both(tasks[change.subject_id], "title")
    elif change.subject == "item" and change.subject_id in items:
        subject = both(items[change.subject_id], "short")
    return {
        "id": change.id,
        "at": ms(change.at),
        "command": what["command"],
        "section": what.get("section"),
        "status": what.get("status"),
        "number": what.get("number"),
        "rung": what.get("rung"),
        "text": what.get("text") or "",
        "subject": subject,
    }
