"""What was planned at a past moment: the current plan with what was changed since taken back."""

from collections.abc import Callable

from sqlmodel import Session, select

from models.event import Event, View
from models.plan import EventPlan, ItemPlan, MediaPlan, TaskPlan
from models.readiness import Task, TaskPrerequisite


def event_at(session: Session, event: Event, view: View) -> Event:
    """The event with the days that it had at the view's moment; itself where they are the same, detached where not."""
    if not view.past:
        return event
    query = select(EventPlan.first_day, EventPlan.last_day).where(EventPlan.event_id == event.id, EventPlan.at > view.moment)
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


def tasks_then(session: Session, event: Event, view: View) -> dict[int, TaskPlan]:
    """By task id: the plan as at the view's moment, of the tasks whose plan was changed after it; none for a view of now."""
    return _replaced(session, event, view, TaskPlan, lambda row: row.task_id)


def items_then(session: Session, event: Event, view: View) -> dict[int, ItemPlan]:
    """By item id, as `tasks_then`."""
    return _replaced(session, event, view, ItemPlan, lambda row: row.item_id)


def media_then(session: Session, event: Event, view: View) -> dict[int, MediaPlan]:
    """By media id, as `tasks_then`."""
    return _replaced(session, event, view, MediaPlan, lambda row: row.media_id)


def _replaced(session: Session, event: Event, view: View, table, about: Callable) -> dict:
    if not view.past:
        return {}
    rows = session.exec(select(table).where(table.event_id == event.id, table.at > view.moment).order_by(table.id))
    found: dict = {}
    for row in rows:
        found.setdefault(about(row), row)  # the first change after the moment tells what was there before
    return found


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
