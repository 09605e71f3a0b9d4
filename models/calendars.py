"""Calendar addresses: secret addresses under which a telephone subscribes to the programme."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.storage import Fact


class CalendarKind(StrEnum):
    """What an address shows: what concerns the office that made it, a room, or all of the
    programme, for delegates.
    """

    OFFICE = "office"
    ROOM = "room"
    DELEGATES = "delegates"


class CalendarAddress(Fact, table=True):
    """A fact: an office made an address. Only the hash of its token is stored."""

    __table_args__ = (CheckConstraint("kind IN ('office','room','delegates')"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    kind: str
    venue_id: int | None = Field(default=None, foreign_key="venue.id")
    token_hash: str = Field(unique=True)


class CalendarEnd(Fact, table=True):
    """A fact: an address is withdrawn, for good."""

    id: int = Field(default=None, primary_key=True)
    calendar_id: int = Field(foreign_key="calendaraddress.id", unique=True)


@dataclass(frozen=True)
class CalendarSnapshot:
    """An address that holds: of what kind, for which room, by which office and since when."""

    id: int
    kind: CalendarKind
    room_vi: str
    room_en: str
    office_id: int
    office_vi: str
    office_en: str
    made_at: datetime
