"""Done against plan as at a moment, from the reports and the changes of the plan."""

from datetime import datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from data.plan.history import event_at
from data.readiness.tasks import tasks_at
from models.events.event import Event, View, zone
from models.plan import TaskPlan
from models.readiness.burn_up import BurnUp, Work, burn_up
from models.readiness.tasks import Status, Task, TaskReport, TaskSnapshot

AFTER = timedelta(days=3)  # how far past the event's last day the course is drawn, at least


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
    planned = (task.due_at, task.baseline_due_at or task.due_at)
    if task.status is not Status.DONE or done_at is None:
        return Work(*planned)
    due_then = next((due_at for at, due_at in changed if at > done_at), task.due_at)
    return Work(*planned, done_at, done_at - due_then)


def _done_since(session: Session, event: Event, moment: datetime) -> dict[int, datetime]:
    """Since when each task that was ever done is done, by task id.

    That is the first "done" after the last report of anything else.
    """
    other, done = aliased(TaskReport), aliased(TaskReport)
    last_other = (
        select(col(other.at))
        .where(
            col(other.task_id) == col(Task.id),
            col(other.at) <= moment,
            col(other.status) != Status.DONE.value,
        )
        .order_by(col(other.at).desc(), col(other.id).desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    first_done = (
        select(col(done.at))
        .where(
            col(done.task_id) == col(Task.id),
            col(done.at) <= moment,
            col(done.status) == Status.DONE.value,
        )
        .where(or_(last_other.is_(None), col(done.at) >= last_other))
        .order_by(col(done.at), col(done.id))
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    rows = session.execute(select(col(Task.id), first_done).where(col(Task.event_id) == event.id))
    return {task_id: at for task_id, at in rows if at}


def _due_moments(session: Session, event: Event) -> dict[int, list[tuple[datetime, datetime]]]:
    """By task: (until when it counted, due moment), oldest first."""
    rows = session.execute(
        select(col(TaskPlan.task_id), col(TaskPlan.at), col(TaskPlan.due_at))
        .where(col(TaskPlan.event_id) == event.id)
        .order_by(col(TaskPlan.id))
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for task_id, at, due_at in rows:
        found.setdefault(task_id, []).append((at, due_at))
    return found
