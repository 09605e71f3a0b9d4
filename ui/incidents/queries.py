"""The cached reads of incidents: each is computed once per revision for all viewers."""

import streamlit as st

from data import incidents
from data.reviews.history import Step, history_of
from data.storage import database
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def entries(moment: Moment) -> list:
    """Every log entry (`data.incidents.EntrySnapshot`), newest first."""
    return _entries(moment.key_of("incidents"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _entries(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return incidents.entries_at(session, _moment.event, _moment.view)


def course(moment: Moment, entry_id: int) -> list[Step]:
    """What was recorded of an entry, oldest first; not cached: one reader opens it."""
    with database.reading() as session:
        return history_of(session, moment.event, "entry", entry_id, moment.view)
