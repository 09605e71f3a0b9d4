"""Attendance: who came, who was excused, who sent a substitute; the counts and the arrival curve."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, Row, and_, bindparam, func, insert, update
from sqlmodel import Session, select

from data import changes
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
    Standing,
    require_words,
)
from models.errors import Refusal, both
from models.event import Event, View
from models.people import Person, Role, require_may
from models.programme import ProgrammeItem
from models.text import badge_code, clean, folded

SEARCH_LIMIT = 20
COUNTED = {Standing.PRESENT: "present", Standing.SUBSTITUTE: "substituted", Standing.EXCUSED: "excused"}


@dataclass(frozen=True)
class Found:
    """A delegate that a search or a badge found, and how he stands at the item searched for."""

    delegate_id: int
    badge: str
    title_vi: str
    title_en: str
    delegation_vi: str
    delegation_en: str
    expected: bool
    standing: Standing | None
    at: datetime | None


# --- reads -----------------------------------------------------------------------------------------------------------


def delegations(session: Session, event: Event) -> list[Delegation]:
    """The delegations in the Vietnamese order of their names; detached."""
    found = list(session.exec(select(Delegation).where(Delegation.event_id == event.id).order_by(Delegation.sort_key)).all())
    for delegation in found:
        session.expunge(delegation)
    return found


def headcounts_at(session: Session, item_ids: list[int], view: View) -> dict[tuple[int, int], Headcount]:
    """Headcount by (item id, delegation id) as at the view's moment."""
    kept = session.exec(select(AttendanceCount).where(AttendanceCount.item_id.in_(item_ids))).all()
    if not view.past:
        return {(row.item_id, row.delegation_id): _headcount(row) for row in kept}
    counts = {(row.item_id, row.delegation_id): {"expected": row.expected} for row in kept}
    rows = session.execute(
        select(AttendanceFact.item_id, Delegate.delegation_id, AttendanceFact.standing, func.count())
        .join(Delegate, Delegate.id == AttendanceFact.delegate_id)
        .where(AttendanceFact.id.in_(_latest_facts(item_ids, view.moment)), AttendanceFact.standing != Standing.UNDONE.value)
        .group_by(AttendanceFact.item_id, Delegate.delegation_id, AttendanceFact.standing)
    )
    for item_id, delegation_id, standing, number in rows:
        counts[item_id, delegation_id][COUNTED[Standing(standing)]] = number
    return {place: Headcount(**numbers) for place, numbers in counts.items()}


def _headcount(row: AttendanceCount) -> Headcount:
    return Headcount(row.expected, row.present, row.substituted, row.excused)


def _latest_facts(item_ids: list[int], moment: datetime):
    """Ids of the latest fact per item and delegate up to a moment."""
    return (
        select(func.max(AttendanceFact.id))
        .where(AttendanceFact.item_id.in_(item_ids), AttendanceFact.at <= moment)
        .group_by(AttendanceFact.item_id, AttendanceFact.delegate_id)
    )


def arrivals_at(session: Session, item_ids: list[int], view: View) -> list[tuple[datetime, int]]:
    """(minute, how many came in it), oldest first, of those who are here at the view's moment."""
    if not view.past:
        rows = session.execute(
            select(ArrivalMinute.minute, func.sum(ArrivalMinute.arrived))
            .where(ArrivalMinute.item_id.in_(item_ids), ArrivalMinute.arrived > 0)
            .group_by(ArrivalMinute.minute)
            .order_by(ArrivalMinute.minute)
        )
        return [(minute, int(arrived)) for minute, arrived in rows]
    moments = session.exec(
        select(AttendanceFact.at).where(
            AttendanceFact.id.in_(_latest_facts(item_ids, view.moment)),
            AttendanceFact.standing.in_([standing.value for standing in HERE]),
        )
    ).all()
    per_minute = pd.Series(moments, dtype="datetime64[us, UTC]").dt.floor("min").value_counts().sort_index()
    return [(minute.to_pydatetime(), int(arrived)) for minute, arrived in per_minute.items()]


def search_delegates(session: Session, event: Event, *, item_id: int, query: str) -> list[Found]:
    """Delegates whose office, unit, delegation or badge hold every word of the query, accents optional; at most 20.

    Words typed with accents rank first those who match them exactly, so that `nghi vạn` puts Nghi Vạn before Nghi Văn.
    """
    asked = clean(query[:100]).lower()
    words = folded(asked).split()
    if not words:
        return []
    rows = session.execute(
        _found_query(item_id)
        .where(Delegate.event_id == event.id, *(Delegate.folded.contains(word, autoescape=True) for word in words))
        .order_by(Delegate.sort_key)
        .limit(SEARCH_LIMIT * 10)
    )
    found = [_found(row) for row in rows]
    return sorted(found, key=lambda one: _distance(one, asked.split()))[:SEARCH_LIMIT]


def _distance(found: Found, accented: list[str]) -> tuple[int, int]:
    text = f" {found.title_vi} {found.delegation_vi} {found.badge} ".lower()
    plain = f" {folded(text)} "
    return (
        -sum(f" {word} " in text for word in accented),
        -sum(f" {folded(word)} " in plain for word in accented),
    )


def _found_query(item_id: int):
    return (
        select(
            Delegate, Delegation.name_vi, Delegation.name_en, Expectation.item_id, AttendanceState.standing, AttendanceState.at
        )
        .join(Delegation, Delegation.id == Delegate.delegation_id)
        .outerjoin(Expectation, and_(Expectation.delegate_id == Delegate.id, Expectation.item_id == item_id))
        .outerjoin(AttendanceState, and_(AttendanceState.delegate_id == Delegate.id, AttendanceState.item_id == item_id))
    )


def _found(row) -> Found:
    delegate, delegation_vi, delegation_en, expected, standing, at = row
    return Found(
        delegate_id=delegate.id,
        badge=delegate.badge,
        title_vi=delegate.title_vi,
        title_en=delegate.title_en,
        delegation_vi=delegation_vi,
        delegation_en=delegation_en,
        expected=expected is not None,
        standing=Standing(standing) if standing and standing != Standing.UNDONE else None,
        at=at,
    )


def newest_admissions(session: Session, *, item_id: int, limit: int) -> list[tuple[Found, dict[str, str]]]:
    """The latest people who came or were excused at an item, with the desk's name in both languages, newest first."""
    rows = session.execute(
        _found_query(item_id)
        .add_columns(Desk.name_vi, Desk.name_en)
        .join(AttendanceFact, AttendanceFact.id == AttendanceState.fact_id)
        .outerjoin(Desk, Desk.id == AttendanceFact.desk_id)
        .where(AttendanceState.standing != Standing.UNDONE.value)
        .order_by(AttendanceState.fact_id.desc())
        .limit(limit)
    )
    return [(_found(row[:6]), {"vi": row[6] or "", "en": row[7] or ""}) for row in rows]


def desks_of(session: Session, event: Event) -> dict[str, tuple[Desk, frozenset[int]]]:
    """Desk key to the desk and the ids of the items that it serves."""
    served: dict[int, set[int]] = {}
    for link in session.exec(select(DeskItem)):
        served.setdefault(link.desk_id, set()).add(link.item_id)
    found = session.exec(select(Desk).where(Desk.event_id == event.id).order_by(Desk.id)).all()
    return {desk.key: (desk, frozenset(served.get(desk.id, ()))) for desk in found}


# --- writes ----------------------------------------------------------------------------------------------------------


def admit(session: Session, *, badge: str, item_id: int, scan_id: str, by: Person, now: datetime) -> Admission:
    """Lets a delegate in to an item.

    The same `scan_id` changes nothing and returns the first answer. Refuses a malformed, mistyped or unknown badge, the
    wrong item (naming the right one), and a badge that is already in (naming when and where). An excused delegate who comes
    all the same is let in.
    """
    return _record(session, badge, item_id, Standing.PRESENT, "", command="admit", scan_id=scan_id, by=by, now=now)


def admit_substitute(
    session: Session, *, badge: str, item_id: int, substitute: str, scan_id: str, by: Person, now: datetime
) -> Admission:
    """Lets somebody in, named by his office, in a delegate's place. Refuses what `admit` does, and an empty office."""
    return _record(session, badge, item_id, Standing.SUBSTITUTE, substitute, command="admit", scan_id=scan_id, by=by, now=now)


def excuse(session: Session, *, badge: str, item_id: int, reason: str, scan_id: str, by: Person, now: datetime) -> Admission:
    """Records that a delegate is absent with a reason. Refuses an empty reason and somebody who is already in."""
    return _record(session, badge, item_id, Standing.EXCUSED, reason, command="excuse", scan_id=scan_id, by=by, now=now)


def undo_attendance(session: Session, *, badge: str, item_id: int, scan_id: str, by: Person, now: datetime) -> Admission:
    """Takes back what was recorded last of a delegate at an item. Refuses where there is nothing to take back."""
    return _record(session, badge, item_id, Standing.UNDONE, "", command="undo_attendance", scan_id=scan_id, by=by, now=now)


# Every scan takes this path, so its statements are built once and carry plain columns instead of objects.
_DESK = (
    select(Desk.id)
    .join(DeskItem, DeskItem.desk_id == Desk.id)
    .where(Desk.event_id == bindparam("event"), Desk.key == bindparam("desk"), DeskItem.item_id == bindparam("item"))
)
_EARLIER = (
    select(
        AttendanceFact.id,
        AttendanceFact.standing,
        AttendanceFact.at,
        Delegate.badge,
        Delegate.title_vi,
        Delegate.title_en,
        Delegation.name_vi,
    )
    .join(Delegate, Delegate.id == AttendanceFact.delegate_id)
    .join(Delegation, Delegation.id == Delegate.delegation_id)
    .where(AttendanceFact.scan_id == bindparam("scan"))
)
_SCANNED = (
    select(
        Delegate.id,
        Delegate.badge,
        Delegate.title_vi,
        Delegate.title_en,
        Delegate.delegation_id,
        Delegation.name_vi.label("delegation_vi"),
        Expectation.item_id.is_not(None).label("expected"),
        AttendanceState.fact_id,
        AttendanceState.standing,
        AttendanceState.at,
    )
    .join(Delegation, Delegation.id == Delegate.delegation_id)
    .outerjoin(Expectation, and_(Expectation.delegate_id == Delegate.id, Expectation.item_id == bindparam("item")))
    .outerjoin(AttendanceState, and_(AttendanceState.delegate_id == Delegate.id, AttendanceState.item_id == bindparam("item")))
    .where(Delegate.event_id == bindparam("event"), Delegate.badge == bindparam("badge"))
)
_FACTS, _STATES, _COUNTS, _MINUTES = (
    table.__table__ for table in (AttendanceFact, AttendanceState, AttendanceCount, ArrivalMinute)
)
_ADD_FACT, _ADD_STATE, _ADD_MINUTE = insert(_FACTS), insert(_STATES), insert(_MINUTES)
_MOVE_STATE = (
    update(_STATES)
    .where(_STATES.c.item_id == bindparam("item"), _STATES.c.delegate_id == bindparam("delegate"))
    .values({name: bindparam(name) for name in ("fact_id", "standing", "at")})
)
_MOVE_COUNT = (
    update(_COUNTS)
    .where(_COUNTS.c.item_id == bindparam("item"), _COUNTS.c.delegation_id == bindparam("delegation"))
    .values({name: _COUNTS.c[name] + bindparam(f"{name}_step") for name in COUNTED.values()})
)
_MOVE_MINUTE = (
    update(_MINUTES)
    .where(_MINUTES.c.item_id == bindparam("item"), _MINUTES.c.minute == bindparam("at"))
    .values(arrived=_MINUTES.c.arrived + bindparam("step"))
)


def _record(
    session: Session,
    badge: str,
    item_id: int,
    standing: Standing,
    words: str,
    *,
    command: str,
    scan_id: str,
    by: Person,
    now: datetime,
) -> Admission:
    event = require_event(session)
    item = session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != event.id or item.expects == "none":
        raise Refusal("item_unknown", item=item_id)
    desk_id = _require_desk(session, event, by, item, command)
    earlier = session.execute(_EARLIER, {"scan": scan_id}).first()
    if earlier:
        fact_id, stood, at, *who = earlier
        return Admission(fact_id, *who, Standing(stood), at, repeated=True)
    code = badge_code(badge)
    scanned = session.execute(_SCANNED, {"event": event.id, "item": item_id, "badge": code}).first()
    _require_expected(session, event, scanned, item, code)
    written = require_words(standing, words)
    _require_turn(session, scanned, to=standing)
    fact = {"item_id": item_id, "delegate_id": scanned.id, "standing": standing.value, "words": written, "desk_id": desk_id}
    fact_id = _append(session, scanned, fact | {"at": now, "person_id": by.id, "scan_id": scan_id})
    what = {"command": command, "item": item_id, "badge": code, "standing": standing.value}
    changes.note(
        session, event_id=event.id, at=now, by=by, topic="attendance", subject="delegate", subject_id=scanned.id, what=what
    )
    return Admission(fact_id, code, scanned.title_vi, scanned.title_en, scanned.delegation_vi, standing, now)


def _require_desk(session: Session, event: Event, by: Person, item: ProgrammeItem, command: str) -> int | None:
    """The desk that the person sits at, if any. Refuses `desk_not_for_item` where a desk does not serve the item."""
    require_may(by, command, desk=by.desk_key if by else None)
    if Role(by.role) is not Role.DESK:
        return None
    desk_id = session.execute(_DESK, {"event": event.id, "desk": by.desk_key, "item": item.id}).scalar()
    if desk_id is None:
        raise Refusal("desk_not_for_item", item=both(item, "title"))
    return desk_id


def _require_expected(session: Session, event: Event, scanned: Row | None, item: ProgrammeItem, code: str) -> None:
    """Refuses `badge_unknown`, `wrong_item` with the item that expects the delegate at that time, or `not_expected`."""
    if scanned is None:
        raise Refusal("badge_unknown", badge=code)
    if scanned.expected:
        return
    right = session.exec(
        select(ProgrammeItem)
        .join(Expectation, Expectation.item_id == ProgrammeItem.id)
        .where(
            ProgrammeItem.event_id == event.id,
            Expectation.delegate_id == scanned.id,
            ProgrammeItem.starts_at < item.ends_at,
            ProgrammeItem.ends_at > item.starts_at,
        )
    ).first()
    if right:
        raise Refusal("wrong_item", badge=code, delegate=both(scanned, "title"), right=both(right, "title"))
    raise Refusal("not_expected", badge=code, delegate=both(scanned, "title"), item=both(item, "title"))


def _require_turn(session: Session, scanned: Row, *, to: Standing) -> None:
    was = _stood(scanned)
    if to is Standing.UNDONE and was is Standing.UNDONE:
        raise Refusal("nothing_to_undo", badge=scanned.badge, delegate=both(scanned, "title"))
    if to is not Standing.UNDONE and was in HERE:
        raise _already_in(session, scanned)
    if to is Standing.EXCUSED and was is Standing.EXCUSED:
        raise Refusal("already_excused", badge=scanned.badge, delegate=both(scanned, "title"))


def _stood(scanned: Row) -> Standing:
    return Standing(scanned.standing or Standing.UNDONE)


def _already_in(session: Session, scanned: Row) -> Refusal:
    desk = session.exec(
        select(Desk).join(AttendanceFact, AttendanceFact.desk_id == Desk.id).where(AttendanceFact.id == scanned.fact_id)
    ).first()
    facts = {"badge": scanned.badge, "delegate": both(scanned, "title"), "at": scanned.at}
    return Refusal("already_in_at_desk", desk=both(desk, "name"), **facts) if desk else Refusal("already_in", **facts)


def _append(session: Session, scanned: Row, fact: dict) -> int:
    """Appends the fact and moves the kept state and counts with it; returns the fact's id."""
    connection = session.connection()
    fact_id = connection.execute(_ADD_FACT, fact).inserted_primary_key[0]
    was, to = _stood(scanned), Standing(fact["standing"])
    _keep_state(connection, scanned, fact, fact_id)
    _keep_count(connection, fact["item_id"], scanned.delegation_id, was=was, to=to)
    if was in HERE:
        _keep_minute(connection, fact["item_id"], scanned.at, -1)
    if to in HERE:
        _keep_minute(connection, fact["item_id"], fact["at"], 1)
    return fact_id


def _keep_state(connection: Connection, scanned: Row, fact: dict, fact_id: int) -> None:
    """Moves the kept state. Writers take turns; were two of them here at once, the primary key would stop the second."""
    values = {"fact_id": fact_id, "standing": fact["standing"], "at": fact["at"]}
    if scanned.fact_id is None:
        connection.execute(_ADD_STATE, {"item_id": fact["item_id"], "delegate_id": scanned.id, **values})
    else:
        connection.execute(_MOVE_STATE, {"item": fact["item_id"], "delegate": scanned.id, **values})


def _keep_count(connection: Connection, item_id: int, delegation_id: int, *, was: Standing, to: Standing) -> None:
    steps = {f"{name}_step": (to is standing) - (was is standing) for standing, name in COUNTED.items()}
    connection.execute(_MOVE_COUNT, {"item": item_id, "delegation": delegation_id, **steps})


def _keep_minute(connection: Connection, item_id: int, at: datetime, step: int) -> None:
    minute = at.replace(second=0, microsecond=0)
    moved = connection.execute(_MOVE_MINUTE, {"item": item_id, "at": minute, "step": step})
    if not moved.rowcount:
        connection.execute(_ADD_MINUTE, {"item_id": item_id, "minute": minute, "arrived": step})
