"""The cached reads of roll_calls: each is computed once per revision for all viewers."""

import streamlit as st

from data.roll_calls import commands as roll_calls_commands
from data.storage import database
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def roll_call(moment: Moment) -> roll_calls_commands.RollCallSnapshot | None:
    """The roll-call that runs, or has just ended; not cached, since an answer expires within the minute."""
    with database.reading() as session:
        return roll_calls_commands.roll_call_on_show(session, moment.event, moment.view)


def roll_calls_held(moment: Moment) -> list:
    """Every roll-call up to the moment (`data.roll_calls.RollCallSnapshot`), newest first."""
    return _roll_calls_held(moment.key_of("roll_calls", "incidents"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _roll_calls_held(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return roll_calls_commands.roll_calls_at(session, _moment.event, _moment.view)
