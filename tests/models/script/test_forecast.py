"""The forecast of a script: what is fixed stays, order and rooms are kept, an overrun pushes."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.programme import UNFINISHED_TAIL
from models.script.forecast import Forecast, Hit, Slot, State, forecast

NINE = datetime(2026, 12, 17, 9, tzinfo=timezone.utc)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def slot(number: int, begins: int, ends: int, **facts: object) -> Slot:
    """An item of the room 1 by its minutes after nine."""
    facts = {name: at(value) if name.endswith("_at") else value for name, value in facts.items()}
    return Slot(number, facts.pop("room", 1), at(begins), at(ends), **facts)


def shown(found: Forecast) -> dict[int, tuple[str, int | None, int | None]]:
    """Each item's state, and the minutes after nine of its expected begin and end."""
    return {
        one.id: (one.state.value, *(_minutes(moment) for moment in (one.starts_at, one.ends_at)))
        for one in found.expected.values()
    }


def _minutes(moment: datetime | None) -> int | None:
    return None if moment is None else int((moment - NINE) / timedelta(minutes=1))


GREETING, SPEECH, FLOWERS = slot(1, 0, 10), slot(2, 10, 40), slot(3, 40, 50, fixed=True)


@pytest.mark.parametrize(
    ("slots", "now", "expected"),
    [
        # Before it begins everything is as planned.
        ((GREETING, SPEECH), -5, {1: ("ahead", 0, 10), 2: ("ahead", 10, 40)}),
        # Nobody began it: it begins now at the earliest, and pushes what follows.
        ((GREETING, SPEECH), 5, {1: ("ahead", 5, 15), 2: ("ahead", 15, 45)}),
        # An overrun pushes on from now.
        (
            (replace(GREETING, started_at=at(0)), SPEECH),
            17,
            {1: ("running", 0, 17), 2: ("ahead", 17, 47)},
        ),
        # What ends early pulls nothing before its planned time.
        (
            (replace(GREETING, started_at=at(0), finished_at=at(4)), SPEECH),
            5,
            {1: ("done", 0, 4), 2: ("ahead", 10, 40)},
        ),
        # What was skipped takes no time.
        (
            (replace(GREETING, skipped=True), SPEECH),
            12,
            {1: ("skipped", None, None), 2: ("ahead", 12, 42)},
        ),
        # What stands still goes on by as much longer.
        (
            (replace(GREETING, started_at=at(0), held=timedelta(minutes=3), held_at=at(8)), SPEECH),
            9,
            {1: ("held", 0, 14), 2: ("ahead", 14, 44)},
        ),
        # No end was recorded: it is over as soon as what follows has begun.
        (
            (replace(GREETING, started_at=at(0)), replace(SPEECH, started_at=at(8))),
            60,
            {1: ("over", 0, 8), 2: ("running", 8, 60)},
        ),
        # What is fixed stays, and cuts what would run into it.
        (
            (replace(SPEECH, started_at=at(20)), FLOWERS),
            25,
            {2: ("running", 20, 40), 3: ("ahead", 40, 50)},
        ),
        # Nobody recorded it at all, and what follows it has begun.
        (
            (GREETING, replace(SPEECH, started_at=at(10))),
            20,
            {1: ("passed", None, None), 2: ("running", 10, 40)},
        ),
        # Nobody recorded the end, and hours have passed: it is over, and so is what never began.
        (
            (replace(GREETING, started_at=at(0)), SPEECH, slot(4, 600, 610)),
            375,
            {1: ("over", 0, 10), 2: ("ahead", 375, 405), 4: ("ahead", 600, 610)},
        ),
        (
            (replace(GREETING, started_at=at(0), held_at=at(5)), SPEECH),
            401,
            {1: ("over", 0, 406), 2: ("passed", None, None)},
        ),
        # Another room goes its own way, and so does what has no room.
        (
            (
                replace(GREETING, started_at=at(0)),
                replace(SPEECH, room=2),
                slot(4, 10, 20, room=None),
            ),
            30,
            {1: ("running", 0, 30), 2: ("ahead", 30, 60), 4: ("ahead", 30, 40)},
        ),
    ],
)
def test_what_is_recorded_moves_what_follows(slots, now, expected):
    assert shown(forecast(slots, now=at(now))) == expected


def test_a_fixed_item_says_by_how_much_it_is_reached_too_late():
    found = forecast((replace(SPEECH, started_at=at(20)), FLOWERS), now=at(25))
    assert found.hits == (Hit(3, timedelta(minutes=10)),)
    assert found.expected[2].cut == timedelta(minutes=10)


minutes = st.integers(0, 300)


@st.composite
def rooms(draw) -> list[Slot]:
    """A script without recorded overlaps: what has begun did so in order."""
    found, recorded = [], draw(st.integers(0, 6))
    for number in range(draw(st.integers(1, 8))):
        begins = draw(minutes)
        one = slot(
            number,
            begins,
            begins + draw(st.integers(1, 90)),
            room=draw(st.sampled_from([1, 2, None])),
        )
        found.append(replace(one, fixed=draw(st.booleans()), skipped=draw(st.booleans())))
    ordered = sorted(found, key=lambda one: (one.starts_at, one.ends_at, one.id))
    clock = draw(st.integers(-20, 20))
    for number, one in enumerate(ordered[:recorded]):
        if draw(st.integers(0, 3)) == 0:
            continue  # nobody recorded it, but what follows
        ends = clock + draw(st.integers(0, 60))
        ordered[number] = replace(
            one,
            started_at=at(clock),
            finished_at=at(ends) if draw(st.booleans()) else None,
            skipped=False,
        )
        clock = ends
    return ordered


@given(rooms(), st.integers(100, 500))
def test_in_every_room_order_is_kept_nothing_overlaps_and_what_is_fixed_stays(slots, now):
    found = forecast(slots, now=at(now)).expected
    assert found.keys() == {one.id for one in slots}
    for room in (1, 2):
        times = [
            (found[one.id].starts_at, found[one.id].ends_at)
            for one in slots
            if one.room == room and found[one.id].starts_at
        ]
        assert all(begins <= ends for begins, ends in times)
        assert all(one[1] <= other[0] for one, other in zip(times, times[1:], strict=False))
    for one in slots:
        if one.fixed and found[one.id].state is State.AHEAD:
            assert found[one.id].starts_at == max(one.starts_at, at(now))


@given(rooms())
def test_nothing_goes_on_for_ever_and_nothing_is_waited_for_for_ever(slots):
    late = at(300 + 90 + 500) + UNFINISHED_TAIL
    found = forecast(slots, now=late).expected.values()
    assert not {one.state for one in found} & {State.RUNNING, State.HELD, State.AHEAD}


@given(rooms(), st.integers(100, 500), st.data())
def test_a_mark_that_is_taken_back_leaves_the_forecast_that_was_before(slots, now, data):
    before = forecast(slots, now=at(now))
    number = data.draw(st.integers(0, len(slots) - 1))
    marked = [*slots]
    marked[number] = replace(marked[number], started_at=at(now - 1))
    forecast(marked, now=at(now))
    marked[number] = slots[number]
    assert forecast(reversed(marked), now=at(now)) == before
