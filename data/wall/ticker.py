"""The ticker: the latest changes that concern a reader of the wall."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select, union_all
from sqlmodel import Session, col

from data.wall.tiles import Json, ms
from models.events.event import Event, View
from models.programme import ItemSnapshot
from models.readiness.tasks import TaskSnapshot
from models.storage import NOT_A_SCAN, TICKER_TOPICS, Change
from models.text import both

NEWEST = 8


def _newest_of_all(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The latest changes of all topics in one round trip: one short walk down the index for each.

    A single query over all topics would read the whole log; without the condition of the index,
    word for word, the index would not be used.
    """
    columns = (Change.id, Change.at, Change.subject, Change.subject_id, Change.what)
    here = col(Change.event_id) == bindparam("event")
    walks = [
        select(*map(col, columns))
        .where(here, col(Change.topic) == topic, NOT_A_SCAN, *conditions)
        .order_by(col(Change.at).desc(), col(Change.id).desc())
        .limit(NEWEST)
        .subquery()
        for topic in TICKER_TOPICS
    ]
    found = union_all(*(select(walk) for walk in walks)).subquery()
    return select(found).order_by(found.c.at.desc(), found.c.id.desc()).limit(NEWEST)


# Built once: every board asks.
_NEWEST_NOW = _newest_of_all()
_NEWEST_PAST = _newest_of_all(col(Change.at) <= bindparam("moment"))


def newest(
    session: Session,
    event: Event,
    view: View,
    tasks: Mapping[int, TaskSnapshot],
    items: Mapping[int, ItemSnapshot],
) -> list[Json]:
    """The latest changes that concern a reader of the wall, newest first; scans are in the curve
    already.
    """
    if view.past:
        rows = session.execute(_NEWEST_PAST, {"event": event.id, "moment": view.moment})
    else:
        rows = session.execute(_NEWEST_NOW, {"event": event.id})
    return [_line(row, tasks, items) for row in rows]


def _line(
    change: Row[Any], tasks: Mapping[int, TaskSnapshot], items: Mapping[int, ItemSnapshot]
) -> Json:
    what = change.what
    subject = what.get("name") or {}
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
        "level": what.get("level") or what.get("rung"),  # `rung` in changes before 1.0
        "text": what.get("text") or "",
        "subject": subject,
    }
