"""Who is inside where: rooms, common areas, guests, and what was counted by hand at the doors beside it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.attendance.ledger import require_door
from data.attendance.queries import headcounts_at
from data.storage import changes
from models.access.people import Person
from models.attendance.ledger import Desk, Headcount
from models.attendance.rooms import DoorCount, GuestFact, require_count, require_guests
from models.events.event import Event, View
from models.programme import ItemSnapshot


@dataclass(frozen=True)
class DoorStanding:
    """The newest count by hand at one door (None: of the whole room), and what the ledger said at that moment was inside."""

    desk: Desk | None
    number: int
    at: datetime


@dataclass(frozen=True)
class Room:
    """One item's room as at a moment: delegates by the ledger, guests apart, and the counts by hand.

    `counted` is the sum of the newest count at every door, or that of the whole room where it is newer than all of them; None
    where nobody counted. `difference` is what was counted more than the ledger knew (delegates inside and guests) at the last
    of these counts.
    """

    item_id: int
    inside: int
    common: int
    guests: int
    counted: int | None
    difference: int | None
    doors: tuple[DoorStanding, ...]


def guests_at(session: Session, item_ids: list[int], view: View) -> dict[int, int]:
    """Item id to how many guests came, apart from those on the roster."""
    rows = session.execute(
        select(GuestFact.item_id, func.sum(GuestFact.number))
        .where(GuestFact.item_id.in_(item_ids), GuestFact.at <= view.moment)
        .group_by(GuestFact.item_id)
    )
    return {item_id: int(number) for item_id, number in rows}


def rooms_at(session: Session, event: Event, items: list[ItemSnapshot], view: View) -> list[Room]:
    """Every room of the items that count attendance and have not ended, by planned start."""
    open_items = [item.id for item in items if item.counts_attendance and not item.finished_at]
    heads = _by_item(headcounts_at(session, open_items, view))
    guests = guests_at(session, open_items, view)
    doors = _doors_at(session, event, open_items, view)
    return [
        _room(
            session,
            item_id,
            heads.get(item_id, Headcount()),
            guests.get(item_id, 0),
            doors.get(item_id, ()),
        )
        for item_id in open_items
    ]


def _by_item(counts: dict[tuple[int, int], Headcount]) -> dict[int, Headcount]:
    totals: dict[int, Headcount] = {}
    for (item_id, _), count in counts.items():
        totals[item_id] = totals.get(item_id, Headcount()) + count
    return totals


def _doors_at(
    session: Session, event: Event, item_ids: list[int], view: View
) -> dict[int, tuple[DoorStanding, ...]]:
    newest = (
        select(func.max(DoorCount.id))
        .where(DoorCount.item_id.in_(item_ids), DoorCount.at <= view.moment)
        .group_by(DoorCount.item_id, DoorCount.desk_id)
    )
    rows = session.execute(
        select(DoorCount.item_id, DoorCount.number, DoorCount.at, Desk)
        .outerjoin(Desk, Desk.id == DoorCount.desk_id)
        .where(DoorCount.id.in_(newest))
        .order_by(DoorCount.at, DoorCount.id)
    ).all()
    found: dict[int, tuple[DoorStanding, ...]] = {}
    for item_id, number, at, desk in rows:
        found[item_id] = (*found.get(item_id, ()), DoorStanding(desk, number, at))
    return found


def _room(
    session: Session, item_id: int, heads: Headcount, guests: int, doors: tuple[DoorStanding, ...]
) -> Room:
    counted = difference = None
    if doors:
        counted = (
            doors[-1].number
            if doors[-1].desk is None
            else sum(door.number for door in doors if door.desk)
        )
        then = View(doors[-1].at, past=True)
        known = _by_item(headcounts_at(session, [item_id], then)).get(item_id, Headcount()).inside
        difference = counted - known - guests_at(session, [item_id], then).get(item_id, 0)
    return Room(item_id, heads.inside, heads.common, guests, counted, difference, doors)


def add_guests(
    session: Session,
    *,
    item_id: int,
    number: int,
    words: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> GuestFact:
    """Counts guests in who are not on the roster, or (a negative number) out again. Refuses more out than are in."""
    door = require_door(session, by, item_id, "admit")
    earlier = session.exec(
        select(GuestFact).where(GuestFact.idempotency_key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    known = guests_at(session, [item_id], View(now)).get(item_id, 0)
    written = require_guests(number, words, known=known)
    facts = {
        "item_id": item_id,
        "desk_id": door.desk_id,
        "at": now,
        "person_id": by.id,
        "idempotency_key": idempotency_key,
    }
    return _add(
        session,
        door,
        GuestFact(number=number, words=written, **facts),
        command="add_guests",
        now=now,
    )


def count_heads(
    session: Session, *, item_id: int, number: int, idempotency_key: str, by: Person, now: datetime
) -> DoorCount:
    """Records what a clicker showed inside at the door of the desk that gives it (the command room's: the whole room)."""
    door = require_door(session, by, item_id, "admit")
    earlier = session.exec(
        select(DoorCount).where(DoorCount.idempotency_key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    require_count(number)
    fact = DoorCount(
        item_id=item_id,
        desk_id=door.desk_id,
        number=number,
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    return _add(session, door, fact, command="count_heads", now=now)


def _add(session: Session, door, fact, *, command: str, now: datetime):
    session.add(fact)
    what = {"command": command, "number": fact.number}
    changes.note(
        session,
        event_id=door.event.id,
        at=now,
        by=door.by,
        topic="attendance",
        subject="item",
        subject_id=fact.item_id,
        what=what,
    )
    return fact
