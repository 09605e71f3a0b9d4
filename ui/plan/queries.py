"""The reads of the plan for its page."""

from datetime import date

import streamlit as st

from data.plan import history, move, sections
from data.plan.commands import Retired, retired_tasks, version_and_plan
from data.plan.sections import version_and_section
from data.plan.settings import version_and_settings
from data.storage import database
from models.events.event import Settings
from models.plan import Move, Planned
from models.readiness.tasks import Section, SectionPlan
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def task_plan(task_id: int) -> tuple[int, Planned]:
    """A task's current version and plan; not cached, since a form begins with the row itself."""
    with database.reading() as session:
        return version_and_plan(session, task_id)


def retired(moment: Moment) -> tuple[Retired, ...]:
    """The tasks that were taken from the plan, by number."""
    return _retired(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _retired(key: tuple, _moment: Moment) -> tuple[Retired, ...]:
    with database.reading() as session:
        return tuple(retired_tasks(session, _moment.event))


def section_plan(section_id: int) -> tuple[int, SectionPlan]:
    """A section's current version and row; not cached either."""
    with database.reading() as session:
        return version_and_section(session, section_id)


def retired_sections(moment: Moment) -> tuple[Section, ...]:
    """The sections that are dissolved, in their order; detached."""
    return _retired_sections(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _retired_sections(key: tuple, _moment: Moment) -> tuple[Section, ...]:
    with database.reading() as session:
        return tuple(sections.retired_sections(session, _moment.event))


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
