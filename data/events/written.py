"""How the sheets of an office looked that an event came from: stored with its load, and read."""

from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from data.events.load import Load
from data.files import Row, read_toml
from models.events.event import Event
from models.imports.written import KINDS, Head, Written, WrittenRow, WrittenSheet
from models.refusals import Refusal
from models.text import clean

SHEETS = "sheets"
"""The table of `event.toml` that holds the heads of the sheets by kind."""


def add_sheets(load: Load) -> None:
    """Store the heads of the sheets that `event.toml` describes."""
    try:
        file = read_toml(load.folder, "event.toml", load.problems)
    except Refusal:  # which the event itself has noted
        return
    add_heads(load, file)


def add_heads(load: Load, file: Row) -> None:
    """Store the heads of some settings, but for a kind that the event has one of already."""
    tables = file.values.get(SHEETS, {})
    for kind in tables if isinstance(tables, dict) else ():
        row = file.table(f"[{SHEETS}]", tables)
        if kind not in KINDS:
            row.instead(None, row.refuse(kind, "unknown_field"))
        elif load.session is None or load.session.get(WrittenSheet, (load.event.id, kind)) is None:
            load.put(WrittenSheet(event_id=load.event.id, kind=kind, **_head(row, kind)))


def store_written(load: Load) -> None:
    """Store how an office wrote the rows that were met, after those that the event holds."""
    if load.session is None or not load.written:
        return
    last = select(func.max(WrittenRow.position)).where(WrittenRow.event_id == load.event.id)
    before = load.session.exec(last).one()
    first = 0 if before is None else before + 1
    rows = [one | {"position": one["position"] + first} for one in load.written]
    load.session.execute(insert(WrittenRow), rows)
    load.written.clear()


def _head(row: Row, kind: str) -> dict[str, Any]:
    """The lines above a table and its columns. Refuses `not_texts`."""
    head = row.values[kind]
    title = head.get("title", []) if isinstance(head, dict) else None
    columns = head.get("columns", []) if isinstance(head, dict) else None
    pairs = isinstance(columns, list) and all(
        _are_texts(pair) and len(pair) == 2 for pair in columns
    )
    if not _are_texts(title) or not pairs:
        return row.instead({}, row.refuse(kind, "not_texts"))
    return {
        "title": [clean(one) for one in title or []],
        "columns": [[clean(one) for one in pair] for pair in columns or []],
    }


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def written_of(session: Session, event: Event, kind: str) -> Written:
    """What the event's sheet of a kind was like; empty where it came of none."""
    sheet = session.get(WrittenSheet, (event.id, kind))
    rows = session.exec(
        select(WrittenRow)
        .where(WrittenRow.event_id == event.id, WrittenRow.kind == kind)
        .order_by(col(WrittenRow.position))
    )
    columns = [(name, heading) for name, heading in sheet.columns] if sheet else []
    head = Head(tuple(sheet.title), tuple(columns)) if sheet else Head()
    return Written(head, {one.subject_id: one for one in rows})
