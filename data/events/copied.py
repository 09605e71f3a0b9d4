"""What an event holds now, copied as another run of it: rows as they are, without any fact."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, func, insert, select
from sqlmodel import Session, col

from data.events.delegates import add_counts
from data.events.orientations import orientations
from models.attendance.ledger import Delegate, Delegation, Desk, DeskItem, Expectation
from models.contributions.topics import Topic
from models.events.event import Event, EventState, Venue, View
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.script.lines import ScriptLine
from models.script.papers import Paper
from models.storage import Record

COPIED: tuple[type[Record], ...] = (
    Venue, Section, ProgrammeItem, ScriptLine, Paper, Desk, DeskItem, Delegation, Delegate,
    Expectation, Task, TaskPrerequisite, MediaItem, Topic,
)  # fmt: skip
"""In this order: what a row refers to is copied before it."""

OUT = ("retired", "cancelled")
"""By any of these a row does not take part any more; it is left out, with what needs it."""

FRESH = {"version": 1, "added_at": None, "entered_at": None}
"""What begins again: in the copy every row was there from the beginning."""

Ids = dict[str, dict[int, int]]  # by table: the original's id to the copy's


def copy_event(session: Session, origin: Event, *, now: datetime) -> Event:
    """Add a rehearsal of an event that holds what the event holds now; `now` is real.

    Its people are the event's own. No fact is copied: nothing is reported, and no one has come.
    """
    event = _event(session, origin, now)
    session.add(event)
    session.flush()
    ids: Ids = {"event": {origin.id: event.id}}
    for model in COPIED:
        ids[_table(model).name] = _copy(session, _table(model), origin, ids)
    _orient(session, origin, ids["programmeitem"])
    _count(session, event)
    return event


def _orient(session: Session, origin: Event, items: dict[int, int]) -> None:
    """What each forum is to be about, as it was written by now."""
    for item_id, text in orientations(session, origin, View(origin.loaded_at)).items():
        if item_id in items:
            session.get_one(ProgrammeItem, items[item_id]).orientation = text


def _event(session: Session, origin: Event, now: datetime) -> Event:
    # A trial holds no one's name or telephone number.
    own = {"id", "run", "folder", "state", "version", "particulars"}
    runs = select(func.max(col(Event.run))).where(col(Event.slug) == origin.slug)
    return Event(
        **origin.model_dump(exclude=own)
        | {"rehearsal": True, "rehearsal_starts": now, "loaded_at": now, "origin_id": origin.id},
        run=session.execute(runs).scalar_one() + 1,
        folder="",  # a scenario of files names what may have changed since
        state=EventState.RUNNING.value,
    )


def _table(model: type[Record]) -> Table:
    return Record.metadata.tables[str(model.__tablename__)]


def _copy(session: Session, table: Table, origin: Event, ids: Ids) -> dict[int, int]:
    """Copy a table's rows of the event; the ids of those that have one."""
    rows = [dict(row) for row in session.execute(_of_event(table, origin)).mappings()]
    made: dict[int, int] = {}
    known = ids | {table.name: made}
    while rows:  # a row may refer to another one of its own table, which is copied before it
        ready = [row for row in rows if _own(table, row) is None or _own(table, row) in made]
        if not ready:  # the rest refers to rows that are left out
            break
        taken = [row for row in ready if _is_in(table, row, known)]
        made.update(_insert(session, table, taken, known))
        rows = [row for row in rows if row not in ready]
    return made


def _of_event(table: Table, origin: Event) -> Any:
    """The rows of the event that take part, in their own order."""
    if "event_id" in table.c:
        query = select(table).where(table.c.event_id == origin.id)
        for name in OUT:
            if name in table.c:
                query = query.where(table.c[name].is_(False))
        return query.order_by(*(column for column in table.primary_key))
    first = next(column for column in table.c if column.foreign_keys)
    target = _target(first)
    of_event = select(target.c.id).where(target.c.event_id == origin.id)
    return select(table).where(first.in_(of_event))


def _target(column: Column[Any]) -> Table:
    return next(iter(column.foreign_keys)).column.table


def _own(table: Table, row: dict[str, Any]) -> int | None:
    """The row of the same table that a row refers to; None without one."""
    for column in table.c:
        if column.foreign_keys and _target(column) is table and "id" in table.c:
            value: int | None = row[column.name]
            return value
    return None


def _is_in(table: Table, row: dict[str, Any], ids: Ids) -> bool:
    """Whether all that a row cannot do without was copied."""
    return all(
        row[column.name] in ids[_target(column).name]
        for column in table.c
        if column.foreign_keys and not column.nullable
    )


def _insert(
    session: Session, table: Table, rows: list[dict[str, Any]], ids: Ids
) -> Iterable[tuple[int, int]]:
    if not rows:
        return ()
    values = [_values(table, row, ids) for row in rows]
    if "id" not in table.c:
        session.execute(insert(table), values)
        return ()
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return zip((row["id"] for row in rows), session.execute(made, values).scalars(), strict=True)


def _values(table: Table, row: dict[str, Any], ids: Ids) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != "id"}
    for column in table.c:
        if column.foreign_keys:
            values[column.name] = ids[_target(column).name].get(row[column.name])
    return values | {name: value for name, value in FRESH.items() if name in values}


def _count(session: Session, event: Event) -> None:
    """The headcounts before anyone comes."""
    expected = (
        select(col(Expectation.item_id), col(Delegate.delegation_id), func.count())
        .join(Delegate, col(Delegate.id) == Expectation.delegate_id)
        .where(col(Delegate.event_id) == event.id)
        .group_by(col(Expectation.item_id), col(Delegate.delegation_id))
    )
    rows = session.execute(expected)
    counts = Counter({(item, delegation): number for item, delegation, number in rows})
    if counts:
        add_counts(session, counts)
