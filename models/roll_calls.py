"""Go / no-go roll-calls: their facts, and the rule that says which answer counts when."""

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
"""The minutes that an answer may hold."""
MAX_AHEAD = timedelta(hours=24)  # a roll-call is for a moment that is near
SHOWN_AFTER = timedelta(minutes=5)
"""How long the wall shows the outcome."""
VOIDING_PRIORITY = 2
"""A log entry of this priority or a worse one voids a GO."""


class Answer(StrEnum):
    """A section's answer."""

    GO = "go"
    CONDITIONAL = "conditional"
    NO_GO = "no_go"


NEEDS_WORDS = {Answer.CONDITIONAL, Answer.NO_GO}


class Stand(StrEnum):
    """The value of a section's answer at a moment, worst first."""

    NO_GO = "no_go"
    VOIDED = "voided"
    EXPIRED = "expired"
    SILENT = "silent"
    CONDITIONAL = "conditional"
    GO = "go"


STANDS = list(Stand)
COUNTS = {Stand.GO, Stand.CONDITIONAL}
"""The stands with which a section holds up no one."""


WAITED_FOR = {Stand.SILENT, Stand.EXPIRED, Stand.VOIDED}
"""The stands of sections that still have to answer, or to answer again."""


class Outcome(StrEnum):
    """The outcome of a roll-call."""

    NOT_READY = "not_ready"
    CONDITIONAL = "conditional"
    GO = "go"


class RollCall(Fact, table=True):
    """A fact: a roll-call was opened at `at` for the moment `about_at`, when it ends by itself.

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

    `entries_seen` and `updates_seen`: the log's newest entry number and update id at that time;
    the section had not seen anything later. Moments cannot say so: a rehearsal's clock may pause.
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


class RollCallReminder(Fact, table=True):
    """A fact: the sections that had no answer that counts were reminded of a running roll-call."""

    __table_args__ = (Index("ix_rollcallreminder_call", "roll_call_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    roll_call_id: int = Field(foreign_key="rollcall.id")


class RollCallEnd(Fact, table=True):
    """A fact: a roll-call ended at `at`, by a person or (`person_id` null) by itself.

    The outcome is final. `entry_id`: the log entry of the outcome.
    """

    __table_args__ = (CheckConstraint("outcome IN ('not_ready','conditional','go')"),)

    id: int = Field(default=None, primary_key=True)
    roll_call_id: int = Field(foreign_key="rollcall.id", unique=True)
    outcome: str
    entry_id: int = Field(foreign_key="entry.id")
    person_id: int | None = Field(  # type: ignore[assignment]  # nullable here alone
        default=None, foreign_key="person.id", nullable=True
    )


class RollCallResult(Record, table=True):
    """Frozen: a section's stand when a roll-call ended.

    `answer_id` is null where it never answered; `entry_number`: the log entry that voided its GO.
    """

    __table_args__ = (
        CheckConstraint("stand IN ('no_go','voided','expired','silent','conditional','go')"),
    )

    roll_call_id: int = Field(foreign_key="rollcall.id", primary_key=True)
    section_id: int = Field(foreign_key="section.id", primary_key=True)
    stand: str
    answer_id: int | None = Field(default=None, foreign_key="rollcallanswer.id")
    entry_number: int | None = None


# --- the rule ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as the rule needs it; `id` grows in the order of acceptance."""

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
    """A log entry of a section that voids a GO: made, or opened again by the update `update_id`."""

    section_id: int
    number: int
    at: datetime
    update_id: int | None = None

    def unseen_by(self, given: GivenAnswer) -> bool:
        """Whether the alarm came after an answer."""
        if self.update_id is not None:
            return self.update_id > given.updates_seen
        return self.number > given.entries_seen


@dataclass(frozen=True)
class SectionStand:
    """A section's stand in a roll-call at a moment.

    `given`: its last answer; `voided_by`: an entry's number; `expires_at`: when an answer that
    counts expires.
    """

    section_id: int
    stand: Stand
    given: GivenAnswer | None = None
    voided_by: int | None = None
    expires_at: datetime | None = None


def stand_at(
    section_id: int,
    answers: list[GivenAnswer],
    alarms: list[Alarm],
    *,
    holds: timedelta,
    moment: datetime,
) -> SectionStand:
    """A section's stand at a moment, by its newest answer; later records do not count.

    A NO-GO holds until another answer. A GO, conditional or not, counts until it expires or an
    alarm comes after it.
    """
    own = [one for one in answers if one.section_id == section_id and one.at <= moment]
    given = max(own, key=lambda one: one.id, default=None)
    if given is None:
        return SectionStand(section_id, Stand.SILENT)
    if given.answer is Answer.NO_GO:
        return SectionStand(section_id, Stand.NO_GO, given)
    voiding = [
        one.number
        for one in alarms
        if one.section_id == section_id and one.at <= moment and one.unseen_by(given)
    ]
    if voiding:
        return SectionStand(section_id, Stand.VOIDED, given, voided_by=min(voiding))
    if given.at + holds <= moment:
        return SectionStand(section_id, Stand.EXPIRED, given)
    return SectionStand(section_id, Stand(given.answer.value), given, expires_at=given.at + holds)


def outcome_of(stands: list[SectionStand]) -> Outcome:
    """GO where every section says GO; a condition makes it conditional, all else not ready.

    Without a section it is not ready.
    """
    if not stands or any(one.stand not in COUNTS for one in stands):
        return Outcome.NOT_READY
    if any(one.stand is Stand.CONDITIONAL for one in stands):
        return Outcome.CONDITIONAL
    return Outcome.GO


# --- what people type ----------------------------------------------------------------------------


def require_question(question: str) -> str:
    """The cleaned question. Refuses `question_needed` and `question_too_long`."""
    written = clean(question)
    if not written:
        raise Refusal("question_needed")
    if len(written) > QUESTION_LENGTH:
        raise Refusal("question_too_long", length=len(written), limit=QUESTION_LENGTH)
    return written


def require_about(about_at: datetime, *, now: datetime) -> None:
    """Refuses `roll_call_moment` where the moment is past, or further ahead than `MAX_AHEAD`."""
    if not now < about_at <= now + MAX_AHEAD:
        raise Refusal("roll_call_moment", at=about_at, first=now, last=now + MAX_AHEAD)


def require_holds(minutes: int) -> None:
    """Refuses `holds_unknown`."""
    if minutes not in HOLDS:
        raise Refusal("holds_unknown", minutes=minutes)


def require_answer(answer: str, words: str) -> tuple[Answer, str]:
    """The answer and its cleaned words.

    Refuses `answer_unknown`, `condition_needed`, `no_go_reason_needed`, `answer_too_long`.
    """
    try:
        given = Answer(answer)
    except ValueError:
        raise Refusal("answer_unknown", answer=answer[:20]) from None
    written = clean(words)
    if given in NEEDS_WORDS and not written:
        raise Refusal("condition_needed" if given is Answer.CONDITIONAL else "no_go_reason_needed")
    if len(written) > WORDS_LENGTH:
        raise Refusal("answer_too_long", length=len(written), limit=WORDS_LENGTH)
    return given, written
