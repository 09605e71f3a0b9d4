"""The cached reads of programme: each is computed once per revision for all viewers."""

import streamlit as st

from data import programme
from data.storage import database
from ui.programme import charts as programme_charts
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def items(moment: Moment) -> tuple:
    """Every programme item's `models.programme.ItemSnapshot`, by planned start."""
    return _items(moment.key_of("programme"), moment)


@shared(ENTRIES)
def _items(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(programme.items_at(session, _moment.event, _moment.view))


def programme_chart(moment: Moment, *, language: str, day: str) -> dict:
    """One day's items: planned and real times."""
    return _programme_chart(moment.key_of("programme"), language, day, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _programme_chart(key: tuple, language: str, day: str, _moment: Moment) -> dict:
    return programme_charts.programme(
        items(_moment), _moment.event, _moment.view.moment, language, day
    )
