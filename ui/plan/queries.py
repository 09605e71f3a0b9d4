"""The cached reads of plan: each is computed once per revision for all viewers."""

from datetime import date

import streamlit as st

from data.plan import commands
from data.plan import history as plan_history
from data.storage import database
from models.plan import Move, Planned
from ui.shell.cache import ENTRIES
from ui.shell.moment import Moment


def task_plan(task_id: int) -> tuple[int, Planned]:
    """A task's version and plan as they are now; not cached, since a form must begin with what is there."""
    with database.reading() as session:
        return commands.version_and_plan(session, task_id)


def move_preview(moment: Moment, first_day: date, last_day: date) -> Move:
    """What moving the event would do (`models.plan.Move`); not cached, since what is shown is what is confirmed."""
    with database.reading() as session:
        return commands.move_of(session, moment.event, first_day=first_day, last_day=last_day)


def first_days(moment: Moment) -> tuple:
    """The days that the event was loaded with."""
    return _first_days(moment.key_of(), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _first_days(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return plan_history.first_days(session, _moment.event)
