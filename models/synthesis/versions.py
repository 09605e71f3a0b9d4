"""Versions of the synthesis: what was submitted, what became of it, and how two differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Column, Field

from models.documents import Content
from models.refusals import Refusal
from models.storage import Fact
from models.text import clean

VERSION = 1  # of the content's shape
NOTE_LENGTH = 300


class State(StrEnum):
    """The state of an event's synthesis. Its paragraphs are written while it is a draft."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class Step(StrEnum):
    """What is done with a synthesis."""

    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


NEXT: dict[State, dict[Step, State]] = {
    State.DRAFT: {Step.SUBMIT: State.SUBMITTED},
    State.SUBMITTED: {
        Step.RECALL: State.DRAFT,
        Step.RETURN: State.DRAFT,
        Step.APPROVE: State.APPROVED,
    },
    State.APPROVED: {Step.REOPEN: State.DRAFT, Step.WITHDRAW: State.DRAFT},
}
"""Where each step leads. While a reopened synthesis is written, the approved version counts."""
NEEDS_NOTE = (Step.RETURN, Step.WITHDRAW)


class Validity(StrEnum):
    """What a version counts for."""

    PENDING = "pending"  # submitted, and not decided
    DROPPED = "dropped"  # recalled, or returned
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"  # by a version that was approved later
    WITHDRAWN = "withdrawn"


class SynthesisVersion(Fact, table=True):
    """A fact: the synthesis was submitted as it was then. `content`: its whole text, `digest`: of
    that text; `number` counts within the event.

    The content has `version`, `meta` (`number`, `moment`, `event`, `forums`), `paragraphs` (`id`,
    `part`, `topic` by language, `text`, `sources`), `frame` and `text` by language and by document
    (`synthesis`, `conclusion`, `petitions`), sections as in `models.documents`.
    """

    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    content: Content = Field(sa_column=Column(JSON, nullable=False))
    digest: str


class SynthesisStep(Fact, table=True):
    """A fact: what became of a version that was submitted, and why, where that was said."""

    __table_args__ = (
        Index("ix_synthesis_step", "version_id", "id"),
        CheckConstraint("step IN ('recall','return','approve','reopen','withdraw')"),
    )

    id: int = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="synthesisversion.id")
    step: str
    note: str = ""


@dataclass(frozen=True)
class StepTaken:
    """A step of a version: when (aware UTC), by which office, and why."""

    step: Step
    at: datetime
    by: dict[str, str]
    note: str


@dataclass(frozen=True)
class VersionSnapshot:
    """A version as at a moment, without its content: when it was submitted (aware UTC) and by whom,
    and the steps that followed, in order."""

    id: int
    number: int
    digest: str
    at: datetime
    by: dict[str, str]
    steps: tuple[StepTaken, ...]
    validity: Validity

    @property
    def approved(self) -> StepTaken | None:
        return next((one for one in self.steps if one.step is Step.APPROVE), None)


def state_after(steps: Iterable[Step]) -> State:
    """The state of a synthesis after all its steps, in order."""
    state = State.DRAFT
    for step in steps:
        state = NEXT[state].get(step, state)
    return state


def require_step(state: State, step: Step) -> State:
    """The state that a step leads to; refuses `synthesis_step` where it is not allowed."""
    if step not in NEXT[state]:
        raise Refusal("synthesis_step", synthesis_step=step.value, synthesis_state=state.value)
    return NEXT[state][step]


def require_draft(state: State) -> None:
    """Refuses `synthesis_closed` where the paragraphs may not be written."""
    if state is not State.DRAFT:
        raise Refusal("synthesis_closed", synthesis_state=state.value)


def require_note(step: Step, note: str) -> str:
    """The cleaned reason. Refuses `synthesis_note_needed` and `synthesis_note_too_long`."""
    written = clean(note)
    if step in NEEDS_NOTE and not written:
        raise Refusal("synthesis_note_needed")
    if len(written) > NOTE_LENGTH:
        raise Refusal("synthesis_note_too_long", length=len(written), limit=NOTE_LENGTH)
    return written


def validities(versions: Sequence[Sequence[Step]]) -> list[Validity]:
    """What each version counts for, by its steps, the oldest version first."""
    found: list[Validity] = []
    in_force = None
    for place, steps in enumerate(versions):
        if Step.WITHDRAW in steps:
            found.append(Validity.WITHDRAWN)
        elif Step.APPROVE in steps:
            if in_force is not None:
                found[in_force] = Validity.SUPERSEDED
            in_force = place
            found.append(Validity.IN_FORCE)
        elif Step.RETURN in steps or Step.RECALL in steps:
            found.append(Validity.DROPPED)
        else:
            found.append(Validity.PENDING)
    return found


# --- differences ---------------------------------------------------------------------------------


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


def differences(before: Sequence[str], after: Sequence[str]) -> list[tuple[Change, str]]:
    """The lines of two texts in the order of reading: those of both, those of one alone."""
    found: list[tuple[Change, str]] = []
    for kind, begin, end, begins, ends in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found += [(Change.SAME, line) for line in before[begin:end]]
        else:
            found += [(Change.REMOVED, line) for line in before[begin:end]]
            found += [(Change.ADDED, line) for line in after[begins:ends]]
    return found
