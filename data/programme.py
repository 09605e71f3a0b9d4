"""The programme's items as planned and as they really went."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, ScalarSelect, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.events.venues import venues
from data.plan.history import items_then, venues_then
from data.script.rooms import require_own_item, require_own_room
from data.storage.newest import newest, recorded_until
from models.events.event import Event, Venue, View
from models.programme import (
    ItemSnapshot,
    ProgrammeItem,
    ProgrammeMark,
    drift_minutes,
    require_finish_undoable,
    require_finishable,
    require_start_undoable,
    require_startable,
)
from models.refusals import Refusal
from models.text import both

# --- reads ---------------------------------------------------------------------------------------


def items_at(session: Session, event: Event, view: View) -> list[ItemSnapshot]:
    """Every programme item as at the view's moment, by the start planned then, then position; those
    that were cancelled by then, or not yet added, are left out."""
    marks = _marks_at(session, event, view)
    places: dict[int, Venue | Row[Any]] = {**venues(session, event)}
    places |= venues_then(session, event, view)
    then = items_then(session, event, view)
    items = session.exec(
        select(ProgrammeItem)
        .where(ProgrammeItem.event_id == event.id)
        .order_by(col(ProgrammeItem.position))
    ).all()
    keys = {item.id: item.key for item in items}
    snapshots = [
        _snapshot(item, planned, marks.get(item.id, {}), places, keys, now=view.moment)
        for item in items
        if not (planned := then.get(item.id, item)).cancelled and not _is_later(item, view)
    ]
    return sorted(snapshots, key=lambda item: item.starts_at)


def _is_later(item: ProgrammeItem, view: View) -> bool:
    """Whether an item was not in the programme yet at a past moment."""
    return view.past and item.added_at is not None and item.added_at > view.moment


def counts_attendance() -> ColumnElement[bool]:
    """The condition that a programme item records attendance: it expects someone and takes
    place."""
    return and_(col(ProgrammeItem.expects) != "none", col(ProgrammeItem.cancelled).is_(False))


def _marks_at(session: Session, event: Event, view: View) -> dict[int, dict[str, datetime]]:
    """Item id to its marks that were recorded by the view's moment, each with when."""
    until = recorded_until(view)
    latest = newest(ProgrammeMark, ProgrammeMark.item_id, ProgrammeMark.mark, until=until)
    rows = session.execute(
        select(ProgrammeMark.item_id, ProgrammeMark.mark, ProgrammeMark.at)
        .join(ProgrammeItem, col(ProgrammeItem.id) == ProgrammeMark.item_id)
        .where(ProgrammeItem.event_id == event.id, col(ProgrammeMark.id).in_(latest))
        .where(col(ProgrammeMark.undone).is_(False))
    )
    marks: dict[int, dict[str, datetime]] = {}
    for item_id, mark, at in rows:
        marks.setdefault(item_id, {})[mark] = at
    return marks


def _snapshot(
    item: ProgrammeItem,
    planned: ProgrammeItem | Row[Any],
    marks: dict[str, datetime],
    places: Mapping[int, Venue | Row[Any]],
    keys: Mapping[int, str],
    *,
    now: datetime,
) -> ItemSnapshot:
    """`planned`: what holds the plan as at the moment; `keys`: of every item by its id."""
    venue = places.get(planned.venue_id) if planned.venue_id else None
    started_at = marks.get("started")
    return ItemSnapshot(
        id=item.id,
        key=item.key,
        parent_id=item.parent_id,
        kind=item.kind,
        title_vi=planned.title_vi,
        title_en=planned.title_en,
        short_vi=planned.short_vi,
        short_en=planned.short_en,
        venue_vi=venue.name_vi if venue else "",
        venue_en=venue.name_en if venue else "",
        chair=planned.chair,
        expects=item.expects,
        illustrative=item.illustrative,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        started_at=started_at,
        finished_at=marks.get("finished"),
        drift=drift_minutes(planned.starts_at, started_at, now=now),
        pinned=planned.pinned,
        venue_id=planned.venue_id,
        whole_key=keys[item.parent_id] if item.parent_id else "",
    )


def finished_items(session: Session, event: Event, view: View) -> dict[int, datetime]:
    """Item id to when it ended, of the items of which that was recorded by the view's moment."""
    marks = _marks_at(session, event, view)
    return {item_id: made["finished"] for item_id, made in marks.items() if "finished" in made}


def recorded_end(until: BindParameter[datetime]) -> ScalarSelect[datetime]:
    """When the programme item of the query around it ended, by a moment, else NULL, as a part of
    another statement. A scan that a gate kept is judged by its own time: what ended after it does
    not close its door."""
    marks = ProgrammeMark.__table__
    newest_mark = (
        select_columns(func.max(marks.c.id))
        .where(marks.c.item_id == col(ProgrammeItem.id), marks.c.mark == "finished")
        .where(marks.c.at <= until)
        .correlate(ProgrammeItem)
        .scalar_subquery()
    )
    made = marks.alias("made")
    return (
        select_columns(made.c.at)
        .where(made.c.id == newest_mark, made.c.undone.is_(False))
        .correlate(ProgrammeItem)
        .scalar_subquery()
    )


# --- commands ------------------------------------------------------------------------------------

WHOLE = "whole"  # in the key of the mark that a whole gets with its part


@command("start_item", topic="programme", subject="item", fact=ProgrammeMark)
def start_item(ctx: Context, *, item_id: int) -> ProgrammeMark:
    """Mark that an item began, and with it the whole of which it is a part.

    Refuses `item_unknown`, `item_is_cancelled`, `room_run_by` and `item_already_started`.
    """
    item, marked = _item_and_marks(ctx, item_id)
    if item.cancelled:
        raise Refusal("item_is_cancelled", item=both(item, "title"))
    require_startable(both(item, "title"), started_at=_at(marked, "started"))
    _begin_whole(ctx, item)
    return ctx.record(ProgrammeMark(item_id=item_id, mark="started"), item=item_id)


def _begin_whole(ctx: Context, item: ProgrammeItem) -> None:
    whole = ctx.session.get(ProgrammeItem, item.parent_id) if item.parent_id else None
    if whole is None or whole.cancelled or "started" in _marks(ctx, whole.id):
        return
    mark = ProgrammeMark(item_id=whole.id, mark="started")
    ctx.of(start_item, WHOLE).record(mark, item=whole.id)


@command("finish_item", topic="programme", subject="item", fact=ProgrammeMark)
def finish_item(ctx: Context, *, item_id: int) -> ProgrammeMark:
    """Mark that an item ended.

    Refuses `item_unknown`, `item_not_started` and `item_already_finished`.
    """
    item, marked = _item_and_marks(ctx, item_id)
    require_finishable(
        both(item, "title"),
        started_at=_at(marked, "started"),
        finished_at=_at(marked, "finished"),
    )
    return ctx.record(ProgrammeMark(item_id=item_id, mark="finished"), item=item_id)


@command(
    "undo_start", topic="programme", subject="item", permission="start_item", fact=ProgrammeMark
)
def undo_start(ctx: Context, *, item_id: int) -> ProgrammeMark:
    """Take back that an item began, and with it that its whole did, where nothing else says so.

    Refuses `item_unknown`, `start_not_recorded`, and `end_recorded_since`.
    """
    item, marked = _item_and_marks(ctx, item_id)
    require_start_undoable(
        both(item, "title"),
        started_at=_at(marked, "started"),
        finished_at=_at(marked, "finished"),
    )
    fact = ProgrammeMark(item_id=item_id, mark="started", undone=True)
    recorded = ctx.record(fact, item=item_id)
    _take_back_whole(ctx, item)
    return recorded


def _take_back_whole(ctx: Context, item: ProgrammeItem) -> None:
    """Take back that a whole began, if it did by the start of a part, of which none goes on."""
    if item.parent_id is None:
        return
    marked = _marks(ctx, item.parent_id)
    begun = marked.get("started")
    parts = ctx.session.exec(
        select(ProgrammeItem.id).where(ProgrammeItem.parent_id == item.parent_id)
    ).all()
    if begun is None or "finished" in marked or not _began_by(ctx, begun, parts):
        return
    if any("started" in _marks(ctx, part) for part in parts):
        return
    mark = ProgrammeMark(item_id=item.parent_id, mark="started", undone=True)
    ctx.of(undo_start, WHOLE).record(mark, item=item.parent_id)


def _began_by(ctx: Context, begun: ProgrammeMark, parts: Sequence[int]) -> bool:
    """Whether a whole began by the start of one of its parts, also of one taken back since."""
    key = begun.idempotency_key.removesuffix(f"/{WHOLE}")
    start = select(ProgrammeMark.id).where(
        ProgrammeMark.idempotency_key == key, col(ProgrammeMark.item_id).in_(parts)
    )
    return ctx.session.exec(start).first() is not None


@command(
    "undo_finish", topic="programme", subject="item", permission="finish_item", fact=ProgrammeMark
)
def undo_finish(ctx: Context, *, item_id: int) -> ProgrammeMark:
    """Take back that an item ended: it goes on. Refuses `item_unknown` and `end_not_recorded`."""
    item, marked = _item_and_marks(ctx, item_id)
    require_finish_undoable(both(item, "title"), finished_at=_at(marked, "finished"))
    fact = ProgrammeMark(item_id=item_id, mark="finished", undone=True)
    return ctx.record(fact, item=item_id)


def _item_and_marks(ctx: Context, item_id: int) -> tuple[ProgrammeItem, dict[str, ProgrammeMark]]:
    """An item that the person may mark, and each mark of it that counts."""
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    require_own_item(ctx, item)
    require_own_room(ctx, item)
    return item, _marks(ctx, item_id)


def _marks(ctx: Context, item_id: int) -> dict[str, ProgrammeMark]:
    """The marks of an item that count, by their kind."""
    marks = ctx.session.exec(
        select(ProgrammeMark)
        .where(ProgrammeMark.item_id == item_id)
        .order_by(col(ProgrammeMark.id))
    )
    latest = {mark.mark: mark for mark in marks}
    return {name: mark for name, mark in latest.items() if not mark.undone}


def _at(marked: Mapping[str, ProgrammeMark], mark: str) -> datetime | None:
    return marked[mark].at if mark in marked else None
