"""How much of the plan is done, and when the rest will be.

Method. Tasks are not done at a pace but about their due times, so what is carried forward is how
late tasks have been: of each done task its lateness, the time from the due moment that counted when
it was done until it was done (negative when early). An open task that is so late by now is done
like those that were still open at that lateness: the chance that it is done by a moment is the
share of them that were done by the same lateness. Where fewer than three were still open there is
no precedent: it is then taken to need as long again as it is already later than usual (half of such
are done after that time, nine tenths after nine times it).

The rest is done when its last task is, tasks taken as independent: the chance is the product of
theirs. The forecast is the moment at which that chance passes one half, with those of 10 % and 90
%: an interval that holds with 80 % if the tasks to come are like those that are done. Tasks that
wait for each other fail together, so that the truth spreads wider than that; it is a forecast, and
no promise. Fewer than eight done tasks say too little, and a bound more than two years away says
nothing: both are unknown.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

MIN_DONE = 8
MIN_PRECEDENTS = 3
RECENT = 100  # done tasks, the latest, that tell how late tasks are
INTERVAL = (0.1, 0.5, 0.9)
FARTHEST = timedelta(days=730)
TAIL = 1.2816  # standard deviations that leave a tenth on either side
STEPS = 40
DAY = 86_400.0


@dataclass(frozen=True)
class Work:
    """A task: due by the plan and by the baseline; when it was done, and how late it was then
    (None while it is open).
    """

    due_at: datetime
    baseline_due_at: datetime
    done_at: datetime | None = None
    lateness: timedelta | None = None


@dataclass(frozen=True)
class Finish:
    """When some open tasks will all be done: 10 %, 50 %, 90 %; None where that is unknown."""

    low: datetime | None
    median: datetime | None
    high: datetime | None


@dataclass(frozen=True)
class BurnUp:
    """Done against plan as at a moment, and the forecast.

    `planned`: how many should be done by now. `expected`: (moment, low, middle, high) of how many
    will be done. `rest`: when all will be; `before`: when all will be that are due before the event
    begins. Both None where nothing of it is open.
    """

    total: int
    done: int
    planned: int
    works: tuple[Work, ...]
    known: bool
    expected: tuple[tuple[datetime, float, float, float], ...]
    before: Finish | None
    rest: Finish | None


def burn_up(works: list[Work], *, begins_at: datetime, until: datetime, now: datetime) -> BurnUp:
    """`begins_at`: when the event begins; `until`: how far the expected course is drawn, at the
    least.
    """
    done = sorted((work for work in works if work.done_at), key=lambda work: work.done_at or now)
    open_works = [work for work in works if not work.done_at]
    known = len(done) >= MIN_DONE
    late = (
        np.sort(
            [work.lateness.total_seconds() for work in done[-RECENT:] if work.lateness is not None]
        )
        if known
        else np.array([])
    )
    last = max([until, *(work.due_at for work in works)])
    return BurnUp(
        total=len(works),
        done=len(done),
        planned=sum(work.due_at <= now for work in works),
        works=tuple(works),
        known=known,
        expected=_expected(open_works, late, done=len(done), until=last, now=now)
        if known and open_works
        else (),
        before=_finish([work for work in open_works if work.due_at < begins_at], late, now=now),
        rest=_finish(open_works, late, now=now),
    )


def chances(late: np.ndarray, by_now: np.ndarray, after: np.ndarray | float) -> np.ndarray:
    """The chance of each open task to be done so many seconds from now. `late`: how late done tasks
    were, ascending; `by_now`: how late the open ones are already; seconds all."""
    before = np.searchsorted(late, by_now, side="right")
    precedents = len(late) - before
    like_them = (np.searchsorted(late, by_now + after, side="right") - before) / np.maximum(
        precedents, 1
    )
    beyond = np.maximum(by_now - np.median(late), DAY)
    return np.where(precedents >= MIN_PRECEDENTS, like_them, after / (beyond + after))


def _by_now(works: list[Work], now: datetime) -> np.ndarray:
    return np.array([(now - work.due_at).total_seconds() for work in works])


def _finish(works: list[Work], late: np.ndarray, *, now: datetime) -> Finish | None:
    if not works:
        return None
    if not len(late):
        return Finish(None, None, None)
    by_now = _by_now(works, now)
    return Finish(*(_moment_of_chance(chance, late, by_now, now) for chance in INTERVAL))


def _moment_of_chance(
    chance: float, late: np.ndarray, by_now: np.ndarray, now: datetime
) -> datetime | None:
    """By halving, to the minute."""
    low, high = 0.0, FARTHEST.total_seconds()
    if chances(late, by_now, high).prod() < chance:
        return None
    while high - low > 60:
        middle = (low + high) / 2
        low, high = (
            (low, middle) if chances(late, by_now, middle).prod() >= chance else (middle, high)
        )
    return now + timedelta(seconds=high)


def _expected(
    works: list[Work], late: np.ndarray, *, done: int, until: datetime, now: datetime
) -> tuple[tuple[datetime, float, float, float], ...]:
    span = max((until - now).total_seconds(), DAY)
    by_now, course, total = _by_now(works, now), [], done + len(works)
    floor = [float(done)] * 3
    for step in range(STEPS + 1):
        after = span * step / STEPS
        chance = chances(late, by_now, after) if step else np.zeros(len(works))
        middle, spread = done + chance.sum(), TAIL * np.sqrt((chance * (1 - chance)).sum())
        bounds = (middle - spread, middle, middle + spread)
        floor = [
            min(max(bound, least), total) for bound, least in zip(bounds, floor, strict=True)
        ]  # what is done stays done
        low, middle, high = map(float, floor)
        course.append((now + timedelta(seconds=after), low, middle, high))
    return tuple(course)
