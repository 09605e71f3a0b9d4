"""The plain scans of a queue: delegates who come to the item that expects them, all of one moment by a handful of statements.

Nine of ten scans at a door are that case. Whatever else a scan may be (a replay, another room, somebody who went out, a substitute
who was announced, a badge that is already in) is left to `data.check_in`, which alone knows what to answer. What is
recorded here is what `check_in.admit` would have recorded, row for row; a test compares the two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, select
from sqlmodel import Session

from data.attendance import ledger, projections
from data.attendance.ledger import Door
from models.access.people import Person
from models.attendance.badges import badge_code
from models.attendance.ledger import Admission, AttendanceFact, Headcount, Place, Standing, counted
from models.refusals import Refusal

PLAIN_BEFORE = (None, Standing.UNDONE.value, Standing.EXCUSED.value)

_FACTS = AttendanceFact.__table__
_REPLAYED = select(_FACTS.c.idempotency_key).where(
    _FACTS.c.idempotency_key.in_(bindparam("scans", expanding=True))
)
_ADD_FACTS = insert(_FACTS).returning(_FACTS.c.id, _FACTS.c.idempotency_key)


@dataclass(frozen=True)
class PlainScan:
    """A badge at a door, nothing said beside it; `sign_in` tells from which browser or program it came."""

    badge: str
    item_id: int
    idempotency_key: str
    by: Person
    device_at: datetime | None = None
    sign_in: int | None = None


@dataclass(frozen=True)
class _Arrival:
    scan: PlainScan
    door: Door
    who: Row


def admit_plain(
    session: Session, scans: list[PlainScan], *, now: datetime
) -> list[Admission | None]:
    """The admission of each scan that is a plain one; None for the others, of which nothing is recorded."""
    told: list[Admission | None] = [None] * len(scans)
    by_item = defaultdict(dict)
    for place, scan in _single(scans).items():
        by_item[scan.item_id][place] = scan
    for item_id, some in by_item.items():
        arrivals = _arrivals(session, item_id, some)
        for place, admission in _record(session, arrivals, now).items():
            told[place] = admission
    return told


def _single(scans: list[PlainScan]) -> dict[int, PlainScan]:
    """The first scan of each badge by its place in the list, where no other has its `idempotency_key`: what comes second is not plain,
    and what a later answer depends on must not be recorded after it."""
    ids = Counter(scan.idempotency_key for scan in scans)
    codes = [_code(scan.badge) for scan in scans]
    return {
        place: replace(scan, badge=code)
        for place, (scan, code) in enumerate(zip(scans, codes, strict=True))
        if code and code not in codes[:place] and ids[scan.idempotency_key] == 1
    }


def _code(badge: str) -> str:
    try:
        return badge_code(badge)
    except Refusal:  # `check_in` says why
        return ""


def _arrivals(session: Session, item_id: int, scans: dict[int, PlainScan]) -> dict[int, _Arrival]:
    doors = {place: door for place, scan in scans.items() if (door := _door(session, scan))}
    if not doors:
        return {}
    event = next(iter(doors.values())).event
    connection = session.connection()
    replayed = set(
        connection.execute(
            _REPLAYED, {"scans": [scans[place].idempotency_key for place in doors]}
        ).scalars()
    )
    asked = {"event": event.id, "item": item_id, "badges": [scans[place].badge for place in doors]}
    found = defaultdict(list)
    for row in connection.execute(ledger.SCANNED_MANY, asked):
        found[row.badge].append(row)
    return {
        place: _Arrival(scans[place], door, found[scans[place].badge][0])
        for place, door in doors.items()
        if scans[place].idempotency_key not in replayed and _is_plain(found[scans[place].badge])
    }


def _door(session: Session, scan: PlainScan) -> Door | None:
    try:
        return ledger.require_door(session, scan.by, scan.item_id, "admit")
    except Refusal:
        return None


def _is_plain(rows: list[Row]) -> bool:
    """Expected here, not here yet, and in no other room."""
    return (
        len(rows) == 1
        and bool(rows[0].assigned)
        and rows[0].standing in PLAIN_BEFORE
        and rows[0].elsewhere is None
    )


def _record(session: Session, arrivals: dict[int, _Arrival], now: datetime) -> dict[int, Admission]:
    if not arrivals:
        return {}
    facts = _add_facts(session.connection(), arrivals.values(), now)
    _keep(session.connection(), arrivals.values(), facts, now)
    for one in arrivals.values():
        session.info["sign_in"] = one.scan.sign_in
        ledger.note(session, one.door, one.who, "admit", Standing.PRESENT, now)
    return {
        place: _admission(one, facts[one.scan.idempotency_key], now)
        for place, one in arrivals.items()
    }


def _add_facts(
    connection: Connection, arrivals: Iterable[_Arrival], now: datetime
) -> dict[str, int]:
    """The ids of the new facts by `idempotency_key`."""
    rows = [
        {
            "item_id": one.door.item.id,
            "delegate_id": one.who.id,
            "standing": Standing.PRESENT.value,
            "place": Place.ROOM.value,
            "words": "",
            "desk_id": one.door.desk_id,
            "at": now,
            "came_at": now,
            "device_at": one.scan.device_at,
            "before_id": one.who.fact_id,
            "undoes_id": None,
            "person_id": one.door.by.id,
            "idempotency_key": one.scan.idempotency_key,
        }
        for one in arrivals
    ]
    return {
        idempotency_key: number for number, idempotency_key in connection.execute(_ADD_FACTS, rows)
    }


def _keep(
    connection: Connection, arrivals: Iterable[_Arrival], facts: dict[str, int], now: datetime
) -> None:
    """Moves what is kept: each one's state, and in one step the counts of each delegation and the minute of the item."""
    new, moved, steps = [], [], defaultdict(Headcount)
    kept = {
        "standing": Standing.PRESENT.value,
        "place": Place.ROOM.value,
        "at": now,
        "came_at": now,
    }
    for one in arrivals:
        item_id, fact_id = one.door.item.id, facts[one.scan.idempotency_key]
        if one.who.fact_id is None:
            new.append({"item_id": item_id, "delegate_id": one.who.id, "fact_id": fact_id, **kept})
        else:
            moved.append({"item": item_id, "delegate": one.who.id, "fact_id": fact_id, **kept})
        was = counted(Standing(one.who.standing or Standing.UNDONE), Place.OUTSIDE, assigned=True)
        steps[one.who.delegation_id] += counted(Standing.PRESENT, Place.ROOM, assigned=True) - was
    if new:
        connection.execute(ledger.ADD_STATE, new)
    if moved:
        connection.execute(ledger.MOVE_STATE, moved)
    ledger.keep_counts(connection, item_id, steps)  # whoever is expected is counted already
    ledger.keep_minute(connection, item_id, now, len(new) + len(moved))
    came = Counter(one.who.delegation_id for one in arrivals)
    projections.keep_arrivals(connection, item_id=item_id, steps=steps, came=came, at=now)


def _admission(one: _Arrival, fact_id: int, now: datetime) -> Admission:
    return Admission(
        fact_id=fact_id,
        badge=one.who.badge,
        title_vi=one.who.title_vi,
        title_en=one.who.title_en,
        delegation_vi=one.who.delegation_vi,
        standing=Standing.PRESENT,
        at=now,
        place=Place.ROOM,
        before=Standing(one.who.standing or Standing.UNDONE),
    )
