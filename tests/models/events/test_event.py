"""Tests of models/events/event.py."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.event import (
    SPEEDS,
    Clock,
    Event,
    Phase,
    moment_of,
    phase_at,
    real_clock,
    require_rehearsal,
    require_speed,
)
from models.refusals import Refusal

UTC = timezone.utc
SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2023, 7, 21)
REAL = datetime(2026, 1, 1, tzinfo=UTC)
SHOWN = datetime(2023, 7, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "moment"),
    [
        ("D+0 00:00", "2023-07-20T17:00+00:00"),
        ("D+1 07:30", "2023-07-22T00:30+00:00"),
        ("D-58 17:00", "2023-05-24T10:00+00:00"),
        ("D+1 06:52:09", "2023-07-21T23:52:09+00:00"),
        (" D-0 7:05 ", "2023-07-21T00:05+00:00"),
        ("D+7 23:59:59", "2023-07-28T16:59:59+00:00"),
    ],
)
def test_an_offset_is_counted_in_local_days_from_the_first(offset, moment):
    assert moment_of(offset, first_day=DAY, time_zone=SAIGON) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "offset",
    [
        "",
        "D",
        "D1 07:00",
        "D+1",
        "D+1 24:00",
        "D+1 07:60",
        "D+1 07:00:60",
        "D+1  07:00",
        "+1 07:00",
        "D+1 7h",
        "D+12345 07:00",
    ],
)
def test_a_malformed_offset_is_refused(offset):
    with pytest.raises(Refusal) as caught:
        moment_of(offset, first_day=DAY, time_zone=SAIGON)
    assert (caught.value.code, caught.value.facts) == ("offset_malformed", {"value": offset})


def test_an_offset_past_the_end_of_the_calendar_is_refused():
    with pytest.raises(Refusal, match="offset_malformed"):
        moment_of("D+9999 00:00", first_day=date(9999, 1, 1), time_zone=SAIGON)


def test_an_offset_follows_the_clocks_of_a_zone_with_summer_time():
    """Two local noons around the change lie 23 hours apart; to add seconds instead of days would
    miss that.
    """
    berlin = ZoneInfo("Europe/Berlin")
    before, after = (
        moment_of(f"D+{day} 12:00", first_day=date(2023, 3, 25), time_zone=berlin) for day in (0, 1)
    )
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=23)


def an_event(**facts) -> Event:
    return Event(
        **{
            "first_day": DAY,
            "last_day": DAY + timedelta(days=1),
            "time_zone": "Asia/Ho_Chi_Minh",
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("local", "phase"),
    [
        ("2023-07-18T23:59", Phase.BEFORE),
        ("2023-07-19T00:00", Phase.NEAR),
        ("2023-07-20T23:59", Phase.NEAR),
        ("2023-07-21T00:00", Phase.DURING),
        ("2023-07-22T23:59", Phase.DURING),
        ("2023-07-23T00:00", Phase.AFTER),
    ],
)
def test_the_phase_turns_at_local_midnight(local, phase):
    assert (
        phase_at(an_event(), datetime.fromisoformat(local).replace(tzinfo=SAIGON).astimezone(UTC))
        is phase
    )


def test_a_paused_clock_stands_still_and_knows_no_until():
    clock = Clock(REAL, SHOWN, speed=0.0, resume_speed=5.0)
    assert clock.paused
    assert clock.shows(REAL + timedelta(days=1)) == SHOWN
    assert clock.real_time_until(SHOWN + timedelta(hours=1), real=REAL) is None


def test_a_fast_clock_shows_twenty_seconds_for_each_real_one():
    clock = Clock(REAL, SHOWN, speed=20.0)
    assert clock.shows(REAL + timedelta(seconds=3)) == SHOWN + timedelta(minutes=1)
    assert clock.real_time_until(SHOWN + timedelta(minutes=1), real=REAL) == pytest.approx(3)


def test_a_real_clock_shows_real_time():
    later = REAL + timedelta(hours=5)
    assert real_clock(REAL).shows(later) == later


@given(st.sampled_from(SPEEDS), st.integers(0, 10**6), st.integers(-(10**6), 10**6))
def test_after_the_real_time_until_a_moment_the_clock_shows_it(speed, passed, ahead):
    clock = Clock(REAL, SHOWN, speed=speed)
    real = REAL + timedelta(seconds=passed)
    moment = clock.shows(real) + timedelta(seconds=ahead)
    there = real + timedelta(seconds=clock.real_time_until(moment, real=real))
    assert abs(clock.shows(there) - moment) < timedelta(milliseconds=5)


def test_a_real_event_is_no_rehearsal():
    require_rehearsal(an_event(rehearsal=True))
    with pytest.raises(Refusal, match="not_a_rehearsal"):
        require_rehearsal(an_event(rehearsal=False))


@pytest.mark.parametrize("speed", [0.0, -1.0, 3.0, 601.0, float("nan"), float("inf")])
def test_a_speed_that_is_not_offered_is_refused(speed):
    with pytest.raises(Refusal, match="speed_unknown"):
        require_speed(speed)


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_offered_speed_is_accepted(speed):
    require_speed(speed)
