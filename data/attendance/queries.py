"""Attendance as at a moment: who came, was excused or sent a substitute; counts, arrival curve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Integer, Row, Select, and_, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.attendance.projections import arrivals_then, counts_then
from data.storage.newest import WHENEVER, newest, recorded_until
from models.attendance.ledger import (
    ArrivalMinute,
    AttendanceCount,
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Delegate,
    Delegation,
    Desk,
    DeskItem,
    Expectation,
    Headcount,
    Place,
    RollMark,
)
from models.events.event import Event, View
from models.programme import ProgrammeMark
from models.storage import UtcTime


@dataclass(frozen=True)
class Found:
    """A delegate that a search or a badge found, with their status at the item searched for.

    `status` is None where nothing counts; `expected`: the roster expects them there; `fact_id`: the
    fact that counts, which an undo names. `retired`: they were taken from the roster. `name`: for
    those alone who may read it.
    """

    delegate_id: int
    badge: str
    title_vi: str
    title_en: str
    delegation_vi: str
    delegation_en: str
    expected: bool
    status: AttendanceStatus | None
    place: Place
    at: datetime | None
    fact_id: int | None
    retired: bool = False
    name: str = ""


# --- reads ---------------------------------------------------------------------------------------


def delegations(session: Session, event: Event) -> list[Delegation]:
    """The delegations in the organiser's order, then in the Vietnamese order of their names;
    detached."""
    found = list(
        session.exec(
            select(Delegation)
            .where(Delegation.event_id == event.id)
            .order_by(col(Delegation.position), col(Delegation.sort_key))
        ).all()
    )
    for delegation in found:
        session.expunge(delegation)
    return found


_NAMES = select_columns(*map(col, (Delegation.id, Delegation.name_vi, Delegation.name_en))).where(
    col(Delegation.event_id) == bindparam("event")
)


def delegation_names(session: Session, event: Event) -> dict[int, tuple[str, str]]:
    """Delegation id to its name in both languages; without the order, for every board asks it."""
    rows = session.execute(_NAMES, {"event": event.id})
    return {number: (name_vi, name_en) for number, name_vi, name_en in rows}


def headcounts_at(
    session: Session, item_ids: list[int], view: View
) -> dict[tuple[int, int], Headcount]:
    """Headcount by (item id, delegation id) as at the view's moment."""
    counts = (
        counts_then(session, item_ids, view.moment) if view.past else _counts_now(session, item_ids)
    )
    closed = closed_rolls(session, item_ids, view)
    return {
        place: count.closed() if place[0] in closed else count for place, count in counts.items()
    }


def _counts_now(session: Session, item_ids: list[int]) -> dict[tuple[int, int], Headcount]:
    rows = session.exec(
        select(AttendanceCount).where(col(AttendanceCount.item_id).in_(item_ids))
    ).all()
    return {
        (row.item_id, row.delegation_id): Headcount(
            row.expected,
            row.present,
            row.substituted,
            row.excused,
            inside=row.inside,
            common=row.common,
        )
        for row in rows
    }


def closed_rolls(session: Session, item_ids: list[int], view: View) -> set[int]:
    """The items whose roll is closed in a view: by hand, or because they have ended."""
    about = {"items": item_ids, "until": recorded_until(view) or WHENEVER}
    by_hand = dict(session.execute(_ROLLS_BY_HAND, about).all())
    ended = session.execute(_ENDED, about).scalars()
    return {item_id for item_id in {*by_hand, *ended} if by_hand.get(item_id, True)}


def _rolls_by_hand() -> Select[int, bool]:
    """Select the item id and whether its roll is closed, by the newest mark until `until`."""
    until: BindParameter[datetime] = bindparam("until", type_=UtcTime)
    latest = newest(RollMark, RollMark.item_id, until=until)
    return select_columns(col(RollMark.item_id), col(RollMark.closed)).where(
        col(RollMark.item_id).in_(bindparam("items", expanding=True)),
        col(RollMark.id).in_(latest),
    )


def _ended() -> Select[int]:
    """Select the items whose end was recorded by `until`."""
    until: BindParameter[datetime] = bindparam("until", type_=UtcTime)
    latest = newest(ProgrammeMark, ProgrammeMark.item_id, ProgrammeMark.mark, until=until)
    return select_columns(col(ProgrammeMark.item_id)).where(
        col(ProgrammeMark.item_id).in_(bindparam("items", expanding=True)),
        col(ProgrammeMark.mark) == "finished",
        col(ProgrammeMark.id).in_(latest),
        col(ProgrammeMark.undone).is_(False),
    )


# Built once: every board asks them, and every redraw of a desk's figures.
_ROLLS_BY_HAND, _ENDED = _rolls_by_hand(), _ended()


def arrivals_at(session: Session, item_ids: list[int], view: View) -> list[tuple[datetime, int]]:
    """(minute, how many came in it), oldest first, of those who are here at the view's moment."""
    if not view.past:
        rows = session.execute(
            select(ArrivalMinute.minute, func.sum(ArrivalMinute.arrived).label("came"))
            .where(col(ArrivalMinute.item_id).in_(item_ids), col(ArrivalMinute.arrived) > 0)
            .group_by(col(ArrivalMinute.minute))
            .order_by(col(ArrivalMinute.minute))
        )
        return [(row.minute, int(row.came)) for row in rows]
    return arrivals_then(session, item_ids, view.moment)


def here_by_quarter(session: Session, item_id: int, view: View) -> list[tuple[datetime, int]]:
    """(end of a quarter of an hour with arrivals, how many had come by then), oldest first, up to
    the view's moment."""
    here = 0
    found: dict[datetime, int] = {}
    for minute, came in arrivals_at(session, [item_id], view):
        here += came
        quarter = minute.replace(minute=minute.minute // 15 * 15)
        found[min(quarter + timedelta(minutes=15), view.moment)] = here
    return list(found.items())


def found_query(item_id: int | BindParameter[int]) -> Select[*tuple[Any, ...]]:
    """Delegates as `found_of` reads them: plain columns, since a search looks at two hundred."""
    return (
        select_columns(
            col(Delegate.id),
            col(Delegate.badge),
            col(Delegate.title_vi),
            col(Delegate.title_en),
            col(Delegate.retired),
            col(Delegation.name_vi).label("delegation_vi"),
            col(Delegation.name_en).label("delegation_en"),
            col(Expectation.item_id).is_not(None).label("expected"),
            col(AttendanceState.status),
            col(AttendanceState.place),
            col(AttendanceState.at),
            col(AttendanceState.fact_id),
        )
        .join(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
        .outerjoin(
            Expectation,
            and_(
                col(Expectation.delegate_id) == col(Delegate.id),
                col(Expectation.item_id) == item_id,
            ),
        )
        .outerjoin(
            AttendanceState,
            and_(
                col(AttendanceState.delegate_id) == col(Delegate.id),
                col(AttendanceState.item_id) == item_id,
            ),
        )
    )


def found_of(row: Row[*tuple[Any, ...]]) -> Found:
    """A row of `found_query`, which may carry further columns."""
    return Found(
        delegate_id=row.id,
        badge=row.badge,
        title_vi=row.title_vi,
        title_en=row.title_en,
        delegation_vi=row.delegation_vi,
        delegation_en=row.delegation_en,
        expected=bool(row.expected),
        status=(
            AttendanceStatus(row.status)
            if row.status and row.status != AttendanceStatus.UNDONE
            else None
        ),
        place=Place(row.place) if row.place else Place.OUTSIDE,
        at=row.at,
        fact_id=row.fact_id,
        retired=row.retired,
    )


def delegation_missing(session: Session, *, item_id: int, delegation_id: int) -> list[Found]:
    """Those of a delegation whom an item expects and who have no status there, in the order of the
    roster."""
    undone = AttendanceStatus.UNDONE.value
    rows = session.execute(
        found_query(item_id)
        .where(
            col(Delegate.delegation_id) == delegation_id,
            col(Expectation.item_id).is_not(None),
            func.coalesce(col(AttendanceState.status), undone) == undone,
        )
        .order_by(col(Delegate.sort_key))
    )
    return [found_of(row) for row in rows]


_HIDDEN = (AttendanceStatus.UNDONE.value, AttendanceStatus.MOVED.value)
_ITEM = bindparam("item", type_=Integer)
# Found first among the states alone: joining an item's whole list to sort it takes longer with it.
_NEWEST_DELEGATES = (
    select_columns(col(AttendanceState.delegate_id))
    .where(col(AttendanceState.item_id) == _ITEM, col(AttendanceState.status).not_in(_HIDDEN))
    .order_by(col(AttendanceState.fact_id).desc())
    .limit(bindparam("limit", type_=Integer))
    .correlate(None)
)
# Built once: every scan asks this, and building it took most of its time.
_NEWEST = (
    found_query(_ITEM)
    .add_columns(
        col(Desk.name_vi).label("desk_vi"),
        col(Desk.name_en).label("desk_en"),
    )
    .join(AttendanceFact, col(AttendanceFact.id) == col(AttendanceState.fact_id))
    .outerjoin(Desk, col(Desk.id) == col(AttendanceFact.desk_id))
    .where(col(Delegate.id).in_(_NEWEST_DELEGATES))
    .order_by(col(AttendanceState.fact_id).desc())
)


def newest_admissions(
    session: Session, *, item_id: int, limit: int
) -> list[tuple[Found, dict[str, str]]]:
    """The latest people who came or were excused at an item, newest first, with the desk's name in
    both languages (empty for the command room)."""
    # Past the session: there are no objects to be made of it.
    rows = session.connection().execute(_NEWEST, {"item": item_id, "limit": limit})
    return [(found_of(row), {"vi": row.desk_vi or "", "en": row.desk_en or ""}) for row in rows]


def desks_of(session: Session, event: Event) -> dict[str, tuple[Desk, frozenset[int]]]:
    """Desk key to the desk and the ids of the items that it serves, without retired ones."""
    served: dict[int, set[int]] = {}
    for link in session.exec(select(DeskItem)):
        served.setdefault(link.desk_id, set()).add(link.item_id)
    desks = (
        select(Desk)
        .where(col(Desk.event_id) == event.id, col(Desk.retired).is_(False))
        .order_by(col(Desk.id))
    )
    return {
        desk.key: (desk, frozenset(served.get(desk.id, ()))) for desk in session.exec(desks).all()
    }
