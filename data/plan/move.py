"""Moving the event to other days: the preview, the command, and what moves along."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, insert
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.events.scenario import next_moment
from data.plan.history import needs_now
from data.plan.replaced import item_plan, media_plan, task_columns
from data.storage.newest import newest
from models.events.event import Event, moment_of, zone
from models.media import MediaItem, MediaPublication
from models.plan import (
    EventPlan,
    ItemPlan,
    MediaPlan,
    Movable,
    Move,
    TaskPlan,
    days_later,
    moved_offset,
    require_days,
)
from models.programme import ProgrammeItem, ProgrammeMark
from models.readiness.tasks import Task
from models.refusals import Refusal

# --- the preview ---------------------------------------------------------------------------------


def move_of(session: Session, event: Event, *, first_day: date, last_day: date) -> Move:
    """A preview of moving the event: everything dated, tasks first, with present and next moments.

    Refuses `last_day_before_first`, `event_days_same`, `moved_too_far`.
    """
    require_days(first_day, last_day)
    if (first_day, last_day) == (event.first_day, event.last_day):
        raise Refusal("event_days_same", first=first_day, last=last_day)
    dated = (
        *_tasks_moved(session, event, first_day),
        *_items_moved(session, event, first_day),
        *_media_moved(session, event, first_day),
    )
    return Move(event.first_day, event.last_day, first_day, last_day, dated)


def _tasks_moved(session: Session, event: Event, first_day: date) -> Iterator[Movable]:
    """Done tasks follow too: a due time is an offset, and a report says when a task was done."""
    days = (first_day - event.first_day).days
    tasks = select(Task).where(Task.event_id == event.id, col(Task.retired).is_(False))
    tasks = tasks.order_by(col(Task.number))
    for task in session.exec(tasks).all():
        for offset in (task.due, task.start):
            if offset and task.pinned:
                moved_offset(offset, -days)  # refuses what is too far
        yield Movable(
            "task",
            task.id,
            task.number,
            task.title_vi,
            task.title_en,
            at=task.due_at,
            next_at=task.due_at if task.pinned else _moment(task.due, event, first_day),
            stays="pinned" if task.pinned else "",
        )


def _moment(offset: str, event: Event, first_day: date) -> datetime:
    try:
        return moment_of(offset, first_day=first_day, time_zone=zone(event))
    except Refusal:
        raise Refusal("moved_too_far") from None


def _items_moved(session: Session, event: Event, first_day: date) -> Iterator[Movable]:
    """A begun session stays, with its segments: when it took place is no longer a plan."""
    latest = newest(ProgrammeMark, ProgrammeMark.item_id, ProgrammeMark.mark)
    begun = set(
        session.exec(
            select(ProgrammeMark.item_id)
            .join(ProgrammeItem, col(ProgrammeItem.id) == ProgrammeMark.item_id)
            .where(ProgrammeItem.event_id == event.id, col(ProgrammeMark.mark) == "started")
            .where(col(ProgrammeMark.id).in_(latest), col(ProgrammeMark.undone).is_(False))
        )
    )
    items = (
        select(ProgrammeItem)
        .where(ProgrammeItem.event_id == event.id)
        .order_by(col(ProgrammeItem.starts_at), col(ProgrammeItem.position))
    )
    for item in session.exec(items).all():
        stays = "begun" if {item.id, item.parent_id} & begun else "pinned" if item.pinned else ""
        yield _movable("item", item, item.starts_at, event, first_day, stays)


def _media_moved(session: Session, event: Event, first_day: date) -> Iterator[Movable]:
    published = and_(
        col(MediaPublication.media_id) == MediaItem.id,
        col(MediaPublication.id).in_(newest(MediaPublication, MediaPublication.media_id)),
        col(MediaPublication.undone).is_(False),
    )
    rows = session.exec(
        select(MediaItem, MediaPublication)
        .outerjoin(MediaPublication, published)
        .where(MediaItem.event_id == event.id)
        .order_by(col(MediaItem.planned_at), col(MediaItem.id))
    )
    for item, publication in rows:
        stays = "published" if publication else "pinned" if item.pinned else ""
        yield _movable("media", item, item.planned_at, event, first_day, stays)


def _movable(
    kind: str,
    record: ProgrammeItem | MediaItem,
    at: datetime,
    event: Event,
    first_day: date,
    stays: str,
) -> Movable:
    days = (first_day - event.first_day).days
    next_at = at if stays else days_later(at, days, time_zone=zone(event))
    return Movable(kind, record.id, None, record.title_vi, record.title_en, at, next_at, stays)


# --- the command ---------------------------------------------------------------------------------


@command("move_event", topic="event", subject="event", fact=EventPlan)
def move_event(ctx: Context, *, first_day: date, last_day: date, seal: str) -> EventPlan:
    """Move the event's days, and everything dated that is not pinned, begun or published.

    The baseline stays. Refuses what `move_of` refuses; `move_changed` where the preview that was
    shown (`seal`) no longer holds; and in a rehearsal `move_skips_steps`, where scenario steps to
    come would lie in the past.
    """
    ctx.require()
    move = move_of(ctx.session, ctx.event, first_day=first_day, last_day=last_day)
    if move.seal != seal:
        raise Refusal("move_changed")
    _require_steps_ahead(ctx, move)
    fact = ctx.record(
        EventPlan(event_id=ctx.event.id, first_day=move.first_day, last_day=move.last_day),
        days=move.days,
        rows=len(move.moving),
        to=first_day.isoformat(),
    )
    event = ctx.session.get_one(Event, ctx.event.id)
    event.first_day, event.last_day = first_day, last_day
    ctx.session.add(event)
    if move.days:  # a move of the last day alone re-dates nothing
        _move_tasks(ctx, move, fact)
        _move_items(ctx, move, fact)
        _move_media(ctx, move, fact)
        ctx.session.flush()
    return fact


def _require_steps_ahead(ctx: Context, move: Move) -> None:
    """A rehearsal's steps follow the event's days.

    A step that becomes due before now would be recorded in the past and change what a past moment
    shows.
    """
    if not ctx.event.rehearsal or move.days >= 0:
        return
    following = next_moment(ctx.session, ctx.event)
    if following and days_later(following, move.days, time_zone=zone(ctx.event)) < ctx.at:
        back = (following - ctx.at).days if following > ctx.at else 0
        raise Refusal("move_skips_steps", day=ctx.event.first_day - timedelta(days=back))


def _move_tasks(ctx: Context, move: Move, fact: EventPlan) -> None:
    """Re-dates tasks, also those that are retired, since they may come back; a pinned one keeps its
    moment, and its offset counts from the new days."""
    tasks = ctx.session.exec(select(Task).where(Task.event_id == ctx.event.id)).all()
    needs = needs_now(ctx.session, ctx.event)
    rows = [
        {
            **task_columns(task, needs.get(task.id, [])),
            "at": fact.at,
            "person_id": fact.person_id,
            "idempotency_key": f"{fact.idempotency_key}-{task.number}",
            "move_id": fact.id,
        }
        for task in tasks
    ]
    if rows:  # by one statement, since a plan may have thousands of tasks
        ctx.session.execute(insert(TaskPlan), rows)
    for task in tasks:
        _move_task(task, ctx.event, move)


def _move_task(task: Task, event: Event, move: Move) -> None:
    task.version += 1
    if task.pinned:
        task.due = moved_offset(task.due, -move.days)
        task.start = moved_offset(task.start, -move.days) if task.start else None
        return
    task.due_at = _moment(task.due, event, move.to_first_day)
    task.start_at = _moment(task.start, event, move.to_first_day) if task.start else None
    task.carried_days += move.days


def _move_items(ctx: Context, move: Move, fact: EventPlan) -> None:
    moving = _ids(move, "item")
    items = ctx.session.exec(select(ProgrammeItem).where(ProgrammeItem.event_id == ctx.event.id))
    moved = [item for item in items if item.id in moving]
    _add_replaced(ctx, fact, [(item.id, item_plan(item, fact.id)) for item in moved])
    for item in moved:
        item.version += 1
        item.starts_at = days_later(item.starts_at, move.days, time_zone=zone(ctx.event))
        item.ends_at = days_later(item.ends_at, move.days, time_zone=zone(ctx.event))


def _move_media(ctx: Context, move: Move, fact: EventPlan) -> None:
    moving = _ids(move, "media")
    items = ctx.session.exec(select(MediaItem).where(MediaItem.event_id == ctx.event.id))
    moved = [item for item in items if item.id in moving]
    _add_replaced(ctx, fact, [(item.id, media_plan(item, fact.id)) for item in moved])
    for item in moved:
        item.planned_at = days_later(item.planned_at, move.days, time_zone=zone(ctx.event))


def _ids(move: Move, kind: str) -> set[int]:
    return {one.id for one in move.moving if one.kind == kind}


def _add_replaced(
    ctx: Context, fact: EventPlan, replaced: Sequence[tuple[int, ItemPlan | MediaPlan]]
) -> None:
    """Adds the facts of one move: its moment and person, keys derived from its own."""
    for number, one in replaced:
        one.at, one.person_id = fact.at, fact.person_id
        one.idempotency_key = f"{fact.idempotency_key}-{number}"
        ctx.session.add(one)
