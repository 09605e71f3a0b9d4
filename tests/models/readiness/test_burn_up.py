"""Tests of models/readiness/burn_up.py: counts, the forecast's behaviour, and what is unknown."""

from datetime import datetime, timedelta, timezone

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.readiness.burn_up import MIN_DONE, Work, burn_up, chances

NOW = datetime(2023, 7, 1, tzinfo=timezone.utc)
BEGINS = NOW + timedelta(days=20)
DAY = timedelta(days=1)


def done(due: int, late: float = 0.0) -> Work:
    due_at = NOW + due * DAY
    return Work(due_at, due_at, due_at + late * DAY, late * DAY)


def waiting(due: float) -> Work:
    return Work(NOW + due * DAY, NOW + due * DAY)


def burn_up_of(works: list[Work]):
    return burn_up(works, begins_at=BEGINS, until=BEGINS + DAY, now=NOW)


PUNCTUAL = [done(-number, late=0) for number in range(1, 13)]
SLOW = [done(-number - 5, late=number % 4) for number in range(1, 13)]


def test_what_should_be_done_and_what_is_are_counted():
    found = burn_up_of([*PUNCTUAL, waiting(-1), waiting(3)])
    assert (found.total, found.done, found.planned) == (14, 12, 13)


def test_too_few_done_tasks_say_nothing():
    found = burn_up_of([*PUNCTUAL[: MIN_DONE - 1], waiting(3)])
    assert not found.known and found.expected == ()
    assert (found.rest.low, found.rest.median, found.rest.high) == (None, None, None)


def test_where_nothing_is_open_nothing_is_forecast():
    found = burn_up_of(PUNCTUAL)
    assert found.rest is None and found.before is None and found.expected == ()


def test_who_was_punctual_is_expected_to_be():
    rest = burn_up_of([*PUNCTUAL, waiting(3), waiting(7)]).rest
    assert abs(rest.median - (NOW + 7 * DAY)) < timedelta(minutes=2)
    assert rest.low <= rest.median <= rest.high


def test_who_was_late_is_expected_to_be_late_again():
    rest = burn_up_of([*SLOW, waiting(7)]).rest
    assert NOW + 7 * DAY <= rest.low <= rest.median <= rest.high <= NOW + 10.1 * DAY
    assert rest.high > NOW + 9 * DAY


def test_what_is_later_than_anything_that_was_done_takes_as_long_again():
    rest = burn_up_of([*PUNCTUAL, waiting(-6)]).rest
    assert abs(rest.median - (NOW + 6 * DAY)) < timedelta(minutes=2)
    assert abs(rest.high - (NOW + 54 * DAY)) < timedelta(minutes=2)


def test_a_bound_too_far_away_is_unknown():
    rest = burn_up_of([*PUNCTUAL, waiting(-300)]).rest
    assert rest.median is not None and rest.high is None


def test_what_is_due_before_the_event_is_given_for_itself():
    found = burn_up_of([*PUNCTUAL, waiting(3), waiting(50)])
    assert found.before.median < NOW + 4 * DAY
    assert found.rest.median > NOW + 49 * DAY


@given(
    late=st.lists(st.floats(-20, 20), min_size=MIN_DONE, max_size=40),
    open_due=st.lists(st.floats(-30, 60), min_size=1, max_size=20),
)
def test_the_forecast_never_falls_and_stays_between_done_and_all(late, open_due):
    works = [done(-30, late=one) for one in late] + [waiting(one) for one in open_due]
    found = burn_up_of(works)
    for bound in (1, 2, 3):
        line = [step[bound] for step in found.expected]
        assert line == sorted(line)
        assert found.done <= line[0] and line[-1] <= found.total
    known = [moment for moment in (found.rest.low, found.rest.median, found.rest.high) if moment]
    assert known == sorted(known) and all(moment > NOW for moment in known)


@given(by_now=st.floats(-1e6, 1e6), soon=st.floats(1, 1e6), more=st.floats(0, 1e6))
def test_the_chance_to_be_done_never_falls_with_time(by_now, soon, more):
    late = np.sort(np.array([-3e5, -1e5, 0.0, 0.0, 2e5, 4e5, 5e5, 9e5]))
    first, later = (chances(late, np.array([by_now]), after)[0] for after in (soon, soon + more))
    assert 0 <= first <= later <= 1
