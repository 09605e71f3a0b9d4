"""What a person says of a sheet: its kind, header row and columns; and what was said before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from models.imports.recognition import (
    FIELDS,
    HEADER_WITHIN,
    OF_EVENT,
    PRIVATE,
    Kind,
    Table,
    headers_at,
    plain,
    recognised,
    table_at,
)
from models.imports.sheets import MAX_COLUMNS, Sheet
from models.refusals import Refusal
from models.text import clean

MAX_LINE = 2_000_000
SHEET_LENGTH = 200
SKIPPED = "skipped"


@dataclass(frozen=True)
class Chosen:
    """What a person says of a sheet: its kind, the line of its header, field by column (from 0).

    `kind` None: the sheet is passed over. A column that is not named is left where it is.
    """

    kind: Kind | None
    header: int
    columns: Mapping[int, str]

    def stored(self) -> dict[str, Any]:
        columns = {str(column): name for column, name in self.columns.items()}
        kind = self.kind.value if self.kind else SKIPPED
        return {"kind": kind, "header": self.header, "columns": columns}


def chosen_of(stored: Mapping[str, Any]) -> Chosen:
    columns = {int(column): str(name) for column, name in stored["columns"].items()}
    kind = Kind(stored["kind"]) if stored["kind"] != SKIPPED else None
    return Chosen(kind, int(stored["header"]), columns)


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields that a column may be said to hold, besides a note and nothing."""
    return tuple(name for name in FIELDS[kind] if name != "note")


def shape_of(headers: Mapping[int, str]) -> str:
    """The digest of header cells, compared folded; the same for every file of that shape."""
    cells = (f"{column}:{plain(text)}" for column, text in sorted(headers.items()) if plain(text))
    return sha256("\n".join(cells).encode()).hexdigest()


def sheet_key(sheet: Sheet) -> str:
    """By what a draft knows a sheet: its file and its name."""
    return clean(f"{sheet.file}/{sheet.name}")[:SHEET_LENGTH]


def require_sheet(key: str) -> str:
    """Refuses `import_column_unknown` for what is no key of a sheet."""
    if not key or len(key) > SHEET_LENGTH:
        raise Refusal("import_column_unknown")
    return clean(key)


def require_shape(shape: str) -> str:
    """Refuses `import_column_unknown` for what is no digest; empty is none."""
    if shape and not re.fullmatch("[0-9a-f]{64}", shape):
        raise Refusal("import_column_unknown")
    return shape


def require_chosen(kind: str, header: int, columns: Mapping[int, str]) -> Chosen:
    """Refuses `import_column_unknown` for a kind, a line or a field that is none, and
    `import_column_twice` for a field that two columns are said to hold.
    """
    if kind == SKIPPED:
        return Chosen(None, 1, {})
    if kind not in OF_EVENT or not 1 <= header <= MAX_LINE:
        raise Refusal("import_column_unknown")
    named = {column: name for column, name in columns.items() if name}
    fields = FIELDS[Kind(kind)]
    if not all(0 <= column < MAX_COLUMNS and name in fields for column, name in named.items()):
        raise Refusal("import_column_unknown")
    single = [name for name in named.values() if name != "personal"]
    twice = next((name for name in single if single.count(name) > 1), "")
    if twice:
        raise Refusal("import_column_twice", field=twice, kind=kind)
    return Chosen(Kind(kind), header, named)


def is_private(name: str) -> bool:
    """Whether a field holds what identifies a person: compared within the import, never stored."""
    return name in PRIVATE


def table_of(sheet: Sheet, chosen: Chosen | None, remembered: Mapping[str, Chosen]) -> Table | None:
    """The table of a sheet: as a person says, else as was said of a header of that shape, else as
    it is recognised. `remembered`: by `shape_of`. None where no header row is known.
    """
    known = chosen or _remembered_in(sheet, remembered)
    if known is None:
        return None if sheet.further else recognised(sheet)
    return _said_table(sheet, known) if known.kind else None


def _said_table(sheet: Sheet, said: Chosen) -> Table | None:
    """As recognised where the file was replaced by one without that line."""
    index = next((at for at, line in enumerate(sheet.lines) if line.number == said.header), None)
    if index is None or said.kind is None:
        return recognised(sheet)
    return table_at(sheet, index, said.kind, dict(said.columns))


def _remembered_in(sheet: Sheet, remembered: Mapping[str, Chosen]) -> Chosen | None:
    for index in range(min(len(sheet.lines), HEADER_WITHIN) if remembered else 0):
        headers, _ = headers_at(sheet, index)
        known = remembered.get(shape_of(headers)) if len(headers) > 1 else None
        if known:
            return Chosen(known.kind, sheet.lines[index].number, known.columns)
    return None
