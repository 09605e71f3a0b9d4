"""Attendance at any past moment, from steps by the minute: their sum, and the facts of its own.

Every fact moves one row of its minute (`add_step`); a past moment is added up (`counts_then`,
`arrivals_then`) instead of read from the whole log. `rebuild` writes the rows again from the log.
What a change of the roster moved stands in its own rows (`RosterStep`); each fact counts by the
roster of its time (`Rosters`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.attendance.delegates import DelegateChange, RosterStep
from models.attendance.ledger import (
    HERE,
    AttendanceFact,
    AttendanceStatus,
    AttendanceStep,
    Delegate,
    Expectation,
    Headcount,
    Place,
    counted,
    minute_of,
)

COUNTED = ("expected", "present", "substituted", "excused", "inside", "common")
_STEPS, _FACTS = AttendanceStep.__table__, AttendanceFact.__table__
# Made once: an alias makes a copy of every column, which took longer than the query.
_FACT, _WAS, _EARLIER = (_FACTS.alias(name) for name in ("fact", "was", "earlier"))
_KEY = ("item_id", "minute", "delegation_id", "came")
_MOVED = (*COUNTED, "arrived")

Part = tuple[Headcount, datetime, int]
"""A step of the counts, and by how much it moves how many came in a minute."""


def _moving(dialect: ModuleType) -> Executable:
    """Adds a step to its minute's row, in one statement whether there is one or not."""
    step = dialect.insert(_STEPS)
    sums = {name: _STEPS.c[name] + step.excluded[name] for name in _MOVED}
    statement: Executable = step.on_conflict_do_update(index_elements=_KEY, set_=sums)
    return statement


_MOVE = {"sqlite": _moving(sqlite), "postgresql": _moving(postgresql)}


# --- with every fact -----------------------------------------------------------------------------


def add_step(
    connection: Connection,
    *,
    item_id: int,
    delegation_id: int,
    step: Headcount,
    came: datetime | None,
    had_come: datetime | None,
    at: datetime,
) -> None:
    """Add what a fact recorded at `at` moved: the counts, and the minutes of arrival."""
    rows = [_row(item_id, delegation_id, at, part) for part in _parts(step, came, had_come, at)]
    connection.execute(_MOVE[connection.dialect.name], rows)


def add_arrivals(
    connection: Connection,
    *,
    item_id: int,
    steps: dict[int, Headcount],
    came: dict[int, int],
    at: datetime,
) -> None:
    """Add many who came at `at`: each delegation's step (by id), and how many of it came."""
    rows = [
        _row(item_id, delegation_id, at, (step, minute_of(at), came[delegation_id]))
        for delegation_id, step in steps.items()
    ]
    connection.execute(_MOVE[connection.dialect.name], rows)


def _row(item_id: int, delegation_id: int, at: datetime, part: Part) -> dict[str, object]:
    step, came, arrived = part
    key = {
        "item_id": item_id,
        "minute": minute_of(at),
        "delegation_id": delegation_id,
        "came": came,
    }
    return key | {name: getattr(step, name) for name in COUNTED} | {"arrived": arrived}


def _parts(
    step: Headcount, came: datetime | None, had_come: datetime | None, at: datetime
) -> list[Part]:
    """One row as a rule; two where a delegate now counts as come at another minute than before."""
    gone = [(Headcount(), minute_of(had_come), -1)] if had_come else []
    if came == had_come:
        return [(step, minute_of(at), 0)]
    if came is None:
        return [(step, minute, number) for _, minute, number in gone]
    return [(step, minute_of(came), 1), *gone]


# --- a past moment -------------------------------------------------------------------------------


def counts_then(
    session: Session, item_ids: list[int], moment: datetime
) -> dict[tuple[int, int], Headcount]:
    """Headcount by (item id, delegation id) as at a past moment: the roster's expectation and every
    step until then."""
    counts: dict[tuple[int, int], Headcount] = defaultdict(Headcount)
    for row in session.execute(_expected(item_ids)):
        counts[row.item_id, row.delegation_id] = Headcount(expected=row.expected)
    for row in session.execute(_roster_steps(item_ids, moment)):
        step = Headcount(**{name: int(getattr(row, name)) for name in COUNTED})
        # First the roster as it was loaded, then what its changes until the moment moved.
        loaded = Headcount(expected=-int(row.assigned))
        counts[row.item_id, row.delegation_id] += loaded + step
    for row in session.execute(_steps_before(item_ids, moment)):
        step = Headcount(**{name: int(getattr(row, name)) for name in COUNTED})
        counts[row.item_id, row.delegation_id] += step
    facts = _of_the_minute(session, item_ids, moment)
    rosters = Rosters.of(session, {row.delegate_id for row in facts})
    for row in facts:
        delegation_id, assigned = rosters.then(row)
        step = _head(row, "", assigned) - _head(row, "was_", assigned)
        counts[row.item_id, delegation_id] += step
    return dict(counts)


def _expected(item_ids: list[int]) -> Select[*tuple[Any, ...]]:
    """The roster's expectation: item_id, delegation_id, expected."""
    place = (col(Expectation.item_id), col(Delegate.delegation_id))
    return (
        select(*place, func.count().label("expected"))
        .join(Delegate, col(Delegate.id) == col(Expectation.delegate_id))
        .where(col(Expectation.item_id).in_(item_ids))
        .group_by(*place)
    )


def _roster_steps(item_ids: list[int], moment: datetime) -> Select[*tuple[Any, ...]]:
    """What the changes of the roster moved: item_id, delegation_id, `assigned` by all of them, and
    `COUNTED` by those until a moment."""
    steps = RosterStep.__table__.c
    until = DelegateChange.__table__.c.at <= moment
    sums = (func.sum(case((until, steps[name]), else_=0)).label(name) for name in COUNTED)
    place = (steps.item_id, steps.delegation_id)
    return (
        select(*place, func.sum(steps.assigned).label("assigned"), *sums)
        .join(DelegateChange, col(DelegateChange.id) == steps.change_id)
        .where(steps.item_id.in_(item_ids))
        .group_by(*place)
    )


def _steps_before(item_ids: list[int], moment: datetime) -> Select[*tuple[Any, ...]]:
    """The sums of the steps before a moment's minute: item_id, delegation_id, and `COUNTED`."""
    place = (_STEPS.c.item_id, _STEPS.c.delegation_id)
    sums = (func.sum(_STEPS.c[name]).label(name) for name in COUNTED)
    return select(*place, *sums).where(*_before(item_ids, moment)).group_by(*place)


def arrivals_then(
    session: Session, item_ids: list[int], moment: datetime
) -> list[tuple[datetime, int]]:
    """(minute, how many came in it), oldest first, of those who were here at a past moment."""
    rows = session.execute(
        select(_STEPS.c.came, func.sum(_STEPS.c.arrived).label("arrived"))
        .where(*_before(item_ids, moment), _STEPS.c.arrived != 0)
        .group_by(_STEPS.c.came)
    )
    came = Counter({row.came: int(row.arrived) for row in rows})
    for row in _of_the_minute(session, item_ids, moment):
        for at, status, one in (
            (row.came_at, row.status, 1),
            (row.was_came_at, row.was_status, -1),
        ):
            if at and status in HERE:
                came[minute_of(at)] += one
    return sorted((minute, number) for minute, number in came.items() if number)


def _before(item_ids: list[int], moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_STEPS.c.item_id.in_(item_ids), _STEPS.c.minute < minute_of(moment))


def _of_the_minute(
    session: Session, item_ids: list[int], moment: datetime
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The facts of the moment's own minute up to it, each with the delegate's previous status:
    id, item_id, delegate_id, delegation_id, assigned (both by the roster of now), status, place,
    came_at, and the three with `was_`."""
    fact, was, earlier = _FACT, _WAS, _EARLIER
    before = (
        select(func.max(earlier.c.id))
        .where(
            earlier.c.item_id == fact.c.item_id,
            earlier.c.delegate_id == fact.c.delegate_id,
            earlier.c.id < fact.c.id,
        )
        .scalar_subquery()
    )
    expected = and_(
        col(Expectation.delegate_id) == fact.c.delegate_id,
        col(Expectation.item_id) == fact.c.item_id,
    )
    columns = ("status", "place", "came_at")
    return session.execute(
        select(
            fact.c.id,
            fact.c.item_id,
            fact.c.delegate_id,
            col(Delegate.delegation_id),
            col(Expectation.item_id).is_not(None).label("assigned"),
            *(fact.c[name] for name in columns),
            *(was.c[name].label(f"was_{name}") for name in columns),
        )
        .join(Delegate, col(Delegate.id) == fact.c.delegate_id)
        .outerjoin(was, was.c.id == before)
        .outerjoin(Expectation, expected)
        .where(fact.c.item_id.in_(item_ids), fact.c.at >= minute_of(moment), fact.c.at <= moment)
    ).all()


def _head(row: Row[*tuple[Any, ...]], prefix: str, assigned: bool) -> Headcount:
    status, place = getattr(row, f"{prefix}status"), getattr(row, f"{prefix}place")
    return counted(
        AttendanceStatus(status or AttendanceStatus.UNDONE),
        Place(place or Place.OUTSIDE),
        assigned=assigned,
    )


# --- the roster of a fact's time -----------------------------------------------------------------


@dataclass(frozen=True)
class Rosters:
    """The changes of some delegates' rows, and what each of them moved; most have none.

    `changes`: delegate id to (the newest fact before it, the delegation before it, by how much it
    moved who is assigned at each item by id), oldest first.
    """

    changes: dict[int, list[tuple[int, int, dict[int, int]]]]

    @classmethod
    def of(cls, session: Session, delegate_ids: Collection[int] | None = None) -> "Rosters":
        """Those of some delegates; of all of them without any named."""
        if delegate_ids is not None and not delegate_ids:
            return cls({})
        assigned = func.sum(RosterStep.__table__.c.assigned)
        moved = (
            select(col(RosterStep.change_id), col(RosterStep.item_id), assigned.label("assigned"))
            .group_by(col(RosterStep.change_id), col(RosterStep.item_id))
            .subquery()
        )
        columns = DelegateChange.__table__.c
        query = (
            select(
                columns.id,
                columns.delegate_id,
                columns.after_fact_id,
                columns.delegation_id,
                moved.c.item_id,
                moved.c.assigned,
            )
            .outerjoin(moved, moved.c.change_id == columns.id)
            .order_by(columns.id)
        )
        if delegate_ids is not None:
            query = query.where(columns.delegate_id.in_(delegate_ids))
        found: dict[int, dict[int, tuple[int, int, dict[int, int]]]] = defaultdict(dict)
        for row in session.execute(query):
            change = found[row.delegate_id].setdefault(
                row.id, (row.after_fact_id, row.delegation_id, {})
            )
            if row.item_id is not None:
                change[2][row.item_id] = int(row.assigned)
        return cls({delegate: [*changes.values()] for delegate, changes in found.items()})

    def then(self, fact: Row[*tuple[Any, ...]]) -> tuple[int, bool]:
        """The delegation of a fact's delegate and whether its item expected them, at its time.

        `fact`: its id, item_id, delegate_id, and the two by the roster of now.
        """
        delegation_id, assigned = fact.delegation_id, int(fact.assigned)
        for after_fact_id, before, moved in reversed(self.changes.get(fact.delegate_id, [])):
            if after_fact_id < fact.id:
                break
            delegation_id = before
            assigned -= moved.get(fact.item_id, 0)
        return delegation_id, bool(assigned)


# --- from the log --------------------------------------------------------------------------------


def rebuild(session: Session) -> None:
    """Write all rows again from the log."""
    session.execute(delete(_STEPS))
    steps: dict[tuple[int, datetime, int, datetime], Step] = defaultdict(Step)
    latest: dict[tuple[int, int], Latest] = {}
    rosters = Rosters.of(session)
    for fact in session.execute(_ALL_FACTS):
        delegation_id, assigned = rosters.then(fact)
        status, place = AttendanceStatus(fact.status), Place(fact.place)
        came = fact.came_at if fact.status in HERE else None
        delegate = (fact.item_id, fact.delegate_id)
        was, was_at, had_come = latest.get(delegate, _NOWHERE)
        latest[delegate] = (status, place, came)
        step = counted(status, place, assigned=assigned) - counted(was, was_at, assigned=assigned)
        for counts, minute, arrived in _parts(step, came, had_come, fact.at):
            key = (fact.item_id, minute_of(fact.at), delegation_id, minute)
            steps[key] = steps[key].plus(counts, arrived)
    rows = [dict(zip(_KEY, key, strict=True)) | step.values for key, step in steps.items()]
    if rows:
        session.execute(insert(_STEPS), rows)


Latest = tuple[AttendanceStatus, Place, datetime | None]
"""The status and place of a delegate at an item, and when they came, of one who is here."""
_NOWHERE: Latest = (AttendanceStatus.UNDONE, Place.OUTSIDE, None)


@dataclass(frozen=True)
class Step:
    """What the facts of a minute moved so far."""

    counts: Headcount = Headcount()
    arrived: int = 0

    def plus(self, counts: Headcount, arrived: int) -> "Step":
        return Step(self.counts + counts, self.arrived + arrived)

    @property
    def values(self) -> dict[str, int]:
        return {name: getattr(self.counts, name) for name in COUNTED} | {"arrived": self.arrived}


_ALL_FACTS = (
    select(
        *(
            _FACTS.c[name]
            for name in ("id", "item_id", "delegate_id", "status", "place", "came_at", "at")
        ),
        col(Delegate.delegation_id),
        col(Expectation.item_id).is_not(None).label("assigned"),
    )
    .join(Delegate, col(Delegate.id) == _FACTS.c.delegate_id)
    .outerjoin(
        Expectation,
        and_(
            col(Expectation.delegate_id) == _FACTS.c.delegate_id,
            col(Expectation.item_id) == _FACTS.c.item_id,
        ),
    )
    .order_by(_FACTS.c.id)
)
