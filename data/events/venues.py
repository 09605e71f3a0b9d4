"""The event's venues."""

from sqlmodel import Session, select

from models.events.event import Event, Venue


def venues(session: Session, event: Event) -> dict[int, Venue]:
    """The venues of an event by id."""
    rows = session.exec(select(Venue).where(Venue.event_id == event.id)).all()
    return {venue.id: venue for venue in rows}
