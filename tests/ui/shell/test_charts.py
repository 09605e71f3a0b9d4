"""Tests of what all charts share."""

from data import media
from data.storage import database
from data.words import LANGUAGES
from ui.media import charts as media_charts


def test_numbers_on_an_axis_are_written_as_the_language_writes_them(event, view):
    with database.reading() as session:
        items = media.media_at(session, event, view)
    specifications = {
        language: str(media_charts.media(items, event, view.moment, language))
        for language in LANGUAGES
    }
    assert "replace(format(datum.value, ','), ',', '.')" in specifications["vi"]
    assert "replace(format" not in specifications["en"]
