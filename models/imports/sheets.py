"""Sheets of plain cells, as every reader of a format hands them on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache

from models.text import clean, folded

Value = str | int | float | bool | datetime | date | time | None

MAX_COLUMNS = 100
"""A cell further right is a stray one: no table of an office is that wide."""
MAX_ROWS = 200_000
"""Lines that hold anything, in all sheets of a file."""
OUTLINE = 60
"""As many first lines of a sheet are kept to be shown."""
FURTHER = "further"
"""The hidden sheet on which the workbook of a whole event names its sheets that an office has no
table of: they look like one, and an import of such a workbook would take accounts for tasks."""


@dataclass(frozen=True)
class Span:
    """A merged range: first and last line, first and last column, all counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number in the file, counted from 1, and its cells from column A."""

    number: int
    cells: tuple[Value, ...]

    def value(self, column: int) -> Value:
        """The cell of a column, counted from 0; None past the end."""
        return self.cells[column] if 0 <= column < len(self.cells) else None

    def text(self, column: int) -> str:
        return shown(self.value(column))

    def filled(self) -> list[int]:
        """The columns that hold anything."""
        return [column for column, cell in enumerate(self.cells) if shown(cell)]


@dataclass
class Sheet:
    """A sheet, or a table of a document, with its lines that hold anything.

    `before` holds the paragraphs above a document's table. `remarks` says what a reader met and
    left out, as (code, address): `formula_empty`, `cell_error`, `stray_cell`, `hidden`.
    `encoding` is set where the text had to be decoded from an old one. `further`: it is none of an
    office's tables, unless a person says so.
    """

    file: str
    name: str
    lines: list[Line]
    merged: list[Span] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    encoding: str = ""
    further: bool = False

    @property
    def width(self) -> int:
        return max((len(line.cells) for line in self.lines), default=0)

    def outline(self) -> "Sheet":
        """The sheet with its first lines alone: as much as a page shows of one."""
        return replace(self, lines=self.lines[:OUTLINE], merged=[], remarks=[])


def letter(column: int) -> str:
    """The name of a column counted from 0: A, Z, AA."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def address(line: int, column: int) -> str:
    """A7: the line as the file counts it, the column counted from 0."""
    return f"{letter(column)}{line}"


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def span_of(reference: str) -> Span | None:
    """The span of `A1:F2`; None where it is none."""
    ends = _REFERENCE.findall(reference.upper())
    if len(ends) != 2:
        return None
    (left, top), (right, bottom) = ends
    return Span(int(top), _column(left), int(bottom), _column(right))


def _column(name: str) -> int:
    number = 0
    for one in name:
        number = number * 26 + ord(one) - 64
    return number


MAX_PATTERN = 300
"""As much of a cell is compared with patterns: no name and no time is longer."""


def brief(text: str) -> str:
    """The start of a text, folded: all that a pattern of the imports may look through."""
    return folded(text[:MAX_PATTERN])


# A cell is asked for several times, and a list repeats its units and titles.
_cleaned = lru_cache(maxsize=50_000)(clean)


def shown(value: Value) -> str:
    """A cell as cleaned text: 7.0 is 7, a date is 08/12/2026."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _cleaned(value)
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else str(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return f"{value:%d/%m/%Y}" if midnight else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def filled_down(sheet: Sheet) -> list[Line]:
    """The lines with each vertical merge's value in all its lines, and wide merges as they are."""
    down: dict[int, list[Span]] = {}
    for span in sheet.merged:
        if span.bottom > span.top:
            down.setdefault(span.top, []).append(span)
    if not down:
        return sheet.lines
    lines: list[Line] = []
    open_spans: dict[int, tuple[Span, Value]] = {}  # by column, where one takes another's place
    for line in sheet.lines:
        for span in down.pop(line.number, []):
            if span.left <= MAX_COLUMNS:
                open_spans[span.left] = (span, line.value(span.left - 1))
        for left in [one for one, (span, _) in open_spans.items() if span.bottom < line.number]:
            del open_spans[left]
        lines.append(_with_spans(line, open_spans.values()))
    return lines


def _with_spans(line: Line, spans: Iterable[tuple[Span, Value]]) -> Line:
    cells = list(line.cells)
    for span, value in spans:
        if value is None or span.top == line.number:
            continue
        column = span.left - 1
        cells += [None] * (column + 1 - len(cells))
        if not shown(cells[column]):
            cells[column] = value
    return Line(line.number, tuple(cells))
