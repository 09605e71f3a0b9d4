"""Tests of models/programme.py."""

from datetime import datetime, timedelta, timezone

import pytest

from models.programme import drift_minutes, require_finishable, require_startable
from models.refusals import Refusal

START = datetime(2023, 7, 22, 0, 30, tzinfo=timezone.utc)


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("started", "now", "drift"),
    [
        (None, -60, 0),  # not begun and not due: no drift, and never an early one
        (None, 0, 0),
        (None, 0.9, 0),
        (None, 12, 12),
        (0, 100, 0),
        (7, 100, 7),
        (-5, 100, -5),
        (-0.5, 100, 0),
    ],
)
def test_how_far_an_item_drifted(started, now, drift):
    began = None if started is None else later(started)
    assert drift_minutes(START, began, now=later(now)) == drift


def test_an_item_starts_once():
    require_startable("Khai mạc", started_at=None)
    with pytest.raises(Refusal) as caught:
        require_startable("Khai mạc", started_at=START)
    assert (caught.value.code, caught.value.facts) == (
        "item_already_started",
        {"item": "Khai mạc", "at": START},
    )


def test_an_item_ends_once_and_only_after_it_began():
    require_finishable("Khai mạc", started_at=START, finished_at=None)
    with pytest.raises(Refusal, match="item_not_started"):
        require_finishable("Khai mạc", started_at=None, finished_at=None)
    with pytest.raises(Refusal, match="item_already_finished"):
        require_finishable("Khai mạc", started_at=START, finished_at=later(5))
