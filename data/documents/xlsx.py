"""Tables as a workbook (XLSX)."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from data.documents import fonts
from models.text import writable

FONT = "Times New Roman"
PLAIN = Font(name=FONT, size=12)
BOLD = Font(name=FONT, size=12, bold=True)
TITLE = Font(name=FONT, size=14, bold=True)
LINE = Side(style="thin")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
WRAPPED = Alignment(vertical="top", wrap_text=True)
TIME = "hh:mm dd/mm/yyyy"
MAX_NAME = 31  # characters of a sheet's name
A4 = 9  # the format's number for the paper
PER_WIDTH = 5.2  # points of a column's room for text by its width, with some to spare
WIDE_LETTER = 7.5  # points that a letter takes at most, over a text
LINE_HEIGHT, ROW_PADDING = 15.75, 1.5  # points

Value = str | int | datetime | None
"""A cell: figures are numbers, times are naive local times, texts stay texts."""


def local_time(moment: datetime, time_zone: tzinfo) -> datetime:
    """A moment as a cell holds it: naive, of the time zone, to the second."""
    return moment.astimezone(time_zone).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True)
class Row:
    """A row of a table; a heading within it (`wide`) is one cell over the whole width."""

    values: Sequence[Value]
    bold: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table under its title and a note; `columns`: headings and widths in characters.

    `above`: the lines above the table in place of title and note. `tall`: columns in which a cell
    reaches down over the empty ones below it, as far as no heading is between. `mark`: at the foot
    of every printed page, beside its number.
    """

    name: str
    title: str
    note: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Row]
    mark: str = ""
    above: Sequence[str] | None = None
    tall: Sequence[int] = ()

    @property
    def head(self) -> Sequence[str]:
        return (self.title, self.note) if self.above is None else self.above

    @property
    def heading_row(self) -> int:
        return len(self.head) + 1


Lines = Iterable[Sequence[str]]


def workbook_bytes(
    title: str, sheets: Iterable[Sheet], hidden: Iterable[tuple[str, Lines]] = ()
) -> bytes:
    """The workbook as a file; `title` is that of its properties.

    `hidden`: the names and lines of sheets that a program reads, and no person sees.
    """
    book = Workbook(write_only=True)
    book.properties.title = writable(title)
    for sheet in sheets:
        _add(book, sheet)
    for name, lines in hidden:
        made = book.create_sheet(name)
        made.sheet_state = "hidden"
        for line in lines:
            made.append([_cell(made, text, PLAIN) for text in line])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Titles as names of sheets: without forbidden characters, cut to `MAX_NAME`, none twice."""
    names: list[str] = []
    for title in titles:
        plain = " ".join(re.sub(r"[\\/*?:\[\]'·]", " ", writable(title)).split()) or "–"
        name, again = plain[:MAX_NAME].strip(), 1
        while name.casefold() in map(str.casefold, names):
            again += 1
            ending = f" ({again})"
            name = plain[: MAX_NAME - len(ending)].strip() + ending
        names.append(name)
    return names


def _add(book: Workbook, sheet: Sheet) -> None:
    made = book.create_sheet(sheet.name[:MAX_NAME])
    _layout(made, sheet)
    for place, text in enumerate(sheet.head):
        made.append([_cell(made, text, BOLD if place else TITLE)])
    headings = Row([heading for heading, _ in sheet.columns], bold=True)
    widths = [width for _, width in sheet.columns]
    for place, row in enumerate((headings, *sheet.rows), start=sheet.heading_row):
        made.row_dimensions[place].height = _height(row, [sum(widths)] if row.wide else widths)
        made.append(_boxed(made, row, len(widths)))
    for left, top, right, bottom in _merged(sheet):
        made.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")


def _merged(sheet: Sheet) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of several cells: (left, top, right, bottom), counted from 1."""
    first, width = sheet.heading_row + 1, len(sheet.columns)
    for place, row in enumerate(sheet.rows, start=first):
        if row.wide and width > 1:
            yield 1, place, width, place
    for column in sheet.tall:
        begun = first
        for place, row in enumerate([*sheet.rows, Row((), wide=True)], start=first):
            if row.wide or row.values[column] not in ("", None):
                if place - begun > 1:
                    yield column + 1, begun, column + 1, place - 1
                begun = place + 1 if row.wide else place


def _height(row: Row, widths: Sequence[int]) -> float:
    """The height of a row in points: office programs do not measure wrapped text when they print.

    A width counts figures of the workbook's own letters; bold ones are wider.
    """
    cells = zip(row.values, widths, strict=True)
    lines = [_lines(value, width * PER_WIDTH, bold=row.bold) for value, width in cells]
    return max(lines, default=1) * LINE_HEIGHT + ROW_PADDING


def _lines(value: Value, room: float, *, bold: bool) -> int:
    """How many lines a cell has; only a text that may be too long is measured, which takes time."""
    if not isinstance(value, str) or len(value) * WIDE_LETTER <= room:
        return 1
    return len(fonts.lines(fonts.drawable(value), width=room, size=12, bold=bold))


def _layout(made: WriteOnlyWorksheet, sheet: Sheet) -> None:
    """Landscape on the paper's width; the headings stay on the screen and repeat on every page."""
    page, last = made.page_setup, get_column_letter(len(sheet.columns))
    page.orientation, page.paperSize, page.fitToHeight = "landscape", A4, 0
    made.sheet_properties.pageSetUpPr.fitToPage = True
    made.oddFooter.right.text = "&P/&N"
    if sheet.mark:
        made.oddFooter.center.text = writable(sheet.mark).replace("&", "&&")
    heading = sheet.heading_row
    made.freeze_panes = f"A{heading + 1}"
    made.print_title_rows = f"{heading}:{heading}"
    made.auto_filter.ref = f"A{heading}:{last}{heading + len(sheet.rows)}"
    for place, (_, width) in enumerate(sheet.columns, start=1):
        made.column_dimensions[get_column_letter(place)].width = width


def _boxed(made: WriteOnlyWorksheet, row: Row, width: int) -> list[WriteOnlyCell]:
    values = [*row.values, *[None] * (width - len(row.values))]
    row = replace(row, values=values)
    cells = [_cell(made, value, BOLD if row.bold else PLAIN) for value in row.values]
    for cell in cells:
        cell.border, cell.alignment = BOX, WRAPPED
    return cells


def _cell(made: WriteOnlyWorksheet, value: Value, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(made, value=writable(value) if isinstance(value, str) else value)
    cell.font = font
    if isinstance(value, str):
        cell.data_type = "s"  # a typed text that begins with "=" is no formula
    elif isinstance(value, datetime):
        cell.number_format = TIME
    return cell
