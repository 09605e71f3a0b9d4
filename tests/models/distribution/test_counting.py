"""Tests of models/distribution/counting.py: each delegate counts once, a version by itself."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from models.distribution.counting import ORDER, Tally, Version, best, on_wall, one_of, tally
from models.distribution.ledger import BACK, STEPS, Channel, DocumentKind, State, may_become
from tests.rows import every_row

DELEGATES = range(1, 9)
ROWS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(State)), max_size=60)
SYNTHESIS, NOTICE = DocumentKind.SYNTHESIS, DocumentKind.NOTICE


@given(ROWS, st.randoms(use_true_random=False))
def test_each_delegate_counts_once_whatever_was_recorded_by_how_many_channels(rows, dice):
    count = tally(DELEGATES, rows)
    parts = [getattr(count, one.name) for one in fields(Tally) if one.name != "expected"]
    assert count.expected == len(DELEGATES) == sum(parts) and min(parts) >= 0
    received = {one for one, state in rows if state is State.ACKNOWLEDGED and one in DELEGATES}
    assert count.acknowledged == len(received) and count.missing == len(DELEGATES) - len(received)
    again = [*rows, *rows]
    dice.shuffle(again)
    assert tally(DELEGATES, again) == count


@given(ROWS)
def test_delegations_add_up_to_the_whole(rows):
    parts = [tally(DELEGATES[:3], rows), tally(DELEGATES[3:4], rows), tally(DELEGATES[4:], rows)]
    assert sum(parts, Tally()) == tally(DELEGATES, rows)


@given(ROWS, st.sampled_from(DELEGATES))
def test_who_leaves_the_list_no_longer_counts_and_no_one_else_changes(rows, gone):
    left = [one for one in DELEGATES if one != gone]
    own = best(state for one, state in rows if one == gone)
    assert tally(left, rows) + one_of(own) == tally(DELEGATES, rows)


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_a_version_that_is_sent_again_counts_from_nought(versions):
    """What was recorded of the former ones moves nothing in it."""
    assert tally(DELEGATES, ()) == Tally(expected=len(DELEGATES), to_send=len(DELEGATES))
    ids = range(1, len(versions) + 1)
    newest = on_wall(Version(number, SYNTHESIS) for number in ids)
    assert newest == len(versions)
    rows = dict(zip(ids, versions, strict=True))
    received = tally(DELEGATES, rows[newest]).acknowledged
    assert received <= len({one for one, _ in rows[newest]})


@every_row(
    ("versions", "shown"),
    [
        ([], None),
        ([Version(1, NOTICE)], 1),
        ([Version(1, SYNTHESIS), Version(2, NOTICE)], 1),
        ([Version(1, SYNTHESIS), Version(2, SYNTHESIS)], 2),
        ([Version(1, SYNTHESIS), Version(2, SYNTHESIS, withdrawn=True)], 1),
        ([Version(1, SYNTHESIS, withdrawn=True), Version(2, NOTICE)], 2),
        ([Version(1, NOTICE, withdrawn=True)], None),
    ],
)
def test_the_wall_counts_the_newest_synthesis_that_goes_on_else_the_newest_of_all(versions, shown):
    assert on_wall(versions) == on_wall(reversed(versions)) == shown


def test_every_state_has_its_place_and_what_is_received_stays_so_but_for_a_mistake():
    assert set(ORDER) == set(State) == set(STEPS) - {None}
    assert not any(may_become(State.ACKNOWLEDGED, state) for state in State)
    assert may_become(None, State.ACKNOWLEDGED) and not may_become(State.SENT, State.TO_SEND)
    assert set(BACK) == {Channel.PAPER, Channel.HAND}  # no message is taken back
