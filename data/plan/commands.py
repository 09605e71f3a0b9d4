"""The plan: edits of tasks, moving the event, pins; and what was planned at a past moment."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert
from sqlmodel import Session, select

from data.events.current import require_event
from data.events.scenario import next_moment
from data.plan.history import needs_now
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import Event, moment_of, zone
from models.media import MediaItem, MediaPublication
from models.plan import (
    EventPlan,
    ItemPlan,
    MediaPlan,
    Movable,
    Move,
    Planned,
    TaskPlan,
    days_later,
    differing,
    moved_offset,
    require_days,
    require_planned,
    spelled,
)
from models.programme import ProgrammeItem, ProgrammeMark
from models.readiness.prerequisites import require_no_cycle
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.refusals import Refusal
from models.text import both

KEPT = (
    "version",
    "title_vi",
    "title_en",
    "due",
    "due_at",
    "start",
    "start_at",
    "pinned",
    "carried_days",
    "owner",
    "critical",
)


# --- one task --------------------------------------------------------------------------------------------------------


def planned_of(session: Session, task: Task) -> Planned:
    """What a task's row holds, as a form would give it."""
    numbers = select(Task.number).join(TaskPrerequisite, TaskPrerequisite.needs_id == Task.id)
    needs = session.exec(
        numbers.where(TaskPrerequisite.task_id == task.id).order_by(Task.number)
    ).all()
    return Planned(
        title_vi=task.title_vi,
        title_en=task.title_en,
        due=spelled(task.due),
        start=spelled(task.start) if task.start else None,
        pinned=task.pinned,
        owner=task.owner,
        critical=task.critical,
        needs=tuple(needs),
    )


def version_and_plan(session: Session, task_id: int) -> tuple[int, Planned]:
    """What a form that changes a task begins with. Refuses `task_unknown`."""
    task = session.get(Task, task_id)
    if task is None:
        raise Refusal("task_unknown", task=task_id)
    return task.version, planned_of(session, task)


def edit_task(
    session: Session,
    *,
    task_id: int,
    version: int,
    planned: Planned,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Task:
    """Changes a task's plan, given the version that the form was drawn with.

    Refuses `task_moved` where the row has moved since, with `mine` and `theirs` (`Planned`), the row's `version`, and who changed
    it last; `plan_unchanged`; `needs_unknown`, `prerequisite_cycle` in numbers; and what `require_planned` refuses.
    """
    event = require_event(session)
    task = session.get(Task, task_id)
    if task is None or task.event_id != event.id:
        raise Refusal("task_unknown", task=task_id)
    section = session.get(Section, task.section_id)
    require_may(by, "edit_task", section=section.key)
    if session.exec(select(TaskPlan.id).where(TaskPlan.idempotency_key == idempotency_key)).first():
        return task
    mine, theirs = (
        require_planned(planned, first_day=event.first_day, time_zone=zone(event)),
        planned_of(session, task),
    )
    if task.version != version:
        raise Refusal(
            "task_moved",
            number=task.number,
            version=task.version,
            mine=mine,
            theirs=theirs,
            **_last(session, task),
        )
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("plan_unchanged", number=task.number)
    _remember(session, event, [task], by=by, at=now, idempotency_key=idempotency_key)
    if "needs" in fields:
        _put_needs(session, event, task, mine.needs)
    _put(task, mine, event)
    session.add(task)
    what = {"command": "edit_task", "section": section.id, "number": task.number, "fields": fields}
    _note(
        session, event, what, by=by, at=now, topic="readiness", subject="task", subject_id=task.id
    )
    return task


def _last(session: Session, task: Task) -> dict:
    """Who changed a task's plan last, and when."""
    query = (
        select(TaskPlan.at, Person)
        .join(Person, Person.id == TaskPlan.person_id)
        .where(TaskPlan.task_id == task.id)
    )
    last = session.execute(query.order_by(TaskPlan.id.desc()).limit(1)).first()
    return (
        {"at": last[0], "by": both(last[1], "name")}
        if last
        else {"at": None, "by": {"vi": "", "en": ""}}
    )


def _put(task: Task, planned: Planned, event: Event) -> None:
    for name in ("title_vi", "title_en", "due", "start", "pinned", "owner", "critical"):
        setattr(task, name, getattr(planned, name))
    day = {"first_day": event.first_day, "time_zone": zone(event)}
    task.due_at = moment_of(task.due, **day)
    task.start_at = moment_of(task.start, **day) if task.start else None
    task.version += 1


def _put_needs(session: Session, event: Event, task: Task, numbers: tuple[int, ...]) -> None:
    """Refuses `needs_unknown` and `prerequisite_cycle`."""
    ids = dict(session.execute(select(Task.number, Task.id).where(Task.event_id == event.id)).all())
    unknown = [number for number in numbers if number not in ids]
    if unknown:
        raise Refusal("needs_unknown", task=unknown[0])
    numbered = {task_id: number for number, task_id in ids.items()}
    others = {
        numbered[one]: [numbered[other] for other in needed]
        for one, needed in needs_now(session, event).items()
    }
    others.pop(task.number, None)
    require_no_cycle(
        {task.number: list(numbers), **others}
    )  # this task first: the cycle is told from it
    session.execute(delete(TaskPrerequisite).where(TaskPrerequisite.task_id == task.id))
    session.add_all(TaskPrerequisite(task_id=task.id, needs_id=ids[number]) for number in numbers)


# --- moving the event ------------------------------------------------------------------------------------------------


def move_of(session: Session, event: Event, *, first_day: date, last_day: date) -> Move:
    """What moving the event would do, with nothing done: everything dated, tasks first, each with its present moment and its next.

    Refuses `last_day_before_first`, `event_days_same`, `moved_too_far`.
    """
    require_days(first_day, last_day)
    if (first_day, last_day) == (event.first_day, event.last_day):
        raise Refusal("event_days_same", first=first_day, last=last_day)
    what = [*_tasks_moved(session, event, first_day), *_items_moved(session, event, first_day)]
    what += _media_moved(session, event, first_day)
    return Move(event.first_day, event.last_day, first_day, last_day, tuple(what))


def move_event(
    session: Session,
    *,
    first_day: date,
    last_day: date,
    seal: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> EventPlan:
    """Moves the event: its days, and everything dated that is not pinned and has not begun or been published.

    The baseline stays. Refuses what `move_of` refuses; `move_changed` where the preview that
    was shown (`seal`) is not what would happen now; and in a rehearsal `move_skips_steps`, where steps of its scenario that have
    not been performed would come to lie in the past. Those that lie ahead move along.
    """
    require_may(by, "move_event")
    event = require_event(session)
    earlier = session.exec(
        select(EventPlan).where(EventPlan.idempotency_key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    move = move_of(session, event, first_day=first_day, last_day=last_day)
    if move.seal != seal:
        raise Refusal("move_changed")
    _require_steps_ahead(session, event, move, now=now)
    fact = EventPlan(
        event_id=event.id,
        first_day=move.first_day,
        last_day=move.last_day,
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(fact)
    session.flush()
    kept = session.get(Event, event.id)
    kept.first_day, kept.last_day = first_day, last_day
    session.add(kept)
    _carry(session, event, move, by=by, at=now, fact=fact)
    what = {
        "command": "move_event",
        "days": move.days,
        "rows": len(move.moving),
        "to": first_day.isoformat(),
    }
    _note(session, event, what, by=by, at=now, topic="event", subject="event", subject_id=event.id)
    return fact


def _tasks_moved(session: Session, event: Event, first_day: date) -> Iterable[Movable]:
    """A task follows also when it is done: its due time is an offset from the event's day, and its report says when it was done."""
    days = (first_day - event.first_day).days
    for task in session.exec(
        select(Task).where(Task.event_id == event.id).order_by(Task.number)
    ).all():
        for offset in (task.due, task.start):
            if offset and task.pinned:
                moved_offset(offset, -days)  # refuses what would be too far
        becomes = task.due_at if task.pinned else _moment(task.due, event, first_day)
        stays = "pinned" if task.pinned else ""
        yield Movable(
            "task", task.id, task.number, task.title_vi, task.title_en, task.due_at, becomes, stays
        )


def _moment(offset: str, event: Event, first_day: date) -> datetime:
    try:
        return moment_of(offset, first_day=first_day, time_zone=zone(event))
    except Refusal:
        raise Refusal("moved_too_far") from None


def _items_moved(session: Session, event: Event, first_day: date) -> Iterable[Movable]:
    """What has begun stays, and with a session its segments: when it took place is no plan any more."""
    marked = select(ProgrammeMark.item_id).join(
        ProgrammeItem, ProgrammeItem.id == ProgrammeMark.item_id
    )
    begun = set(session.exec(marked.where(ProgrammeItem.event_id == event.id)).all())
    items = select(ProgrammeItem).where(ProgrammeItem.event_id == event.id)
    for item in session.exec(items.order_by(ProgrammeItem.starts_at, ProgrammeItem.position)).all():
        stays = "begun" if {item.id, item.parent_id} & begun else "pinned" if item.pinned else ""
        yield _dated("item", item, item.starts_at, event, first_day, stays)


def _media_moved(session: Session, event: Event, first_day: date) -> Iterable[Movable]:
    rows = session.execute(
        select(MediaItem, MediaPublication.id)
        .outerjoin(MediaPublication, MediaPublication.media_id == MediaItem.id)
        .where(MediaItem.event_id == event.id)
        .order_by(MediaItem.planned_at, MediaItem.id)
    )
    for item, published in rows:
        stays = "published" if published else "pinned" if item.pinned else ""
        yield _dated("media", item, item.planned_at, event, first_day, stays)


def _dated(kind: str, record, was: datetime, event: Event, first_day: date, stays: str) -> Movable:
    becomes = (
        was if stays else days_later(was, (first_day - event.first_day).days, time_zone=zone(event))
    )
    return Movable(kind, record.id, None, record.title_vi, record.title_en, was, becomes, stays)


def _require_steps_ahead(session: Session, event: Event, move: Move, *, now: datetime) -> None:
    """The steps of a rehearsal go by the event's days. One that would have been due before now would be recorded in the past, and
    what a past moment showed would change."""
    following = next_moment(session, event) if event.rehearsal and move.days < 0 else None
    if following and days_later(following, move.days, time_zone=zone(event)) < now:
        back = (following - now).days if following > now else 0
        raise Refusal("move_skips_steps", day=event.first_day - timedelta(days=back))


def _carry(
    session: Session, event: Event, move: Move, *, by: Person, at: datetime, fact: EventPlan
) -> None:
    """Re-dates what moves, and tells what stays by its distance from the new days; a move of the last day alone touches nothing."""
    if not move.days:
        return
    moving = {(one.kind, one.id): one for one in move.moving}
    told = {"by": by, "at": at, "idempotency_key": fact.idempotency_key, "move_id": fact.id}
    tasks = list(session.exec(select(Task).where(Task.event_id == event.id)).all())
    _remember(session, event, tasks, **told)
    for task in tasks:
        _carry_task(task, event, move)
    for table, kind in ((ProgrammeItem, "item"), (MediaItem, "media")):
        records = session.exec(select(table).where(table.event_id == event.id)).all()
        followed = [record for record in records if (kind, record.id) in moving]
        _remember_dated(session, event, followed, **told)
        for record in followed:
            for name in ("starts_at", "ends_at") if kind == "item" else ("planned_at",):
                setattr(
                    record,
                    name,
                    days_later(getattr(record, name), move.days, time_zone=zone(event)),
                )
    session.flush()


def _carry_task(task: Task, event: Event, move: Move) -> None:
    task.version += 1
    if task.pinned:
        task.due = moved_offset(task.due, -move.days)
        task.start = moved_offset(task.start, -move.days) if task.start else None
        return
    task.due_at = _moment(task.due, event, move.to_first_day)
    task.start_at = _moment(task.start, event, move.to_first_day) if task.start else None
    task.carried_days += move.days


# --- pins ------------------------------------------------------------------------------------------------------------


def pin_item(
    session: Session, *, item_id: int, pinned: bool, idempotency_key: str, by: Person, now: datetime
) -> ProgrammeItem:
    """Lets a programme item stay where it is when the event moves, or follow again. Pinning what is pinned changes nothing."""
    about = {"command": "pin_item", "subject": "item"}
    return _pin(
        session,
        ProgrammeItem,
        item_id,
        pinned,
        idempotency_key=idempotency_key,
        by=by,
        now=now,
        **about,
    )


def pin_media(
    session: Session,
    *,
    media_id: int,
    pinned: bool,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> MediaItem:
    """The same for a planned media item."""
    about = {"command": "pin_media", "subject": "media"}
    return _pin(
        session,
        MediaItem,
        media_id,
        pinned,
        idempotency_key=idempotency_key,
        by=by,
        now=now,
        **about,
    )


def _pin(
    session,
    table,
    number: int,
    pinned: bool,
    *,
    command: str,
    subject: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
):
    event = require_event(session)
    require_may(by, command)
    record = session.get(table, number)
    if record is None or record.event_id != event.id:
        raise Refusal(f"{subject}_unknown", **{subject: number})
    if record.pinned != pinned:
        _remember_dated(
            session, event, [record], by=by, at=now, idempotency_key=idempotency_key, move_id=None
        )
        record.pinned = pinned
        session.add(record)
        what = {"command": command, subject: record.id, "pinned": pinned}
        _note(
            session,
            event,
            what,
            by=by,
            at=now,
            topic="event",
            subject=subject,
            subject_id=record.id,
        )
    return record


# --- what was replaced -----------------------------------------------------------------------------------------------


def _remember(
    session: Session,
    event: Event,
    tasks: list[Task],
    *,
    by: Person,
    at: datetime,
    idempotency_key: str,
    move_id: int | None = None,
) -> None:
    """Appends the plans of tasks that are about to be replaced. Those of one move carry its idempotency_key and the task's number."""
    needs = needs_now(session, event)
    rows = [
        {
            **{name: getattr(task, name) for name in KEPT},
            "needs": needs.get(task.id, []),
            **_fact(
                event,
                by=by,
                at=at,
                idempotency_key=f"{idempotency_key}-{task.number}" if move_id else idempotency_key,
                move_id=move_id,
            ),
            "task_id": task.id,
        }
        for task in tasks
    ]
    if rows:
        session.execute(insert(TaskPlan), rows)


def _remember_dated(
    session: Session,
    event: Event,
    records: list,
    *,
    by: Person,
    at: datetime,
    idempotency_key: str,
    move_id: int | None,
) -> None:
    for record in records:
        about = _fact(
            event,
            by=by,
            at=at,
            idempotency_key=f"{idempotency_key}-{record.id}" if move_id else idempotency_key,
            move_id=move_id,
        )
        if isinstance(record, ProgrammeItem):
            fact = ItemPlan(
                item_id=record.id,
                starts_at=record.starts_at,
                ends_at=record.ends_at,
                pinned=record.pinned,
                **about,
            )
        else:
            fact = MediaPlan(
                media_id=record.id, planned_at=record.planned_at, pinned=record.pinned, **about
            )
        session.add(fact)


def _fact(
    event: Event, *, by: Person, at: datetime, idempotency_key: str, move_id: int | None
) -> dict:
    return {
        "event_id": event.id,
        "at": at,
        "person_id": by.id,
        "idempotency_key": idempotency_key,
        "move_id": move_id,
    }


def _note(session: Session, event: Event, what: dict, *, by: Person, at: datetime, **about) -> None:
    changes.note(session, event_id=event.id, at=at, by=by, what=what, **about)
