"""The cached reads of readiness: each is computed once per revision for all viewers."""

import streamlit as st

from data.readiness import burn_up as burn_up_of
from data.readiness import (
    escalation,
)
from data.readiness import (
    photographs as readiness_photographs,
)
from data.readiness import (
    sections as readiness_sections,
)
from data.readiness import (
    tasks as readiness_tasks,
)
from data.storage import database
from models.readiness.burn_up import BurnUp
from models.readiness.prerequisites import HeldUp
from models.readiness.prerequisites import held_up as held_up_of
from models.readiness.tasks import Status
from ui.readiness import charts as readiness_charts
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def tasks(moment: Moment) -> tuple:
    """Every task as at the moment (`models.readiness.tasks.TaskSnapshot`), by number."""
    return _tasks(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _tasks(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(readiness_tasks.tasks_at(session, _moment.event, _moment.view))


def photographs(moment: Moment) -> dict:
    """Task id to the photographs of its newest report that carries any
    (`data.readiness.photographs.PhotographShown`), without their bytes.
    """
    return _photographs(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _photographs(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return readiness_photographs.photographs_at(session, _moment.event, _moment.view)


def prerequisites(moment: Moment) -> dict[int, list[int]]:
    """Task id to the ids of the tasks that it needs, of those that are in the plan."""
    return _prerequisites(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _prerequisites(key: tuple, _moment: Moment) -> dict[int, list[int]]:
    with database.reading() as session:
        needs = readiness_tasks.prerequisites(session, _moment.event, _moment.view)
    planned = {task.id for task in tasks(_moment)}
    found = {
        task_id: [one for one in needed if one in planned]
        for task_id, needed in needs.items()
        if task_id in planned
    }
    return {task_id: needed for task_id, needed in found.items() if needed}


def sections(moment: Moment) -> tuple:
    """Every section as at the moment (`models.readiness.sections.SectionSnapshot`), in order."""
    return _sections(moment.key_of("readiness", "incidents"), moment)


@shared(ENTRIES)
def _sections(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(
            readiness_sections.sections_at(session, _moment.event, _moment.view, tasks(_moment))
        )


def silence_reminders(moment: Moment) -> dict:
    """Section id to the reminders of its silence so far (`models.readiness.escalation.Reminder`);
    silent sections only.
    """
    return _silence_reminders(moment.key_of("readiness", "incidents"), moment)


@shared(ENTRIES)
def _silence_reminders(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return escalation.reminders_at(session, _moment.event, _moment.view, sections(_moment))


def held_up(moment: Moment) -> HeldUp:
    """What each open task holds up (`models.readiness.prerequisites.HeldUp`)."""
    return _held_up(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _held_up(key: tuple, _moment: Moment) -> HeldUp:
    return held_up_of(
        prerequisites(_moment),
        done={task.id for task in tasks(_moment) if task.status is Status.DONE},
    )


def burn_up(moment: Moment) -> BurnUp:
    """Done against plan and the forecast (`models.readiness.burn_up.BurnUp`)."""
    return _burn_up(moment.key_of("readiness"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _burn_up(key: tuple, _moment: Moment) -> BurnUp:
    with database.reading() as session:
        return burn_up_of.burn_up_at(session, _moment.event, _moment.view)


def trend_chart(moment: Moment, *, language: str) -> dict | None:
    """How many tasks are late or at risk, day by day; None where nothing was reported yet."""
    return _trend_chart(moment.key_of("readiness"), language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _trend_chart(key: tuple, language: str, _moment: Moment) -> dict | None:
    with database.reading() as session:
        reports = readiness_tasks.reports_until(session, _moment.event, _moment.view.moment)
    if not reports:
        return None
    return readiness_charts.trend(
        reports, tasks(_moment), _moment.event, _moment.view.moment, language
    )


def burn_up_chart(moment: Moment, *, language: str) -> dict:
    """Tasks done against the plan and the baseline, and the course that is expected."""
    return _burn_up_chart(moment.key_of("readiness"), language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _burn_up_chart(key: tuple, language: str, _moment: Moment) -> dict:
    return readiness_charts.burn_up(burn_up(_moment), _moment.event, _moment.view.moment, language)
