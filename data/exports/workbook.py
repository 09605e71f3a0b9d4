"""The tables of an event as files: a workbook of all kinds, one table alone, or a document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from data.documents import xlsx
from data.documents.content import Column, Document, Table, official
from data.documents.xlsx import Row, Sheet, Value, sheet_names
from data.events.folder import settings_of, tables_of
from data.exports.office import Line, OfficeTable
from data.files import MemoryFolder
from data.words import Words
from models.events.event import Event
from models.imports.sheets import FURTHER, shown

WIDTHS = {
    "number": 6,
    "title": 52,
    "name": 26,
    "owner": 28,
    "partner": 26,
    "unit": 32,
    "due": 20,
    "time": 16,
    "progress": 20,
    "confirmed": 36,
    "note": 26,
    "text": 60,
    "outcome": 36,
}
"""Widths of columns in characters."""
WIDTH = 20
WITHOUT_TABLE = {
    "sections.csv": ("name_vi", "short_vi"),
    "venues.csv": ("name_vi",),
    "desks.csv": ("name_vi", "items"),
    "people.csv": ("name_vi", "role", "section"),
    "media.csv": ("outlet", "title_vi", "planned"),
}
"""The kinds that an office has no table of, with the columns of their files that are shown."""


def event_workbook(
    event: Event, files: MemoryFolder, tables: Sequence[OfficeTable], words: Words
) -> bytes:
    """The whole event, a sheet a kind: first those that an office has, as it has them.

    The event's own files are on hidden sheets, by which `load` takes it in again as it is; an
    import reads the sheets that are shown, but for those that another hidden one names (`FURTHER`).
    """
    further = [*_plain(files), *_contents(files)]
    kinds = [*(table.kind for table in tables), *(kind for kind, _, _ in further)]
    names = iter(sheet_names(words(f"exports.{kind}") for kind in kinds))
    sheets = [table_sheet(event, table, next(names), words) for table in tables]
    sheets += [
        Sheet(
            next(names),
            words(f"exports.{kind}"),
            words.of(event, "name"),
            [(words(f"exports.{kind}_{name}"), 40) for name in columns],
            [Row([row.get(name, "") for name in columns]) for row in rows],
        )
        for kind, columns, rows in further
    ]
    own = [*_own(files), (FURTHER, [[one.name] for one in sheets[len(tables) :]])]
    return xlsx.workbook_bytes(words.of(event, "name"), sheets, own)


def _own(files: MemoryFolder) -> Iterator[tuple[str, xlsx.Lines]]:
    """The event's own files: a TOML file by its lines, a table under its header."""
    for name, text in settings_of(files):
        yield name, [[line] for line in text.split("\n")]
    for name, header, rows in tables_of(files):
        yield name, [header, *([row.get(column, "") for column in header] for row in rows)]


Further = tuple[str, Sequence[str], Sequence[Mapping[str, str]]]
"""A kind that an office has no table of: its name, the columns that are shown, its rows."""


def _plain(files: MemoryFolder) -> Iterator[Further]:
    for file, columns in WITHOUT_TABLE.items():
        yield file.removesuffix(".csv"), columns, files.rows[file]


def _contents(files: MemoryFolder) -> Iterator[Further]:
    """The papers, the topics and what each forum is to be about, as far as there are any."""
    items = {row["key"]: row for row in files.rows["programme.csv"]}
    topics = {row["key"]: row for row in files.rows.get("topics.csv", [])}
    papers = [
        {**row, "item": items[row["item"]]["title_vi"]} for row in files.rows.get("papers.csv", [])
    ]
    if papers:
        yield "papers", ("item", "position", "who", "title", "minutes"), papers
    if topics:
        names = {key: row["name_vi"] for key, row in topics.items()} | {"": ""}
        rows = [{**row, "above": names[row["parent"]]} for row in topics.values()]
        yield "topics", ("name_vi", "above"), rows
    if oriented := [row for row in items.values() if row.get("orientation")]:
        yield "orientations", ("title_vi", "orientation"), oriented


def table_workbook(event: Event, table: OfficeTable, words: Words) -> bytes:
    """One table as a workbook."""
    title = words(f"exports.{table.kind}")
    (name,) = sheet_names([title])
    return xlsx.workbook_bytes(title, [table_sheet(event, table, name, words)])


def table_sheet(event: Event, table: OfficeTable, name: str, words: Words) -> Sheet:
    """One table as a sheet of a workbook, under the office's own lines where it has any."""
    fields = [field for field, _ in table.columns]
    rows = [
        Row([line.heading], bold=True, wide=True)
        if line.heading
        else Row([_cell(field, line.cells) for field in fields])
        for line in table.lines
    ]
    tall = [place for place, field in enumerate(fields) if field == "unit"]
    columns = [(heading, WIDTHS.get(field, WIDTH)) for field, heading in table.columns]
    title = words(f"exports.{table.kind}").upper()
    above = table.title or (title, words.of(event, "name"))
    return Sheet(name, title, "", columns, rows, _mark(event, words), above=above, tall=tall)


def _cell(field: str, cells: Mapping[str, Value]) -> Value:
    """A number as a number, where an office counts its rows by them."""
    value = cells.get(field, "")
    plain = field == "number" and isinstance(value, str) and value.isascii() and value.isdigit()
    return int(str(value)) if plain and not str(value).startswith("0") else value


def _mark(event: Event, words: Words) -> str:
    return words("document.rehearsal") if event.rehearsal else ""


def table_document(event: Event, table: OfficeTable, at: datetime, words: Words) -> Document:
    """One table as an official document: its headings repeat, and no row is split."""
    widths = [WIDTHS.get(field, WIDTH) for field, _ in table.columns]
    columns = tuple(
        Column(heading, width / sum(widths), "center" if field == "number" else "left")
        for (field, heading), width in zip(table.columns, widths, strict=True)
    )
    rows = tuple(_texts(line, table) for line in table.lines)
    wide = frozenset(place for place, line in enumerate(table.lines) if line.heading)
    document = official(
        event,
        words,
        kind=table.kind,
        at=at,
        summary=words.of(event, "name"),
        blocks=[Table(columns, rows, wide=wide)],
    )
    profile = replace(document.profile, paper=document.profile.paper.turned())
    return replace(document, profile=profile)


def _texts(line: Line, table: OfficeTable) -> tuple[str, ...]:
    if line.heading:
        return (line.heading, *[""] * (len(table.columns) - 1))
    return tuple(shown(line.cells.get(field, "")) for field, _ in table.columns)
