"""The reads of roll-calls for pages; a cached one is computed once per revision for all viewers."""

import streamlit as st

from data.roll_calls.queries import RollCallSnapshot, roll_call_on_show, roll_calls_at
from data.storage import database
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def roll_call(moment: Moment) -> RollCallSnapshot | None:
    """The roll-call that runs or has just ended; not cached, since an answer expires in between."""
    with database.reading() as session:
        return roll_call_on_show(session, moment.event, moment.view)


def roll_calls_held(moment: Moment) -> list[RollCallSnapshot]:
    """Every roll-call up to the moment, newest first."""
    return _roll_calls_held(moment.key_of("roll_calls", "incidents"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _roll_calls_held(key: tuple[object, ...], _moment: Moment) -> list[RollCallSnapshot]:
    with database.reading() as session:
        return roll_calls_at(session, _moment.event, _moment.view)
