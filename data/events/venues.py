"""The event's venues."""

from sqlmodel import Session, col, select

from models.events.event import Event, Venue


def venues(session: Session, event: Event) -> dict[int, Venue]:
    """The venues of an event by id."""
    rows = session.exec(select(Venue).where(Venue.event_id == event.id).order_by(col(Venue.id)))
    return {venue.id: venue for venue in rows}
