"""Tests of the chart of media items, filled and empty, in both languages."""

import pytest

from data import media
from data.storage import database
from data.words import LANGUAGES, catalogue
from tests.ui.charts import drawn, lines, rows
from ui.media import charts as media_charts


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
