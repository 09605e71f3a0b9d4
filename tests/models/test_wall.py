"""Tests of models/wall.py."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.event import Phase
from models.programme import ItemSnapshot
from models.readiness.sections import Concern, OpenEntry, Reason, SectionSnapshot
from models.readiness.tasks import Level, Status, TaskSnapshot
from models.wall import (
    Aside,
    Course,
    LevelWord,
    Panel,
    Progress,
    SilenceText,
    TroubleText,
    are_forums,
    aside,
    course,
    day_on_show,
    days_of,
    focus,
    gatherings,
    lanes,
    late_from,
    level_word,
    open_work,
    outlook,
    panel,
    progress,
    running,
    silence_text,
    trouble_text,
    upcoming,
)

MIDNIGHT = datetime(2023, 7, 22, tzinfo=timezone.utc)


def clock(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def item(number: int, start: float, end: float, **facts) -> ItemSnapshot:
    """An item with its times in minutes after midnight; `started` and `finished` likewise."""
    started, finished = facts.pop("started", None), facts.pop("finished", None)
    texts = [
        "key",
        "title_vi",
        "title_en",
        "short_vi",
        "short_en",
        "venue_vi",
        "venue_en",
        "chair",
        "illustrative",
    ]
    return ItemSnapshot(
        **{
            **dict.fromkeys(texts, ""),
            "id": number,
            "parent_id": None,
            "kind": "session",
            "expects": "none",
            "starts_at": clock(start),
            "ends_at": clock(end),
            "started_at": None if started is None else clock(started),
            "finished_at": None if finished is None else clock(finished),
            "drift": 0,
            **facts,
        }
    )


def programme(**marks) -> list[ItemSnapshot]:
    """Two forums side by side, then a main session with two segments and a broadcast."""
    return [
        item(1, 60, 120, kind="forum", expects="forum", **marks.get("forum_1", {})),
        item(2, 60, 120, kind="forum", expects="forum", **marks.get("forum_2", {})),
        item(3, 300, 420, kind="broadcast", **marks.get("broadcast", {})),
        item(4, 300, 420, expects="all", **marks.get("main", {})),
        item(5, 300, 330, kind="segment", parent_id=4, **marks.get("opening", {})),
        item(6, 330, 420, kind="segment", parent_id=4, **marks.get("dialogue", {})),
    ]


def ids(items) -> list[int]:
    return [one.id for one in items]


def test_forums_side_by_side_are_one_gathering():
    assert [ids(group) for group in gatherings(programme())] == [[1, 2], [4]]


DONE = {"started": 60, "finished": 110}


@pytest.mark.parametrize(
    ("now", "marks", "counted"),
    [
        (0, {}, [1, 2]),
        (119, {}, [1, 2]),
        (149, {}, [1, 2]),  # should have ended, but not half an hour ago
        (150, {}, [4]),
        (115, {"forum_1": DONE}, [1, 2]),  # one forum goes on
        (115, {"forum_1": DONE, "forum_2": DONE}, [4]),
        (1000, {}, [4]),  # after the last one, the last
    ],
)
def test_which_gathering_the_wall_counts(now, marks, counted):
    assert ids(focus(programme(**marks), now=clock(now))) == counted


def test_a_programme_that_counts_no_one_has_no_focus():
    assert focus([item(1, 0, 10)], now=clock(5)) == []
    assert focus([], now=clock(5)) == []


def test_a_running_segment_hides_its_session():
    def going(**marks):
        return ids(running(programme(**marks), now=clock(340)))

    assert going(main={"started": 300}) == [4]
    assert going(main={"started": 300}, opening={"started": 300}) == [5]
    ended = {"started": 300, "finished": 330}
    assert going(main={"started": 300}, opening=ended) == [4]
    assert going() == []


@pytest.mark.parametrize(
    ("after", "going"), [(-1, [1]), (45, [1]), (359, [1]), (360, []), (2880, [])]
)
def test_an_item_whose_end_nobody_recorded_is_dropped_hours_after_its_planned_one(after, going):
    items = [item(1, 60, 120, started=60)]
    assert ids(running(items, now=clock(120 + after))) == going


def test_only_forums_are_called_forums():
    assert are_forums(programme()[:2])
    assert not are_forums(programme()[1:4])


@pytest.mark.parametrize(
    ("now", "marks", "following"),
    [
        (0, {}, 1),
        (60, {}, 1),  # due now and not begun: still to come
        (120, {}, 4),  # never begun, and its time is over
        (90, {"forum_1": {"started": 61}}, 2),
        (200, {}, 4),  # the session before its first segment, and before the broadcast
        (305, {"main": {"started": 300}, "broadcast": {"started": 300}}, 5),
        (
            305,
            {"main": {"started": 300}, "opening": {"started": 301}, "broadcast": {"started": 300}},
            6,
        ),
        (421, {}, None),
    ],
)
def test_what_comes_next(now, marks, following):
    found = upcoming(programme(**marks), now=clock(now))
    assert (found.id if found else None) == following


@pytest.mark.parametrize(("now", "shown"), [(-2000, [1]), (5, [1]), (1440 + 5, [2]), (9000, [])])
def test_the_day_on_show_is_today_or_the_next_with_anything(now, shown):
    items = [item(1, 60, 90), item(2, 1440 + 60, 1440 + 90)]
    assert ids(day_on_show(items, now=clock(now), local=lambda at: at.date())) == shown


@pytest.mark.parametrize(
    ("now", "finished", "shown"),
    [
        (1435, None, [1, 2]),
        (1440 + 30, None, [2, 3]),  # since the evening before
        (1440 + 30, 1440 + 20, [3]),
        (1440 + 61, None, [2, 3]),  # it overruns
        (1440 + 61 + 360, None, [3]),
    ],
)
def test_what_lasts_past_midnight_stays_on_the_strip(now, finished, shown):
    night = item(2, 1320, 1440 + 60, started=1320, finished=finished)
    items = [item(1, 60, 90), night, item(3, 1440 + 480, 1440 + 540)]
    assert ids(day_on_show(items, now=clock(now), local=lambda at: at.date())) == shown
    alone = day_on_show([night], now=clock(now), local=lambda at: at.date())
    assert ids(alone) == ([2] if 2 in shown else [])
    assert [one.day for one in days_of(night, local=lambda at: at.date())] == [22, 23]


SPANS = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 200), st.booleans()), max_size=20)


@given(SPANS)
def test_no_two_items_of_one_lane_overlap(spans):
    items = [
        item(number, start, start + length, kind="broadcast" if aside else "session")
        for number, (start, length, aside) in enumerate(spans)
    ]
    chosen = lanes(items)
    assert set(chosen) == set(ids(items))
    for one in items:
        for other in items:
            if one.id < other.id and chosen[one.id] == chosen[other.id]:
                assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at


@given(SPANS)
def test_lanes_are_counted_from_the_first_without_a_gap(spans):
    used = set(
        lanes(
            [item(number, start, start + length) for number, (start, length, _) in enumerate(spans)]
        ).values()
    )
    assert used == set(range(len(used)))


def test_items_one_after_the_other_share_a_lane_and_a_broadcast_lies_below():
    bars = [one for one in programme() if one.id != 4]
    assert lanes(bars) == {1: 0, 2: 1, 5: 0, 6: 0, 3: 1}


@pytest.mark.parametrize(
    ("marks", "how_far", "late"),
    [
        ({}, Progress.WAITING, 61),
        ({"started": 65}, Progress.RUNNING, 91),
        ({"started": 65, "finished": 95}, Progress.FINISHED, None),
    ],
)
def test_how_far_an_item_is_and_from_when_it_is_late(marks, how_far, late):
    one = item(1, 60, 90, **marks)
    assert progress(one) is how_far
    assert late_from(one) == (None if late is None else clock(late))


@pytest.mark.parametrize(
    ("facts", "trouble", "silence"),
    [
        ({}, TroubleText.NONE, SilenceText.DECLARED),
        ({"level": Level.RED, "declared": Level.RED}, TroubleText.NONE, SilenceText.DECLARED),
        (
            {"level": Level.RED, "reasons": [Concern.OVERDUE]},
            TroubleText.REASON,
            SilenceText.DECLARED,
        ),
        (
            {"level": Level.RED, "declared": Level.RED, "blockers": (None,)},
            TroubleText.BLOCKER,
            SilenceText.DECLARED,
        ),
        ({"confirmed_at": None}, TroubleText.NONE, SilenceText.NEVER),
        (
            {"level": Level.SILENT, "reasons": [Concern.STALE]},
            TroubleText.NONE,
            SilenceText.STALE_TASKS,
        ),
    ],
)
def test_what_a_tile_explains(facts, trouble, silence):
    section = snapshot(**facts)
    assert (trouble_text(section), silence_text(section)) == (trouble, silence)


def snapshot(*, level=Level.ON_TRACK, reasons=(), **facts) -> SectionSnapshot:
    """A section with these facts; all others say nothing."""
    texts = dict.fromkeys(
        ["key", "name_vi", "name_en", "short_vi", "short_en", "headline", "silent_owner"], ""
    )
    numbers = dict.fromkeys(
        ["id", "done", "started", "total", "late", "at_risk", "fresh", "asked"], 0
    )
    moments = {
        "moment": MIDNIGHT,
        "confirmed_at": MIDNIGHT,
        "silent_at": None,
        "silent_since": None,
    }
    values = {"declared": Level.ON_TRACK, "blockers": (), **texts, **numbers, **moments, **facts}
    return SectionSnapshot(
        level=level, reasons=tuple(Reason(concern, level) for concern in reasons), **values
    )


# --- the left panel -------------------------------------------------------------------------------


def local(at: datetime):
    return at.date()


@pytest.mark.parametrize(
    ("phase", "now", "group", "shown"),
    [
        (Phase.BEFORE, -43_200, [1, 2], Panel.COUNTDOWN),
        (Phase.NEAR, -1, [1, 2], Panel.COUNTDOWN),
        (Phase.NEAR, 30, [1, 2], Panel.ARRIVALS),  # a gathering before the event's first day
        (Phase.DURING, -600, [1, 2], Panel.ARRIVALS),
        (Phase.DURING, 700, [4], Panel.ARRIVALS),
        (Phase.DURING, 700, [], Panel.OWED),  # an event that counts no one
        (Phase.BEFORE, 700, [], Panel.COUNTDOWN),
        (Phase.AFTER, 1440, [4], Panel.OWED),
        (Phase.AFTER, 1439, [4], Panel.ARRIVALS),  # the last gathering goes on past midnight
    ],
)
def test_the_phase_chooses_the_panel(phase, now, group, shown):
    items = [one for one in programme() if one.id in group]
    assert panel(phase, items, now=clock(now), local=local) is shown


def task(number: int, due: float, status=Status.ON_TRACK, **facts) -> TaskSnapshot:
    """A task that is due so many days after the midnight of the tests."""
    values = {"section_id": 1, "title_vi": "", "title_en": "", "owner": "", "critical": False}
    values |= {"note": "", "reported_at": None, "level": Level.ON_TRACK, "overdue": due <= 0}
    due_at = MIDNIGHT + timedelta(days=due)
    return TaskSnapshot(
        **{**values, "id": number, "number": number, "due_at": due_at, "status": status, **facts}
    )


def test_open_work_is_late_due_within_a_week_or_later():
    blocked = task(5, 90, Status.BLOCKED, level=Level.RED)
    tasks = [task(1, 7), task(2, 6.9), task(3, -2), blocked, task(4, 0.5), task(6, -3, Status.DONE)]
    work = open_work(tasks, now=MIDNIGHT, local=local)
    numbers = [[one.number for one in part] for part in (work.late, work.due, work.later)]
    assert numbers == [[3, 5], [4, 2], [1]]


def test_the_outlook_counts_calendar_days_and_names_what_is_owed_by_due_time():
    blocked = task(5, 90, Status.BLOCKED, level=Level.RED)
    tasks = [task(1, 7), task(3, -2), blocked, task(4, 0.5), task(6, -3, Status.DONE)]
    now = MIDNIGHT - timedelta(days=29.4)
    found = outlook(tasks, MIDNIGHT.date(), now=now, local=local)
    assert (found.days, found.done, found.total) == (30, 1, 5)
    assert (found.due, found.late) == (0, 2)
    assert [one.number for one in found.owed] == [3, 4, 1, 5]


def test_the_course_counts_what_was_due_and_done_before_each_midnight():
    done = {"status": Status.DONE, "reported_at": MIDNIGHT - timedelta(days=1.5)}
    tasks = [task(1, -2.5, **done), task(2, -1.5), task(3, 0.5), task(4, 9)]

    def midnight(day):
        return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)

    days = {"today": MIDNIGHT.date(), "local": local, "midnight": midnight}
    found = course(tasks, until=(MIDNIGHT + timedelta(days=2)).date(), **days)
    first = (MIDNIGHT - timedelta(days=3)).date()
    assert found == Course(first, 1, (0, 1, 2, 2, 3, 3), (0, 0, 1, 1))
    assert course([], until=MIDNIGHT.date(), **days) is None
    assert course(tasks, until=first, **days) is None
    far = course(tasks, until=(MIDNIGHT + timedelta(days=365)).date(), **days)
    assert len(far.planned) <= 42 and far.planned[-1] == 4


# --- the words of a level, and what stands beside it ----------------------------------------------


@pytest.mark.parametrize(
    ("level", "phase", "done", "word"),
    [
        (Level.READY, Phase.DURING, 4, LevelWord.OWN),
        (Level.READY, Phase.AFTER, 4, LevelWord.COMPLETED),
        (Level.READY, Phase.AFTER, 3, LevelWord.ON_TRACK),
        (Level.AT_RISK, Phase.AFTER, 4, LevelWord.OWN),
    ],
)
def test_after_the_event_a_section_is_done_and_no_longer_ready(level, phase, done, word):
    assert level_word(snapshot(level=level, done=done, total=4), phase) is word


@pytest.mark.parametrize(
    ("level", "said"),
    [(Level.READY, Aside(2, 1)), (Level.SILENT, Aside(2, 1)), (Level.RED, None)],
)
def test_no_green_hides_a_task_at_risk_or_an_incident(level, said):
    entries = [OpenEntry(1, 1, 3), OpenEntry(2, 1, 4), OpenEntry(3, 2, 1)]  # a note; another's
    assert aside(snapshot(id=1, level=level, late=1, at_risk=1), entries) == said
    assert aside(snapshot(id=3, level=level), entries) is None
