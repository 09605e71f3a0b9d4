"""Reviews that were held: signing one freezes the moment, its figures and its text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.events.current import require_event
from data.reviews.comparison import Comparison, compare
from data.reviews.text import text_of
from data.storage import changes
from data.words import LANGUAGES, Words
from models.access.people import Person, require_may
from models.events.event import Event, View, zone
from models.refusals import Refusal
from models.reviews.reviews import (
    VERSION,
    Review,
    SignedReview,
    digest_of,
    require_conclusion,
    require_number,
)
from models.text import both


@dataclass(frozen=True)
class Held:
    """A review that was held. `number` is its document's, None where it was not signed."""

    id: int
    at: datetime
    conclusion: str
    number: int | None


@dataclass(frozen=True)
class Signed:
    """A signed review as it was frozen (see `models.reviews`). `erased`: its words went with the event's personal data;
    `intact`: what is kept is what was signed."""

    id: int
    number: int
    moment: datetime
    since: datetime | None
    phase: str
    figures: dict[str, int]
    content: dict
    digest: str

    @property
    def erased(self) -> bool:
        return not self.content

    @property
    def intact(self) -> bool:
        return not self.erased and digest_of(self.content) == self.digest

    def text(self, language: str) -> list[dict]:
        """Its headed sections; none where they were erased."""
        return self.content["text"][language] if self.content else []


# --- reads -----------------------------------------------------------------------------------------------------------


def reviews_until(session: Session, event: Event, moment: datetime) -> list[Held]:
    """The reviews held up to a moment, newest first."""
    rows = session.execute(
        select(Review.id, Review.at, Review.conclusion, SignedReview.number)
        .outerjoin(SignedReview, SignedReview.review_id == Review.id)
        .where(Review.event_id == event.id, Review.at <= moment)
        .order_by(Review.at.desc(), Review.id.desc())
    )
    return [Held(*row) for row in rows]


def signed_review(session: Session, event: Event, review_id: int) -> Signed:
    """A signed review, word for word as it was signed. Refuses `review_unknown`."""
    row = session.execute(
        select(SignedReview, Review.at)
        .join(Review, Review.id == SignedReview.review_id)
        .where(SignedReview.review_id == review_id, SignedReview.event_id == event.id)
    ).first()
    if row is None:
        raise Refusal("review_unknown")
    kept, at = row
    return Signed(
        kept.review_id,
        kept.number,
        at,
        kept.since,
        kept.phase,
        kept.figures,
        kept.content,
        kept.digest,
    )


def last_signed(session: Session, event: Event, before: datetime) -> datetime | None:
    """The moment of the last review that was signed before a moment."""
    return session.exec(
        select(func.max(Review.at))
        .join(SignedReview, SignedReview.review_id == Review.id)
        .where(Review.event_id == event.id, Review.at < before)
    ).one()


def next_number(session: Session, event: Event) -> int:
    """The document number after the highest one that was given."""
    return (
        session.exec(
            select(func.max(SignedReview.number)).where(SignedReview.event_id == event.id)
        ).one()
        or 0
    ) + 1


# --- the command -----------------------------------------------------------------------------------------------------


def sign_review(
    session: Session,
    *,
    conclusion: str,
    number: str | None = None,
    since: datetime | None = None,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Review:
    """Signs the review of now against `since` (by default the last signed one; `data.comparison.BEGINNING` for none): its figures
    and its text are kept for good.

    `number`: its document's number; by default the next one. Refuses an empty conclusion, a number that is none or is taken, and
    a moment to compare with that is not past.
    """
    require_may(by, "sign_review")
    event = require_event(session)
    written = require_conclusion(conclusion)
    if earlier := session.exec(
        select(Review).where(Review.idempotency_key == idempotency_key)
    ).first():
        return earlier
    wanted = _require_free(session, event, number)
    since = since or last_signed(session, event, now)
    if since and since >= now:
        raise Refusal("review_since_later", at=since)
    found = compare(session, event, since, View(now))
    review = Review(
        event_id=event.id,
        at=now,
        conclusion=written,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(review)
    session.flush()
    session.add(_frozen(review, found, number=wanted, by=by))
    what = {"command": "sign_review", "number": wanted, "text": written}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=by,
        topic="reviews",
        subject="review",
        subject_id=review.id,
        what=what,
    )
    return review


def _require_free(session: Session, event: Event, number: str | None) -> int:
    """Refuses `review_number_needed`, and `review_number_taken` with the next free one."""
    free = next_number(session, event)
    wanted = require_number(number) if number is not None else free
    taken = select(SignedReview.review_id).where(
        SignedReview.event_id == event.id, SignedReview.number == wanted
    )
    if session.exec(taken).first():
        raise Refusal("review_number_taken", number=wanted, free=str(free))
    return wanted


def _frozen(review: Review, found: Comparison, *, number: int, by: Person) -> SignedReview:
    content = content_of(
        found, conclusion=review.conclusion, number=number, signer=both(by, "name")
    )
    return SignedReview(
        review_id=review.id,
        event_id=review.event_id,
        number=number,
        since=found.since,
        phase=found.phase.value,
        figures=found.figures,
        content=content,
        digest=digest_of(content),
    )


def content_of(
    found: Comparison, *, conclusion: str, number: int | None, signer: dict[str, str] | None
) -> dict:
    """The whole text of a review of this comparison (its shape is in `models.reviews`); a draft has no number and no signer."""
    return {
        "version": VERSION,
        "meta": {
            "number": number,
            "moment": found.moment.isoformat(),
            "since": found.since.isoformat() if found.since else None,
            "phase": found.phase.value,
            "signer": signer,
            "conclusion": conclusion,
            "event": _told_event(found.event),
        },
        "figures": found.figures,
        "text": {
            language: text_of(found, Words(language, zone(found.event)), conclusion=conclusion)
            for language in LANGUAGES
        },
    }


def _told_event(event: Event) -> dict:
    """What a document needs to know of the event."""
    return {
        "slug": event.slug,
        "run": event.run,
        "name": both(event, "name"),
        "place": both(event, "place"),
        "documents": event.documents,
        "rehearsal": event.rehearsal,
        "time_zone": event.time_zone,
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
    }
