"""The attendance of items as it goes into the minutes: every delegate, by delegation."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from data.attendance.lookup import require_door, require_own_desk
from data.attendance.queries import closed_rolls
from data.commands import Context, command
from data.programme import items_at
from data.words import LANGUAGES
from models.attendance.ledger import (
    BELONGING,
    HERE,
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Delegate,
    Delegation,
    Expectation,
    Headcount,
    Place,
    counted,
)
from models.events.event import Event, View
from models.programme import ItemSnapshot
from models.text import both


class LineStatus(StrEnum):
    """A delegate's status in the minutes; each of an item's lines counts as exactly one."""

    PRESENT = "present"
    SUBSTITUTE = "substitute"
    EXCUSED = "excused"
    ABSENT = "absent"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Line:
    """One delegate at one item.

    `came_at`: when they or their substitute came; `words`: the substitute, the reason of an
    absence, or why an item admitted someone whom it did not expect. `announced`: that substitute
    has not come.
    """

    badge: str
    title: dict[str, str]
    status: LineStatus
    came_at: datetime | None
    words: str
    announced: bool = False


@dataclass(frozen=True)
class DelegationReport:
    """A delegation at an item, its lines in the order of the organiser's list: by rank, by unit."""

    name: dict[str, str]
    head: Headcount
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ItemReport:
    """An item with its delegations in the order of the organiser's list.

    `closed`: who is missing is absent without reason.
    """

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


@command("export_attendance", topic="people", subject="export")
def export_attendance(ctx: Context, *, item_ids: list[int]) -> AttendanceReport:
    """The report on some items, for a file; that it was taken is noted once the file is written.

    A desk gets the items that it serves. Refuses `item_unknown`, `desk_not_for_item`.
    """
    require_own_desk(ctx)
    for item_id in item_ids:
        require_door(ctx, item_id)
    report = attendance_report(ctx.session, ctx.event, item_ids, ctx.at)
    ctx.note(None, rows=report.rows, document=_names(report))
    return report


def _names(report: AttendanceReport) -> dict[str, str]:
    """The items of a report by language, for the trail of who took it."""
    names = [both(one.item, "short") for one in report.items]
    return {language: ", ".join(name[language] for name in names) for language in LANGUAGES}


def attendance_report(
    session: Session, event: Event, item_ids: list[int], moment: datetime
) -> AttendanceReport:
    """The report on some items now; `moment` is what the event's clock shows."""
    view = View(moment)
    items = [item for item in items_at(session, event, view) if item.id in item_ids]
    closed = closed_rolls(session, item_ids, view)
    return AttendanceReport(
        event,
        moment,
        tuple(_item_report(session, item, closed=item.id in closed) for item in items),
    )


def _item_report(session: Session, item: ItemSnapshot, *, closed: bool) -> ItemReport:
    names: dict[int, dict[str, str]] = {}
    lines: dict[int, list[tuple[Line, Headcount]]] = defaultdict(list)
    for row in session.execute(_roll(item.id)):
        head = _head(row, closed=closed)
        if head.expected:
            names.setdefault(row.Delegation.id, both(row.Delegation, "name"))
            lines[row.Delegation.id].append((_line(row, closed=closed), head))
    delegations = (
        DelegationReport(
            name,
            sum((head for _, head in lines[number]), Headcount()),
            tuple(line for line, _ in lines[number]),
        )
        for number, name in names.items()
    )
    return ItemReport(item, closed, tuple(delegations))


def _roll(item_id: int) -> Select[*tuple[Any, ...]]:
    """All whom an item expects or has a status of, in the organiser's order:
    Delegate, Delegation, assigned, status, place, came_at, words."""
    return (
        select_columns(
            Delegate,
            Delegation,
            col(Expectation.item_id).is_not(None).label("assigned"),
            col(AttendanceState.status),
            col(AttendanceState.place),
            col(AttendanceState.came_at),
            col(AttendanceFact.words),
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
        .outerjoin(AttendanceFact, col(AttendanceFact.id) == col(AttendanceState.fact_id))
        .where(
            or_(col(Expectation.item_id).is_not(None), col(AttendanceState.fact_id).is_not(None))
        )
        .order_by(
            col(Delegation.position),
            col(Delegation.id),
            col(Delegate.position),
            col(Delegate.id),
        )
    )


def _status(row: Row[*tuple[Any, ...]]) -> AttendanceStatus:
    return AttendanceStatus(row.status or AttendanceStatus.UNDONE)


def _head(row: Row[*tuple[Any, ...]], *, closed: bool) -> Headcount:
    place = Place(row.place or Place.OUTSIDE)
    head = counted(_status(row), place, assigned=row.assigned)
    return head.closed() if closed else head


def _line(row: Row[*tuple[Any, ...]], *, closed: bool) -> Line:
    status = _status(row)
    missing = LineStatus.ABSENT if closed else LineStatus.NOT_YET
    certain = status in (*HERE, AttendanceStatus.EXCUSED)
    return Line(
        badge=row.Delegate.badge,
        title=both(row.Delegate, "title"),
        status=LineStatus(status.value) if certain else missing,
        came_at=row.came_at if status in HERE else None,
        words=row.words or "" if status in BELONGING else "",
        announced=status is AttendanceStatus.ANNOUNCED,
    )
