"""Commands on the plan: edits of a task, and pins; `data.plan.move` moves the event."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.plan.history import needs_now
from data.plan.replaced import item_plan, media_plan, task_columns
from models.events.event import Event, moment_of, zone
from models.media import MediaItem
from models.plan import (
    ItemPlan,
    MediaPlan,
    Planned,
    TaskPlan,
    canonical_offset,
    differing,
    require_planned,
)
from models.programme import ProgrammeItem
from models.readiness.prerequisites import require_no_cycle
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.refusals import Refusal

# --- one task ------------------------------------------------------------------------------------


def planned_of(session: Session, task: Task) -> Planned:
    """The plan in a task's row, as a form gives it."""
    numbers = session.exec(
        select(Task.number)
        .join(TaskPrerequisite, col(TaskPrerequisite.needs_id) == Task.id)
        .where(TaskPrerequisite.task_id == task.id)
        .order_by(col(Task.number))
    )
    return Planned(
        title_vi=task.title_vi,
        title_en=task.title_en,
        due=canonical_offset(task.due),
        start=canonical_offset(task.start) if task.start else None,
        pinned=task.pinned,
        owner=task.owner,
        critical=task.critical,
        needs=tuple(numbers),
    )


def version_and_plan(session: Session, task_id: int) -> tuple[int, Planned]:
    """The initial values of a form that edits a task. Refuses `task_unknown`."""
    task = session.get(Task, task_id)
    if task is None:
        raise Refusal("task_unknown", task=task_id)
    return task.version, planned_of(session, task)


def _edited_task(session: Session, key: str) -> Task | None:
    return session.exec(
        select(Task)
        .join(TaskPlan, col(TaskPlan.task_id) == Task.id)
        .where(TaskPlan.idempotency_key == key)
    ).first()


@command("edit_task", topic="readiness", subject="task", replay=_edited_task)
def edit_task(ctx: Context, *, task_id: int, version: int, planned: Planned) -> Task:
    """Change a task's plan, given the version that the form was drawn with.

    Refuses `task_unknown`; `task_moved` where the row has changed since, with `mine` and `theirs`
    (`Planned`), the row's `version`, and who changed it last; `plan_unchanged`; `needs_unknown`
    and `prerequisite_cycle` (in task numbers); and what `require_planned` refuses.
    """
    task = ctx.session.get(Task, task_id)
    if task is None or task.event_id != ctx.event.id:
        raise Refusal("task_unknown", task=task_id)
    section = ctx.session.get_one(Section, task.section_id)
    ctx.require(section=section.key)
    mine = require_planned(planned, first_day=ctx.event.first_day, time_zone=zone(ctx.event))
    theirs = planned_of(ctx.session, task)
    if task.version != version:
        raise overtaken(
            ctx.session,
            "task_moved",
            TaskPlan,
            col(TaskPlan.task_id) == task.id,
            number=task.number,
            version=task.version,
            mine=mine,
            theirs=theirs,
        )
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("plan_unchanged", number=task.number)
    needs = needs_now(ctx.session, ctx.event)
    replaced = TaskPlan(**task_columns(task, needs.get(task.id, [])))
    ctx.record(replaced, section=section.id, number=task.number, fields=fields)
    if "needs" in fields:
        _replace_needs(ctx.session, task, mine.needs, needs)
    _apply(task, mine, ctx.event)
    ctx.session.add(task)
    return task


def _apply(task: Task, planned: Planned, event: Event) -> None:
    for name in ("title_vi", "title_en", "due", "start", "pinned", "owner", "critical"):
        setattr(task, name, getattr(planned, name))
    first_day, time_zone = event.first_day, zone(event)
    task.due_at = moment_of(task.due, first_day=first_day, time_zone=time_zone)
    task.start_at = (
        moment_of(task.start, first_day=first_day, time_zone=time_zone) if task.start else None
    )
    task.version += 1


def _replace_needs(
    session: Session, task: Task, numbers: tuple[int, ...], needs: dict[int, list[int]]
) -> None:
    """Refuses `needs_unknown` and `prerequisite_cycle`."""
    tasks = session.exec(select(Task.number, Task.id).where(Task.event_id == task.event_id))
    ids = dict(tasks.all())
    unknown = [number for number in numbers if number not in ids]
    if unknown:
        raise Refusal("needs_unknown", task=unknown[0])
    numbered = {task_id: number for number, task_id in ids.items()}
    others = {numbered[one]: [*map(numbered.__getitem__, needed)] for one, needed in needs.items()}
    others.pop(task.number, None)
    # This task first: the refusal names the cycle from it.
    require_no_cycle({task.number: list(numbers), **others})
    session.execute(delete(TaskPrerequisite).where(col(TaskPrerequisite.task_id) == task.id))
    session.add_all(TaskPrerequisite(task_id=task.id, needs_id=ids[number]) for number in numbers)


# --- pins ----------------------------------------------------------------------------------------


def _pinned_item(session: Session, key: str) -> ProgrammeItem | None:
    return session.exec(
        select(ProgrammeItem)
        .join(ItemPlan, col(ItemPlan.item_id) == ProgrammeItem.id)
        .where(ItemPlan.idempotency_key == key)
    ).first()


@command("pin_item", topic="event", subject="item", replay=_pinned_item)
def pin_item(ctx: Context, *, item_id: int, pinned: bool) -> ProgrammeItem:
    """Pin a programme item to its time when the event moves, or unpin it.

    An item that is so already stays as it is, without a fact. Refuses `item_unknown`.
    """
    ctx.require()
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    if item.pinned != pinned:
        ctx.record(item_plan(item), item=item.id, pinned=pinned)
        item.pinned, item.version = pinned, item.version + 1
        ctx.session.add(item)
    return item


def _pinned_media(session: Session, key: str) -> MediaItem | None:
    return session.exec(
        select(MediaItem)
        .join(MediaPlan, col(MediaPlan.media_id) == MediaItem.id)
        .where(MediaPlan.idempotency_key == key)
    ).first()


@command("pin_media", topic="event", subject="media", replay=_pinned_media)
def pin_media(ctx: Context, *, media_id: int, pinned: bool) -> MediaItem:
    """Pin a planned media item, as `pin_item`. Refuses `media_unknown`."""
    ctx.require()
    item = ctx.session.get(MediaItem, media_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("media_unknown", media=media_id)
    if item.pinned != pinned:
        ctx.record(media_plan(item), media=item.id, pinned=pinned)
        item.pinned = pinned
        ctx.session.add(item)
    return item
