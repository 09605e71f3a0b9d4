"""Tests of models/attendance/forecast.py: its bounds whatever happens, what moves it which way, and
when it says nothing.
"""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.attendance import forecast as rules
from models.attendance.forecast import (
    EarlierItem,
    Party,
    expected_curve,
    forecast,
    late_groups,
    share_at,
)

PLAN = [[60, 0.0], [45, 0.15], [30, 0.55], [15, 0.90], [0, 0.98]]
CURVE = expected_curve(PLAN, [])


@st.composite
def parties(draw) -> list[Party]:
    sizes = draw(st.lists(st.integers(0, 80), min_size=1, max_size=12))
    return [Party(size, draw(st.integers(0, size))) for size in sizes]


minutes = st.floats(0.1, 90)


@given(parties(), minutes)
def test_it_lies_between_who_is_here_and_who_is_to_come_and_the_interval_holds_the_median(
    found, before
):
    result = forecast(found, CURVE, minutes_before=before)
    assume(result is not None)
    assert result.here == sum(party.here for party in found) and result.coming == sum(
        party.coming for party in found
    )
    assert result.here <= result.low <= result.median <= result.high <= result.coming
    assert result.nearly_all is None or rules.LAST <= result.nearly_all <= before


@given(parties(), minutes, st.data())
def test_a_further_arrival_never_lowers_it(found, before, data):
    lacking = [place for place, party in enumerate(found) if party.missing]
    assume(lacking)
    place = data.draw(st.sampled_from(lacking))
    number = data.draw(st.integers(1, found[place].missing))
    more = [
        replace(party, here=party.here + number) if at == place else party
        for at, party in enumerate(found)
    ]
    was, now = (forecast(one, CURVE, minutes_before=before) for one in (found, more))
    assume(was is not None)
    assert (now.low, now.median, now.high) >= (was.low, was.median, was.high)
    assert now.low >= was.low and now.median >= was.median and now.high >= was.high


@given(parties(), minutes)
def test_with_everybody_here_there_is_nothing_left_to_forecast(found, before):
    here = [replace(party, here=party.coming) for party in found]
    assume(sum(party.coming for party in here))
    result = forecast(here, CURVE, minutes_before=before)
    assert result.low == result.median == result.high == result.coming
    assert result.nearly_all == before


@given(st.lists(st.floats(-40, 110), max_size=60), st.integers(0, 60), st.booleans())
def test_a_curve_never_falls_and_stays_a_share(came, stayed_away, planned):
    curve = expected_curve(
        PLAN if planned else [], [EarlierItem(len(came) + stayed_away, tuple(came))]
    )
    assume(curve is not None)
    assert (curve >= 0).all() and (curve <= rules.ALL).all() and (curve[1:] >= curve[:-1]).all()


def test_a_curve_says_what_came_by_each_minute():
    curve = expected_curve([], [EarlierItem(4, (30.0, 10.0, -5.0))])
    assert [share_at(curve, minute) for minute in (31, 30, 10, 0, -5)] == [0, 0.25, 0.5, 0.5, 0.75]


def test_an_earlier_item_moves_the_curve_by_its_people():
    late = EarlierItem(500, tuple([0.0] * 500))
    assert share_at(expected_curve(PLAN, [late]), 15) == pytest.approx(share_at(CURVE, 15) / 2)


def test_it_says_nothing_with_too_little_to_go_by():
    room = [Party(50, 0), Party(50, 0)]
    assert forecast(room, None, minutes_before=20) is None, "neither plan nor earlier item"
    assert forecast(room, CURVE, minutes_before=59) is None, "hardly anybody is due"
    assert forecast([Party(50, 10), Party(50, 0)], CURVE, minutes_before=59) is not None, (
        "but some came early"
    )
    assert (
        forecast(room, CURVE, minutes_before=0) is None
        and forecast(room, CURVE, minutes_before=-5) is None
    ), "it has begun"
    assert (
        forecast([Party(0, 0)], CURVE, minutes_before=20) is None
        and forecast([], CURVE, minutes_before=20) is None
    )
    assert forecast(room, CURVE, minutes_before=20) is not None
    assert expected_curve([], []) is None and expected_curve([], [EarlierItem(0, ())]) is None


def test_the_interval_narrows_as_the_start_comes_near_and_people_come():
    far = forecast([Party(40, 12)] * 20, CURVE, minutes_before=35)
    near = forecast([Party(40, 36)] * 20, CURVE, minutes_before=5)
    assert near.high - near.low < (far.high - far.low) / 3


def test_it_stays_quick_with_a_hundred_thousand_people():
    result = forecast([Party(500, 300)] * 200, CURVE, minutes_before=20)
    assert result.here <= result.low <= result.median <= result.high <= result.coming == 100_000


def test_nearly_all_are_in_later_when_fewer_have_come():
    early = forecast([Party(40, 36)] * 20, CURVE, minutes_before=20)
    late = forecast([Party(40, 8)] * 20, CURVE, minutes_before=20)
    assert late.nearly_all < early.nearly_all <= 20


OTHERS = {number: Party(40, 36) for number in range(10)}


@pytest.mark.parametrize(
    ("party", "before", "late"),
    [
        (Party(40, 0), 15, True),
        (Party(40, 8), 15, True),
        (Party(40, 12), 15, False),  # a third of what the others have
        (Party(4, 0), 15, False),  # too few to be a group
        (Party(40, 0), 50, False),  # no one is due yet
        (Party(0, 0), 15, False),
    ],
)
def test_a_delegation_is_late_as_a_group_when_the_others_and_the_plan_are_far_ahead(
    party, before, late
):
    assert late_groups({99: party, **OTHERS}, CURVE, minutes_before=before) == (
        [99] if late else []
    )


def test_no_one_is_late_while_no_one_else_is_in_either():
    assert (
        late_groups({number: Party(40, 1) for number in range(10)}, CURVE, minutes_before=10) == []
    )
    assert late_groups({1: Party(40, 0)}, CURVE, minutes_before=10) == [], (
        "alone, there are no others"
    )
    assert late_groups({99: Party(40, 0), **OTHERS}, None, minutes_before=10) == []


def test_the_delegation_that_misses_most_people_comes_first():
    late = {90: Party(20, 0), 91: Party(60, 2), 92: Party(40, 0)}
    assert late_groups({**OTHERS, **late}, CURVE, minutes_before=10) == [91, 92, 90]
