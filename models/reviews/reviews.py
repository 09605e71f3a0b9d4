"""The daily review: what differs between two moments, and the review that was signed, which never changes.

Signing keeps the whole text in one row (`SignedReview.content`), as plain data from which a page or a document is made:

    {"version": 1,
     "meta": {"number": 12, "moment": "2023-07-22T00:00:00+00:00", "since": the other moment or null, "phase": "during",
              "signer": {"vi", "en"} (an office), "conclusion": "…",
              "event": {"slug", "run", "name": {"vi", "en"}, "place": {"vi", "en"}, "documents": {…} (as `Event.documents`),
                        "rehearsal": true, "time_zone": "Asia/Ho_Chi_Minh", "first_day": "2023-07-21", "last_day": "2023-07-22"}},
     "figures": {"late": 3, "present": 1098, …},
     "text": {"vi": [{"heading": "Việc chuyển đỏ", "paragraphs": ["…"],
                      "tables": [{"columns": [{"heading": "Việc", "width": 0.5, "align": "left"}, …],
                                  "rows": [["12. …", "…"], …], "total": false}]}, …],
              "en": the same sections in English}}

Moments are ISO texts in UTC; `figures` are whole numbers; a section's paragraphs come before its tables; columns are those of
`data.documents.content.Column`, a table's `total` says that its last row is a sum. Whatever a document needs stands in it: nothing
is looked up again, so that it comes out word for word whatever is recorded, renamed or moved later.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Column, Field

from models.events.event import Phase
from models.readiness.tasks import WORST_FIRST, Level, Status, TaskSnapshot
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean

CONCLUSION_LENGTH = 500
LAST_NUMBER = 9999
VERSION = 1  # of the shape above
AHEAD = timedelta(days=2)


class Review(Fact, table=True):
    """A fact: a review of the event as at `at` was held."""

    __table_args__ = (Index("ix_review_latest", "event_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    conclusion: str = ""


class SignedReview(Record, table=True):
    """A fact: a review was signed. `content` is its whole text (shape above), `digest` tells whether it is still that text.

    `figures` stand in `content` as well, and stay when the words of an event are erased.
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
    figures: dict = Field(sa_column=Column(JSON, nullable=False))
    content: dict = Field(sa_column=Column(JSON, nullable=False))
    digest: str


def digest_of(content: dict) -> str:
    """What tells one content from every other: SHA-256 of its JSON with sorted names."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


# --- what a review reads, and in which order -------------------------------------------------------------------------


class Part(StrEnum):
    """What a review looks at."""

    OWED = "owed"  # what the event still owes once it is over
    NEW_RED = "new_red"
    WORSENED = "worsened"
    RED = "red"  # as it was before
    INCIDENTS = "incidents"
    SLIPPED = "slipped"
    SILENT = "silent"
    DIRECTIVES = "directives"
    ATTENDANCE = "attendance"
    DUE_NEXT = "due_next"
    MEDIA = "media"
    AMBER = "amber"
    RECOVERED = "recovered"
    DONE = "done"
    STARTED = "started"


_CHANGED = (Part.NEW_RED, Part.WORSENED, Part.RED)
_GOOD = (Part.AMBER, Part.RECOVERED, Part.DONE, Part.STARTED)
ORDER: dict[Phase, tuple[Part, ...]] = {
    Phase.BEFORE: (*_CHANGED, Part.SLIPPED, Part.SILENT, Part.DIRECTIVES, Part.INCIDENTS, Part.DUE_NEXT, Part.MEDIA, *_GOOD),
    Phase.NEAR: (*_CHANGED, Part.INCIDENTS, Part.SILENT, Part.DIRECTIVES, Part.SLIPPED, Part.DUE_NEXT, Part.ATTENDANCE, Part.MEDIA, *_GOOD),
    Phase.DURING: (Part.INCIDENTS, *_CHANGED, Part.ATTENDANCE, Part.SILENT, Part.DIRECTIVES, Part.SLIPPED, Part.DUE_NEXT, Part.MEDIA, *_GOOD),
    Phase.AFTER: (Part.OWED, *_CHANGED, Part.DIRECTIVES, Part.MEDIA, Part.SLIPPED, Part.INCIDENTS, Part.SILENT, Part.DUE_NEXT, Part.ATTENDANCE, *_GOOD),
}  # fmt: skip
"""What is asked in each phase, worst first: who is here counts from the last two days on; afterwards what is owed comes first."""


@dataclass(frozen=True)
class Turned:
    """A task that stands differently than before; `part` says how."""

    part: Part
    task: TaskSnapshot
    was: Level


def turned(before: TaskSnapshot, after: TaskSnapshot) -> Turned | None:
    """How a task turned between two moments, or None where it did not."""
    if after.status is Status.DONE:
        return Turned(Part.DONE, after, before.level) if before.status is not Status.DONE else None
    was, now = WORST_FIRST.index(before.level), WORST_FIRST.index(after.level)
    bad = WORST_FIRST.index(Level.AT_RISK)
    if after.level is Level.RED and before.level is not Level.RED:
        return Turned(Part.NEW_RED, after, before.level)
    if before.status is Status.DONE or (now <= bad and now < was):  # what was done is open again
        return Turned(Part.WORSENED, after, before.level)
    if was <= bad and now > was:
        return Turned(Part.RECOVERED, after, before.level)
    started = before.status is Status.NOT_STARTED and after.status is not Status.NOT_STARTED
    return Turned(Part.STARTED, after, before.level) if started and now != was else None


@dataclass(frozen=True)
class Slip:
    """A task that slipped between two moments: its due time passed or was put off (`due_before` is what it was)."""

    task: TaskSnapshot
    due_before: datetime


def slipped(before: TaskSnapshot, after: TaskSnapshot) -> Slip | None:
    """Whether a task slipped between two moments: it has fallen overdue since, or is due later than it was."""
    if after.status is Status.DONE:
        return None
    late = after.overdue and not before.overdue
    return Slip(after, before.due_at) if late or after.due_at > before.due_at else None


def due_next(task: TaskSnapshot, *, moment: datetime) -> bool:
    """Whether a task falls due in the next two days."""
    return task.status is not Status.DONE and moment < task.due_at <= moment + AHEAD


def require_conclusion(conclusion: str) -> str:
    """The cleaned conclusion. Refuses `conclusion_needed` and `conclusion_too_long`."""
    written = clean(conclusion)
    if not written:
        raise Refusal("conclusion_needed")
    if len(written) > CONCLUSION_LENGTH:
        raise Refusal("conclusion_too_long", length=len(written), limit=CONCLUSION_LENGTH)
    return written


def require_number(number: str) -> int:
    """A document's number as somebody typed it. Refuses `review_number_needed`."""
    written = clean(number)
    if not (written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= LAST_NUMBER):
        raise Refusal("review_number_needed", limit=LAST_NUMBER)
    return int(written)
