"""Tests of models/reviews/reviews.py."""

from datetime import timedelta

import pytest
from hypothesis import given

from models.readiness.tasks import WORST_FIRST, Level, Status
from models.refusals import Refusal
from models.reviews.reviews import CONCLUSION_LENGTH, Part, require_conclusion, turned
from tests.models.readiness.test_sections import TASKS, task

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (Status.ON_TRACK, Status.AT_RISK, Part.WORSENED),
        (Status.ON_TRACK, Status.BLOCKED, Part.NEW_RED),
        (Status.AT_RISK, Status.OFF_TRACK, Part.NEW_RED),
        (Status.NOT_STARTED, Status.BLOCKED, Part.NEW_RED),
        (Status.DONE, Status.AT_RISK, Part.WORSENED),
        (Status.OFF_TRACK, Status.AT_RISK, Part.RECOVERED),
        (Status.BLOCKED, Status.ON_TRACK, Part.RECOVERED),
        (Status.AT_RISK, Status.ON_TRACK, Part.RECOVERED),
        (Status.BLOCKED, Status.DONE, Part.DONE),
        (Status.NOT_STARTED, Status.DONE, Part.DONE),
        (Status.NOT_STARTED, Status.ON_TRACK, Part.STARTED),
        (Status.DONE, Status.DONE, None),
        (Status.OFF_TRACK, Status.BLOCKED, None),
        (Status.ON_TRACK, Status.ON_TRACK, None),
    ],
)
def test_how_a_task_turned_between_two_moments(before, after, part):
    found = turned(task(before), task(after))
    assert (found.part if found else None) == part


def test_a_critical_task_that_only_fell_overdue_is_newly_red():
    found = turned(task(Status.ON_TRACK), task(Status.ON_TRACK, due=-DAY, critical=True))
    assert (found.part, found.previous) == (Part.NEW_RED, Level.ON_TRACK)


@given(TASKS, TASKS)
def test_a_task_that_came_into_trouble_is_always_named_and_an_unchanged_one_never(before, after):
    found = turned(before, after)
    if before == after:
        assert found is None
    if after.level in (Level.RED, Level.AT_RISK) and WORST_FIRST.index(
        after.level
    ) < WORST_FIRST.index(before.level):
        assert found.part is (Part.NEW_RED if after.level is Level.RED else Part.WORSENED)
    if found:
        assert (found.task, found.previous) == (after, before.level)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "conclusion_needed"),
        ("\u200b", "conclusion_needed"),
        ("x" * (CONCLUSION_LENGTH + 1), "conclusion_too_long"),
    ],
)
def test_a_conclusion_is_needed_and_has_a_limit(text, code):
    with pytest.raises(Refusal, match=code):
        require_conclusion(text)


def test_a_conclusion_is_cleaned():
    assert require_conclusion(" Đồng ý.\n") == "Đồng ý."
