"""Reading TOML and CSV files: each refusal names the file, line and field.

Without `Problems` the first refusal is raised; with them each is noted, and what could not be read
is replaced by a value with which the reading goes on.
"""

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.events.event import moment_of
from models.refusals import Refusal
from models.text import clean, clean_block, writable

Value = TypeVar("Value")

MAX_NUMBER = 1_000_000
"""No count, hour or minute of an event is greater; "inf" and 1e300 would fail much later."""

DAY = date(2000, 1, 1)
"""The day with which a check goes on where a file's own could not be read."""


class Problems:
    """The refusals of several files, one a field, in the order in which they were met."""

    def __init__(self) -> None:
        self.found: list[Refusal] = []
        self._fields: set[tuple[object, ...]] = set()
        self._rows: set[tuple[object, ...]] = set()

    def note(self, refusal: Refusal) -> None:
        """Note a refusal; a further one of the same field follows from the first."""
        row = (refusal.facts.get("file"), refusal.facts.get("line", 0))
        place = (*row, refusal.facts.get("field"))
        if place not in self._fields:
            self.found.append(refusal)
        self._fields.add(place)
        self._rows.add(row)

    def has(self, file: str, line: int) -> bool:
        """Whether anything is wrong with a row."""
        return (file, line) in self._rows


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

    Every refusal names file, line and field; it is raised, or noted in `problems`.
    """

    file: str
    line: int
    values: dict[str, Any]
    problems: Problems | None = field(default=None, compare=False)

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

    def instead(self, stand_in: Value, refusal: Refusal) -> Value:
        """Raises the refusal; where problems are collected, notes it and answers the stand-in."""
        if self.problems is None:
            raise refusal from None
        self.problems.note(refusal)
        return stand_in

    def require(self, held: bool, field: str, why: str, **facts: object) -> None:
        """A rule over several fields; not asked of a row in which something is wrong already."""
        if not held and not (self.problems and self.problems.has(self.file, self.line)):
            self.instead(None, self.refuse(field, why, **facts))

    def table(self, name: str, values: dict[str, Any]) -> "Row":
        """A table within this TOML file, under its heading."""
        return Row(f"{self.file} {name}", 0, values, self.problems)

    def text(self, field: str) -> str:
        """The cleaned text, perhaps empty."""
        value = self.values.get(field)
        return clean(str(value)) if value is not None else ""

    def block(self, field: str) -> str:
        """The cleaned text of several paragraphs, perhaps empty."""
        value = self.values.get(field)
        return clean_block(str(value)) if value is not None else ""

    def required(self, field: str) -> str:
        """The cleaned text; an empty English one is the Vietnamese, which every event has."""
        vietnamese = "vi" if field == "en" else re.sub("_en$", "_vi", field)
        written = self.text(field) or self.text(vietnamese)
        return written or self.instead("?", self.refuse(vietnamese, "empty"))

    def texts(self, *fields: str) -> dict[str, Any]:
        """The cleaned text of each field, none of them empty, as arguments for a table."""
        return {field: self.required(field) for field in fields}

    def number(self, field: str, *, least: float = 0, most: float = MAX_NUMBER) -> float:
        try:
            value = float(self.required(field))
        except ValueError:
            return self.instead(0.0, self.refuse(field, "not_a_number"))
        if not value >= least:
            return self.instead(0.0, self.refuse(field, "too_small"))
        if value > most:
            return self.instead(0.0, self.refuse(field, "too_large"))
        return value

    def numbers(self, *fields: str, least: float = 0) -> dict[str, Any]:
        """The number in each field, as arguments for a table."""
        return {field: self.number(field, least=least) for field in fields}

    def whole(self, field: str, *, least: int = 0, most: int = MAX_NUMBER) -> int:
        value = self.number(field, least=least, most=most)
        if value != int(value):
            return self.instead(0, self.refuse(field, "not_whole"))
        return int(value)

    def day(self, field: str) -> date:
        value = self.values.get(field)
        if not isinstance(value, date) or isinstance(value, datetime):
            return self.instead(DAY, self.refuse(field, "not_a_date"))
        return value

    def time_of_day(self, field: str) -> time:
        value = self.values.get(field)
        if not isinstance(value, time):
            return self.instead(time(), self.refuse(field, "not_a_time"))
        return value

    def one_of(self, field: str, choices: Iterable[str]) -> str:
        value, known = self.required(field), list(choices)
        if value not in known:
            refusal = self.refuse(field, "not_among", choices=", ".join(known))
            return self.instead(known[0], refusal)
        return value

    def known(self, field: str, known: Mapping[str, Value]) -> Value:
        """What the key in this field stands for: an id, where a check may stand in for it."""
        key = self.required(field)
        if key not in known:
            return self.instead(cast(Value, 0), self.refuse(field, "unknown_key"))
        return known[key]

    def known_all(self, field: str, known: Mapping[str, Value]) -> list[Value]:
        """What each of the keys in this field stands for.

        Semicolons separate the keys; a key given twice counts once.
        """
        keys = dict.fromkeys(key.strip() for key in self.text(field).split(";") if key.strip())
        if any(key not in known for key in keys):
            return self.instead([], self.refuse(field, "unknown_key"))
        return [known[key] for key in keys]

    def moment(self, field: str, *, first_day: date, time_zone: ZoneInfo) -> datetime:
        self.required(field)
        return self.checked(
            field,
            lambda offset: moment_of(offset, first_day=first_day, time_zone=time_zone),
            datetime.combine(DAY, time(), time_zone),
        )

    def zone(self, field: str) -> ZoneInfo:
        try:
            return ZoneInfo(self.required(field))
        except (ZoneInfoNotFoundError, ValueError):
            return self.instead(ZoneInfo("UTC"), self.refuse(field, "unknown_zone"))

    def checked(self, field: str, check: Callable[[str], Value], stand_in: Value) -> Value:
        """What a rule makes of the field; its refusal is raised with file and line."""
        try:
            return check(self.text(field))
        except Refusal as refusal:
            return self.instead(stand_in, self.refuse(field, refusal.code))


@dataclass(frozen=True)
class MemoryFolder:
    """The files of a folder in memory: the settings of its `event.toml`, the rows of each CSV, the
    tables of its `profiles.toml`.

    For an event that was never a folder: an import, an event that is made in place.
    """

    settings: Mapping[str, Any]
    rows: Mapping[str, list[dict[str, str]]]
    profiles: Mapping[str, Any] = field(default_factory=dict)


Folder = Path | MemoryFolder


def read_csv(
    folder: Folder,
    name: str,
    columns: Iterable[str],
    *,
    optional: bool = False,
    problems: Problems | None = None,
) -> list[Row]:
    """The lines of a CSV file, each with the number of its first line.

    A column of English may be missing. Refuses a missing file, wrong encoding, missing columns, a
    quotation mark without its other half, a line of another width; no lines, unless `optional`.
    Where problems are collected, every line of another width is noted; the last refusal is raised.
    """
    if isinstance(folder, MemoryFolder):
        written = enumerate(folder.rows.get(name, []), 2)
        rows = [Row(name, line, values, problems) for line, values in written]
        return _checked(name, rows, optional)
    lines = _lines(name, _read(folder, name))
    _, header = next(lines, (1, []))
    missing = [one for one in columns if one not in header and not one.endswith("_en")]
    raised = [Refusal("file_column_missing", file=name, line=1, field=one) for one in missing]
    _raise_last(raised, problems)
    rows = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            facts = {"line": line, "cells": len(cells), "columns": len(header)}
            raised.append(Refusal("file_width", file=name, **facts))
            if problems is None:
                break
            continue
        rows.append(
            Row(name, line, dict(zip(header, map(unguarded, cells), strict=True)), problems)
        )
    _raise_last(raised, problems)
    return _checked(name, rows, optional)


def _raise_last(refusals: list[Refusal], problems: Problems | None) -> None:
    """Raises one of a file's refusals: the first, or with `problems` the last, the others noted."""
    if not refusals:
        return
    if problems is None:
        raise refusals[0]
    for refusal in refusals[:-1]:
        problems.note(refusal)
    raise refusals[-1]


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


def read_toml(folder: Folder, name: str, problems: Problems | None = None) -> Row:
    """A TOML file. Refuses a missing file, wrong encoding, and what is not TOML, with the line."""
    if isinstance(folder, MemoryFolder):
        return Row(name, 0, dict(folder.settings), problems)
    text = _read(folder, name)
    try:
        return Row(name, 0, tomllib.loads(text), problems)
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
            row.instead(None, row.refuse(field, "used_twice", first=seen[value]))
        seen.setdefault(value, row.line)
