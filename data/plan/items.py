"""Commands on the programme's plan: items are added, changed, cancelled and restored in place."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, literal
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.plan.replaced import item_plan
from models.attendance.ledger import (
    AttendanceCount,
    Delegate,
    Desk,
    DeskItem,
    Expectation,
)
from models.events.event import Event, Venue
from models.plan import ItemPlan
from models.programme import (
    EXPECTS,
    KINDS,
    PlannedItem,
    ProgrammeItem,
    ProgrammeMark,
    differing,
    require_cancellation,
    require_planned,
)
from models.refusals import Refusal
from models.text import both, following_vietnamese

FIELDS = tuple(PlannedItem.__dataclass_fields__)


@dataclass(frozen=True)
class Changed:
    """An item whose plan was changed."""

    item_id: int
    title_vi: str
    title_en: str
    version: int


# --- reads ---------------------------------------------------------------------------------------


def planned_of(item: ProgrammeItem) -> PlannedItem:
    """The editable part of an item's row."""
    return PlannedItem(**{name: getattr(item, name) for name in FIELDS})


def version_and_plan(session: Session, item_id: int) -> tuple[int, PlannedItem]:
    """The initial values of a form that changes an item. Refuses `item_unknown`."""
    item = session.get(ProgrammeItem, item_id)
    if item is None:
        raise Refusal("item_unknown", item=item_id)
    return item.version, planned_of(item)


@dataclass(frozen=True)
class Cancelled:
    """An item that does not take place: since when, and why."""

    id: int
    version: int
    title_vi: str
    title_en: str
    starts_at: datetime
    at: datetime
    reason: str


def cancelled_items(session: Session, event: Event) -> list[Cancelled]:
    """The items that were cancelled, by their start; of a cancelled one its parts are left out."""
    parent = ProgrammeItem.__table__.alias("whole")
    newest = (
        select(func.max(ItemPlan.id))
        .where(ItemPlan.event_id == event.id, col(ItemPlan.cancelled).is_(False))
        .group_by(col(ItemPlan.item_id))
    )
    rows = session.exec(
        select(ProgrammeItem, ItemPlan)
        .join(ItemPlan, col(ItemPlan.item_id) == col(ProgrammeItem.id))
        .outerjoin(parent, parent.c.id == col(ProgrammeItem.parent_id))
        .where(
            ProgrammeItem.event_id == event.id,
            col(ProgrammeItem.cancelled).is_(True),
            col(ItemPlan.id).in_(newest),
            func.coalesce(parent.c.cancelled, literal(False)).is_(False),
        )
        .order_by(col(ProgrammeItem.starts_at))
    )
    return [
        Cancelled(
            item.id,
            item.version,
            item.title_vi,
            item.title_en,
            item.starts_at,
            fact.at,
            fact.reason,
        )
        for item, fact in rows
    ]


# --- changing ------------------------------------------------------------------------------------


def _changed_before(session: Session, key: str) -> Changed | None:
    item = session.exec(
        select(ProgrammeItem)
        .join(ItemPlan, col(ItemPlan.item_id) == col(ProgrammeItem.id))
        .where(ItemPlan.idempotency_key == key)
    ).first()
    return _changed(item) if item else None


def _changed(item: ProgrammeItem) -> Changed:
    return Changed(item.id, item.title_vi, item.title_en, item.version)


@command("edit_item", topic="event", subject="item", permission="plan_item", replay=_changed_before)
def edit_item(ctx: Context, *, item_id: int, version: int, planned: PlannedItem) -> Changed:
    """Change an item's titles, time, room or chair, given the version that the form was drawn with.

    Attendance, forecast and wall follow. Refuses `item_unknown`; `item_moved` where the row has
    changed since, with `mine` and `theirs` (`PlannedItem`), its `version` and who changed it last;
    `item_unchanged`, `item_is_cancelled`, `venue_unknown`, and what `require_planned` does.
    """
    ctx.require()
    item = _item(ctx, item_id)
    theirs = planned_of(item)
    mine = following_vietnamese(require_planned(planned), theirs)
    _require_venue(ctx, mine.venue_id)
    if item.version != version:
        raise _moved(ctx.session, item, mine, theirs)
    if item.cancelled:
        raise Refusal("item_is_cancelled", item=both(item, "title"))
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("item_unchanged", item=both(item, "title"))
    ctx.record(item_plan(item), item=item.id, fields=[f"item.{name}" for name in fields])
    for name in fields:
        setattr(item, name, getattr(mine, name))
    return _at_new_version(ctx, item)


@command(
    "cancel_item", topic="event", subject="item", permission="plan_item", replay=_changed_before
)
def cancel_item(ctx: Context, *, item_id: int, version: int, reason: str) -> Changed:
    """Cancel an item that has not begun, with its parts: no badge is admitted to it any more.

    Refuses `item_unknown`, `item_moved`, `item_is_cancelled`, `item_already_started`, and what
    `require_cancellation` does.
    """
    ctx.require()
    item = _item(ctx, item_id)
    written = require_cancellation(reason)
    _require_version(ctx, item, version)
    if item.cancelled:
        raise Refusal("item_is_cancelled", item=both(item, "title"))
    if at := _started(ctx.session, item.id):
        raise Refusal("item_already_started", item=both(item, "title"), at=at)
    ctx.record(item_plan(item, reason=written), item=item.id, text=written)
    item.cancelled = True
    for part in _parts(ctx, item):
        if not part.cancelled:
            ctx.perform(
                cancel_item,
                str(part.id),
                item_id=part.id,
                version=part.version,
                reason=written,
            )
    return _at_new_version(ctx, item)


@command(
    "restore_item", topic="event", subject="item", permission="plan_item", replay=_changed_before
)
def restore_item(ctx: Context, *, item_id: int, version: int) -> Changed:
    """Take a cancellation back, with that of the parts that were cancelled by the same act.

    Refuses `item_unknown`, `item_moved`, `item_not_cancelled`, and `item_whole_cancelled` for a
    part of an item that is cancelled itself.
    """
    ctx.require()
    item = _item(ctx, item_id)
    _require_version(ctx, item, version)
    if not item.cancelled:
        raise Refusal("item_not_cancelled", item=both(item, "title"))
    whole = ctx.session.get(ProgrammeItem, item.parent_id) if item.parent_id else None
    if whole is not None and whole.cancelled:
        raise Refusal("item_whole_cancelled", item=both(whole, "title"))
    cancelled = _newest(ctx.session, item, cancelling=True)
    ctx.record(item_plan(item), item=item.id)
    item.cancelled = False
    for part in _parts(ctx, item):
        own = _newest(ctx.session, part, cancelling=True) if part.cancelled else None
        if own and cancelled and own.idempotency_key == f"{cancelled.idempotency_key}/{part.id}":
            ctx.perform(restore_item, str(part.id), item_id=part.id, version=part.version)
    return _at_new_version(ctx, item)


def _started(session: Session, item_id: int) -> datetime | None:
    """When an item began, as far as it is recorded."""
    newest_mark = session.exec(
        select(ProgrammeMark)
        .where(ProgrammeMark.item_id == item_id, ProgrammeMark.mark == "started")
        .order_by(col(ProgrammeMark.id).desc())
        .limit(1)
    ).first()
    return newest_mark.at if newest_mark and not newest_mark.undone else None


def _item(ctx: Context, item_id: int) -> ProgrammeItem:
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    return item


def _parts(ctx: Context, item: ProgrammeItem) -> list[ProgrammeItem]:
    query = select(ProgrammeItem).where(ProgrammeItem.parent_id == item.id)
    return list(ctx.session.exec(query.order_by(col(ProgrammeItem.id))))


def _newest(session: Session, item: ProgrammeItem, *, cancelling: bool = False) -> ItemPlan | None:
    """The newest change of an item; of a cancelled one the `cancelling` fact, which a move of the
    event may have followed."""
    changes = select(ItemPlan).where(ItemPlan.item_id == item.id)
    if cancelling:
        changes = changes.where(col(ItemPlan.cancelled).is_(False))
    return session.exec(changes.order_by(col(ItemPlan.id).desc()).limit(1)).first()


def _require_venue(ctx: Context, venue_id: int | None) -> None:
    venue = ctx.session.get(Venue, venue_id) if venue_id is not None else None
    if venue_id is not None and (venue is None or venue.event_id != ctx.event.id):
        raise Refusal("venue_unknown")


def _require_version(ctx: Context, item: ProgrammeItem, version: int) -> None:
    if item.version != version:
        theirs = planned_of(item)
        raise _moved(ctx.session, item, theirs, theirs)


def _moved(
    session: Session, item: ProgrammeItem, mine: PlannedItem, theirs: PlannedItem
) -> Refusal:
    return overtaken(
        session,
        "item_moved",
        ItemPlan,
        col(ItemPlan.item_id) == item.id,
        item=both(item, "title"),
        version=item.version,
        mine=mine,
        theirs=theirs,
    )


def _at_new_version(ctx: Context, item: ProgrammeItem) -> Changed:
    item.version += 1
    ctx.session.add(item)
    ctx.session.flush()
    return _changed(item)


# --- adding --------------------------------------------------------------------------------------


@command("add_item", topic="event", subject="item", permission="plan_item", replay=_changed_before)
def add_item(
    ctx: Context,
    *,
    title_vi: str,
    title_en: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    short_vi: str = "",
    short_en: str = "",
    venue_id: int | None = None,
    chair: str = "",
    parent_id: int | None = None,
    expects: str = "none",
    as_item_id: int | None = None,
    desk_ids: tuple[int, ...] = (),
) -> Changed:
    """Add an item to the programme; facts as of `PlannedItem`.

    `expects`: `all` who are listed, `none`, or `forum`: those whom the item `as_item_id` expects.
    `desk_ids`: the desks that serve it. Refuses `item_unknown` for what it is part of or expects as
    and for a kind that is none, `venue_unknown`, `desk_unknown`, and what `require_planned` does.
    """
    ctx.require()
    planned = require_planned(
        PlannedItem(title_vi, title_en, short_vi, short_en, venue_id, chair, starts_at, ends_at)
    )
    _require_venue(ctx, planned.venue_id)
    for other in (parent_id, as_item_id):
        if other is not None:
            _item(ctx, other)
    if kind not in KINDS or expects not in EXPECTS or (expects == "forum") != bool(as_item_id):
        raise Refusal("item_unknown", item=kind)
    item = _new_item(ctx, planned, kind=kind, parent_id=parent_id, expects=expects)
    expect(ctx, item, as_item_id)
    serve(ctx, item, desk_ids)
    record_added(ctx, item)
    return _changed(item)


def record_added(ctx: Context, item: ProgrammeItem) -> None:
    """Record the fact that an item came to a programme that was there before."""
    ctx.record(item_plan(item, added=True), item=item.id)


def _new_item(
    ctx: Context, planned: PlannedItem, *, kind: str, parent_id: int | None, expects: str
) -> ProgrammeItem:
    last = ctx.session.exec(
        select(func.max(ProgrammeItem.position)).where(ProgrammeItem.event_id == ctx.event.id)
    ).one()
    position = (last or 0) + 1
    item = ProgrammeItem(
        event_id=ctx.event.id,
        key=f"item_{position}",
        position=position,
        parent_id=parent_id,
        kind=kind,
        expects=expects,
        added_at=ctx.at,
        **{name: getattr(planned, name) for name in FIELDS},
    )
    ctx.session.add(item)
    ctx.session.flush()
    return item


def expect(ctx: Context, item: ProgrammeItem, as_item_id: int | None = None) -> None:
    """Who of the delegates is expected at a new item, and the counts before anyone comes."""
    if item.expects == "none":
        return
    delegates = select_columns(literal(item.id), col(Delegate.id)).where(
        col(Delegate.event_id) == ctx.event.id, col(Delegate.retired).is_(False)
    )
    if as_item_id is not None:
        expected = select_columns(col(Expectation.delegate_id))
        expected = expected.where(col(Expectation.item_id) == as_item_id)
        delegates = delegates.where(col(Delegate.id).in_(expected))
    ctx.session.execute(
        insert(Expectation.__table__).from_select(["item_id", "delegate_id"], delegates)
    )
    nothing = ("present", "substituted", "excused", "inside", "common")
    counts = (
        select_columns(
            literal(item.id),
            col(Delegate.delegation_id),
            func.count(),
            *(literal(0) for _ in nothing),
        )
        .join(Expectation, col(Expectation.delegate_id) == col(Delegate.id))
        .where(col(Expectation.item_id) == item.id)
        .group_by(col(Delegate.delegation_id))
    )
    ctx.session.execute(
        insert(AttendanceCount.__table__).from_select(
            ["item_id", "delegation_id", "expected", *nothing], counts
        )
    )


def serve(ctx: Context, item: ProgrammeItem, desk_ids: tuple[int, ...]) -> None:
    """Let desks serve a new item. Refuses `desk_unknown`."""
    known = ctx.session.exec(
        select(Desk.id).where(
            Desk.event_id == ctx.event.id,
            col(Desk.retired).is_(False),
            col(Desk.id).in_(desk_ids),
        )
    ).all()
    if set(desk_ids) - set(known):
        raise Refusal("desk_unknown")
    ctx.session.add_all(DeskItem(desk_id=desk_id, item_id=item.id) for desk_id in sorted(known))
