"""Changes of the roster: who was added, corrected or retired, and what that moved in the counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.attendance.badges import require_no_badge
from models.attendance.ledger import AttendanceStatus, Headcount, Place, counted
from models.refusals import Refusal
from models.storage import Fact, Record
from models.text import clean, legible

TITLE_LENGTH = 300
REASON_LENGTH = 200
MAX_POSITION = 9999


class DelegateStep(StrEnum):
    """What was done with a delegate's row of the roster."""

    ADDED = "added"
    CORRECTED = "corrected"
    RETIRED = "retired"
    RESTORED = "restored"


class DelegateChange(Fact, table=True):
    """A fact: a delegate was added to the roster, corrected, retired or restored.

    The columns hold the row that was replaced; of one that was added, the row itself.
    `after_fact_id`: the newest fact of the ledger about the delegate at that time, 0 for none: what
    came before the change is counted by the row that held then.
    """

    __table_args__ = (
        Index("ix_delegate_change", "event_id", "id"),
        Index("ix_delegate_change_delegate", "delegate_id", "id"),
        CheckConstraint("step IN ('added','corrected','retired','restored')"),
        CheckConstraint("step <> 'retired' OR length(reason) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    delegate_id: int = Field(foreign_key="delegate.id")
    step: str
    version: int
    delegation_id: int = Field(foreign_key="delegation.id")
    title_vi: str
    title_en: str
    position: int = 0
    reason: str = ""
    after_fact_id: int = 0


class RosterStep(Record, table=True):
    """By how much a change of the roster moved an item's counts of a delegation.

    `assigned`: by how much it moved how many the roster expects there.
    """

    __table_args__ = (Index("ix_roster_step_item", "item_id", "delegation_id"),)

    change_id: int = Field(foreign_key="delegatechange.id", primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id", primary_key=True)
    delegation_id: int = Field(foreign_key="delegation.id", primary_key=True)
    assigned: int = 0
    expected: int = 0
    present: int = 0
    substituted: int = 0
    excused: int = 0
    inside: int = 0
    common: int = 0


@dataclass(frozen=True)
class Listed:
    """The editable part of a delegate's row.

    `items`: the ids of the items that expect them, ascending. `position`: their place within the
    delegation by the organiser's order; those of the same one follow as they were entered.
    `name`, `phone`: empty where the event keeps none (`models.attendance.particulars`).
    """

    title_vi: str
    title_en: str
    delegation_id: int
    items: tuple[int, ...] = ()
    position: int = 0
    name: str = ""
    phone: str = ""


FIELDS = tuple(Listed.__dataclass_fields__)


def differing(one: Listed, other: Listed) -> list[str]:
    """The fields in which two versions of a delegate's row differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


def require_listed(listed: Listed) -> Listed:
    """The row with its texts cleaned; an English title that is empty is the Vietnamese one.

    Refuses `delegate_title_needed`, `delegate_title_too_long`, `position_unknown`, and
    `words_are_badge`.
    """
    title_vi, title_en = clean(listed.title_vi), clean(listed.title_en)
    if not legible(title_vi):
        raise Refusal("delegate_title_needed")
    for written in (title_vi, title_en):
        if len(written) > TITLE_LENGTH:
            raise Refusal("delegate_title_too_long", length=len(written), limit=TITLE_LENGTH)
        require_no_badge(written)
    if not 0 <= listed.position <= MAX_POSITION:
        raise Refusal("position_unknown", limit=MAX_POSITION)
    return replace(
        listed,
        title_vi=title_vi,
        title_en=title_en or title_vi,
        name=clean(listed.name),
        phone=clean(listed.phone),
        items=tuple(sorted(set(listed.items))),
    )


def require_retirement(reason: str, **facts: object) -> str:
    """The cleaned reason. Refuses `retirement_needed`, `reason_too_long` and `words_are_badge`."""
    written = clean(reason)
    if not legible(written):
        raise Refusal("retirement_needed", **facts)
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    return require_no_badge(written)


@dataclass(frozen=True)
class Counting:
    """Where a delegate counts by the roster: their delegation, and the items that expect them."""

    delegation_id: int
    items: frozenset[int]


def roster_steps(
    before: Counting,
    after: Counting,
    states: Mapping[int, tuple[AttendanceStatus, Place]],
) -> dict[tuple[int, int], tuple[int, Headcount]]:
    """What a change of the roster moves, by (item id, delegation id): how many are assigned, and
    the counts. What is recorded of a delegate goes with them to another delegation.

    `states`: item id to what counts of the delegate there.
    """
    moves: dict[tuple[int, int], tuple[int, Headcount]] = {}
    for item_id in sorted(before.items | after.items | states.keys()):
        status, place = states.get(item_id, (AttendanceStatus.UNDONE, Place.OUTSIDE))
        for one, sign in ((before, -1), (after, 1)):
            assigned = item_id in one.items
            number, head = moves.get((item_id, one.delegation_id), (0, Headcount()))
            moves[item_id, one.delegation_id] = (
                number + sign * assigned,
                head + counted(status, place, assigned=assigned) * sign,
            )
    return {key: move for key, move in moves.items() if move != (0, Headcount())}
