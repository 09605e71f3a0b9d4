"""A workbook that an event was exported as, read back as the event's own files."""

import tomllib
from collections.abc import Mapping
from typing import Any

from data.events.folder import COLUMNS, PROFILES, SETTINGS
from data.files import MemoryFolder
from data.imports.reading import hidden_sheets
from models.imports.sheets import Sheet, Value
from models.refusals import Refusal


def own_files(name: str, raw: bytes) -> MemoryFolder:
    """The files on the hidden sheets of a workbook.

    Refuses `import_…` as `read_file` does, `file_not_toml`, `file_empty`, and
    `workbook_without_event` for a workbook that is no export of an event.
    """
    sheets = {sheet.name: sheet for sheet in hidden_sheets(name, raw)}
    if SETTINGS not in sheets:
        raise Refusal("workbook_without_event", file=name)
    rows = {file: _rows(sheets[file]) for file in COLUMNS if file in sheets}
    profiles = _toml(sheets[PROFILES]) if PROFILES in sheets else {}
    return MemoryFolder(_toml(sheets[SETTINGS]), rows, profiles)


def _toml(sheet: Sheet) -> Mapping[str, Any]:
    try:
        return tomllib.loads("\n".join(_text(line.cells[0]) for line in sheet.lines))
    except tomllib.TOMLDecodeError:
        raise Refusal("file_not_toml", file=sheet.name, line=1) from None


def _rows(sheet: Sheet) -> list[dict[str, str]]:
    if not sheet.lines:
        raise Refusal("file_empty", file=sheet.name)
    header, *lines = ([_text(cell) for cell in line.cells] for line in sheet.lines)
    return [dict(zip(header, [*line, *[""] * len(header)], strict=False)) for line in lines]


def _text(cell: Value) -> str:
    """A cell as it was written: its loader cleans it, and knows where a text has paragraphs."""
    return "" if cell is None else str(cell)
