"""Times as people write them in the plan."""

import pytest

from models.plan import canonical_offset
from models.refusals import Refusal


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("7h30", "07:30"),
        ("7:30", "07:30"),
        ("07 giờ 30", "07:30"),
        ("7 giờ 5 phút", "07:05"),
        ("17h", "17:00"),
        ("9 Giờ", "09:00"),
        ("7.30", "07:30"),
        ("06:52:30", "06:52:30"),
    ],
)
def test_a_time_is_taken_as_people_write_it(written, stored):
    assert canonical_offset(f"D+1 {written}") == f"D+1 {stored}"


@pytest.mark.parametrize("written", ["", "7", "730", "25:00", "7h75", "sáng", "7h30 sáng"])
def test_what_is_no_time_is_refused_with_an_example(written):
    with pytest.raises(Refusal, match="time_malformed"):
        canonical_offset(f"D+1 {written}")
