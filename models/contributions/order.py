"""In which order contributions are put to the chair: by arrival, in balance of units and topics.

What is proposed is shown with the three figures that it goes by; nothing is left out of it.
"""

import heapq
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """What the order knows of a contribution. `arrival`: its place by when it was received."""

    id: int
    unit: Hashable
    topic: Hashable
    arrival: int


@dataclass(frozen=True)
class Criteria:
    """What a place in the order goes by: of the unit and of the topic, how many have had their turn
    or come before; and the place by arrival."""

    id: int
    unit_before: int
    topic_before: int
    arrival: int


def proposed(waiting: Sequence[Turn], had: Sequence[Turn]) -> list[Criteria]:
    """The waiting contributions in the proposed order: the unit that was heard least, then the
    topic that was heard least, then the one that came first; each turn counts for the next.

    `had`: those that were asked or put already.
    """
    units, topics = Counter(one.unit for one in had), Counter(one.topic for one in had)

    def weight(turn: Turn) -> tuple[int, int, int]:
        return units[turn.unit], topics[turn.topic], turn.arrival

    queue = [(*weight(turn), number) for number, turn in enumerate(waiting)]
    heapq.heapify(queue)
    found: list[Criteria] = []
    while queue:
        *seen, number = heapq.heappop(queue)
        turn = waiting[number]
        now = weight(turn)
        if now != tuple(seen):  # counts only grow, so that it belongs further behind
            heapq.heappush(queue, (*now, number))
            continue
        found.append(Criteria(turn.id, *now))
        units[turn.unit] += 1
        topics[turn.topic] += 1
    return found
