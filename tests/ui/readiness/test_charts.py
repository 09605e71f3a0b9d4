"""Tests of the trend of levels and of the burn-up, filled and empty."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from data.readiness import tasks as readiness_tasks
from data.storage import database
from data.words import LANGUAGES, catalogue
from models.events.event import View
from models.readiness.burn_up import Work, burn_up
from models.readiness.tasks import Level
from tests import stage
from tests.ui.charts import LOCAL, drawn, lines, rows, scales
from ui.readiness import charts as readiness_charts
from ui.shell import charts as shell_charts


@pytest.mark.parametrize("language", LANGUAGES)
def test_trend_counts_the_late_and_those_at_risk_on_every_day(event, view, language):
    with database.reading() as session:
        tasks = readiness_tasks.tasks_at(session, event, view)
        reports = readiness_tasks.reports_until(session, event, view.moment)
    chart = drawn(readiness_charts.trend(reports, tasks, event, view.moment, language))
    days = [row["day"] for row in rows(chart)]
    assert (min(days), max(days)) == ("2023-05-24", "2023-07-22")
    last = {row["level"]: row["tasks"] for row in rows(chart) if row["day"] == max(days)}
    assert last == {
        catalogue(language)[f"level.{level.value}"]: sum(task.level is level for task in tasks)
        for level in (Level.RED, Level.AT_RISK)
    }
    (colour,) = scales(chart, "color")
    assert colour["range"] == [shell_charts.COLOURS[one] for one in (Level.RED, Level.AT_RISK)]


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


# --- burn-up --------------------------------------------------------------------------------------

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


def test_a_burn_up_of_nothing_still_draws_and_has_no_layer_without_rows(event):
    now = SIXTEENTH
    chart = readiness_charts.burn_up(
        burn_up([], begins_at=now, until=now, now=now), event, now, "en"
    )
    assert chart["layer"] and all(chart["datasets"].values())
