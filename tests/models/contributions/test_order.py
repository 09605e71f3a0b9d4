"""The order in which contributions are proposed to the chair: nothing is lost, units take turns."""

from hypothesis import given
from hypothesis import strategies as st

from models.contributions.order import Turn, proposed

turns = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.booleans()), max_size=30).map(
    lambda rows: [
        (Turn(number, unit, topic, number), had)
        for number, (unit, topic, had) in enumerate(rows, start=1)
    ]
)


@given(turns)
def test_nothing_disappears_and_each_place_is_the_best_that_was_left(rows):
    waiting = [turn for turn, had in rows if not had]
    heard = [turn for turn, had in rows if had]
    found = proposed(waiting, heard)
    assert sorted(one.id for one in found) == [turn.id for turn in waiting]
    by_id = {turn.id: turn for turn, _ in rows}
    for place, one in enumerate(found):
        left = [by_id[other.id] for other in found[place:]]
        weights = [
            (
                sum(turn.unit == other.unit for turn in heard),
                sum(turn.topic == other.topic for turn in heard),
                other.arrival,
            )
            for other in left
        ]
        assert (one.unit_before, one.topic_before, one.arrival) == min(weights)
        heard.append(by_id[one.id])


def test_a_unit_that_was_heard_comes_behind_one_that_was_not():
    waiting = [Turn(1, "A", "đất", 1), Turn(2, "A", "y tế", 2), Turn(3, "B", "đất", 3)]
    assert [one.id for one in proposed(waiting, [])] == [1, 3, 2]
    assert [one.id for one in proposed(waiting, [Turn(9, "A", "đất", 0)])] == [3, 2, 1]
