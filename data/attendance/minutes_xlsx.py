"""The minutes of attendance as a workbook: a sheet of figures, then a sheet for each item."""

import io
import re
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from data.attendance.minutes import FIGURES, figures, note
from data.attendance.report import AttendanceReport, DelegationReport, ItemReport, Line
from data.words import Words

Value = str | int | datetime | None

FONT = "Times New Roman"
PLAIN, BOLD, TITLE = (
    Font(name=FONT, size=12),
    Font(name=FONT, size=12, bold=True),
    Font(name=FONT, size=14, bold=True),
)
LINE = Side(style="thin")
BOX, WRAPPED = (
    Border(left=LINE, right=LINE, top=LINE, bottom=LINE),
    Alignment(vertical="top", wrap_text=True),
)
TIME = "hh:mm dd/mm/yyyy"
ABOVE = 3  # rows above a table: what it is, as at when, and its headings
SHEET_LENGTH = 31


def workbook_bytes(report: AttendanceReport, words: Words) -> bytes:
    """The workbook. Figures are numbers, times are local, and what people typed stays text,
    whatever it begins with."""
    book = Workbook(write_only=True)
    book.properties.title = words("document.minutes.kind")
    _figures(book, report, words)
    names = sheet_names([words.of(item.item, "short") for item in report.items])
    for item, name in zip(report.items, names, strict=True):
        _everybody(book, name, report, item, words)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def sheet_names(titles: list[str]) -> list[str]:
    """Titles as names of sheets: short enough, without forbidden marks, none twice."""
    names: list[str] = []
    for place, title in enumerate(titles, start=1):
        plain = " ".join(re.sub(r"[\\/*?:\[\]']", " ", title).split())
        names.append(f"{place} {plain}"[:SHEET_LENGTH].strip())
    return names


def _figures(book: Workbook, report: AttendanceReport, words: Words) -> None:
    columns = [(words("attendance.item"), 44), (words("document.minutes.delegation"), 26)]
    columns += [(words(f"document.minutes.{name}"), 13) for name in FIGURES]
    rows: list[tuple[list[Value], Font]] = []
    for item in report.items:
        title = words.of(item.item, "title")
        rows += [
            ([title, words.fact(one.name), *figures(one.head)], PLAIN) for one in item.delegations
        ]
        rows.append(([title, words("document.minutes.total"), *figures(item.head)], BOLD))
    title = words("document.minutes.summary", event=words.of(report.event, "name"))
    _sheet(
        book, words("document.minutes.by_delegation"), [title, _as_at(report, words)], columns, rows
    )


def _everybody(
    book: Workbook, name: str, report: AttendanceReport, item: ItemReport, words: Words
) -> None:
    widths = {
        "place": 7,
        "delegation": 24,
        "delegate": 52,
        "badge": 10,
        "stands": 24,
        "came_at": 20,
        "note": 44,
    }
    columns = [(words(f"document.minutes.{key}"), width) for key, width in widths.items()]
    lines = [(one, line) for one in item.delegations for line in one.lines]
    rows: list[tuple[list[Value], Font]] = [
        ([place, *_cells(one, line, words)], PLAIN)
        for place, (one, line) in enumerate(lines, start=1)
    ]
    _sheet(book, name, [words.of(item.item, "title"), _as_at(report, words)], columns, rows)


def _cells(one: DelegationReport, line: Line, words: Words) -> list[Value]:
    """A delegate's cells after their number."""
    stands = words(f"document.minutes.{line.status.value}_of_one")
    came = (
        line.came_at.astimezone(words.time_zone).replace(tzinfo=None, microsecond=0)
        if line.came_at
        else None
    )
    return [
        words.fact(one.name),
        words.fact(line.title),
        line.badge,
        stands,
        came,
        note(line, words),
    ]


def _as_at(report: AttendanceReport, words: Words) -> str:
    taken = words("document.minutes.taken_at", at=report.taken_at)
    return f"{words('document.rehearsal')} {taken}" if report.event.rehearsal else taken


def _sheet(
    book: Workbook,
    name: str,
    above: list[str],
    columns: list[tuple[str, int]],
    rows: list[tuple[list[Value], Font]],
) -> None:
    """A sheet: what it is and as at when, then its table, whose headings stay on the screen and are
    printed on every page."""
    sheet = book.create_sheet(name[:SHEET_LENGTH])
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = (
        "landscape",
        9,
        0,
    )
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.freeze_panes, sheet.print_title_rows = f"A{ABOVE + 1}", f"{ABOVE}:{ABOVE}"
    sheet.auto_filter.ref = f"A{ABOVE}:{get_column_letter(len(columns))}{ABOVE + len(rows)}"
    for place, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for text, font in zip(above, (TITLE, BOLD), strict=True):
        sheet.append([_cell(sheet, text, font)])
    headings: list[Value] = [heading for heading, _ in columns]
    for values, font in [(headings, BOLD), *rows]:
        cells = [_cell(sheet, value, font) for value in values]
        for cell in cells:
            cell.border, cell.alignment = BOX, WRAPPED
        sheet.append(cells)


def _cell(sheet: WriteOnlyWorksheet, value: Value, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.font = font
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" is no formula
    elif value is not None and not isinstance(value, int):
        cell.number_format = TIME
    return cell
