"""The arrival forecast: how many are in at the start, when nearly all are, which groups are late.

Method. An arrival curve (`expected_curve`: the event's arrival plan and the curves of its earlier
items, weighted by people) gives each minute a hazard, the rate at which those who are not here yet
come. The day's pace multiplies it; the arrivals so far give the pace, by Bayes' rule over a grid.
Delegations come in vehicles, so their members are no independent witnesses: the evidence counts as
that of far fewer people, and of those who are missing each delegation's number to come is
beta-binomial. How the pace goes on is less certain than how it was: it falls back towards the
curve, and varies. The answer is the exact distribution of the sum, by convolution. With fixed noise
each further arrival makes the pace likely higher and leaves fewer to wait for, so that it never
lowers the forecast.

The constants were chosen by hand: on generated arrivals of other seeds than those by which
`tests/bench/forecast.py` prints how often the interval held, but of the same generator, and with
the sample's rehearsal in sight. No real event's arrivals have been seen: how often it holds for one
is not known.
"""

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil

import numpy as np

from models.attendance.ledger import planned_share

# Minutes before the start between which a curve is drawn; after the start they are negative.
FIRST, LAST = 120, -45
PEOPLE_OF_PLAN = 500  # the plan weighs as much as an earlier item with so many people
PLAN_SHARE = 0.96  # of a plan comes true: no plan names who stays away without a word
# By the plan, half of those missing at the start still come, within so many minutes.
COME_LATE, LATEST = 0.5, 20
ALL = 0.995  # no curve is believed to bring in more: there are always some who stay away

MIN_SHARE = 0.03  # before so many came, or should have, there is too little to say
PACES = np.exp(np.linspace(-1.8, 1.8, 13))
PACE_SPREAD = 0.6  # standard deviation of the logarithm of the day's pace
GOES_ON = 0.25  # the power of the pace so far that goes on
# The same for how it turns from here on: more often worse than better.
TURN_MEAN, TURN_SPREAD = -0.15, 0.38
TURNS = np.exp(np.linspace(-1.35, 1.05, 9))
GROUPING = 0.42  # how far a delegation comes as one: 0 each alone, 1 all or none
MAX_BLOCKS = 2000  # more people than this are counted in blocks
INTERVAL = (0.1, 0.5, 0.9)
NEARLY_ALL = 0.95

FEW = 0.25  # late as a group: at most this part of what the plan and the others have
MANY = 0.4  # … once both have this share
GROUP = 5  # fewer people than this are no group


@dataclass(frozen=True)
class Party:
    """A delegation at an item: how many are to come (expected and not excused), and here."""

    coming: int
    here: int

    @property
    def missing(self) -> int:
        return self.coming - self.here


@dataclass(frozen=True)
class EarlierItem:
    """An item whose arrivals are known: how many were to come, and at how many minutes before
    its start each of them came."""

    coming: int
    minutes_before: tuple[float, ...]


@dataclass(frozen=True)
class Forecast:
    """How many are in at the start: the median, and an interval that holds with 80 %; `here` and
    `coming` are its bounds.

    `nearly_all`: minutes before the start (negative after it) at which 95 % of those who will come
    are in; 0 minutes from now where they are. None where the curve does not reach that far.
    """

    here: int
    coming: int
    low: int
    median: int
    high: int
    nearly_all: float | None


Curve = np.ndarray
"""The share (0 to 1) that is in at each whole minute from `FIRST` to `LAST`; it never falls."""


def expected_curve(plan: list[list[float]], earlier: list[EarlierItem]) -> Curve | None:
    """The arrival curve to expect; None with neither a plan nor an earlier item."""
    curves = [(PEOPLE_OF_PLAN, _plan_curve(plan))] if plan else []
    curves += [(item.coming, _curve_of(item)) for item in earlier if item.coming]
    if not curves:
        return None
    weights = [weight for weight, _ in curves]
    return np.minimum(np.average([curve for _, curve in curves], axis=0, weights=weights), ALL)


def _minutes() -> range:
    return range(FIRST, LAST - 1, -1)


def _plan_curve(plan: list[list[float]]) -> Curve:
    last = min(planned_share(plan, minutes_before=0), 1.0)
    after = [
        last + (1 - last) * COME_LATE * min(-minute / LATEST, 1)
        for minute in _minutes()
        if minute < 0
    ]
    before = [planned_share(plan, minutes_before=minute) for minute in _minutes() if minute >= 0]
    return PLAN_SHARE * np.array(before + after)


def _curve_of(item: EarlierItem) -> Curve:
    came = sorted(-minute for minute in item.minutes_before)
    return np.array(
        [min(bisect_left(came, -minute + 1e-9) / item.coming, 1.0) for minute in _minutes()]
    )


def share_at(curve: Curve, minutes_before: float) -> float:
    return float(np.interp(-minutes_before, [-minute for minute in _minutes()], curve))


def forecast(
    parties: list[Party], curve: Curve | None, *, minutes_before: float
) -> Forecast | None:
    """The forecast so many minutes before the start; None from the start on, without a curve, or
    with too little to go by."""
    coming, here = sum(party.coming for party in parties), sum(party.here for party in parties)
    if curve is None or minutes_before <= 0 or coming == 0:
        return None
    if max(share_at(curve, minutes_before), here / coming) < MIN_SHARE:
        return None
    now, start = _hazard(share_at(curve, minutes_before)), _hazard(share_at(curve, 0))
    weights, paces = _outlook(parties, now)
    chances = 1 - np.exp(-paces * (start - now))
    low, median, high = _quantiles([party.missing for party in parties], chances, weights)
    return Forecast(
        here=here,
        coming=coming,
        low=min(here + low, coming),
        median=min(here + median, coming),
        high=min(here + high, coming),
        nearly_all=_nearly_all(
            curve, weights, paces, here=here, coming=coming, minutes_before=minutes_before
        ),
    )


def _hazard(share: float) -> float:
    """The hazard summed up to a share."""
    return -float(np.log1p(-min(share, ALL)))


def _outlook(parties: list[Party], hazard: float) -> tuple[np.ndarray, np.ndarray]:
    """The possible paces from here on, and how likely each is."""
    coming = sum(party.coming for party in parties)
    share = sum(party.here for party in parties) / coming
    witnesses = coming**2 / sum(
        party.coming * (1 + (party.coming - 1) * GROUPING) for party in parties
    )
    chance = np.clip(1 - np.exp(-PACES * hazard), 1e-3, 1 - 1e-3)
    evidence = witnesses * (share * np.log(chance) + (1 - share) * np.log(1 - chance)) + _bell(
        PACES, 0.0, PACE_SPREAD
    )
    likely = np.outer(
        np.exp(evidence - evidence.max()), np.exp(_bell(TURNS, TURN_MEAN, TURN_SPREAD))
    )
    return (likely / likely.sum()).ravel(), np.outer(PACES**GOES_ON, TURNS).ravel()


def _bell(factors: np.ndarray, mean: float, spread: float) -> np.ndarray:
    """The logarithm of a normal density over the logarithms of factors."""
    density: np.ndarray = -0.5 * ((np.log(factors) - mean) / spread) ** 2
    return density


def _quantiles(missing: list[int], chances: np.ndarray, weights: np.ndarray) -> list[int]:
    """How many of those missing come, at the quantiles of `INTERVAL`."""
    block = max(ceil(sum(missing) / MAX_BLOCKS), 1)
    blocks = [ceil(number / block) for number in missing if number]
    length = 1 << sum(blocks).bit_length()
    product = np.ones((len(chances), length // 2 + 1), dtype=complex)
    for number in sorted(set(blocks)):
        product *= np.fft.rfft(_beta_binomial(number, chances), n=length) ** blocks.count(number)
    reached = np.cumsum(weights @ np.fft.irfft(product, n=length))
    return [int(np.searchsorted(reached, quantile - 1e-9)) * block for quantile in INTERVAL]


def _beta_binomial(number: int, chances: np.ndarray) -> np.ndarray:
    """The probability of 0 … `number`, a row for each chance."""
    whole = (1 - GROUPING) / GROUPING
    yes, no = (
        np.clip(chances, 1e-9, 1 - 1e-9)[:, None] * whole,
        np.clip(1 - chances, 1e-9, 1 - 1e-9)[:, None] * whole,
    )
    k = np.arange(number)
    steps = np.log((number - k) * (k + yes)) - np.log((k + 1) * (number - k - 1 + no))
    logarithms = np.concatenate([np.zeros((len(chances), 1)), np.cumsum(steps, axis=1)], axis=1)
    likely = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    chance: np.ndarray = likely / likely.sum(axis=1, keepdims=True)
    return chance


def _nearly_all(
    curve: Curve,
    weights: np.ndarray,
    paces: np.ndarray,
    *,
    here: int,
    coming: int,
    minutes_before: float,
) -> float | None:
    now = _hazard(share_at(curve, minutes_before))
    later = [minutes_before, *(minute for minute in _minutes() if minute < minutes_before)]
    gains = np.array([_hazard(share_at(curve, minute)) - now for minute in later])
    came = here + (coming - here) * (weights @ (1 - np.exp(-np.outer(paces, gains))))
    reached = np.flatnonzero(came >= NEARLY_ALL * came[-1])
    return later[reached[0]] if came[-1] > 0 else None


def late_groups(
    parties: dict[int, Party], curve: Curve | None, *, minutes_before: float
) -> list[int]:
    """The keys of the delegations that are late as a group, most missing first: hardly anyone of
    theirs is in, while by the plan, and of the others, many are."""
    if curve is None:
        return []
    planned = share_at(curve, minutes_before)
    coming, here = (
        sum(party.coming for party in parties.values()),
        sum(party.here for party in parties.values()),
    )
    late = []
    for key, party in parties.items():
        others = (here - party.here) / (coming - party.coming) if coming > party.coming else 0.0
        if (
            party.coming >= GROUP
            and min(planned, others) >= MANY
            and party.here <= FEW * min(planned, others) * party.coming
        ):
            late.append(key)
    return sorted(late, key=lambda key: -parties[key].missing)
