"""The cached reads of media: each is computed once per revision for all viewers."""

import streamlit as st

from data import media
from data.storage import database
from ui.media import charts as media_charts
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def media_items(moment: Moment) -> list:
    """Every media item (`data.media.MediaSnapshot`), by planned time."""
    return _media(moment.key_of("media"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _media(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return media.media_at(session, _moment.event, _moment.view)


def media_chart(moment: Moment, *, language: str) -> dict:
    """Published media items against the plan."""
    return _media_chart(moment.key_of("media"), language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _media_chart(key: tuple, language: str, _moment: Moment) -> dict:
    return media_charts.media(media_items(_moment), _moment.event, _moment.view.moment, language)
