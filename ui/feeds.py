"""Cached reads: what all visitors see of one revision is computed once.

Keys are the revision, the event's run and the minute of its clock (a task falls overdue without any commit); arguments with a
leading underscore are not part of the key. Every `st.cache_data` of the application is in this file.
"""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from data import attendance, board, changes, database, event, incidents, media, people, programme, readiness, reviews
from models.event import Clock, Event, View
from models.people import Person
from ui import charts

ENTRIES = 64  # enough for every page of both languages at a few moments; old revisions fall out


@dataclass(frozen=True)
class Moment:
    """What a screen shows: an event, a moment of it, and the revision of the database that it was read at."""

    event: Event
    clock: Clock
    revision: int
    view: View

    @property
    def key(self) -> tuple:
        """Of the past only the run and the moment matter: nothing that is recorded later changes it."""
        if self.view.past:
            return (self.event.id, self.view.moment)
        return (self.event.id, self.revision, self.view.moment.replace(second=0, microsecond=0))


def now() -> Moment | None:
    """The current event at this moment by its clock; None before an event was loaded."""
    with database.reading() as session:
        current = event.current_event(session)
        if current is None:
            return None
        clock = event.clock_of(session, current)
        return Moment(current, clock, changes.latest(session), View(clock.shows(event.real_now())))


def at(moment: Moment, past: datetime) -> Moment:
    """The same event as at a past moment."""
    return Moment(moment.event, moment.clock, moment.revision, View(past, past=True))


def visitor(token: str | None) -> Person | None:
    """Who the browser with this token is. Never cached: ending a sign-in must count at once."""
    with database.reading() as session:
        return people.person_of(session, token)


def wall(moment: Moment) -> dict:
    """The wall's document."""
    return _wall(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _wall(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return board.wall_document(session, _moment.event, _moment.view)


def tasks(moment: Moment) -> list:
    """Every task's standing (`models.readiness.TaskStanding`), by number."""
    return _tasks(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _tasks(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return readiness.tasks_at(session, _moment.event, _moment.view)


def prerequisites(moment: Moment) -> dict[int, list[int]]:
    """Task id to the ids of the tasks that it needs."""
    return _prerequisites(moment.event.id, moment.event)


@st.cache_data(max_entries=4, show_spinner=False)
def _prerequisites(run: int, _event: Event) -> dict[int, list[int]]:
    with database.reading() as session:
        return readiness.prerequisites(session, _event)


def sections(moment: Moment) -> list:
    """Every section's standing (`data.readiness.SectionStanding`), in order."""
    return _sections(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _sections(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return readiness.sections_at(session, _moment.event, _moment.view, tasks(_moment))


def items(moment: Moment) -> list:
    """Every programme item's standing (`models.programme.ItemStanding`), by planned start."""
    return _items(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _items(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return programme.items_at(session, _moment.event, _moment.view)


def entries(moment: Moment) -> list:
    """Every log entry (`data.incidents.EntryStanding`), newest first."""
    return _entries(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _entries(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return incidents.entries_at(session, _moment.event, _moment.view)


def media_items(moment: Moment) -> list:
    """Every media item (`data.media.MediaStanding`), by planned time."""
    return _media(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _media(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return media.media_at(session, _moment.event, _moment.view)


def reviews_held(moment: Moment) -> list:
    """The reviews held up to the moment, newest first."""
    return _reviews(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _reviews(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return reviews.reviews_until(session, _moment.event, _moment.view.moment)


def headcounts(moment: Moment, item_ids: list[int]) -> dict:
    """(item id, delegation id) to `models.attendance.Headcount`."""
    return _headcounts(moment.key, tuple(item_ids), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _headcounts(key: tuple, item_ids: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return attendance.headcounts_at(session, list(item_ids), _moment.view)


def delegations(moment: Moment) -> list:
    """The delegations in the Vietnamese order of their names."""
    return _delegations(moment.event.id, moment.event)


@st.cache_data(max_entries=4, show_spinner=False)
def _delegations(run: int, _event: Event) -> list:
    with database.reading() as session:
        return attendance.delegations(session, _event)


def search(moment: Moment, *, item_id: int, query: str) -> list:
    """Delegates that a search finds (`data.attendance.Found`); not cached, since hardly two people ask the same."""
    with database.reading() as session:
        return attendance.search_delegates(session, moment.event, item_id=item_id, query=query)


def newest_admissions(moment: Moment, *, item_id: int) -> list:
    """The last ten recorded at an item, newest first, with the desk's name."""
    with database.reading() as session:
        return attendance.newest_admissions(session, item_id=item_id, limit=10)


def desks(moment: Moment) -> dict:
    """Desk key to the desk and the ids of the items that it serves."""
    return _desks(moment.event.id, moment.event)


@st.cache_data(max_entries=4, show_spinner=False)
def _desks(run: int, _event: Event) -> dict:
    with database.reading() as session:
        return attendance.desks_of(session, _event)


# --- finished chart specifications: built once per revision, handed to every viewer ---------------------------------


def arrivals_chart(moment: Moment, *, item_id: int, language: str) -> dict:
    """The arrival curve of one item against the plan."""
    return _arrivals_chart(moment.key, item_id, language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _arrivals_chart(key: tuple, item_id: int, language: str, _moment: Moment) -> dict:
    item = next(item for item in items(_moment) if item.id == item_id)
    with database.reading() as session:
        arrivals = board.arrivals_board(session, _moment.event, _moment.view, [item])
    return charts.arrivals(arrivals, _moment.event, _moment.view.moment, language)


def trend_chart(moment: Moment, *, language: str) -> dict:
    """How many tasks stood at which level, day by day."""
    return _trend_chart(moment.key, language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _trend_chart(key: tuple, language: str, _moment: Moment) -> dict:
    with database.reading() as session:
        reports = readiness.reports_until(session, _moment.event, _moment.view.moment)
    return charts.trend(reports, tasks(_moment), _moment.event, _moment.view.moment, language)


def media_chart(moment: Moment, *, language: str) -> dict:
    """Published media items against the plan."""
    return _media_chart(moment.key, language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _media_chart(key: tuple, language: str, _moment: Moment) -> dict:
    return charts.media(media_items(_moment), _moment.event, _moment.view.moment, language)


def programme_chart(moment: Moment, *, language: str, day: str) -> dict:
    """One day's items: planned and real times."""
    return _programme_chart(moment.key, language, day, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _programme_chart(key: tuple, language: str, day: str, _moment: Moment) -> dict:
    return charts.programme(items(_moment), _moment.event, _moment.view.moment, language, day)
