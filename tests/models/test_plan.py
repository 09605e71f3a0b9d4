"""Times as people write them in the plan, and what is due this week."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.plan import AHEAD, canonical_offset, is_ahead, is_in_week
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


@pytest.mark.parametrize(
    ("due", "inside"),
    [
        ("2023-07-17 00:00", True),  # Monday
        ("2023-07-23 23:59", True),
        ("2023-07-24 00:00", False),
        ("2023-07-16 23:59", False),
        ("2024-07-20 12:00", False),
    ],
)
def test_a_week_is_monday_to_sunday_by_the_local_calendar(due, inside):
    vinh = ZoneInfo("Asia/Ho_Chi_Minh")
    moment, now = (
        datetime.fromisoformat(one).replace(tzinfo=vinh) for one in (due, "2023-07-21 06:00")
    )
    assert is_in_week(moment, now=now.astimezone(ZoneInfo("UTC")), time_zone=vinh) is inside


def test_what_is_planned_for_more_than_an_hour_from_now_is_ahead():
    now = datetime(2023, 7, 22, 6, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    planned = (now - AHEAD, now + AHEAD, now + AHEAD + timedelta(minutes=1))
    assert [is_ahead(one, now=now) for one in planned] == [False, False, True]
