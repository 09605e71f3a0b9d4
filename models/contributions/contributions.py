"""Contributions: what units and delegates ask or petition for, and what was done about each."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean, clean_block, legible


class ContributionKind(StrEnum):
    QUESTION = "question"
    PETITION = "petition"


class Channel(StrEnum):
    """By which way a contribution came in."""

    UNIT = "unit"
    FILE = "file"
    FORUM = "forum"
    PHONE = "phone"


class Level(StrEnum):
    """The level of the body that is competent."""

    COMMUNE = "commune"
    PROVINCE = "province"
    CENTRE = "centre"


class State(StrEnum):
    """Where a contribution stands.

    `submitted`: from a telephone, seen by the moderators alone. `merged`: another one stands for
    it; no fact of its own says so, the merge does.
    """

    SUBMITTED = "submitted"
    WAITING = "waiting"
    PUT = "put"
    ASKED = "asked"
    ANSWERED_HERE = "answered_here"
    ANSWER_OWED = "answer_owed"
    LEFT = "left"
    REJECTED = "rejected"
    MERGED = "merged"


ANSWERS = {State.ANSWERED_HERE, State.ANSWER_OWED}
NEXT: dict[State, set[State]] = {
    State.SUBMITTED: {State.WAITING, State.REJECTED},
    State.WAITING: {State.PUT, State.ASKED, State.ANSWER_OWED, State.LEFT, State.REJECTED},
    State.PUT: {State.WAITING, State.ASKED, State.ANSWER_OWED, State.LEFT},
    State.ASKED: {*ANSWERS, State.LEFT},
    State.ANSWERED_HERE: {State.ANSWER_OWED},
    State.ANSWER_OWED: {State.ANSWERED_HERE},
    State.LEFT: {State.PUT, State.ASKED, State.ANSWER_OWED},
    State.REJECTED: {State.WAITING},
    State.MERGED: set(),
}
"""Where each state may lead; a step that was a mistake is undone instead."""

OPEN = (State.WAITING, State.PUT, State.ASKED)
"""What a forum still has before it."""

MERGEABLE = (State.SUBMITTED, State.WAITING, State.PUT, State.LEFT, State.REJECTED)
"""What may be merged into another one: what was asked or answered keeps its own answer and its
deadline."""
COVERING = set(State) - {State.SUBMITTED, State.REJECTED, State.MERGED}
"""What others may be merged into: what is in no list would take them with it."""

LENGTHS = {"text": 4000, "unit": 200, "office": 200, "field": 120, "body": 200}
SAID_LENGTH = 4000


@dataclass(frozen=True)
class Submission:
    """What a person writes of a contribution.

    `item_id`: the forum, None while none is chosen. `unit_id`: the delegation where it is known,
    else `unit` in words. `office`: who speaks, by title; never a personal name without consent.
    `field`: the area it is about; `body`: the body that is competent, with its `level`.
    """

    text: str
    kind: str = ContributionKind.QUESTION.value
    item_id: int | None = None
    topic_id: int | None = None
    unit_id: int | None = None
    unit: str = ""
    office: str = ""
    field: str = ""
    body: str = ""
    level: str = ""


COLUMNS = tuple(one.name for one in fields(Submission))


class Contribution(Fact, table=True):
    """A fact: a contribution came in. Its columns are as it was first written.

    `number` counts within the event and stands on lists and papers. `received_at`: when it reached
    the organisers by the event's clock, `at` when it was registered. One from a telephone is in the
    name of the office that opened the room's questions; `delegate_id` says whose badge it was.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("kind IN ('question','petition')"),
        CheckConstraint("channel IN ('unit','file','forum','phone')"),
        CheckConstraint("level IN ('','commune','province','centre')"),
        CheckConstraint("length(text) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    text: str
    kind: str
    item_id: int | None = Field(default=None, foreign_key="programmeitem.id")
    topic_id: int | None = Field(default=None, foreign_key="topic.id")
    unit_id: int | None = Field(default=None, foreign_key="delegation.id")
    unit: str = ""
    office: str = ""
    field: str = ""
    body: str = ""
    level: str = ""
    channel: str
    received_at: datetime = Field(sa_column=moment_column())
    delegate_id: int | None = Field(default=None, foreign_key="delegate.id")


class ContributionEdit(Fact, table=True):
    """A fact: a contribution was written again, as the columns say; the newest counts.

    `version`: that of these texts; a contribution without an edit is at version 1.
    """

    __table_args__ = (
        Index("ix_contribution_edit", "contribution_id", "id"),
        CheckConstraint("kind IN ('question','petition')"),
        CheckConstraint("level IN ('','commune','province','centre')"),
        CheckConstraint("length(text) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    contribution_id: int = Field(foreign_key="contribution.id")
    version: int
    text: str
    kind: str
    item_id: int | None = Field(default=None, foreign_key="programmeitem.id")
    topic_id: int | None = Field(default=None, foreign_key="topic.id")
    unit_id: int | None = Field(default=None, foreign_key="delegation.id")
    unit: str = ""
    office: str = ""
    field: str = ""
    body: str = ""
    level: str = ""


class ContributionState(Fact, table=True):
    """A fact: a contribution came into a state, or (`undoes_id`) such a step was a mistake.

    Of `answered_here`: `said_by` is the office that answered and `said` what it answered. Of
    `answer_owed`: `owed_by` is the body that owes an answer in writing, `owed_level` its level, and
    `due_on` the last day for it. Of `rejected`: `said` is why. A step that undoes carries the state
    that it took back.
    """

    __table_args__ = (
        Index("ix_contribution_state", "contribution_id", "id"),
        CheckConstraint(
            "state IN ('submitted','waiting','put','asked','answered_here','answer_owed','left',"
            "'rejected')"
        ),
        CheckConstraint("owed_level IN ('','commune','province','centre')"),
    )

    id: int = Field(default=None, primary_key=True)
    contribution_id: int = Field(foreign_key="contribution.id")
    state: str
    said_by: str = ""
    said: str = ""
    owed_by: str = ""
    owed_level: str = ""
    due_on: date | None = None
    undoes_id: int | None = Field(default=None, foreign_key="contributionstate.id")


class ContributionMerge(Fact, table=True):
    """A fact: another contribution stands for this one, or (no `into_id`) none does any more."""

    __table_args__ = (Index("ix_contribution_merge", "contribution_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    contribution_id: int = Field(foreign_key="contribution.id")
    into_id: int | None = Field(default=None, foreign_key="contribution.id")


class ForumOrientation(Fact, table=True):
    """A fact: what a forum is to be about, for who sends contributions in; the newest counts."""

    __table_args__ = (Index("ix_forum_orientation", "item_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    text: str


class PhoneQuestions(Fact, table=True):
    """A fact: a forum takes questions from telephones by the address of `token`, or no longer."""

    __table_args__ = (Index("ix_phone_questions", "item_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    token: str = Field(index=True)
    closed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


@dataclass(frozen=True)
class Step:
    """What a step says next to the state that it leads to; see `ContributionState`."""

    said_by: str = ""
    said: str = ""
    owed_by: str = ""
    owed_level: str = ""
    due_on: date | None = None


# --- where a contribution stands -----------------------------------------------------------------


def counting_steps(steps: Iterable[ContributionState]) -> list[ContributionState]:
    """The steps that count, in the order in which they were recorded: those without an undo."""
    made: dict[int, ContributionState] = {}
    for step in steps:
        if step.undoes_id is None:
            made[step.id] = step
        else:
            made.pop(step.undoes_id, None)
    return list(made.values())


def main_of(contribution_id: int, merged: dict[int, int]) -> int:
    """The contribution that stands for one in the end; `merged`: id to the one it is merged into.

    A merge only goes into what is itself not merged, so the way has an end.
    """
    while (into := merged.get(contribution_id)) is not None:
        contribution_id = into
    return contribution_id


# --- rules ---------------------------------------------------------------------------------------


def require_submission(submission: Submission) -> Submission:
    """The submission with its texts cleaned.

    Refuses `contribution_text_needed`, `contribution_<column>_too_long`,
    `contribution_kind_unknown`, `level_unknown`, and `contribution_from_needed` without a unit.
    """
    cleaned = replace(
        submission,
        text=clean_block(submission.text),
        unit=clean(submission.unit),
        office=clean(submission.office),
        field=clean(submission.field),
        body=clean(submission.body),
    )
    if not legible(cleaned.text):
        raise Refusal("contribution_text_needed")
    for name, limit in LENGTHS.items():
        if (length := len(getattr(cleaned, name))) > limit:
            raise Refusal(f"contribution_{name}_too_long", length=length, limit=limit)
    if cleaned.kind not in set(ContributionKind):
        raise Refusal("contribution_kind_unknown", kind=cleaned.kind[:20])
    if cleaned.level not in {"", *Level}:
        raise Refusal("level_unknown", level=cleaned.level[:20])
    if cleaned.unit_id is None and not legible(cleaned.unit):
        raise Refusal("contribution_from_needed")
    return replace(cleaned, unit="") if cleaned.unit_id is not None else cleaned


def differing(one: Submission, other: Submission) -> list[str]:
    """The columns in which two submissions differ."""
    return [name for name in COLUMNS if getattr(one, name) != getattr(other, name)]


def require_next(now: State, to: str, *, number: int) -> State:
    """The state that a contribution goes to. Refuses `contribution_step` where none leads there,
    by the names of both, and `contribution_state_unknown`."""
    if to not in set(State) - {State.MERGED, State.SUBMITTED}:
        raise Refusal("contribution_state_unknown", state=to[:20])
    if State(to) not in NEXT[now]:
        raise Refusal("contribution_step", number=number, state=now.value, next=to)
    return State(to)


def require_merge(row: State, into: State, *, number: int, into_number: int) -> None:
    """Refuses `contribution_is_merged` where either is; `merge_from_state` where the first was
    asked or answered, and `merge_into_state` where the other is not accepted."""
    for state, own in ((row, number), (into, into_number)):
        if state is State.MERGED:
            raise Refusal("contribution_is_merged", number=own)
    if row not in MERGEABLE:
        raise Refusal("merge_from_state", number=number, state=row.value)
    if into not in COVERING:
        raise Refusal("merge_into_state", number=into_number, state=into.value)


def require_covering(state: State, *, stands_for: bool, number: int) -> None:
    """Refuses `contribution_has_sources` where one that stands for others would come into a state
    in which it is in no list, and they with it."""
    if stands_for and state not in COVERING:
        raise Refusal("contribution_has_sources", number=number)


def require_step(state: State, step: Step, *, today: date) -> Step:
    """What a step says, cleaned, and nothing that is not of its state.

    Refuses `answer_needed` without what was answered, `owed_by_needed` and `owed_until_needed`
    without who owes an answer until when, `owed_until_past`, `rejection_needed` without why,
    `level_unknown` and `said_too_long`.
    """
    said, said_by, owed_by = clean_block(step.said), clean(step.said_by), clean(step.owed_by)
    if len(said) > SAID_LENGTH:
        raise Refusal("said_too_long", length=len(said), limit=SAID_LENGTH)
    if (longest := max(len(said_by), len(owed_by))) > LENGTHS["body"]:
        raise Refusal("said_too_long", length=longest, limit=LENGTHS["body"])
    if state is State.ANSWERED_HERE:
        if not legible(said):
            raise Refusal("answer_needed")
        return Step(said_by=said_by, said=said)
    if state is State.ANSWER_OWED:
        return _require_owed(replace(step, said=said, said_by=said_by, owed_by=owed_by), today)
    if state is State.REJECTED:
        if not legible(said):
            raise Refusal("rejection_needed")
        return Step(said=said)
    return Step()


def _require_owed(step: Step, today: date) -> Step:
    if not legible(step.owed_by):
        raise Refusal("owed_by_needed")
    if step.owed_level not in {"", *Level}:
        raise Refusal("level_unknown", level=step.owed_level[:20])
    if step.due_on is None:
        raise Refusal("owed_until_needed")
    if step.due_on < today:
        raise Refusal("owed_until_past", day=step.due_on)
    return step


def require_orientation(text: str) -> str:
    """The cleaned text; empty to take one back. Refuses `orientation_too_long`."""
    cleaned = clean_block(text)
    if len(cleaned) > LENGTHS["text"]:
        raise Refusal("orientation_too_long", length=len(cleaned), limit=LENGTHS["text"])
    return cleaned
