"""Done against plan as at a moment, from the reports and the changes of the plan."""

from datetime import datetime, time, timedelta

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, select

from data.plan.history import event_at
from data.readiness.tasks import tasks_at
from models.events.event import Event, View, zone
from models.plan import TaskPlan
from models.readiness.burn_up import BurnUp, Work, burn_up
from models.readiness.tasks import Status, Task, TaskReport, TaskSnapshot

AFTER = timedelta(
    days=3
)  # how far past the event's last day the expected course is drawn at the least


def burn_up_at(session: Session, event: Event, view: View) -> BurnUp:
    """The burn-up as at the view's moment, by the plan of that moment."""
    then = event_at(session, event, view)
    done, changed = _done_since(session, event, view.moment), _due_moments(session, event)
    works = [
        _work(task, done.get(task.id), changed.get(task.id, []))
        for task in tasks_at(session, event, view)
    ]
    begins, ends = (
        datetime.combine(day, time(), tzinfo=zone(event)) for day in (then.first_day, then.last_day)
    )
    return burn_up(works, begins_at=begins, until=ends + AFTER, now=view.moment)


def _work(
    task: TaskSnapshot, done_at: datetime | None, changed: list[tuple[datetime, datetime]]
) -> Work:
    if task.status is not Status.DONE or done_at is None:
        return Work(task.due_at, task.baseline_due_at)
    due_then = next((due_at for at, due_at in changed if at > done_at), task.due_at)
    return Work(task.due_at, task.baseline_due_at, done_at, done_at - due_then)


def _done_since(session: Session, event: Event, moment: datetime) -> dict[int, datetime]:
    """Since when each task that was ever done is: the first "done" after the last report of anything else."""
    other, done = aliased(TaskReport), aliased(TaskReport)
    last_other = (
        select(other.at)
        .where(other.task_id == Task.id, other.at <= moment, other.status != Status.DONE.value)
        .order_by(other.at.desc(), other.id.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    first_done = (
        select(done.at)
        .where(done.task_id == Task.id, done.at <= moment, done.status == Status.DONE.value)
        .where(or_(last_other.is_(None), done.at >= last_other))
        .order_by(done.at, done.id)
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    rows = session.execute(select(Task.id, first_done).where(Task.event_id == event.id))
    return {task_id: at for task_id, at in rows if at}


def _due_moments(session: Session, event: Event) -> dict[int, list[tuple[datetime, datetime]]]:
    """By task: (until when it counted, due moment), oldest first."""
    rows = session.execute(
        select(TaskPlan.task_id, TaskPlan.at, TaskPlan.due_at)
        .where(TaskPlan.event_id == event.id)
        .order_by(TaskPlan.id)
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for task_id, at, due_at in rows:
        found.setdefault(task_id, []).append((at, due_at))
    return found
