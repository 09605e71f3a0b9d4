"""Tests of the chart of arrivals, filled and empty, in both languages."""

import pytest

from data import programme
from data.storage import database
from data.wall import board
from data.words import LANGUAGES, catalogue
from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot
from models.wall import Arrivals
from tests import stage
from tests.ui.charts import LOCAL, drawn, lines, rows, scales
from ui.attendance import charts as attendance_charts


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
def test_arrivals_before_the_first_scan_show_the_plan_alone(event, language):
    item = ItemSnapshot(
        id=1,
        key="x",
        parent_id=None,
        kind="session",
        title_vi="",
        title_en="",
        short_vi="",
        short_en="",
        venue_vi="",
        venue_en="",
        chair="",
        expects="all",
        illustrative="",
        starts_at=stage.at("D+1 07:30"),
        ends_at=stage.at("D+1 11:30"),
        started_at=None,
        finished_at=None,
        drift=0,
    )
    empty = Arrivals(
        items=(item,), count=Headcount(), per_item=(Headcount(),), curve=(), missing=()
    )
    chart = drawn(attendance_charts.arrivals(empty, event, stage.at("D-3 08:00"), language))
    assert not lines(chart, catalogue(language)["attendance.actual"])
    assert scales(chart, "y")[0]["domain"] == [0, 1]
