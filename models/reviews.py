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

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Record, moment_column
from models.errors import Refusal
from models.readiness import WORST_FIRST, Level, Status, TaskStanding
from models.text import clean

CONCLUSION_LENGTH = 500


class Review(Record, table=True):
    """A fact: a review of the event as at `at` was held."""

    __table_args__ = (Index("ix_review_latest", "event_id", "at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    at: datetime = Field(sa_column=moment_column())
    conclusion: str = ""
    person_id: int = Field(foreign_key="person.id")
    nonce: str = Field(unique=True)


class Turn(StrEnum):
    """What became of a task between two moments, in the order in which a review reads it."""

    WORSENED = "worsened"
    RECOVERED = "recovered"
    DONE = "done"
    STARTED = "started"


@dataclass(frozen=True)
class Turned:
    """A task that stands differently than before."""

    turn: Turn
    task: TaskStanding
    was: Level


def turned(before: TaskStanding, after: TaskStanding) -> Turned | None:
    """How a task turned between two moments, or None where it did not."""
    if after.status is Status.DONE:
        return Turned(Turn.DONE, after, before.level) if before.status is not Status.DONE else None
    if before.status is Status.DONE:  # what was done is open again
        return Turned(Turn.WORSENED, after, before.level)
    was, now = WORST_FIRST.index(before.level), WORST_FIRST.index(after.level)
    if now == was:
        return None
    bad = WORST_FIRST.index(Level.AT_RISK)
    if now <= bad and now < was:
        return Turned(Turn.WORSENED, after, before.level)
    if was <= bad:
        return Turned(Turn.RECOVERED, after, before.level)
    return Turned(Turn.STARTED, after, before.level) if before.status is Status.NOT_STARTED else None


def require_conclusion(conclusion: str) -> str:
    """The cleaned conclusion. Refuses `conclusion_needed` and `conclusion_too_long`."""
    written = clean(conclusion)
    if not written:
        raise Refusal("conclusion_needed")
    if len(written) > CONCLUSION_LENGTH:
        raise Refusal("conclusion_too_long", length=len(written), limit=CONCLUSION_LENGTH)
    return written
