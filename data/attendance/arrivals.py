"""Writes many first arrivals at an item: facts, current states, counts, minutes and steps.

PostgreSQL is asked once for all of it: each further statement would be a journey to the server and
back, while every other desk waits. SQLite lies in the process, where a handful of statements costs
less than parsing the rows again. A test holds that both write what single scans write, row for row.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, text

from data.attendance import ledger, projections
from data.attendance.lookup import Door
from data.commands import Context
from models.attendance.admission import Previous
from models.attendance.ledger import (
    AttendanceFact,
    AttendanceStatus,
    Headcount,
    Place,
    counted,
    minute_of,
)

STATUS, PLACE = AttendanceStatus.PRESENT, Place.ROOM

_FACTS = AttendanceFact.__table__
_ADD_FACTS = insert(_FACTS).returning(_FACTS.c.id, _FACTS.c.idempotency_key)

_AT_ONCE = text("""
WITH arrival AS (
    SELECT * FROM json_to_recordset(CAST(:arrivals AS json)) AS given (
        delegate_id integer, desk_id integer, device_at timestamptz, before_id integer,
        person_id integer, idempotency_key text
    )
), fact AS (
    INSERT INTO attendancefact (
        item_id, delegate_id, status, place, words, desk_id, at, came_at, device_at, before_id,
        person_id, idempotency_key
    )
    SELECT
        :item, delegate_id, :status, :place, '', desk_id, :at, :at, device_at, before_id,
        person_id, idempotency_key
    FROM arrival
    RETURNING id, delegate_id, idempotency_key
), state AS (
    INSERT INTO attendancestate (item_id, delegate_id, fact_id, status, place, at, came_at)
    SELECT :item, delegate_id, id, :status, :place, :at, :at FROM fact
    ON CONFLICT (item_id, delegate_id) DO UPDATE SET
        fact_id = excluded.fact_id, status = excluded.status, place = excluded.place,
        at = excluded.at, came_at = excluded.came_at
), move AS (
    SELECT * FROM json_to_recordset(CAST(:moves AS json)) AS given (
        delegation_id integer, expected integer, present integer, substituted integer,
        excused integer, inside integer, common integer, arrived integer
    )
), headcount AS (
    INSERT INTO attendancecount AS now (
        item_id, delegation_id, expected, present, substituted, excused, inside, common
    )
    SELECT
        :item, delegation_id, expected, present, substituted, excused, inside, common
    FROM move
    ON CONFLICT (item_id, delegation_id) DO UPDATE SET
        expected = now.expected + excluded.expected, present = now.present + excluded.present,
        substituted = now.substituted + excluded.substituted,
        excused = now.excused + excluded.excused,
        inside = now.inside + excluded.inside, common = now.common + excluded.common
), minute AS (
    INSERT INTO arrivalminute AS now (item_id, minute, arrived)
    SELECT :item, :minute, sum(arrived) FROM move
    ON CONFLICT (item_id, minute) DO UPDATE SET arrived = now.arrived + excluded.arrived
), step AS (
    INSERT INTO attendancestep AS now (
        item_id, minute, delegation_id, came, expected, present, substituted, excused, inside,
        common, arrived
    )
    SELECT
        :item, :minute, delegation_id, :minute, expected, present, substituted, excused, inside,
        common, arrived
    FROM move
    ON CONFLICT (item_id, minute, delegation_id, came) DO UPDATE SET
        expected = now.expected + excluded.expected, present = now.present + excluded.present,
        substituted = now.substituted + excluded.substituted,
        excused = now.excused + excluded.excused,
        inside = now.inside + excluded.inside, common = now.common + excluded.common,
        arrived = now.arrived + excluded.arrived
)
SELECT id, idempotency_key FROM fact
""")


@dataclass(frozen=True)
class Arrival:
    """A delegate whom the rule admits at a door, where nothing else comes with it.

    `row`: as `lookup.row_by_badge` reads it.
    """

    ctx: Context
    door: Door
    previous: Previous
    row: Row[*tuple[Any, ...]]
    device_at: datetime | None

    @property
    def key(self) -> str:
        return self.ctx.idempotency_key


def record(
    connection: Connection, item_id: int, arrivals: Collection[Arrival], at: datetime
) -> dict[str, int]:
    """Write arrivals of one moment; the ids of the new facts by idempotency key."""
    steps = _steps(arrivals)
    came = Counter(one.previous.delegation_id for one in arrivals)
    if connection.dialect.name == "postgresql":
        return _record_at_once(connection, item_id, arrivals, steps, came, at)
    facts = _add_facts(connection, arrivals, at)
    _move_states(connection, item_id, arrivals, facts, at)
    ledger.move_counts(connection, item_id, steps)  # those who are expected have their counts
    ledger.move_minute(connection, item_id, at, len(arrivals))
    projections.add_arrivals(connection, item_id=item_id, steps=steps, came=came, at=at)
    return facts


def _steps(arrivals: Collection[Arrival]) -> dict[int, Headcount]:
    """By how much the counts of each delegation (by id) move."""
    steps: dict[int, Headcount] = defaultdict(Headcount)
    for one in arrivals:
        before = counted(one.previous.status, one.previous.place, assigned=one.previous.assigned)
        after = counted(STATUS, PLACE, assigned=one.previous.assigned)
        steps[one.previous.delegation_id] += after - before
    return steps


def _record_at_once(
    connection: Connection,
    item_id: int,
    arrivals: Collection[Arrival],
    steps: dict[int, Headcount],
    came: dict[int, int],
    at: datetime,
) -> dict[str, int]:
    given = [
        {
            "delegate_id": one.row.id,
            "desk_id": one.door.desk_id,
            "device_at": one.device_at.isoformat() if one.device_at else None,
            "before_id": one.previous.fact_id,
            "person_id": one.ctx.by.id,
            "idempotency_key": one.key,
        }
        for one in arrivals
    ]
    moves = [
        {"delegation_id": delegation_id, "arrived": came[delegation_id]}
        | {name: getattr(step, name) for name in projections.COUNTED}
        for delegation_id, step in steps.items()
    ]
    asked = {
        "arrivals": json.dumps(given),
        "moves": json.dumps(moves),
        "item": item_id,
        "status": STATUS.value,
        "place": PLACE.value,
        "at": at,
        "minute": minute_of(at),
    }
    return {row.idempotency_key: row.id for row in connection.execute(_AT_ONCE, asked)}


def _add_facts(
    connection: Connection, arrivals: Collection[Arrival], at: datetime
) -> dict[str, int]:
    """The ids of the new facts by key."""
    rows = [
        {
            "item_id": one.door.item.id,
            "delegate_id": one.row.id,
            "status": STATUS.value,
            "place": PLACE.value,
            "words": "",
            "desk_id": one.door.desk_id,
            "at": at,
            "came_at": at,
            "device_at": one.device_at,
            "before_id": one.previous.fact_id,
            "undoes_id": None,
            "caused_by_id": None,
            "person_id": one.ctx.by.id,
            "idempotency_key": one.key,
        }
        for one in arrivals
    ]
    added = connection.execute(_ADD_FACTS, rows)
    return {row.idempotency_key: row.id for row in added}


def _move_states(
    connection: Connection,
    item_id: int,
    arrivals: Collection[Arrival],
    facts: dict[str, int],
    at: datetime,
) -> None:
    state = {"status": STATUS.value, "place": PLACE.value, "at": at, "came_at": at}
    new, moved = [], []
    for one in arrivals:
        fact_id = facts[one.key]
        if one.previous.fact_id is None:
            key = {"item_id": item_id, "delegate_id": one.row.id, "fact_id": fact_id}
            new.append(key | state)
        else:
            key = {"item": item_id, "delegate": one.row.id, "fact_id": fact_id}
            moved.append(key | state)
    if new:
        connection.execute(ledger.ADD_STATE, new)
    if moved:
        connection.execute(ledger.MOVE_STATE, moved)
