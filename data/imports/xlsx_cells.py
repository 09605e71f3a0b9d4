"""Workbooks of Excel (XLSX, XLSM): cells as they stand, by openpyxl's own parser.

The stored dimensions are not read, so that one that lies hides no line. A formula gives the value
that was computed last; macros, links and pictures are left where they are.
"""

import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from models.imports.sheets import (
    FURTHER,
    MAX_COLUMNS,
    MAX_ROWS,
    Line,
    Sheet,
    Span,
    Value,
    address,
    shown,
    span_of,
)
from models.refusals import Refusal

EACH_ROWS = 500
_FORMULA = f"{{{SHEET_MAIN_NS}}}f"


class _Parser(WorkSheetParser):  # type: ignore[misc]
    """Openpyxl's parser of a sheet; it also knows which formulas were never computed."""

    def parse_cell(self, element: Any) -> Any:
        cell = super().parse_cell(element)
        if cell["value"] is None and element.find(_FORMULA) is not None:
            cell["data_type"] = "formula"
        return cell


def read(
    name: str,
    raw: bytes,
    progress: Callable[[int], None] = lambda rows: None,
    *,
    hidden: bool = False,
) -> list[Sheet]:
    """The sheets of a workbook that are shown, or those that are `hidden`. `progress` takes, every
    `EACH_ROWS` rows, how many were read.

    Refuses `import_too_many_rows`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is left out on purpose: styles, extensions
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheets = []
        left = MAX_ROWS
        further = set() if hidden else _further(name, book)
        for page in book.worksheets:
            if (page.sheet_state == "visible") is not hidden:
                sheets.append(_sheet(name, book, page, left, progress))
                sheets[-1].further = page.title in further
                left -= len(sheets[-1].lines)
    return sheets


def _further(name: str, book: Any) -> set[str]:
    """The names of the sheets that the workbook of a whole event has beside an office's tables."""
    own = (one for one in book.worksheets if one.sheet_state != "visible")
    return {
        shown(line.value(0))
        for page in own
        if page.title == FURTHER
        for line in _sheet(name, book, page, MAX_ROWS, lambda rows: None).lines
    }


def _sheet(name: str, book: Any, page: Any, left: int, progress: Callable[[int], None]) -> Sheet:
    sheet = Sheet(name, page.title, [])
    with page._get_source() as source:
        parser = _Parser(
            source,
            page._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for line in _lines(parser, sheet):
            if len(sheet.lines) >= left:
                raise Refusal("import_too_many_rows", file=name, limit=MAX_ROWS)
            sheet.lines.append(line)
            if len(sheet.lines) % EACH_ROWS == 0:
                progress(MAX_ROWS - left + len(sheet.lines))
    sheet.merged = [span for span in _spans(parser) if span.left <= MAX_COLUMNS]
    return sheet


def _lines(parser: _Parser, sheet: Sheet) -> Iterator[Line]:
    for number, cells in parser.parse():
        values: list[Value] = []
        for cell in cells:
            column = cell["column"] - 1
            if column >= MAX_COLUMNS:
                if cell["value"] is not None and len(sheet.remarks) < 100:
                    sheet.remarks.append(("stray_cell", address(number, column)))
                continue
            kind, value = cell["data_type"], cell["value"]
            if kind == "formula":
                sheet.remarks.append(("formula_empty", address(number, column)))
                continue
            if kind == "e":
                sheet.remarks.append(("cell_error", address(number, column)))
                continue
            values += [None] * (column + 1 - len(values))
            values[column] = value if not isinstance(value, str) else value.replace("_x000D_", "")
        if any(shown(value) for value in values):
            yield Line(number, tuple(values))


def _spans(parser: _Parser) -> list[Span]:
    if not parser.merged_cells:
        return []
    spans = (span_of(one.ref) for one in parser.merged_cells.mergeCell)
    return sorted((one for one in spans if one), key=lambda one: (one.top, one.left))
