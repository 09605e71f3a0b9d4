"""The attendance of items as it goes into the minutes: every delegate by delegation, and how each of them stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, or_
from sqlmodel import Session, select

from data.attendance.ledger import require_door
from data.attendance.queries import closed_rolls
from data.audit import note_export
from data.events.clock import event_now
from data.events.current import require_event
from data.programme import items_at
from models.access.people import Person, require_may
from models.attendance.ledger import (
    HERE,
    AttendanceFact,
    AttendanceState,
    Delegate,
    Delegation,
    Expectation,
    Headcount,
    Place,
    Standing,
    counted,
)
from models.events.event import Event, View
from models.programme import ItemSnapshot
from models.text import both


class Stands(StrEnum):
    """How the minutes call a delegate; each of an item's lines counts as exactly one of these."""

    PRESENT = "present"
    SUBSTITUTE = "substitute"
    EXCUSED = "excused"
    ABSENT = "absent"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Line:
    """One delegate at one item. `came_at`: when he or his substitute came; `words`: the substitute, the reason of an absence,
    or why somebody was let in who was not expected. `announced`: that substitute has not come."""

    badge: str
    title: dict[str, str]
    stands: Stands
    came_at: datetime | None
    words: str
    announced: bool = False


@dataclass(frozen=True)
class DelegationReport:
    """A delegation at an item, its delegates in the Vietnamese order of their offices and units."""

    name: dict[str, str]
    head: Headcount
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ItemReport:
    """An item with its delegations in the Vietnamese order of their names. `closed`: who is missing is absent without reason."""

    item: ItemSnapshot
    closed: bool
    delegations: tuple[DelegationReport, ...]

    @property
    def head(self) -> Headcount:
        return sum((one.head for one in self.delegations), Headcount())


@dataclass(frozen=True)
class AttendanceReport:
    """Items by planned start, as at the event's moment `taken_at`."""

    event: Event
    taken_at: datetime
    items: tuple[ItemReport, ...]

    @property
    def rows(self) -> int:
        return sum(len(one.lines) for item in self.items for one in item.delegations)


def export_attendance(
    session: Session, *, item_ids: list[int], by: Person, now: datetime
) -> AttendanceReport:
    """The report on some items, for a file; that it was taken is recorded in the same transaction.

    The file itself is written afterwards, outside of it: the desks need not wait for a thousand lines. A desk gets the items
    that it serves. Refuses `item_unknown`, `desk_not_for_item`.
    """
    require_may(by, "export_attendance", desk=by.desk_key if by else None)
    for item_id in item_ids:
        require_door(session, by, item_id, "export_attendance")
    event = require_event(session)
    report = attendance_report(session, event, item_ids, event_now(session, event))
    note_export(session, event, what="attendance", rows_taken=report.rows, by=by)
    return report


def attendance_report(
    session: Session, event: Event, item_ids: list[int], moment: datetime
) -> AttendanceReport:
    """Who stands how at some items now; `moment` is what the event's clock shows."""
    items = [item for item in items_at(session, event, View(moment)) if item.id in item_ids]
    closed = closed_rolls(session, item_ids, moment)
    return AttendanceReport(
        event,
        moment,
        tuple(_item_report(session, item, closed=item.id in closed) for item in items),
    )


def _item_report(session: Session, item: ItemSnapshot, *, closed: bool) -> ItemReport:
    found: dict[int, tuple[dict[str, str], list[tuple[Line, Headcount]]]] = {}
    for row in session.execute(_roll(item.id)):
        head = _head(row, closed=closed)
        if head.expected:
            _, lines = found.setdefault(row.Delegation.id, (both(row.Delegation, "name"), []))
            lines.append((_line(row, closed=closed), head))
    delegations = (
        DelegationReport(
            name, sum((head for _, head in lines), Headcount()), tuple(line for line, _ in lines)
        )
        for name, lines in found.values()
    )
    return ItemReport(item, closed, tuple(delegations))


def _roll(item_id: int):
    """Everybody who is expected at an item or of whom something was recorded there, in the Vietnamese order."""
    return (
        select(
            Delegate,
            Delegation,
            Expectation.item_id,
            AttendanceState.standing,
            AttendanceState.place,
            AttendanceState.came_at,
            AttendanceFact.words,
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
        .outerjoin(AttendanceFact, AttendanceFact.id == AttendanceState.fact_id)
        .where(or_(Expectation.item_id.is_not(None), AttendanceState.fact_id.is_not(None)))
        .order_by(Delegation.sort_key, Delegation.code, Delegate.sort_key, Delegate.badge)
    )


def _standing(row) -> Standing:
    return Standing(row.standing or Standing.UNDONE)


def _head(row, *, closed: bool) -> Headcount:
    place = Place(row.place or Place.OUTSIDE)
    head = counted(_standing(row), place, assigned=row.item_id is not None)
    return head.closed() if closed else head


def _line(row, *, closed: bool) -> Line:
    standing = _standing(row)
    missing = Stands.ABSENT if closed else Stands.NOT_YET
    told = standing in (*HERE, Standing.EXCUSED, Standing.ANNOUNCED)
    return Line(
        badge=row.Delegate.badge,
        title=both(row.Delegate, "title"),
        stands=Stands(standing.value) if standing in (*HERE, Standing.EXCUSED) else missing,
        came_at=row.came_at if standing in HERE else None,
        words=row.words or "" if told else "",
        announced=standing is Standing.ANNOUNCED,
    )
