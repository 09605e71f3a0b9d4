"""Photographs of reports: written with the report, listed without their bytes, and the bytes one
by one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from data.commands import Context, command
from data.readiness.tasks import report_status
from models.events.event import Event, View
from models.readiness.photographs import Photograph, PhotographBytes, Picture, require_few
from models.readiness.tasks import Task, TaskReport
from models.storage import UtcTime

SIZES = {"thumbnail": col(PhotographBytes.thumbnail), "picture": col(PhotographBytes.picture)}


@dataclass(frozen=True)
class PhotographShown:
    """A photograph without its bytes; `at` is when its report was made."""

    id: int
    task_id: int
    width: int
    height: int
    at: datetime


# Built once: every change of a section's page asks.
_CARRYING = (
    select(col(TaskReport.task_id), func.max(col(TaskReport.id)).label("report_id"))
    .join(Photograph, col(Photograph.report_id) == col(TaskReport.id))
    .join(Task, col(Task.id) == col(TaskReport.task_id))
    .where(
        col(Task.event_id) == bindparam("event"),
        col(TaskReport.at) <= bindparam("moment", type_=UtcTime),
    )
    .group_by(col(TaskReport.task_id))
    .subquery()
)
_CARRIED = (
    select(
        col(Photograph.id),
        _CARRYING.c.task_id,
        col(Photograph.width),
        col(Photograph.height),
        col(Photograph.at),
    )
    .join(_CARRYING, _CARRYING.c.report_id == col(Photograph.report_id))
    .order_by(col(Photograph.report_id), col(Photograph.place))
)


def photographs_at(
    session: Session, event: Event, view: View
) -> dict[int, tuple[PhotographShown, ...]]:
    """Task id to the photographs of its newest report that carries any, as at the view's moment."""
    asked = {"event": event.id, "moment": view.moment}
    rows = session.connection().execute(_CARRIED, asked)
    found: dict[int, tuple[PhotographShown, ...]] = {}
    for row in rows:
        found[row.task_id] = (*found.get(row.task_id, ()), PhotographShown(*row))
    return found


def photograph_bytes(session: Session, event: Event, photograph_id: int, size: str) -> bytes | None:
    """One photograph of an event as JPEG, `thumbnail` or `picture`; None where there is none, or
    it was erased.
    """
    query = (
        select(SIZES[size])
        .join(Photograph, col(Photograph.id) == col(PhotographBytes.photograph_id))
        .join(TaskReport, col(TaskReport.id) == col(Photograph.report_id))
        .join(Task, col(Task.id) == col(TaskReport.task_id))
        .where(col(Photograph.id) == photograph_id, col(Task.event_id) == event.id)
    )
    return session.scalars(query).first() or None


@command("report_status", topic="readiness", subject="task", fact=TaskReport)
def report_with_photographs(
    ctx: Context,
    *,
    task_id: int,
    status: str,
    note: str,
    photographs: list[Picture],
    seen: int | None = None,
) -> TaskReport:
    """Record a task's status as `report_status` does, with its photographs.

    Refuses what `report_status` refuses, and `photographs_too_many`.
    """
    report = report_status(ctx, task_id=task_id, status=status, note=note, seen=seen)
    require_few(len(photographs))
    for place, picture in enumerate(photographs):
        photograph = Photograph(
            report_id=report.id,
            place=place,
            width=picture.width,
            height=picture.height,
            at=report.at,
        )
        ctx.session.add(photograph)
        ctx.session.flush()
        ctx.session.add(
            PhotographBytes(
                photograph_id=photograph.id, thumbnail=picture.thumbnail, picture=picture.picture
            )
        )
    return report
