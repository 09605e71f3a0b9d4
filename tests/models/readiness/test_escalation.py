"""Tests of models/readiness/escalation.py."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.event import Phase
from models.readiness.escalation import (
    DELAYS,
    EscalationLevel,
    Reminder,
    delays,
    is_night,
    next_reminder,
)
from models.readiness.silence import ConfirmationClock

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
ALL = list(EscalationLevel)
NONE = timedelta(0)


def local(day_and_time: str) -> datetime:
    return (
        datetime.fromisoformat(f"2023-07-{day_and_time}")
        .replace(tzinfo=SAIGON)
        .astimezone(timezone.utc)
    )


def clock(moment: str = "21T12:00", phase: Phase = Phase.DURING) -> ConfirmationClock:
    return ConfirmationClock(local(moment), phase, None, time(5), time(22), SAIGON)


def reminder(level: EscalationLevel, at: str, answered: str | None = None) -> Reminder:
    return Reminder(1, level, local(at), local(answered) if answered else None)


def after(
    silent: str, *reminders: Reminder, levels=ALL, phase: Phase = Phase.DURING
) -> tuple[EscalationLevel, datetime] | None:
    return next_reminder(
        local(silent),
        list(reminders),
        levels=levels,
        wait=delays({}, phase),
        clock=clock(phase=phase),
    )


@pytest.mark.parametrize(
    ("silent", "reminders", "level", "due"),
    [
        ("21T10:00", [], EscalationLevel.LEAD, "21T10:00"),
        (
            "21T10:00",
            [reminder(EscalationLevel.LEAD, "21T10:00")],
            EscalationLevel.DEPUTY,
            "21T10:10",
        ),
        (
            "21T10:00",
            [
                reminder(EscalationLevel.LEAD, "21T10:00"),
                reminder(EscalationLevel.DEPUTY, "21T10:10"),
            ],
            EscalationLevel.COMMAND,
            "21T10:20",
        ),
        (
            "21T10:00",
            [reminder(EscalationLevel.LEAD, "21T11:00")],
            EscalationLevel.DEPUTY,
            "21T11:10",
        ),  # reminded late: they get their time all the same
        (
            "21T10:00",
            [reminder(EscalationLevel.LEAD, "21T10:00", "21T10:08")],
            EscalationLevel.DEPUTY,
            "21T10:18",
        ),  # answered: once more
        ("21T23:00", [], EscalationLevel.LEAD, "22T05:00"),  # no one is reminded at night
        (
            "21T21:55",
            [reminder(EscalationLevel.LEAD, "21T21:55")],
            EscalationLevel.DEPUTY,
            "22T05:05",
        ),  # nor does the night count
    ],
)
def test_who_is_called_next_and_when(silent, reminders, level, due):
    assert after(silent, *reminders) == (level, local(due))


def test_after_the_command_room_no_one_is_left():
    assert after("21T10:00", *[reminder(level, "21T10:00") for level in EscalationLevel]) is None


def test_a_section_without_a_deputy_skips_that_level():
    without = [EscalationLevel.LEAD, EscalationLevel.COMMAND]
    assert after("21T10:00", reminder(EscalationLevel.LEAD, "21T10:00"), levels=without) == (
        EscalationLevel.COMMAND,
        local("21T10:20"),
    )


def test_in_the_weeks_before_a_call_waits_a_day_and_never_comes_at_night():
    assert after("01T23:30", phase=Phase.BEFORE) == (EscalationLevel.LEAD, local("02T05:00"))
    assert after("01T23:30", reminder(EscalationLevel.LEAD, "02T05:00"), phase=Phase.BEFORE) == (
        EscalationLevel.DEPUTY,
        local("03T05:00"),
    )


@pytest.mark.parametrize("phase", Phase)
def test_each_phase_has_delays_in_turn_and_a_file_may_set_others(phase):
    assert list(DELAYS[phase].values()) == sorted(DELAYS[phase].values())
    waits = delays({phase.value: {"deputy": 3.5}}, phase)
    assert waits[EscalationLevel.DEPUTY] == timedelta(minutes=3.5)
    assert waits[EscalationLevel.COMMAND] == timedelta(
        minutes=DELAYS[phase][EscalationLevel.COMMAND]
    )


@pytest.mark.parametrize(
    ("at", "night"),
    [("21T04:59", True), ("21T05:00", False), ("21T22:00", False), ("21T22:01", True)],
)
def test_when_it_is_night(at, night):
    assert is_night(clock(at)) is night


@given(
    st.integers(0, 3 * 24 * 60),
    st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(0, 120)), max_size=3),
    st.sampled_from(Phase),
)
def test_calls_come_in_turn_by_day_and_never_before_the_silence(minute, taken, phase):
    """Of offices that answered before the next one was reminded."""
    silent = local("20T00:00") + timedelta(minutes=minute)
    reminders, at = [], silent
    for level, (later, answered) in zip(ALL, taken, strict=False):
        at += timedelta(minutes=later)
        answered_at = None if answered is None else at + timedelta(minutes=answered)
        reminders.append(Reminder(1, level, at, answered_at))
        at = answered_at or at
    found = next_reminder(
        silent, reminders, levels=ALL, wait=delays({}, phase), clock=clock(phase=phase)
    )
    assert (found is None) == (len(reminders) == 3)
    if found:
        level, due = found
        assert level is ALL[len(reminders)]
        assert due >= max(
            [silent, *(reminder.answered_at or reminder.at for reminder in reminders)]
        )
        assert time(5) <= due.astimezone(SAIGON).time() <= time(22)
