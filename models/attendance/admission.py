"""Admission: whether a badge opens an item's room, what is asked first, or why it is stopped.

`decide` is the only home of the rule. Single scans, the queue's fast path and offline scans call
it; the gate's `roster.js` answers by the same table of cases. docs/admission.md draws it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.attendance.ledger import BELONGING, HERE, AttendanceStatus, Place


class Holder(StrEnum):
    """Whose badge it is: a delegate's, a delegate's former one that was replaced, one's who was
    taken from the roster, or no one's."""

    DELEGATE = "delegate"
    FORMER = "former"
    RETIRED = "retired"
    NO_ONE = "no_one"


class Question(StrEnum):
    """What the desk is asked before it admits: whether it means an item that is over, why despite
    the roster, or a substitute's name."""

    FINISHED = "finished"
    OVERRIDE = "override"
    SUBSTITUTE = "substitute"


OVERTIME = timedelta(hours=2)
"""So long after its planned end an item is over, too, of which no one recorded that it ended."""


def is_over(*, ends_at: datetime, finished_at: datetime | None, at: datetime) -> bool:
    """Whether an item is over at a moment: a desk that admits there is asked whether it means it.

    The accident that this prevents: a desk left open overnight admits to yesterday's forum.
    """
    return (finished_at is not None and finished_at <= at) or ends_at + OVERTIME <= at


def belongs(status: AttendanceStatus, *, assigned: bool) -> bool:
    """Whether a delegate counts at an item: by the roster, unless they count at another one
    (`moved`), or because they were admitted there despite the roster."""
    return status is not AttendanceStatus.MOVED if assigned else status in BELONGING


@dataclass(frozen=True)
class Previous:
    """A delegate's status at an item before a fact; `assigned`: the roster expects them there."""

    item_id: int
    delegate_id: int
    delegation_id: int
    assigned: bool
    fact_id: int | None = None
    status: AttendanceStatus = AttendanceStatus.UNDONE
    place: Place = Place.OUTSIDE
    came_at: datetime | None = None

    @property
    def counts(self) -> bool:
        return belongs(self.status, assigned=self.assigned)

    @property
    def has_words(self) -> bool:
        """Whether the rule asks what was said with the fact: a substitute's name, an override."""
        return self.status in (*HERE, AttendanceStatus.ANNOUNCED)


@dataclass(frozen=True)
class ParallelItem:
    """An item at the same time that expects the delegate or has a status of them."""

    item_id: int
    assigned: bool
    status: AttendanceStatus = AttendanceStatus.UNDONE


@dataclass(frozen=True)
class Scan:
    """What comes with a badge: a substitute's name, a reason to admit despite the roster, and that
    the desk means an item that is over."""

    substitute: str = ""
    override: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """The other items that an admission may touch.

    `parallel`: only asked for where the delegate does not count here (`Previous.counts`).
    `inside`: the other item whose room or common areas the delegate is in.
    """

    parallel: tuple[ParallelItem, ...] = ()
    inside: int | None = None


@dataclass(frozen=True)
class Stopped:
    """Nothing admits this badge here; `code` is the refusal's."""

    code: str


@dataclass(frozen=True)
class Asked:
    """The desk may admit once it answers the question; `right`: the item that counts them."""

    question: Question
    code: str
    right: int | None = None


@dataclass(frozen=True)
class Admitted:
    """The status and words to record, and which other items' facts it brings about.

    `returns`: came before and had left the room. `moves_from`: the parallel item at which the
    delegate counts no longer, and whose room they leave if in it. `leaves`: a further item whose
    room they leave.
    """

    status: AttendanceStatus
    words: str = ""
    returns: bool = False
    moves_from: int | None = None
    leaves: int | None = None

    @property
    def plain(self) -> bool:
        """A first arrival that touches nothing else: what a queue records in bulk."""
        return self == _PLAIN


_PLAIN = Admitted(AttendanceStatus.PRESENT)
_NOTHING = Scan()
_NOWHERE = Elsewhere()

Decision = Stopped | Asked | Admitted


def counting_item(parallel: Iterable[ParallelItem]) -> int | None:
    """The parallel item at which a delegate counts: where they were admitted despite the roster,
    else where the roster expects them; the lowest id of several."""
    counting = [one for one in parallel if belongs(one.status, assigned=one.assigned)]
    found = min(counting, key=lambda one: (one.assigned, one.item_id), default=None)
    return found.item_id if found else None


def _in_one(substitute: str, override: str) -> str:
    """A substitute's name with the reason why an item admits them that does not expect them."""
    return f"{substitute} ({override})" if override else substitute


def decide(
    holder: Holder,
    previous: Previous | None,
    scan: Scan = _NOTHING,
    elsewhere: Elsewhere = _NOWHERE,
    *,
    words: str = "",
    over: bool = False,
) -> Decision:
    """Whether a badge is admitted to an item.

    `words`: said with the fact that counts now; `over`: see `is_over`.
    """
    if holder is Holder.FORMER:
        return Stopped("badge_replaced")
    if holder is Holder.RETIRED:
        return Stopped("badge_retired")
    if holder is Holder.NO_ONE or previous is None:
        return Stopped("badge_unknown")
    if over and not scan.confirmed:  # first: at the item that runs the other answers are others
        return Asked(Question.FINISHED, "item_finished")
    if previous.place is Place.ROOM:
        return Stopped("already_in")
    right = None if previous.counts else counting_item(elsewhere.parallel)
    if not (previous.counts or previous.assigned or scan.override):
        return Asked(Question.OVERRIDE, "wrong_item" if right else "not_expected", right)
    announced = previous.status is AttendanceStatus.ANNOUNCED
    substitute = scan.substitute or (words if announced else "")
    if announced and not substitute:
        return Asked(Question.SUBSTITUTE, "substitute_needed")
    if previous.status in HERE:
        status, said = previous.status, words
    elif substitute:
        status, said = AttendanceStatus.SUBSTITUTE, _in_one(substitute, scan.override)
    else:
        status, said = AttendanceStatus.PRESENT, scan.override
    return Admitted(
        status,
        said,
        returns=previous.status in HERE,
        moves_from=right,
        leaves=elsewhere.inside if elsewhere.inside != right else None,
    )
