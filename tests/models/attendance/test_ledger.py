"""Tests of models/attendance/ledger.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.attendance.ledger import (
    REASON_LENGTH,
    AttendanceStatus,
    Headcount,
    planned_share,
    require_words,
)
from models.refusals import Refusal

PLAN = [[60, 0.0], [45, 0.15], [30, 0.55], [15, 0.90], [0, 0.98]]
COUNTS = st.builds(Headcount, *[st.integers(0, 500)] * 4)


@pytest.mark.parametrize(
    ("before", "share"),
    [
        (90, 0.0),
        (60, 0.0),
        (52.5, 0.075),
        (45, 0.15),
        (30, 0.55),
        (22.5, 0.725),
        (15, 0.9),
        (0, 0.98),
        (-30, 0.98),
    ],
)
def test_the_planned_share_lies_on_the_line_between_two_points(before, share):
    assert planned_share(PLAN, minutes_before=before) == pytest.approx(share)


def test_an_event_without_a_plan_expects_no_one_by_plan():
    assert planned_share([], minutes_before=10) == 0.0


def test_a_plan_of_one_point_or_with_a_step_is_no_division_by_nothing():
    assert planned_share([[30, 0.5]], minutes_before=10) == 0.5
    assert planned_share(
        [[60, 0.0], [30, 0.2], [30, 0.6], [0, 1.0]], minutes_before=29.9
    ) == pytest.approx(0.6, abs=0.01)


@given(
    st.lists(
        st.tuples(st.integers(0, 120), st.floats(0, 1)),
        min_size=1,
        max_size=8,
        unique_by=lambda pair: pair[0],
    ),
    st.lists(st.floats(-10, 130), min_size=2, max_size=2),
)
def test_the_planned_share_never_falls_as_time_goes_on(points, moments):
    minutes = sorted((minute for minute, _ in points), reverse=True)
    plan = [list(pair) for pair in zip(minutes, sorted(share for _, share in points), strict=True)]
    early, late = max(moments), min(moments)
    assert (
        planned_share(plan, minutes_before=early) <= planned_share(plan, minutes_before=late) + 1e-9
    )


@given(COUNTS)
def test_everybody_expected_is_here_or_excused_or_missing(count):
    assert count.here + count.excused + count.missing == count.expected
    assert count.here == count.present + count.substituted


@given(COUNTS, COUNTS)
def test_counts_of_two_delegations_add_up_in_every_part(one, other):
    both = one + other
    for part in ("expected", "present", "substituted", "excused", "here", "missing"):
        assert getattr(both, part) == getattr(one, part) + getattr(other, part)


@pytest.mark.parametrize(
    ("status", "words", "code"),
    [
        (AttendanceStatus.EXCUSED, "  ", "reason_needed"),
        (AttendanceStatus.EXCUSED, "\u200b", "reason_needed"),
        (AttendanceStatus.SUBSTITUTE, "", "substitute_needed"),
        (AttendanceStatus.EXCUSED, "x" * (REASON_LENGTH + 1), "reason_too_long"),
        (AttendanceStatus.SUBSTITUTE, "x" * (REASON_LENGTH + 1), "reason_too_long"),
    ],
)
def test_an_absence_and_a_substitute_need_words(status, words, code):
    with pytest.raises(Refusal) as caught:
        require_words(status, words)
    assert caught.value.code == code


def test_words_are_cleaned_and_a_presence_needs_none():
    assert require_words(AttendanceStatus.PRESENT, "") == ""
    assert require_words(AttendanceStatus.EXCUSED, " ốm  nặng ") == "ốm nặng"
