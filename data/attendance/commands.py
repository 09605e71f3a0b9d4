"""The commands of check-in: admission, exit, absence, substitution, their undoing, and the roll.

Who is admitted is decided by `models.attendance.admission`; `data.attendance.ledger` writes it. A
delegate who enters one room leaves the one that they were in, and counts at one of several
parallel items only.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func
from sqlmodel import col, select

from data.attendance import ledger, lookup
from data.attendance.ledger import NewState
from data.attendance.lookup import Door, first_answer, require_door, require_own_desk
from data.commands import Context, command
from data.programme import counts_attendance
from models.attendance.admission import (
    Admitted,
    Asked,
    Decision,
    Elsewhere,
    Holder,
    Previous,
    Scan,
    Stopped,
    counting_item,
    decide,
)
from models.attendance.badges import badge_code
from models.attendance.ledger import (
    HERE,
    Admission,
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Delegate,
    Desk,
    Expectation,
    Place,
    RollMark,
    require_override,
    require_words,
)
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both

OVERTAKEN = ("nothing_to_undo", "undo_overtaken", "undo_overtaken_at_desk")

# --- admission -----------------------------------------------------------------------------------


@command("admit", topic="attendance", subject="delegate", replay=first_answer)
def admit(
    ctx: Context,
    *,
    badge: str,
    item_id: int,
    override: str = "",
    confirmed: bool = False,
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Admission:
    """Admit a delegate to an item, also one who had left its room or was excused.

    Refuses `badge_malformed`, `badge_mistyped`, `badge_unknown`, `badge_replaced`; `item_finished`
    (naming the item and when) unless `confirmed`; `wrong_item` (naming the right one) and
    `not_expected` unless `override` says why; `already_in` and `already_in_at_desk` (naming when
    and where); `substitute_needed` where a substitute was announced without a name.
    """
    scan = Scan(override=require_override(override), confirmed=confirmed)
    return _admit(ctx, badge, item_id, scan, device_at=device_at, came_at=came_at)


@command("admit", topic="attendance", subject="delegate", replay=first_answer)
def admit_substitute(
    ctx: Context,
    *,
    badge: str,
    item_id: int,
    substitute: str,
    override: str = "",
    confirmed: bool = False,
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Admission:
    """Admit a substitute, by name or office, in a delegate's place.

    Refuses as `admit` does, and what `require_words` does for the name.
    """
    door = require_door(ctx, item_id)
    name = require_words(AttendanceStatus.SUBSTITUTE, substitute)
    scan = Scan(name, require_override(override), confirmed)
    return _admit(ctx, badge, door.item.id, scan, device_at=device_at, came_at=came_at)


def _admit(
    ctx: Context,
    badge: str,
    item_id: int,
    scan: Scan,
    *,
    device_at: datetime | None,
    came_at: datetime | None,
) -> Admission:
    """Look up, decide, record."""
    door = require_door(ctx, item_id)
    code = badge_code(badge)
    row = lookup.row_by_badge(ctx, door, code)
    if row is None:
        raise lookup.no_such_badge(ctx.session, ctx.event, code)
    previous = lookup.previous_of(row, door.item.id, row.id)
    over = door.is_over(came_at or ctx.at)
    match _decision(ctx, door, previous, scan, inside=row.elsewhere, over=over):
        case Admitted() as admitted:
            came = previous.came_at if admitted.returns else came_at or ctx.at
            new = NewState(admitted.status, Place.ROOM, admitted.words, came, device_at)
            fact_id = ledger.append(ctx, door, previous, new)
            _record_side_facts(ctx, door, previous, admitted, fact_id)
            return _answer(ctx, door, previous, row, fact_id, new)
        case refused:
            raise _refusal(ctx, door, row, refused)


def _decision(
    ctx: Context, door: Door, previous: Previous, scan: Scan, *, inside: int | None, over: bool
) -> Decision:
    """Decide with what the rule needs: the usual scan asks the database for none of it."""
    parallel = () if previous.counts else lookup.parallel_items(ctx, door, previous.delegate_id)
    words = lookup.words_of(ctx.session, previous) if previous.has_words else ""
    elsewhere = Elsewhere(parallel, inside)
    return decide(Holder.DELEGATE, previous, scan, elsewhere, words=words, over=over)


def _record_side_facts(
    ctx: Context, door: Door, previous: Previous, admitted: Admitted, fact_id: int
) -> None:
    """What an admission brings about at other items."""
    if admitted.moves_from is not None:
        there = lookup.previous_at(ctx.session, admitted.moves_from, previous.delegate_id)
        moved = NewState(AttendanceStatus.MOVED)
        ledger.append_side_fact(ctx, door, there, moved, caused_by=fact_id, suffix="m")
    if admitted.leaves is not None:
        there = lookup.previous_at(ctx.session, admitted.leaves, previous.delegate_id)
        _record_exit(ctx, door, there, caused_by=fact_id)


def _record_exit(ctx: Context, door: Door, there: Previous, *, caused_by: int) -> None:
    """A delegate is in one room at a time: being in this one ends being in the other."""
    words = lookup.words_of(ctx.session, there)
    left = NewState(there.status, Place.OUTSIDE, words, there.came_at)
    ledger.append_side_fact(ctx, door, there, left, caused_by=caused_by, suffix="l")


def _refusal(
    ctx: Context, door: Door, row: Row[*tuple[Any, ...]], decision: Stopped | Asked
) -> Refusal:
    """The refusal of a scan, with the facts that its sentence names."""
    about: dict[str, object] = {"badge": row.badge, "delegate": both(row, "title")}
    match decision:
        case Stopped():
            return _already_in(ctx, row)
        case Asked(code="wrong_item" | "not_expected"):
            return _wrong_item(ctx, door, row, decision.right)
        case Asked(code="item_finished"):
            return lookup.finished(door, **about)
        case _:
            return Refusal(decision.code, **about)


def _already_in(ctx: Context, row: Row[*tuple[Any, ...]]) -> Refusal:
    about: dict[str, object] = {"badge": row.badge, "delegate": both(row, "title"), "at": row.at}
    desk = _recording_desk(ctx, row)
    if desk is None:
        return Refusal("already_in", **about)
    return Refusal("already_in_at_desk", desk=both(desk, "name"), **about)


def _recording_desk(ctx: Context, row: Row[*tuple[Any, ...]]) -> Desk | None:
    """The desk that recorded the fact that counts; None: the command room."""
    return ctx.session.exec(
        select(Desk)
        .join(AttendanceFact, col(AttendanceFact.desk_id) == col(Desk.id))
        .where(col(AttendanceFact.id) == row.fact_id)
    ).first()


def _wrong_item(ctx: Context, door: Door, row: Row[*tuple[Any, ...]], right: int | None) -> Refusal:
    """`wrong_item` with the item that counts them at that time, or `not_expected`."""
    about: dict[str, object] = {"badge": row.badge, "delegate": both(row, "title")}
    if right is None:
        return Refusal("not_expected", item=both(door.item, "title"), **about)
    item = ctx.session.get_one(ProgrammeItem, right)
    return Refusal("wrong_item", right=both(item, "title"), **about)


# --- what is known before someone comes ----------------------------------------------------------


@command("excuse", topic="attendance", subject="delegate", replay=first_answer)
def excuse(ctx: Context, *, badge: str, item_id: int, reason: str) -> Admission:
    """Record that a delegate is absent with a reason.

    Refuses `reason_needed`, `reason_too_long`, `already_excused`, and one who has come.
    """
    return _foretell(ctx, badge, item_id, AttendanceStatus.EXCUSED, reason)


@command("excuse", topic="attendance", subject="delegate", replay=first_answer)
def announce_substitute(ctx: Context, *, badge: str, item_id: int, substitute: str) -> Admission:
    """Record that a substitute will come in a delegate's place.

    The name may be given later, at the door at the latest. Refuses one who has come.
    """
    return _foretell(ctx, badge, item_id, AttendanceStatus.ANNOUNCED, substitute)


def _foretell(
    ctx: Context, badge: str, item_id: int, status: AttendanceStatus, words: str
) -> Admission:
    door = require_door(ctx, item_id)
    previous, row = lookup.delegate_by_badge(ctx, door, badge)
    if not (previous.counts or previous.assigned):
        raise _wrong_item(ctx, door, row, _right_item(ctx, door, previous))
    written = require_words(status, words)
    if previous.status in HERE:
        raise _already_in(ctx, row)
    if status is AttendanceStatus.EXCUSED and previous.status is AttendanceStatus.EXCUSED:
        raise Refusal("already_excused", badge=row.badge, delegate=both(row, "title"))
    if previous.status is AttendanceStatus.MOVED:
        raise _wrong_item(ctx, door, row, _right_item(ctx, door, previous))
    return _record(ctx, door, previous, row, NewState(status, words=written))


def _right_item(ctx: Context, door: Door, previous: Previous) -> int | None:
    return counting_item(lookup.parallel_items(ctx, door, previous.delegate_id))


# --- exit and undo -------------------------------------------------------------------------------


@command("leave", topic="attendance", subject="delegate", permission="admit", replay=first_answer)
def leave(
    ctx: Context, *, badge: str, item_id: int, to: str, device_at: datetime | None = None
) -> Admission:
    """Record that a delegate left an item's room, `to` the common areas or outside.

    Refuses `not_inside`.
    """
    door = require_door(ctx, item_id)
    previous, row = lookup.delegate_by_badge(ctx, door, badge)
    place = Place(to)
    if previous.place is Place.OUTSIDE or place in (Place.ROOM, previous.place):
        raise Refusal("not_inside", badge=row.badge, delegate=both(row, "title"))
    words = lookup.words_of(ctx.session, previous)
    new = NewState(previous.status, place, words, previous.came_at, device_at)
    return _record(ctx, door, previous, row, new)


@command("undo_attendance", topic="attendance", subject="delegate", replay=first_answer)
def undo_attendance(
    ctx: Context, *, badge: str, item_id: int, fact_id: int | None = None, undoes: str = ""
) -> Admission:
    """Undo a fact of a delegate at an item, and what it brought about elsewhere.

    The fact by its id or (`undoes`) by its idempotency key; without either the one that counts.
    What counted before counts again; where that is in the room, the room that the delegate is in
    meanwhile is left. Refuses `nothing_to_undo`, and `undo_overtaken` and `undo_overtaken_at_desk`
    (naming what, when and where) for a fact after which something else was recorded.
    """
    door = require_door(ctx, item_id)
    previous, row = lookup.delegate_by_badge(ctx, door, badge)
    meant = lookup.fact_by_key(ctx.session, undoes) if undoes else fact_id
    named = bool(undoes) or fact_id is not None
    if previous.fact_id is None or not _can_be_undone(previous, named=named):
        raise Refusal("nothing_to_undo", badge=row.badge, delegate=both(row, "title"))
    if named and meant != previous.fact_id:
        raise _overtaken(ctx, row, previous)
    fact = lookup.fact_of(ctx.session, previous.fact_id)
    for number, side in enumerate(lookup.side_facts(ctx.session, fact.id)):
        there = lookup.previous_at(ctx.session, side.item_id, previous.delegate_id)
        if there.fact_id == side.id:  # else something newer counts there, which stays
            ledger.undo(ctx, door, there, side, suffix=str(number))
    undo_id, new = ledger.undo(ctx, door, previous, fact)
    if new.place is Place.ROOM and row.elsewhere is not None:
        there = lookup.previous_at(ctx.session, row.elsewhere, previous.delegate_id)
        if there.place is not Place.OUTSIDE:
            _record_exit(ctx, door, there, caused_by=undo_id)
    return replace(_answer(ctx, door, None, row, undo_id, new), undoing=True)


def _can_be_undone(previous: Previous, *, named: bool) -> bool:
    """A delegate who counts at another item since is named as such to a desk that names a fact."""
    undone = previous.status is AttendanceStatus.UNDONE
    return not undone and (named or previous.status is not AttendanceStatus.MOVED)


def _overtaken(ctx: Context, row: Row[*tuple[Any, ...]], previous: Previous) -> Refusal:
    """What was recorded of a delegate since the fact that a desk wants to undo."""
    place = previous.place.value if previous.status in HERE else previous.status.value
    about = {"badge": row.badge, "delegate": both(row, "title"), "at": row.at}
    about["why"] = f"since_{place}"
    desk = _recording_desk(ctx, row)
    if desk is None:
        return Refusal("undo_overtaken", **about)
    return Refusal("undo_overtaken_at_desk", desk=both(desk, "name"), **about)


def _record(
    ctx: Context, door: Door, previous: Previous, row: Row[*tuple[Any, ...]], new: NewState
) -> Admission:
    fact_id = ledger.append(ctx, door, previous, new)
    return _answer(ctx, door, previous, row, fact_id, new)


def _answer(
    ctx: Context,
    door: Door,
    previous: Previous | None,
    row: Row[*tuple[Any, ...]],
    fact_id: int,
    new: NewState,
) -> Admission:
    """Note the change and answer; an undoing has no `previous` status of its own."""
    ctx.note(row.id, item=door.item.id, badge=row.badge, standing=new.status.value)
    return Admission(
        fact_id,
        door.item.id,
        row.id,
        row.badge,
        row.title_vi,
        row.title_en,
        row.delegation_vi,
        new.status,
        ctx.at,
        new.place,
        new.words,
        previous=previous.status if previous else AttendanceStatus.UNDONE,
    )


# --- the roll ------------------------------------------------------------------------------------


@command("close_roll", topic="attendance", subject="item", fact=RollMark)
def close_roll(ctx: Context, *, item_id: int) -> RollMark:
    """Close the roll of an item: who is missing is absent without reason.

    Who comes later still counts as present.
    """
    return _mark_roll(ctx, item_id, closed=True)


@command("close_roll", topic="attendance", subject="item", fact=RollMark)
def open_roll(ctx: Context, *, item_id: int) -> RollMark:
    """Open a closed roll again."""
    return _mark_roll(ctx, item_id, closed=False)


def _mark_roll(ctx: Context, item_id: int, *, closed: bool) -> RollMark:
    item = lookup.item_of(ctx, item_id)
    ctx.require()
    return ctx.record(RollMark(item_id=item.id, closed=closed), closed=closed)


# --- many at once --------------------------------------------------------------------------------


@command("admit", topic="attendance", subject="delegate")
def admit_delegation(
    ctx: Context,
    *,
    delegation_id: int,
    item_id: int,
    unticked: list[str],
    confirmed: bool = False,
) -> list[Admission]:
    """Admit a whole delegation at once, but for the badges that were unticked and those who are in
    or excused already. Refuses `item_finished` as `admit` does."""
    require_door(ctx, item_id)
    missing = [
        badge for badge in _missing(ctx, delegation_id, item_id) if badge not in set(unticked)
    ]
    return [
        ctx.perform(admit, badge, badge=badge, item_id=item_id, confirmed=confirmed)
        for badge in missing
    ]


@command("excuse", topic="attendance", subject="delegate")
def excuse_many(
    ctx: Context, *, badges: list[str], item_ids: list[int], reason: str
) -> list[Admission]:
    """Excuse several delegates from several items, each where they are expected and have not come.

    `item_ids` empty: from all items of the event that have not ended. Refuses what `excuse` does,
    for the first of them, and then records none.
    """
    return [
        ctx.perform(excuse, f"{item_id}/{badge}", badge=badge, item_id=item_id, reason=reason)
        for badge, item_id in _expected_places(ctx, badges, item_ids)
    ]


@command("excuse", topic="attendance", subject="delegate")
def announce_many(
    ctx: Context, *, badges: list[str], item_ids: list[int], substitute: str
) -> list[Admission]:
    """Announce substitutes for several delegates, as `excuse_many` excuses."""
    return [
        ctx.perform(
            announce_substitute,
            f"{item_id}/{badge}",
            badge=badge,
            item_id=item_id,
            substitute=substitute,
        )
        for badge, item_id in _expected_places(ctx, badges, item_ids)
    ]


@command("undo_attendance", topic="attendance", subject="delegate")
def undo_many(ctx: Context, *, fact_ids: list[int]) -> list[Admission]:
    """Undo the facts of one act of many, but for those after which something else was recorded.

    Refuses what `undo_attendance` does of the desk and the permission.
    """
    require_own_desk(ctx)
    facts = (
        select(AttendanceFact.id, AttendanceFact.item_id, Delegate.badge)
        .join(Delegate, col(Delegate.id) == col(AttendanceFact.delegate_id))
        .where(col(AttendanceFact.id).in_(fact_ids), col(Delegate.event_id) == ctx.event.id)
        .order_by(col(AttendanceFact.id))
    )
    undone = (_undone(ctx, *fact) for fact in ctx.session.exec(facts).all())
    return [one for one in undone if one]


def _undone(ctx: Context, fact_id: int, item_id: int, badge: str) -> Admission | None:
    """One of many undone; None where something else counts by now, which stays."""
    try:
        return ctx.perform(
            undo_attendance, str(fact_id), badge=badge, item_id=item_id, fact_id=fact_id
        )
    except Refusal as refusal:  # refused before its first row
        if refusal.code in OVERTAKEN:
            return None
        raise


def _expected_places(ctx: Context, badges: list[str], item_ids: list[int]) -> list[tuple[str, int]]:
    """Each badge with each of the items that expect it and where it has not come."""
    require_own_desk(ctx)
    return [
        (badge, item_id)
        for badge in badges
        for item_id in _expecting(ctx, badge_code(badge), item_ids)
    ]


def _missing(ctx: Context, delegation_id: int, item_id: int) -> list[str]:
    """The badges of a delegation that an item expects and that nothing is recorded of."""
    query = (
        select(Delegate.badge)
        .join(Expectation, _same(Expectation, item_id))
        .outerjoin(AttendanceState, _same(AttendanceState, item_id))
        .where(col(Delegate.delegation_id) == delegation_id)
        .where(
            func.coalesce(col(AttendanceState.status), AttendanceStatus.UNDONE.value)
            == AttendanceStatus.UNDONE.value
        )
        .order_by(col(Delegate.sort_key))
    )
    return list(ctx.session.exec(query))


def _same(table: type[Expectation] | type[AttendanceState], item_id: int) -> ColumnElement[bool]:
    """A table's row of the delegate at an item."""
    return and_(col(table.delegate_id) == col(Delegate.id), col(table.item_id) == item_id)


def _expecting(ctx: Context, badge: str, item_ids: list[int]) -> list[int]:
    """The items (of those asked for, else those that have not ended) that expect a badge which has
    not come there."""
    state = and_(
        col(AttendanceState.delegate_id) == col(Delegate.id),
        col(AttendanceState.item_id) == col(Expectation.item_id),
    )
    items = col(ProgrammeItem.id)
    wanted = items.in_(item_ids) if item_ids else col(ProgrammeItem.ends_at) > ctx.at
    query = (
        select(Expectation.item_id)
        .join(Delegate, col(Delegate.id) == col(Expectation.delegate_id))
        .join(ProgrammeItem, items == col(Expectation.item_id))
        .outerjoin(AttendanceState, state)
        .where(
            col(Delegate.badge) == badge,
            col(Delegate.event_id) == ctx.event.id,
            counts_attendance(),
            wanted,
        )
        .where(
            func.coalesce(col(AttendanceState.status), "").not_in(
                [*(one.value for one in HERE), AttendanceStatus.MOVED.value]
            )
        )
        .order_by(col(ProgrammeItem.starts_at))
    )
    return list(ctx.session.exec(query))
