"""Tests of models/events/travel.py: where the slider through an event's time stops."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.events.event import Event, Phase, phase_at
from models.events.travel import MAX_STOPS, TAP, step, stops

VINH = ZoneInfo("Asia/Ho_Chi_Minh")
EVENT = Event(time_zone="Asia/Ho_Chi_Minh", first_day=date(2023, 7, 21), last_day=date(2023, 7, 22))
FIRST = datetime(2023, 5, 24, 8, 5, tzinfo=VINH)


def test_the_days_of_the_event_have_a_stop_every_two_hours_and_the_weeks_before_fewer():
    found = stops(EVENT, FIRST, datetime(2023, 7, 22, 6, 52, tzinfo=VINH))
    on = [one.hour for one in found if one.date() == EVENT.first_day]
    assert on == [6, 8, 10, 12, 14, 16, 18, 20]
    assert [one.hour for one in found if one.date() == date(2023, 7, 10)] == [7]
    assert len(found) < MAX_STOPS


@given(st.integers(0, 900), st.integers(1, 60 * 24 * 900), st.integers(1, 20))
def test_stops_lie_in_order_between_the_first_fact_and_now_and_are_few_enough_for_a_thumb(
    days, minutes, length
):
    event = Event(
        time_zone="Asia/Ho_Chi_Minh",
        first_day=date(2023, 7, 21),
        last_day=date(2023, 7, 20) + timedelta(days=length),
    )
    first = FIRST - timedelta(days=days)
    now = first + timedelta(minutes=minutes)
    found = stops(event, first, now)
    assert found == sorted(set(found)) and len(found) <= MAX_STOPS
    assert all(first <= one < now for one in found)


@given(st.integers(-90, 30), st.integers(0, 23))
def test_a_tap_goes_as_far_as_the_phase_says(day, hour):
    moment = datetime(2023, 7, 21, hour, tzinfo=VINH) + timedelta(days=day)
    far = TAP[phase_at(EVENT, moment)]
    assert (step(EVENT, moment, back=True), step(EVENT, moment, back=False)) == (
        moment - far,
        moment + far,
    )
    assert TAP[Phase.DURING] < TAP[Phase.NEAR] < TAP[Phase.BEFORE]
