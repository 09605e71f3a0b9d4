"""Reading TOML and CSV files: each refusal names the file, line and field."""

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.events.event import moment_of
from models.refusals import Refusal
from models.text import clean, writable

Value = TypeVar("Value")

MAX_NUMBER = 1_000_000
"""No count, hour or minute of an event is greater; "inf" and 1e300 would fail much later."""


SIGNS = tuple("=+-@＝＋－＠")
"""What begins a formula, to an office program that opens an event's file."""


def guarded(cell: str) -> str:
    """A cell as it is written into a file of an event: an apostrophe before what would be computed.

    `unguarded` takes it away again, so that a file comes back as it was.
    """
    text = writable(cell)
    return f"'{text}" if text.lstrip("'").startswith(SIGNS) else text


def unguarded(cell: str) -> str:
    """A cell of a file of an event as it was before `guarded`."""
    is_guarded = cell.startswith("'") and cell.lstrip("'").startswith(SIGNS)
    return cell[1:] if is_guarded else cell


@dataclass(frozen=True)
class Row:
    """One line of a CSV file, or one table of a TOML file (`line` 0).

    Every refusal names file, line and field.
    """

    file: str
    line: int
    values: dict[str, Any]

    def refuse(self, field: str, why: str, **facts: object) -> Refusal:
        code = "file_field" if self.line else "file_setting"
        return Refusal(
            code,
            file=self.file,
            line=self.line,
            field=field,
            why=why,
            value=str(self.values.get(field, ""))[:60],
            **facts,
        )

    def text(self, field: str) -> str:
        """The cleaned text, perhaps empty."""
        value = self.values.get(field)
        return clean(str(value)) if value is not None else ""

    def required(self, field: str) -> str:
        """The cleaned text; an empty English one is the Vietnamese, which every event has."""
        written = self.text(field)
        if not written and field.endswith("_en"):
            vietnamese = field.removesuffix("_en") + "_vi"
            written = self.text(vietnamese)
        elif not written and field == "en":
            written = self.text("vi")
        if not written:
            raise self.refuse(field, "empty")
        return written

    def texts(self, *fields: str) -> dict[str, Any]:
        """The cleaned text of each field, none of them empty, as arguments for a table."""
        return {field: self.required(field) for field in fields}

    def number(self, field: str, *, least: float = 0, most: float = MAX_NUMBER) -> float:
        try:
            value = float(self.required(field))
        except ValueError:
            raise self.refuse(field, "not_a_number") from None
        if not value >= least:
            raise self.refuse(field, "too_small")
        if value > most:
            raise self.refuse(field, "too_large")
        return value

    def numbers(self, *fields: str, least: float = 0) -> dict[str, Any]:
        """The number in each field, as arguments for a table."""
        return {field: self.number(field, least=least) for field in fields}

    def whole(self, field: str, *, least: int = 0, most: int = MAX_NUMBER) -> int:
        value = self.number(field, least=least, most=most)
        if value != int(value):
            raise self.refuse(field, "not_whole")
        return int(value)

    def day(self, field: str) -> date:
        value = self.values.get(field)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(field, "not_a_date")
        return value

    def time_of_day(self, field: str) -> time:
        value = self.values.get(field)
        if not isinstance(value, time):
            raise self.refuse(field, "not_a_time")
        return value

    def one_of(self, field: str, choices: Iterable[str]) -> str:
        value = self.required(field)
        if value not in choices:
            raise self.refuse(field, "not_among", choices=", ".join(choices))
        return value

    def known(self, field: str, known: Mapping[str, Value]) -> Value:
        """What the key in this field stands for."""
        key = self.required(field)
        if key not in known:
            raise self.refuse(field, "unknown_key")
        return known[key]

    def known_all(self, field: str, known: Mapping[str, Value]) -> list[Value]:
        """What each of the keys in this field stands for.

        Semicolons separate the keys; a key given twice counts once.
        """
        keys = dict.fromkeys(key.strip() for key in self.text(field).split(";") if key.strip())
        if any(key not in known for key in keys):
            raise self.refuse(field, "unknown_key")
        return [known[key] for key in keys]

    def moment(self, field: str, *, first_day: date, time_zone: ZoneInfo) -> datetime:
        self.required(field)
        return self.checked(
            field, lambda offset: moment_of(offset, first_day=first_day, time_zone=time_zone)
        )

    def zone(self, field: str) -> ZoneInfo:
        try:
            return ZoneInfo(self.required(field))
        except (ZoneInfoNotFoundError, ValueError):
            raise self.refuse(field, "unknown_zone") from None

    def checked(self, field: str, check: Callable[[str], Value]) -> Value:
        """What a rule makes of the field; its refusal is raised with file and line."""
        try:
            return check(self.text(field))
        except Refusal as refusal:
            raise self.refuse(field, refusal.code) from None


@dataclass(frozen=True)
class MemoryFolder:
    """The files of a folder in memory: the settings of its `event.toml`, the rows of each CSV.

    For an event that was never a folder: an import, an event that is made in place.
    """

    settings: Mapping[str, Any]
    rows: Mapping[str, list[dict[str, str]]]


Folder = Path | MemoryFolder


def read_csv(
    folder: Folder, name: str, columns: Iterable[str], *, optional: bool = False
) -> list[Row]:
    """The lines of a CSV file, each with the number of its first line.

    A column of English may be missing. Refuses a missing file, wrong encoding, missing columns, a
    quotation mark without its other half, a line of another width; no lines, unless `optional`.
    """
    if isinstance(folder, MemoryFolder):
        written = enumerate(folder.rows.get(name, []), 2)
        return _checked(name, [Row(name, line, values) for line, values in written], optional)
    lines = _lines(name, _read(folder, name))
    _, header = next(lines, (1, []))
    for column in columns:
        if column not in header and not column.endswith("_en"):
            raise Refusal("file_column_missing", file=name, line=1, field=column)
    rows = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise Refusal("file_width", file=name, line=line, cells=len(cells), columns=len(header))
        values = map(unguarded, cells)
        rows.append(Row(name, line, dict(zip(header, values, strict=True))))
    return _checked(name, rows, optional)


def _checked(name: str, rows: list[Row], optional: bool) -> list[Row]:
    if not rows and not optional:
        raise Refusal("file_empty", file=name)
    return rows


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refusal("file_not_csv", file=name, line=line) from None


def read_toml(folder: Folder, name: str) -> Row:
    """A TOML file. Refuses a missing file, wrong encoding, and what is not TOML, with the line."""
    if isinstance(folder, MemoryFolder):
        return Row(name, 0, dict(folder.settings))
    text = _read(folder, name)
    try:
        return Row(name, 0, tomllib.loads(text))
    except tomllib.TOMLDecodeError as failure:
        found = re.search(r"line (\d+)", str(failure))
        line = int(found[1]) if found else text.count("\n") + 1
        raise Refusal("file_not_toml", file=name, line=line) from None


def _read(folder: Path, name: str) -> str:
    try:
        raw = (folder / name).read_bytes()
    except OSError:
        raise Refusal("file_missing", file=name, folder=str(folder)) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise Refusal(
            "file_not_utf8", file=name, line=raw[: failure.start].count(b"\n") + 1
        ) from None


def require_unique(
    rows: list[Row], field: str, *, read: Callable[[Row, str], object] = Row.required
) -> None:
    """Refuses the second line with the same value in a field, naming the first.

    `read`: how a line's value is read.
    """
    seen: dict[object, int] = {}
    for row in rows:
        value = read(row, field)
        if value in seen:
            raise row.refuse(field, "used_twice", first=seen[value])
        seen[value] = row.line
