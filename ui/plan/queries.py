"""The reads of the plan for its page."""

from datetime import date

import streamlit as st

from data.plan import history, move
from data.plan.commands import version_and_plan
from data.plan.settings import version_and_settings
from data.storage import database
from models.events.event import Settings
from models.plan import Move, Planned
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def task_plan(task_id: int) -> tuple[int, Planned]:
    """A task's current version and plan; not cached, since a form begins with the row itself."""
    with database.reading() as session:
        return version_and_plan(session, task_id)


def event_settings(event_id: int) -> tuple[int, Settings]:
    """The event's current version and settings; not cached either."""
    with database.reading() as session:
        return version_and_settings(session, event_id)


def move_preview(moment: Moment, first_day: date, last_day: date) -> Move:
    """The preview of a move; not cached, since what is shown is what is confirmed."""
    with database.reading() as session:
        return move.move_of(session, moment.event, first_day=first_day, last_day=last_day)


def first_days(moment: Moment) -> tuple[date, date]:
    """The days that the event was loaded with: (first, last)."""
    return _first_days(moment.key_of(), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _first_days(key: tuple[object, ...], _moment: Moment) -> tuple[date, date]:
    with database.reading() as session:
        return history.first_days(session, _moment.event)
