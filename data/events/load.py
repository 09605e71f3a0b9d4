"""What is loaded so far of an event, by the keys of its files."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from data.files import Folder, Row
from models.events.event import Event
from models.programme import ProgrammeItem
from models.storage import Record

R = TypeVar("R", bound=Record)


@dataclass
class Load:
    """Rows of an event on their way from its files into the database; ids by the keys of the files.

    An import (`is_import`) into an event that holds rows already names these, too:
    `sections_before` and `items_before` are how many places they take, and `added_at` is when new
    ones come to a file's rows that were there before; it may bring no section and no office.
    """

    session: Session
    folder: Folder
    event: Event
    zone: ZoneInfo
    venues: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    items: dict[str, ProgrammeItem] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)
    delegations: dict[str, int] = field(default_factory=dict)
    sections_before: int = 0
    items_before: int = 0
    added_at: dict[str, datetime] = field(default_factory=dict)
    is_import: bool = False

    def moment(self, row: Row, name: str) -> datetime:
        return row.moment(name, first_day=self.event.first_day, time_zone=self.zone)

    def add(self, record: R) -> R:
        """Adds a record and flushes, so that it has its id."""
        self.session.add(record)
        self.session.flush()
        return record


def is_pinned(row: Row) -> bool:
    """Whether it stays where it is when the event moves; not where the file does not say."""
    return bool(row.text("pinned")) and row.one_of("pinned", ("0", "1")) == "1"
