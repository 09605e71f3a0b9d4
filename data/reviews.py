"""Reviews that were held, and what changed between two moments."""

from datetime import datetime

from sqlmodel import Session, select

from data import changes
from data.event import require_event
from models.event import Event
from models.people import Person, require_may
from models.reviews import Review, require_conclusion


def reviews_until(session: Session, event: Event, moment: datetime) -> list[Review]:
    """The reviews held up to a moment, newest first; detached."""
    found = list(
        session.exec(
            select(Review).where(Review.event_id == event.id, Review.at <= moment).order_by(Review.at.desc(), Review.id.desc())
        ).all()
    )
    for review in found:
        session.expunge(review)
    return found


def hold_review(session: Session, *, conclusion: str, nonce: str, by: Person, now: datetime) -> Review:
    """Records that a review was held now, with its conclusion in one line. Refuses an empty conclusion."""
    require_may(by, "hold_review")
    event = require_event(session)
    written = require_conclusion(conclusion)
    earlier = session.exec(select(Review).where(Review.nonce == nonce)).first()
    if earlier:
        return earlier
    review = Review(event_id=event.id, at=now, conclusion=written, person_id=by.id, nonce=nonce)
    session.add(review)
    session.flush()
    what = {"command": "hold_review", "text": written}
    changes.note(session, event_id=event.id, at=now, by=by, topic="reviews", subject="review", subject_id=review.id, what=what)
    return review
