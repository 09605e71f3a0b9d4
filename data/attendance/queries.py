"""Attendance as at a moment: who came, who was excused, who sent a substitute; the counts and the arrival curve.

What is recorded is recorded by `data.check_in`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, func
from sqlmodel import Session, select

from data.attendance.projections import arrivals_then, counts_then
from models.attendance.ledger import (
    ArrivalMinute,
    AttendanceCount,
    AttendanceFact,
    AttendanceState,
    Delegate,
    Delegation,
    Desk,
    DeskItem,
    Expectation,
    Headcount,
    Place,
    RollMark,
    Standing,
)
from models.events.event import Event, View
from models.programme import ProgrammeMark


@dataclass(frozen=True)
class Found:
    """A delegate that a search or a badge found, and how he stands at the item searched for."""

    delegate_id: int
    badge: str
    title_vi: str
    title_en: str
    delegation_vi: str
    delegation_en: str
    expected: bool
    standing: Standing | None
    place: Place
    at: datetime | None


# --- reads -----------------------------------------------------------------------------------------------------------


def delegations(session: Session, event: Event) -> list[Delegation]:
    """The delegations in the Vietnamese order of their names; detached."""
    found = list(
        session.exec(
            select(Delegation).where(Delegation.event_id == event.id).order_by(Delegation.sort_key)
        ).all()
    )
    for delegation in found:
        session.expunge(delegation)
    return found


def headcounts_at(
    session: Session, item_ids: list[int], view: View
) -> dict[tuple[int, int], Headcount]:
    """Headcount by (item id, delegation id) as at the view's moment."""
    counts = (
        counts_then(session, item_ids, view.moment)
        if view.past
        else _counts_kept(session, item_ids)
    )
    closed = closed_rolls(session, item_ids, view.moment)
    return {
        place: count.closed() if place[0] in closed else count for place, count in counts.items()
    }


def _counts_kept(session: Session, item_ids: list[int]) -> dict[tuple[int, int], Headcount]:
    rows = session.exec(select(AttendanceCount).where(AttendanceCount.item_id.in_(item_ids))).all()
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


def closed_rolls(session: Session, item_ids: list[int], moment: datetime) -> set[int]:
    """The items whose roll is closed at a moment: by hand, or because they have ended."""
    newest = (
        select(func.max(RollMark.id))
        .where(RollMark.item_id.in_(item_ids), RollMark.at <= moment)
        .group_by(RollMark.item_id)
    )
    by_hand = dict(
        session.execute(
            select(RollMark.item_id, RollMark.closed).where(RollMark.id.in_(newest))
        ).all()
    )
    ended = session.exec(
        select(ProgrammeMark.item_id).where(
            ProgrammeMark.item_id.in_(item_ids),
            ProgrammeMark.mark == "finished",
            ProgrammeMark.at <= moment,
        )
    )
    return {item_id for item_id in {*by_hand, *ended} if by_hand.get(item_id, True)}


def arrivals_at(session: Session, item_ids: list[int], view: View) -> list[tuple[datetime, int]]:
    """(minute, how many came in it), oldest first, of those who are here at the view's moment."""
    if not view.past:
        rows = session.execute(
            select(ArrivalMinute.minute, func.sum(ArrivalMinute.arrived))
            .where(ArrivalMinute.item_id.in_(item_ids), ArrivalMinute.arrived > 0)
            .group_by(ArrivalMinute.minute)
            .order_by(ArrivalMinute.minute)
        )
        return [(minute, int(arrived)) for minute, arrived in rows]
    return arrivals_then(session, item_ids, view.moment)


def here_by_quarter(session: Session, item_id: int, view: View) -> list[tuple[datetime, int]]:
    """(end of a quarter of an hour in which somebody came, how many had come by then), oldest first, up to the view's moment."""
    here, found = 0, {}
    for minute, came in arrivals_at(session, [item_id], view):
        here += came
        quarter = minute.replace(minute=minute.minute // 15 * 15)
        found[min(quarter + timedelta(minutes=15), view.moment)] = here
    return list(found.items())


def found_query(item_id: int):
    """Delegates as `found_of` reads them: plain columns, since a search looks at two hundred of them."""
    return (
        select(
            *(getattr(Delegate, name) for name in ("id", "badge", "title_vi", "title_en")),
            Delegation.name_vi,
            Delegation.name_en,
            Expectation.item_id,
            AttendanceState.standing,
            AttendanceState.place,
            AttendanceState.at,
        )
        .join(Delegation, Delegation.id == Delegate.delegation_id)
        .outerjoin(
            Expectation,
            and_(Expectation.delegate_id == Delegate.id, Expectation.item_id == item_id),
        )
        .outerjoin(
            AttendanceState,
            and_(AttendanceState.delegate_id == Delegate.id, AttendanceState.item_id == item_id),
        )
    )


def found_of(row: Row) -> Found:
    """A row of `found_query`; what stands behind its columns is passed over."""
    (
        delegate_id,
        badge,
        title_vi,
        title_en,
        delegation_vi,
        delegation_en,
        expected,
        standing,
        place,
        at,
        *_,
    ) = row
    return Found(
        delegate_id=delegate_id,
        badge=badge,
        title_vi=title_vi,
        title_en=title_en,
        delegation_vi=delegation_vi,
        delegation_en=delegation_en,
        expected=expected is not None,
        standing=Standing(standing) if standing and standing != Standing.UNDONE else None,
        place=Place(place) if place else Place.OUTSIDE,
        at=at,
    )


def delegation_missing(session: Session, *, item_id: int, delegation_id: int) -> list[Found]:
    """Those of a delegation whom an item expects and of whom nothing is recorded there, in the order of the roster."""
    rows = session.execute(
        found_query(item_id)
        .where(
            Delegate.delegation_id == delegation_id,
            Expectation.item_id.is_not(None),
            func.coalesce(AttendanceState.standing, Standing.UNDONE.value) == Standing.UNDONE.value,
        )
        .order_by(Delegate.sort_key)
    )
    return [found_of(row) for row in rows]


def newest_admissions(
    session: Session, *, item_id: int, limit: int
) -> list[tuple[Found, dict[str, str]]]:
    """The latest people who came or were excused at an item, with the desk's name in both languages, newest first."""
    rows = session.execute(
        found_query(item_id)
        .add_columns(Desk.name_vi, Desk.name_en)
        .join(AttendanceFact, AttendanceFact.id == AttendanceState.fact_id)
        .outerjoin(Desk, Desk.id == AttendanceFact.desk_id)
        .where(AttendanceState.standing.not_in([Standing.UNDONE.value, Standing.MOVED.value]))
        .order_by(AttendanceState.fact_id.desc())
        .limit(limit)
    )
    return [(found_of(row), {"vi": row[-2] or "", "en": row[-1] or ""}) for row in rows]


def desks_of(session: Session, event: Event) -> dict[str, tuple[Desk, frozenset[int]]]:
    """Desk key to the desk and the ids of the items that it serves."""
    served: dict[int, set[int]] = {}
    for link in session.exec(select(DeskItem)):
        served.setdefault(link.desk_id, set()).add(link.item_id)
    found = session.exec(select(Desk).where(Desk.event_id == event.id).order_by(Desk.id)).all()
    return {desk.key: (desk, frozenset(served.get(desk.id, ()))) for desk in found}
