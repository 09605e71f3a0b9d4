"""Sections and tasks: what was reported, and how tasks stand now or at a past moment; `data.standing` tells it of sections."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.orm import aliased
from sqlmodel import Session, select

from data.commands import Context, command
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
from models.text import both

OWN_CADENCE = tuple(dict.fromkeys(CADENCES.values()))

# --- reads -----------------------------------------------------------------------------------------------------------


def tasks_at(session: Session, event: Event, view: View) -> list[TaskSnapshot]:
    """Every task as at the view's moment, by number, with the plan of that moment."""
    then = tasks_then(session, event, view)
    return [
        snapshot_of(row, then.get(row.id), now=view.moment)
        for row in task_rows(session, event, view)
    ]


# What is read of a task: columns and not objects, since a plan may have thousands of them.
_OWN = (
    Task.id,
    Task.number,
    Task.section_id,
    Task.baseline_due_at,
    *(getattr(Task, name) for name in OWN_CADENCE),
)
_PLANNED = tuple(
    getattr(Task, name)
    for name in (
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
)


def task_rows(session: Session, event: Event, view: View) -> Sequence[Row]:
    """By number, each task's own columns, its plan of now, and its latest report at the view's moment: status, note, at, id."""
    reported = _latest_reports(view).subquery()
    report = (reported.c.status, reported.c.note, reported.c.at, reported.c.report_id)
    return session.execute(
        select(*_OWN, *_PLANNED, *report)
        .outerjoin(reported, reported.c.task_id == Task.id)
        .where(Task.event_id == event.id)
        .order_by(Task.number)
    ).all()


def _latest_reports(view: View):
    """One row per reported task: task_id, status, note, at, report_id."""
    if not view.past:
        return select(
            TaskState.task_id, TaskState.status, TaskState.note, TaskState.at, TaskState.report_id
        )
    later = aliased(TaskReport)
    newest = (
        select(later.id)
        .where(later.task_id == Task.id, later.at <= view.moment)
        .order_by(later.at.desc(), later.id.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    columns = (
        TaskReport.task_id,
        TaskReport.status,
        TaskReport.note,
        TaskReport.at,
        TaskReport.id.label("report_id"),
    )
    return select(*columns).join(Task, TaskReport.id == newest)


_STATUSES = {status.value: status for status in Status}


def snapshot_of(row: Row, planned: Row | None, *, now: datetime) -> TaskSnapshot:
    """How a task of `task_rows` stands; `planned` is its plan of the moment where that was changed since."""
    task_id, number, section_id, baseline_due_at, *hours = row[: len(_OWN)]
    told = (
        row[len(_OWN) : -4]
        if planned is None
        else [getattr(planned, column.key) for column in _PLANNED]
    )
    title_vi, title_en, owner, critical, due_at, start_at, version, pinned, carried_days = told
    status, note, reported_at, report_id = row[-4:]
    declared = _STATUSES[status] if status else Status.NOT_STARTED
    return task_snapshot(
        id=task_id,
        number=number,
        section_id=section_id,
        title_vi=title_vi,
        title_en=title_en,
        owner=owner,
        critical=critical,
        due_at=due_at,
        status=declared,
        note=note or "",
        reported_at=reported_at,
        level=task_level(declared, due_at=due_at, critical=critical, now=now, start_at=start_at),
        overdue=is_overdue(declared, due_at=due_at, now=now),
        start_at=start_at,
        cadence_hours=_own_cadence(hours) if critical else {},
        report_id=report_id,
        version=version,
        pinned=pinned,
        baseline_due_at=baseline_due_at,
        carried_days=carried_days,
    )


def _own_cadence(hours: list[float | None]) -> dict[str, float]:
    return {name: own for name, own in zip(OWN_CADENCE, hours, strict=True) if own}


def prerequisites(session: Session, event: Event, view: View) -> dict[int, list[int]]:
    """Task id to the ids of the tasks it needs as at the view's moment, ascending; tasks that need none are left out."""
    needs = needs_now(session, event)
    for task_id, plan in tasks_then(session, event, view).items():
        needs[task_id] = sorted(plan.needs)
    return {task_id: needed for task_id, needed in needs.items() if needed}


def reports_until(
    session: Session, event: Event, moment: datetime
) -> list[tuple[int, str, datetime]]:
    """Every report of every task up to a moment as (task_id, status, at), oldest first; for the trend."""
    rows = session.execute(
        select(TaskReport.task_id, TaskReport.status, TaskReport.at)
        .join(Task, Task.id == TaskReport.task_id)
        .where(Task.event_id == event.id, TaskReport.at <= moment)
        .order_by(TaskReport.at, TaskReport.id)
    )
    return [tuple(row) for row in rows]


# --- commands ------------------------------------------------------------------------------------


@command("report_status", topic="readiness", subject="task", fact=TaskReport)
def report_status(
    ctx: Context, *, task_id: int, status: str, note: str, seen: int | None = None
) -> TaskReport:
    """Record what a section says of one of its tasks.

    `seen`: the id of the report that was on the screen, 0 for none; None asks nobody. Refuses
    `task_unknown`, `status_unknown`, `note_needed`, and `report_overtaken` with both reports where
    another person has reported since.
    """
    task = ctx.session.get(Task, task_id)
    if task is None or task.event_id != ctx.event.id:
        raise Refusal("task_unknown", task=task_id)
    section = ctx.session.get(Section, task.section_id)
    ctx.require(section=section.key)
    declared, written = require_status_with_note(status, note)
    if seen is not None:
        _require_not_overtaken(ctx, task, seen, mine=(declared, written))
    report = ctx.record(
        TaskReport(task_id=task.id, status=declared.value, note=written),
        section=section.id,
        status=declared.value,
        text=written,
    )
    _update_task(ctx.session, report)
    _update_section(ctx.session, section.id, at=ctx.at)
    return report


def _require_not_overtaken(
    ctx: Context, task: Task, seen: int, *, mine: tuple[Status, str]
) -> None:
    """Refuses `report_overtaken`; one's own report meanwhile overtakes nothing."""
    state = ctx.session.get(TaskState, task.id)
    if state is None or state.report_id == seen:
        return
    theirs = ctx.session.get(TaskReport, state.report_id)
    if theirs.person_id != ctx.by.id:
        reports = {
            "status": mine[0].value,
            "mine_note": mine[1],
            "theirs": theirs.status,
            "theirs_note": theirs.note,
        }
        by = both(ctx.session.get(Person, theirs.person_id), "name")
        raise Refusal(
            "report_overtaken", number=task.number, by=by, at=theirs.at, report=theirs.id, **reports
        )


@command("confirm_section", topic="readiness", subject="section", fact=SectionReport)
def confirm_section(ctx: Context, *, section_id: int) -> SectionReport:
    """Record that nothing changed in a section: renews its freshness and its critical tasks'.

    Refuses `section_unknown`.
    """
    report = _report_section(ctx, section_id, headline=None)
    state = ctx.session.get(SectionState, section_id)
    state.renewed_at = max(state.renewed_at or ctx.at, ctx.at)
    return report


@command("set_headline", topic="readiness", subject="section", fact=SectionReport)
def set_headline(ctx: Context, *, section_id: int, headline: str) -> SectionReport:
    """Set a section's headline for the wall.

    Refuses `section_unknown`, `headline_needed`, and `headline_too_long` for the tile.
    """
    return _report_section(ctx, section_id, headline=headline)


def _report_section(ctx: Context, section_id: int, *, headline: str | None) -> SectionReport:
    section = ctx.session.get(Section, section_id)
    if section is None or section.event_id != ctx.event.id:
        raise Refusal("section_unknown", section=section_id)
    ctx.require(section=section.key)
    text = None if headline is None else require_headline(headline)
    report = ctx.record(
        SectionReport(section_id=section_id, headline=text), section=section_id, text=text or ""
    )
    _update_section(ctx.session, section_id, at=ctx.at, headline=text)
    return report


# --- the current state, updated in the transaction of the fact -------------------------------------


def _update_task(session: Session, report: TaskReport) -> None:
    state = session.get(TaskState, report.task_id)
    if state is None:
        state = TaskState(task_id=report.task_id, at=report.at)
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
