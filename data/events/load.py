"""What is loaded so far of an event, by the keys of its files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from data.files import Folder, Problems, Row, read_csv, require_unique
from models.events.event import Event
from models.imports.written import groups_and_cells
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.storage import Record

R = TypeVar("R", bound=Record)


class AnyKey(dict[str, int]):
    """The keys of a file that could not be read: what refers to it is not refused for that."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> int:
        return 0


KEYS_OF = {
    "venues.csv": ("venues",),
    "sections.csv": ("sections",),
    "desks.csv": ("desks",),
    "delegations.csv": ("delegations",),
}
"""The keys of a load that come from each file."""


@dataclass
class Load:
    """Rows of an event on their way from its files into the database; ids by the keys of the files.

    An import (`is_import`) into an event that holds rows already names these, too:
    `sections_before` and `items_before` are how many places they take, and `added_at` is when new
    ones come to a file's rows that were there before; it may bring no section and no office.
    Without a session it is a check: nothing is written, and `problems` collects what is refused.
    """

    session: Session | None
    folder: Folder
    event: Event
    zone: ZoneInfo
    problems: Problems | None = None
    unread: set[str] = field(default_factory=set)
    venues: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    items: dict[str, ProgrammeItem] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)
    delegations: dict[str, int] = field(default_factory=dict)
    sections_before: int = 0
    items_before: int = 0
    added_at: dict[str, datetime] = field(default_factory=dict)
    is_import: bool = False
    written: list[dict[str, Any]] = field(default_factory=list)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def item_ids(self) -> Mapping[str, int]:
        """Item id by key."""
        if "programme.csv" in self.unread:
            return AnyKey()
        return {key: item.id for key, item in self.items.items()}

    @property
    def forums(self) -> Mapping[str, int]:
        """The same of the items for which people are chosen one by one."""
        if "programme.csv" in self.unread:
            return AnyKey()
        return {key: item.id for key, item in self.items.items() if item.expects == "forum"}

    def rows(
        self,
        name: str,
        columns: Iterable[str],
        *,
        unique: str = "",
        read: Callable[[Row, str], object] = Row.required,
        optional: bool = False,
        missing: bool = False,
    ) -> list[Row]:
        """The lines of a file, no two with the same value in a field; of a check none where the
        file could not be read as a whole. `missing`: an older folder may be without the file.
        """
        if missing and isinstance(self.folder, Path) and not (self.folder / name).exists():
            return []
        try:
            rows = read_csv(self.folder, name, columns, optional=optional, problems=self.problems)
        except Refusal as refusal:
            if self.problems is None:
                raise
            self.problems.note(refusal)
            self.unread.add(name)
            for keys in KEYS_OF.get(name, ()):
                setattr(self, keys, AnyKey())
            return []
        if unique:
            require_unique(rows, unique, read=read)
        return rows

    def moment(self, row: Row, name: str) -> datetime:
        return row.moment(name, first_day=self.event.first_day, time_zone=self.zone)

    def add(self, record: R) -> R:
        """Adds a record and flushes, so that it has its id."""
        if self.session is None:
            numbered: Any = record
            numbered.id = next(self._ids)
            return record
        self.session.add(record)
        self.session.flush()
        return record

    def note_written(
        self, kind: str, row: Row, subject_id: int, *, basis: str = "", **more: str
    ) -> None:
        """Remember how an office wrote the row that a task, a delegate or an item came of."""
        groups, cells = groups_and_cells(row.values)
        if groups or cells:
            about = {"kind": kind, "subject_id": subject_id, "event_id": self.event.id}
            place = {"position": len(self.written), "basis": basis}
            self.written.append({**about, **place, "groups": groups, "cells": cells | more})

    def put(self, record: Record) -> None:
        """Adds a record whose id no other one needs."""
        if self.session is not None:
            self.session.add(record)


def is_pinned(row: Row) -> bool:
    """Whether it stays where it is when the event moves; not where the file does not say."""
    return bool(row.text("pinned")) and row.one_of("pinned", ("0", "1")) == "1"
