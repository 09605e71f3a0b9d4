"""The arrival forecast of an item, and the delegations that are late as a group, as at a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from data.attendance.queries import arrivals_at, closed_rolls, delegations, headcounts_at
from models.attendance.forecast import (
    EarlierItem,
    Forecast,
    Party,
    expected_curve,
    forecast,
    late_groups,
)
from models.attendance.ledger import Delegation, Headcount
from models.events.event import Event, View
from models.programme import ItemSnapshot


@dataclass(frozen=True)
class LateDelegation:
    """A delegation that is late as a group. `contact` and `vehicle` are empty where unknown."""

    name_vi: str
    name_en: str
    contact: str
    vehicle: str
    coming: int
    here: int


@dataclass(frozen=True)
class ItemForecast:
    """The forecast of an item. `numbers` is None where there is too little to say.

    `nearly_all_at`: when 95 % of those who will come are in, to the minute; `begun`: its planned
    start has passed or its roll is closed, and nothing is forecast any more.
    """

    starts_at: datetime
    begun: bool
    numbers: Forecast | None = None
    nearly_all_at: datetime | None = None
    late: tuple[LateDelegation, ...] = ()


def forecast_at(
    session: Session, event: Event, items: list[ItemSnapshot], item: ItemSnapshot, view: View
) -> ItemForecast:
    """The forecast of an item as at the view's moment, by the plan and the items before it."""
    before = (item.starts_at - view.moment) / timedelta(minutes=1)
    if before <= 0 or item.started_at or item.id in closed_rolls(session, [item.id], view):
        return ItemForecast(item.starts_at, begun=True)
    parties = _parties(session, item, view)
    curve = expected_curve(event.arrival_plan, _earlier(session, items, item, view))
    numbers = forecast(list(parties.values()), curve, minutes_before=before)
    late = late_groups(parties, curve, minutes_before=before)
    known = {one.id: one for one in delegations(session, event)} if late else {}
    return ItemForecast(
        starts_at=item.starts_at,
        begun=False,
        numbers=numbers,
        nearly_all_at=_moment(item, numbers),
        late=tuple(_late(known[number], parties[number]) for number in late),
    )


def _parties(session: Session, item: ItemSnapshot, view: View) -> dict[int, Party]:
    """Delegation id to how many of it are to come and are here."""
    counts = headcounts_at(session, [item.id], view)
    return {
        delegation_id: Party(_coming(count), count.here)
        for (_, delegation_id), count in counts.items()
    }


def _coming(count: Headcount) -> int:
    return count.expected - count.excused


def _earlier(
    session: Session, items: list[ItemSnapshot], item: ItemSnapshot, view: View
) -> list[EarlierItem]:
    """The items that count attendance and had begun by plan before the moment and this item."""
    gone = [
        one
        for one in items
        if one.counts_attendance and one.starts_at < min(item.starts_at, view.moment)
    ]
    heads = headcounts_at(session, [one.id for one in gone], view) if gone else {}
    found = []
    for one in gone:
        coming = sum(_coming(count) for (item_id, _), count in heads.items() if item_id == one.id)
        came = arrivals_at(session, [one.id], view)
        minutes = [
            (one.starts_at - minute) / timedelta(minutes=1)
            for minute, number in came
            for _ in range(number)
        ]
        found.append(EarlierItem(coming, tuple(minutes)))
    return found


def _moment(item: ItemSnapshot, numbers: Forecast | None) -> datetime | None:
    if numbers is None or numbers.nearly_all is None:
        return None
    return item.starts_at - timedelta(minutes=numbers.nearly_all)


def _late(delegation: Delegation, party: Party) -> LateDelegation:
    return LateDelegation(
        name_vi=delegation.name_vi,
        name_en=delegation.name_en,
        contact=delegation.contact,
        vehicle=delegation.vehicle,
        coming=party.coming,
        here=party.here,
    )
