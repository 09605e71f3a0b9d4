"""Writers are killed in the middle of their work: what was acknowledged is there exactly once, and
nothing is half.
"""

import pytest

from tests.soak.ledger import require_whole
from tests.soak.sigkill import storm
from tests.soak.writers import COMMANDS, POINTS

pytestmark = [pytest.mark.usefixtures("event"), pytest.mark.slow]


def test_a_hundred_kills_under_load_lose_nothing_and_double_nothing(tmp_path):
    storm(tmp_path, kills=100, lives=0.36, seed=1)
    tally = require_whole(tmp_path)
    assert tally.acknowledged > 20 and tally.repeated > 10


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_point_of_each_command_nothing_is_lost_doubled_or_half(tmp_path, point):
    storm(tmp_path, point=point)
    tally = require_whole(tmp_path)
    assert (tally.acknowledged, tally.repeated) == (len(COMMANDS), len(COMMANDS))


@pytest.mark.parametrize(
    ("without", "point", "comes_out"),
    [
        ("the commit first", "before the commit", "acknowledged and lost: 4 of 4"),
        ("the idempotency_key", "before the answer", "recorded twice"),
        ("one transaction", "before the change row", "half: facts without their change row: 4"),
    ],
)
def test_without_one_of_the_safeguards_it_comes_out(tmp_path, without, point, comes_out):
    """The controls."""
    storm(tmp_path, point=point, without=without)
    with pytest.raises(AssertionError, match=comes_out):
        require_whole(tmp_path)
