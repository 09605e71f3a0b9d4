"""Decisions and directives of a review: their facts, their states, and the rules of a step."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean

DIRECTIVE_LENGTH = 300
WHY_LENGTH = 200


class Kind(StrEnum):
    """A decision needs no action; a directive has an owner and a due time."""

    DIRECTIVE = "directive"
    DECISION = "decision"


class State(StrEnum):
    """The state of a directive, to which a step leads."""

    GIVEN = "given"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    WITHDRAWN = "withdrawn"


NEXT: dict[State, set[State]] = {
    State.GIVEN: {State.ACKNOWLEDGED, State.DONE, State.WITHDRAWN},
    State.ACKNOWLEDGED: {State.DONE, State.WITHDRAWN},
    State.DONE: set(),
    State.WITHDRAWN: set(),
}
BACK: dict[State, State] = {State.ACKNOWLEDGED: State.GIVEN, State.DONE: State.ACKNOWLEDGED}
"""What the owner's last step led away from, where it was taken by mistake."""


class Directive(Fact, table=True):
    """A fact: a decision, or a directive to a section or an office; `number` is the event's."""

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("kind IN ('directive','decision')"),
        CheckConstraint("length(text) > 0"),
        CheckConstraint("(kind = 'directive') = (due_at IS NOT NULL)"),
        CheckConstraint("(kind = 'directive') = (section_id IS NOT NULL OR office_id IS NOT NULL)"),
        CheckConstraint("section_id IS NULL OR office_id IS NULL"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    number: int
    kind: str
    text: str
    why: str = ""
    section_id: int | None = Field(default=None, foreign_key="section.id")
    office_id: int | None = Field(default=None, foreign_key="person.id")
    due_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class DirectiveStep(Fact, table=True):
    """A fact: the owner acknowledged a directive or reported it done, or it was withdrawn.

    `step` is the state that follows, also where the owner takes a step back (`BACK`).
    """

    __table_args__ = (
        Index("ix_directivestep_directive", "directive_id", "id"),
        CheckConstraint("step IN ('given','acknowledged','done','withdrawn')"),
    )

    id: int = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id")
    step: str
    note: str = ""


@dataclass(frozen=True)
class DirectiveSnapshot:
    """A decision or directive as at a moment.

    `office`: the owner's name where that is an office; `note` and `changed_at`: of the last step.
    """

    id: int
    number: int
    kind: Kind
    text: str
    why: str
    section_id: int | None
    office_id: int | None
    office: dict[str, str] | None
    due_at: datetime | None
    given_at: datetime
    state: State
    note: str
    changed_at: datetime
    overdue: bool

    @property
    def open(self) -> bool:
        return self.kind is Kind.DIRECTIVE and self.state in (State.GIVEN, State.ACKNOWLEDGED)

    @property
    def returns(self) -> bool:
        """Whether it returns in the next review: not acknowledged, or overdue."""
        return self.open and (self.state is State.GIVEN or self.overdue)


def urgency(one: DirectiveSnapshot) -> tuple[bool, bool, datetime, int]:
    """The sort key of a review: those that return first, then overdue ones, then by due time."""
    return (not one.returns, not one.overdue, one.due_at or one.given_at, one.number)


def require_directive(kind: str, text: str, why: str) -> tuple[Kind, str, str]:
    """The kind and the cleaned texts.

    Refuses `directive_kind_unknown`, `directive_text_needed`, `directive_text_too_long`.
    """
    if kind not in list(Kind):
        raise Refusal("directive_kind_unknown", kind=kind[:20])
    written, reason = clean(text), clean(why)
    if not written:
        raise Refusal("directive_text_needed")
    _require_length(written, DIRECTIVE_LENGTH)
    _require_length(reason, WHY_LENGTH)
    return Kind(kind), written, reason


def require_owned(*, owners: int, due_at: datetime | None, now: datetime) -> None:
    """Of a directive: refuses `directive_owner_needed` without exactly one owner, and
    `directive_due_needed` without a due time to come.
    """
    if owners != 1:
        raise Refusal("directive_owner_needed")
    if due_at is None or due_at <= now:
        raise Refusal("directive_due_needed")


def require_directive_step(kind: Kind, current: State, to: State, *, number: int) -> None:
    """Refuses `directive_step` where one state does not lead to the other.

    A decision can only be withdrawn.
    """
    possible = NEXT[current] & ({State.WITHDRAWN} if kind is Kind.DECISION else set(State))
    if to not in possible:
        raise Refusal("directive_step", number=number, now=current.value)


def require_undoable_step(current: State, *, number: int) -> State:
    """The state before the owner's last step; refuses `directive_step` where they took none."""
    if current not in BACK:
        raise Refusal("directive_step", number=number, now=current.value)
    return BACK[current]


def require_step_note(note: str) -> str:
    """The cleaned words of a step. Refuses `directive_text_too_long`."""
    written = clean(note)
    _require_length(written, WHY_LENGTH)
    return written


def _require_length(text: str, limit: int) -> None:
    if len(text) > limit:
        raise Refusal("directive_text_too_long", length=len(text), limit=limit)
