"""The roster and its changes: delegates are added, corrected, retired and restored in place.

A change is a fact; the delegate's row, who expects them, and the counts move in its transaction. A
badge code is made here, belongs to its delegate for good, and follows no row's place in a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, cast, delete, func, insert, literal
from sqlalchemy import String as Text
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.attendance.badges import next_free
from data.attendance.ledger import move_counts
from data.attendance.lookup import require_own_desk
from data.attendance.particulars import (
    NONE,
    holds_word,
    kinds_of,
    particulars_of,
    put,
    readable,
)
from data.attendance.projections import COUNTED
from data.commands import Context, command, overtaken
from data.programme import counts_attendance, finished_items
from models.access.people import Person
from models.attendance.admission import is_over
from models.attendance.delegates import (
    Counting,
    DelegateChange,
    DelegateStep,
    Listed,
    RosterStep,
    differing,
    require_listed,
    require_retirement,
    roster_steps,
)
from models.attendance.ledger import (
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Delegate,
    Delegation,
    Expectation,
    Headcount,
    Place,
)
from models.attendance.particulars import Particular, Particulars, require_particulars
from models.events.event import Event, View
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both, folded, following_vietnamese, sort_key


@dataclass(frozen=True)
class Entered:
    """A delegate whose row was added or changed, by their badge."""

    delegate_id: int
    badge: str
    title_vi: str
    title_en: str
    version: int


# --- reads ---------------------------------------------------------------------------------------


def listed_of(session: Session, delegate: Delegate, kinds: frozenset[Particular] = NONE) -> Listed:
    """The editable part of a delegate's row; `kinds`: what of their particulars it holds."""
    known = particulars_of(session, [delegate.id], kinds).get(delegate.id, Particulars())
    items = session.exec(
        select(Expectation.item_id)
        .where(Expectation.delegate_id == delegate.id)
        .order_by(col(Expectation.item_id))
    )
    return Listed(
        delegate.title_vi,
        delegate.title_en,
        delegate.delegation_id,
        tuple(items),
        delegate.position,
        known.name,
        known.phone,
    )


def version_and_row(
    session: Session, delegate_id: int, *, reader: Person | None = None
) -> tuple[int, Listed]:
    """The initial values of a form that corrects a delegate; `reader`: who reads it, without whom
    it holds no particulars. Refuses `delegate_unknown`.
    """
    delegate = session.get(Delegate, delegate_id)
    if delegate is None:
        raise Refusal("delegate_unknown")
    kinds = readable(session.get_one(Event, delegate.event_id), reader)
    return delegate.version, listed_of(session, delegate, kinds)


@dataclass(frozen=True)
class RosterRow:
    """A delegate as the roster lists them; `changed_at`, `step` and `reason`: of the newest change,
    None and empty of one that is as they were loaded."""

    id: int
    badge: str
    title_vi: str
    title_en: str
    delegation_id: int
    delegation_vi: str
    delegation_en: str
    group_vi: str
    group_en: str
    retired: bool
    changed_at: datetime | None
    step: DelegateStep | None
    reason: str
    name: str = ""


def roster_rows(
    session: Session,
    event: Event,
    *,
    delegation_id: int | None = None,
    query: str = "",
    changed: bool = False,
    reader: Person | None = None,
    limit: int,
) -> list[RosterRow]:
    """The delegates of a delegation (None: of all) in the organiser's order, at most `limit`.

    `query`: every word of it occurs in office, unit, delegation or badge; accents are optional.
    `changed`: only those whose row was changed since it was loaded. `reader`: who reads them, with
    the names that they may read, which `query` then finds, too.
    """
    kinds = readable(event, reader)
    newest = (
        select(func.max(DelegateChange.id))
        .where(DelegateChange.event_id == event.id)
        .group_by(col(DelegateChange.delegate_id))
    )
    rows = (
        select(Delegate, Delegation, DelegateChange)
        .join(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
        .outerjoin(
            DelegateChange,
            (col(DelegateChange.delegate_id) == col(Delegate.id))
            & col(DelegateChange.id).in_(newest),
        )
        .where(*_matching(event, delegation_id, query, kinds))
        .order_by(
            col(Delegation.position),
            col(Delegation.id),
            col(Delegate.position),
            col(Delegate.id),
        )
        .limit(limit)
    )
    if changed:
        rows = rows.where(col(DelegateChange.id).is_not(None))
    found = [_roster_row(*row) for row in session.exec(rows)]
    known = particulars_of(session, [one.id for one in found], kinds)
    return [replace(one, name=known[one.id].name) if one.id in known else one for one in found]


def _matching(
    event: Event, delegation_id: int | None, query: str, kinds: frozenset[Particular]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Delegate.event_id) == event.id]
    if delegation_id is not None:
        found.append(col(Delegate.delegation_id) == delegation_id)
    words = folded(query[:100]).split()
    return found + [holds_word(word, kinds) for word in words]


def _roster_row(
    delegate: Delegate, delegation: Delegation, change: DelegateChange | None
) -> RosterRow:
    return RosterRow(
        id=delegate.id,
        badge=delegate.badge,
        title_vi=delegate.title_vi,
        title_en=delegate.title_en,
        delegation_id=delegation.id,
        delegation_vi=delegation.name_vi,
        delegation_en=delegation.name_en,
        group_vi=delegation.group_vi,
        group_en=delegation.group_en,
        retired=delegate.retired,
        changed_at=change.at if change else None,
        step=DelegateStep(change.step) if change else None,
        reason=change.reason if change else "",
    )


@dataclass(frozen=True)
class RosterSize:
    """How many delegates the event expects about, by its plan, and how many its roster lists now;
    `retired` are listed no more, `added` came to the list after it was loaded."""

    expected: int
    listed: int
    retired: int
    added: int


def roster_size(session: Session, event: Event) -> RosterSize:
    """The two numbers of an event's delegates: expected and listed."""
    counted = dict(
        session.exec(
            select(Delegate.retired, func.count())
            .where(Delegate.event_id == event.id)
            .group_by(col(Delegate.retired))
        ).all()
    )
    added = session.exec(
        select(func.count())
        .select_from(DelegateChange)
        .where(DelegateChange.event_id == event.id, DelegateChange.step == DelegateStep.ADDED.value)
    ).one()
    return RosterSize(
        event.expected_delegates, counted.get(False, 0), counted.get(True, 0), int(added)
    )


# --- commands ------------------------------------------------------------------------------------


def _first_answer(session: Session, key: str) -> Entered | None:
    found = session.exec(
        select(Delegate)
        .join(DelegateChange, col(DelegateChange.delegate_id) == col(Delegate.id))
        .where(DelegateChange.idempotency_key == key)
    ).first()
    return _entered(found) if found else None


def _entered(delegate: Delegate) -> Entered:
    return Entered(
        delegate.id, delegate.badge, delegate.title_vi, delegate.title_en, delegate.version
    )


@command("add_delegate", topic="attendance", subject="delegate", replay=_first_answer)
def add_delegate(
    ctx: Context,
    *,
    title_vi: str,
    title_en: str,
    delegation_id: int,
    items: tuple[int, ...],
    position: int = 0,
    name: str = "",
    phone: str = "",
    confirmed: bool = False,
) -> Entered:
    """Add a delegate to the roster with the next free badge, also at a desk; facts as of `Listed`.

    Refuses `delegation_unknown`, `item_unknown`, what `require_listed` and `require_particulars`
    do, `badges_used_up`; and unless `confirmed` `delegate_double`, where the delegation lists the
    same title already.
    """
    require_own_desk(ctx)
    listed = Listed(title_vi, title_en, delegation_id, items, position, name, phone)
    mine = _require_known(ctx, require_listed(listed))
    if not confirmed:
        _require_single(ctx, mine)
    delegate = Delegate(
        event_id=ctx.event.id,
        badge=next_free(ctx.session, ctx.event),
        delegation_id=mine.delegation_id,
        title_vi=mine.title_vi,
        title_en=mine.title_en,
        folded="",
        sort_key="",
        position=mine.position,
    )
    index(ctx.session, delegate)
    ctx.session.add(delegate)
    ctx.session.flush()
    put(ctx.session, delegate, Particulars(mine.name, mine.phone))
    fact = _record(ctx, delegate, DelegateStep.ADDED)
    counting = Counting(mine.delegation_id, frozenset())
    _assign(ctx, fact, delegate, counting, Counting(mine.delegation_id, frozenset(mine.items)))
    return _entered(delegate)


@command(
    "correct_delegate",
    topic="attendance",
    subject="delegate",
    permission="change_delegate",
    replay=_first_answer,
)
def correct_delegate(ctx: Context, *, delegate_id: int, version: int, listed: Listed) -> Entered:
    """Correct a delegate's title, delegation, items, place, name or telephone number, given the
    version of the form.

    What was recorded of them goes with them to another delegation. Refuses `delegate_unknown`;
    `delegate_moved` where the row has changed since, with `mine` and `theirs` (`Listed`), its
    `version` and who changed it last; `delegate_unchanged`; `delegate_retired`;
    `delegation_unknown`, `item_unknown`, and what `require_listed` and `require_particulars` do.
    """
    ctx.require()
    delegate = _delegate(ctx, delegate_id)
    theirs = listed_of(ctx.session, delegate, kinds_of(ctx.event, ctx.real))
    mine = following_vietnamese(_require_known(ctx, require_listed(listed)), theirs)
    if delegate.version != version:
        raise _changed(ctx.session, delegate, mine, theirs)
    if delegate.retired:
        raise Refusal("delegate_retired", badge=delegate.badge, delegate=both(delegate, "title"))
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("delegate_unchanged", badge=delegate.badge, delegate=both(delegate, "title"))
    named = [f"roster.{name}" for name in fields]
    fact = _record(ctx, delegate, DelegateStep.CORRECTED, fields=named)
    before = Counting(theirs.delegation_id, frozenset(theirs.items))
    for name in ("title_vi", "title_en", "delegation_id", "position"):
        setattr(delegate, name, getattr(mine, name))
    put(ctx.session, delegate, Particulars(mine.name, mine.phone))
    _moved(ctx, fact, delegate, before, Counting(mine.delegation_id, frozenset(mine.items)))
    return _entered(delegate)


@command(
    "retire_delegate",
    topic="attendance",
    subject="delegate",
    permission="change_delegate",
    replay=_first_answer,
)
def retire_delegate(ctx: Context, *, delegate_id: int, version: int, reason: str) -> Entered:
    """Take a delegate from the roster: expected nowhere, and their badge opens nothing.

    The row and all that was recorded stay. Refuses `delegate_unknown`, `delegate_moved`,
    `delegate_retired`, `delegate_inside` (of one who is in a room or its common areas), and what
    `require_retirement` does.
    """
    ctx.require()
    delegate = _delegate(ctx, delegate_id)
    about: dict[str, object] = {"badge": delegate.badge, "delegate": both(delegate, "title")}
    written = require_retirement(reason, **about)
    theirs = listed_of(ctx.session, delegate)
    if delegate.version != version:
        raise _changed(ctx.session, delegate, theirs, theirs)
    if delegate.retired:
        raise Refusal("delegate_retired", **about)
    if _is_inside(ctx, delegate):
        raise Refusal("delegate_inside", **about)
    fact = _record(ctx, delegate, DelegateStep.RETIRED, reason=written)
    delegate.retired = True
    before = Counting(delegate.delegation_id, frozenset(theirs.items))
    _moved(ctx, fact, delegate, before, Counting(delegate.delegation_id, frozenset()))
    return _entered(delegate)


@command(
    "restore_delegate",
    topic="attendance",
    subject="delegate",
    permission="change_delegate",
    replay=_first_answer,
)
def restore_delegate(ctx: Context, *, delegate_id: int, version: int) -> Entered:
    """Take a retirement back: the badge opens again what it opened before.

    Refuses `delegate_unknown`, `delegate_moved`, and `delegate_not_retired`.
    """
    ctx.require()
    delegate = _delegate(ctx, delegate_id)
    theirs = listed_of(ctx.session, delegate)
    if delegate.version != version:
        raise _changed(ctx.session, delegate, theirs, theirs)
    if not delegate.retired:
        raise Refusal(
            "delegate_not_retired", badge=delegate.badge, delegate=both(delegate, "title")
        )
    items = _items_before_retirement(ctx.session, delegate)
    fact = _record(ctx, delegate, DelegateStep.RESTORED)
    delegate.retired = False
    before = Counting(delegate.delegation_id, frozenset())
    _moved(ctx, fact, delegate, before, Counting(delegate.delegation_id, items))
    return _entered(delegate)


# --- what the commands share ---------------------------------------------------------------------


def _delegate(ctx: Context, delegate_id: int) -> Delegate:
    delegate = ctx.session.get(Delegate, delegate_id)
    if delegate is None or delegate.event_id != ctx.event.id:
        raise Refusal("delegate_unknown")
    return delegate


def _require_known(ctx: Context, listed: Listed) -> Listed:
    """Refuses what `require_particulars` does, `delegation_unknown`, and `item_unknown` for one
    that counts no attendance."""
    require_particulars(listed.name, listed.phone, kinds_of(ctx.event, ctx.real))
    delegation = ctx.session.get(Delegation, listed.delegation_id)
    if delegation is None or delegation.event_id != ctx.event.id:
        raise Refusal("delegation_unknown", delegation=listed.delegation_id)
    known = ctx.session.exec(
        select(ProgrammeItem.id).where(
            col(ProgrammeItem.id).in_(listed.items),
            ProgrammeItem.event_id == ctx.event.id,
            counts_attendance(),
        )
    ).all()
    if unknown := set(listed.items) - set(known):
        raise Refusal("item_unknown", item=min(unknown))
    return listed


def _require_single(ctx: Context, listed: Listed) -> None:
    """Refuses `delegate_double` where the delegation lists the same title, accents or not."""
    named = ctx.session.exec(
        select(Delegate).where(
            Delegate.delegation_id == listed.delegation_id,
            col(Delegate.retired).is_(False),
        )
    )
    for one in named:
        if folded(one.title_vi) == folded(listed.title_vi):
            raise Refusal("delegate_double", badge=one.badge, delegate=both(one, "title"))


def _changed(session: Session, delegate: Delegate, mine: Listed, theirs: Listed) -> Refusal:
    return overtaken(
        session,
        "delegate_moved",
        DelegateChange,
        col(DelegateChange.delegate_id) == delegate.id,
        badge=delegate.badge,
        delegate=both(delegate, "title"),
        version=delegate.version,
        mine=mine,
        theirs=theirs,
    )


def _record(
    ctx: Context,
    delegate: Delegate,
    step: DelegateStep,
    *,
    reason: str = "",
    fields: Sequence[str] = (),
) -> DelegateChange:
    """Record the fact with the row that it replaces; of one that is added, the row itself."""
    newest = select(func.max(AttendanceFact.id)).where(AttendanceFact.delegate_id == delegate.id)
    fact = DelegateChange(
        event_id=delegate.event_id,
        delegate_id=delegate.id,
        step=step.value,
        version=delegate.version,
        delegation_id=delegate.delegation_id,
        title_vi=delegate.title_vi,
        title_en=delegate.title_en,
        position=delegate.position,
        reason=reason,
        after_fact_id=ctx.session.exec(newest).one() or 0,
    )
    return ctx.record(fact, badge=delegate.badge, text=reason, fields=list(fields))


def record_added(ctx: Context, delegate_ids: SelectOfScalar[int]) -> None:
    """Record that delegates came to a roster that was there before, and what that moved in the
    counts, by one statement each: a list may bring a hundred thousand."""
    fact, step = DelegateChange.__table__, RosterStep.__table__
    given = {
        "step": literal(DelegateStep.ADDED.value),
        "reason": literal(""),
        "after_fact_id": literal(0),
        "at": literal(ctx.at, fact.c.at.type),
        "person_id": literal(ctx.by.id),
        "idempotency_key": literal(f"{ctx.idempotency_key}/") + cast(col(Delegate.id), Text),
        "delegate_id": col(Delegate.id),
    }
    rows = {name: col(getattr(Delegate, name)) for name in _REPLACED}
    columns: dict[str, Any] = {**given, **rows}
    added = select_columns(*columns.values()).where(col(Delegate.id).in_(delegate_ids))
    ctx.session.execute(insert(fact).from_select(list(columns), added))
    expected: dict[str, Any] = {
        "change_id": fact.c.id,
        "item_id": col(Expectation.item_id),
        "delegation_id": col(Delegate.delegation_id),
        "assigned": literal(1),
        **{name: literal(int(name == "expected")) for name in COUNTED},
    }
    steps = (
        select_columns(*expected.values())
        .join(Delegate, col(Delegate.id) == fact.c.delegate_id)
        .join(Expectation, col(Expectation.delegate_id) == fact.c.delegate_id)
        .where(fact.c.delegate_id.in_(delegate_ids))
    )
    ctx.session.execute(insert(step).from_select(list(expected), steps))


_REPLACED = ("event_id", "version", "delegation_id", "title_vi", "title_en", "position")


def _moved(
    ctx: Context, fact: DelegateChange, delegate: Delegate, before: Counting, after: Counting
) -> None:
    """Bring the row to its new version, and the counts to the row."""
    delegate.version += 1
    index(ctx.session, delegate)
    ctx.session.add(delegate)
    ctx.session.flush()
    _assign(ctx, fact, delegate, before, after)


def index(session: Session, delegate: Delegate) -> None:
    """What a search looks through, and what lists go by."""
    name = session.get_one(Delegation, delegate.delegation_id).name_vi
    delegate.folded = " ".join(
        [folded(delegate.title_vi), folded(delegate.title_en), folded(name), delegate.badge.lower()]
    )
    delegate.sort_key = sort_key(delegate.title_vi)


def _states(ctx: Context, delegate: Delegate) -> dict[int, tuple[AttendanceStatus, Place]]:
    """Item id to what counts of a delegate there."""
    rows = ctx.session.exec(
        select(AttendanceState).where(AttendanceState.delegate_id == delegate.id)
    )
    return {row.item_id: (AttendanceStatus(row.status), Place(row.place)) for row in rows}


def _is_inside(ctx: Context, delegate: Delegate) -> bool:
    """Whether a delegate is in the room, or its common areas, of an item that is not over."""
    places = _states(ctx, delegate)
    inside = [item_id for item_id, (_, place) in places.items() if place is not Place.OUTSIDE]
    ended = finished_items(ctx.session, ctx.event, View(ctx.at))
    items = ctx.session.exec(select(ProgrammeItem).where(col(ProgrammeItem.id).in_(inside)))
    return any(
        not is_over(ends_at=item.ends_at, finished_at=ended.get(item.id), at=ctx.at)
        for item in items
    )


def _assign(
    ctx: Context, fact: DelegateChange, delegate: Delegate, before: Counting, after: Counting
) -> None:
    """Move who expects a delegate, and the counts, from one place in the roster to another."""
    gone, come = before.items - after.items, after.items - before.items
    ctx.session.execute(
        delete(Expectation).where(
            col(Expectation.delegate_id) == delegate.id, col(Expectation.item_id).in_(gone)
        )
    )
    ctx.session.add_all(
        Expectation(item_id=item_id, delegate_id=delegate.id) for item_id in sorted(come)
    )
    ctx.session.flush()
    connection = ctx.session.connection()
    steps = roster_steps(before, after, _states(ctx, delegate))
    for (item_id, delegation_id), (assigned, head) in steps.items():
        move_counts(connection, item_id, {delegation_id: head})
        ctx.session.add(_roster_step(fact.id, item_id, delegation_id, assigned, head))
    ctx.session.flush()


def _roster_step(
    change_id: int, item_id: int, delegation_id: int, assigned: int, head: Headcount
) -> RosterStep:
    return RosterStep(
        change_id=change_id,
        item_id=item_id,
        delegation_id=delegation_id,
        assigned=assigned,
        **{name: getattr(head, name) for name in COUNTED},
    )


def _items_before_retirement(session: Session, delegate: Delegate) -> frozenset[int]:
    """The items from which the newest retirement of a delegate took them, as far as they count."""
    retired: Sequence[int] = session.exec(
        select(RosterStep.item_id)
        .join(DelegateChange, col(DelegateChange.id) == col(RosterStep.change_id))
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(RosterStep.item_id))
        .where(
            DelegateChange.id
            == select(func.max(DelegateChange.id))
            .where(
                DelegateChange.delegate_id == delegate.id,
                DelegateChange.step == DelegateStep.RETIRED.value,
            )
            .scalar_subquery(),
            RosterStep.assigned < 0,
            counts_attendance(),
        )
    ).all()
    return frozenset(retired)
