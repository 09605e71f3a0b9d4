"""Tests of models/wall.py."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.programme import ItemSnapshot
from models.readiness.sections import Concern, Reason, SectionSnapshot
from models.readiness.tasks import Level
from models.wall import (
    Progress,
    SilenceText,
    TroubleText,
    are_forums,
    day_on_show,
    days_of,
    focus,
    gatherings,
    lanes,
    late_from,
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


@pytest.mark.parametrize(("now", "shown"), [(-2000, [1]), (5, [1]), (1440 + 5, [2]), (9000, [2])])
def test_the_day_on_show_is_today_or_the_next_with_anything_or_the_last(now, shown):
    items = [item(1, 60, 90), item(2, 1440 + 60, 1440 + 90)]
    assert ids(day_on_show(items, now=clock(now), local=lambda at: at.date())) == shown


@pytest.mark.parametrize(
    ("now", "finished", "shown"),
    [
        (1435, None, [1, 2]),
        (1440 + 30, None, [2, 3]),  # since the evening before
        (1440 + 30, 1440 + 20, [3]),
        (1440 + 61, None, [3]),
    ],
)
def test_what_lasts_past_midnight_stays_on_the_strip(now, finished, shown):
    night = item(2, 1320, 1440 + 60, started=1320, finished=finished)
    items = [item(1, 60, 90), night, item(3, 1440 + 480, 1440 + 540)]
    assert ids(day_on_show(items, now=clock(now), local=lambda at: at.date())) == shown
    alone = day_on_show([night], now=clock(now), local=lambda at: at.date())
    assert ids(alone) == [2]
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
