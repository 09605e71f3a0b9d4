"""Tests of models/readiness/sections.py."""

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.event import Phase
from models.readiness.sections import (
    DECLARED,
    BlockerReason,
    Concern,
    LevelCounts,
    OpenEntry,
    SectionSnapshot,
    count_levels,
    section_level,
    section_snapshots,
    silent_sections,
)
from models.readiness.silence import ConfirmationClock, LastConfirmation
from models.readiness.tasks import (
    WORST_FIRST,
    Level,
    Section,
    Status,
    TaskSnapshot,
    is_overdue,
    task_level,
)

NOW = datetime(2023, 7, 21, 3, tzinfo=timezone.utc)  # ten in the morning there
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
SECTION = Section(
    id=1,
    key="an_ninh",
    name_vi="Tiểu ban An ninh",
    name_en="Security section",
    short_vi="An ninh",
    short_en="Security",
    cadence_before_hours=168,
    cadence_near_hours=24,
    cadence_day_hours=2,
)
CONFIRMED = LastConfirmation(confirmed_at=NOW - HOUR, renewed_at=NOW - HOUR)


def task(
    status: Status,
    *,
    critical: bool = True,
    due: timedelta = DAY,
    start: timedelta | None = None,
    number: int = 1,
    reported: timedelta | None = None,
) -> TaskSnapshot:
    """A task due, to be started and last reported so long after (or before) now."""
    due_at, start_at = NOW + due, None if start is None else NOW + start
    return TaskSnapshot(
        id=number,
        number=number,
        section_id=1,
        title_vi="Việc",
        title_en="Task",
        owner="Công an tỉnh",
        critical=critical,
        due_at=due_at,
        status=status,
        note="",
        reported_at=None if reported is None else NOW + reported,
        level=task_level(status, due_at=due_at, critical=critical, now=NOW, start_at=start_at),
        overdue=is_overdue(status, due_at=due_at, now=NOW),
        start_at=start_at,
    )


def numbered(tasks: list[TaskSnapshot]) -> list[TaskSnapshot]:
    return [replace(one, id=number, number=number) for number, one in enumerate(tasks, 1)]


def stands(
    tasks: list[TaskSnapshot],
    *,
    needs: dict[int, list[int]] | None = None,
    entries: tuple[OpenEntry, ...] = (),
    last: LastConfirmation = CONFIRMED,
    phase: Phase = Phase.DURING,
    began: datetime | None = None,
) -> SectionSnapshot:
    """The one section with these tasks, as at now."""
    clock = ConfirmationClock(NOW, phase, began, time(4, 30), time(22), SAIGON)
    snapshots = section_snapshots(
        [SECTION],
        numbered(tasks),
        needs=needs or {},
        entries=entries,
        last_confirmations={1: last},
        clock=clock,
    )
    return snapshots[0]


def facts(section: SectionSnapshot) -> list[tuple]:
    return [(reason.concern, reason.level, reason.number) for reason in section.reasons]


DONE, TRACK, RISK = task(Status.DONE), task(Status.ON_TRACK), task(Status.AT_RISK)
RED, WAITING, DUE_TO_START = (
    task(Status.OFF_TRACK),
    task(Status.NOT_STARTED),
    task(Status.NOT_STARTED, start=-DAY),
)
LIGHT_DONE, LIGHT_TRACK = task(Status.DONE, critical=False), task(Status.ON_TRACK, critical=False)
LIGHT_RISK, LIGHT_RED = task(Status.AT_RISK, critical=False), task(Status.BLOCKED, critical=False)
LIGHT_WAITING = task(Status.NOT_STARTED, critical=False)
OVERDUE, LIGHT_OVERDUE = (
    task(Status.ON_TRACK, due=-HOUR),
    task(Status.ON_TRACK, critical=False, due=-HOUR),
)


@pytest.mark.parametrize(
    ("tasks", "level"),
    [
        ([], Level.NOT_STARTED),
        ([DONE] * 9 + [RED], Level.RED),
        ([DONE] * 99 + [task(Status.BLOCKED)], Level.RED),
        ([WAITING] * 50 + [RED], Level.RED),
        ([LIGHT_DONE] * 50 + [RED], Level.RED),
        ([DONE] * 9 + [OVERDUE], Level.RED),
        ([WAITING] * 50 + [task(Status.NOT_STARTED, due=-HOUR)], Level.RED),
        ([DONE] * 9 + [DUE_TO_START], Level.AT_RISK),
        ([WAITING] * 50 + [DUE_TO_START], Level.AT_RISK),
        ([DONE] * 9 + [RISK], Level.AT_RISK),
        ([DONE] * 9 + [LIGHT_RED], Level.AT_RISK),  # a red of another task weighs as amber
        ([WAITING] * 9 + [LIGHT_RED], Level.AT_RISK),
        ([DONE] * 9 + [LIGHT_OVERDUE], Level.AT_RISK),
        ([DONE] * 9 + [LIGHT_RISK], Level.READY),  # counted and named, but it does not weigh
        (
            [LIGHT_DONE] * 9 + [LIGHT_RED],
            Level.RED,
        ),  # without a critical task the worst one counts
        ([LIGHT_DONE] * 9 + [LIGHT_RISK], Level.AT_RISK),
        ([WAITING] * 9, Level.NOT_STARTED),
        ([WAITING] * 9 + [LIGHT_TRACK], Level.NOT_STARTED),
        ([WAITING] * 9 + [DONE], Level.ON_TRACK),  # while one has not begun, nothing is ready
        ([WAITING, TRACK], Level.ON_TRACK),
        ([DONE] * 9 + [TRACK], Level.ON_TRACK),
        ([DONE] * 9, Level.READY),
        ([DONE] * 9 + [LIGHT_WAITING], Level.READY),
        ([DONE] * 9 + [LIGHT_TRACK], Level.READY),
    ],
)
def test_a_section_stands_as_its_worst_critical_task_and_never_as_a_mean(tasks, level):
    assert stands(tasks).level is level


def rank(level: Level) -> int:
    return WORST_FIRST.index(level)


TASKS = st.builds(
    task,
    st.sampled_from(Status),
    critical=st.booleans(),
    due=st.integers(-3, 3).map(lambda days: days * DAY),
    start=st.none() | st.integers(-4, 2).map(lambda days: days * DAY),
    reported=st.none() | st.integers(-9, 0).map(lambda days: days * DAY),
)
STATUSES = st.sampled_from(Status)


@given(
    st.lists(TASKS, min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), STATUSES), max_size=40),
)
def test_no_sequence_of_reports_makes_a_section_better_than_its_worst_critical_task(tasks, reports):
    """Whatever is declared in whatever order; what has not been started and need not be counts
    neither for nor against.
    """
    for place, status in reports:
        old = tasks[place % len(tasks)]
        new = task(
            status,
            critical=old.critical,
            due=old.due_at - NOW,
            start=old.start_at and old.start_at - NOW,
            reported=-HOUR,
        )
        tasks = [*tasks[: place % len(tasks)], new, *tasks[place % len(tasks) + 1 :]]
        shown = stands(tasks).level
        for one in tasks:
            if one.critical and one.level is not Level.NOT_STARTED:
                assert rank(shown) <= rank(one.level)
            if one.critical and one.status is not Status.DONE:
                assert shown is not Level.READY
            if one.level is Level.RED or one.overdue:
                assert rank(shown) <= rank(Level.AT_RISK)


@given(st.lists(TASKS, max_size=20), TASKS)
def test_one_more_critical_task_never_makes_a_section_look_better_than_that_task(tasks, more):
    if more.critical and more.level is not Level.NOT_STARTED:
        assert rank(stands([*tasks, more]).level) <= rank(more.level)


@given(st.lists(TASKS, max_size=20), st.randoms())
def test_the_order_of_the_tasks_does_not_matter(tasks, random):
    shuffled = random.sample(tasks, len(tasks))
    assert stands(tasks).level is stands(shuffled).level


@given(
    st.lists(TASKS, max_size=12), st.lists(st.sampled_from([1, 2, 3, 4]), max_size=3), st.booleans()
)
def test_what_is_shown_is_the_worse_of_the_two_voices(tasks, priorities, spoke):
    entries = tuple(OpenEntry(number, 1, priority) for number, priority in enumerate(priorities, 1))
    section = stands(tasks, entries=entries, last=CONFIRMED if spoke else LastConfirmation())
    assert section.declared is section_level(numbered(tasks))
    assert rank(section.level) == min(
        rank(section.declared), *(rank(reason.level) for reason in section.reasons), 99
    )
    assert section.differs == (section.level is not section.declared)
    if section.differs:
        assert section.reasons[0].level is section.level


@pytest.mark.parametrize("status", Status)
def test_what_a_lead_declares_of_the_only_task_is_what_they_declare_of_the_section(status):
    assert stands([task(status)]).declared is DECLARED[status]


def test_an_overdue_critical_task_speaks_against_what_is_declared():
    section = stands([DONE, OVERDUE])
    assert (section.declared, section.suggested, section.level, section.differs) == (
        Level.ON_TRACK,
        Level.RED,
        Level.RED,
        True,
    )
    assert facts(section) == [(Concern.OVERDUE, Level.RED, 2)]
    assert section.reasons[0].since == OVERDUE.due_at


@pytest.mark.parametrize(
    ("priority", "level"), [(1, Level.RED), (2, Level.AT_RISK), (3, Level.READY), (4, Level.READY)]
)
def test_an_open_entry_of_a_high_priority_speaks_against_its_section(priority, level):
    section = stands([DONE], entries=(OpenEntry(27, 1, priority), OpenEntry(28, 2, 1)))
    assert section.level is level
    assert facts(section) == ([] if level is Level.READY else [(Concern.ENTRY, level, 27)])


@pytest.mark.parametrize(
    ("first", "second", "against"),
    [
        (task(Status.NOT_STARTED), TRACK, True),
        (task(Status.BLOCKED), TRACK, True),
        (TRACK, DONE, True),  # declared done before what it needs was
        (DONE, TRACK, False),
        (WAITING, WAITING, False),  # its turn has not come
        (WAITING, LIGHT_TRACK, False),  # it does not weigh; see the blockers
    ],
)
def test_a_task_under_way_before_what_it_needs_is_done_speaks_against_the_section(
    first, second, against
):
    section = stands([first, second], needs={2: [1]})
    assert ((Concern.PREREQUISITE, Level.AT_RISK, 2) in facts(section)) == against
    if against:
        assert next(
            reason.needs for reason in section.reasons if reason.concern is Concern.PREREQUISITE
        ) == (1,)


def test_the_blockers_are_named_worst_first():
    tasks = [
        DONE,
        task(Status.AT_RISK),
        task(Status.OFF_TRACK, critical=False),
        task(Status.BLOCKED),
        task(Status.ON_TRACK, due=-HOUR, critical=False),
        task(Status.ON_TRACK, due=-2 * HOUR),
        TRACK,
    ]
    section = stands(tasks, needs={7: [2, 1]})
    assert [(one.number, one.why, one.needs) for one in section.blockers] == [
        (6, BlockerReason.OVERDUE, ()),
        (4, BlockerReason.BLOCKED, ()),
        (3, BlockerReason.OFF_TRACK, ()),
        (5, BlockerReason.OVERDUE, ()),
        (7, BlockerReason.PREREQUISITE, (2,)),
    ]


def test_coverage_counts_what_was_started_and_what_is_done():
    section = stands([DONE, DONE, TRACK, LIGHT_RED, WAITING, LIGHT_WAITING])
    assert (section.done, section.started, section.total, section.late) == (2, 4, 6, 1)


# --- who keeps silent -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "hours", "silent"),
    [
        (Phase.DURING, 1.99, False),
        (Phase.DURING, 2, True),
        (Phase.NEAR, 23, False),
        (Phase.NEAR, 24, True),
        (Phase.BEFORE, 167, False),
        (Phase.BEFORE, 168, True),
        (Phase.AFTER, 167, False),
    ],
)
def test_a_section_that_has_not_confirmed_within_its_cadence_is_silent(phase, hours, silent):
    at = NOW - timedelta(hours=hours)
    section = stands([DONE], last=LastConfirmation("", at, at), phase=phase)
    assert (section.silent, section.level) == (silent, Level.SILENT if silent else Level.READY)
    assert facts(section) == ([(Concern.SILENT, Level.SILENT, None)] if silent else [])
    assert (section.silent_at <= NOW, section.silent_since, section.silent_owner) == (
        silent,
        at,
        "",
    )


MORNING = NOW - 10 * HOUR  # the local midnight of the day


@pytest.mark.parametrize(
    ("hours_ago", "silent_at"),
    [
        (1, NOW + HOUR),
        (
            14,
            MORNING + 6.5 * HOUR,
        ),  # confirmed last evening, for a day: asked again two waking hours after half past four
        (33, MORNING + 6.5 * HOUR),
        (34, MORNING),  # it had run out when the day began
        (99, MORNING),
    ],
)
def test_no_confirmation_is_due_at_the_midnight_on_which_a_closer_cadence_begins(
    hours_ago, silent_at
):
    section = stands([DONE], last=LastConfirmation("", NOW - hours_ago * HOUR), began=MORNING)
    assert section.silent_at == silent_at


def test_a_closer_cadence_of_a_day_and_more_counts_at_once():
    section = stands(
        [DONE], last=LastConfirmation("", NOW - 3 * DAY), phase=Phase.NEAR, began=MORNING
    )
    assert section.silent_at == MORNING


def test_silence_never_hides_a_red():
    section = stands([RED], last=LastConfirmation("", NOW - 9 * HOUR))
    assert (section.level, section.silent) == (Level.RED, True)


def test_a_critical_task_that_was_not_confirmed_makes_its_section_silent_though_others_were():
    confirmation = LastConfirmation("", NOW - HOUR, NOW - 5 * HOUR)
    section = stands(
        [task(Status.ON_TRACK, reported=-3 * HOUR), task(Status.ON_TRACK, reported=-HOUR)],
        last=confirmation,
    )
    assert facts(section) == [(Concern.STALE, Level.SILENT, 1)]
    assert (section.fresh, section.asked, section.silent_since) == (1, 2, NOW - 3 * HOUR)
    assert section.silent_owner == "Công an tỉnh"
    assert section.silent_at == NOW - HOUR


def test_one_tap_that_nothing_changed_renews_the_section_and_its_critical_tasks():
    tasks = [task(Status.ON_TRACK, reported=-3 * HOUR), task(Status.ON_TRACK, reported=-9 * HOUR)]
    section = stands(tasks, last=LastConfirmation("", NOW, NOW))
    assert (section.silent, section.fresh, section.asked, section.reasons) == (False, 2, 2, ())
    assert section.silent_at == NOW + 2 * HOUR


@pytest.mark.parametrize(
    "one",
    [
        task(Status.DONE, reported=-9 * HOUR),
        task(Status.NOT_STARTED),
        task(Status.NOT_STARTED, start=HOUR),
        task(Status.ON_TRACK, critical=False, reported=-9 * HOUR),
    ],
)
def test_what_is_done_need_not_begin_or_is_not_critical_is_not_asked_for(one):
    section = stands([one], last=LastConfirmation("", NOW, None))
    assert (section.asked, section.silent) == (0, False)


def test_a_section_that_never_spoke_is_silent_once_its_first_task_had_to_begin():
    waiting = [
        task(Status.NOT_STARTED, start=-3 * HOUR, critical=False),
        task(Status.NOT_STARTED, start=DAY, critical=False),
    ]
    section = stands(waiting, last=LastConfirmation())
    assert (section.silent, section.confirmed_at, section.silent_since) == (
        True,
        None,
        NOW - 3 * HOUR,
    )
    assert not stands(waiting, last=LastConfirmation(), phase=Phase.BEFORE).silent
    assert not stands(waiting[1:], last=LastConfirmation()).silent


@given(
    st.lists(TASKS, max_size=8),
    st.none() | st.integers(0, 30).map(lambda days: NOW - days * DAY),
    st.sampled_from(Phase),
)
def test_a_section_is_silent_exactly_from_when_its_first_confirmation_runs_out(
    tasks, confirmed, phase
):
    section = stands(tasks, last=LastConfirmation("", confirmed, None), phase=phase)
    assert section.silent == (section.silent_at is not None and section.silent_at <= NOW)
    assert section.silent == any(reason.level is Level.SILENT for reason in section.reasons)
    assert 0 <= section.fresh <= section.asked


# --- what a wall, a telephone and a meeting must never show ---------------------------------------


@given(st.lists(TASKS, min_size=1, max_size=12))
def test_every_red_is_among_the_blockers(tasks):
    tasks = numbered(tasks)
    named = {one.number for one in stands(tasks).blockers}
    assert {one.number for one in tasks if one.level is Level.RED or one.overdue} <= named


def test_sections_that_have_not_begun_are_counted_by_themselves_and_not_as_fine():
    sections = [stands([one]) for one in (DONE, TRACK, WAITING, WAITING, RISK, RED)]
    sections.append(stands([DONE], last=LastConfirmation("", NOW - 9 * HOUR)))
    sections.append(stands([RED], last=LastConfirmation("", NOW - 9 * HOUR)))  # red, and silent
    assert count_levels(sections) == LevelCounts(fine=2, at_risk=1, late=2, silent=2, not_started=2)
    assert silent_sections(sections) == sections[-2:]


@pytest.mark.parametrize(
    ("tasks", "now", "silent"),
    [
        ([DONE], Level.READY, Level.SILENT),
        ([RED], Level.RED, Level.RED),
        ([RISK], Level.AT_RISK, Level.AT_RISK),
        ([WAITING], Level.NOT_STARTED, Level.SILENT),
    ],
)
def test_what_is_shown_from_the_moment_of_silence_on(tasks, now, silent):
    section = stands(tasks)
    assert (section.level, section.level_when_silent) == (now, silent)
