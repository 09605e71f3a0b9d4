"""A time axis: where moments lie on it, and its labels at even steps of local time."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

PAD = 0.02  # of the axis, at both of its ends


class Scale:
    """From the first to the last of some moments (aware), with a little room at both ends."""

    def __init__(self, moments: Iterable[datetime], *, at_least: timedelta) -> None:
        found = list(moments)
        span = max(max(found) - min(found), at_least)
        self.begins, self.span = min(found) - PAD * span, (1 + 2 * PAD) * span

    def at(self, moment: datetime) -> float:
        """Where a moment lies, from 0 to 1."""
        return round(min(max((moment - self.begins) / self.span, 0.0), 1.0), 4)

    def ticks(
        self, first: datetime, step: timedelta, name: Callable[[datetime], str]
    ) -> tuple[tuple[float, str], ...]:
        """The labels at every `step` from `first` on, which lies before the axis or at its start.

        In the zone of `first`: Python adds local days and hours there.
        """
        found, moment = [], first
        while moment <= self.begins + self.span:
            if moment >= self.begins:
                found.append((self.at(moment), name(moment)))
            moment += step
        return tuple(found)
