"""The ledger of attendance: appends facts, and moves state, counts and minutes with each of them.

Fact, state, counts and minutes move in one transaction. What may be recorded is decided by
`models.attendance.admission` and `data.attendance.commands`; here it is written.
"""

from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Executable, Row, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from data.attendance import lookup, projections
from data.attendance.lookup import Door
from data.commands import Context
from models.attendance.admission import Previous
from models.attendance.ledger import (
    HERE,
    ArrivalMinute,
    AttendanceCount,
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Headcount,
    Place,
    counted,
    minute_of,
)


@dataclass(frozen=True)
class NewState:
    """A delegate's status at an item from now on."""

    status: AttendanceStatus
    place: Place = Place.OUTSIDE
    words: str = ""
    came_at: datetime | None = None
    device_at: datetime | None = None


# --- statements ----------------------------------------------------------------------------------
# Every scan takes this path, so its statements are built once and carry plain columns.

_FACTS, _STATES, _COUNTS, _MINUTES = (
    table.__table__ for table in (AttendanceFact, AttendanceState, AttendanceCount, ArrivalMinute)
)
_ADD_FACT, ADD_STATE, _ADD_COUNT = insert(_FACTS), insert(_STATES), insert(_COUNTS)
_STATE_VALUES = ("fact_id", "status", "place", "at", "came_at")
MOVE_STATE = (
    update(_STATES)
    .where(_STATES.c.item_id == bindparam("item"), _STATES.c.delegate_id == bindparam("delegate"))
    .values({name: bindparam(name) for name in _STATE_VALUES})
)
_COUNTED = projections.COUNTED
_MOVE_COUNT = (
    update(_COUNTS)
    .where(
        _COUNTS.c.item_id == bindparam("item"), _COUNTS.c.delegation_id == bindparam("delegation")
    )
    .values({name: _COUNTS.c[name] + bindparam(f"{name}_step") for name in _COUNTED})
)


def _moving_minute(dialect: ModuleType) -> Executable:
    """Moves a minute's number in one statement, whether there is a row of it or not."""
    step = dialect.insert(_MINUTES)
    statement: Executable = step.on_conflict_do_update(
        index_elements=("item_id", "minute"),
        set_={"arrived": _MINUTES.c.arrived + step.excluded.arrived},
    )
    return statement


_MOVE_MINUTE = {
    "sqlite": _moving_minute(sqlite),
    "postgresql": _moving_minute(postgresql),
}


# --- facts ---------------------------------------------------------------------------------------


def append(ctx: Context, door: Door, previous: Previous, new: NewState) -> int:
    """Append a fact and move the current state with it; the fact's id."""
    fact_id = _add_fact(ctx, door, previous, new, before_id=previous.fact_id)
    _move(ctx, previous, new, fact_id=fact_id, at=ctx.at)
    return fact_id


def append_side_fact(
    ctx: Context, door: Door, previous: Previous, new: NewState, *, caused_by: int, suffix: str
) -> None:
    """Append a fact at another item that a fact brought about and whose undoing undoes it too.

    `suffix` makes its key unlike the cause's and means nothing else.
    """
    links = {"before_id": previous.fact_id, "caused_by_id": caused_by}
    fact_id = _add_fact(ctx, door, previous, new, suffix=suffix, **links)
    _move(ctx, previous, new, fact_id=fact_id, at=ctx.at)


def undo(
    ctx: Context, door: Door, previous: Previous, fact: Row[*tuple[Any, ...]], *, suffix: str = ""
) -> tuple[int, NewState]:
    """Append the fact that undoes another: what counted before it counts again.

    The new fact's id, and the state that counts from now on.
    """
    before = lookup.fact_of(ctx.session, fact.before_id) if fact.before_id else None
    if before is None or before.status == AttendanceStatus.UNDONE:
        new, counts, at = NewState(AttendanceStatus.UNDONE), None, ctx.at
    else:
        status, place = AttendanceStatus(before.status), Place(before.place)
        new = NewState(status, place, before.words, before.came_at)
        counts, at = before.id, before.at
    fact_id = _add_fact(ctx, door, previous, new, suffix=suffix, undoes_id=fact.id)
    _move(ctx, previous, new, fact_id=counts or fact_id, at=at)
    return fact_id, new


def _add_fact(
    ctx: Context,
    door: Door,
    previous: Previous,
    new: NewState,
    *,
    suffix: str = "",
    **links: int | None,
) -> int:
    fact: dict[str, object] = {
        "item_id": previous.item_id,
        "delegate_id": previous.delegate_id,
        "status": new.status.value,
        "place": new.place.value,
        "words": new.words,
        "desk_id": door.desk_id,
        "at": ctx.at,
        "came_at": new.came_at,
        "device_at": new.device_at,
        "before_id": None,
        "undoes_id": None,
        "caused_by_id": None,
        "person_id": ctx.by.id,
        "idempotency_key": f"{ctx.idempotency_key}/{suffix}" if suffix else ctx.idempotency_key,
    }
    added = ctx.session.connection().execute(_ADD_FACT, fact | links).inserted_primary_key
    assert added is not None  # one row was added
    fact_id: int = added.id
    return fact_id


# --- the current state, moved in the transaction of the fact -------------------------------------


def _move(ctx: Context, previous: Previous, new: NewState, *, fact_id: int, at: datetime) -> None:
    """Move state, counts and minutes by a fact; what counts from now on was recorded at `at`."""
    connection = ctx.session.connection()
    _move_state(connection, previous, new, fact_id=fact_id, at=at)
    step = counted(new.status, new.place, assigned=previous.assigned) - counted(
        previous.status, previous.place, assigned=previous.assigned
    )
    move_counts(connection, previous.item_id, {previous.delegation_id: step})
    came = new.came_at if new.status in HERE else None
    had_come = previous.came_at if previous.status in HERE else None
    if came != had_come:
        if had_come:
            move_minute(connection, previous.item_id, had_come, -1)
        if came:
            move_minute(connection, previous.item_id, came, 1)
    projections.add_step(
        connection,
        item_id=previous.item_id,
        delegation_id=previous.delegation_id,
        step=step,
        came=came,
        had_come=had_come,
        at=ctx.at,
    )


def _move_state(
    connection: Connection, previous: Previous, new: NewState, *, fact_id: int, at: datetime
) -> None:
    """Writers take turns; were two here at once, a primary key would stop the second."""
    values = {
        "fact_id": fact_id,
        "status": new.status.value,
        "place": new.place.value,
        "at": at,
        "came_at": new.came_at,
    }
    if previous.fact_id is None:
        key = {"item_id": previous.item_id, "delegate_id": previous.delegate_id}
        connection.execute(ADD_STATE, key | values)
    else:
        key = {"item": previous.item_id, "delegate": previous.delegate_id}
        connection.execute(MOVE_STATE, key | values)


def move_counts(connection: Connection, item_id: int, steps: dict[int, Headcount]) -> None:
    """Move the counts of delegations (by id) at an item by the steps of one or many facts."""
    moves = [
        {"item": item_id, "delegation": delegation_id}
        | {f"{name}_step": getattr(step, name) for name in _COUNTED}
        for delegation_id, step in steps.items()
    ]
    if connection.execute(_MOVE_COUNT, moves).rowcount == len(moves):
        return
    (delegation_id, step), *others = steps.items()
    if others:
        raise LookupError("delegations that the item does not expect are counted one by one")
    first = {name: getattr(step, name) for name in _COUNTED}
    connection.execute(_ADD_COUNT, {"item_id": item_id, "delegation_id": delegation_id, **first})


def move_minute(connection: Connection, item_id: int, at: datetime, step: int) -> None:
    """Move the number of those who came in the minute of `at`."""
    row = {"item_id": item_id, "minute": minute_of(at), "arrived": step}
    connection.execute(_MOVE_MINUTE[connection.dialect.name], row)
