"""Sections now or at a past moment: their tasks, open entries and confirmations, judged by the
models.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.incidents import EntrySnapshot, open_entries
from data.plan.history import event_at
from data.plan.sections import sections
from data.readiness.tasks import prerequisites
from models.events.event import Event, View, phase_at, phase_began, zone
from models.plan import TaskPlan
from models.readiness.sections import OpenEntry, SectionSnapshot, section_snapshots
from models.readiness.silence import ConfirmationClock, LastConfirmation
from models.readiness.tasks import (
    Section,
    SectionReport,
    SectionState,
    Task,
    TaskReport,
    TaskSnapshot,
)


def sections_at(
    session: Session, event: Event, view: View, tasks: list[TaskSnapshot]
) -> list[SectionSnapshot]:
    """Every section as at the view's moment, given its tasks as at that moment."""
    then = event_at(session, event, view)
    entries, needs = open_entries(session, event, view), prerequisites(session, event, view)
    return sections_with(session, then, view, tasks, entries, needs)


def sections_with(
    session: Session,
    then: Event,
    view: View,
    tasks: list[TaskSnapshot],
    entries: list[EntrySnapshot],
    needs: dict[int, list[int]],
) -> list[SectionSnapshot]:
    """Like `sections_at` where the event, entries and prerequisites as at that moment are at
    hand.
    """
    return section_snapshots(
        sections(session, then, view),
        tasks,
        needs=needs,
        entries=[
            OpenEntry(entry.number, entry.section_id, entry.priority)
            for entry in entries
            if entry.section_id is not None
        ],
        last_confirmations=last_confirmations(session, then, view),
        clock=confirmation_clock(then, view.moment),
    )


def confirmation_clock(event: Event, moment: datetime) -> ConfirmationClock:
    """By what confirmations run out at a moment of the event."""
    return ConfirmationClock(
        moment,
        phase_at(event, moment),
        phase_began(event, moment),
        event.day_from,
        event.day_to,
        zone(event),
    )


def last_confirmations(session: Session, event: Event, view: View) -> dict[int, LastConfirmation]:
    """The last confirmation of each section that ever gave one, by section id."""
    if view.past:
        return _confirmations_by_the_log(session, event, view)
    rows = session.execute(
        select(
            SectionState.section_id,
            SectionState.headline,
            SectionState.confirmed_at,
            SectionState.renewed_at,
        )
        .join(Section, col(Section.id) == col(SectionState.section_id))
        .where(Section.event_id == event.id)
    )
    return {
        section_id: LastConfirmation(headline, confirmed, renewed)
        for section_id, headline, confirmed, renewed in rows
    }


def _confirmations_by_the_log(
    session: Session, event: Event, view: View
) -> dict[int, LastConfirmation]:
    latest = _latest_task_reports(session, event, view)
    own = (col(SectionReport.section_id) == col(Section.id), col(SectionReport.at) <= view.moment)
    newest_first = (col(SectionReport.at).desc(), col(SectionReport.id).desc())
    headline = (
        select(SectionReport.headline)
        .where(*own, col(SectionReport.headline).is_not(None))
        .order_by(*newest_first)
        .limit(1)
    )
    renewed = (
        select(SectionReport.at)
        .where(*own, col(SectionReport.headline).is_(None))
        .order_by(*newest_first)
        .limit(1)
    )
    confirmed = select(func.max(col(SectionReport.at))).where(*own)
    columns = [query.scalar_subquery() for query in (headline, confirmed, renewed)]
    last = {}
    rows = session.execute(select(Section.id, *columns).where(Section.event_id == event.id))
    for section_id, text, at, renewed_at in rows:
        moments = [moment for moment in (at, latest.get(section_id)) if moment]
        if moments:
            last[section_id] = LastConfirmation(text or "", max(moments), renewed_at)
    return last


def _latest_task_reports(session: Session, event: Event, view: View) -> dict[int, datetime]:
    """Section id to when any task that was its own at that time was reported last."""
    moved = _stays_of_moved(session, event)
    # One walk down an index for each task: the log may hold a million reports.
    reported = select(func.max(col(TaskReport.at))).where(
        col(TaskReport.task_id) == col(Task.id), col(TaskReport.at) <= view.moment
    )
    rows = session.execute(
        select(Task.section_id, reported.scalar_subquery()).where(
            Task.event_id == event.id, col(Task.id).not_in(moved)
        )
    )
    found = [(section_id, at) for section_id, at in rows if at]
    for task_id, stays in moved.items():
        found += _reports_by_section(session, task_id, stays, view)
    latest: dict[int, datetime] = {}
    for section_id, at in found:
        latest[section_id] = max(at, latest.get(section_id, at))
    return latest


Stay = tuple[datetime | None, int]
"""Until when a task was of a section (None: it still is), and the section's id."""


def _stays_of_moved(session: Session, event: Event) -> dict[int, list[Stay]]:
    """Task id to its stays, oldest first, of the few tasks that were moved to another section."""
    of_other = select(TaskPlan.task_id).join(Task, col(Task.id) == col(TaskPlan.task_id))
    of_other = of_other.where(
        TaskPlan.event_id == event.id, col(TaskPlan.section_id) != col(Task.section_id)
    )
    rows = session.execute(
        select(TaskPlan.task_id, TaskPlan.at, TaskPlan.section_id, Task.section_id)
        .join(Task, col(Task.id) == col(TaskPlan.task_id))
        .where(TaskPlan.event_id == event.id, col(TaskPlan.task_id).in_(of_other))
        .order_by(col(TaskPlan.id))
    )
    stays: dict[int, list[Stay]] = {}
    last: dict[int, int] = {}
    for task_id, until, section_id, now in rows:
        stays.setdefault(task_id, []).append((until, section_id or now))
        last[task_id] = now
    return {task_id: [*found, (None, last[task_id])] for task_id, found in stays.items()}


def _reports_by_section(
    session: Session, task_id: int, stays: list[Stay], view: View
) -> list[tuple[int, datetime]]:
    """When a task was reported last in each of its stays."""
    reports = session.exec(
        select(TaskReport.at)
        .where(TaskReport.task_id == task_id, col(TaskReport.at) <= view.moment)
        .order_by(col(TaskReport.at))
    ).all()
    return [
        (next(section for until, section in stays if until is None or at < until), at)
        for at in reports
    ]
