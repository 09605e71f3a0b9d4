"""Check-in: every admission, exit, absence and substitution at an item, and its taking back, as facts.

What may be recorded is decided here, and written by `data.ledger`. Whoever enters one room leaves the one that he was in, and a
delegate counts at one of several parallel items only.
"""

from datetime import datetime

from sqlalchemy import Row, and_, func
from sqlmodel import Session, select

from data.attendance import ledger
from data.attendance.ledger import Door, New, Stood, require_door
from data.events.current import require_event
from data.storage import changes
from models.access.people import Person, require_may
from models.attendance.badges import badge_code
from models.attendance.ledger import (
    HERE,
    Admission,
    AttendanceFact,
    AttendanceState,
    Delegate,
    Desk,
    Expectation,
    Place,
    RollMark,
    Standing,
    require_words,
)
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both, clean

# --- commands --------------------------------------------------------------------------------------------------------


def admit(
    session: Session,
    *,
    badge: str,
    item_id: int,
    idempotency_key: str,
    by: Person,
    now: datetime,
    override: str = "",
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Admission:
    """Lets a delegate in to an item, or in again who had left its room.

    The same `idempotency_key` changes nothing and returns the first answer. Refuses a malformed, mistyped, unknown or replaced badge,
    the wrong item (naming the right one) unless `override` says why, a badge that is already in (naming when and where), and
    one whose substitute was announced without a name. An excused delegate who comes all the same is let in.
    """
    door = require_door(session, by, item_id, "admit")
    if earlier := ledger.answered(session, idempotency_key):
        return earlier
    was, scanned = ledger.scanned(session, door, badge)
    _require_right_item(session, door, was, scanned, override)
    to, words = Standing.PRESENT, clean(override)
    if was.standing is Standing.ANNOUNCED:
        to, words = Standing.SUBSTITUTE, ledger.words_of(session, was)
        require_words(to, words, badge=scanned.badge, delegate=both(scanned, "title"))
    return _let_in(
        session,
        door,
        was,
        scanned,
        to,
        words,
        idempotency_key=idempotency_key,
        now=now,
        device_at=device_at,
        came_at=came_at,
    )


def admit_substitute(
    session: Session,
    *,
    badge: str,
    item_id: int,
    substitute: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
    override: str = "",
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Admission:
    """Lets somebody in, named by name or office, in a delegate's place. Refuses what `admit` does, and an empty name."""
    door = require_door(session, by, item_id, "admit")
    if earlier := ledger.answered(session, idempotency_key):
        return earlier
    was, scanned = ledger.scanned(session, door, badge)
    _require_right_item(session, door, was, scanned, override)
    words = require_words(Standing.SUBSTITUTE, substitute)
    return _let_in(
        session,
        door,
        was,
        scanned,
        Standing.SUBSTITUTE,
        words,
        idempotency_key=idempotency_key,
        now=now,
        device_at=device_at,
        came_at=came_at,
    )


def excuse(
    session: Session,
    *,
    badge: str,
    item_id: int,
    reason: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Admission:
    """Records that a delegate is absent with a reason. Refuses an empty reason and somebody who has come."""
    return _foretell(
        session,
        badge,
        item_id,
        Standing.EXCUSED,
        reason,
        command="excuse",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def announce_substitute(
    session: Session,
    *,
    badge: str,
    item_id: int,
    substitute: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Admission:
    """Records that somebody will come in a delegate's place; who (`substitute`) may be told later, at the door at the latest.

    Refuses somebody who has come.
    """
    return _foretell(
        session,
        badge,
        item_id,
        Standing.ANNOUNCED,
        substitute,
        command="excuse",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def leave(
    session: Session,
    *,
    badge: str,
    item_id: int,
    to: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
    device_at: datetime | None = None,
) -> Admission:
    """Records that a delegate left an item's room, `to` the common areas or outside. Refuses `not_inside`."""
    door = require_door(session, by, item_id, "admit")
    if earlier := ledger.answered(session, idempotency_key):
        return earlier
    was, scanned = ledger.scanned(session, door, badge)
    place = Place(to)
    if was.place is Place.OUTSIDE or place in (Place.ROOM, was.place):
        raise Refusal("not_inside", badge=scanned.badge, delegate=both(scanned, "title"))
    new = New(was.standing, place, ledger.words_of(session, was), was.came_at, device_at)
    return _record(
        session, door, was, scanned, new, command="leave", idempotency_key=idempotency_key, now=now
    )


def undo_attendance(
    session: Session, *, badge: str, item_id: int, idempotency_key: str, by: Person, now: datetime
) -> Admission:
    """Takes back what was recorded last of a delegate at an item, and what it brought about elsewhere; what counted before
    counts again. Refuses where there is nothing to take back."""
    door = require_door(session, by, item_id, "undo_attendance")
    if earlier := ledger.answered(session, idempotency_key):
        return earlier
    was, scanned = ledger.scanned(session, door, badge)
    if was.standing in (Standing.UNDONE, Standing.MOVED):
        raise Refusal("nothing_to_undo", badge=scanned.badge, delegate=both(scanned, "title"))
    taken_back = ledger.fact_of(session, was)
    for number, side in enumerate(ledger.brought_about(session, taken_back)):
        there = ledger.stood(session, side.item_id, was.delegate_id)
        if there.fact_id == side.id:
            ledger.take_back(
                session, door, there, side, idempotency_key=f"{idempotency_key}/{number}", now=now
            )
    admission = ledger.take_back(
        session, door, was, taken_back, idempotency_key=idempotency_key, now=now
    )
    ledger.note(session, door, scanned, "undo_attendance", admission.standing, now)
    return _told(admission, scanned)


def close_roll(
    session: Session, *, item_id: int, idempotency_key: str, by: Person, now: datetime
) -> RollMark:
    """Closes the roll of an item: who is missing is absent without reason. Who comes later still counts as present."""
    return _mark_roll(
        session,
        item_id,
        closed=True,
        command="close_roll",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def open_roll(
    session: Session, *, item_id: int, idempotency_key: str, by: Person, now: datetime
) -> RollMark:
    """Opens a closed roll again."""
    return _mark_roll(
        session,
        item_id,
        closed=False,
        command="close_roll",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def _mark_roll(
    session: Session,
    item_id: int,
    *,
    closed: bool,
    command: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> RollMark:
    require_may(by, command)
    event = require_event(session)
    item = ledger.item_of(session, event, item_id)
    if earlier := session.exec(
        select(RollMark).where(RollMark.idempotency_key == idempotency_key)
    ).first():
        return earlier
    mark = RollMark(
        item_id=item.id, closed=closed, at=now, person_id=by.id, idempotency_key=idempotency_key
    )
    session.add(mark)
    what = {"command": command, "closed": closed}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=by,
        topic="attendance",
        subject="item",
        subject_id=item.id,
        what=what,
    )
    return mark


# --- many at once ----------------------------------------------------------------------------------------------------


def admit_delegation(
    session: Session,
    *,
    delegation_id: int,
    item_id: int,
    unticked: list[str],
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> list[Admission]:
    """Lets a whole delegation in at once, but for the badges that were unticked and those who are in or excused already."""
    require_door(session, by, item_id, "admit")
    missing = [
        badge for badge in _missing(session, delegation_id, item_id) if badge not in set(unticked)
    ]
    return [
        admit(
            session,
            badge=badge,
            item_id=item_id,
            idempotency_key=f"{idempotency_key}/{badge}",
            by=by,
            now=now,
        )
        for badge in missing
    ]


def excuse_many(
    session: Session,
    *,
    badges: list[str],
    item_ids: list[int],
    reason: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> list[Admission]:
    """Excuses several delegates from several items at once, each where he is expected and has not come; `item_ids` empty: from
    all items of the event that have not ended. Refuses what `excuse` does, for the first of them, and then records none."""
    return _foretell_many(
        session,
        excuse,
        badges,
        item_ids,
        idempotency_key=idempotency_key,
        by=by,
        now=now,
        reason=reason,
    )


def announce_many(
    session: Session,
    *,
    badges: list[str],
    item_ids: list[int],
    substitute: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> list[Admission]:
    """The same for substitutes who will come in their places."""
    return _foretell_many(
        session,
        announce_substitute,
        badges,
        item_ids,
        idempotency_key=idempotency_key,
        by=by,
        now=now,
        substitute=substitute,
    )


def _foretell_many(
    session: Session,
    command,
    badges: list[str],
    item_ids: list[int],
    *,
    idempotency_key: str,
    by: Person,
    now: datetime,
    **facts,
) -> list[Admission]:
    require_may(by, "excuse", desk=by.desk_key if by else None)
    return [
        command(
            session,
            badge=badge,
            item_id=item_id,
            idempotency_key=f"{idempotency_key}/{item_id}/{badge}",
            by=by,
            now=now,
            **facts,
        )
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
        .where(
            func.coalesce(AttendanceState.standing, Standing.UNDONE.value) == Standing.UNDONE.value
        )
        .order_by(Delegate.sort_key)
    )
    return list(session.exec(query))


def _expecting(session: Session, badge: str, item_ids: list[int], now: datetime) -> list[int]:
    """The items (of those asked for, else those that have not ended) that expect a badge which has not come there."""
    state = and_(
        AttendanceState.delegate_id == Delegate.id, AttendanceState.item_id == Expectation.item_id
    )
    wanted = ProgrammeItem.id.in_(item_ids) if item_ids else ProgrammeItem.ends_at > now
    query = (
        select(Expectation.item_id)
        .join(Delegate, Delegate.id == Expectation.delegate_id)
        .join(ProgrammeItem, ProgrammeItem.id == Expectation.item_id)
        .outerjoin(AttendanceState, state)
        .where(Delegate.badge == badge, Delegate.event_id == require_event(session).id, wanted)
        .where(
            func.coalesce(AttendanceState.standing, "").not_in(
                [*(one.value for one in HERE), Standing.MOVED.value]
            )
        )
        .order_by(ProgrammeItem.starts_at)
    )
    return list(session.exec(query))


# --- what a command does ---------------------------------------------------------------------------------------------


def _let_in(
    session: Session,
    door: Door,
    was: Stood,
    scanned: Row,
    to: Standing,
    words: str,
    *,
    idempotency_key: str,
    now: datetime,
    device_at: datetime | None,
    came_at: datetime | None,
) -> Admission:
    if was.place is Place.ROOM:
        raise _already_in(session, scanned)
    came = came_at or now
    if was.standing in HERE:  # he had gone out
        to, words, came = was.standing, ledger.words_of(session, was), was.came_at
    if not was.counts and (right := ledger.counting_item(session, door, was)):
        other = ledger.stood(session, right.id, was.delegate_id)
        ledger.append(
            session,
            door,
            other,
            New(Standing.MOVED),
            idempotency_key=f"{idempotency_key}/m",
            now=now,
        )
    if scanned.elsewhere is not None:
        other = ledger.stood(session, scanned.elsewhere, was.delegate_id)
        if (
            other.place is not Place.OUTSIDE
        ):  # else that has just become the item at which he counts no more
            gone = New(
                other.standing, Place.OUTSIDE, ledger.words_of(session, other), other.came_at
            )
            ledger.append(
                session, door, other, gone, idempotency_key=f"{idempotency_key}/l", now=now
            )
    new = New(to, Place.ROOM, words, came, device_at)
    return _record(
        session, door, was, scanned, new, command="admit", idempotency_key=idempotency_key, now=now
    )


def _require_right_item(
    session: Session, door: Door, was: Stood, scanned: Row, override: str
) -> None:
    """Refuses somebody whom the roster expects elsewhere or nowhere, unless he counts here or `override` says why."""
    if not (was.counts or was.assigned or clean(override)):
        raise _wrong_item(session, door, was, scanned)


def _foretell(
    session: Session,
    badge: str,
    item_id: int,
    to: Standing,
    words: str,
    *,
    command: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Admission:
    """Records what is known before somebody comes."""
    door = require_door(session, by, item_id, command)
    if earlier := ledger.answered(session, idempotency_key):
        return earlier
    was, scanned = ledger.scanned(session, door, badge)
    _require_right_item(session, door, was, scanned, "")
    written = require_words(to, words)
    if was.standing in HERE:
        raise _already_in(session, scanned)
    if to is Standing.EXCUSED and was.standing is Standing.EXCUSED:
        raise Refusal("already_excused", badge=scanned.badge, delegate=both(scanned, "title"))
    if was.standing is Standing.MOVED:
        raise _wrong_item(session, door, was, scanned)
    return _record(
        session,
        door,
        was,
        scanned,
        New(to, words=written),
        command=command,
        idempotency_key=idempotency_key,
        now=now,
    )


def _record(
    session: Session,
    door: Door,
    was: Stood,
    scanned: Row,
    new: New,
    *,
    command: str,
    idempotency_key: str,
    now: datetime,
) -> Admission:
    fact_id = ledger.append(session, door, was, new, idempotency_key=idempotency_key, now=now)
    ledger.note(session, door, scanned, command, new.standing, now)
    admission = Admission(
        fact_id, "", "", "", "", new.standing, now, new.place, new.words, before=was.standing
    )
    return _told(admission, scanned)


def _told(admission: Admission, scanned: Row) -> Admission:
    who = {
        name: getattr(scanned, name) for name in ("badge", "title_vi", "title_en", "delegation_vi")
    }
    return Admission(**(vars(admission) | who))


def _already_in(session: Session, scanned: Row) -> Refusal:
    desk = session.exec(
        select(Desk)
        .join(AttendanceFact, AttendanceFact.desk_id == Desk.id)
        .where(AttendanceFact.id == scanned.fact_id)
    ).first()
    facts = {"badge": scanned.badge, "delegate": both(scanned, "title"), "at": scanned.at}
    return (
        Refusal("already_in_at_desk", desk=both(desk, "name"), **facts)
        if desk
        else Refusal("already_in", **facts)
    )


def _wrong_item(session: Session, door: Door, was: Stood, scanned: Row) -> Refusal:
    """`wrong_item` with the item that expects him at that time, or `not_expected`."""
    right = ledger.counting_item(session, door, was)
    facts = {"badge": scanned.badge, "delegate": both(scanned, "title")}
    if right:
        return Refusal("wrong_item", right=both(right, "title"), **facts)
    return Refusal("not_expected", item=both(door.item, "title"), **facts)
