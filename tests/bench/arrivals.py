"""When walls hear of a change: numbered headlines, and the moment each first came to each wall."""

import re
from collections.abc import Callable

Hearing = Callable[[dict, float], None]

_HEADLINE = re.compile(r"Thước đo (\d{4})")


def headline(number: str) -> str:
    """The headline of a number of four digits."""
    return f"Thước đo {number}"


def headlines(payload: dict) -> list[str]:
    """The numbers on a message of the live feed that is a board."""
    if payload["kind"] != "board":
        return []
    sections = payload["board"]["sections"]
    return [number for section in sections for number in _HEADLINE.findall(section["headline"])]


class Arrivals:
    """When each headline first came, per wall, in ms since 1970; and the board that came last."""

    def __init__(self) -> None:
        self.per_wall: list[dict[str, float]] = []
        self.last: dict = {}
        self.numbers: list[str] = []

    def hearing(self) -> Hearing:
        """The ear of one more wall."""
        came: dict[str, float] = {}
        self.per_wall.append(came)

        def hear(payload: dict, moment: float) -> None:
            for number in self._numbers(payload):
                came.setdefault(number, moment)

        return hear

    def _numbers(self, payload: dict) -> list[str]:
        """A board that all walls share is looked through once."""
        if payload["kind"] != "board":
            return []
        if payload is not self.last:
            self.last, self.numbers = payload, headlines(payload)
        return self.numbers

    def delays(self, committed: dict[str, float]) -> list[float]:
        """Milliseconds from every commit to its board at every wall. A board that never came is an
        error, not a gap.
        """
        return [
            came[number] - moment for came in self.per_wall for number, moment in committed.items()
        ]
