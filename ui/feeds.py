"""Cached reads: what all visitors see of one revision is computed once.

Keys are the event's run, the minute of its clock (a task falls overdue without any commit) and the newest change of the topics
that are read: a scan a tenth of a second would else have every list read anew. Arguments with a leading underscore are not part
of the key. Every `st.cache_data` of the application is in this file. What is asked in nearly every run is `shared` instead, and
never changed by whoever reads it; charts and whatever is taken apart stay in `st.cache_data`, which gives each reader a copy.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import streamlit as st

from data import audit, incidents, media, programme
from data.access import people, sign_ins
from data.attendance import forecast, offline_scans, queries
from data.attendance import rooms as rooms_of
from data.attendance import search as attendance_search
from data.audit import Asked
from data.events import current as events_current
from data.plan import commands
from data.plan import history as plan_history
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
from data.reviews import commands as reviews_commands
from data.reviews import comparison as comparisons
from data.reviews import directives as orders
from data.reviews import history as reviews_history
from data.reviews.comparison import Comparison
from data.roll_calls import commands as roll_calls_commands
from data.storage import changes, database
from data.wall import board
from models.access.people import NOBODY, Visitor
from models.events.event import Clock, Event, View
from models.plan import Move, Planned
from models.readiness.burn_up import BurnUp
from models.readiness.prerequisites import HeldUp
from models.readiness.prerequisites import held_up as held_up_of
from models.readiness.tasks import Status
from ui import charts
from ui.shell.cache import shared

SEEN = 500  # visitors whose last view is kept
ENTRIES = 64  # enough for every page of both languages at a few moments; old revisions fall out


@dataclass(frozen=True)
class Moment:
    """What a screen shows: an event, a moment of it, and the revision of the database that it was read at."""

    events_current: Event
    clock: Clock
    revision: int
    newest: dict[str, int]  # topic -> its newest change
    view: View

    @property
    def key(self) -> tuple:
        """For what reads everything. Of the past only the run and the moment matter: nothing that is recorded later changes it."""
        return self._key(self.revision)

    def key_of(self, *topics: str) -> tuple:
        """For what reads these topics, beside the event and its clock."""
        return self._key(*(self.newest[topic] for topic in ("event", "clock", *topics)))

    def _key(self, *revisions: int) -> tuple:
        if self.view.past:
            return (self.event.id, self.view.moment)
        return (self.event.id, *revisions, self.view.moment.replace(second=0, microsecond=0))


def _now(session) -> Moment | None:
    """The current event at this moment by its clock; None before an event was loaded."""
    found = events_current.event_and_clock(session)
    if found is None:
        return None
    current, clock = found
    newest = changes.latest_by_topic(session, current.id)
    return Moment(current, clock, changes.latest(session), newest, View(clock.shows(events_current.real_now())))


def revision() -> int:
    """The revision of now; 0 while the database does not answer, so that whoever watches is told when it is back."""
    try:
        with database.reading() as session:
            return changes.latest(session)
    except database.UNREACHABLE:
        return 0


def at(moment: Moment, past: datetime) -> Moment:
    """The same event as at a past moment, with the days that were planned for it then."""
    view = View(past, past=True)
    return replace(moment, view=view, event=_event_then(moment.key_of(), view, moment.event))


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _event_then(key: tuple, view: View, _event: Event) -> Event:
    with database.reading() as session:
        return plan_history.event_at(session, _event, view)


def visitor(sign_in_id: int | None) -> Visitor:
    """Who is signed in by a sign-in. Never cached: ending it must count at once."""
    if sign_in_id is None:
        return NOBODY
    with database.reading() as session:
        return sign_ins.visitor_of(session, sign_in_id, now=events_current.real_now())


_seen: OrderedDict[int | None, tuple[Moment | None, Visitor]] = OrderedDict()


def seen(sign_in_id: int | None) -> tuple[Moment | None, Visitor]:
    """The moment of now and who looks at it, by one sign-in.

    While the database is lost: what was seen last, of which the pages are still in the cache. Else a tap would empty the page, and
    what was typed in it would be gone. Commands ask again who gives them.
    """
    try:
        with database.reading() as session:
            found = (_now(session), sign_ins.visitor_of(session, sign_in_id, now=events_current.real_now()))
    except database.UNREACHABLE:
        if sign_in_id in _seen:
            return _seen[sign_in_id]
        raise
    _seen[sign_in_id] = found
    _seen.move_to_end(sign_in_id)
    if len(_seen) > SEEN:
        _seen.popitem(last=False)
    return found


def wall(moment: Moment) -> dict:
    """The wall's document."""
    return _wall(moment.key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _wall(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return board.wall_document(session, _moment.event, _moment.view)


def tasks(moment: Moment) -> tuple:
    """Every task's standing (`models.readiness.TaskStanding`), by number."""
    return _tasks(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _tasks(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(readiness_tasks.tasks_at(session, _moment.event, _moment.view))


def photographs(moment: Moment) -> dict:
    """Task id to the photographs of its newest report that carries any (`data.evidence.PhotographShown`), without their bytes."""
    return _photographs(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _photographs(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return readiness_photographs.photographs_at(session, _moment.event, _moment.view)


def prerequisites(moment: Moment) -> dict[int, list[int]]:
    """Task id to the ids of the tasks that it needs."""
    return _prerequisites(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _prerequisites(key: tuple, _moment: Moment) -> dict[int, list[int]]:
    with database.reading() as session:
        return readiness_tasks.prerequisites(session, _moment.event, _moment.view)


def sections(moment: Moment) -> tuple:
    """Every section's standing (`models.standing.SectionStanding`), in order."""
    return _sections(moment.key_of("readiness", "incidents"), moment)


@shared(ENTRIES)
def _sections(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(readiness_sections.sections_at(session, _moment.event, _moment.view, tasks(_moment)))


def silence_calls(moment: Moment) -> dict:
    """Section id to whom its silence has called so far (`models.silence.Call`); of the silent ones alone."""
    return _silence_calls(moment.key_of("readiness", "incidents"), moment)


@shared(ENTRIES)
def _silence_calls(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return escalation.calls_at(session, _moment.event, _moment.view, sections(_moment))


def items(moment: Moment) -> tuple:
    """Every programme item's standing (`models.programme.ItemStanding`), by planned start."""
    return _items(moment.key_of("programme"), moment)


@shared(ENTRIES)
def _items(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(programme.items_at(session, _moment.event, _moment.view))


def entries(moment: Moment) -> list:
    """Every log entry (`data.incidents.EntryStanding`), newest first."""
    return _entries(moment.key_of("incidents"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _entries(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return incidents.entries_at(session, _moment.event, _moment.view)


def media_items(moment: Moment) -> list:
    """Every media item (`data.media.MediaStanding`), by planned time."""
    return _media(moment.key_of("media"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _media(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return media.media_at(session, _moment.event, _moment.view)


COMPARED = ("readiness", "incidents", "programme", "attendance", "media", "reviews")


def comparison(moment: Moment, since: datetime) -> Comparison:
    """The moment against another one (`data.comparison.BEGINNING`: everything)."""
    key = since.replace(second=0, microsecond=0) if not moment.view.past and _rolls(moment, since) else since
    return _comparison(moment.key_of(*COMPARED), key, moment)


def _rolls(moment: Moment, since: datetime) -> bool:
    """Whether the other moment goes along with the clock: a key for every second would never be met again."""
    return (moment.view.moment - since) == timedelta(days=1)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _comparison(key: tuple, since: datetime, _moment: Moment) -> Comparison:
    with database.reading() as session:
        return comparisons.compare(session, _moment.event, since, _moment.view)


def history(moment: Moment, subject: str, number: int) -> list:
    """What was reported of one row of a review (`data.review_history.Step`), oldest first; not cached: one reader opens it."""
    with database.reading() as session:
        return reviews_history.history_of(session, moment.event, subject, number, moment.view.moment)


def here_by_quarter(moment: Moment, item_id: int) -> list[tuple[datetime, int]]:
    """How many had come to an item by each quarter of an hour in which somebody came; not cached: one reader opens it."""
    with database.reading() as session:
        return queries.here_by_quarter(session, item_id, moment.view)


def directives(moment: Moment) -> tuple:
    """Every decision and directive (`models.directives.DirectiveStanding`), the open ones first."""
    return _directives(moment.key_of("reviews"), moment)


@shared(ENTRIES)
def _directives(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(orders.directives_at(session, _moment.event, _moment.view.moment))


def signed_review(moment: Moment, review_id: int) -> reviews_commands.Signed:
    """A signed review; it never changes, but its words may be erased."""
    with database.reading() as session:
        return reviews_commands.signed_review(session, moment.event, review_id)


def next_review_number(moment: Moment) -> int:
    return _next_review_number(moment.key_of("reviews"), moment)


@st.cache_data(max_entries=4, show_spinner=False)
def _next_review_number(key: tuple, _moment: Moment) -> int:
    with database.reading() as session:
        return reviews_commands.next_number(session, _moment.event)


def first_fact(moment: Moment) -> datetime | None:
    """When the event's first fact was; None before it."""
    with database.reading() as session:
        return changes.first_at(session, moment.event.id)


def reviews_held(moment: Moment) -> list:
    """The reviews held up to the moment (`data.reviews.Held`), newest first."""
    return _reviews(moment.key_of("reviews"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _reviews(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return reviews_commands.reviews_until(session, _moment.event, _moment.view.moment)


def roll_call(moment: Moment) -> roll_calls_commands.RollCallStanding | None:
    """The roll-call that runs, or has just ended; not cached, since an answer expires within the minute."""
    with database.reading() as session:
        return roll_calls_commands.roll_call_on_show(session, moment.event, moment.view)


def roll_calls_held(moment: Moment) -> list:
    """Every roll-call up to the moment (`data.roll_calls.RollCallStanding`), newest first."""
    return _roll_calls_held(moment.key_of("roll_calls", "incidents"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _roll_calls_held(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return roll_calls_commands.roll_calls_at(session, _moment.event, _moment.view)


def headcounts(moment: Moment, item_ids: list[int]) -> dict:
    """(item id, delegation id) to `models.attendance.Headcount`."""
    return _headcounts(moment.key_of("attendance"), tuple(item_ids), moment)


@shared(ENTRIES)
def _headcounts(key: tuple, item_ids: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return queries.headcounts_at(session, list(item_ids), _moment.view)


def delegations(moment: Moment) -> tuple:
    """The delegations in the Vietnamese order of their names."""
    return _delegations(moment.event.id, moment.event)


@shared(4)
def _delegations(run: int, _event: Event) -> tuple:
    with database.reading() as session:
        return tuple(queries.delegations(session, _event))


def arrival_forecast(moment: Moment, *, item_id: int) -> forecast.ItemForecast:
    """What is to be expected of an item (`data.forecast.ItemForecast`)."""
    return _arrival_forecast(moment.key_of("attendance", "programme"), item_id, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _arrival_forecast(key: tuple, item_id: int, _moment: Moment) -> forecast.ItemForecast:
    every = items(_moment)
    item = next(item for item in every if item.id == item_id)
    with database.reading() as session:
        return forecast.forecast_at(session, _moment.event, every, item, _moment.view)


def search(moment: Moment, *, item_id: int, query: str) -> list:
    """Delegates that a search finds (`data.attendance.Found`); not cached, since hardly two people ask the same."""
    with database.reading() as session:
        index = _delegate_index(attendance_search.index_mark(session, moment.event), session, moment.event)
        return attendance_search.search_delegates(session, index, item_id=item_id, query=query)


@st.cache_resource(max_entries=2, show_spinner=False)  # shared and not copied: it is never changed
def _delegate_index(mark: tuple, _session, _event: Event) -> attendance_search.DelegateIndex:
    return attendance_search.delegate_index(_session, _event)


def newest_admissions(moment: Moment, *, item_id: int) -> list:
    """The last ten recorded at an item, newest first, with the desk's name."""
    return _newest_admissions(moment.key_of("attendance"), item_id)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _newest_admissions(key: tuple, item_id: int) -> list:
    with database.reading() as session:
        return queries.newest_admissions(session, item_id=item_id, limit=10)


def delegation_missing(moment: Moment, *, item_id: int, delegation_id: int) -> list:
    """Those of a delegation of whom nothing is recorded at an item that expects them (`data.attendance.Found`)."""
    return _delegation_missing(moment.key_of("attendance"), item_id, delegation_id)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _delegation_missing(key: tuple, item_id: int, delegation_id: int) -> list:
    with database.reading() as session:
        return queries.delegation_missing(session, item_id=item_id, delegation_id=delegation_id)


def rooms(moment: Moment) -> dict:
    """Item id to its room (`data.rooms.Room`), of the items that have not ended."""
    return _rooms(moment.key_of("attendance", "programme"), moment)


@shared(ENTRIES)
def _rooms(key: tuple, _moment: Moment) -> dict:
    with database.reading() as session:
        return {room.item_id: room for room in rooms_of.rooms_at(session, _moment.event, items(_moment), _moment.view)}


def roll_closed(moment: Moment, item_id: int) -> bool:
    """Whether the roll of an item is closed, by hand or because it has ended."""
    return _roll_closed(moment.key_of("attendance", "programme"), item_id, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _roll_closed(key: tuple, item_id: int, _moment: Moment) -> bool:
    with database.reading() as session:
        return item_id in queries.closed_rolls(session, [item_id], _moment.view.moment)


def conflicts(moment: Moment) -> list:
    """The late scans that nobody has settled yet (`data.late_scans.Conflict`), newest first."""
    return _conflicts(moment.key_of("attendance"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _conflicts(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return offline_scans.conflicts(session, _moment.event)


def everybody(moment: Moment) -> tuple:
    """Everybody whom the event's file names, and the displays; detached."""
    return _everybody(moment.key, moment)


@shared(4)
def _everybody(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(people.people(session))


def browsers() -> list:
    """Every sign-in that counts (`data.sign_ins.Browser`); not cached, since it also ends by the clock."""
    with database.reading() as session:
        return sign_ins.browsers(session, now=events_current.real_now())


def audit_subject(moment: Moment, told: str) -> tuple[str, int] | None:
    """The subject that somebody names (`data.audit.subject_named`)."""
    with database.reading() as session:
        return audit.subject_named(session, moment.event, told)


def audit_rows(moment: Moment, asked: Asked, *, most: int) -> list:
    """What was done, newest first (`data.audit.AuditRow`); not cached, since hardly two people ask the same."""
    with database.reading() as session:
        return audit.rows(session, moment.event, asked, most=most)


def audit_count(moment: Moment, asked: Asked) -> int:
    with database.reading() as session:
        return audit.count(session, moment.event, asked)


def desks(moment: Moment) -> dict:
    """Desk key to the desk and the ids of the items that it serves."""
    return _desks(moment.event.id, moment.event)


@shared(4)
def _desks(run: int, _event: Event) -> dict:
    with database.reading() as session:
        return queries.desks_of(session, _event)


def held_up(moment: Moment) -> HeldUp:
    """What each open task holds up (`models.prerequisites.HeldUp`)."""
    return _held_up(moment.key_of("readiness"), moment)


@shared(ENTRIES)
def _held_up(key: tuple, _moment: Moment) -> HeldUp:
    return held_up_of(prerequisites(_moment), done={task.id for task in tasks(_moment) if task.status is Status.DONE})


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


def burn_up(moment: Moment) -> BurnUp:
    """Done against plan and the forecast (`models.burn_up.BurnUp`)."""
    return _burn_up(moment.key_of("readiness"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _burn_up(key: tuple, _moment: Moment) -> BurnUp:
    with database.reading() as session:
        return burn_up_of.burn_up_at(session, _moment.event, _moment.view)


# --- finished chart specifications: built once per revision, handed to every viewer ---------------------------------


def arrivals_chart(moment: Moment, *, item_id: int, language: str) -> dict:
    """The arrival curve of one item against the plan."""
    return _arrivals_chart(moment.key_of("attendance", "programme"), item_id, language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _arrivals_chart(key: tuple, item_id: int, language: str, _moment: Moment) -> dict:
    item = next(item for item in items(_moment) if item.id == item_id)
    with database.reading() as session:
        arrivals = board.arrivals_board(session, _moment.event, _moment.view, [item])
    return charts.arrivals(arrivals, _moment.event, _moment.view.moment, language)


def trend_chart(moment: Moment, *, language: str) -> dict:
    """How many tasks stood at which level, day by day."""
    return _trend_chart(moment.key_of("readiness"), language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _trend_chart(key: tuple, language: str, _moment: Moment) -> dict:
    with database.reading() as session:
        reports = readiness_tasks.reports_until(session, _moment.event, _moment.view.moment)
    return charts.trend(reports, tasks(_moment), _moment.event, _moment.view.moment, language)


def media_chart(moment: Moment, *, language: str) -> dict:
    """Published media items against the plan."""
    return _media_chart(moment.key_of("media"), language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _media_chart(key: tuple, language: str, _moment: Moment) -> dict:
    return charts.media(media_items(_moment), _moment.event, _moment.view.moment, language)


def programme_chart(moment: Moment, *, language: str, day: str) -> dict:
    """One day's items: planned and real times."""
    return _programme_chart(moment.key_of("programme"), language, day, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _programme_chart(key: tuple, language: str, day: str, _moment: Moment) -> dict:
    return charts.programme(items(_moment), _moment.event, _moment.view.moment, language, day)


def burn_up_chart(moment: Moment, *, language: str) -> dict:
    """Tasks done against the plan and the baseline, and the course that is expected."""
    return _burn_up_chart(moment.key_of("readiness"), language, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _burn_up_chart(key: tuple, language: str, _moment: Moment) -> dict:
    return charts.burn_up(burn_up(_moment), _moment.event, _moment.view.moment, language)
