"""Who runs a room, what stands still or is left out there, and what the speaker reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, false
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact
from models.text import clean, legible

MESSAGE_LENGTH = 80  # what a speaker reads at a glance from ten metres
SKIPPED, HELD = "skipped", "held"


class RoomTurn(Fact, table=True):
    """A fact: a person took a room to run it, or (`taken` false) gave it back.

    Of a room's turns the newest counts. Where no one has taken it, everyone who may runs it.
    """

    __table_args__ = (Index("ix_room_turn_newest", "venue_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    venue_id: int = Field(foreign_key="venue.id")
    taken: bool


class ScriptMark(Fact, table=True):
    """A fact: an item is left out or stands still, or (`undone`) no longer.

    Of an item's marks of one kind the newest counts; how long it was still is
    known from all of them.
    """

    __table_args__ = (
        Index("ix_script_mark", "item_id", "mark", "id"),
        CheckConstraint("mark IN ('skipped','held')"),
    )

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    mark: str
    undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class SpeakerMessage(Fact, table=True):
    """A fact: what the speaker's clock of a room says from now on; empty for nothing."""

    __table_args__ = (Index("ix_speaker_message_newest", "venue_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    venue_id: int = Field(foreign_key="venue.id")
    text: str


@dataclass(frozen=True)
class Marks:
    """What the script's marks say of an item: `held_at` while it stands still, `pauses` before:
    from when until when each."""

    skipped: bool = False
    held_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def held(self) -> timedelta:
        """For how long it was still before."""
        return self.held_after(None)

    def held_after(self, moment: datetime | None) -> timedelta:
        """For how long of that after a moment; None for all of it."""
        return sum(
            (max(to - max(since, moment or since), timedelta()) for since, to in self.pauses),
            timedelta(),
        )


def marks_of(marks: Iterable[tuple[str, datetime, bool]]) -> Marks:
    """What an item's marks say (mark, at, undone), the oldest first."""
    skipped, held_at, pauses = False, None, []
    for mark, at, undone in marks:
        if mark == SKIPPED:
            skipped = not undone
        elif not undone:
            held_at = held_at or at
        elif held_at is not None:
            pauses.append((held_at, at))
            held_at = None
    return Marks(skipped, held_at, tuple(pauses))


def require_message(text: str) -> str:
    """The cleaned message; empty to take one back.

    Refuses `message_illegible` and `message_too_long`.
    """
    cleaned = clean(text)
    if cleaned and not legible(cleaned):
        raise Refusal("message_illegible")
    if len(cleaned) > MESSAGE_LENGTH:
        raise Refusal("message_too_long", length=len(cleaned), limit=MESSAGE_LENGTH)
    return cleaned
