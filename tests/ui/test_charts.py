"""Tests of the charts of ui/: what each specification draws, filled and empty, in both languages."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from data import media, programme
from data.events import loading
from data.readiness import tasks as readiness_tasks
from data.storage import database
from data.wall import board
from data.words import LANGUAGES, catalogue
from models.attendance.ledger import Headcount
from models.events.event import View, zone
from models.programme import ItemSnapshot
from models.readiness.burn_up import Work, burn_up
from models.readiness.tasks import Level
from models.wall import Arrivals
from tests import stage
from ui.attendance import charts as attendance_charts
from ui.media import charts as media_charts
from ui.programme import charts as programme_charts
from ui.readiness import charts as readiness_charts
from ui.shell import charts as shell_charts

LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def event(sqlite_databases):
    """The sample as its rehearsal begins."""
    for _ in sqlite_databases.fresh("sample"):
        yield stage.current()


@pytest.fixture(scope="module")
def view(event) -> View:
    return View(stage.at("D+1 06:52"))


def rows(chart: dict) -> list[dict]:
    return [row for data in chart["datasets"].values() for row in data]


def lines(chart: dict, name: str) -> list[dict]:
    """The rows of one line or bar, of whatever column names it."""
    return [row for row in rows(chart) if name in row.values()]


def scales(spec, channel: str) -> list[dict]:
    """The scales of a channel, of the chart and of every layer in it."""
    if isinstance(spec, list):
        return [scale for one in spec for scale in scales(one, channel)]
    if not isinstance(spec, dict):
        return []
    own = spec.get("encoding", {}).get(channel, {}).get("scale")
    return ([own] if own else []) + [
        scale for key in ("layer",) for scale in scales(spec.get(key), channel)
    ]


def drawn(chart: dict) -> dict:
    """A chart that anything could draw: a height, the container's width, its data beside it and not at an address."""
    assert chart["height"] > 0 and chart["width"] == "container"
    assert "url" not in str(chart["datasets"].keys()) and '"url"' not in str(chart)
    return chart


@pytest.mark.parametrize("language", LANGUAGES)
def test_arrivals_shows_plan_and_fact_up_to_now(event, view, language):
    with database.reading() as session:
        items = [
            item for item in programme.items_at(session, event, view) if item.key == "phien_chinh"
        ]
        arrivals = board.arrivals_board(session, event, view, items)
    chart = drawn(attendance_charts.arrivals(arrivals, event, view.moment, language))
    plan, actual = (
        lines(chart, catalogue(language)[f"attendance.{name}"]) for name in ("plan", "actual")
    )
    assert [row["people"] for row in plan] == [
        round(share * 1121) for _, share in event.arrival_plan
    ]
    assert actual[-1] == {**actual[-1], "people": arrivals.count.here, "at": "2023-07-22T06:52:00Z"}
    assert [row["people"] for row in actual] == sorted(row["people"] for row in actual)
    assert all(LOCAL.fullmatch(row["at"]) for row in rows(chart))
    assert scales(chart, "y")[0]["domain"] == [0, 1121]
    assert all(scale["type"] == "utc" for scale in scales(chart, "x"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_arrivals_before_anybody_came_shows_the_plan_alone(event, language):
    item = ItemSnapshot(
        id=1, key="x", parent_id=None, kind="session", title_vi="", title_en="", short_vi="", short_en="", venue_vi="",
        venue_en="", chair="", expects="all", illustrative="", starts_at=stage.at("D+1 07:30"), ends_at=stage.at("D+1 11:30"),
        started_at=None, finished_at=None, drift=0,
    )  # fmt: skip
    nobody = Arrivals(
        items=(item,), count=Headcount(), per_item=(Headcount(),), curve=(), missing=()
    )
    chart = drawn(attendance_charts.arrivals(nobody, event, stage.at("D-3 08:00"), language))
    assert not lines(chart, catalogue(language)["attendance.actual"])
    assert scales(chart, "y")[0]["domain"] == [0, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_trend_stacks_every_task_on_every_day_worst_first(event, view, language):
    with database.reading() as session:
        tasks = readiness_tasks.tasks_at(session, event, view)
        reports = readiness_tasks.reports_until(session, event, view.moment)
    chart = drawn(readiness_charts.trend(reports, tasks, event, view.moment, language))
    by_day: dict[str, int] = {}
    for row in rows(chart):
        by_day[row["day"]] = by_day.get(row["day"], 0) + row["tasks"]
    assert set(by_day.values()) == {len(tasks)}
    assert (min(by_day), max(by_day)) == ("2023-05-24", "2023-07-22")
    (colour,) = scales(chart, "color")
    assert colour["domain"][0] == catalogue(language)["level.late"]
    assert colour["range"] == [
        shell_charts.COLOURS[level]
        for level in (Level.RED, Level.AT_RISK, Level.NOT_STARTED, Level.ON_TRACK, Level.READY)
    ]


def test_the_trends_last_day_is_what_the_board_shows(event, view):
    with database.reading() as session:
        tasks = readiness_tasks.tasks_at(session, event, view)
        reports = readiness_tasks.reports_until(session, event, view.moment)
    _, standing = readiness_charts.levels_by_day(reports, tasks, event, view.moment)[-1]
    assert standing == {
        level: number for level in Level if (number := sum(task.level is level for task in tasks))
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_trend_without_reports_is_an_empty_chart(event, view, language):
    chart = drawn(readiness_charts.trend([], [], event, view.moment, language))
    assert rows(chart) == []
    assert scales(chart, "y")[0]["domain"] == [0, 1]


def test_a_level_counts_from_the_day_of_its_report(event):
    with database.reading() as session:
        first = readiness_tasks.tasks_at(session, event, View(stage.at("D-58 08:00"), past=True))[0]
    task = replace(first, due_at=stage.at("D-50 17:00"))
    reports = [
        (task.id, "on_track", stage.at("D-58 09:00")),
        (task.id, "done", stage.at("D-56 09:00")),
    ]
    found = readiness_charts.levels_by_day(reports, [task], event, stage.at("D-55 09:00"))
    assert [day for day, _ in found] == [
        date(2023, 5, 24) + timedelta(days=number) for number in range(4)
    ]
    assert [list(standing) for _, standing in found] == [
        [Level.ON_TRACK],
        [Level.ON_TRACK],
        [Level.READY],
        [Level.READY],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_media_counts_up_plan_and_publications(event, view, language):
    with database.reading() as session:
        items = media.media_at(session, event, view)
    chart = drawn(media_charts.media(items, event, view.moment, language))
    plan, actual = (
        lines(chart, catalogue(language)[f"media.{name}"]) for name in ("plan", "actual")
    )
    assert [row["number"] for row in plan] == list(range(1, len(items) + 1))
    assert actual[-1]["number"] == sum(item.published_at is not None for item in items)
    assert actual[-1]["at"] == "2023-07-22T06:52:00Z"


@pytest.mark.parametrize("language", LANGUAGES)
def test_media_without_items_is_an_empty_chart(event, view, language):
    assert [
        set(row) for row in rows(drawn(media_charts.media([], event, view.moment, language)))
    ] == [{"at"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_programme_of_a_day_shows_plan_and_fact(event, view, language):
    with database.reading() as session:
        items = programme.items_at(session, event, view)
    chart = drawn(programme_charts.programme(items, event, view.moment, language, "2023-07-21"))
    plan, actual = (
        lines(chart, catalogue(language)[f"programme.{name}"]) for name in ("plan", "actual")
    )
    of_day = [item for item in items if item.starts_at.astimezone(zone(event)).day == 21]
    assert len(plan) == len(of_day)
    assert len(actual) == sum(item.started_at is not None for item in of_day) > 0
    assert all(row["start"] <= row["end"] for row in plan + actual)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_without_items_is_an_empty_chart(event, view, language):
    assert (
        rows(drawn(programme_charts.programme([], event, view.moment, language, "2023-07-21")))
        == []
    )


def test_numbers_on_an_axis_are_written_as_the_language_writes_them(event, view):
    with database.reading() as session:
        items = media.media_at(session, event, view)
    told = {
        language: str(media_charts.media(items, event, view.moment, language))
        for language in LANGUAGES
    }
    assert "replace(format(datum.value, ','), ',', '.')" in told["vi"]
    assert "replace(format" not in told["en"]


def test_the_small_event_without_any_report_draws(sqlite_databases):
    for _ in sqlite_databases.fresh("tables"):
        small = database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
        moment = datetime(2024, 3, 1, tzinfo=timezone.utc)
        with database.reading() as session:
            items = programme.items_at(session, small, View(moment))
            arrivals = board.arrivals_board(session, small, View(moment), items[1:2])
        assert lines(drawn(attendance_charts.arrivals(arrivals, small, moment, "vi")), "Kế hoạch")
        assert drawn(programme_charts.programme(items, small, moment, "en", "2024-03-05"))


# --- burn-up ---------------------------------------------------------------------------------------------------------

SIXTEENTH = datetime(2023, 7, 16, 1, tzinfo=timezone.utc)


def test_a_burn_up_draws_what_is_done_against_the_plan_and_what_is_expected(event):
    now, day = SIXTEENTH, timedelta(days=1)
    done = [
        Work(now - number * day, now - number * day, now - number * day + day / 2, day / 2)
        for number in range(1, 12)
    ]
    works = [*done, Work(now + 3 * day, now + day)]
    chart = readiness_charts.burn_up(
        burn_up(works, begins_at=now + 5 * day, until=now + 9 * day, now=now), event, now, "vi"
    )
    named = {row["line"] for row in rows(chart) if "line" in row}
    assert named == {
        catalogue("vi")[f"plan.line_{name}"] for name in ("done", "plan", "baseline", "expected")
    }
    assert all(LOCAL.fullmatch(row["at"]) for row in rows(chart))
    assert max(row["tasks"] for row in lines(chart, catalogue("vi")["plan.line_done"])) == 11


def test_a_burn_up_of_nothing_still_draws(event):
    now = SIXTEENTH
    assert readiness_charts.burn_up(
        burn_up([], begins_at=now, until=now, now=now), event, now, "en"
    )["layer"]
