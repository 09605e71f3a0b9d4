"""Numbers as they are typed at a door: read as they were meant, or refused."""

import pytest

from models.attendance.rooms import require_number
from models.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "number"),
    [("5", 5), (" 12 ", 12), ("+3", 3), ("-2", -2), ("\u22122", -2), ("0", 0), ("007", 7)],
)
def test_a_whole_number_is_read_as_it_is_typed(typed, number):
    assert require_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number_needed"),
        (" \u200b", "number_needed"),
        ("0417B", "words_are_badge"),
        ("0942 p", "words_are_badge"),
        *((wrong, "number_malformed") for wrong in ("2.7", "1e2", "1,083", "5 5", "-", "0x1", "½")),
        ("9" * 10, "number_malformed"),
    ],
)
def test_what_is_no_whole_number_is_refused(typed, code):
    with pytest.raises(Refusal) as caught:
        require_number(typed)
    assert caught.value.code == code
