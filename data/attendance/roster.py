"""What a desk's device may hold: the roster of the items that it serves, and the statuses now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.attendance import queries
from data.commands import Context, command
from data.events.venues import venues
from data.programme import counts_attendance, finished_items
from models.access.people import Person, Role, may, require_may
from models.attendance.badges import ReplacedBadge
from models.attendance.delegates import DelegateChange
from models.attendance.ledger import (
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Delegate,
    Delegation,
    Desk,
    Expectation,
    Place,
)
from models.events.event import Event, Venue, View
from models.imports.imported import Import, ImportUndo
from models.plan import EventChange, EventPlan, ItemPlan, VenueChange
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both


@dataclass(frozen=True)
class DelegateStatus:
    """A delegate's status at an item now. `named`: of an announced substitute, whether their name
    is known."""

    item_id: int
    badge: str
    status: AttendanceStatus
    place: Place
    at: datetime
    desk: dict[str, str] | None
    named: bool


@dataclass(frozen=True)
class Statuses:
    """The statuses that facts after `after` set, up to the fact `last`."""

    last: int
    rows: list[DelegateStatus]


@dataclass(frozen=True)
class Roster:
    """Who is expected at a desk's items.

    `elsewhere`: badges that other items of the event expect, by those items' ids, with nothing of
    whose they are; `right`: these items. `replaced` and `retired`: badges that open nothing any
    more, the former of delegates with another one, the latter of those taken from the roster.
    """

    desk: Desk | None
    items: list[ProgrammeItem]
    right: list[ProgrammeItem]
    venues: dict[int, Venue]
    delegations: list[Delegation]
    delegates: list[tuple[Delegate, list[int]]]
    elsewhere: dict[str, list[int]]
    replaced: list[str]
    retired: list[str]


def items_for(session: Session, event: Event, person: Person | None) -> list[ProgrammeItem]:
    """The items of which a person may see the attendance: a desk those that it serves.

    Refuses `sign_in_needed`, `not_permitted`.
    """
    if person is None:
        raise Refusal("sign_in_needed")
    require_may(person, "see_attendance")
    counting = (
        select(ProgrammeItem)
        .where(col(ProgrammeItem.event_id) == event.id, counts_attendance())
        .order_by(col(ProgrammeItem.starts_at), col(ProgrammeItem.position))
    )
    found = list(session.exec(counting))
    if Role(person.role) is not Role.DESK:
        return found
    _, served = _desk_of(session, event, person)
    return [item for item in found if item.id in served]


def _desk_of(session: Session, event: Event, person: Person) -> tuple[Desk | None, frozenset[int]]:
    """The desk of a person and the items that it serves."""
    none: tuple[Desk | None, frozenset[int]] = (None, frozenset())
    return queries.desks_of(session, event).get(person.desk_key or "", none)


def served_items(session: Session, event: Event, person: Person | None) -> list[ProgrammeItem]:
    """The items at which a person admits. Refuses those who admit nowhere."""
    require_may(person, "admit", desk=person.desk_key if person else None)
    return items_for(session, event, person)


ROSTER_FACTS = (
    ReplacedBadge,
    EventChange,
    EventPlan,
    DelegateChange,
    ItemPlan,
    VenueChange,
    Import,
    ImportUndo,
)


def roster_mark(session: Session, event: Event, person: Person) -> str:
    """A mark of the roster: another one after another event is loaded or moved, a badge is replaced
    or the roster, the programme or the settings are changed, not after a scan."""
    served_items(session, event, person)
    changes = [
        session.exec(select(func.max(col(table.id))).where(col(table.event_id) == event.id)).one()
        for table in ROSTER_FACTS
    ]
    return "-".join(str(one or 0) for one in (event.id, person.id, *changes))


@command("export_roster", topic="people", subject="export", permission="admit")
def export_roster(ctx: Context) -> Roster:
    """The roster that a person's device keeps; that it was taken is noted."""
    found = roster_for(ctx.session, ctx.event, ctx.by)
    ctx.note(None, rows=len(found.delegates))
    return found


def roster_for(session: Session, event: Event, person: Person) -> Roster:
    """The roster of the items that a person serves, in the Vietnamese order of names."""
    items = served_items(session, event, person)
    own = {item.id for item in items}
    delegates, elsewhere = _delegates_for(session, event, own)
    named = {delegate.delegation_id for delegate, _ in delegates}
    others = {item_id for ids in elsewhere.values() for item_id in ids}
    right = (
        select(ProgrammeItem)
        .where(col(ProgrammeItem.id).in_(others))
        .order_by(col(ProgrammeItem.id))
    )
    replaced = select(ReplacedBadge.badge).where(col(ReplacedBadge.event_id) == event.id)
    retired = select(Delegate.badge).where(
        col(Delegate.event_id) == event.id, col(Delegate.retired).is_(True)
    )
    desk, _ = _desk_of(session, event, person)
    return Roster(
        desk=desk,
        items=items,
        right=list(session.exec(right)),
        venues=venues(session, event),
        delegations=[one for one in queries.delegations(session, event) if one.id in named],
        delegates=delegates,
        elsewhere=elsewhere,
        replaced=sorted(session.exec(replaced)),
        retired=sorted(session.exec(retired)),
    )


def _delegates_for(
    session: Session, event: Event, own: set[int]
) -> tuple[list[tuple[Delegate, list[int]]], dict[str, list[int]]]:
    """The delegates of some items with those items, and the other items of each badge."""
    expected = _expected(session, event)
    admitted = _with_status(session, own)
    delegates: list[tuple[Delegate, list[int]]] = []
    elsewhere: dict[str, list[int]] = {}
    everyone = (
        select(Delegate)
        .where(col(Delegate.event_id) == event.id, col(Delegate.retired).is_(False))
        .order_by(col(Delegate.sort_key))
    )
    for delegate in session.exec(everyone).all():
        theirs = expected.get(delegate.id, set())
        if own & theirs or delegate.id in admitted:
            delegates.append((delegate, sorted(own & theirs)))
        if others := sorted(theirs - own):
            elsewhere[delegate.badge] = others
    return delegates, elsewhere


def _expected(session: Session, event: Event) -> dict[int, set[int]]:
    """Delegate id to the items that expect them."""
    expected: dict[int, set[int]] = {}
    query = (
        select(Expectation.delegate_id, Expectation.item_id)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(Expectation.item_id))
        .where(col(ProgrammeItem.event_id) == event.id, counts_attendance())
    )
    for delegate_id, item_id in session.exec(query):
        expected.setdefault(delegate_id, set()).add(item_id)
    return expected


def _with_status(session: Session, item_ids: Iterable[int]) -> set[int]:
    """Delegates who have a status at these items, expected there or not."""
    found = select(AttendanceState.delegate_id).where(
        col(AttendanceState.item_id).in_(item_ids), _has_status()
    )
    return set(session.exec(found))


def _has_status() -> ColumnElement[bool]:
    return col(AttendanceState.status) != AttendanceStatus.UNDONE.value


def statuses_for(session: Session, event: Event, person: Person, *, after: int = 0) -> Statuses:
    """The statuses at the items that a person serves that facts after one set; from 0 on, all."""
    own = [item.id for item in served_items(session, event, person)]
    newest = select(func.max(col(AttendanceFact.id))).where(col(AttendanceFact.item_id).in_(own))
    last = session.exec(newest).one() or 0
    query = _statuses_query(own)
    if after:
        since = (
            select(AttendanceFact.item_id, AttendanceFact.delegate_id)
            .where(col(AttendanceFact.id) > after, col(AttendanceFact.item_id).in_(own))
            .distinct()
            .subquery()
        )
        same = and_(
            since.c.item_id == col(AttendanceState.item_id),
            since.c.delegate_id == col(AttendanceState.delegate_id),
        )
        query = query.join(since, same)
    else:
        query = query.where(_has_status())
    return Statuses(last, [_status_of(row) for row in session.execute(query)])


def _statuses_query(item_ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select_columns(
            col(AttendanceState.item_id),
            col(Delegate.badge),
            col(AttendanceState.status),
            col(AttendanceState.place),
            col(AttendanceState.at),
            Desk,
            col(AttendanceFact.words),
        )
        .join(Delegate, col(Delegate.id) == col(AttendanceState.delegate_id))
        .join(AttendanceFact, col(AttendanceFact.id) == col(AttendanceState.fact_id))
        .outerjoin(Desk, col(Desk.id) == col(AttendanceFact.desk_id))
        .where(col(AttendanceState.item_id).in_(item_ids))
        .order_by(col(AttendanceState.item_id), col(Delegate.badge))
    )


def _status_of(row: Row[*tuple[Any, ...]]) -> DelegateStatus:
    return DelegateStatus(
        item_id=row.item_id,
        badge=row.badge,
        status=AttendanceStatus(row.status),
        place=Place(row.place),
        at=row.at,
        desk=both(row.Desk, "name") if row.Desk else None,
        named=bool(row.words),
    )


def finished_for(session: Session, event: Event, person: Person, *, now: datetime) -> list[int]:
    """The ids of the items that a person serves of which it was recorded that they ended."""
    own = {item.id for item in served_items(session, event, person)}
    return sorted(own & finished_items(session, event, View(now)).keys())


def may_scan(person: Person | None) -> bool:
    """Whether a person admits, at a desk of their own or anywhere."""
    return may(person, "admit", desk=person.desk_key if person else None)
