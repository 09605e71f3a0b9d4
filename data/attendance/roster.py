"""What a desk's device may hold: the roster of the items that the desk serves, and how everybody stands there now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func
from sqlmodel import Session, select

from data.attendance import queries
from data.events.venues import venues
from models.access.people import Person, Role, may, require_may
from models.attendance.badges import ReplacedBadge
from models.attendance.ledger import (
    AttendanceFact,
    AttendanceState,
    Delegate,
    Delegation,
    Desk,
    Expectation,
    Place,
    Standing,
)
from models.events.event import Event
from models.plan import EventPlan
from models.programme import ProgrammeItem


@dataclass(frozen=True)
class Stands:
    """How a delegate stands at an item now. `named`: of an announced substitute, whether it is known who will come."""

    item_id: int
    badge: str
    standing: Standing
    place: Place
    at: datetime
    desk: dict[str, str] | None
    named: bool


@dataclass(frozen=True)
class Standings:
    """How everybody stands of whom something was recorded after the fact `after`, up to the fact `last`."""

    last: int
    section_snapshots: list[Stands]


@dataclass(frozen=True)
class Roster:
    """Who is expected at a desk's items. `elsewhere`: badges that other items of the event expect, by those items' ids, without
    a word about whose they are; `right` names these items."""

    desk: Desk | None
    items: list[ProgrammeItem]
    right: list[ProgrammeItem]
    venues: dict
    delegations: list[Delegation]
    delegates: list[tuple[Delegate, list[int]]]
    elsewhere: dict[str, list[int]]
    replaced: list[str]


def items_for(session: Session, event: Event, person: Person | None) -> list[ProgrammeItem]:
    """The items of which somebody may see the attendance: a desk those that it serves. Refuses `sign_in_needed`, `not_permitted`."""
    require_may(person, "see_attendance")
    counting = (
        select(ProgrammeItem)
        .where(ProgrammeItem.event_id == event.id, ProgrammeItem.expects != "none")
        .order_by(ProgrammeItem.starts_at, ProgrammeItem.position)
    )
    found = list(session.exec(counting))
    if Role(person.role) is not Role.DESK:
        return found
    _, served = queries.desks_of(session, event).get(person.desk_key, (None, frozenset()))
    return [item for item in found if item.id in served]


def served_items(session: Session, event: Event, person: Person | None) -> list[ProgrammeItem]:
    """The items at which somebody lets people in. Refuses whoever lets nobody in anywhere."""
    require_may(person, "admit", desk=person.desk_key if person else None)
    return items_for(session, event, person)


def roster_mark(session: Session, event: Event, person: Person) -> str:
    """What tells one roster from another: it changes when another event is loaded or moved or a badge is replaced, not with a scan."""
    served_items(session, event, person)
    replaced = (
        session.execute(
            select(func.max(ReplacedBadge.id)).where(ReplacedBadge.event_id == event.id)
        ).scalar()
        or 0
    )
    moved = (
        session.execute(
            select(func.max(EventPlan.id)).where(EventPlan.event_id == event.id)
        ).scalar()
        or 0
    )
    return f"{event.id}-{person.id}-{replaced}-{moved}"


def roster_for(session: Session, event: Event, person: Person) -> Roster:
    """The roster of the items that somebody serves, in the Vietnamese order of names."""
    items = served_items(session, event, person)
    own = {item.id for item in items}
    expected: dict[int, list[int]] = {}
    query = select(Expectation.delegate_id, Expectation.item_id).join(
        ProgrammeItem, ProgrammeItem.id == Expectation.item_id
    )
    for delegate_id, item_id in session.execute(query.where(ProgrammeItem.event_id == event.id)):
        expected.setdefault(delegate_id, []).append(item_id)
    everybody = session.exec(
        select(Delegate).where(Delegate.event_id == event.id).order_by(Delegate.sort_key)
    ).all()
    let_in = _let_in(session, own)
    held, elsewhere = [], {}
    for delegate in everybody:
        theirs = expected.get(delegate.id, [])
        if own.intersection(theirs) or delegate.id in let_in:
            held.append((delegate, sorted(own.intersection(theirs))))
        if others := sorted(set(theirs) - own):
            elsewhere[delegate.badge] = others
    named = {delegate.delegation_id for delegate, _ in held}
    other_ids = {item_id for ids in elsewhere.values() for item_id in ids}
    desk, _ = queries.desks_of(session, event).get(person.desk_key, (None, frozenset()))
    return Roster(
        desk=desk,
        items=items,
        right=list(
            session.exec(
                select(ProgrammeItem)
                .where(ProgrammeItem.id.in_(other_ids))
                .order_by(ProgrammeItem.id)
            )
        ),
        venues=venues(session, event),
        delegations=[one for one in queries.delegations(session, event) if one.id in named],
        delegates=held,
        elsewhere=elsewhere,
        replaced=sorted(
            session.exec(select(ReplacedBadge.badge).where(ReplacedBadge.event_id == event.id))
        ),
    )


def _let_in(session: Session, item_ids: Iterable[int]) -> set[int]:
    """Delegates who were let in at these items without being expected there."""
    found = select(AttendanceState.delegate_id).where(
        AttendanceState.item_id.in_(item_ids), _told()
    )
    return set(session.exec(found))


def _told():
    return AttendanceState.standing != Standing.UNDONE.value


def standings_for(session: Session, event: Event, person: Person, *, after: int = 0) -> Standings:
    """How everybody stands at the items that somebody serves of whom something was recorded after a fact; from 0 on, all."""
    own = [item.id for item in served_items(session, event, person)]
    last = (
        session.execute(
            select(func.max(AttendanceFact.id)).where(AttendanceFact.item_id.in_(own))
        ).scalar()
        or 0
    )
    query = (
        select(
            AttendanceState.item_id,
            Delegate.badge,
            AttendanceState.standing,
            AttendanceState.place,
            AttendanceState.at,
            Desk,
            AttendanceFact.words,
        )
        .join(Delegate, Delegate.id == AttendanceState.delegate_id)
        .join(AttendanceFact, AttendanceFact.id == AttendanceState.fact_id)
        .outerjoin(Desk, Desk.id == AttendanceFact.desk_id)
        .where(AttendanceState.item_id.in_(own))
        .order_by(AttendanceState.item_id, Delegate.badge)
    )
    if after:
        since = select(AttendanceFact.item_id, AttendanceFact.delegate_id).distinct()
        touched = since.where(AttendanceFact.id > after, AttendanceFact.item_id.in_(own)).subquery()
        own_row = and_(
            touched.c.item_id == AttendanceState.item_id,
            touched.c.delegate_id == AttendanceState.delegate_id,
        )
        query = query.join(touched, own_row)
    else:
        query = query.where(_told())
    found = [_stands(*row) for row in session.execute(query)]
    return Standings(last, found)


def _stands(
    item_id: int, badge: str, standing: str, place: str, at: datetime, desk: Desk | None, words: str
) -> Stands:
    where = {"vi": desk.name_vi, "en": desk.name_en} if desk else None
    return Stands(item_id, badge, Standing(standing), Place(place), at, where, bool(words))


def may_scan(person: Person | None) -> bool:
    """Whether somebody lets people in, at a desk of his own or anywhere."""
    return may(person, "admit", desk=person.desk_key if person else None)
