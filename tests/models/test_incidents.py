"""Tests of models/incidents.py."""

import pytest

from models.incidents import (
    ENTRY_LENGTH,
    EntryStatus,
    require_entry_text,
    require_priority,
    require_step,
    require_step_words,
)
from models.refusals import Refusal

ALLOWED = {
    ("open", "handling"),
    ("open", "closed"),
    ("handling", "handling"),
    ("handling", "closed"),
    ("closed", "reopened"),
    ("reopened", "handling"),
    ("reopened", "closed"),
}


@pytest.mark.parametrize("now", list(EntryStatus))
@pytest.mark.parametrize("to", [*EntryStatus, "nonsense", ""])
def test_which_steps_an_entry_may_take(now, to):
    if (str(now), str(to)) in ALLOWED:
        assert require_step(now, to, number=3) is EntryStatus(to)
        return
    with pytest.raises(Refusal) as caught:
        require_step(now, to, number=3)
    assert (caught.value.code, caught.value.facts) == (
        "entry_step",
        {"number": 3, "now": now, "to": to},
    )


def test_an_entry_is_one_cleaned_line():
    assert require_entry_text(" Mất điện\nhội trường ") == "Mất điện hội trường"
    assert len(require_entry_text("x" * ENTRY_LENGTH)) == ENTRY_LENGTH


@pytest.mark.parametrize(
    ("text", "code"), [("", "entry_text_needed"), ("\n\u200b", "entry_text_needed")]
)
def test_an_entry_without_words_is_refused(text, code):
    with pytest.raises(Refusal, match=code):
        require_entry_text(text)


def test_an_entry_longer_than_a_line_is_refused_with_both_lengths():
    with pytest.raises(Refusal) as caught:
        require_entry_text("x" * (ENTRY_LENGTH + 1))
    assert (caught.value.code, caught.value.facts) == (
        "entry_text_too_long",
        {"length": 141, "limit": 140},
    )


@pytest.mark.parametrize("priority", [0, 5, -1, None, "1"])
def test_an_unknown_priority_is_refused(priority):
    with pytest.raises(Refusal, match="priority_unknown"):
        require_priority(priority)


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_the_four_priorities_are_accepted(priority):
    require_priority(priority)


@pytest.mark.parametrize(
    ("now", "to", "needed"),
    [
        ("open", "handling", False),
        ("handling", "handling", True),
        ("open", "closed", True),
        ("handling", "closed", True),
        ("closed", "reopened", False),
    ],
)
def test_an_end_and_a_further_line_need_words(now, to, needed):
    assert require_step_words(now, to, " Đã có\nđiện ") == "Đã có điện"
    if not needed:
        assert require_step_words(now, to, "\u200b") == ""
        return
    with pytest.raises(Refusal) as caught:
        require_step_words(now, to, "\u200b")
    assert caught.value.code == "entry_words_needed"
