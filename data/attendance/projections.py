"""Attendance as at any past moment, from what is kept by the minute: the sum of the minutes before it and the facts of its own.

Every fact moves one row of its minute (`keep`); whoever wants a past moment adds up (`counts_then`, `arrivals_then`) instead of
reading the whole log. `rebuild` makes the rows anew from the log.
"""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session

from models.attendance.ledger import (
    HERE,
    AttendanceFact,
    AttendanceStep,
    Delegate,
    Expectation,
    Headcount,
    Place,
    Standing,
    counted,
    minute_of,
)

COUNTED = ("expected", "present", "substituted", "excused", "inside", "common")
_STEPS = AttendanceStep.__table__
_KEY = ("item_id", "minute", "delegation_id", "came")
_MOVED = (*COUNTED, "arrived")


def _moving(dialect):
    """Adds a step to its minute's row, in one statement whether there is one or not."""
    step = dialect.insert(_STEPS)
    sums = {name: _STEPS.c[name] + step.excluded[name] for name in _MOVED}
    return step.on_conflict_do_update(index_elements=_KEY, set_=sums)


_MOVE = {"sqlite": _moving(sqlite), "postgresql": _moving(postgresql)}


# --- with every fact -------------------------------------------------------------------------------------------------


def keep(
    connection: Connection,
    *,
    item_id: int,
    delegation_id: int,
    step: Headcount,
    came: datetime | None,
    had_come: datetime | None,
    at: datetime,
) -> None:
    """Keeps what a fact recorded at `at` moved: the counts, and the minute in which somebody came or had come."""
    rows = [_row(item_id, delegation_id, at, part) for part in _parts(step, came, had_come, at)]
    connection.execute(_MOVE[connection.dialect.name], rows)


def keep_arrivals(
    connection: Connection,
    *,
    item_id: int,
    steps: dict[int, Headcount],
    came: dict[int, int],
    at: datetime,
) -> None:
    """The same for many who came at `at`: the step of each delegation (by id), and how many of it came."""
    rows = [
        _row(item_id, delegation_id, at, (step, minute_of(at), came[delegation_id]))
        for delegation_id, step in steps.items()
    ]
    connection.execute(_MOVE[connection.dialect.name], rows)


def _row(
    item_id: int, delegation_id: int, at: datetime, part: tuple[Headcount, datetime, int]
) -> dict:
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
) -> list[tuple]:
    """One row as a rule; two where somebody now counts as come at another minute than before."""
    if came == had_come:
        return [(step, minute_of(at), 0)]
    if came is None:
        return [(step, minute_of(had_come), -1)]
    gone = [(Headcount(), minute_of(had_come), -1)] if had_come else []
    return [(step, minute_of(came), 1), *gone]


# --- a past moment ---------------------------------------------------------------------------------------------------


def counts_then(
    session: Session, item_ids: list[int], moment: datetime
) -> dict[tuple[int, int], Headcount]:
    """Headcount by (item id, delegation id) as at a past moment: the roster's expectation and every step until then."""
    rows = session.execute(
        select(Expectation.item_id, Delegate.delegation_id, func.count())
        .join(Delegate, Delegate.id == Expectation.delegate_id)
        .where(Expectation.item_id.in_(item_ids))
        .group_by(Expectation.item_id, Delegate.delegation_id)
    )
    counts = {
        (item_id, delegation_id): Headcount(expected=number)
        for item_id, delegation_id, number in rows
    }
    sums = [func.sum(_STEPS.c[name]) for name in COUNTED]
    place = (_STEPS.c.item_id, _STEPS.c.delegation_id)
    for item_id, delegation_id, *moved in session.execute(
        select(*place, *sums).where(*_before(item_ids, moment)).group_by(*place)
    ):
        step = Headcount(**dict(zip(COUNTED, map(int, moved), strict=True)))
        counts[item_id, delegation_id] = counts.get((item_id, delegation_id), Headcount()) + step
    for row in _of_the_minute(session, item_ids, moment):
        place, step = (row.item_id, row.delegation_id), _stood(row, "") - _stood(row, "was_")
        counts[place] = counts.get(place, Headcount()) + step
    return counts


def arrivals_then(
    session: Session, item_ids: list[int], moment: datetime
) -> list[tuple[datetime, int]]:
    """(minute, how many came in it), oldest first, of those who were here at a past moment."""
    rows = session.execute(
        select(_STEPS.c.came, func.sum(_STEPS.c.arrived))
        .where(*_before(item_ids, moment), _STEPS.c.arrived != 0)
        .group_by(_STEPS.c.came)
    )
    came = Counter({minute: int(number) for minute, number in rows})
    for row in _of_the_minute(session, item_ids, moment):
        for at, standing, one in (
            (row.came_at, row.standing, 1),
            (row.was_came_at, row.was_standing, -1),
        ):
            if at and standing in HERE:
                came[minute_of(at)] += one
    return sorted((minute, number) for minute, number in came.items() if number)


def _before(item_ids: list[int], moment: datetime) -> tuple:
    return (_STEPS.c.item_id.in_(item_ids), _STEPS.c.minute < minute_of(moment))


def _of_the_minute(session: Session, item_ids: list[int], moment: datetime) -> list:
    """The facts of the moment's own minute up to it, each with how the delegate stood before."""
    fact, was, earlier = (aliased(AttendanceFact) for _ in range(3))
    before = (
        select(func.max(earlier.id))
        .where(
            earlier.item_id == fact.item_id,
            earlier.delegate_id == fact.delegate_id,
            earlier.id < fact.id,
        )
        .scalar_subquery()
    )
    columns = ("standing", "place", "came_at")
    return session.execute(
        select(
            fact.item_id,
            Delegate.delegation_id,
            Expectation.item_id.is_not(None).label("assigned"),
            *(getattr(fact, name) for name in columns),
            *(getattr(was, name).label(f"was_{name}") for name in columns),
        )
        .join(Delegate, Delegate.id == fact.delegate_id)
        .outerjoin(was, was.id == before)
        .outerjoin(
            Expectation,
            and_(Expectation.delegate_id == fact.delegate_id, Expectation.item_id == fact.item_id),
        )
        .where(fact.item_id.in_(item_ids), fact.at >= minute_of(moment), fact.at <= moment)
    ).all()


def _stood(row, prefix: str) -> Headcount:
    standing, place = getattr(row, f"{prefix}standing"), getattr(row, f"{prefix}place")
    return counted(
        Standing(standing or Standing.UNDONE),
        Place(place or Place.OUTSIDE),
        assigned=bool(row.assigned),
    )


# --- from the log ----------------------------------------------------------------------------------------------------


def rebuild(session: Session) -> None:
    """Makes all rows anew from the log."""
    session.execute(delete(_STEPS))
    kept: dict[tuple, list[int]] = {}
    stood: dict[tuple[int, int], tuple[Headcount, datetime | None]] = {}
    for fact in session.execute(_ALL_FACTS):
        head = counted(Standing(fact.standing), Place(fact.place), assigned=bool(fact.assigned))
        nobody = counted(Standing.UNDONE, Place.OUTSIDE, assigned=bool(fact.assigned))
        came = fact.came_at if fact.standing in HERE else None
        was, had_come = stood.get((fact.item_id, fact.delegate_id), (nobody, None))
        stood[fact.item_id, fact.delegate_id] = (head, came)
        for part, minute, arrived in _parts(head - was, came, had_come, fact.at):
            row = kept.setdefault(
                (fact.item_id, minute_of(fact.at), fact.delegation_id, minute), [0] * len(_MOVED)
            )
            for place, moved in enumerate((*(getattr(part, name) for name in COUNTED), arrived)):
                row[place] += moved
    rows = [dict(zip((*_KEY, *_MOVED), (*key, *moved), strict=True)) for key, moved in kept.items()]
    if rows:
        session.execute(insert(_STEPS), rows)


_FACTS = AttendanceFact.__table__.c
_ALL_FACTS = (
    select(
        *(
            _FACTS[name]
            for name in ("item_id", "delegate_id", "standing", "place", "came_at", "at")
        ),
        Delegate.delegation_id,
        Expectation.item_id.is_not(None).label("assigned"),
    )
    .join(Delegate, Delegate.id == _FACTS.delegate_id)
    .outerjoin(
        Expectation,
        and_(Expectation.delegate_id == _FACTS.delegate_id, Expectation.item_id == _FACTS.item_id),
    )
    .order_by(_FACTS.id)
)
