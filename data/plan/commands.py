"""Commands on the plan: a task is added, changed, retired and restored, and pins; `data.plan.move`
moves the event."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func
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
    require_task_reason,
    task_phase,
)
from models.programme import ProgrammeItem
from models.readiness.prerequisites import require_no_cycle
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.refusals import Refusal
from models.text import both, following_vietnamese

PLANNED_NAMES = (
    "title_vi",
    "title_en",
    "due",
    "start",
    "pinned",
    "owner",
    "critical",
    "section_id",
)

# --- one task ------------------------------------------------------------------------------------


def planned_of(session: Session, task: Task) -> Planned:
    """The plan in a task's row, as a form gives it; what is retired is not among what it needs."""
    numbers = session.exec(
        select(Task.number)
        .join(TaskPrerequisite, col(TaskPrerequisite.needs_id) == Task.id)
        .where(TaskPrerequisite.task_id == task.id, col(Task.retired).is_(False))
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
        section_id=task.section_id,
    )


def version_and_plan(session: Session, task_id: int) -> tuple[int, Planned]:
    """The initial values of a form that edits a task. Refuses `task_unknown`."""
    task = session.get(Task, task_id)
    if task is None:
        raise Refusal("task_unknown", task=task_id)
    return task.version, planned_of(session, task)


@dataclass(frozen=True)
class Retired:
    """A task that was taken from the plan: since when, and why."""

    id: int
    number: int
    version: int
    title_vi: str
    title_en: str
    at: datetime
    reason: str


def retired_tasks(session: Session, event: Event) -> list[Retired]:
    """The tasks that are retired now, by number."""
    newest = (
        select(func.max(TaskPlan.id))
        .where(TaskPlan.event_id == event.id, col(TaskPlan.retired).is_(False))
        .group_by(col(TaskPlan.task_id))
    )
    rows = session.exec(
        select(Task, TaskPlan)
        .join(TaskPlan, col(TaskPlan.task_id) == col(Task.id))
        .where(Task.event_id == event.id, col(Task.retired).is_(True), col(TaskPlan.id).in_(newest))
        .order_by(col(Task.number))
    )
    return [
        Retired(
            task.id,
            task.number,
            task.version,
            task.title_vi,
            task.title_en,
            fact.at,
            fact.reason,
        )
        for task, fact in rows
    ]


def _task_before(session: Session, key: str) -> Task | None:
    return session.exec(
        select(Task)
        .join(TaskPlan, col(TaskPlan.task_id) == Task.id)
        .where(TaskPlan.idempotency_key == key)
    ).first()


@command("edit_task", topic="readiness", subject="task", replay=_task_before)
def edit_task(ctx: Context, *, task_id: int, version: int, planned: Planned) -> Task:
    """Change a task's plan, also its section, given the version that the form was drawn with.

    What was reported of it goes with it, and what its section confirmed stays that section's.
    Refuses `task_unknown`; `task_moved` where the row has changed since, with `mine` and `theirs`
    (`Planned`), the row's `version`, and who changed it last; `task_retired`; `plan_unchanged`;
    `section_unknown`; `needs_unknown` and `prerequisite_cycle` (in task numbers); and what
    `require_planned` refuses.
    """
    task = _require_task(ctx, task_id)
    theirs = planned_of(ctx.session, task)
    own = replace(planned, section_id=planned.section_id or task.section_id)
    mine = following_vietnamese(_require_planned(ctx, own), theirs)
    _require_version(ctx, task, version, mine, theirs)
    if task.retired:
        raise Refusal("task_retired", number=task.number)
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("plan_unchanged", number=task.number)
    needs = needs_now(ctx.session, ctx.event)
    replaced = TaskPlan(**task_columns(task, needs.get(task.id, [])))
    ctx.record(replaced, section=task.section_id, number=task.number, fields=fields)
    if "needs" in fields:
        _replace_needs(ctx.session, task, mine.needs, needs)
    _apply(task, mine, ctx.event)
    ctx.session.add(task)
    return task


@command("add_task", topic="readiness", subject="task", permission="edit_task", replay=_task_before)
def add_task(ctx: Context, *, planned: Planned) -> Task:
    """Add a task with the next number; its baseline is the plan that it is added with.

    Refuses `section_unknown`, `needs_unknown`, and what `require_planned` does.
    """
    ctx.require()
    mine = _require_planned(ctx, planned)
    task = _new_task(ctx, mine)
    ctx.session.add(task)
    ctx.session.flush()
    _replace_needs(ctx.session, task, mine.needs, needs_now(ctx.session, ctx.event))
    record_added(ctx, task)
    return task


def record_added(ctx: Context, task: Task) -> None:
    """Record the fact that a task came to a plan that was there before."""
    added = TaskPlan(**task_columns(task, []), added=True)
    ctx.record(added, section=task.section_id, number=task.number, name=both(task, "title"))


def _new_task(ctx: Context, planned: Planned) -> Task:
    event = ctx.event
    last = ctx.session.exec(select(func.max(Task.number)).where(Task.event_id == event.id)).one()
    due_at, start_at = _moments(planned, event)
    return Task(
        event_id=event.id,
        section_id=planned.section_id or 0,
        number=(last or 0) + 1,
        title_vi=planned.title_vi,
        title_en=planned.title_en,
        phase=task_phase(
            due_at, first_day=event.first_day, last_day=event.last_day, time_zone=zone(event)
        ),
        due=planned.due,
        due_at=due_at,
        start=planned.start,
        start_at=start_at,
        baseline_due=planned.due,
        baseline_due_at=due_at,
        baseline_start=planned.start,
        baseline_start_at=start_at,
        pinned=planned.pinned,
        owner=planned.owner,
        critical=planned.critical,
        illustrative=False,
        added_at=ctx.at,
    )


def _moments(planned: Planned, event: Event) -> tuple[datetime, datetime | None]:
    """When a plan is due, and when it starts (None where that is unknown)."""
    day, time_zone = event.first_day, zone(event)
    start = planned.start
    return (
        moment_of(planned.due, first_day=day, time_zone=time_zone),
        moment_of(start, first_day=day, time_zone=time_zone) if start else None,
    )


@command(
    "retire_task", topic="readiness", subject="task", permission="edit_task", replay=_task_before
)
def retire_task(ctx: Context, *, task_id: int, version: int, reason: str) -> Task:
    """Take a task from the plan: it counts nowhere any more, and no other one waits for it.

    What was reported of it stays, and past moments show it. Refuses `task_unknown`, `task_moved`,
    `task_retired`, and what `require_task_reason` does.
    """
    task = _require_task(ctx, task_id)
    written = require_task_reason(reason)
    theirs = planned_of(ctx.session, task)
    _require_version(ctx, task, version, theirs, theirs)
    if task.retired:
        raise Refusal("task_retired", number=task.number)
    return _set_retired(ctx, task, True, reason=written)


@command(
    "restore_task", topic="readiness", subject="task", permission="edit_task", replay=_task_before
)
def restore_task(ctx: Context, *, task_id: int, version: int) -> Task:
    """Take a retirement back: the task has its plan, its prerequisites and its reports again.

    Refuses `task_unknown`, `task_moved`, `task_not_retired`, and `task_section_retired` where its
    section is there no more.
    """
    task = _require_task(ctx, task_id)
    theirs = planned_of(ctx.session, task)
    _require_version(ctx, task, version, theirs, theirs)
    if not task.retired:
        raise Refusal("task_not_retired", number=task.number)
    section = ctx.session.get_one(Section, task.section_id)
    if section.retired:
        raise Refusal("task_section_retired", number=task.number, section=both(section, "name"))
    return _set_retired(ctx, task, False)


def _set_retired(ctx: Context, task: Task, retired: bool, *, reason: str = "") -> Task:
    needs = needs_now(ctx.session, ctx.event).get(task.id, [])
    ctx.record(
        TaskPlan(**task_columns(task, needs), reason=reason),
        section=task.section_id,
        number=task.number,
        name=both(task, "title"),
        text=reason,
    )
    task.retired, task.version = retired, task.version + 1
    ctx.session.add(task)
    return task


def _require_task(ctx: Context, task_id: int) -> Task:
    """A task of the event whose plan the person may change. Refuses `task_unknown`."""
    task = ctx.session.get(Task, task_id)
    if task is None or task.event_id != ctx.event.id:
        raise Refusal("task_unknown", task=task_id)
    ctx.require(section=ctx.session.get_one(Section, task.section_id).key)
    return task


def require_section(ctx: Context, section_id: int | None) -> Section:
    """A section of the current event that is not retired. Refuses `section_unknown`."""
    section = ctx.session.get(Section, section_id) if section_id else None
    if section is None or section.event_id != ctx.event.id or section.retired:
        raise Refusal("section_unknown", section=section_id or 0)
    return section


def _require_planned(ctx: Context, planned: Planned) -> Planned:
    """Refuses `section_unknown`, and what the rules of a plan do."""
    require_section(ctx, planned.section_id)
    return require_planned(planned, first_day=ctx.event.first_day, time_zone=zone(ctx.event))


def _require_version(
    ctx: Context, task: Task, version: int, mine: Planned, theirs: Planned
) -> None:
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


def _apply(task: Task, planned: Planned, event: Event) -> None:
    for name in PLANNED_NAMES:
        setattr(task, name, getattr(planned, name))
    task.due_at, task.start_at = _moments(planned, event)
    task.version += 1


def _replace_needs(
    session: Session, task: Task, numbers: tuple[int, ...], needs: dict[int, list[int]]
) -> None:
    """Refuses `needs_unknown` and `prerequisite_cycle`. What it needs of the retired ones stays:
    they may come back."""
    tasks = session.exec(
        select(Task.number, Task.id, Task.retired).where(Task.event_id == task.event_id)
    ).all()
    ids = {number: task_id for number, task_id, retired in tasks if not retired}
    unknown = [number for number in numbers if number not in ids]
    if unknown:
        raise Refusal("needs_unknown", task=unknown[0])
    numbered = {task_id: number for number, task_id, _ in tasks}
    others = {numbered[one]: [*map(numbered.__getitem__, needed)] for one, needed in needs.items()}
    others.pop(task.number, None)
    # This task first: the refusal names the cycle from it.
    require_no_cycle({task.number: list(numbers), **others})
    session.execute(
        delete(TaskPrerequisite).where(
            col(TaskPrerequisite.task_id) == task.id,
            col(TaskPrerequisite.needs_id).in_(ids.values()),
        )
    )
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
