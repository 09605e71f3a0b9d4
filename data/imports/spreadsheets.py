"""Workbooks of old Excel (XLS) and of LibreOffice (ODS), read by calamine."""

import io
from datetime import timedelta
from itertools import islice
from typing import Any

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from data.imports.bounds import MAX_CELLS
from models.imports.sheets import MAX_COLUMNS, MAX_ROWS, Line, Sheet, Span, Value, shown
from models.refusals import Refusal


def read_xls(name: str, raw: bytes) -> list[Sheet]:
    """Refuses `import_encrypted`, `import_too_many_rows`, `import_broken`."""
    return _read(name, raw)


def read_ods(name: str, raw: bytes) -> list[Sheet]:
    """Refuses what `read_xls` does."""
    return _read(name, raw)


def _read(name: str, raw: bytes) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        shown_sheets = [
            one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible
        ]
        return [_sheet(name, book.get_sheet_by_name(title)) for title in shown_sheets]
    except python_calamine.PasswordError:
        raise Refusal("import_encrypted", file=name) from None
    except Refusal:
        raise
    except BaseException as failure:  # calamine's panics are no Exception
        if isinstance(failure, KeyboardInterrupt | SystemExit):
            raise
        raise Refusal("import_broken", file=name) from None


def _sheet(name: str, page: CalamineSheet) -> Sheet:
    if page.total_height * min(page.total_width, 16384) > MAX_CELLS:
        raise Refusal("import_too_many_rows", file=name, limit=MAX_ROWS)
    sheet = Sheet(name, page.name, [])
    start_line, start_column = page.start or (0, 0)
    for number, cells in enumerate(page.iter_rows(), start_line + 1):
        if len(sheet.lines) >= MAX_ROWS:
            raise Refusal("import_too_many_rows", file=name, limit=MAX_ROWS)
        values = [None] * start_column + [_value(one) for one in islice(cells, MAX_COLUMNS)]
        while values and values[-1] is None:
            values.pop()
        if any(shown(value) for value in values):
            sheet.lines.append(Line(number, tuple(values)))
    for top, bottom in page.merged_cell_ranges or []:
        sheet.merged.append(Span(top[0] + 1, top[1] + 1, bottom[0] + 1, bottom[1] + 1))
    return sheet


def _value(value: Any) -> Value:
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return None if value == "" else value
