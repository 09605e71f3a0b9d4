"""Reads of reviews: those that were held, and signed ones as they were frozen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.events.event import Event
from models.refusals import Refusal
from models.reviews.reviews import Content, Review, SignedReview, digest_of


@dataclass(frozen=True)
class HeldReview:
    """A review that was held. `number`: its document's, None where it was not signed."""

    id: int
    at: datetime
    conclusion: str
    number: int | None


@dataclass(frozen=True)
class SignedReviewSnapshot:
    """A signed review as it was frozen (`content`: see `models.reviews.reviews`).

    `erased`: its words are erased with the event's personal data; `intact`: the stored content is
    the signed one.
    """

    id: int
    number: int
    moment: datetime
    since: datetime | None
    phase: str
    figures: dict[str, int]
    content: Content
    digest: str

    @property
    def erased(self) -> bool:
        return not self.content

    @property
    def intact(self) -> bool:
        return not self.erased and digest_of(self.content) == self.digest

    def text(self, language: str) -> list[Content]:
        """Its headed sections; none where they are erased."""
        sections: list[Content] = self.content["text"][language] if self.content else []
        return sections


def reviews_until(session: Session, event: Event, moment: datetime) -> list[HeldReview]:
    """The reviews held up to a moment, newest first."""
    # Columns and not rows: the content of a signed review is long.
    rows = session.exec(
        select(Review.id, Review.at, Review.conclusion, SignedReview.number)
        .outerjoin(SignedReview, col(SignedReview.review_id) == Review.id)
        .where(Review.event_id == event.id, Review.at <= moment)
        .order_by(col(Review.at).desc(), col(Review.id).desc())
    )
    return [
        HeldReview(id=number, at=at, conclusion=conclusion, number=document_number)
        for number, at, conclusion, document_number in rows
    ]


def signed_review(session: Session, event: Event, review_id: int) -> SignedReviewSnapshot:
    """A signed review, word for word. Refuses `review_unknown`."""
    row = session.exec(
        select(SignedReview, Review.at)
        .join(Review, col(Review.id) == SignedReview.review_id)
        .where(SignedReview.review_id == review_id, SignedReview.event_id == event.id)
    ).first()
    if row is None:
        raise Refusal("review_unknown")
    signed, at = row
    return SignedReviewSnapshot(
        id=signed.review_id,
        number=signed.number,
        moment=at,
        since=signed.since,
        phase=signed.phase,
        figures=signed.figures,
        content=signed.content,
        digest=signed.digest,
    )


def last_signed(session: Session, event: Event, before: datetime) -> datetime | None:
    """The moment of the last review that was signed before a moment."""
    return session.exec(
        select(func.max(Review.at))
        .join(SignedReview, col(SignedReview.review_id) == Review.id)
        .where(Review.event_id == event.id, Review.at < before)
    ).one()


def next_number(session: Session, event: Event) -> int:
    """The document number after the highest one in use."""
    highest = select(func.max(SignedReview.number)).where(SignedReview.event_id == event.id)
    return (session.exec(highest).one() or 0) + 1
