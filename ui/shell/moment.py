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
from ui.shell.cache import ENTRIES, shared

MAX_SEEN = 500  # visitors whose last view is remembered


@dataclass(frozen=True)
class Moment:
    """What a screen shows: an event, a moment of it, and the revision at which it was read.

    `lost`: it was read before, since the database does not answer.
    """

    event: Event
    clock: Clock
    revision: int
    newest: dict[str, int]  # topic -> its newest change
    view: View
    lost: bool = False

    @property
    def at(self) -> datetime:
        """The moment that is shown, by the event's clock (aware UTC)."""
        return self.view.moment

    @property
    def key(self) -> tuple:
        """The cache key of what reads everything.

        Of the past only the run and the moment matter: nothing that is recorded later changes it.
        """
        return self._key(self.revision)

    def key_of(self, *topics: str) -> tuple:
        """The cache key of what reads these topics, the event and its clock."""
        return self._key(*(self.newest[topic] for topic in ("event", "clock", *topics)))

    def _key(self, *revisions: int) -> tuple:
        if self.view.past:
            return (self.event.id, self.view.moment)
        return (self.event.id, *revisions, self.view.moment.replace(second=0, microsecond=0))


def _now(session, real: datetime) -> Moment | None:
    """The current event at a real moment by its clock; None before an event was loaded."""
    revision = changes.latest(session)
    # By the minute, too: an older copy of the database, put in its place, has the same revisions.
    current = _current((revision, real.replace(second=0, microsecond=0)), session)
    if current is None:
        return None
    event, clock, newest = current
    return Moment(event, clock, revision, newest, View(clock.shows(real)))


@shared(ENTRIES)
def _current(key: tuple, _session) -> tuple[Event, Clock, dict[str, int]] | None:
    """Event, clock and the newest change of each topic: all that every run asks and that depends
    on the revision alone.
    """
    current = events_clock.event_and_clock(_session)
    if current is None:
        return None
    event, clock = current
    return event, clock, changes.latest_by_topic(_session, event.id)


def revision() -> int:
    """The current revision; 0 while the database does not answer.

    So whatever watches is rerun when it is back.
    """
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
    """The visitor of a sign-in. Never cached: ending it must count at once."""
    if sign_in_id is None:
        return ANONYMOUS
    with database.reading() as session:
        return sign_ins.visitor_of(session, sign_in_id, now=events_clock.real_now())


_seen: OrderedDict[int | None, tuple[Moment | None, Visitor]] = OrderedDict()


def seen(sign_in_id: int | None) -> tuple[Moment | None, Visitor]:
    """The current moment and the visitor, by one sign-in.

    While the database is lost: what was seen last, of which the pages are still in the cache.
    Else a tap would empty the page, and what was typed in it would be gone. Commands read again
    who gives them.
    """
    try:
        with database.reading() as session:
            real = events_clock.real_now()
            moment = _now(session, real)
            event = moment.event if moment else None
            visitor = sign_ins.visitor_of(session, sign_in_id, now=real, event=event)
            now = moment, visitor
    except database.UNREACHABLE:
        if sign_in_id not in _seen:
            raise
        last, visitor = _seen[sign_in_id]
        return replace(last, lost=True) if last else None, visitor
    _seen[sign_in_id] = now
    _seen.move_to_end(sign_in_id)
    if len(_seen) > MAX_SEEN:
        _seen.popitem(last=False)
    return now


def first_fact(moment: Moment) -> datetime | None:
    """When the event's first fact was; None before it."""
    with database.reading() as session:
        return changes.first_at(session, moment.event.id)
