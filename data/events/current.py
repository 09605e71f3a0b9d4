"""The current event."""

from sqlmodel import Session, col, select

from models.events.event import Event
from models.refusals import Refusal

# Built once: every run of a page asks it.
_NEWEST = select(Event).order_by(col(Event.id).desc()).limit(1)


def current_event(session: Session) -> Event | None:
    """The event that everything is about: the newest one, detached; None before one is loaded."""
    event = session.exec(_NEWEST).first()
    if event:
        session.expunge(event)
    return event


def require_event(session: Session) -> Event:
    """The current event. Refuses `no_event`."""
    event = current_event(session)
    if event is None:
        raise Refusal("no_event")
    return event
