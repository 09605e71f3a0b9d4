"""Tests of models/readiness/tasks.py."""

from datetime import datetime, time, timedelta, timezone
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.event import Phase
from models.readiness.tasks import (
    HEADLINE_LENGTH,
    NOTE_LENGTH,
    Level,
    Section,
    Status,
    Urgency,
    by_urgency,
    cadence,
    is_overdue,
    require_headline,
    require_status_with_note,
    runs_out,
    task_cadence,
    task_level,
    task_snapshot,
)
from models.refusals import Refusal

NOW = datetime(2023, 7, 21, 3, tzinfo=timezone.utc)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "due", "critical", "level"),
    [
        (Status.DONE, -DAY, True, Level.READY),
        (Status.DONE, DAY, True, Level.READY),
        (Status.NOT_STARTED, DAY, True, Level.NOT_STARTED),
        (Status.NOT_STARTED, -DAY, False, Level.AT_RISK),
        (Status.NOT_STARTED, -DAY, True, Level.RED),
        (Status.ON_TRACK, DAY, True, Level.ON_TRACK),
        (Status.ON_TRACK, -DAY, False, Level.AT_RISK),
        (Status.ON_TRACK, -DAY, True, Level.RED),
        (Status.AT_RISK, DAY, True, Level.AT_RISK),
        (Status.AT_RISK, -DAY, False, Level.AT_RISK),
        (Status.AT_RISK, -DAY, True, Level.RED),
        (Status.OFF_TRACK, DAY, False, Level.RED),
        (Status.BLOCKED, DAY, False, Level.RED),
        (Status.BLOCKED, -DAY, True, Level.RED),
    ],
)
def test_how_a_task_stands(status, due, critical, level):
    assert task_level(status, due_at=NOW + due, critical=critical, now=NOW) is level


@pytest.mark.parametrize(
    ("status", "critical", "start", "due", "level"),
    [
        (Status.NOT_STARTED, True, DAY, 2 * DAY, Level.NOT_STARTED),
        (Status.NOT_STARTED, True, timedelta(0), DAY, Level.AT_RISK),
        (Status.NOT_STARTED, True, -DAY, DAY, Level.AT_RISK),
        (Status.NOT_STARTED, True, -2 * DAY, -DAY, Level.RED),
        (Status.NOT_STARTED, True, None, DAY, Level.NOT_STARTED),
        (Status.NOT_STARTED, False, -DAY, DAY, Level.NOT_STARTED),
        (Status.ON_TRACK, True, -DAY, DAY, Level.ON_TRACK),
        (Status.DONE, True, -DAY, DAY, Level.READY),
    ],
)
def test_what_has_not_been_started_counts_against_once_its_start_is_due(
    status, critical, start, due, level
):
    start_at = None if start is None else NOW + start
    assert (
        task_level(status, due_at=NOW + due, critical=critical, now=NOW, start_at=start_at) is level
    )


@pytest.mark.parametrize(("seconds", "overdue"), [(-1, False), (0, True), (1, True)])
def test_a_task_is_overdue_from_the_moment_it_is_due(seconds, overdue):
    assert is_overdue(Status.ON_TRACK, due_at=NOW, now=NOW + timedelta(seconds=seconds)) is overdue
    assert not is_overdue(Status.DONE, due_at=NOW, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("phase", "hours"),
    [(Phase.BEFORE, 168), (Phase.NEAR, 24), (Phase.DURING, 1.5), (Phase.AFTER, 168)],
)
def test_how_long_a_confirmation_holds(phase, hours):
    section = Section(cadence_before_hours=168, cadence_near_hours=24, cadence_day_hours=1.5)
    assert cadence(section, phase) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("own", "phase", "hours"),
    [
        ({}, Phase.DURING, 1.5),
        ({"cadence_day_hours": 0.5}, Phase.DURING, 0.5),
        ({"cadence_day_hours": 0.5}, Phase.NEAR, 24),
        ({"cadence_before_hours": 48, "cadence_near_hours": 6}, Phase.NEAR, 6),
        ({"cadence_before_hours": 48, "cadence_near_hours": 6}, Phase.AFTER, 48),
    ],
)
def test_a_critical_task_may_have_a_cadence_of_its_own(own, phase, hours):
    section = Section(cadence_before_hours=168, cadence_near_hours=24, cadence_day_hours=1.5)
    task = SimpleNamespace(cadence_hours=own)
    assert task_cadence(task, section, phase) == timedelta(hours=hours)


SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def local(day_and_time: str) -> datetime:
    return (
        datetime.fromisoformat(f"2023-07-{day_and_time}")
        .replace(tzinfo=SAIGON)
        .astimezone(timezone.utc)
    )


@pytest.mark.parametrize(
    ("confirmed", "hours", "silent"),
    [
        ("21T09:00", 1, "21T10:00"),
        ("21T21:00", 1, "21T22:00"),
        ("21T21:30", 1, "22T05:30"),  # half an hour before the night, the other half after it
        ("21T23:00", 1, "22T06:00"),  # confirmed at night: counted from the morning
        ("22T03:00", 2, "22T07:00"),
        ("21T20:00", 20, "23T06:00"),  # two hours, a whole waking day of seventeen, and one more
        ("20T09:00", 24, "21T09:00"),  # a day and more counts all hours
        ("14T21:30", 168, "21T21:30"),
    ],
)
def test_a_confirmation_does_not_run_out_while_everybody_sleeps(confirmed, hours, silent):
    until = runs_out(
        local(confirmed), timedelta(hours=hours), day_from=time(5), day_to=time(22), zone=SAIGON
    )
    assert until == local(silent)


@given(st.integers(0, 3 * 24 * 60), st.floats(0.1, 23.9), st.integers(0, 22), st.integers(1, 24))
def test_a_confirmation_holds_at_least_its_span_and_runs_out_by_day(minute, hours, opens, length):
    closes = min(opens + length, 23)
    if closes <= opens:
        return
    confirmed, span = local("20T00:00") + timedelta(minutes=minute), timedelta(hours=hours)
    until = runs_out(confirmed, span, day_from=time(opens), day_to=time(closes), zone=SAIGON)
    assert until >= confirmed + span
    assert time(opens) <= until.astimezone(SAIGON).time() <= time(closes)


@pytest.mark.parametrize("status", ["at_risk", "off_track", "blocked"])
@pytest.mark.parametrize("note", ["", "   ", "\n\t", "\u200b"])
def test_a_trouble_without_a_note_is_refused(status, note):
    with pytest.raises(Refusal) as caught:
        require_status_with_note(status, note)
    assert (caught.value.code, caught.value.facts) == ("note_needed", {"status": status})


@pytest.mark.parametrize("status", ["not_started", "on_track", "done"])
def test_a_good_status_needs_no_note(status):
    assert require_status_with_note(status, "  ") == (Status(status), "")


def test_a_note_is_cleaned_and_may_be_so_long_and_not_longer():
    assert require_status_with_note("blocked", "  chờ   duyệt ")[1] == "chờ duyệt"
    assert len(require_status_with_note("blocked", "ệ" * NOTE_LENGTH)[1]) == NOTE_LENGTH
    with pytest.raises(Refusal) as caught:
        require_status_with_note("blocked", "ệ" * (NOTE_LENGTH + 1))
    assert caught.value.code == "note_too_long"
    assert caught.value.facts == {"length": NOTE_LENGTH + 1, "limit": NOTE_LENGTH}


def test_an_unknown_status_is_refused_and_quoted_only_in_part():
    with pytest.raises(Refusal) as caught:
        require_status_with_note("x" * 500, "")
    assert (caught.value.code, caught.value.facts) == ("status_unknown", {"status": "x" * 40})


def test_a_headline_is_needed_and_has_to_fit_the_tile():
    assert require_headline(" Đã  sẵn sàng ") == "Đã sẵn sàng"
    with pytest.raises(Refusal, match="headline_needed"):
        require_headline(" \u200b ")
    with pytest.raises(Refusal, match="headline_too_long"):
        require_headline("x" * (HEADLINE_LENGTH + 1))


def task(number: int, status: Status, due: timedelta, reported: timedelta = -DAY):
    """A task that is not critical, due so long from now, at 10:00 of the event's day."""
    level = task_level(status, due_at=NOW + due, critical=False, now=NOW)
    return task_snapshot(
        number=number,
        status=status,
        due_at=NOW + due,
        level=level,
        reported_at=NOW + reported,
    )


def test_a_lead_sees_trouble_first_then_what_is_due_today_and_tomorrow_and_the_end_last():
    hour = timedelta(hours=1)
    tasks = [
        task(1, Status.DONE, -DAY, reported=-2 * DAY),
        task(2, Status.DONE, DAY, reported=-hour),
        task(3, Status.ON_TRACK, 14 * hour),  # midnight, the next day already
        task(4, Status.NOT_STARTED, 13 * hour),
        task(5, Status.ON_TRACK, 3 * hour),
        task(6, Status.ON_TRACK, 2 * DAY),
        task(7, Status.NOT_STARTED, -hour),  # overdue
        task(8, Status.BLOCKED, 9 * DAY),
        task(9, Status.OFF_TRACK, DAY),
    ]
    found = by_urgency(tasks, now=NOW, zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert list(found) == list(Urgency)
    assert {one.value: [task.number for task in some] for one, some in found.items()} == {
        "trouble": [9, 8, 7],
        "today": [5, 4],
        "tomorrow": [3],
        "later": [6],
        "done": [2, 1],
    }
