"""How the sections stand now or at a past moment: their tasks, open log entries and confirmations, judged by `models.standing`."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.incidents import EntrySnapshot, open_entries
from data.plan.history import event_at
from data.readiness.tasks import prerequisites
from models.events.event import Event, View, phase_at, phase_began, zone
from models.readiness.sections import OpenEntry, Rhythm, SectionSnapshot, Spoken, section_snapshots
from models.readiness.tasks import (
    Section,
    SectionReport,
    SectionState,
    Task,
    TaskReport,
    TaskSnapshot,
)


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


def sections_at(
    session: Session, event: Event, view: View, tasks: list[TaskSnapshot]
) -> list[SectionSnapshot]:
    """Every section as at the view's moment, given its tasks as at that moment."""
    return sections_with(session, event, view, tasks, open_entries(session, event, view))


def sections_with(
    session: Session,
    event: Event,
    view: View,
    tasks: list[TaskSnapshot],
    entries: list[EntrySnapshot],
) -> list[SectionSnapshot]:
    """The same where the log entries that were open at that moment are at hand."""
    return section_snapshots(
        sections(session, event),
        tasks,
        needs=prerequisites(session, event, view),
        entries=[OpenEntry(entry.number, entry.section_id, entry.priority) for entry in entries],
        spoken=spoken_until(session, event, view),
        rhythm=rhythm(event_at(session, event, view), view.moment),
    )


def rhythm(event: Event, moment: datetime) -> Rhythm:
    """By what confirmations run out at a moment of the event."""
    return Rhythm(
        moment,
        phase_at(event, moment),
        phase_began(event, moment),
        event.day_from,
        event.day_to,
        zone(event),
    )


def spoken_until(session: Session, event: Event, view: View) -> dict[int, Spoken]:
    """What each section that ever spoke said last, by section id."""
    if view.past:
        return _spoken_in_the_log(session, event, view)
    rows = session.execute(
        select(
            SectionState.section_id,
            SectionState.headline,
            SectionState.confirmed_at,
            SectionState.renewed_at,
        )
        .join(Section, Section.id == SectionState.section_id)
        .where(Section.event_id == event.id)
    )
    return {
        section_id: Spoken(headline, confirmed, renewed)
        for section_id, headline, confirmed, renewed in rows
    }


def _spoken_in_the_log(session: Session, event: Event, view: View) -> dict[int, Spoken]:
    # One walk down an index for each task and section: the log may hold a million reports.
    reported = select(func.max(TaskReport.at)).where(
        TaskReport.task_id == Task.id, TaskReport.at <= view.moment
    )
    latest: dict[int, datetime] = {}
    for section_id, at in session.execute(
        select(Task.section_id, reported.scalar_subquery()).where(Task.event_id == event.id)
    ):
        if at:
            latest[section_id] = max(at, latest.get(section_id, at))
    own = (SectionReport.section_id == Section.id, SectionReport.at <= view.moment)
    newest_first = (SectionReport.at.desc(), SectionReport.id.desc())
    headline = (
        select(SectionReport.headline)
        .where(*own, SectionReport.headline.is_not(None))
        .order_by(*newest_first)
        .limit(1)
    )
    renewed = (
        select(SectionReport.at)
        .where(*own, SectionReport.headline.is_(None))
        .order_by(*newest_first)
        .limit(1)
    )
    confirmed = select(func.max(SectionReport.at)).where(*own)
    asked = (headline.scalar_subquery(), confirmed.scalar_subquery(), renewed.scalar_subquery())
    spoken = {}
    for section_id, said, at, same in session.execute(
        select(Section.id, *asked).where(Section.event_id == event.id)
    ):
        moments = [moment for moment in (at, latest.get(section_id)) if moment]
        if moments:
            spoken[section_id] = Spoken(said or "", max(moments), same)
    return spoken
