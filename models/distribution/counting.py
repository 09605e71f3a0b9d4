"""Who has received a document: the one rule by which pages, documents and the wall count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from models.distribution.ledger import DocumentKind, State

ORDER = (
    State.ACKNOWLEDGED,
    State.SENT,
    State.SENDING,
    State.UNKNOWN,
    State.TO_SEND,
    State.FAILED,
)
"""Of a delegate's channels the one that got furthest counts; one that failed, only where no other
is still to be tried."""


@dataclass(frozen=True)
class Tally:
    """How many delegates a version has reached; each counts once, by `best` of their channels.

    `expected` is the sum of the others. Tallies of delegations add up.
    """

    expected: int = 0
    acknowledged: int = 0
    sent: int = 0
    unknown: int = 0
    failed: int = 0
    to_send: int = 0

    @property
    def missing(self) -> int:
        """How many have not acknowledged."""
        return self.expected - self.acknowledged

    def __add__(self, other: "Tally") -> "Tally":
        names = [one.name for one in fields(self)]
        return Tally(*(getattr(self, name) + getattr(other, name) for name in names))


def best(states: Iterable[State]) -> State:
    """The one state of a delegate, of those by channel; without any, nothing was sent yet."""
    found = set(states)
    return next((state for state in ORDER if state in found), State.TO_SEND)


def is_failing(states: Iterable[State]) -> bool:
    """Whether a channel of a delegate failed, or may have, and none of them got there."""
    found = set(states)
    return bool(found & _FAILING) and best(found) not in _REACHED


_FAILING = {State.FAILED, State.UNKNOWN}
_REACHED = {State.ACKNOWLEDGED, State.SENT}


def tally(delegates: Collection[int], rows: Iterable[tuple[int, State]]) -> Tally:
    """The count of one version. `rows`: (delegate id, state) of its channels, in any order.

    Who is not among the `delegates`, such as one who was retired, does not count.
    """
    states: dict[int, set[State]] = {one: set() for one in delegates}
    for delegate_id, state in rows:
        if delegate_id in states:
            states[delegate_id].add(state)
    return sum((one_of(best(found)) for found in states.values()), Tally())


def one_of(state: State) -> Tally:
    """The tally of one delegate in a state; what is being sent is still to be sent."""
    shown = State.TO_SEND if state is State.SENDING else state
    return Tally(expected=1, **{shown.value: 1})


@dataclass(frozen=True)
class Version:
    """What decides which version is shown first: a higher `id` was sent out later."""

    id: int
    kind: DocumentKind
    withdrawn: bool = False


def on_wall(versions: Iterable[Version]) -> int | None:
    """The id of the version that the wall counts: the newest synthesis, else the newest of all.

    One that was withdrawn does not count; None without any.
    """
    going = [one for one in versions if not one.withdrawn]
    syntheses = [one for one in going if one.kind is DocumentKind.SYNTHESIS]
    return max((one.id for one in syntheses or going), default=None)
