"""Sections and tasks: what was reported, and the tasks now or at a past moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from data.commands import Context, command
from data.plan.commands import require_section
from data.plan.history import needs_now, tasks_then
from models.access.people import Person
from models.events.event import Event, View
from models.readiness.tasks import (
    CADENCES,
    Section,
    SectionReport,
    SectionState,
    Status,
    Task,
    TaskPrerequisite,
    TaskReport,
    TaskSnapshot,
    TaskState,
    is_overdue,
    require_headline,
    require_status_with_note,
    task_level,
    task_snapshot,
)
from models.refusals import Refusal
from models.storage import UtcTime
from models.text import both

TaskRow = Row[*tuple[Any, ...]]
OWN_CADENCE = tuple(dict.fromkeys(CADENCES.values()))

# --- reads ---------------------------------------------------------------------------------------


def tasks_at(
    session: Session, event: Event, view: View, changed: dict[int, TaskRow] | None = None
) -> list[TaskSnapshot]:
    """Every task as at the view's moment, by number, with the plan of that moment; those that were
    retired by then, or not yet added, are left out.

    `changed`: what `tasks_then` answers, where it is at hand.
    """
    then = tasks_then(session, event, view) if changed is None else changed
    return [
        snapshot_of(row, then.get(row.id), now=view.moment)
        for row in task_rows(session, event, view)
        if not view.past or _was_planned(row, then.get(row.id), view.moment)
    ]


def _was_planned(row: TaskRow, planned: TaskRow | None, moment: datetime) -> bool:
    """Whether a task was in the plan at a past moment: it was added by then, and not retired."""
    retired = row.retired if planned is None else planned.retired
    return not retired and (row.added_at is None or row.added_at <= moment)


# Columns and not objects, since a plan may have thousands of tasks.
_OWN = (
    Task.id,
    Task.number,
    Task.section_id,
    Task.baseline_due_at,
    *(getattr(Task, name) for name in OWN_CADENCE),
    Task.retired,
    Task.added_at,
)
_PLANNED_NAMES = (
    "title_vi",
    "title_en",
    "owner",
    "critical",
    "due_at",
    "start_at",
    "version",
    "pinned",
    "carried_days",
)
_PLANNED = tuple(getattr(Task, name) for name in _PLANNED_NAMES)


def task_rows(session: Session, event: Event, view: View) -> Sequence[TaskRow]:
    """By number, each task's own columns, its plan of now, and its latest report at the view's
    moment; of a past moment also those that are retired by now, else without them.

    Columns: `id`, `number`, `section_id`, `baseline_due_at`, the cadences in hours, `retired`,
    `added_at`, those of `_PLANNED_NAMES`, and of the report `status`, `note`, `at`, `report_id`
    (None without one).
    """
    asked = {"event": event.id}
    if view.past:
        return session.connection().execute(_ROWS_THEN, asked | {"moment": view.moment}).all()
    return session.connection().execute(_ROWS_NOW, asked).all()


def _rows(reports: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    reported = reports.subquery()
    report = (reported.c.status, reported.c.note, reported.c.at, reported.c.report_id)
    rows: Select[*tuple[Any, ...]] = (
        select(*_OWN, *_PLANNED, *report)
        .outerjoin(reported, reported.c.task_id == Task.id)
        .where(col(Task.event_id) == bindparam("event"))
        .order_by(col(Task.number))
    )
    return rows


# Each one row per reported task: task_id, status, note, at, report_id.


def _reports_now() -> Select[*tuple[Any, ...]]:
    state = TaskState
    return select(*map(col, (state.task_id, state.status, state.note, state.at, state.report_id)))


def _reports_then() -> Select[*tuple[Any, ...]]:
    later, moment = aliased(TaskReport), bindparam("moment", type_=UtcTime)
    newest = (
        select(col(later.id))
        .where(col(later.task_id) == col(Task.id), col(later.at) <= moment)
        .order_by(col(later.at).desc(), col(later.id).desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    report = TaskReport
    latest = (report.task_id, report.status, report.note, report.at)
    return select(*map(col, latest), col(report.id).label("report_id")).join(
        Task, col(report.id) == newest
    )


# Built once: every board and every change of a section's page asks, and building took a third.
_ROWS_NOW = _rows(_reports_now()).where(col(Task.retired).is_(False))
_ROWS_THEN = _rows(_reports_then())


_STATUSES = {status.value: status for status in Status}


def snapshot_of(row: TaskRow, planned: TaskRow | None, *, now: datetime) -> TaskSnapshot:
    """A row of `task_rows` as at a moment.

    `planned`: its plan of the moment, where that was changed since.
    """
    # Unpacked at once: of thousands of rows, reading each column by its name took longest.
    task_id, number, section_id, baseline_due_at, before, near, during, _, _, *rest = row
    *plan, declared, note, reported_at, report_id = rest
    if planned is not None:
        plan = [getattr(planned, name) for name in _PLANNED_NAMES]
        section_id = planned.section_id or section_id
    title_vi, title_en, owner, critical, due_at, start_at, version, pinned, carried_days = plan
    status = _STATUSES[declared] if declared else Status.NOT_STARTED
    return task_snapshot(
        id=task_id,
        number=number,
        section_id=section_id,
        title_vi=title_vi,
        title_en=title_en,
        owner=owner,
        critical=critical,
        due_at=due_at,
        status=status,
        note=note or "",
        reported_at=reported_at,
        level=task_level(status, due_at=due_at, critical=critical, now=now, start_at=start_at),
        overdue=is_overdue(status, due_at=due_at, now=now),
        start_at=start_at,
        cadence_hours=_own_cadence(before, near, during) if critical else {},
        report_id=report_id,
        version=version,
        pinned=pinned,
        baseline_due_at=baseline_due_at,
        carried_days=carried_days,
    )


def _own_cadence(*hours: float | None) -> dict[str, float]:
    return {name: own for name, own in zip(OWN_CADENCE, hours, strict=True) if own}


def prerequisites(
    session: Session, event: Event, view: View, changed: dict[int, TaskRow] | None = None
) -> dict[int, list[int]]:
    """Task id to the ids of the tasks it needs as at the view's moment, ascending.

    Tasks that need none are left out. Those that `tasks_at` leaves out may be among both: no task
    waits for them. `changed`: what `tasks_then` answers, where it is at hand.
    """
    then = tasks_then(session, event, view) if changed is None else changed
    needs = needs_now(session, event)
    for task_id, plan in then.items():
        needs[task_id] = sorted(plan.needs)
    return {task_id: needed for task_id, needed in needs.items() if needed}


def reports_until(
    session: Session, event: Event, moment: datetime
) -> list[tuple[int, str, datetime]]:
    """Every report of every task up to a moment as (task_id, status, at), oldest first; for the
    trend.
    """
    rows = session.execute(
        select(col(TaskReport.task_id), col(TaskReport.status), col(TaskReport.at))
        .join(Task, col(Task.id) == col(TaskReport.task_id))
        .where(col(Task.event_id) == event.id, col(TaskReport.at) <= moment)
        .order_by(col(TaskReport.at), col(TaskReport.id))
    )
    return [(task_id, status, at) for task_id, status, at in rows]


# --- commands ------------------------------------------------------------------------------------


def _require_task(ctx: Context, task_id: int) -> tuple[Task, Section]:
    """A task of the current event and its section. Refuses `task_unknown`."""
    task = ctx.session.get(Task, task_id)
    if task is None or task.event_id != ctx.event.id:
        raise Refusal("task_unknown", task=task_id)
    return task, ctx.session.get_one(Section, task.section_id)


@command("report_status", topic="readiness", subject="task", fact=TaskReport)
def report_status(
    ctx: Context, *, task_id: int, status: str, note: str, seen: int | None = None
) -> TaskReport:
    """Record what a section says of one of its tasks.

    `seen`: the id of the report that was on the screen, 0 for none; None skips that check. Refuses
    `task_unknown`, `task_retired`, `status_unknown`, `note_needed`, and `report_overtaken` with
    both reports where another person has reported since.
    """
    task, section = _require_task(ctx, task_id)
    ctx.require(section=section.key)
    if task.retired:
        raise Refusal("task_retired", number=task.number)
    declared, written = require_status_with_note(status, note)
    if seen is not None:
        _require_not_overtaken(ctx, task, seen, mine=(declared, written))
    report = ctx.record(
        TaskReport(task_id=task.id, status=declared.value, note=written),
        concerns=_sections_that_show(ctx.session, task),
        section=section.id,
        status=declared.value,
        text=written,
    )
    _update_task(ctx.session, report)
    _update_section(ctx.session, section.id, at=ctx.at)
    return report


def _sections_that_show(session: Session, task: Task) -> set[int]:
    """The sections on whose own pages the status of a task stands: its own; those with a task that
    waits for it; and those with a task that holds it up, directly or through others.
    """
    return {task.section_id, *session.execute(_SHOWING, {"task": task.id}).scalars()}


def _showing() -> Select[int]:
    """Select the sections of the tasks that wait for `task`, and of all that it needs."""
    link = TaskPrerequisite.__table__.c
    asked: BindParameter[int] = bindparam("task")
    needed = select(link.needs_id).where(link.task_id == asked).cte("needed", recursive=True)
    # UNION drops what was met before, so that it ends.
    needed = needed.union(select(link.needs_id).where(link.task_id == needed.c.needs_id))
    waiting = select(link.task_id).where(link.needs_id == asked)
    shown = or_(col(Task.id).in_(select(needed.c.needs_id)), col(Task.id).in_(waiting))
    return select(col(Task.section_id)).where(shown).distinct()


_SHOWING = _showing()


def _require_not_overtaken(
    ctx: Context, task: Task, seen: int, *, mine: tuple[Status, str]
) -> None:
    """Refuses `report_overtaken`; one's own report meanwhile overtakes nothing."""
    state = ctx.session.get(TaskState, task.id)
    if state is None or state.report_id == seen:
        return
    theirs = ctx.session.get_one(TaskReport, state.report_id)
    if theirs.person_id != ctx.by.id:
        raise Refusal(
            "report_overtaken",
            number=task.number,
            by=both(ctx.session.get_one(Person, theirs.person_id), "name"),
            at=theirs.at,
            report=theirs.id,
            status=mine[0].value,
            mine_note=mine[1],
            theirs=theirs.status,
            theirs_note=theirs.note,
        )


@command("confirm_section", topic="readiness", subject="section", fact=SectionReport)
def confirm_section(ctx: Context, *, section_id: int) -> SectionReport:
    """Record that nothing changed in a section: renews its freshness and its critical tasks'.

    Refuses `section_unknown`.
    """
    report = _report_section(ctx, section_id, headline=None)
    state = ctx.session.get_one(SectionState, section_id)
    state.renewed_at = max(state.renewed_at or ctx.at, ctx.at)
    return report


@command("set_headline", topic="readiness", subject="section", fact=SectionReport)
def set_headline(ctx: Context, *, section_id: int, headline: str) -> SectionReport:
    """Set a section's headline for the wall.

    Refuses `section_unknown`, `headline_needed`, and `headline_too_long` for the tile.
    """
    return _report_section(ctx, section_id, headline=headline)


def _report_section(ctx: Context, section_id: int, *, headline: str | None) -> SectionReport:
    ctx.require(section=require_section(ctx, section_id).key)
    text = None if headline is None else require_headline(headline)
    report = ctx.record(
        SectionReport(section_id=section_id, headline=text),
        concerns=[section_id],
        section=section_id,
        text=text or "",
    )
    _update_section(ctx.session, section_id, at=ctx.at, headline=text)
    return report


# --- the current state, updated in the transaction of the fact ------------------------------------


def _update_task(session: Session, report: TaskReport) -> None:
    state = session.get(TaskState, report.task_id)
    if state is None:
        state = TaskState(
            task_id=report.task_id,
            report_id=report.id,
            status=report.status,
            note=report.note,
            at=report.at,
        )
    if report.at >= state.at:
        state.report_id, state.status, state.note = report.id, report.status, report.note
        state.at = report.at
    session.add(state)


def _update_section(
    session: Session, section_id: int, *, at: datetime, headline: str | None = None
) -> None:
    state = session.get(SectionState, section_id)
    if state is None:
        state = SectionState(section_id=section_id, confirmed_at=at)
    state.confirmed_at = max(state.confirmed_at, at)
    if headline is not None and (state.headline_at is None or at >= state.headline_at):
        state.headline, state.headline_at = headline, at
    session.add(state)
