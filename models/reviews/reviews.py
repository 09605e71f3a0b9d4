"""The daily review: what differs between two moments, and the signed review, which never changes.

Signing stores the whole text in one row (`SignedReview.content`), as plain data from which a page
or a document is made:

    {"version": 2,
     "meta": {"number": 12,
              "moment": "2023-07-22T00:00:00+00:00",
              "since": the other moment or null,
              "phase": "during",
              "signer": {"vi", "en"} (an office),
              "conclusion": "…",
              "event": {"slug", "run", "name": {"vi", "en"}, "place": {"vi", "en"},
                        "documents": {…} (`data.documents.content.settings_of`),
                        "rehearsal": true,
                        "time_zone": "Asia/Ho_Chi_Minh",
                        "first_day": "2023-07-21", "last_day": "2023-07-22"}},
     "figures": {"late": 3, "present": 1098, …},
     "frame": {"vi": {"summary": "…", "opening": "…", "closing": "…"}, "en": {…}},
     "text": {"vi": [{"heading": "Tình hình chung", "paragraphs": ["…"],
                      "tables": [{"columns": [{"heading": "Việc", "width": 0.5, "align": "left"}],
                                  "rows": [["12. …", "…"], …],
                                  "total": false}]}, …],
              "en": the same sections in English}}

Moments are ISO texts in UTC; `figures` are whole numbers; sections are those of `models.documents`.
Version 1 has no `frame` and no annex: its document has the sentences of `document.first` around its
parts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Column, Field

from models.documents import Content
from models.events.event import Phase
from models.readiness.tasks import WORST_FIRST, Level, Status, TaskSnapshot
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean

CONCLUSION_LENGTH = 500
REASON_LENGTH = 200
LAST_NUMBER = 9999
VERSION = 2  # of the shape above
DUE_NEXT_WITHIN = timedelta(days=2)


class Review(Fact, table=True):
    """A fact: a review of the event as at `at` was held."""

    __table_args__ = (Index("ix_review_latest", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    conclusion: str = ""


class SignedReview(Record, table=True):
    """A fact: a review was signed. `content`: its whole text (shape above), `digest`: of that text.

    `figures` are part of `content` too, and stay when the words of an event are erased.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 9999"),
    )

    review_id: int = Field(foreign_key="review.id", primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    since: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    phase: str
    figures: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    content: Content = Field(sa_column=Column(JSON, nullable=False))
    digest: str


class ReviewWithdrawal(Fact, table=True):
    """A fact: a signed review was withdrawn. Its number stays taken, and its content as it was."""

    __table_args__ = (CheckConstraint("length(reason) > 0"),)

    id: int = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", unique=True)
    reason: str


# --- the parts of a review, and their order ------------------------------------------------------


class Part(StrEnum):
    """A part of a review."""

    OWED = "owed"  # open tasks of the time after the event
    NEW_RED = "new_red"
    WORSENED = "worsened"
    RED = "red"  # as before
    INCIDENTS = "incidents"
    SLIPPED = "slipped"
    CHANGED = "changed"  # of the plan, the programme and the roster, in place
    SILENT = "silent"
    DIRECTIVES = "directives"
    ANSWERS = "answers"  # of petitions, that are overdue
    ATTENDANCE = "attendance"
    DUE_NEXT = "due_next"
    MEDIA = "media"
    AMBER = "amber"
    RECOVERED = "recovered"
    DONE = "done"
    STARTED = "started"


_TURNED = (Part.NEW_RED, Part.WORSENED, Part.RED)
_GOOD = (Part.AMBER, Part.RECOVERED, Part.DONE, Part.STARTED)
ORDER: dict[Phase, tuple[Part, ...]] = {
    Phase.BEFORE: (
        *_TURNED,
        Part.SLIPPED,
        Part.CHANGED,
        Part.SILENT,
        Part.DIRECTIVES,
        Part.ANSWERS,
        Part.INCIDENTS,
        Part.DUE_NEXT,
        Part.MEDIA,
        *_GOOD,
    ),
    Phase.NEAR: (
        *_TURNED,
        Part.INCIDENTS,
        Part.SILENT,
        Part.DIRECTIVES,
        Part.ANSWERS,
        Part.SLIPPED,
        Part.CHANGED,
        Part.DUE_NEXT,
        Part.ATTENDANCE,
        Part.MEDIA,
        *_GOOD,
    ),
    Phase.DURING: (
        Part.INCIDENTS,
        *_TURNED,
        Part.ATTENDANCE,
        Part.SILENT,
        Part.DIRECTIVES,
        Part.ANSWERS,
        Part.SLIPPED,
        Part.CHANGED,
        Part.DUE_NEXT,
        Part.MEDIA,
        *_GOOD,
    ),
    Phase.AFTER: (
        Part.OWED,
        *_TURNED,
        Part.DIRECTIVES,
        Part.ANSWERS,
        Part.MEDIA,
        Part.SLIPPED,
        Part.CHANGED,
        Part.INCIDENTS,
        Part.SILENT,
        Part.DUE_NEXT,
        Part.ATTENDANCE,
        *_GOOD,
    ),
}
"""The parts in each phase, worst first.

Attendance counts from the last two days on; after the event open tasks come first.
"""


@dataclass(frozen=True)
class Turn:
    """A task whose status or level changed; `part` says how, `previous` is its former level."""

    part: Part
    task: TaskSnapshot
    previous: Level


def turned(before: TaskSnapshot, after: TaskSnapshot) -> Turn | None:
    """How a task changed between two moments, or None where it did not."""
    part = _turn(before, after)
    return Turn(part, after, before.level) if part else None


def _turn(before: TaskSnapshot, after: TaskSnapshot) -> Part | None:
    if after.status is Status.DONE:
        return Part.DONE if before.status is not Status.DONE else None
    previous, level = WORST_FIRST.index(before.level), WORST_FIRST.index(after.level)
    bad = WORST_FIRST.index(Level.AT_RISK)
    if after.level is Level.RED and before.level is not Level.RED:
        return Part.NEW_RED
    reopened = before.status is Status.DONE
    if reopened or (level <= bad and level < previous):
        return Part.WORSENED
    if previous <= bad and level > previous:
        return Part.RECOVERED
    started = before.status is Status.NOT_STARTED and after.status is not Status.NOT_STARTED
    return Part.STARTED if started and level != previous else None


@dataclass(frozen=True)
class Slip:
    """A task whose due time passed or was put off; `due_before`: the previous due time."""

    task: TaskSnapshot
    due_before: datetime


def slipped(before: TaskSnapshot, after: TaskSnapshot) -> Slip | None:
    """The slip of a task between two moments: it fell overdue, or is due later; else None."""
    if after.status is Status.DONE:
        return None
    fell_overdue = after.overdue and not before.overdue
    return Slip(after, before.due_at) if fell_overdue or after.due_at > before.due_at else None


def due_next(task: TaskSnapshot, *, moment: datetime) -> bool:
    """Whether a task falls due in the next two days."""
    return task.status is not Status.DONE and moment < task.due_at <= moment + DUE_NEXT_WITHIN


def require_conclusion(conclusion: str) -> str:
    """The cleaned conclusion. Refuses `conclusion_needed` and `conclusion_too_long`."""
    written = clean(conclusion)
    if not written:
        raise Refusal("conclusion_needed")
    if len(written) > CONCLUSION_LENGTH:
        raise Refusal("conclusion_too_long", length=len(written), limit=CONCLUSION_LENGTH)
    return written


def require_reason(reason: str) -> str:
    """The cleaned reason of a withdrawal.

    Refuses `withdrawal_reason_needed` and `withdrawal_reason_too_long`.
    """
    written = clean(reason)
    if not written:
        raise Refusal("withdrawal_reason_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("withdrawal_reason_too_long", length=len(written), limit=REASON_LENGTH)
    return written


def require_number(number: str) -> int:
    """A document's number as it was typed. Refuses `review_number_needed`."""
    written = clean(number)
    if not (written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= LAST_NUMBER):
        raise Refusal("review_number_needed", limit=LAST_NUMBER)
    return int(written)
