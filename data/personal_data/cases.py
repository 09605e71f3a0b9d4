"""Requests about personal data and breaches of it: recorded with their clocks, and read."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.access.people import require_person
from data.commands import Context, command
from models.access.people import Person
from models.attendance.ledger import Delegate
from models.events.event import Event, local_day
from models.personal_data import (
    Breach,
    BreachStep,
    CaseStep,
    Course,
    PersonalRequest,
    PersonalRequestStep,
    RequestKind,
    course_of,
    due_day,
    report_by,
    require_breach_text,
    require_kind,
    require_next,
    require_note,
    require_past,
    require_step,
)
from models.refusals import Refusal
from models.text import both


@dataclass(frozen=True)
class RequestSnapshot:
    """A request with where it stands; `subject`: an office, or a delegate's, in both languages.

    `due`: its next last day, None where it is closed. Moments are real time.
    """

    id: int
    number: int
    kind: RequestKind
    delegate_id: int | None
    office_id: int | None
    subject: dict[str, str]
    received_at: datetime
    note: str
    course: Course
    due: date | None


@dataclass(frozen=True)
class BreachSnapshot:
    """A breach with where it stands; `due`: until when it is to be reported, real time like all."""

    id: int
    number: int
    text: str
    detected_at: datetime
    course: Course
    due: datetime


@dataclass(frozen=True)
class Cases:
    """The requests and the breaches of an event, the newest first."""

    requests: tuple[RequestSnapshot, ...]
    breaches: tuple[BreachSnapshot, ...]

    @property
    def open_requests(self) -> list[RequestSnapshot]:
        """Those that are not closed, the next to fall due first."""
        waiting = [one for one in self.requests if one.due is not None]
        return sorted(waiting, key=lambda one: (one.due, one.number))

    @property
    def unreported(self) -> list[BreachSnapshot]:
        """The breaches that were not reported to the authority yet, the oldest first."""
        unreported = [one for one in self.breaches if one.course.answered_at is None]
        return sorted(unreported, key=lambda one: one.due)


def cases_of(session: Session, event: Event) -> Cases:
    """Every request and every breach of an event."""
    return Cases(_requests(session, event), _breaches(session, event))


def _requests(session: Session, event: Event) -> tuple[RequestSnapshot, ...]:
    steps: dict[int, list[tuple[CaseStep, datetime]]] = {}
    for step in session.exec(
        select(PersonalRequestStep)
        .join(PersonalRequest, col(PersonalRequest.id) == PersonalRequestStep.request_id)
        .where(PersonalRequest.event_id == event.id)
        .order_by(col(PersonalRequestStep.id))
    ):
        steps.setdefault(step.request_id, []).append((CaseStep(step.step), step.done_at))
    rows = session.exec(
        select(PersonalRequest, Delegate, Person)
        .outerjoin(Delegate, col(Delegate.id) == PersonalRequest.delegate_id)
        .outerjoin(Person, col(Person.id) == PersonalRequest.office_id)
        .where(PersonalRequest.event_id == event.id)
        .order_by(col(PersonalRequest.id).desc())
    )
    found = []
    for row, delegate, person in rows:
        kind, course = RequestKind(row.kind), course_of(steps.get(row.id, ()))
        due = due_day(kind, local_day(event, row.received_at), course)
        subject = both(delegate, "title") if delegate else both(person, "name")
        made = RequestSnapshot(
            id=row.id,
            number=row.number,
            kind=kind,
            delegate_id=row.delegate_id,
            office_id=row.office_id,
            subject=subject,
            received_at=row.received_at,
            note=row.note,
            course=course,
            due=due,
        )
        found.append(made)
    return tuple(found)


def _breaches(session: Session, event: Event) -> tuple[BreachSnapshot, ...]:
    steps: dict[int, list[tuple[CaseStep, datetime]]] = {}
    for step in session.exec(
        select(BreachStep)
        .join(Breach, col(Breach.id) == BreachStep.breach_id)
        .where(Breach.event_id == event.id)
        .order_by(col(BreachStep.id))
    ):
        steps.setdefault(step.breach_id, []).append((CaseStep(step.step), step.done_at))
    rows = session.exec(
        select(Breach).where(Breach.event_id == event.id).order_by(col(Breach.id).desc())
    )
    return tuple(
        BreachSnapshot(
            row.id,
            row.number,
            row.text,
            row.detected_at,
            course_of(steps.get(row.id, ())),
            report_by(row.detected_at),
        )
        for row in rows
    )


# --- commands ------------------------------------------------------------------------------------


@command(
    "record_request",
    topic="people",
    subject="request",
    permission="handle_personal_data",
    fact=PersonalRequest,
)
def record_request(
    ctx: Context,
    *,
    kind: str,
    delegate_id: int | None = None,
    office_id: int | None = None,
    received_at: datetime | None = None,
    note: str = "",
) -> PersonalRequest:
    """Record that a person asks about the data of a delegate, or of the one who holds an office.

    `received_at`: real time, now where it is left out. Refuses `request_kind_unknown`,
    `request_subject_needed`, `delegate_unknown`, `person_unknown`, and what the rules of a note
    and of a moment refuse.
    """
    ctx.require()
    if (delegate_id is None) == (office_id is None):
        raise Refusal("request_subject_needed")
    if delegate_id is not None:
        delegate_of(ctx, delegate_id)
    if office_id is not None:
        require_person(ctx.session, office_id)
    number = _next_number(ctx, PersonalRequest)
    made = PersonalRequest(
        event_id=ctx.event.id,
        number=number,
        kind=require_kind(kind).value,
        delegate_id=delegate_id,
        office_id=office_id,
        received_at=require_past(received_at, now=ctx.real),
        note=require_note(note),
    )
    return ctx.record(made, number=number)


@command(
    "step_request",
    topic="people",
    subject="request",
    permission="handle_personal_data",
    fact=PersonalRequestStep,
)
def step_request(
    ctx: Context, *, request_id: int, step: str, note: str = ""
) -> PersonalRequestStep:
    """Record that a request was answered, carried out or refused; `reopened` takes that back.

    Refuses `request_unknown`, `case_step_unknown`, `case_step_twice`, `note_too_long`.
    """
    ctx.require()
    found = [one for one in _requests(ctx.session, ctx.event) if one.id == request_id]
    if not found:
        raise Refusal("request_unknown")
    wanted = require_step(step)
    require_next(found[0].course, wanted)
    made = PersonalRequestStep(
        request_id=request_id, step=wanted.value, done_at=ctx.real, note=require_note(note)
    )
    return ctx.record(made, about=request_id, number=found[0].number)


@command(
    "record_breach",
    topic="people",
    subject="breach",
    permission="handle_personal_data",
    fact=Breach,
)
def record_breach(ctx: Context, *, text: str, detected_at: datetime | None = None) -> Breach:
    """Record that personal data was seen, lost or changed by those who may not.

    `detected_at`: real time, now where it is left out. Refuses `breach_text_needed`,
    `note_too_long`, `case_moment_unknown`.
    """
    ctx.require()
    number = _next_number(ctx, Breach)
    made = Breach(
        event_id=ctx.event.id,
        number=number,
        detected_at=require_past(detected_at, now=ctx.real),
        text=require_breach_text(text),
    )
    return ctx.record(made, number=number)


@command(
    "step_breach",
    topic="people",
    subject="breach",
    permission="handle_personal_data",
    fact=BreachStep,
)
def step_breach(ctx: Context, *, breach_id: int, step: str, note: str = "") -> BreachStep:
    """Record that a breach was reported to the authority (`answered`) or is over.

    `reopened` takes that back. Refuses `breach_unknown`, `case_step_unknown`, `case_step_twice`,
    and `note_too_long`.
    """
    ctx.require()
    found = [one for one in _breaches(ctx.session, ctx.event) if one.id == breach_id]
    if not found:
        raise Refusal("breach_unknown")
    wanted = require_step(step, of_breach=True)
    require_next(found[0].course, wanted)
    made = BreachStep(
        breach_id=breach_id, step=wanted.value, done_at=ctx.real, note=require_note(note)
    )
    return ctx.record(made, about=breach_id, number=found[0].number)


def delegate_of(ctx: Context, delegate_id: int) -> Delegate:
    """Refuses `delegate_unknown`."""
    delegate = ctx.session.get(Delegate, delegate_id)
    if delegate is None or delegate.event_id != ctx.event.id:
        raise Refusal("delegate_unknown")
    return delegate


def _next_number(ctx: Context, table: type[PersonalRequest] | type[Breach]) -> int:
    last = select(func.max(table.number)).where(table.event_id == ctx.event.id)
    return (ctx.session.exec(last).one() or 0) + 1
