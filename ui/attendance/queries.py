"""The cached reads of attendance: each is computed once per revision for all viewers."""

from datetime import datetime

import streamlit as st

from data.attendance import badges, delegates, forecast, offline_scans, particulars, queries
from data.attendance import delegations as delegations_of
from data.attendance import rooms as rooms_of
from data.attendance import search as attendance_search
from data.attendance.vehicles import Vehicle, vehicles_at
from data.storage import database
from data.wall import board
from models.access.people import Person
from models.attendance.delegates import Listed
from models.attendance.ledger import DelegationPlan
from models.events.event import Event
from ui.attendance import charts as attendance_charts
from ui.programme.queries import items
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment


def here_by_quarter(moment: Moment, item_id: int) -> list[tuple[datetime, int]]:
    """How many had come to an item by each quarter of an hour with an arrival; not cached, since
    one reader opens it.
    """
    with database.reading() as session:
        return queries.here_by_quarter(session, item_id, moment.view)


def headcounts(moment: Moment, item_ids: list[int]) -> dict:
    """(item id, delegation id) to `models.attendance.ledger.Headcount`."""
    return _headcounts(moment.key_of("attendance"), tuple(item_ids), moment)


@shared(ENTRIES)
def _headcounts(key: tuple, item_ids: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return queries.headcounts_at(session, list(item_ids), _moment.view)


def delegations(moment: Moment) -> tuple:
    """The delegations in the organiser's order, then in the Vietnamese order of their names."""
    return _delegations((moment.event.id, moment.newest["event"]), moment.event)


@shared(4)
def _delegations(key: tuple, _event: Event) -> tuple:
    with database.reading() as session:
        return tuple(queries.delegations(session, _event))


def delegation_plan(delegation_id: int) -> tuple[int, DelegationPlan]:
    """The version and the row that a form which changes a delegation is drawn with."""
    with database.reading() as session:
        return delegations_of.version_and_delegation(session, delegation_id)


def arrival_forecast(moment: Moment, *, item_id: int) -> forecast.ItemForecast:
    """The forecast of an item's start (`data.attendance.forecast.ItemForecast`)."""
    return _arrival_forecast(moment.key_of("attendance", "programme"), item_id, moment)


@shared(ENTRIES)
def _arrival_forecast(key: tuple, item_id: int, _moment: Moment) -> forecast.ItemForecast:
    every = items(_moment)
    item = next(item for item in every if item.id == item_id)
    with database.reading() as session:
        return forecast.forecast_at(session, _moment.event, every, item, _moment.view)


def roster_rows(
    moment: Moment,
    *,
    delegation_id: int | None,
    query: str,
    changed: bool,
    reader: Person | None,
    limit: int,
) -> list[delegates.RosterRow]:
    """The delegates that the roster lists; not cached, since few look at it and names are in it."""
    with database.reading() as session:
        return delegates.roster_rows(
            session,
            moment.event,
            delegation_id=delegation_id,
            query=query,
            changed=changed,
            reader=reader,
            limit=limit,
        )


def roster_row(delegate_id: int, reader: Person | None) -> tuple[int, Listed]:
    """The version and the row that a form which corrects a delegate is drawn with."""
    with database.reading() as session:
        return delegates.version_and_row(session, delegate_id, reader=reader)


def roster_size(moment: Moment) -> delegates.RosterSize:
    """How many delegates are expected about, and how many are listed."""
    return _roster_size(moment.key_of("attendance"), moment)


@shared(ENTRIES)
def _roster_size(key: tuple, _moment: Moment) -> delegates.RosterSize:
    with database.reading() as session:
        return delegates.roster_size(session, _moment.event)


def outdated_badges(moment: Moment) -> int:
    """How many badges were printed before what they say changed; not cached, since few look."""
    with database.reading() as session:
        return len(badges.outdated_badges(session, moment.event))


def name_by_badge(moment: Moment, reader: Person | None, badge: str) -> str:
    """A delegate's name for the desk that read their badge; never cached, as it may be erased."""
    with database.reading() as session:
        return particulars.name_by_badge(session, moment.event, reader, badge)


def search(moment: Moment, *, item_id: int, query: str, reader: Person | None) -> list:
    """Delegates that a search finds (`data.attendance.queries.Found`); not cached, since hardly
    two people ask the same.
    """
    with database.reading() as session:
        index = _delegate_index(
            attendance_search.index_mark(session, moment.event), session, moment.event
        )
        return attendance_search.search_delegates(
            session, index, item_id=item_id, query=query, event=moment.event, reader=reader
        )


@st.cache_resource(max_entries=2, show_spinner=False)  # shared and not copied: it is never changed
def _delegate_index(mark: tuple, _session, _event: Event) -> attendance_search.DelegateIndex:
    return attendance_search.delegate_index(_session, _event)


def newest_admissions(moment: Moment, *, item_id: int) -> tuple:
    """The last ten recorded at an item, newest first: (`data.attendance.queries.Found`, the name
    of the desk in both languages).
    """
    return _newest_admissions(moment.key_of("attendance"), item_id, moment)


@shared(ENTRIES)
def _newest_admissions(key: tuple, item_id: int, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(queries.newest_admissions(session, item_id=item_id, limit=10))


def delegation_missing(moment: Moment, *, item_id: int, delegation_id: int) -> list:
    """The delegates of a delegation whom an item expects and of whom nothing is recorded there
    (`data.attendance.queries.Found`).
    """
    return _delegation_missing(moment.key_of("attendance"), item_id, delegation_id)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _delegation_missing(key: tuple, item_id: int, delegation_id: int) -> list:
    with database.reading() as session:
        return queries.delegation_missing(session, item_id=item_id, delegation_id=delegation_id)


def rooms(moment: Moment) -> dict:
    """Item id to its room (`data.attendance.rooms.Room`), of the items that have not ended."""
    return _rooms(moment.key_of("attendance", "programme"), moment)


@shared(ENTRIES)
def _rooms(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return {
            room.item_id: room
            for room in rooms_of.rooms_at(session, _moment.event, items(_moment), _moment.view)
        }


def roll_closed(moment: Moment, item_id: int) -> bool:
    """Whether the roll of an item is closed, by hand or because the item has ended."""
    return _roll_closed(moment.key_of("attendance", "programme"), item_id, moment)


@shared(ENTRIES)
def _roll_closed(key: tuple, item_id: int, _moment: Moment) -> bool:
    with database.reading() as session:
        return item_id in queries.closed_rolls(session, [item_id], _moment.view)


def conflicts(moment: Moment) -> list:
    """The unsettled conflicts (`data.attendance.offline_scans.Conflict`), newest first."""
    return _conflicts(moment.key_of("attendance"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _conflicts(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return offline_scans.conflicts(session, _moment.event)


def wrong_clocks(moment: Moment) -> list:
    """The desks whose devices made offline scans by a wrong clock
    (`data.attendance.offline_scans.WrongClock`)."""
    return _wrong_clocks(moment.key_of("attendance"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _wrong_clocks(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return offline_scans.wrong_clocks(session, _moment.event)


def desks(moment: Moment) -> dict:
    """Desk key to the desk and the ids of the items that it serves."""
    return _desks((moment.event.id, moment.newest["event"]), moment.event)


@shared(4)
def _desks(key: tuple, _event: Event) -> dict:
    with database.reading() as session:
        return queries.desks_of(session, _event)


def arrivals_chart(moment: Moment, *, item_id: int, language: str) -> dict:
    """The arrival curve of one item against the plan."""
    return _arrivals_chart(moment.key_of("attendance", "programme"), item_id, language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _arrivals_chart(key: tuple, item_id: int, language: str, _moment: Moment) -> dict:
    item = next(item for item in items(_moment) if item.id == item_id)
    with database.reading() as session:
        arrivals = board.arrivals_board(session, _moment.event, _moment.view, [item])
    return attendance_charts.arrivals(arrivals, _moment.event, _moment.view.moment, language)


def vehicles(moment: Moment) -> tuple[Vehicle, ...]:
    """Every delegation's vehicle, in the order of their names."""
    return _vehicles(moment.key_of("programme"), moment)


@shared(ENTRIES)
def _vehicles(key: tuple, _moment: Moment) -> tuple[Vehicle, ...]:
    with database.reading() as session:
        return tuple(vehicles_at(session, _moment.event, _moment.view))
