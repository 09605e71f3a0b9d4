"""How the sheets of an office looked from which an event came, so that they go out the same.

A row of an event's files holds what its own columns do not as further columns, `written.<field>`:
the number, a time in the office's words, partners, notes, and `written.group`, the headings above
it a line each. Of names and telephone numbers there is nothing:
where they are kept, they are columns of the roster.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Column, Field

from models.imports.recognition import ADDED, OF_EVENT, PRIVATE, Passed, Table
from models.imports.sheets import Line
from models.storage import UTC, Record
from models.text import clean

PREFIX = "written."
GROUP = f"{PREFIX}group"
SAID = {"words": "speech", "technique": "technical", "backstage": "backstage", "note": "note"}
"""The columns of a script's line, each with the field of an office's sheet that it comes of."""
MAX_ABOVE = 20
"""Paragraphs above a document's table that belong to it."""
OWN_HEADING = "+"
"""Before the heading of a column that no field is known for."""


class WrittenSheet(Record, table=True):
    """The head of an event's sheet of a kind: the lines above the table, and its columns in order
    as [field, heading]."""

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    kind: str = Field(primary_key=True)
    title: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    columns: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class WrittenRow(Record, table=True):
    """A row of such a sheet: the task, delegate or item that came of it, its headings, outermost
    first, and its cells by field.

    `basis`: what its time meant when it was loaded; another time now is written out instead.
    """

    kind: str = Field(primary_key=True)
    subject_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    event_id: int = Field(foreign_key="event.id", index=True)
    position: int
    basis: str = ""
    groups: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    cells: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


@dataclass(frozen=True)
class Head:
    """The head of a sheet: the lines above its table, and its columns as (field, heading)."""

    title: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Written:
    """What an event's sheet of a kind was like: its head, and its rows by what came of them."""

    head: Head = field(default_factory=Head)
    rows: Mapping[int, WrittenRow] = field(default_factory=dict)


def cells_of(table: Table, line: Line, *, own: Iterable[str]) -> dict[str, str]:
    """The further columns of a row; `own`: the fields that its file has columns for."""
    left_out = {*own, *PRIVATE, *ADDED}
    found = {}
    for column, heading in table.headers.items():
        name = table.columns.get(column, f"{OWN_HEADING}{clean(heading)}")
        if name not in left_out and (text := line.text(column)):
            found[f"{PREFIX}{name}"] = text
    if groups := table.groups.get(line.number):
        found[GROUP] = "\n".join(clean(one) for one in groups)
    return found


def heads_of(tables: Sequence[Table]) -> dict[str, dict[str, object]]:
    """The head of the first sheet of each kind, as a table of `event.toml`."""
    heads: dict[str, dict[str, object]] = {}
    for table in tables:
        if table.kind.value not in heads:
            above = [text for _, why, text in table.passed if why is Passed.TITLE]
            title = [clean(text) for text in (*table.sheet.before[:MAX_ABOVE], *above)]
            heads[table.kind.value] = {
                "title": [one for one in title if one],
                "columns": _columns(table),
            }
    return heads


def _columns(table: Table) -> list[list[str]]:
    columns = []
    for column in sorted(table.headers):
        heading = clean(table.headers[column])
        name = table.columns.get(column, f"{OWN_HEADING}{heading}")
        if name not in ADDED:
            columns.append([name, heading])
    return columns


def groups_and_cells(values: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The headings and the cells in the further columns of a file's row."""
    cells = {
        name.removeprefix(PREFIX): clean(str(text))
        for name, text in values.items()
        if name.startswith(PREFIX) and name != GROUP and text and clean(str(text))
    }
    groups = str(values.get(GROUP) or "").split("\n")
    return [clean(one) for one in groups if clean(one)], cells


def basis_of(*moments: datetime) -> str:
    """What a written time stands for."""
    return " ".join(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" for moment in moments)


KINDS = tuple(kind.value for kind in OF_EVENT)
