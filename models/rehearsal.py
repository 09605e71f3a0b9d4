"""The rehearsal: how far its scenario is performed, and the moments that one jumps to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Field

from models.events.event import Event, zone
from models.programme import ItemSnapshot
from models.storage import Record
from models.text import both

AROUND = timedelta(days=365)
DOORS = timedelta(minutes=60)  # before an item that counts who comes
MAX_ITEMS = 6  # of the programme, a button for each
WEEK_BEFORE, AFTERWARDS = time(8, 0), time(9, 0)  # local


class RehearsalProgress(Record, table=True):
    """How many steps of the scenario are performed.

    Moved in the transaction of the steps themselves, so that each is performed once.
    """

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    performed: int = 0


@dataclass(frozen=True)
class Point:
    """A moment that a rehearsal is led to (aware): `week`, `doors` or `start` of an item, `after`.

    `item` is its short name by language, None of the two that are of no item.
    """

    kind: str
    at: datetime
    item: dict[str, str] | None = None


def reach(event: Event) -> tuple[datetime, datetime]:
    """The first and the last moment that a trial's clock can be set to (aware)."""
    first, last = (
        datetime.combine(day, time(), tzinfo=zone(event))
        for day in (event.first_day, event.last_day)
    )
    return first - AROUND, last + AROUND


def points(event: Event, items: Sequence[ItemSnapshot]) -> list[Point]:
    """The moments that a rehearsal most often begins at, in order, by the programme as it is.

    The items that count who comes, each an hour before and at its start; where there is none, the
    programme's first ones. Items side by side are one.
    """
    week = datetime.combine(event.first_day - timedelta(days=7), WEEK_BEFORE, tzinfo=zone(event))
    after = datetime.combine(event.last_day + timedelta(days=1), AFTERWARDS, tzinfo=zone(event))
    whole = [one for one in items if one.parent_id is None]
    counting = [one for one in items if one.counts_attendance]
    shown = counting or whole
    found = [Point("week", week)]
    for starts_at in sorted({one.starts_at for one in shown})[:MAX_ITEMS]:
        name = _name([one for one in shown if one.starts_at == starts_at])
        if counting:
            found.append(Point("doors", starts_at - DOORS, name))
        found.append(Point("start", starts_at, name))
    return [*found, Point("after", after)]


def _name(side_by_side: Sequence[ItemSnapshot]) -> dict[str, str]:
    """The first one's, with how many there are besides."""
    name, more = both(side_by_side[0], "short"), len(side_by_side) - 1
    return {language: f"{text} + {more}" if more else text for language, text in name.items()}
