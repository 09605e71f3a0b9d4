"""Tables of Word documents (DOCX), by python-docx: each table is a sheet.

A letterhead that is laid out as a table has no header row, and recognition passes it over.
"""

import io
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from models.imports.sheets import MAX_COLUMNS, MAX_ROWS, Line, Sheet, Span, Value
from models.refusals import Refusal
from models.text import clean

MAX_PARAGRAPHS = 200


def read(name: str, raw: bytes) -> list[Sheet]:
    """The tables of a document. Refuses `import_picture` where it holds pictures alone."""
    body = Document(io.BytesIO(raw)).element.body
    sheets: list[Sheet] = []
    before: list[str] = []
    for block in body.iterchildren():
        if block.tag == qn("w:p"):
            text = clean(_text(block))
            if text and len(before) < MAX_PARAGRAPHS:
                before.append(text)
        elif block.tag == qn("w:tbl"):
            sheet = _sheet(name, f"{len(sheets) + 1}", block)
            sheet.before = list(before)
            sheets.append(sheet)
    if not any(sheet.lines for sheet in sheets):
        pictured = any(True for _ in body.iter(qn("w:drawing"), qn("w:pict")))
        raise Refusal("import_picture" if pictured else "import_no_table", file=name)
    return sheets


def _sheet(name: str, title: str, table: Any) -> Sheet:
    sheet = Sheet(name, title, [])
    going: dict[int, int] = {}  # by column, which of the merged ranges goes on
    for number, row in enumerate(table.iter(qn("w:tr")), 1):
        if row.getparent() is not table and row.getparent().tag != qn("w:sdtContent"):
            continue
        if number > MAX_ROWS:
            raise Refusal("import_too_many_rows", file=name, limit=MAX_ROWS)
        values = _cells(row, number, sheet, going)
        if any(values):
            sheet.lines.append(Line(number, tuple(values)))
    return sheet


def _cells(row: Any, number: int, sheet: Sheet, going: dict[int, int]) -> list[Value]:
    """The cells of a row by the table's grid; merged ones are noted with the sheet."""
    values: list[Value] = []
    column = 0
    for cell in row.iterchildren(qn("w:tc")):
        properties = cell.find(qn("w:tcPr"))
        span, merge = _spans(properties)
        if column >= MAX_COLUMNS:
            break
        if merge == "continue" and column in going:
            first = sheet.merged[going[column]]
            sheet.merged[going[column]] = Span(first.top, first.left, number, first.right)
            values += [None] * span
        else:
            values += [clean(_text(cell)) or None, *[None] * (span - 1)]
            going.pop(column, None)
            if span > 1 or merge == "restart":
                sheet.merged.append(Span(number, column + 1, number, column + span))
                if merge == "restart":
                    going[column] = len(sheet.merged) - 1
        column += span
    return values[:MAX_COLUMNS]


def _spans(properties: Any) -> tuple[int, str]:
    """How many columns a cell spans, and how it is merged with the one above."""
    if properties is None:
        return 1, ""
    wide, tall = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
    try:
        span = min(max(int(wide.get(qn("w:val"), 1)), 1), MAX_COLUMNS) if wide is not None else 1
    except ValueError:
        span = 1
    merge = (tall.get(qn("w:val")) or "continue") if tall is not None else ""
    return span, merge


def _text(block: Any) -> str:
    """The text of a paragraph or cell, without what was struck out by tracked changes."""
    parts = []
    for node in block.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:p")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif parts:
            parts.append("\n")
    return "".join(parts)
