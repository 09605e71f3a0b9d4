"""The history behind one row of a review: the reports of its subject, with their offices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, SelectBase, case, literal, select, true, union_all
from sqlmodel import Session, col

from data.storage.newest import recorded_until
from models.access.people import Person
from models.answers.answers import Answer, PetitionEdit
from models.events.event import Event, View
from models.incidents import Entry, EntryUpdate
from models.media import MediaItem, MediaPublication
from models.readiness.tasks import Section, SectionReport, Task, TaskReport
from models.reviews.directives import Directive, DirectiveStep
from models.text import both

MAX_STEPS = 50


@dataclass(frozen=True)
class Step:
    """One report: `what` is a status or the name of a step; `words` may be empty."""

    at: datetime
    who: dict[str, str]
    what: str
    words: str


def history_of(session: Session, event: Event, subject: str, number: int, view: View) -> list[Step]:
    """The last 50 reports of a subject up to the view's moment, oldest first.

    `subject`: `task`, `section`, `entry`, `directive`, `media` or `petition`, by its id; empty for
    any other.
    """
    if subject not in _REPORTS:
        return []
    reports = _REPORTS[subject](event, number).subquery().c
    until = recorded_until(view)
    rows = session.execute(
        select(reports.at, Person, reports.what, reports.words)
        .join(Person, col(Person.id) == reports.person_id)
        .where(true() if until is None else reports.at <= until)
        .order_by(reports.at.desc(), reports.id.desc())
        .limit(MAX_STEPS)
    ).all()
    return [
        Step(row.at, both(row.Person, "name"), row.what, row.words or "") for row in reversed(rows)
    ]


# Each of the following selects id, at, person_id, what and words.


def _task(event: Event, number: int) -> SelectBase:
    return (
        select(
            col(TaskReport.id),
            col(TaskReport.at),
            col(TaskReport.person_id),
            col(TaskReport.status).label("what"),
            col(TaskReport.note).label("words"),
        )
        .join(Task, col(Task.id) == TaskReport.task_id)
        .where(col(Task.event_id) == event.id, col(TaskReport.task_id) == number)
    )


def _section(event: Event, number: int) -> SelectBase:
    return (
        select(
            col(SectionReport.id),
            col(SectionReport.at),
            col(SectionReport.person_id),
            literal("confirmed").label("what"),
            col(SectionReport.headline).label("words"),
        )
        .join(Section, col(Section.id) == SectionReport.section_id)
        .where(col(Section.event_id) == event.id, col(SectionReport.section_id) == number)
    )


def _entry(event: Event, number: int) -> SelectBase:
    own = (col(Entry.event_id) == event.id, col(Entry.id) == number)
    opened: Select[*tuple[Any, ...]] = select(
        literal(0).label("id"),
        col(Entry.at),
        col(Entry.person_id),
        literal("open").label("what"),
        col(Entry.text).label("words"),
    ).where(*own)
    updates = (
        select(
            col(EntryUpdate.id),
            col(EntryUpdate.at),
            col(EntryUpdate.person_id),
            col(EntryUpdate.status),
            col(EntryUpdate.text),
        )
        .join(Entry, col(Entry.id) == EntryUpdate.entry_id)
        .where(*own)
    )
    return union_all(opened, updates)


def _directive(event: Event, number: int) -> SelectBase:
    own = (col(Directive.event_id) == event.id, col(Directive.id) == number)
    given: Select[*tuple[Any, ...]] = select(
        literal(0).label("id"),
        col(Directive.at),
        col(Directive.person_id),
        literal("given").label("what"),
        col(Directive.text).label("words"),
    ).where(*own)
    steps = (
        select(
            col(DirectiveStep.id),
            col(DirectiveStep.at),
            col(DirectiveStep.person_id),
            col(DirectiveStep.step),
            col(DirectiveStep.note),
        )
        .join(Directive, col(Directive.id) == DirectiveStep.directive_id)
        .where(*own)
    )
    return union_all(given, steps)


def _media(event: Event, number: int) -> SelectBase:
    return (
        select(
            col(MediaPublication.id),
            col(MediaPublication.at),
            col(MediaPublication.person_id),
            case((col(MediaPublication.undone), "unpublished"), else_="published").label("what"),
            literal("").label("words"),
        )
        .join(MediaItem, col(MediaItem.id) == MediaPublication.media_id)
        .where(col(MediaItem.event_id) == event.id, col(MediaPublication.media_id) == number)
    )


def _petition(_event: Event, number: int) -> SelectBase:
    """How a petition came to the register, and its answers; of an earlier event's register, too."""
    registered: Select[*tuple[Any, ...]] = select(
        literal(0).label("id"),
        col(PetitionEdit.at),
        col(PetitionEdit.person_id),
        literal("owed").label("what"),
        col(PetitionEdit.text).label("words"),
    ).where(col(PetitionEdit.petition_id) == number, col(PetitionEdit.version) == 1)
    answered = select(
        col(Answer.id),
        col(Answer.at),
        col(Answer.person_id),
        col(Answer.kind),
        col(Answer.text),
    ).where(col(Answer.petition_id) == number)
    return union_all(registered, answered)


_REPORTS: dict[str, Callable[[Event, int], SelectBase]] = {
    "task": _task,
    "section": _section,
    "entry": _entry,
    "directive": _directive,
    "media": _media,
    "petition": _petition,
}
