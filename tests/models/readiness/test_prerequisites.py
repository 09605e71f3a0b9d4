"""Tests of models/readiness/prerequisites.py: cycles by their numbers, and what a task holds up,
against plain references.
"""

import random
import sys
from collections.abc import Callable
from itertools import count
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.readiness.prerequisites import held_up, require_no_cycle
from models.refusals import Refusal

T = TypeVar("T")
PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)))


def needs_of(pairs: list[tuple[int, int]]) -> dict[int, list[int]]:
    needs: dict[int, list[int]] = {}
    for one, other in pairs:
        needs.setdefault(one, []).append(other)
    return needs


def pointing_back(pairs: list[tuple[int, int]]) -> dict[int, list[int]]:
    return needs_of([(max(pair), min(pair)) for pair in pairs if pair[0] != pair[1]])


def reached(needs: dict[int, list[int]], start: int) -> set[int]:
    """All that a task needs, by the plainest way that there is."""
    found: set[int] = set()
    while True:
        more = {other for one in {start, *found} for other in needs.get(one, [])} - found
        if not more:
            return found
        found |= more


@pytest.mark.parametrize(
    ("needs", "cycle"),
    [
        ({1: [1]}, "1 → 1"),
        ({1: [2], 2: [1]}, "1 → 2 → 1"),
        ({1: [2], 2: [3], 3: [4], 4: [2]}, "2 → 3 → 4 → 2"),
    ],
)
def test_a_cycle_is_refused_with_its_way(needs, cycle):
    with pytest.raises(Refusal) as caught:
        require_no_cycle(needs)
    assert (caught.value.code, caught.value.facts) == ("prerequisite_cycle", {"cycle": cycle})


@given(PAIRS)
def test_what_is_refused_is_what_needs_itself_and_the_cycle_that_is_shown_exists(pairs):
    needs = needs_of(pairs)
    if not any(task in reached(needs, task) for task in needs):
        require_no_cycle(needs)
        return
    with pytest.raises(Refusal) as caught:
        require_no_cycle(needs)
    cycle = [int(step) for step in caught.value.facts["cycle"].split(" → ")]
    assert cycle[0] == cycle[-1]
    assert all(later in needs[one] for one, later in zip(cycle, cycle[1:], strict=False))
    assert len(set(cycle)) == len(cycle) - 1


@given(PAIRS, st.sets(st.integers(1, 12)))
def test_a_task_holds_up_all_that_needs_it_and_is_not_done(pairs, done):
    needs = pointing_back(pairs)
    still = {
        task: [one for one in needed if one not in done]
        for task, needed in needs.items()
        if task not in done
    }
    found = held_up(needs, done=done)
    for task in range(1, 13):
        expected = (
            {other for other in still if task in reached(still, other)}
            if task not in done
            else set()
        )
        assert set(found.of(task)) == expected
        assert found.count(task) == len(expected)


@given(PAIRS)
def test_what_is_held_up_comes_after_what_it_needs(pairs):
    needs = pointing_back(pairs)
    found = held_up(needs, done=set())
    for task in needs:
        order = found.of(task)
        assert all(
            order.index(one) < order.index(other)
            for other in order
            for one in needs[other]
            if one in order
        )


def test_a_chain_of_thousands_is_walked_without_recursion():
    chain = {number: [number + 1] for number in range(1, 5001)}
    require_no_cycle(chain)
    assert held_up(chain, done=set()).count(5001) == 5000
    with pytest.raises(Refusal) as caught:
        require_no_cycle({**chain, 5001: [1]})
    assert caught.value.facts["cycle"].count("→") == 5001


def test_ten_thousand_prerequisites_of_five_thousand_tasks_are_known_at_once():
    dice = random.Random(7)
    needs = needs_of(
        [(number, dice.randint(1, number - 1)) for number in range(2, 5001) for _ in range(2)]
    )
    found, lines = counting_lines(lambda: held_up(needs, done=set()))
    assert found.count(1) > 4000
    assert lines < 20 * 10_000  # 20 ms; one walk over all that each holds up would be millions


def counting_lines(work: Callable[[], T]) -> tuple[T, int]:
    """What comes of some work, and how many lines of Python it runs."""
    lines = count()

    def trace(_frame, event: str, _argument):
        if event == "line":
            next(lines)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return work(), next(lines)
    finally:
        sys.settrace(before)
