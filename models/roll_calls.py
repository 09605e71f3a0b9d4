"""Go / no-go roll-calls: a question for a moment, what each section answers, and the rule that says what counts when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean

QUESTION_LENGTH = 60  # read on the wall from six metres
WORDS_LENGTH = 120
HOLDS = (5, 10, 15, 30, 60, 120)
"""How many minutes an answer may hold."""
LONGEST = timedelta(hours=24)  # a roll-call is for a moment that is near
SHOWN_AFTER = timedelta(minutes=5)  # so long the wall shows the outcome
GRAVE = 2
"""A log entry of this priority or a worse one voids a GO."""


class Answer(StrEnum):
    """What a section may answer."""

    GO = "go"
    CONDITIONAL = "conditional"
    NO_GO = "no_go"


NEEDS_WORDS = {Answer.CONDITIONAL, Answer.NO_GO}


class Stand(StrEnum):
    """What a section's answer is worth at a moment, worst first."""

    NO_GO = "no_go"
    VOIDED = "voided"
    EXPIRED = "expired"
    SILENT = "silent"
    CONDITIONAL = "conditional"
    GO = "go"


STANDS = list(Stand)
COUNTS = {Stand.GO, Stand.CONDITIONAL}
"""The stands with which a section holds nobody up."""


class Outcome(StrEnum):
    """What a roll-call comes to."""

    NOT_READY = "not_ready"
    CONDITIONAL = "conditional"
    GO = "go"


class RollCall(Fact, table=True):
    """A fact: a roll-call was opened at `at`, for the moment `about_at`, at which it ends by itself at the latest.

    `number` counts within the event; an answer holds for `holds_minutes`.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("holds_minutes > 0"),
        CheckConstraint("length(question) > 0"),
        Index("ix_rollcall_latest", "event_id", "at", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    question: str
    about_at: datetime = Field(sa_column=moment_column())
    holds_minutes: int


class RollCallSection(Record, table=True):
    """A section that a roll-call asks."""

    roll_call_id: int = Field(foreign_key="rollcall.id", primary_key=True)
    section_id: int = Field(foreign_key="section.id", primary_key=True)


class RollCallAnswer(Fact, table=True):
    """A fact: a section answered.

    `entries_seen` and `updates_seen` are the newest entry's number and the newest update's id of the log at that time: what came
    after them, the section had not seen. Moments alone would not tell, since a rehearsal's clock may stand.
    """

    __table_args__ = (
        Index("ix_rollcallanswer_call", "roll_call_id", "section_id", "id"),
        CheckConstraint("answer IN ('go','conditional','no_go')"),
        CheckConstraint("answer = 'go' OR length(words) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    roll_call_id: int = Field(foreign_key="rollcall.id")
    section_id: int = Field(foreign_key="section.id")
    answer: str
    words: str = ""
    entries_seen: int = 0
    updates_seen: int = 0


class RollCallEnd(Fact, table=True):
    """A fact: a roll-call ended at `at`, by somebody's tap or (`person_id` null) by itself, with an outcome that stays.

    `entry_id` is the log entry that tells it.
    """

    __table_args__ = (CheckConstraint("outcome IN ('not_ready','conditional','go')"),)

    id: int = Field(default=None, primary_key=True)
    roll_call_id: int = Field(foreign_key="rollcall.id", unique=True)
    outcome: str
    entry_id: int = Field(foreign_key="entry.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", nullable=True)


class RollCallResult(Record, table=True):
    """Frozen: where a section stood when a roll-call ended. `answer_id` is null where it never answered; `entry_number` is that
    of the log entry that voided its GO."""

    __table_args__ = (
        CheckConstraint("stand IN ('no_go','voided','expired','silent','conditional','go')"),
    )

    roll_call_id: int = Field(foreign_key="rollcall.id", primary_key=True)
    section_id: int = Field(foreign_key="section.id", primary_key=True)
    stand: str
    answer_id: int | None = Field(default=None, foreign_key="rollcallanswer.id")
    entry_number: int | None = None


# --- the rule --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """An answer, as the rule needs it; `id` grows in the order in which answers were accepted."""

    id: int
    section_id: int
    answer: Answer
    words: str
    at: datetime
    person_id: int
    entries_seen: int
    updates_seen: int


@dataclass(frozen=True)
class Alarm:
    """A log entry of priority 1 or 2 that was made, or (by the update `update_id`) opened again, in a section."""

    section_id: int
    number: int
    at: datetime
    update_id: int | None = None

    def unseen_by(self, given: Given) -> bool:
        """Whether it came after an answer was given."""
        if self.update_id is not None:
            return self.update_id > given.updates_seen
        return self.number > given.entries_seen


@dataclass(frozen=True)
class SectionStand:
    """Where a section stands in a roll-call at a moment. `given` is its last answer; `voided_by` an entry's number;
    `expires_at` when an answer that counts will count no more."""

    section_id: int
    stand: Stand
    given: Given | None = None
    voided_by: int | None = None
    expires_at: datetime | None = None


def stand_at(
    section_id: int,
    answers: list[Given],
    alarms: list[Alarm],
    *,
    holds: timedelta,
    moment: datetime,
) -> SectionStand:
    """What a section's newest answer is worth at a moment; only what had been recorded by then counts.

    A NO-GO stands until another answer. A GO, also one with a condition, counts until it expires or an alarm comes after it.
    """
    given = max(
        (one for one in answers if one.section_id == section_id and one.at <= moment),
        key=_newest,
        default=None,
    )
    if given is None:
        return SectionStand(section_id, Stand.SILENT)
    if given.answer is Answer.NO_GO:
        return SectionStand(section_id, Stand.NO_GO, given)
    raised = [
        one
        for one in alarms
        if one.section_id == section_id and one.at <= moment and one.unseen_by(given)
    ]
    if raised:
        return SectionStand(
            section_id, Stand.VOIDED, given, voided_by=min(one.number for one in raised)
        )
    if given.at + holds <= moment:
        return SectionStand(section_id, Stand.EXPIRED, given)
    return SectionStand(section_id, Stand(given.answer.value), given, expires_at=given.at + holds)


def _newest(given: Given) -> int:
    return given.id


def outcome_of(stands: list[SectionStand]) -> Outcome:
    """GO only where every section asked says GO; a condition makes it conditional; anything else, or nobody, is not ready."""
    if not stands or any(one.stand not in COUNTS for one in stands):
        return Outcome.NOT_READY
    return (
        Outcome.CONDITIONAL if any(one.stand is Stand.CONDITIONAL for one in stands) else Outcome.GO
    )


# --- what people type ------------------------------------------------------------------------------------------------


def require_question(question: str) -> str:
    """The cleaned question. Refuses `question_needed` and `question_too_long`."""
    written = clean(question)
    if not written:
        raise Refusal("question_needed")
    if len(written) > QUESTION_LENGTH:
        raise Refusal("question_too_long", length=len(written), limit=QUESTION_LENGTH)
    return written


def require_about(about_at: datetime, *, now: datetime) -> None:
    """Refuses `roll_call_moment` where the moment is past, or further away than `LONGEST`."""
    if not now < about_at <= now + LONGEST:
        raise Refusal("roll_call_moment", at=about_at, first=now, last=now + LONGEST)


def require_holds(minutes: int) -> None:
    if minutes not in HOLDS:
        raise Refusal("holds_unknown", minutes=minutes)


def require_answer(answer: str, words: str) -> tuple[Answer, str]:
    """The answer and its cleaned words. Refuses `answer_unknown`, `condition_needed`, `no_go_reason_needed`, `answer_too_long`."""
    try:
        said = Answer(answer)
    except ValueError:
        raise Refusal("answer_unknown", answer=answer[:20]) from None
    written = clean(words)
    if said in NEEDS_WORDS and not written:
        raise Refusal("condition_needed" if said is Answer.CONDITIONAL else "no_go_reason_needed")
    if len(written) > WORDS_LENGTH:
        raise Refusal("answer_too_long", length=len(written), limit=WORDS_LENGTH)
    return said, written
