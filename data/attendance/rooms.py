"""Who is inside where: rooms, common areas, guests, and what was counted by hand at the doors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.attendance.lookup import require_open_door
from data.attendance.queries import headcounts_at
from data.commands import Context, command
from data.storage.newest import newest, recorded, recorded_until
from models.attendance.ledger import Desk, Headcount
from models.attendance.rooms import DoorCount, GuestFact, require_count, require_guests
from models.events.event import Event, View
from models.programme import ItemSnapshot


@dataclass(frozen=True)
class DoorSnapshot:
    """The newest count by hand at one door (`desk` None: of the whole room)."""

    desk: Desk | None
    number: int
    at: datetime


@dataclass(frozen=True)
class Room:
    """An item's room as at a moment: delegates by the ledger, guests apart, counts by hand.

    `counted` is the sum of the newest count at every door, or that of the whole room where it is
    newer than all of them; None where no one counted. `difference` is what was counted more than
    the ledger knew (delegates inside and guests) at the last of these counts.
    """

    item_id: int
    inside: int
    common: int
    guests: int
    counted: int | None
    difference: int | None
    doors: tuple[DoorSnapshot, ...]


def guests_at(session: Session, item_ids: list[int], view: View) -> dict[int, int]:
    """Item id to how many guests came, apart from those on the roster."""
    rows = session.execute(
        select(GuestFact.item_id, func.sum(GuestFact.number).label("guests"))
        .where(col(GuestFact.item_id).in_(item_ids), recorded(GuestFact, view))
        .group_by(col(GuestFact.item_id))
    )
    return {row.item_id: int(row.guests) for row in rows}


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
) -> dict[int, tuple[DoorSnapshot, ...]]:
    latest = newest(
        DoorCount, DoorCount.item_id, DoorCount.desk_id, until=recorded_until(view)
    ).where(col(DoorCount.item_id).in_(item_ids))
    rows = session.exec(
        select(DoorCount.item_id, DoorCount.number, DoorCount.at, Desk)
        .outerjoin(Desk, col(Desk.id) == col(DoorCount.desk_id))
        .where(col(DoorCount.id).in_(latest))
        .order_by(col(DoorCount.at), col(DoorCount.id))
    ).all()
    found: dict[int, tuple[DoorSnapshot, ...]] = {}
    for item_id, number, at, desk in rows:
        found[item_id] = (*found.get(item_id, ()), DoorSnapshot(desk, number, at))
    return found


def _room(
    session: Session, item_id: int, heads: Headcount, guests: int, doors: tuple[DoorSnapshot, ...]
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


@command("add_guests", topic="attendance", subject="item", permission="admit", fact=GuestFact)
def add_guests(
    ctx: Context, *, item_id: int, number: int, words: str, confirmed: bool = False
) -> GuestFact:
    """Count in guests who are not on the roster, or (a negative number) out again.

    Refuses `guests_number` also for more out than are in, `guests_words_too_long`,
    `words_are_badge`, and `item_finished` unless `confirmed`.
    """
    door = require_open_door(ctx, item_id, confirmed=confirmed)
    known = guests_at(ctx.session, [item_id], View(ctx.at)).get(item_id, 0)
    written = require_guests(number, words, known=known)
    fact = GuestFact(item_id=item_id, desk_id=door.desk_id, number=number, words=written)
    return ctx.record(fact, number=number)


@command("count_heads", topic="attendance", subject="item", permission="admit", fact=DoorCount)
def count_heads(ctx: Context, *, item_id: int, number: int, confirmed: bool = False) -> DoorCount:
    """Record what a clicker shows inside, at the door of the desk that gives it.

    From the command room: in the whole room. Refuses `count_number`, and `item_finished` unless
    `confirmed`.
    """
    door = require_open_door(ctx, item_id, confirmed=confirmed)
    require_count(number)
    fact = DoorCount(item_id=item_id, desk_id=door.desk_id, number=number)
    return ctx.record(fact, number=number)
