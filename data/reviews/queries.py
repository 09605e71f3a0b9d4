"""Reads of reviews: those that were held, and signed ones as they were frozen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.storage.newest import recorded
from models.access.people import Person
from models.documents import Content, digest_of
from models.events.event import Event, View
from models.refusals import Refusal
from models.reviews.reviews import (
    LAST_NUMBER,
    Review,
    ReviewWithdrawal,
    SignedReview,
)
from models.text import both


@dataclass(frozen=True)
class Withdrawal:
    """That a signed review was withdrawn: when (aware UTC), by which office, and why."""

    at: datetime
    by: dict[str, str]
    reason: str


@dataclass(frozen=True)
class HeldReview:
    """A review that was held. `number`: its document's, None where it was not signed."""

    id: int
    at: datetime
    conclusion: str
    number: int | None
    withdrawn: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is signed and was not withdrawn."""
        return self.number is not None and not self.withdrawn


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
    withdrawal: Withdrawal | None = None

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


def reviews_until(session: Session, event: Event, view: View) -> list[HeldReview]:
    """The reviews held up to the view's moment, newest first, as at that moment."""
    # Columns and not rows: the content of a signed review is long.
    withdrawn = col(ReviewWithdrawal.id).is_not(None).label("withdrawn")
    rows = session.execute(
        select_columns(
            col(Review.id),
            col(Review.at),
            col(Review.conclusion),
            col(SignedReview.number),
            withdrawn,
        )
        .outerjoin(SignedReview, col(SignedReview.review_id) == Review.id)
        .outerjoin(ReviewWithdrawal, _withdrawn_in(view))
        .where(col(Review.event_id) == event.id, recorded(Review, view))
        .order_by(col(Review.at).desc(), col(Review.id).desc())
    )
    return [
        HeldReview(row.id, row.at, row.conclusion, row.number, withdrawn=row.withdrawn)
        for row in rows
    ]


def _withdrawn_in(view: View) -> ColumnElement[bool]:
    """The condition that joins a review to its withdrawal, where that counts in the view."""
    return and_(col(ReviewWithdrawal.review_id) == Review.id, recorded(ReviewWithdrawal, view))


def signed_review(
    session: Session, event: Event, review_id: int, view: View
) -> SignedReviewSnapshot:
    """A signed review, word for word, and whether it was withdrawn by the view's moment.

    Refuses `review_unknown`.
    """
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
        withdrawal=_withdrawal(session, review_id, view),
    )


def _withdrawal(session: Session, review_id: int, view: View) -> Withdrawal | None:
    row = session.exec(
        select(ReviewWithdrawal, Person)
        .join(Person, col(Person.id) == ReviewWithdrawal.person_id)
        .where(ReviewWithdrawal.review_id == review_id, recorded(ReviewWithdrawal, view))
    ).first()
    return Withdrawal(row[0].at, both(row[1], "name"), row[0].reason) if row else None


def last_signed(session: Session, event: Event, before: datetime) -> datetime | None:
    """The moment of the last review that was signed before a moment and not withdrawn by then."""
    return session.exec(
        select(func.max(Review.at))
        .join(SignedReview, col(SignedReview.review_id) == Review.id)
        .outerjoin(ReviewWithdrawal, _withdrawn_in(View(before, past=True)))
        .where(Review.event_id == event.id, Review.at < before)
        .where(col(ReviewWithdrawal.id).is_(None))
    ).one()


def next_number(session: Session, event: Event) -> int:
    """The document number after the highest one in use, also by a withdrawn review.

    After the last number that a document may have: the lowest free one.
    """
    of_event = select(SignedReview.number).where(SignedReview.event_id == event.id)
    used = set(session.exec(of_event))
    following = max(used, default=0) + 1
    if following <= LAST_NUMBER:
        return following
    return next((one for one in range(1, LAST_NUMBER) if one not in used), LAST_NUMBER)
