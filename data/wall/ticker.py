"""The ticker: the latest changes that concern a reader of the wall."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select, union_all
from sqlmodel import Session, col

from data.wall.tiles import Json, ms
from models.access.people import SCOPE_OF, Person, Role
from models.events.event import Event, View, local_day
from models.programme import ItemSnapshot
from models.readiness.tasks import TaskSnapshot
from models.storage import NOT_A_SCAN, TICKER_TOPICS, Change
from models.text import both

NEWEST = 8  # lines
READ = 16  # changes: a run of sections that confirm is one line
CONFIRMED = "confirm_section"


def _newest_of_all(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The latest changes of all topics in one round trip: one short walk down the index for each.

    A single query over all topics would read the whole log; without the condition of the index,
    word for word, the index would not be used.
    """
    columns: tuple[Any, ...] = (
        Change.id,
        Change.at,
        Change.person_id,
        Change.subject,
        Change.subject_id,
        Change.what,
    )
    here = col(Change.event_id) == bindparam("event")
    walks = [
        select(*map(col, columns))
        .where(here, col(Change.topic) == topic, NOT_A_SCAN, *conditions)
        .order_by(col(Change.at).desc(), col(Change.id).desc())
        .limit(READ)
        .subquery()
        for topic in TICKER_TOPICS
    ]
    found = union_all(*(select(walk) for walk in walks)).subquery()
    newest = select(found).order_by(found.c.at.desc(), found.c.id.desc()).limit(READ).subquery()
    query: Select[Any] = (
        select(newest, col(Person.role))
        .outerjoin(Person, col(Person.id) == newest.c.person_id)
        .order_by(newest.c.at.desc(), newest.c.id.desc())
    )
    return query


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
    runs = _runs(rows, partial(local_day, event))
    return [_line(run, tasks, items) for run in runs[:NEWEST]]


def _runs(rows: Iterable[Row[Any]], local: Callable[[datetime], date]) -> list[list[Row[Any]]]:
    """The changes, those in a row of one day in which sections only confirm taken together."""
    runs: list[list[Row[Any]]] = []
    for (command, _), found in groupby(rows, key=lambda row: (row.what["command"], local(row.at))):
        run = list(found)
        runs += [run] if command == CONFIRMED else [[row] for row in run]
    return runs


def _line(
    run: list[Row[Any]], tasks: Mapping[int, TaskSnapshot], items: Mapping[int, ItemSnapshot]
) -> Json:
    """`by`: the role that acted, where it is not the section's own; `others`: the sections that
    confirmed as well, newest first.
    """
    change = run[0]
    what, sections = change.what, [row.what.get("section") for row in run]
    section = sections[0]
    subject = what.get("name") or {}
    if change.subject == "task" and change.subject_id in tasks:
        subject = both(tasks[change.subject_id], "title")
    elif change.subject == "item" and change.subject_id in items:
        subject = both(items[change.subject_id], "short")
    return {
        "id": change.id,
        "at": ms(change.at),
        "command": what["command"],
        "by": None if _of_section(change.role) and section else change.role,
        "section": section,
        "others": list(dict.fromkeys(one for one in sections if one != section)),
        "status": what.get("status"),
        "number": what.get("number"),
        "level": what.get("level") or what.get("rung"),  # `rung` in changes before 1.0
        "text": what.get("text") or "",
        "subject": subject,
    }


def _of_section(role: str | None) -> bool:
    return role is not None and SCOPE_OF.get(Role(role)) == "section"
