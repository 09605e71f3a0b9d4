"""Sections and tasks: what was reported, and how tasks stand now or at a past moment; `data.standing` tells it of sections."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.orm import aliased
from sqlmodel import Session, select

from data.events.current import require_event
from data.plan.history import needs_now, tasks_then
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import Event, View
from models.readiness.tasks import (
    CADENCES,
    Section,
    SectionReport,
    SectionState,
    Status,
    Task,
    TaskReport,
    TaskStanding,
    TaskState,
    is_overdue,
    require_headline,
    require_status_with_note,
    task_level,
    task_standing,
)
from models.refusals import Refusal
from models.text import both

OWN_CADENCE = tuple(dict.fromkeys(CADENCES.values()))

# --- reads -----------------------------------------------------------------------------------------------------------


def sections(session: Session, event: Event) -> list[Section]:
    """The event's sections in their order; detached."""
    found = list(
        session.exec(
            select(Section).where(Section.event_id == event.id).order_by(Section.position)
        ).all()
    )
    for section in found:
        session.expunge(section)
    return found


def tasks_at(session: Session, event: Event, view: View) -> list[TaskStanding]:
    """Every task as at the view's moment, by number, with the plan of that moment."""
    then = tasks_then(session, event, view)
    return [
        standing_of(row, then.get(row.id), now=view.moment)
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


def standing_of(row: Row, planned: Row | None, *, now: datetime) -> TaskStanding:
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
    return task_standing(
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


# --- writes ----------------------------------------------------------------------------------------------------------


def report_status(
    session: Session,
    *,
    task_id: int,
    status: str,
    note: str,
    nonce: str,
    by: Person,
    now: datetime,
    seen: int | None = None,
) -> TaskReport:
    """Declares a task's status. Refuses an unknown status, a trouble without a note, and whoever may not.

    `seen`: the id of the report that whoever declares had before his eyes, 0 where there was none. Where somebody else has reported
    since it refuses `report_overtaken` with both; without it nobody is asked.
    """
    event = require_event(session)
    task = session.get(Task, task_id)
    if task is None or task.event_id != event.id:
        raise Refusal("task_unknown", task=task_id)
    section = session.get(Section, task.section_id)
    require_may(by, "report_status", section=section.key)
    earlier = session.exec(select(TaskReport).where(TaskReport.nonce == nonce)).first()
    if earlier:
        return earlier
    declared, written = require_status_with_note(status, note)
    if seen is not None:
        _require_not_overtaken(session, task, seen, by, mine=(declared, written))
    report = TaskReport(
        task_id=task_id, status=declared.value, note=written, at=now, person_id=by.id, nonce=nonce
    )
    session.add(report)
    session.flush()
    _keep_task(session, report)
    _keep_section(session, section.id, at=now)
    what = {
        "command": "report_status",
        "section": section.id,
        "status": declared.value,
        "text": written,
    }
    _note_change(session, event, by=by, at=now, subject="task", subject_id=task.id, what=what)
    return report


def _require_not_overtaken(
    session: Session, task: Task, seen: int, by: Person, *, mine: tuple[Status, str]
) -> None:
    """What one reported oneself meanwhile overtakes nobody."""
    state = session.get(TaskState, task.id)
    if state is None or state.report_id == seen:
        return
    theirs = session.get(TaskReport, state.report_id)
    if theirs.person_id != by.id:
        told = {
            "status": mine[0].value,
            "mine_note": mine[1],
            "theirs": theirs.status,
            "theirs_note": theirs.note,
        }
        who = both(session.get(Person, theirs.person_id), "name")
        raise Refusal(
            "report_overtaken", number=task.number, by=who, at=theirs.at, report=theirs.id, **told
        )


def confirm_section(
    session: Session, *, section_id: int, nonce: str, by: Person, now: datetime
) -> SectionReport:
    """Confirms that nothing changed in a section, which renews its freshness and that of its critical tasks."""
    return _speak(
        session, section_id, command="confirm_section", headline=None, nonce=nonce, by=by, now=now
    )


def set_headline(
    session: Session, *, section_id: int, headline: str, nonce: str, by: Person, now: datetime
) -> SectionReport:
    """Sets a section's headline for the wall. Refuses an empty one and one too long for the tile."""
    return _speak(
        session,
        section_id,
        command="set_headline",
        headline=require_headline(headline),
        nonce=nonce,
        by=by,
        now=now,
    )


def _speak(
    session: Session,
    section_id: int,
    *,
    command: str,
    headline: str | None,
    nonce: str,
    by: Person,
    now: datetime,
) -> SectionReport:
    event = require_event(session)
    section = session.get(Section, section_id)
    if section is None or section.event_id != event.id:
        raise Refusal("section_unknown", section=section_id)
    require_may(by, command, section=section.key)
    earlier = session.exec(select(SectionReport).where(SectionReport.nonce == nonce)).first()
    if earlier:
        return earlier
    report = SectionReport(
        section_id=section_id, headline=headline, at=now, person_id=by.id, nonce=nonce
    )
    session.add(report)
    session.flush()
    _keep_section(session, section_id, at=now, headline=headline)
    if headline is None:
        _keep_renewal(session, section_id, at=now)
    what = {"command": command, "section": section_id, "text": headline or ""}
    _note_change(session, event, by=by, at=now, subject="section", subject_id=section_id, what=what)
    return report


def _note_change(
    session: Session,
    event: Event,
    *,
    by: Person,
    at: datetime,
    subject: str,
    subject_id: int,
    what: dict,
) -> None:
    changes.note(
        session,
        event_id=event.id,
        at=at,
        by=by,
        topic="readiness",
        subject=subject,
        subject_id=subject_id,
        what=what,
    )


# --- the kept state --------------------------------------------------------------------------------------------------


def _keep_task(session: Session, report: TaskReport) -> None:
    state = session.get(TaskState, report.task_id)
    if state is None:
        state = TaskState(
            task_id=report.task_id,
            report_id=report.id,
            status=report.status,
            note=report.note,
            at=report.at,
        )
    elif report.at >= state.at:
        state.report_id, state.status, state.note, state.at = (
            report.id,
            report.status,
            report.note,
            report.at,
        )
    session.add(state)


def _keep_section(
    session: Session, section_id: int, *, at: datetime, headline: str | None = None
) -> None:
    state = session.get(SectionState, section_id)
    if state is None:
        state = SectionState(section_id=section_id, confirmed_at=at)
    state.confirmed_at = max(state.confirmed_at, at)
    if headline is not None and (state.headline_at is None or at >= state.headline_at):
        state.headline, state.headline_at = headline, at
    session.add(state)


def _keep_renewal(session: Session, section_id: int, *, at: datetime) -> None:
    """That nothing changed is said of the critical tasks too."""
    state = session.get(SectionState, section_id)
    state.renewed_at = max(state.renewed_at or at, at)
    session.add(state)
