"""Attendance: who came, who was excused, who sent a substitute; the counts and the arrival curve."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import and_, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite
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
from models.errors import Refusal
from models.event import Event, View
from models.people import Person, Role, require_may
from models.programme import ProgrammeItem
from models.text import badge_code, folded

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
    words = folded(query[:100]).split()
    if not words:
        return []
    rows = session.execute(
        _found_query(item_id)
        .where(Delegate.event_id == event.id, *(Delegate.folded.contains(word, autoescape=True) for word in words))
        .order_by(Delegate.sort_key)
        .limit(SEARCH_LIMIT * 10)
    )
    found = [_found(row) for row in rows]
    accented = query.lower().split()
    return sorted(found, key=lambda one: _distance(one, accented))[:SEARCH_LIMIT]


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


def delegates_of(session: Session, *, item_id: int, delegation_id: int) -> list[Found]:
    """The delegates of a delegation who are expected at an item, in the Vietnamese order of their units."""
    rows = session.execute(
        _found_query(item_id)
        .where(Delegate.delegation_id == delegation_id, Expectation.item_id == item_id)
        .order_by(Delegate.sort_key)
    )
    return [_found(row) for row in rows]


def newest_admissions(session: Session, *, item_id: int, limit: int) -> list[tuple[Found, str]]:
    """The latest people who came or were excused at an item, with the desk's name, newest first."""
    rows = session.execute(
        _found_query(item_id)
        .add_columns(Desk.name_vi)
        .join(AttendanceFact, AttendanceFact.id == AttendanceState.fact_id)
        .outerjoin(Desk, Desk.id == AttendanceFact.desk_id)
        .where(AttendanceState.standing != Standing.UNDONE.value)
        .order_by(AttendanceState.fact_id.desc())
        .limit(limit)
    )
    return [(_found(row[:6]), row[6] or "") for row in rows]


def desks_of(session: Session, event: Event) -> dict[str, tuple[Desk, frozenset[int]]]:
    """Desk key to the desk and the ids of the items that it serves."""
    served: dict[int, set[int]] = {}
    for link in session.exec(select(DeskItem)):
        served.setdefault(link.desk_id, set()).add(link.item_id)
    found = session.exec(select(Desk).where(Desk.event_id == event.id).order_by(Desk.id)).all()
    return {desk.key: (desk, frozenset(served.get(desk.id, ()))) for desk in found}


# --- writes ----------------------------------------------------------------------------------------------------------


def admit(
    session: Session, *, badge: str, item_id: int, scan_id: str, by: Person, now: datetime, substitute: str = ""
) -> Admission:
    """Lets a delegate, or with `substitute` (an office) somebody in his place, in to an item.

    The same `scan_id` changes nothing and returns the first answer. Refuses a malformed, mistyped or unknown badge, the
    wrong item (naming the right one), and a badge that is already in (naming when and where). An excused delegate who comes
    all the same is let in.
    """
    standing = Standing.SUBSTITUTE if substitute.strip() else Standing.PRESENT
    return _record(session, badge, item_id, standing, substitute, command="admit", scan_id=scan_id, by=by, now=now)


def excuse(session: Session, *, badge: str, item_id: int, reason: str, scan_id: str, by: Person, now: datetime) -> Admission:
    """Records that a delegate is absent with a reason. Refuses an empty reason and somebody who is already in."""
    return _record(session, badge, item_id, Standing.EXCUSED, reason, command="excuse", scan_id=scan_id, by=by, now=now)


def undo_attendance(session: Session, *, badge: str, item_id: int, scan_id: str, by: Person, now: datetime) -> Admission:
    """Takes back what was recorded last of a delegate at an item. Refuses where there is nothing to take back."""
    return _record(session, badge, item_id, Standing.UNDONE, "", command="undo_attendance", scan_id=scan_id, by=by, now=now)


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
    desk = _require_desk(session, event, by, item, command)
    earlier = _earlier_answer(session, scan_id)
    if earlier:
        return earlier
    code = badge_code(badge)
    delegate, delegation_vi = _require_delegate(session, event, code)
    _require_expected(session, event, delegate, item)
    written = require_words(standing, words)
    fact_id = _append(session, item_id, delegate, standing, written, desk, scan_id=scan_id, by=by, now=now)
    what = {"command": command, "item": item_id, "badge": code, "standing": standing.value}
    changes.note(
        session, event_id=event.id, at=now, by=by, topic="attendance", subject="delegate", subject_id=delegate.id, what=what
    )
    return Admission(fact_id, code, delegate.title_vi, delegate.title_en, delegation_vi, standing, now)


def _require_desk(session: Session, event: Event, by: Person, item: ProgrammeItem, command: str) -> Desk | None:
    """The desk that the person sits at, if any. Refuses `desk_not_for_item` where a desk does not serve the item."""
    require_may(by, command, desk=by.desk_key if by else None)
    if Role(by.role) is not Role.DESK:
        return None
    desk = session.exec(
        select(Desk)
        .join(DeskItem, DeskItem.desk_id == Desk.id)
        .where(Desk.event_id == event.id, Desk.key == by.desk_key, DeskItem.item_id == item.id)
    ).first()
    if desk is None:
        raise Refusal("desk_not_for_item", item=item.title_vi)
    return desk


def _earlier_answer(session: Session, scan_id: str) -> Admission | None:
    row = session.execute(
        select(AttendanceFact, Delegate, Delegation.name_vi)
        .join(Delegate, Delegate.id == AttendanceFact.delegate_id)
        .join(Delegation, Delegation.id == Delegate.delegation_id)
        .where(AttendanceFact.scan_id == scan_id)
    ).first()
    if row is None:
        return None
    fact, delegate, delegation_vi = row
    return Admission(
        fact.id,
        delegate.badge,
        delegate.title_vi,
        delegate.title_en,
        delegation_vi,
        Standing(fact.standing),
        fact.at,
        repeated=True,
    )


def _require_delegate(session: Session, event: Event, code: str) -> tuple[Delegate, str]:
    row = session.execute(
        select(Delegate, Delegation.name_vi)
        .join(Delegation, Delegation.id == Delegate.delegation_id)
        .where(Delegate.event_id == event.id, Delegate.badge == code)
    ).first()
    if row is None:
        raise Refusal("badge_unknown", badge=code)
    return row


def _require_expected(session: Session, event: Event, delegate: Delegate, item: ProgrammeItem) -> None:
    """Refuses `wrong_item` with the item that expects the delegate at that time, or `not_expected` where none does."""
    # The lock lets two desks that scan one badge at once take turns on PostgreSQL; on SQLite every writer takes turns.
    if session.get(Expectation, (item.id, delegate.id), with_for_update=True):
        return
    right = session.exec(
        select(ProgrammeItem)
        .join(Expectation, Expectation.item_id == ProgrammeItem.id)
        .where(
            ProgrammeItem.event_id == event.id,
            Expectation.delegate_id == delegate.id,
            ProgrammeItem.starts_at < item.ends_at,
            ProgrammeItem.ends_at > item.starts_at,
        )
    ).first()
    if right:
        raise Refusal("wrong_item", badge=delegate.badge, delegate=delegate.title_vi, right=right.title_vi)
    raise Refusal("not_expected", badge=delegate.badge, delegate=delegate.title_vi, item=item.title_vi)


def _append(
    session: Session,
    item_id: int,
    delegate: Delegate,
    standing: Standing,
    words: str,
    desk: Desk | None,
    *,
    scan_id: str,
    by: Person,
    now: datetime,
) -> int:
    """Appends the fact and moves the kept state and counts with it; returns the fact's id."""
    state = session.execute(
        select(AttendanceState.fact_id, AttendanceState.standing, AttendanceState.at).where(
            AttendanceState.item_id == item_id, AttendanceState.delegate_id == delegate.id
        )
    ).first()
    was = Standing(state.standing) if state else Standing.UNDONE
    _require_turn(session, delegate, state, was=was, to=standing)
    fact_id = session.execute(
        insert(AttendanceFact).values(
            item_id=item_id,
            delegate_id=delegate.id,
            standing=standing.value,
            words=words,
            desk_id=desk.id if desk else None,
            at=now,
            person_id=by.id,
            scan_id=scan_id,
        )
    ).inserted_primary_key[0]
    _keep_state(session, item_id, delegate, state, fact_id=fact_id, standing=standing, at=now)
    _keep_count(session, item_id, delegate.delegation_id, was=was, to=standing)
    if was in HERE:
        _keep_minute(session, item_id, state.at, -1)
    if standing in HERE:
        _keep_minute(session, item_id, now, 1)
    return fact_id


def _require_turn(session: Session, delegate: Delegate, state, *, was: Standing, to: Standing) -> None:
    if to is Standing.UNDONE and was is Standing.UNDONE:
        raise Refusal("nothing_to_undo", badge=delegate.badge, delegate=delegate.title_vi)
    if to is not Standing.UNDONE and was in HERE:
        raise _already_in(session, delegate, state)
    if to is Standing.EXCUSED and was is Standing.EXCUSED:
        raise Refusal("already_excused", badge=delegate.badge, delegate=delegate.title_vi)


def _already_in(session: Session, delegate: Delegate, state) -> Refusal:
    desk = session.execute(
        select(Desk.name_vi).join(AttendanceFact, AttendanceFact.desk_id == Desk.id).where(AttendanceFact.id == state.fact_id)
    ).scalar()
    code = "already_in_at_desk" if desk else "already_in"
    return Refusal(code, badge=delegate.badge, delegate=delegate.title_vi, at=state.at, desk=desk or "")


def _keep_state(
    session: Session, item_id: int, delegate: Delegate, state, *, fact_id: int, standing: Standing, at: datetime
) -> None:
    """Moves the kept state; where another transaction was faster, refuses instead of admitting twice."""
    values = {"fact_id": fact_id, "standing": standing.value, "at": at}
    place = {"item_id": item_id, "delegate_id": delegate.id}
    if state is None:
        moved = session.execute(_insert(session, AttendanceState).values(**place, **values).on_conflict_do_nothing())
    else:
        moved = session.execute(update(AttendanceState).filter_by(**place, fact_id=state.fact_id).values(**values))
    if moved.rowcount != 1:
        raise Refusal("somebody_was_faster", badge=delegate.badge, delegate=delegate.title_vi)


def _keep_count(session: Session, item_id: int, delegation_id: int, *, was: Standing, to: Standing) -> None:
    moves: dict[str, int] = {}
    for standing, step in ((was, -1), (to, 1)):
        if standing in COUNTED:
            moves[COUNTED[standing]] = moves.get(COUNTED[standing], 0) + step
    values = {name: getattr(AttendanceCount, name) + step for name, step in moves.items()}
    session.execute(update(AttendanceCount).filter_by(item_id=item_id, delegation_id=delegation_id).values(**values))


def _keep_minute(session: Session, item_id: int, at: datetime, step: int) -> None:
    minute = at.replace(second=0, microsecond=0)
    kept = _insert(session, ArrivalMinute).values(item_id=item_id, minute=minute, arrived=step)
    session.execute(
        kept.on_conflict_do_update(
            index_elements=["item_id", "minute"], set_={"arrived": ArrivalMinute.arrived + kept.excluded.arrived}
        )
    )


def _insert(session: Session, table):
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
