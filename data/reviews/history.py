"""What became of one row of a review: its reports in order, each with the office that gave it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, literal, union_all
from sqlmodel import Session, select

from models.access.people import Person
from models.events.event import Event
from models.incidents import Entry, EntryUpdate
from models.media import MediaItem, MediaPublication
from models.readiness.tasks import Section, SectionReport, Task, TaskReport
from models.reviews.directives import Directive, DirectiveStep

MOST = 50


@dataclass(frozen=True)
class Step:
    """One report: when, by which office, what it said (a status or the name of a step, empty where it is words alone) and its words."""

    at: datetime
    who: dict[str, str]
    what: str
    words: str


def history_of(
    session: Session, event: Event, subject: str, number: int, moment: datetime
) -> list[Step]:
    """The last 50 reports of a subject (`task`, `section`, `entry`, `directive`, `media`) up to a moment, oldest first; none of
    a subject that is none of the event's."""
    if subject not in _TOLD:
        return []
    found = _TOLD[subject](event, number).subquery()
    rows = session.execute(
        select(found.c.at, Person.name_vi, Person.name_en, found.c.what, found.c.words)
        .join(Person, Person.id == found.c.person_id)
        .where(found.c.at <= moment)
        .order_by(found.c.at.desc(), found.c.id.desc())
        .limit(MOST)
    ).all()
    return [
        Step(at, {"vi": vi, "en": en}, what, words or "")
        for at, vi, en, what, words in reversed(rows)
    ]


def _task(event: Event, number: int) -> Select:
    return (
        select(
            TaskReport.id,
            TaskReport.at,
            TaskReport.person_id,
            TaskReport.status.label("what"),
            TaskReport.note.label("words"),
        )
        .join(Task, Task.id == TaskReport.task_id)
        .where(Task.event_id == event.id, TaskReport.task_id == number)
    )


def _section(event: Event, number: int) -> Select:
    columns = (SectionReport.id, SectionReport.at, SectionReport.person_id)
    return (
        select(*columns, literal("confirmed").label("what"), SectionReport.headline.label("words"))
        .join(Section, Section.id == SectionReport.section_id)
        .where(Section.event_id == event.id, SectionReport.section_id == number)
    )


def _entry(event: Event, number: int) -> Select:
    own = (Entry.event_id == event.id, Entry.id == number)
    opened = select(
        literal(0).label("id"),
        Entry.at,
        Entry.person_id,
        literal("open").label("what"),
        Entry.text.label("words"),
    )
    step = select(
        EntryUpdate.id, EntryUpdate.at, EntryUpdate.person_id, EntryUpdate.status, EntryUpdate.text
    )
    return union_all(
        opened.where(*own), step.join(Entry, Entry.id == EntryUpdate.entry_id).where(*own)
    )


def _directive(event: Event, number: int) -> Select:
    own = (Directive.event_id == event.id, Directive.id == number)
    columns = (literal(0).label("id"), Directive.at, Directive.person_id)
    given = select(*columns, literal("given").label("what"), Directive.text.label("words"))
    step = select(
        DirectiveStep.id,
        DirectiveStep.at,
        DirectiveStep.person_id,
        DirectiveStep.step,
        DirectiveStep.note,
    )
    return union_all(
        given.where(*own),
        step.join(Directive, Directive.id == DirectiveStep.directive_id).where(*own),
    )


def _media(event: Event, number: int) -> Select:
    columns = (MediaPublication.id, MediaPublication.at, MediaPublication.person_id)
    return (
        select(*columns, literal("published").label("what"), literal("").label("words"))
        .join(MediaItem, MediaItem.id == MediaPublication.media_id)
        .where(MediaItem.event_id == event.id, MediaPublication.media_id == number)
    )


_TOLD = {
    "task": _task,
    "section": _section,
    "entry": _entry,
    "directive": _directive,
    "media": _media,
}
