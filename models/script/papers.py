"""Papers that are read at an item: who reads which, in what order, for how long, and what came of
it.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, false
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean, legible

WHO_LENGTH, TITLE_LENGTH = 200, 400
MAX_MINUTES, MAX_POSITION = 240, 200


class PaperMarkKind(StrEnum):
    """What is recorded of a paper."""

    RECEIVED = "received"  # its text
    CALLED = "called"
    ENDED = "ended"
    MISSED = "missed"  # the time did not suffice


class PaperState(StrEnum):
    """Where a paper stands; `MISSED`: it was not reached."""

    REGISTERED = "registered"
    RECEIVED = "received"
    SPEAKING = "speaking"
    ENDED = "ended"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class PaperPlan:
    """What a person writes of a paper.

    `who`: the office that reads it, never a personal name. `position`: its place among the papers
    of its item. `minutes`: planned for it.
    """

    who: str
    title: str = ""
    minutes: int = 7
    position: int = 1
    withdrawn: bool = False


PLAN = tuple(one.name for one in fields(PaperPlan))


class Paper(Record, table=True):
    """A paper of an item as it is; `added_at`: when it was registered, None for from the start."""

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id", index=True)
    version: int = 1
    added_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    who: str
    title: str = ""
    minutes: int
    position: int
    withdrawn: bool = False


class PaperChange(Fact, table=True):
    """A fact: a paper was registered (`added`), or changed.

    It holds what was replaced, at its version; of one that was registered, the paper itself.
    """

    id: int = Field(default=None, primary_key=True)
    paper_id: int = Field(foreign_key="paper.id", index=True)
    version: int
    added: bool = False
    who: str
    title: str = ""
    minutes: int
    position: int
    withdrawn: bool = False


class PaperMark(Fact, table=True):
    """A fact: a paper's text came, it was called, spoken or not reached, or (`undone`) it was not.

    Of a paper's marks of one kind the newest counts.
    """

    __table_args__ = (
        Index("ix_paper_mark", "paper_id", "mark", "id"),
        CheckConstraint("mark IN ('received','called','ended','missed')"),
    )

    id: int = Field(default=None, primary_key=True)
    paper_id: int = Field(foreign_key="paper.id")
    mark: str
    undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


@dataclass(frozen=True)
class PaperSnapshot:
    """A paper as at a moment; the moments are None for what was not recorded."""

    id: int
    item_id: int
    version: int
    plan: PaperPlan
    received_at: datetime | None = None
    called_at: datetime | None = None
    ended_at: datetime | None = None
    missed_at: datetime | None = None

    @property
    def state(self) -> PaperState:
        if self.plan.withdrawn:
            return PaperState.WITHDRAWN
        if self.ended_at:
            return PaperState.ENDED
        if self.called_at:
            return PaperState.SPEAKING
        if self.missed_at:
            return PaperState.MISSED
        return PaperState.RECEIVED if self.received_at else PaperState.REGISTERED

    @property
    def waits(self) -> bool:
        """Whether it can still be called."""
        return self.state in (PaperState.REGISTERED, PaperState.RECEIVED)

    @property
    def planned(self) -> timedelta:
        return timedelta(minutes=self.plan.minutes)

    @property
    def used(self) -> timedelta | None:
        """How long it took; None before its end."""
        if self.called_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.called_at

    def marked_at(self, mark: PaperMarkKind) -> datetime | None:
        found: datetime | None = getattr(self, f"{mark.value}_at")
        return found


def require_plan(plan: PaperPlan) -> PaperPlan:
    """The plan of a paper with its texts cleaned.

    Refuses `paper_who_needed`, `paper_who_too_long`, `paper_title_too_long`,
    `paper_minutes_outside` and `paper_position_outside`.
    """
    written = replace(plan, who=clean(plan.who), title=clean(plan.title))
    if not legible(written.who):
        raise Refusal("paper_who_needed")
    for name, limit in (("who", WHO_LENGTH), ("title", TITLE_LENGTH)):
        if (length := len(getattr(written, name))) > limit:
            raise Refusal(f"paper_{name}_too_long", length=length, limit=limit)
    for name, limit in (("minutes", MAX_MINUTES), ("position", MAX_POSITION)):
        if not 1 <= getattr(written, name) <= limit:
            raise Refusal(f"paper_{name}_outside", limit=limit)
    return written


def require_mark(mark: str) -> PaperMarkKind:
    """A mark by its name. Refuses `paper_mark_unknown`."""
    if mark not in set(PaperMarkKind):
        raise Refusal("paper_mark_unknown", mark=mark[:40])
    return PaperMarkKind(mark)


def require_markable(
    paper: PaperSnapshot, mark: PaperMarkKind, *, speaking: PaperSnapshot | None
) -> None:
    """`speaking`: the paper of the same item that is being read.

    Refuses `paper_withdrawn`; `paper_received` where the text is there; of a call
    `paper_called`, `paper_missed` and `paper_speaking`; of the end `paper_not_called` and
    `paper_ended`; of one not reached `paper_called` and `paper_missed`.
    """
    facts = {"who": paper.plan.who}
    if paper.plan.withdrawn:
        raise Refusal("paper_withdrawn", **facts)
    if mark is PaperMarkKind.ENDED and not paper.called_at:
        raise Refusal("paper_not_called", **facts)
    before = {
        PaperMarkKind.RECEIVED: (PaperMarkKind.RECEIVED,),
        PaperMarkKind.CALLED: (PaperMarkKind.CALLED, PaperMarkKind.MISSED),
        PaperMarkKind.ENDED: (PaperMarkKind.ENDED,),
        PaperMarkKind.MISSED: (PaperMarkKind.CALLED, PaperMarkKind.MISSED),
    }
    for one in before[mark]:
        if at := paper.marked_at(one):
            raise Refusal(f"paper_{one.value}", **facts, at=at)
    if mark is PaperMarkKind.CALLED and speaking is not None:
        raise Refusal("paper_speaking", who=speaking.plan.who, at=speaking.called_at)


def require_undoable(
    paper: PaperSnapshot, mark: PaperMarkKind, *, speaking: PaperSnapshot | None
) -> None:
    """Refuses `paper_not_marked`; of a call `paper_ended` where the end was recorded since; of an
    end `paper_speaking` where another one is read by now.
    """
    facts = {"who": paper.plan.who}
    if paper.marked_at(mark) is None:
        raise Refusal("paper_not_marked", **facts)
    if mark is PaperMarkKind.CALLED and paper.ended_at:
        raise Refusal("paper_ended", **facts, at=paper.ended_at)
    if mark is PaperMarkKind.ENDED and speaking is not None:
        raise Refusal("paper_speaking", who=speaking.plan.who, at=speaking.called_at)


def plan_of(row: Paper | PaperChange) -> PaperPlan:
    return PaperPlan(**{name: getattr(row, name) for name in PLAN})


def differing(one: PaperPlan, other: PaperPlan) -> list[str]:
    """The fields in which two plans of a paper differ."""
    return [name for name in PLAN if getattr(one, name) != getattr(other, name)]
