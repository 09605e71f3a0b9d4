"""Tests of when sections fall silent: one definition, at every moment, for any cadences and
phases.
"""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.events.event import Event, phase_at, phase_began, zone
from models.readiness.sections import SectionSnapshot, section_snapshots
from models.readiness.silence import ConfirmationClock, LastConfirmation
from models.readiness.tasks import Section, Status, TaskSnapshot, is_overdue, task_level

UTC = timezone.utc
FIRST, LAST = date(2023, 7, 21), date(2023, 7, 22)
HOUR = timedelta(hours=1)


def event(
    day_from: time = time(4, 30), day_to: time = time(22), time_zone: str = "Asia/Ho_Chi_Minh"
) -> Event:
    return Event(
        first_day=FIRST, last_day=LAST, time_zone=time_zone, day_from=day_from, day_to=day_to
    )


def section(before: float, near: float, during: float) -> Section:
    names = dict.fromkeys(("key", "name_vi", "name_en", "short_vi", "short_en"), "")
    cadences = {
        "cadence_before_hours": before,
        "cadence_near_hours": near,
        "cadence_day_hours": during,
    }
    return Section(id=1, **names, **cadences)


def snapshot(
    of: Section, plans: list[dict], last: LastConfirmation, moment: datetime, happening: Event
) -> SectionSnapshot:
    """The section as at a moment; `plans` are the facts of its tasks, which no clock changes."""
    tasks = [as_at(moment, number, **plan) for number, plan in enumerate(plans, 1)]
    return section_snapshots(
        [of],
        tasks,
        needs={},
        entries=[],
        last_confirmations={1: last},
        clock=clock_at(happening, moment),
    )[0]


def clock_at(happening: Event, moment: datetime) -> ConfirmationClock:
    phase, began = phase_at(happening, moment), phase_began(happening, moment)
    hours = happening.day_from, happening.day_to
    return ConfirmationClock(moment, phase, began, *hours, zone(happening))


def as_at(moment: datetime, number: int, **plan) -> TaskSnapshot:
    status, due_at, start_at = plan["status"], plan["due_at"], plan["start_at"]
    level = task_level(
        status, due_at=due_at, critical=plan["critical"], now=moment, start_at=start_at
    )
    return TaskSnapshot(
        id=number,
        number=number,
        section_id=1,
        title_vi="",
        title_en="",
        owner="Văn phòng",
        note="",
        level=level,
        overdue=is_overdue(status, due_at=due_at, now=moment),
        **plan,
    )


def test_a_longer_cadence_of_the_next_phase_counts_for_what_was_confirmed_before():
    """Cadences of 12, 6 and 2 hours: after the last day each confirmation holds for 12 again."""
    confirmed = datetime(2023, 7, 22, 9, tzinfo=UTC)  # 16:00 there, on the last day
    last = LastConfirmation("", confirmed, confirmed)
    ends = datetime(2023, 7, 23, 3, 30, tzinfo=UTC)  # six waking hours later, and six next morning
    midnight = datetime(2023, 7, 22, 17, tzinfo=UTC)
    for moment, silent in (
        (midnight - HOUR, True),  # 2 hours counted then
        (midnight, False),
        (midnight + HOUR, False),
        (ends - HOUR, False),
        (ends, True),
    ):
        shown = snapshot(section(12, 6, 2), [], last, moment, event())
        assert shown.silent is silent, moment
        assert shown.silent == (shown.silent_at <= moment)
    assert shown.silent_at == ends


# Close together about the three midnights on which a phase begins: there the rules have to agree.
HOURS = st.sampled_from([0.5, 2, 6, 12, 18, 24, 36, 168])
MIDNIGHTS = [datetime(2023, 7, day, 17, tzinfo=UTC) for day in (18, 20, 22)]
MOMENTS = st.builds(
    lambda midnight, quarters: midnight + quarters * HOUR / 4,
    st.sampled_from(MIDNIGHTS),
    st.integers(-12 * 4, 12 * 4),
)
CADENCE_HOURS = st.dictionaries(
    st.sampled_from(["cadence_before_hours", "cadence_near_hours", "cadence_day_hours"]), HOURS
)
PLANS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(Status),
        "critical": st.booleans(),
        "due_at": MOMENTS,
        "start_at": st.none() | MOMENTS,
        "reported_at": st.none() | MOMENTS,
        "cadence_hours": CADENCE_HOURS,
    }
)
EVENTS = st.builds(
    event,
    st.sampled_from([time(0), time(4, 30), time(7)]),
    st.sampled_from([time(12), time(22), time(23, 59, 59)]),
    st.sampled_from(["Asia/Ho_Chi_Minh", "UTC", "America/New_York"]),
)
CONFIRMED = st.builds(
    lambda confirmed, before: LastConfirmation(
        "", confirmed, before and confirmed and confirmed - before
    ),
    st.none() | MOMENTS,
    st.none() | st.integers(0, 99).map(lambda hours: hours * HOUR),
)


@settings(max_examples=400)
@given(
    st.builds(section, HOURS, HOURS, HOURS),
    st.lists(PLANS, max_size=3),
    CONFIRMED,
    EVENTS,
    MOMENTS,
    st.integers(0, 24 * 4).map(lambda quarters: quarters * HOUR / 4),
)
def test_a_section_turns_silent_at_the_moment_that_was_said_and_at_no_other(
    one, plans, last, happening, moment, later
):
    """Within a phase; where the next one begins the board is computed again."""
    first = snapshot(one, plans, last, moment, happening)
    assert first.silent == (first.silent_at is not None and first.silent_at <= moment)
    then = moment + later
    if phase_at(happening, then) is not phase_at(happening, moment):
        then = midnight_before(happening, then)
        if phase_at(happening, then) is not phase_at(happening, moment):
            return
    second = snapshot(one, plans, last, then, happening)
    assert second.silent_at == first.silent_at
    assert second.silent == (first.silent_at is not None and first.silent_at <= then)


def midnight_before(happening: Event, moment: datetime) -> datetime:
    """The last instant of the local day before."""
    day = moment.astimezone(zone(happening)).date()
    start = datetime.combine(day, time(), tzinfo=zone(happening)).astimezone(UTC)
    return start - timedelta(microseconds=1)


@pytest.mark.parametrize("start", [None, datetime(2023, 7, 18, 5, tzinfo=UTC)])
def test_a_task_that_will_have_to_be_confirmed_counts_from_when_it_is_asked_for(start):
    """What was confirmed of it long before it had to begin has run out by then: silent from then
    on, not from before.
    """
    renewed = MIDNIGHTS[0] - 30 * 24 * HOUR
    due = datetime(2023, 7, 18, 9, tzinfo=UTC)
    plan = {"status": Status.NOT_STARTED, "critical": True, "due_at": due, "start_at": start}
    plan |= {"reported_at": None, "cadence_hours": {}}
    begins = start or due
    last = LastConfirmation("", begins - HOUR, renewed)
    for moment, silent in ((begins - HOUR, False), (begins, True)):
        shown = snapshot(section(168, 24, 2), [plan], last, moment, event())
        assert (shown.silent, shown.silent_at) == (silent, begins)
    assert (shown.silent_since, shown.silent_owner) == (renewed, "Văn phòng")
