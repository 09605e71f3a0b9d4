"""Check-in: every admission, exit, absence and substitution at an item, and its taking back, as facts.

The kept state, counts and minutes move in the same transaction. Whoever enters one room leaves the one that he was in, and a
delegate counts at one of several parallel items only.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, update
from sqlmodel import Session, select

from data import attendance_steps, changes
from data.badges import no_such_badge
from data.event import require_event
from models.attendance import (
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
    RollMark,
    Standing,
    counted,
    minute_of,
    require_words,
)
from models.errors import Refusal, both
from models.event import Event
from models.people import Person, Role, require_may
from models.programme import ProgrammeItem
from models.text import badge_code, clean

STANDS = (*HERE, Standing.EXCUSED, Standing.ANNOUNCED)


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


# --- commands --------------------------------------------------------------------------------------------------------


def admit(
    session: Session,
    *,
    badge: str,
    item_id: int,
    scan_id: str,
    by: Person,
    now: datetime,
    override: str = "",
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Admission:
    """Lets a delegate in to an item, or in again who had left its room.

    The same `scan_id` changes nothing and returns the first answer. Refuses a malformed, mistyped, unknown or replaced badge,
    the wrong item (naming the right one) unless `override` says why, a badge that is already in (naming when and where), and
    one whose substitute was announced without a name. An excused delegate who comes all the same is let in.
    """
    door = require_door(session, by, item_id, "admit")
    if earlier := _earlier(session, scan_id):
        return earlier
    was, scanned = _scanned(session, door, badge)
    _require_right_item(session, door, was, scanned, override)
    to, words = Standing.PRESENT, clean(override)
    if was.standing is Standing.ANNOUNCED:
        to, words = Standing.SUBSTITUTE, _words_of(session, was)
        require_words(to, words, badge=scanned.badge, delegate=both(scanned, "title"))
    return _let_in(session, door, was, scanned, to, words, scan_id=scan_id, now=now, device_at=device_at, came_at=came_at)


def admit_substitute(
    session: Session,
    *,
    badge: str,
    item_id: int,
    substitute: str,
    scan_id: str,
    by: Person,
    now: datetime,
    override: str = "",
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Admission:
    """Lets somebody in, named by name or office, in a delegate's place. Refuses what `admit` does, and an empty name."""
    door = require_door(session, by, item_id, "admit")
    if earlier := _earlier(session, scan_id):
        return earlier
    was, scanned = _scanned(session, door, badge)
    _require_right_item(session, door, was, scanned, override)
    words = require_words(Standing.SUBSTITUTE, substitute)
    return _let_in(
        session, door, was, scanned, Standing.SUBSTITUTE, words, scan_id=scan_id, now=now, device_at=device_at, came_at=came_at
    )


def excuse(session: Session, *, badge: str, item_id: int, reason: str, scan_id: str, by: Person, now: datetime) -> Admission:
    """Records that a delegate is absent with a reason. Refuses an empty reason and somebody who has come."""
    return _foretell(session, badge, item_id, Standing.EXCUSED, reason, command="excuse", scan_id=scan_id, by=by, now=now)


def announce_substitute(
    session: Session, *, badge: str, item_id: int, substitute: str, scan_id: str, by: Person, now: datetime
) -> Admission:
    """Records that somebody will come in a delegate's place; who (`substitute`) may be told later, at the door at the latest.

    Refuses somebody who has come.
    """
    return _foretell(session, badge, item_id, Standing.ANNOUNCED, substitute, command="excuse", scan_id=scan_id, by=by, now=now)


def leave(
    session: Session,
    *,
    badge: str,
    item_id: int,
    to: str,
    scan_id: str,
    by: Person,
    now: datetime,
    device_at: datetime | None = None,
) -> Admission:
    """Records that a delegate left an item's room, `to` the common areas or outside. Refuses `not_inside`."""
    door = require_door(session, by, item_id, "admit")
    if earlier := _earlier(session, scan_id):
        return earlier
    was, scanned = _scanned(session, door, badge)
    place = Place(to)
    if was.place is Place.OUTSIDE or place in (Place.ROOM, was.place):
        raise Refusal("not_inside", badge=scanned.badge, delegate=both(scanned, "title"))
    new = _New(was.standing, place, _words_of(session, was), was.came_at, device_at)
    return _record(session, door, was, scanned, new, command="leave", scan_id=scan_id, now=now)


def undo_attendance(session: Session, *, badge: str, item_id: int, scan_id: str, by: Person, now: datetime) -> Admission:
    """Takes back what was recorded last of a delegate at an item, and what it brought about elsewhere; what counted before
    counts again. Refuses where there is nothing to take back."""
    door = require_door(session, by, item_id, "undo_attendance")
    if earlier := _earlier(session, scan_id):
        return earlier
    was, scanned = _scanned(session, door, badge)
    if was.standing in (Standing.UNDONE, Standing.MOVED):
        raise Refusal("nothing_to_undo", badge=scanned.badge, delegate=both(scanned, "title"))
    taken_back = session.connection().execute(_FACT, {"fact": was.fact_id}).one()
    for number, side in enumerate(
        session.connection().execute(_SIDES, {"moved": f"{taken_back.scan_id}/m", "left": f"{taken_back.scan_id}/l"})
    ):
        there = _stood(session, side.item_id, was.delegate_id)
        if there.fact_id == side.id:
            _take_back(session, door, there, side, scan_id=f"{scan_id}/{number}", now=now)
    admission = _take_back(session, door, was, taken_back, scan_id=scan_id, now=now)
    note(session, door, scanned, "undo_attendance", admission.standing, now)
    return _told(admission, scanned)


def close_roll(session: Session, *, item_id: int, nonce: str, by: Person, now: datetime) -> RollMark:
    """Closes the roll of an item: who is missing is absent without reason. Who comes later still counts as present."""
    return _mark_roll(session, item_id, closed=True, command="close_roll", nonce=nonce, by=by, now=now)


def open_roll(session: Session, *, item_id: int, nonce: str, by: Person, now: datetime) -> RollMark:
    """Opens a closed roll again."""
    return _mark_roll(session, item_id, closed=False, command="close_roll", nonce=nonce, by=by, now=now)


def _mark_roll(
    session: Session, item_id: int, *, closed: bool, command: str, nonce: str, by: Person, now: datetime
) -> RollMark:
    require_may(by, command)
    event = require_event(session)
    item = _item(session, event, item_id)
    if earlier := session.exec(select(RollMark).where(RollMark.nonce == nonce)).first():
        return earlier
    mark = RollMark(item_id=item.id, closed=closed, at=now, person_id=by.id, nonce=nonce)
    session.add(mark)
    what = {"command": command, "closed": closed}
    changes.note(session, event_id=event.id, at=now, by=by, topic="attendance", subject="item", subject_id=item.id, what=what)
    return mark


# --- many at once ----------------------------------------------------------------------------------------------------


def admit_delegation(
    session: Session, *, delegation_id: int, item_id: int, unticked: list[str], scan_id: str, by: Person, now: datetime
) -> list[Admission]:
    """Lets a whole delegation in at once, but for the badges that were unticked and those who are in or excused already."""
    require_door(session, by, item_id, "admit")
    missing = [badge for badge in _missing(session, delegation_id, item_id) if badge not in set(unticked)]
    return [admit(session, badge=badge, item_id=item_id, scan_id=f"{scan_id}/{badge}", by=by, now=now) for badge in missing]


def excuse_many(
    session: Session, *, badges: list[str], item_ids: list[int], reason: str, scan_id: str, by: Person, now: datetime
) -> list[Admission]:
    """Excuses several delegates from several items at once, each where he is expected and has not come; `item_ids` empty: from
    all items of the event that have not ended. Refuses what `excuse` does, for the first of them, and then records none."""
    return _foretell_many(session, excuse, badges, item_ids, scan_id=scan_id, by=by, now=now, reason=reason)


def announce_many(
    session: Session, *, badges: list[str], item_ids: list[int], substitute: str, scan_id: str, by: Person, now: datetime
) -> list[Admission]:
    """The same for substitutes who will come in their places."""
    return _foretell_many(
        session, announce_substitute, badges, item_ids, scan_id=scan_id, by=by, now=now, substitute=substitute
    )


def _foretell_many(
    session: Session, command, badges: list[str], item_ids: list[int], *, scan_id: str, by: Person, now: datetime, **facts
) -> list[Admission]:
    require_may(by, "excuse", desk=by.desk_key if by else None)
    return [
        command(session, badge=badge, item_id=item_id, scan_id=f"{scan_id}/{item_id}/{badge}", by=by, now=now, **facts)
        for badge in badges
        for item_id in _expecting(session, badge_code(badge), item_ids, now)
    ]


def _missing(session: Session, delegation_id: int, item_id: int) -> list[str]:
    """The badges of a delegation that an item expects and that nothing is recorded of."""
    state = and_(AttendanceState.delegate_id == Delegate.id, AttendanceState.item_id == item_id)
    expected = and_(Expectation.delegate_id == Delegate.id, Expectation.item_id == item_id)
    query = (
        select(Delegate.badge)
        .join(Expectation, expected)
        .outerjoin(AttendanceState, state)
        .where(Delegate.delegation_id == delegation_id)
        .where(func.coalesce(AttendanceState.standing, Standing.UNDONE.value) == Standing.UNDONE.value)
        .order_by(Delegate.sort_key)
    )
    return list(session.exec(query))


def _expecting(session: Session, badge: str, item_ids: list[int], now: datetime) -> list[int]:
    """The items (of those asked for, else those that have not ended) that expect a badge which has not come there."""
    state = and_(AttendanceState.delegate_id == Delegate.id, AttendanceState.item_id == Expectation.item_id)
    wanted = ProgrammeItem.id.in_(item_ids) if item_ids else ProgrammeItem.ends_at > now
    query = (
        select(Expectation.item_id)
        .join(Delegate, Delegate.id == Expectation.delegate_id)
        .join(ProgrammeItem, ProgrammeItem.id == Expectation.item_id)
        .outerjoin(AttendanceState, state)
        .where(Delegate.badge == badge, Delegate.event_id == require_event(session).id, wanted)
        .where(func.coalesce(AttendanceState.standing, "").not_in([*(one.value for one in HERE), Standing.MOVED.value]))
        .order_by(ProgrammeItem.starts_at)
    )
    return list(session.exec(query))


# --- one scan --------------------------------------------------------------------------------------------------------
# Every scan takes this path, so its statements are built once and carry plain columns instead of objects.

_DELEGATES, _DELEGATIONS, _DESKS, _SERVED, _EXPECTED = (
    table.__table__.c for table in (Delegate, Delegation, Desk, DeskItem, Expectation)
)
_FACT_COLUMNS, _STATE = AttendanceFact.__table__.c, AttendanceState.__table__.c
_ELSEWHERE = AttendanceState.__table__.alias("elsewhere").c

_DESK = (
    select(_DESKS.id)
    .join(DeskItem.__table__, _SERVED.desk_id == _DESKS.id)
    .where(_DESKS.event_id == bindparam("event"), _DESKS.key == bindparam("desk"), _SERVED.item_id == bindparam("item"))
)
_EARLIER = (
    select(
        *(_FACT_COLUMNS[name] for name in ("id", "standing", "place", "words", "at")),
        *(_DELEGATES[name] for name in ("badge", "title_vi", "title_en")),
        _DELEGATIONS.name_vi.label("delegation_vi"),
    )
    .join(Delegate.__table__, _DELEGATES.id == _FACT_COLUMNS.delegate_id)
    .join(Delegation.__table__, _DELEGATIONS.id == _DELEGATES.delegation_id)
    .where(_FACT_COLUMNS.scan_id == bindparam("scan"))
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
_SIDES = select(_FACT_COLUMNS).where(_FACT_COLUMNS.scan_id.in_([bindparam("moved"), bindparam("left")]))

_FACTS, _STATES, _COUNTS, _MINUTES = (
    table.__table__ for table in (AttendanceFact, AttendanceState, AttendanceCount, ArrivalMinute)
)
_ADD_FACT, ADD_STATE, _ADD_COUNT, _ADD_MINUTE = insert(_FACTS), insert(_STATES), insert(_COUNTS), insert(_MINUTES)
_KEPT = ("fact_id", "standing", "place", "at", "came_at")
MOVE_STATE = (
    update(_STATES)
    .where(_STATES.c.item_id == bindparam("item"), _STATES.c.delegate_id == bindparam("delegate"))
    .values({name: bindparam(name) for name in _KEPT})
)
_COUNTED = attendance_steps.COUNTED
_MOVE_COUNT = (
    update(_COUNTS)
    .where(_COUNTS.c.item_id == bindparam("item"), _COUNTS.c.delegation_id == bindparam("delegation"))
    .values({name: _COUNTS.c[name] + bindparam(f"{name}_step") for name in _COUNTED})
)
_MOVE_MINUTE = (
    update(_MINUTES)
    .where(_MINUTES.c.item_id == bindparam("item"), _MINUTES.c.minute == bindparam("at"))
    .values(arrived=_MINUTES.c.arrived + bindparam("step"))
)


@dataclass(frozen=True)
class Door:
    """Where and by whom something is recorded."""

    event: Event
    item: ProgrammeItem
    desk_id: int | None
    by: Person


@dataclass(frozen=True)
class _New:
    """How a delegate stands from now on."""

    standing: Standing
    place: Place = Place.OUTSIDE
    words: str = ""
    came_at: datetime | None = None
    device_at: datetime | None = None


def require_door(session: Session, by: Person, item_id: int, command: str) -> Door:
    """Where somebody records attendance. Refuses whoever may not, and an item that is none of the event's or of his desk's.

    Looked up once in a transaction, which may hold many scans of one desk.
    """
    doors = session.info.setdefault("doors", {})
    key = (by.id if by else None, item_id, command)
    if key not in doors:
        event = require_event(session)
        item = _item(session, event, item_id)
        doors[key] = Door(event, item, _require_desk(session, event, by, item, command), by)
    return doors[key]


def _item(session: Session, event: Event, item_id: int) -> ProgrammeItem:
    item = session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != event.id or item.expects == "none":
        raise Refusal("item_unknown", item=item_id)
    return item


def _require_desk(session: Session, event: Event, by: Person, item: ProgrammeItem, command: str) -> int | None:
    """The desk that the person sits at, if any. Refuses `desk_not_for_item` where a desk does not serve the item."""
    require_may(by, command, desk=by.desk_key if by else None)
    if Role(by.role) is not Role.DESK:
        return None
    desk_id = session.connection().execute(_DESK, {"event": event.id, "desk": by.desk_key, "item": item.id}).scalar()
    if desk_id is None:
        raise Refusal("desk_not_for_item", item=both(item, "title"))
    return desk_id


def _earlier(session: Session, scan_id: str) -> Admission | None:
    """The answer that was given to the same scan before."""
    row = session.connection().execute(_EARLIER, {"scan": scan_id}).first()
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


def _scanned(session: Session, door: Door, badge: str) -> tuple[Stood, Row]:
    """How he stood whose badge it is, and who he is. Refuses a badge that is none of the event's."""
    code = badge_code(badge)
    row = session.connection().execute(_SCANNED, {"event": door.event.id, "item": door.item.id, "badge": code}).first()
    if row is None:
        raise no_such_badge(session, door.event, code)
    return _stood_of(row, door.item.id, row.id), row


def _require_right_item(session: Session, door: Door, was: Stood, scanned: Row, override: str) -> None:
    """Refuses somebody whom the roster expects elsewhere or nowhere, unless he counts here or `override` says why."""
    if not (was.counts or was.assigned or clean(override)):
        raise _wrong_item(session, door, was, scanned)


def _stood_of(row: Row, item_id: int, delegate_id: int) -> Stood:
    standing = Standing(row.standing) if row.standing else Standing.UNDONE
    place = Place(row.place) if row.place else Place.OUTSIDE
    return Stood(item_id, delegate_id, row.delegation_id, bool(row.assigned), row.fact_id, standing, place, row.came_at)


def _stood(session: Session, item_id: int, delegate_id: int) -> Stood:
    row = session.connection().execute(_STOOD, {"item": item_id, "delegate": delegate_id}).one()
    return _stood_of(row, item_id, delegate_id)


def _words_of(session: Session, was: Stood) -> str:
    return session.connection().execute(_FACT, {"fact": was.fact_id}).one().words if was.fact_id else ""


def _wrong_item(session: Session, door: Door, was: Stood, scanned: Row) -> Refusal:
    """`wrong_item` with the item that expects him at that time, or `not_expected`."""
    right = _counting_item(session, door, was)
    facts = {"badge": scanned.badge, "delegate": both(scanned, "title")}
    if right:
        return Refusal("wrong_item", right=both(right, "title"), **facts)
    return Refusal("not_expected", item=both(door.item, "title"), **facts)


def _counting_item(session: Session, door: Door, was: Stood) -> ProgrammeItem | None:
    """The parallel item at which a delegate counts: where he was let in all the same, else where the roster expects him."""
    state = and_(AttendanceState.item_id == ProgrammeItem.id, AttendanceState.delegate_id == was.delegate_id)
    assigned = and_(Expectation.item_id == ProgrammeItem.id, Expectation.delegate_id == was.delegate_id)
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


def _let_in(
    session: Session,
    door: Door,
    was: Stood,
    scanned: Row,
    to: Standing,
    words: str,
    *,
    scan_id: str,
    now: datetime,
    device_at: datetime | None,
    came_at: datetime | None,
) -> Admission:
    if was.place is Place.ROOM:
        raise _already_in(session, scanned)
    came = came_at or now
    if was.standing in HERE:  # he had gone out
        to, words, came = was.standing, _words_of(session, was), was.came_at
    if not was.counts and (right := _counting_item(session, door, was)):
        other = _stood(session, right.id, was.delegate_id)
        _append(session, door, other, _New(Standing.MOVED), scan_id=f"{scan_id}/m", now=now)
    if scanned.elsewhere is not None:
        other = _stood(session, scanned.elsewhere, was.delegate_id)
        if other.place is not Place.OUTSIDE:  # else that has just become the item at which he counts no more
            gone = _New(other.standing, Place.OUTSIDE, _words_of(session, other), other.came_at)
            _append(session, door, other, gone, scan_id=f"{scan_id}/l", now=now)
    new = _New(to, Place.ROOM, words, came, device_at)
    return _record(session, door, was, scanned, new, command="admit", scan_id=scan_id, now=now)


def _foretell(
    session: Session,
    badge: str,
    item_id: int,
    to: Standing,
    words: str,
    *,
    command: str,
    scan_id: str,
    by: Person,
    now: datetime,
) -> Admission:
    """Records what is known before somebody comes."""
    door = require_door(session, by, item_id, command)
    if earlier := _earlier(session, scan_id):
        return earlier
    was, scanned = _scanned(session, door, badge)
    _require_right_item(session, door, was, scanned, "")
    written = require_words(to, words)
    if was.standing in HERE:
        raise _already_in(session, scanned)
    if to is Standing.EXCUSED and was.standing is Standing.EXCUSED:
        raise Refusal("already_excused", badge=scanned.badge, delegate=both(scanned, "title"))
    if was.standing is Standing.MOVED:
        raise _wrong_item(session, door, was, scanned)
    return _record(session, door, was, scanned, _New(to, words=written), command=command, scan_id=scan_id, now=now)


def _already_in(session: Session, scanned: Row) -> Refusal:
    desk = session.exec(
        select(Desk).join(AttendanceFact, AttendanceFact.desk_id == Desk.id).where(AttendanceFact.id == scanned.fact_id)
    ).first()
    facts = {"badge": scanned.badge, "delegate": both(scanned, "title"), "at": scanned.at}
    return Refusal("already_in_at_desk", desk=both(desk, "name"), **facts) if desk else Refusal("already_in", **facts)


def _record(
    session: Session, door: Door, was: Stood, scanned: Row, new: _New, *, command: str, scan_id: str, now: datetime
) -> Admission:
    fact_id = _append(session, door, was, new, scan_id=scan_id, now=now)
    note(session, door, scanned, command, new.standing, now)
    admission = Admission(fact_id, "", "", "", "", new.standing, now, new.place, new.words, before=was.standing)
    return _told(admission, scanned)


def _told(admission: Admission, scanned: Row) -> Admission:
    who = {name: getattr(scanned, name) for name in ("badge", "title_vi", "title_en", "delegation_vi")}
    return Admission(**(vars(admission) | who))


def note(session: Session, door: Door, scanned: Row, command: str, standing: Standing, now: datetime) -> None:
    """Notes the change that a fact about a delegate is."""
    what = {"command": command, "item": door.item.id, "badge": scanned.badge, "standing": standing.value}
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


def _append(session: Session, door: Door, was: Stood, new: _New, *, scan_id: str, now: datetime) -> int:
    """Appends a fact and moves what is kept with it; returns the fact's id."""
    connection = session.connection()
    fact = _add_fact(connection, door, was, new, scan_id=scan_id, now=now, before_id=was.fact_id)
    _keep(connection, was, new, fact_id=fact, at=now, now=now)
    return fact


def _take_back(session: Session, door: Door, was: Stood, taken_back: Row, *, scan_id: str, now: datetime) -> Admission:
    """Appends the fact that what counted before counts again, and moves what is kept with it."""
    connection = session.connection()
    before = session.connection().execute(_FACT, {"fact": taken_back.before_id}).first() if taken_back.before_id else None
    if before is None or before.standing == Standing.UNDONE:
        new, counts, at = _New(Standing.UNDONE), None, now
    else:
        new = _New(Standing(before.standing), Place(before.place), before.words, before.came_at)
        counts, at = before.id, before.at
    fact = _add_fact(connection, door, was, new, scan_id=scan_id, now=now, before_id=None, undoes_id=taken_back.id)
    _keep(connection, was, new, fact_id=counts or fact, at=at, now=now)
    return Admission(fact, "", "", "", "", new.standing, now, new.place, new.words)


def _add_fact(connection: Connection, door: Door, was: Stood, new: _New, *, scan_id: str, now: datetime, **links) -> int:
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
        "scan_id": scan_id,
    }
    return connection.execute(_ADD_FACT, fact | links).inserted_primary_key[0]


def _keep(connection: Connection, was: Stood, new: _New, *, fact_id: int, at: datetime, now: datetime) -> None:
    """Moves the kept state, counts and minutes by what is recorded `now`; what counts from now on was recorded at `at`.

    Writers take turns; were two here at once, a primary key would stop the second.
    """
    values = {"fact_id": fact_id, "standing": new.standing.value, "place": new.place.value, "at": at, "came_at": new.came_at}
    if was.fact_id is None:
        connection.execute(ADD_STATE, {"item_id": was.item_id, "delegate_id": was.delegate_id, **values})
    else:
        connection.execute(MOVE_STATE, {"item": was.item_id, "delegate": was.delegate_id, **values})
    step = counted(new.standing, new.place, assigned=was.assigned) - counted(was.standing, was.place, assigned=was.assigned)
    keep_counts(connection, was.item_id, {was.delegation_id: step})
    came, had_come = (new.came_at if new.standing in HERE else None), (was.came_at if was.standing in HERE else None)
    if came != had_come:
        if had_come:
            keep_minute(connection, was.item_id, had_come, -1)
        if came:
            keep_minute(connection, was.item_id, came, 1)
    place = {"item_id": was.item_id, "delegation_id": was.delegation_id}
    attendance_steps.keep(connection, **place, step=step, came=came, had_come=had_come, at=now)


def keep_counts(connection: Connection, item_id: int, steps: dict[int, Headcount]) -> None:
    """Moves the kept counts of delegations (by id) at an item by the steps of one or many facts."""
    moves = [
        {"item": item_id, "delegation": delegation_id} | {f"{name}_step": getattr(step, name) for name in _COUNTED}
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
