"""The current event: the one that was chosen last, whatever was loaded since."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.access.people import Person
from models.events.event import Event, EventChoice, EventState, EventStep
from models.refusals import Refusal

# Built once: every run of a page asks it.
CHOSEN = (
    select(EventChoice.event_id).order_by(col(EventChoice.id).desc()).limit(1).scalar_subquery()
)
_CURRENT = select(Event).where(col(Event.id) == CHOSEN)


def current_event(session: Session) -> Event | None:
    """The event that everything is about, detached; None before one is loaded."""
    event = session.exec(_CURRENT).first()
    if event:
        session.expunge(event)
    return event


def require_event(session: Session) -> Event:
    """The current event. Refuses `no_event`."""
    event = current_event(session)
    if event is None:
        raise Refusal("no_event")
    return event


def record_choice(session: Session, event: Event, *, now: datetime, by: Person | None) -> None:
    """Make an event the current one (real time). Checks nothing: a command or a load has."""
    session.add(EventChoice(event_id=event.id, at=now, person_id=by.id if by else None))
    session.flush()


def record_state(
    session: Session, event: Event, state: EventState, *, now: datetime, by: Person | None
) -> None:
    """Record that an event enters a state (real time). Checks nothing."""
    event.state = state.value
    session.add(event)
    person_id = by.id if by else None
    session.add(EventStep(event_id=event.id, state=state.value, at=now, person_id=person_id))
    session.flush()
