"""Photographs of reports: written with the report, told without their bytes, and the bytes one by one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.readiness.tasks import report_status
from models.access.people import Person
from models.events.event import Event, View
from models.readiness.photographs import Photograph, PhotographBytes, Picture, require_few
from models.readiness.tasks import Task, TaskReport

SIZES = {"thumbnail": PhotographBytes.thumbnail, "picture": PhotographBytes.picture}


@dataclass(frozen=True)
class PhotographShown:
    """A photograph without its bytes; `at` is when its report was made."""

    id: int
    task_id: int
    width: int
    height: int
    at: datetime


def photographs_at(
    session: Session, event: Event, view: View
) -> dict[int, tuple[PhotographShown, ...]]:
    """Task id to the photographs of its newest report that carries any, as at the view's moment."""
    carrying = (
        select(TaskReport.task_id, func.max(TaskReport.id).label("report_id"))
        .join(Photograph, Photograph.report_id == TaskReport.id)
        .join(Task, Task.id == TaskReport.task_id)
        .where(Task.event_id == event.id, TaskReport.at <= view.moment)
        .group_by(TaskReport.task_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Photograph.id, carrying.c.task_id, Photograph.width, Photograph.height, Photograph.at
        )
        .join(carrying, carrying.c.report_id == Photograph.report_id)
        .order_by(Photograph.report_id, Photograph.place)
    )
    found: dict[int, tuple[PhotographShown, ...]] = {}
    for row in rows:
        found[row.task_id] = (*found.get(row.task_id, ()), PhotographShown(*row))
    return found


def photograph_bytes(session: Session, event: Event, photograph_id: int, size: str) -> bytes | None:
    """One photograph of an event as JPEG, `thumbnail` or `picture`; None where there is none, or it was erased."""
    query = (
        select(SIZES[size])
        .join(Photograph, Photograph.id == PhotographBytes.photograph_id)
        .join(TaskReport, TaskReport.id == Photograph.report_id)
        .join(Task, Task.id == TaskReport.task_id)
        .where(Photograph.id == photograph_id, Task.event_id == event.id)
    )
    return session.exec(query).first() or None


def report_with_photographs(
    session: Session,
    *,
    task_id: int,
    status: str,
    note: str,
    photographs: list[Picture],
    nonce: str,
    by: Person,
    now: datetime,
    seen: int | None = None,
) -> TaskReport:
    """Declares a task's status as `report_status` does, with its photographs. Refuses what that refuses, and more than a few."""
    report = report_status(
        session, task_id=task_id, status=status, note=note, nonce=nonce, by=by, now=now, seen=seen
    )
    require_few(len(photographs))
    if session.exec(select(Photograph.id).where(Photograph.report_id == report.id)).first():
        return report  # the same tap again
    for place, one in enumerate(photographs):
        kept = Photograph(
            report_id=report.id, place=place, width=one.width, height=one.height, at=report.at
        )
        session.add(kept)
        session.flush()
        session.add(
            PhotographBytes(photograph_id=kept.id, thumbnail=one.thumbnail, picture=one.picture)
        )
    return report
