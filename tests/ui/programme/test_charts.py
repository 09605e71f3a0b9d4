"""Tests of the chart of a day of the programme, filled and empty, in both languages."""

from datetime import datetime, timezone

import pytest

from data import programme
from data.events import loading
from data.storage import database
from data.wall import board
from data.words import LANGUAGES, catalogue
from models.events.event import View, zone
from tests import stage
from tests.ui.charts import drawn, lines, rows
from ui.attendance import charts as attendance_charts
from ui.programme import charts as programme_charts


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


def test_the_small_event_without_any_report_draws(sqlite_databases):
    for _ in sqlite_databases.fresh("tables"):
        small = database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
        moment = datetime(2024, 3, 1, tzinfo=timezone.utc)
        with database.reading() as session:
            items = programme.items_at(session, small, View(moment))
            arrivals = board.arrivals_board(session, small, View(moment), items[1:2])
        assert lines(drawn(attendance_charts.arrivals(arrivals, small, moment, "vi")), "Kế hoạch")
        assert drawn(programme_charts.programme(items, small, moment, "en", "2024-03-05"))
