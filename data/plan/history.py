"""The plan as at a past moment: the current plan with later changes taken back."""

from datetime import date
from typing import Any

from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from models.events.event import Event, View
from models.plan import EventPlan, ItemPlan, MediaPlan, SectionChange, TaskPlan, VenueChange
from models.readiness.tasks import Task, TaskPrerequisite


def event_at(session: Session, event: Event, view: View) -> Event:
    """The event with its days as at the view's moment: itself where those did not change."""
    if not view.past:
        return event
    replaced = session.exec(
        select(EventPlan)
        .where(EventPlan.event_id == event.id, EventPlan.at > view.moment)
        .order_by(col(EventPlan.id))
        .limit(1)
    ).first()
    if replaced is None:
        return event
    if (replaced.first_day, replaced.last_day) == (event.first_day, event.last_day):
        return event
    then = Event(**event.model_dump())
    then.first_day, then.last_day = replaced.first_day, replaced.last_day
    return then


def first_days(session: Session, event: Event) -> tuple[date, date]:
    """The days that the event was loaded with: (first, last)."""
    replaced = session.exec(
        select(EventPlan).where(EventPlan.event_id == event.id).order_by(col(EventPlan.id)).limit(1)
    ).first()
    days = replaced or event
    return days.first_day, days.last_day


def tasks_then(session: Session, event: Event, view: View) -> dict[int, Row[Any]]:
    """Task id to its plan as at the view's moment (columns of `TaskPlan`), where changed since.

    Empty for a view of now.
    """
    return {row.task_id: row for row in _replaced(session, event, view, TaskPlan, "task_id")}


def items_then(session: Session, event: Event, view: View) -> dict[int, Row[Any]]:
    """Item id to the columns of `ItemPlan`, as `tasks_then`."""
    return {row.item_id: row for row in _replaced(session, event, view, ItemPlan, "item_id")}


def venues_then(session: Session, event: Event, view: View) -> dict[int, Row[Any]]:
    """Venue id to the columns of `VenueChange`, as `tasks_then`."""
    return {row.venue_id: row for row in _replaced(session, event, view, VenueChange, "venue_id")}


def sections_then(session: Session, event: Event, view: View) -> dict[int, Row[Any]]:
    """Section id to the columns of `SectionChange`, as `tasks_then`."""
    changes = _replaced(session, event, view, SectionChange, "section_id")
    return {row.section_id: row for row in changes}


def media_then(session: Session, event: Event, view: View) -> dict[int, Row[Any]]:
    """Media id to the columns of `MediaPlan`, as `tasks_then`."""
    return {row.media_id: row for row in _replaced(session, event, view, MediaPlan, "media_id")}


def _replaced(
    session: Session,
    event: Event,
    view: View,
    table: type[TaskPlan | ItemPlan | MediaPlan | SectionChange | VenueChange],
    subject: str,
) -> list[Row[Any]]:
    """The first change of each subject after the moment: it holds the plan of before.

    Columns and not objects: a move of the event changes thousands.
    """
    if not view.past:
        return []
    columns = table.__table__.c
    first = (
        select(func.min(columns.id))
        .where(columns.event_id == event.id, columns.at > view.moment)
        .group_by(columns[subject])
    )
    return list(session.execute(select(*columns).where(columns.id.in_(first))).all())


def needs_now(session: Session, event: Event) -> dict[int, list[int]]:
    """Task id to the ids of its prerequisites, ascending, those of retired tasks too; tasks without
    any are left out."""
    rows = session.exec(
        select(TaskPrerequisite.task_id, TaskPrerequisite.needs_id)
        .join(Task, col(Task.id) == TaskPrerequisite.task_id)
        .where(Task.event_id == event.id)
        .order_by(col(TaskPrerequisite.task_id), col(TaskPrerequisite.needs_id))
    )
    needs: dict[int, list[int]] = {}
    for task_id, needs_id in rows:
        needs.setdefault(task_id, []).append(needs_id)
    return needs
