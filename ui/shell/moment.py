"""What a page shows: the event, the moment and the visitor, read once per run."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from data.access import sign_ins
from data.events import clock as events_clock
from data.plan import history as plan_history
from data.storage import changes, database
from models.access.people import ANONYMOUS, Visitor
from models.events.event import Clock, Event, View
from ui.shell.cache import ENTRIES

SEEN = 500  # visitors whose last view is kept


@dataclass(frozen=True)
class Moment:
    """What a screen shows: an event, a moment of it, and the revision of the database that it was read at."""

    event: Event
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
    found = events_clock.event_and_clock(session)
    if found is None:
        return None
    current, clock = found
    newest = changes.latest_by_topic(session, current.id)
    return Moment(
        current, clock, changes.latest(session), newest, View(clock.shows(events_clock.real_now()))
    )


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
        return ANONYMOUS
    with database.reading() as session:
        return sign_ins.visitor_of(session, sign_in_id, now=events_clock.real_now())


_seen: OrderedDict[int | None, tuple[Moment | None, Visitor]] = OrderedDict()


def seen(sign_in_id: int | None) -> tuple[Moment | None, Visitor]:
    """The moment of now and who looks at it, by one sign-in.

    While the database is lost: what was seen last, of which the pages are still in the cache. Else a tap would empty the page, and
    what was typed in it would be gone. Commands ask again who gives them.
    """
    try:
        with database.reading() as session:
            found = (
                _now(session),
                sign_ins.visitor_of(session, sign_in_id, now=events_clock.real_now()),
            )
    except database.UNREACHABLE:
        if sign_in_id in _seen:
            return _seen[sign_in_id]
        raise
    _seen[sign_in_id] = found
    _seen.move_to_end(sign_in_id)
    if len(_seen) > SEEN:
        _seen.popitem(last=False)
    return found


def first_fact(moment: Moment) -> datetime | None:
    """When the event's first fact was; None before it."""
    with database.reading() as session:
        return changes.first_at(session, moment.event.id)
