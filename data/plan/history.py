"""What was planned at a past moment: the current plan with what was changed since taken back."""

from sqlalchemy import Row, func
from sqlmodel import Session, select

from models.events.event import Event, View
from models.plan import EventPlan, ItemPlan, MediaPlan, TaskPlan
from models.readiness.tasks import Task, TaskPrerequisite


def event_at(session: Session, event: Event, view: View) -> Event:
    """The event with the days that it had at the view's moment; itself where they are the same, detached where not."""
    if not view.past:
        return event
    query = select(EventPlan.first_day, EventPlan.last_day).where(
        EventPlan.event_id == event.id, EventPlan.at > view.moment
    )
    days = session.execute(query.order_by(EventPlan.id).limit(1)).first()
    if days is None or tuple(days) == (event.first_day, event.last_day):
        return event
    then = Event(**event.model_dump())
    then.first_day, then.last_day = days
    return then


def first_days(session: Session, event: Event) -> tuple:
    """The days that the event was loaded with: (first, last)."""
    query = select(EventPlan.first_day, EventPlan.last_day).where(EventPlan.event_id == event.id)
    days = session.execute(query.order_by(EventPlan.id).limit(1)).first()
    return tuple(days) if days else (event.first_day, event.last_day)


def tasks_then(session: Session, event: Event, view: View) -> dict[int, Row]:
    """By task id: the plan as at the view's moment (the columns of `TaskPlan`), of the tasks whose plan was changed after it; none
    for a view of now."""
    return _replaced(session, event, view, TaskPlan, TaskPlan.task_id)


def items_then(session: Session, event: Event, view: View) -> dict[int, Row]:
    """By item id, as `tasks_then`, the columns of `ItemPlan`."""
    return _replaced(session, event, view, ItemPlan, ItemPlan.item_id)


def media_then(session: Session, event: Event, view: View) -> dict[int, Row]:
    """By media id, as `tasks_then`, the columns of `MediaPlan`."""
    return _replaced(session, event, view, MediaPlan, MediaPlan.media_id)


def _replaced(session: Session, event: Event, view: View, table: type, about) -> dict[int, Row]:
    if not view.past:
        return {}
    # The first change after the moment tells what was there before. Columns and not objects: a move of the event changes thousands.
    first = (
        select(func.min(table.id))
        .where(table.event_id == event.id, table.at > view.moment)
        .group_by(about)
    )
    rows = session.execute(select(*table.__table__.c).where(table.id.in_(first)))
    return {getattr(row, about.key): row for row in rows}


def needs_now(session: Session, event: Event) -> dict[int, list[int]]:
    """Task id to the ids of the tasks it needs, ascending; tasks that need none are left out."""
    rows = session.execute(
        select(TaskPrerequisite.task_id, TaskPrerequisite.needs_id)
        .join(Task, Task.id == TaskPrerequisite.task_id)
        .where(Task.event_id == event.id)
        .order_by(TaskPrerequisite.task_id, TaskPrerequisite.needs_id)
    )
    needs: dict[int, list[int]] = {}
    for task_id, needs_id in rows:
        needs.setdefault(task_id, []).append(needs_id)
    return needs
