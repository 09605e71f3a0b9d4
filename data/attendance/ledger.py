"""The ledger of attendance: how somebody stands at an item, and the fact that moves him, with everything that is kept beside it.

A fact, the kept state, the counts and the minutes move in one transaction. What may be recorded is decided in `data.check_in` and
`data.late_scans`; here it is written.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, update
from sqlmodel import Session, select

from data.attendance import projections
from data.attendance.badges import no_such_badge
from data.events.clock import event_and_clock, real_now
from data.storage import changes
from models.access.people import Person, Role, require_may
from models.attendance.badges import badge_code
from models.attendance.ledger import (
    HERE,
    Admission,
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
    Standing,
    counted,
    minute_of,
)
from models.events.event import Event
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both

STANDS = (*HERE, Standing.EXCUSED, Standing.ANNOUNCED)


@dataclass(frozen=True)
class Door:
    """Where and by whom something is recorded."""

    event: Event
    item: ProgrammeItem
    desk_id: int | None
    by: Person


@dataclass(frozen=True)
class Stood:
    """How a delegate stood at an item before; `assigned`: whether the roster expects him there."""

    item_id: int
    delegate_id: int
    delegation_id: int
    assigned: bool
    fact_id: int | None = None
    standing: Standing = Standing.UNDONE
    place: Place = Place.OUTSIDE
    came_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether he belongs to the item: by the roster unless he counts at another one, or because he was let in all the same."""
        return self.standing is not Standing.MOVED if self.assigned else self.standing in STANDS


@dataclass(frozen=True)
class New:
    """How a delegate stands from now on."""

    standing: Standing
    place: Place = Place.OUTSIDE
    words: str = ""
    came_at: datetime | None = None
    device_at: datetime | None = None


# --- statements ------------------------------------------------------------------------------------------------------
# Every scan takes this path, so its statements are built once and carry plain columns instead of objects.

_DELEGATES, _DELEGATIONS, _DESKS, _SERVED, _EXPECTED = (
    table.__table__.c for table in (Delegate, Delegation, Desk, DeskItem, Expectation)
)
_FACT_COLUMNS, _STATE = AttendanceFact.__table__.c, AttendanceState.__table__.c
_ELSEWHERE = AttendanceState.__table__.alias("elsewhere").c

_DESK = (
    select(_DESKS.id)
    .join(DeskItem.__table__, _SERVED.desk_id == _DESKS.id)
    .where(
        _DESKS.event_id == bindparam("event"),
        _DESKS.key == bindparam("desk"),
        _SERVED.item_id == bindparam("item"),
    )
)
_EARLIER = (
    select(
        *(_FACT_COLUMNS[name] for name in ("id", "standing", "place", "words", "at")),
        *(_DELEGATES[name] for name in ("badge", "title_vi", "title_en")),
        _DELEGATIONS.name_vi.label("delegation_vi"),
    )
    .join(Delegate.__table__, _DELEGATES.id == _FACT_COLUMNS.delegate_id)
    .join(Delegation.__table__, _DELEGATIONS.id == _DELEGATES.delegation_id)
    .where(_FACT_COLUMNS.idempotency_key == bindparam("scan"))
)
_BEFORE = (
    _DELEGATES.delegation_id,
    _EXPECTED.item_id.is_not(None).label("assigned"),
    *(_STATE[name] for name in ("fact_id", "standing", "place", "at", "came_at")),
)
_OF_ROSTER = and_(_EXPECTED.delegate_id == _DELEGATES.id, _EXPECTED.item_id == bindparam("item"))
_OF_ITEM = and_(_STATE.delegate_id == _DELEGATES.id, _STATE.item_id == bindparam("item"))
_IN_ANOTHER = and_(
    _ELSEWHERE.delegate_id == _DELEGATES.id,
    _ELSEWHERE.item_id != bindparam("item"),
    _ELSEWHERE.place != Place.OUTSIDE.value,
)
_WHO = (
    select(
        *(_DELEGATES[name] for name in ("id", "badge", "title_vi", "title_en")),
        _DELEGATIONS.name_vi.label("delegation_vi"),
        *_BEFORE,
        _ELSEWHERE.item_id.label("elsewhere"),
    )
    .join(Delegation.__table__, _DELEGATIONS.id == _DELEGATES.delegation_id)
    .outerjoin(Expectation.__table__, _OF_ROSTER)
    .outerjoin(AttendanceState.__table__, _OF_ITEM)
    .outerjoin(_ELSEWHERE.item_id.table, _IN_ANOTHER)
    .where(_DELEGATES.event_id == bindparam("event"))
)
_SCANNED = _WHO.where(_DELEGATES.badge == bindparam("badge"))
SCANNED_MANY = _WHO.where(_DELEGATES.badge.in_(bindparam("badges", expanding=True)))
_STOOD = (
    select(*_BEFORE)
    .select_from(Delegate.__table__)
    .outerjoin(Expectation.__table__, _OF_ROSTER)
    .outerjoin(AttendanceState.__table__, _OF_ITEM)
    .where(_DELEGATES.id == bindparam("delegate"))
)
_FACT = select(_FACT_COLUMNS).where(_FACT_COLUMNS.id == bindparam("fact"))
_SIDES = select(_FACT_COLUMNS).where(
    _FACT_COLUMNS.idempotency_key.in_([bindparam("moved"), bindparam("left")])
)

_FACTS, _STATES, _COUNTS, _MINUTES = (
    table.__table__ for table in (AttendanceFact, AttendanceState, AttendanceCount, ArrivalMinute)
)
_ADD_FACT, ADD_STATE, _ADD_COUNT, _ADD_MINUTE = (
    insert(_FACTS),
    insert(_STATES),
    insert(_COUNTS),
    insert(_MINUTES),
)
_KEPT = ("fact_id", "standing", "place", "at", "came_at")
MOVE_STATE = (
    update(_STATES)
    .where(_STATES.c.item_id == bindparam("item"), _STATES.c.delegate_id == bindparam("delegate"))
    .values({name: bindparam(name) for name in _KEPT})
)
_COUNTED = projections.COUNTED
_MOVE_COUNT = (
    update(_COUNTS)
    .where(
        _COUNTS.c.item_id == bindparam("item"), _COUNTS.c.delegation_id == bindparam("delegation")
    )
    .values({name: _COUNTS.c[name] + bindparam(f"{name}_step") for name in _COUNTED})
)
_MOVE_MINUTE = (
    update(_MINUTES)
    .where(_MINUTES.c.item_id == bindparam("item"), _MINUTES.c.minute == bindparam("at"))
    .values(arrived=_MINUTES.c.arrived + bindparam("step"))
)


# --- reads -----------------------------------------------------------------------------------------------------------


def require_door(session: Session, by: Person, item_id: int, command: str) -> Door:
    """Where somebody records attendance. Refuses whoever may not, and an item that is none of the event's or of his desk's.

    Looked up once in a transaction, which may hold many scans of one desk.
    """
    doors = session.info.setdefault("doors", {})
    key = (by.id if by else None, item_id, command)
    if key not in doors:
        event = event_of(session)
        item = item_of(session, event, item_id)
        doors[key] = Door(event, item, _require_desk(session, event, by, item, command), by)
    return doors[key]


def event_of(session: Session) -> Event:
    """The current event. Refuses `no_event`. Looked up once in a transaction, as the doors are."""
    if "event" not in session.info:
        found = event_and_clock(session)
        if found is None:
            raise Refusal("no_event")
        session.info["event"], session.info["clock"] = found
    return session.info["event"]


def now_of(session: Session) -> datetime:
    """What the current event's clock shows (aware UTC), looked up with the event."""
    event_of(session)
    return session.info["clock"].shows(real_now())


def item_of(session: Session, event: Event, item_id: int) -> ProgrammeItem:
    """An item at which attendance is recorded. Refuses `item_unknown`."""
    item = session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != event.id or item.expects == "none":
        raise Refusal("item_unknown", item=item_id)
    return item


def _require_desk(
    session: Session, event: Event, by: Person, item: ProgrammeItem, command: str
) -> int | None:
    """The desk that the person sits at, if any. Refuses `desk_not_for_item` where a desk does not serve the item."""
    require_may(by, command, desk=by.desk_key if by else None)
    if Role(by.role) is not Role.DESK:
        return None
    desk_id = (
        session.connection()
        .execute(_DESK, {"event": event.id, "desk": by.desk_key, "item": item.id})
        .scalar()
    )
    if desk_id is None:
        raise Refusal("desk_not_for_item", item=both(item, "title"))
    return desk_id


def answered(session: Session, idempotency_key: str) -> Admission | None:
    """The answer that was given to the same scan before."""
    row = session.connection().execute(_EARLIER, {"scan": idempotency_key}).first()
    if row is None:
        return None
    return Admission(
        row.id,
        row.badge,
        row.title_vi,
        row.title_en,
        row.delegation_vi,
        Standing(row.standing),
        row.at,
        Place(row.place),
        row.words,
        repeated=True,
    )


def scanned(session: Session, door: Door, badge: str) -> tuple[Stood, Row]:
    """How he stood whose badge it is, and who he is. Refuses a badge that is none of the event's."""
    code = badge_code(badge)
    row = (
        session.connection()
        .execute(_SCANNED, {"event": door.event.id, "item": door.item.id, "badge": code})
        .first()
    )
    if row is None:
        raise no_such_badge(session, door.event, code)
    return _stood_of(row, door.item.id, row.id), row


def _stood_of(row: Row, item_id: int, delegate_id: int) -> Stood:
    standing = Standing(row.standing) if row.standing else Standing.UNDONE
    place = Place(row.place) if row.place else Place.OUTSIDE
    return Stood(
        item_id,
        delegate_id,
        row.delegation_id,
        bool(row.assigned),
        row.fact_id,
        standing,
        place,
        row.came_at,
    )


def stood(session: Session, item_id: int, delegate_id: int) -> Stood:
    """How a delegate stands at an item."""
    row = session.connection().execute(_STOOD, {"item": item_id, "delegate": delegate_id}).one()
    return _stood_of(row, item_id, delegate_id)


def words_of(session: Session, was: Stood) -> str:
    """What was said with the fact by which he stands: a substitute's name, a reason, why he was let in all the same."""
    return fact_of(session, was).words if was.fact_id else ""


def fact_of(session: Session, was: Stood) -> Row:
    """The fact by which he stands as he does."""
    return session.connection().execute(_FACT, {"fact": was.fact_id}).one()


def brought_about(session: Session, fact: Row) -> list[Row]:
    """The facts at other items that were recorded with one: that he counts there no more, and that he left its room."""
    return list(
        session.connection().execute(
            _SIDES, {"moved": f"{fact.idempotency_key}/m", "left": f"{fact.idempotency_key}/l"}
        )
    )


def counting_item(session: Session, door: Door, was: Stood) -> ProgrammeItem | None:
    """The parallel item at which a delegate counts: where he was let in all the same, else where the roster expects him."""
    state = and_(
        AttendanceState.item_id == ProgrammeItem.id, AttendanceState.delegate_id == was.delegate_id
    )
    assigned = and_(
        Expectation.item_id == ProgrammeItem.id, Expectation.delegate_id == was.delegate_id
    )
    stands = AttendanceState.standing.in_([one.value for one in STANDS])
    query = (
        select(ProgrammeItem)
        .outerjoin(Expectation, assigned)
        .outerjoin(AttendanceState, state)
        .where(
            ProgrammeItem.event_id == door.event.id,
            ProgrammeItem.id != door.item.id,
            ProgrammeItem.starts_at < door.item.ends_at,
            ProgrammeItem.ends_at > door.item.starts_at,
            stands | Expectation.delegate_id.is_not(None),
            func.coalesce(AttendanceState.standing, "") != Standing.MOVED.value,
        )
        .order_by(Expectation.delegate_id.is_not(None), ProgrammeItem.id)
    )
    return session.exec(query).first()


# --- writes ----------------------------------------------------------------------------------------------------------


def append(
    session: Session, door: Door, was: Stood, new: New, *, idempotency_key: str, now: datetime
) -> int:
    """Appends a fact and moves what is kept with it; returns the fact's id."""
    connection = session.connection()
    fact = _add_fact(
        connection, door, was, new, idempotency_key=idempotency_key, now=now, before_id=was.fact_id
    )
    _keep(connection, was, new, fact_id=fact, at=now, now=now)
    return fact


def take_back(
    session: Session,
    door: Door,
    was: Stood,
    taken_back: Row,
    *,
    idempotency_key: str,
    now: datetime,
) -> Admission:
    """Appends the fact that what counted before counts again, and moves what is kept with it."""
    connection = session.connection()
    before = (
        session.connection().execute(_FACT, {"fact": taken_back.before_id}).first()
        if taken_back.before_id
        else None
    )
    if before is None or before.standing == Standing.UNDONE:
        new, counts, at = New(Standing.UNDONE), None, now
    else:
        new = New(Standing(before.standing), Place(before.place), before.words, before.came_at)
        counts, at = before.id, before.at
    fact = _add_fact(
        connection,
        door,
        was,
        new,
        idempotency_key=idempotency_key,
        now=now,
        before_id=None,
        undoes_id=taken_back.id,
    )
    _keep(connection, was, new, fact_id=counts or fact, at=at, now=now)
    return Admission(fact, "", "", "", "", new.standing, now, new.place, new.words)


def note(
    session: Session, door: Door, scanned: Row, command: str, standing: Standing, now: datetime
) -> None:
    """Notes the change that a fact about a delegate is."""
    what = {
        "command": command,
        "item": door.item.id,
        "badge": scanned.badge,
        "standing": standing.value,
    }
    changes.note(
        session,
        event_id=door.event.id,
        at=now,
        by=door.by,
        topic="attendance",
        subject="delegate",
        subject_id=scanned.id,
        what=what,
    )


def _add_fact(
    connection: Connection,
    door: Door,
    was: Stood,
    new: New,
    *,
    idempotency_key: str,
    now: datetime,
    **links,
) -> int:
    fact = {
        "item_id": was.item_id,
        "delegate_id": was.delegate_id,
        "standing": new.standing.value,
        "place": new.place.value,
        "words": new.words,
        "desk_id": door.desk_id,
        "at": now,
        "came_at": new.came_at,
        "device_at": new.device_at,
        "undoes_id": None,
        "person_id": door.by.id,
        "idempotency_key": idempotency_key,
    }
    return connection.execute(_ADD_FACT, fact | links).inserted_primary_key[0]


def _keep(
    connection: Connection, was: Stood, new: New, *, fact_id: int, at: datetime, now: datetime
) -> None:
    """Moves the kept state, counts and minutes by what is recorded `now`; what counts from now on was recorded at `at`.

    Writers take turns; were two here at once, a primary key would stop the second.
    """
    values = {
        "fact_id": fact_id,
        "standing": new.standing.value,
        "place": new.place.value,
        "at": at,
        "came_at": new.came_at,
    }
    if was.fact_id is None:
        connection.execute(
            ADD_STATE, {"item_id": was.item_id, "delegate_id": was.delegate_id, **values}
        )
    else:
        connection.execute(MOVE_STATE, {"item": was.item_id, "delegate": was.delegate_id, **values})
    step = counted(new.standing, new.place, assigned=was.assigned) - counted(
        was.standing, was.place, assigned=was.assigned
    )
    keep_counts(connection, was.item_id, {was.delegation_id: step})
    came, had_come = (
        (new.came_at if new.standing in HERE else None),
        (was.came_at if was.standing in HERE else None),
    )
    if came != had_come:
        if had_come:
            keep_minute(connection, was.item_id, had_come, -1)
        if came:
            keep_minute(connection, was.item_id, came, 1)
    place = {"item_id": was.item_id, "delegation_id": was.delegation_id}
    projections.keep(connection, **place, step=step, came=came, had_come=had_come, at=now)


def keep_counts(connection: Connection, item_id: int, steps: dict[int, Headcount]) -> None:
    """Moves the kept counts of delegations (by id) at an item by the steps of one or many facts."""
    moves = [
        {"item": item_id, "delegation": delegation_id}
        | {f"{name}_step": getattr(step, name) for name in _COUNTED}
        for delegation_id, step in steps.items()
    ]
    if connection.execute(_MOVE_COUNT, moves).rowcount == len(moves):
        return
    (delegation_id, step), *others = steps.items()
    if others:
        raise LookupError("delegations that nobody expected are counted one by one")
    first = {name: getattr(step, name) for name in _COUNTED}
    connection.execute(_ADD_COUNT, {"item_id": item_id, "delegation_id": delegation_id, **first})


def keep_minute(connection: Connection, item_id: int, at: datetime, step: int) -> None:
    """Moves the kept number of those who came in the minute of `at`."""
    minute = minute_of(at)
    moved = connection.execute(_MOVE_MINUTE, {"item": item_id, "at": minute, "step": step})
    if not moved.rowcount:
        connection.execute(_ADD_MINUTE, {"item_id": item_id, "minute": minute, "arrived": step})
