"""An office's own file back, with a column "Lỗi" that says what is to be mended in each line."""

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from data.files import SIGNS
from data.imports.preview import Preview
from data.words import Words
from models.imports.questions import Finding, Severity
from models.imports.recognition import Table
from models.imports.sheets import Value
from models.text import writable

HEADING = "Lỗi"
_FORMULA = (*SIGNS, "\t", "\r")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def sentence(words: Words, finding: Finding) -> str:
    """What a finding says: error or warning, its cell, its words."""
    level = words(f"imports.{finding.severity.value}")
    text = words(f"imports.finding.{finding.code}", **dict(finding.facts))
    return f"{level} {finding.at.cell}: {text}"


def errors_file(shown: Preview, name: str, words: Words) -> bytes:
    """The sheets of one file as a workbook: cells and merges as they were read, and the column.

    Text that a spreadsheet would compute is written as text.
    """
    book = Workbook()
    book.remove(book.active)
    findings = shown.outcome.notes.findings
    for table in shown.tables:
        if table.sheet.file == name:
            _add(book, table, [one for one in findings if _is_of(one, table)], words)
    if not book.worksheets:
        book.create_sheet(HEADING)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _is_of(finding: Finding, table: Table) -> bool:
    return (finding.at.file, finding.at.sheet) == (table.sheet.file, table.sheet.name)


def _add(book: Workbook, table: Table, findings: Iterable[Finding], words: Words) -> None:
    page = book.create_sheet(writable(table.sheet.name).translate(_FORBIDDEN)[:31] or "1")
    last = max(table.sheet.width, max(table.headers, default=0) + 1) + 1
    for line in table.sheet.lines:
        for column, value in enumerate(line.cells, 1):
            if value is not None:
                page.cell(line.number, column, _safe(value))
    page.cell(table.header, last, HEADING).font = Font(bold=True)
    said: dict[int, list[str]] = {}
    for one in sorted(findings, key=lambda one: one.severity is Severity.WARNING):
        said.setdefault(one.at.line, []).append(sentence(words, one))
    for number, sentences in said.items():
        row = number if number != table.header else table.header + 1
        before = page.cell(row, last).value
        page.cell(row, last, _safe("\n".join(filter(None, [before, *sentences]))))
    for span in table.sheet.merged:
        if span.right < last and (span.bottom, span.right) != (span.top, span.left):
            page.merge_cells(
                start_row=span.top,
                start_column=span.left,
                end_row=span.bottom,
                end_column=span.right,
            )
    page.column_dimensions[get_column_letter(last)].width = 60


def _safe(value: Value) -> Value:
    """The value; a text that begins like a formula with an apostrophe before it."""
    if not isinstance(value, str):
        return value
    text = writable(value)[:32_000]
    return f"'{text}" if text.startswith(_FORMULA) else text
