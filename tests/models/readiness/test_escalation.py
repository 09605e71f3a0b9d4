"""Tests of models/silence.py."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.event import Phase
from models.readiness.escalation import DELAYS, Call, Rung, delays, is_night, next_call
from models.readiness.sections import Rhythm

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
ALL = list(Rung)
NONE = timedelta(0)


def local(day_and_time: str) -> datetime:
    return (
        datetime.fromisoformat(f"2023-07-{day_and_time}")
        .replace(tzinfo=SAIGON)
        .astimezone(timezone.utc)
    )


def rhythm(moment: str = "21T12:00", phase: Phase = Phase.DURING) -> Rhythm:
    return Rhythm(local(moment), phase, None, time(5), time(22), SAIGON)


def call(rung: Rung, at: str, answered: str | None = None) -> Call:
    return Call(1, rung, local(at), local(answered) if answered else None)


def after(
    silent: str, *calls: Call, rungs=ALL, phase: Phase = Phase.DURING
) -> tuple[Rung, datetime] | None:
    return next_call(
        local(silent), list(calls), rungs=rungs, wait=delays({}, phase), rhythm=rhythm(phase=phase)
    )


@pytest.mark.parametrize(
    ("silent", "calls", "rung", "due"),
    [
        ("21T10:00", [], Rung.LEAD, "21T10:00"),
        ("21T10:00", [call(Rung.LEAD, "21T10:00")], Rung.DEPUTY, "21T10:10"),
        (
            "21T10:00",
            [call(Rung.LEAD, "21T10:00"), call(Rung.DEPUTY, "21T10:10")],
            Rung.COMMAND,
            "21T10:20",
        ),
        (
            "21T10:00",
            [call(Rung.LEAD, "21T11:00")],
            Rung.DEPUTY,
            "21T11:10",
        ),  # called late: he gets his time all the same
        (
            "21T10:00",
            [call(Rung.LEAD, "21T10:00", "21T10:08")],
            Rung.DEPUTY,
            "21T10:18",
        ),  # answered: once more
        ("21T23:00", [], Rung.LEAD, "22T05:00"),  # nobody is called at night
        (
            "21T21:55",
            [call(Rung.LEAD, "21T21:55")],
            Rung.DEPUTY,
            "22T05:05",
        ),  # nor does the night count
    ],
)
def test_who_is_called_next_and_when(silent, calls, rung, due):
    assert after(silent, *calls) == (rung, local(due))


def test_after_the_command_room_nobody_is_left():
    assert after("21T10:00", *[call(rung, "21T10:00") for rung in Rung]) is None


def test_a_section_without_a_deputy_leaves_him_out():
    without = [Rung.LEAD, Rung.COMMAND]
    assert after("21T10:00", call(Rung.LEAD, "21T10:00"), rungs=without) == (
        Rung.COMMAND,
        local("21T10:20"),
    )


def test_in_the_weeks_before_a_call_waits_a_day_and_never_comes_at_night():
    assert after("01T23:30", phase=Phase.BEFORE) == (Rung.LEAD, local("02T05:00"))
    assert after("01T23:30", call(Rung.LEAD, "02T05:00"), phase=Phase.BEFORE) == (
        Rung.DEPUTY,
        local("03T05:00"),
    )


@pytest.mark.parametrize("phase", Phase)
def test_each_phase_has_delays_in_turn_and_a_file_may_tell_others(phase):
    assert list(DELAYS[phase].values()) == sorted(DELAYS[phase].values())
    told = delays({phase.value: {"deputy": 3.5}}, phase)
    assert told[Rung.DEPUTY] == timedelta(minutes=3.5)
    assert told[Rung.COMMAND] == timedelta(minutes=DELAYS[phase][Rung.COMMAND])


@pytest.mark.parametrize(
    ("at", "night"),
    [("21T04:59", True), ("21T05:00", False), ("21T22:00", False), ("21T22:01", True)],
)
def test_when_it_is_night(at, night):
    assert is_night(rhythm(at)) is night


@given(
    st.integers(0, 3 * 24 * 60),
    st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(0, 120)), max_size=3),
    st.sampled_from(Phase),
)
def test_calls_come_in_turn_by_day_and_never_before_the_silence(minute, taken, phase):
    silent = local("20T00:00") + timedelta(minutes=minute)
    calls, at = [], silent
    for rung, (later, answered) in zip(ALL, taken, strict=False):
        at += timedelta(minutes=later)
        calls.append(
            Call(1, rung, at, None if answered is None else at + timedelta(minutes=answered))
        )
    found = next_call(silent, calls, rungs=ALL, wait=delays({}, phase), rhythm=rhythm(phase=phase))
    assert (found is None) == (len(calls) == 3)
    if found:
        rung, due = found
        assert rung is ALL[len(calls)]
        assert due >= max([silent, *(call.answered_at or call.at for call in calls)])
        assert time(5) <= due.astimezone(SAIGON).time() <= time(22)
