"""The cached reads of wall: each is computed once per revision for all viewers."""

import streamlit as st

from data.storage import database
from data.wall import board
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def wall(moment: Moment) -> dict:
    """The wall's document."""
    return _wall(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _wall(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return board.wall_document(session, _moment.event, _moment.view)
