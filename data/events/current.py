"""The current event, its clock and its places."""

from sqlmodel import Session, select

from models.events.event import Event
from models.refusals import Refusal

# Built once: every command and every run of a page asks these.
_NEWEST = select(Event).order_by(Event.id.desc()).limit(1)


def current_event(session: Session) -> Event | None:
    """The event that everything is about: the newest one, detached; None before one was loaded."""
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
