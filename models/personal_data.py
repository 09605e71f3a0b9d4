"""Requests about a person's data and breaches of it, with the clocks that the law sets them.

Law 91/2025/QH15 and Decree 356/2025, as found in November 2026: a request is answered within two
working days and carried out within so many days by its kind; a breach is reported within 72 hours
of its detection, and its record is kept for five years. A clerk checks the figures first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.holidays import is_working_day
from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean, legible

NOTE_LENGTH = 300
ANSWER_WORKING_DAYS = 2
BREACH_HOURS = timedelta(hours=72)
MAX_AGE = timedelta(days=400)
"""Nothing that is recorded now came in, or was detected, longer ago."""


class RequestKind(StrEnum):
    """What a person asks for."""

    ACCESS = "access"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    ERASE = "erase"


DAYS = {
    RequestKind.ACCESS: 10,
    RequestKind.CORRECT: 10,
    RequestKind.WITHDRAW: 15,
    RequestKind.ERASE: 20,
}
"""Days within which a request is carried out, from the day on which it came in. The law names none
for a correction; it goes by the shortest."""


class CaseStep(StrEnum):
    """What was done about a request or a breach; `reopened` takes all of it back."""

    ANSWERED = "answered"  # of a breach: reported to the authority
    DONE = "done"
    REFUSED = "refused"
    REOPENED = "reopened"


class PersonalRequest(Fact, table=True):
    """A fact: a person asks about the data of a delegate, or of the one who holds an office.

    `received_at` is real time; `note` says by which letter or call, and names no one.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("kind IN ('access','correct','withdraw','erase')"),
        CheckConstraint("(delegate_id IS NULL) <> (office_id IS NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    kind: str
    delegate_id: int | None = Field(default=None, foreign_key="delegate.id")
    office_id: int | None = Field(default=None, foreign_key="person.id")
    received_at: datetime = Field(sa_column=moment_column())
    note: str = ""


class PersonalRequestStep(Fact, table=True):
    """A fact: a step of a request, at a real moment `done_at`."""

    __table_args__ = (
        Index("ix_personalrequeststep_request", "request_id", "id"),
        CheckConstraint("step IN ('answered','done','refused','reopened')"),
    )

    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="personalrequest.id")
    step: str
    done_at: datetime = Field(sa_column=moment_column())
    note: str = ""


class Breach(Fact, table=True):
    """A fact: personal data was seen, lost or changed by those who may not; `detected_at` is real
    time. The record outlasts the event's erasure, so `text` names no one.
    """

    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    detected_at: datetime = Field(sa_column=moment_column())
    text: str


class BreachStep(Fact, table=True):
    """A fact: a step about a breach, at a real moment `done_at`."""

    __table_args__ = (
        Index("ix_breachstep_breach", "breach_id", "id"),
        CheckConstraint("step IN ('answered','done','reopened')"),
    )

    id: int = Field(default=None, primary_key=True)
    breach_id: int = Field(foreign_key="breach.id")
    step: str
    done_at: datetime = Field(sa_column=moment_column())
    note: str = ""


@dataclass(frozen=True)
class Course:
    """Where a request or a breach stands; both moments are real time, None where it did not come.

    `refused`: it was closed without being carried out.
    """

    answered_at: datetime | None = None
    closed_at: datetime | None = None
    refused: bool = False


def course_of(steps: Iterable[tuple[CaseStep, datetime]]) -> Course:
    """What the steps come to, in the order in which they were recorded."""
    course = Course()
    for step, at in steps:
        if step is CaseStep.REOPENED:
            course = Course()
        elif step is CaseStep.ANSWERED:
            course = Course(answered_at=at)
        else:
            course = Course(course.answered_at or at, at, refused=step is CaseStep.REFUSED)
    return course


def require_next(course: Course, step: CaseStep) -> None:
    """Refuses `case_step_twice`: what was done is not done again before it is reopened."""
    done = {
        CaseStep.ANSWERED: course.answered_at is not None,
        CaseStep.REOPENED: course == Course(),
    }
    if done.get(step, course.closed_at is not None):
        raise Refusal("case_step_twice")


def answer_by(received: date) -> date:
    """The last day on which a request is to be answered: Saturdays, Sundays and public holidays do
    not count.
    """
    day, left = received, ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def done_by(kind: RequestKind, received: date) -> date:
    """The last day on which a request is to be carried out."""
    return received + timedelta(days=DAYS[kind])


def due_day(kind: RequestKind, received: date, course: Course) -> date | None:
    """The next last day of a request; None where it is closed."""
    if course.closed_at is not None:
        return None
    return done_by(kind, received) if course.answered_at is not None else answer_by(received)


def report_by(detected_at: datetime) -> datetime:
    """When a breach has to be reported at the latest."""
    return detected_at + BREACH_HOURS


def require_kind(kind: str) -> RequestKind:
    """Refuses `request_kind_unknown`."""
    try:
        return RequestKind(kind)
    except ValueError:
        raise Refusal("request_kind_unknown", kind=kind[:20]) from None


def require_step(step: str, *, of_breach: bool = False) -> CaseStep:
    """Refuses `case_step_unknown`; a breach cannot be refused."""
    if step not in set(CaseStep) or (of_breach and step == CaseStep.REFUSED):
        raise Refusal("case_step_unknown", step=step[:20])
    return CaseStep(step)


def require_note(note: str) -> str:
    """The cleaned note, perhaps empty. Refuses `note_too_long`."""
    written = clean(note)
    if len(written) > NOTE_LENGTH:
        raise Refusal("note_too_long", length=len(written), limit=NOTE_LENGTH)
    return written


def require_breach_text(text: str) -> str:
    """The cleaned text. Refuses `breach_text_needed` and `note_too_long`."""
    written = require_note(text)
    if not legible(written):
        raise Refusal("breach_text_needed")
    return written


def require_past(moment: datetime | None, *, now: datetime) -> datetime:
    """The moment, now where none is given. Refuses `case_moment_unknown` for a later or far one."""
    if moment is None:
        return now
    if not now - MAX_AGE <= moment <= now:
        raise Refusal("case_moment_unknown")
    return moment
