"""Signing a review, which freezes the moment, its figures and its text; and withdrawing it."""

from datetime import datetime

from sqlmodel import select

from data.commands import Context, command
from data.reviews.comparison import Comparison, compare
from data.reviews.content import content_of
from data.reviews.queries import last_signed, next_number, signed_review
from models.documents import digest_of
from models.events.event import View
from models.refusals import Refusal
from models.reviews.reviews import (
    Review,
    ReviewWithdrawal,
    SignedReview,
    require_conclusion,
    require_number,
    require_reason,
)
from models.text import both


@command("sign_review", topic="reviews", subject="review", fact=Review)
def sign_review(
    ctx: Context, *, conclusion: str, number: str | None = None, since: datetime | None = None
) -> Review:
    """Sign the review of now against `since`: its figures and its text never change again.

    `since`: by default the last signed review, `data.reviews.comparison.BEGINNING` for none.
    `number`: of its document, by default the next one. Refuses `conclusion_needed`,
    `conclusion_too_long`, `review_number_needed`, `review_number_taken`, and
    `review_since_later` where `since` is not past.
    """
    ctx.require()
    written = require_conclusion(conclusion)
    wanted = _require_free(ctx, number)
    since = since or last_signed(ctx.session, ctx.event, ctx.at)
    if since and since >= ctx.at:
        raise Refusal("review_since_later", at=since)
    found = compare(ctx.session, ctx.event, since, View(ctx.at))
    review = ctx.record(
        Review(event_id=ctx.event.id, conclusion=written), number=wanted, text=written
    )
    ctx.session.add(_signed(ctx, review, found, wanted))
    return review


@command("withdraw_review", topic="reviews", subject="review", fact=ReviewWithdrawal)
def withdraw_review(ctx: Context, *, review_id: int, reason: str) -> ReviewWithdrawal:
    """Withdraw a signed review: it no longer counts, its number stays taken.

    Refuses `review_unknown`, `withdrawal_reason_needed`, `withdrawal_reason_too_long`, and
    `review_withdrawn` for a second withdrawal.
    """
    ctx.require()
    signed = signed_review(ctx.session, ctx.event, review_id, View(ctx.at))
    written = require_reason(reason)
    if signed.withdrawal:
        raise Refusal("review_withdrawn", number=signed.number, at=signed.withdrawal.at)
    return ctx.record(
        ReviewWithdrawal(review_id=review_id, reason=written), number=signed.number, text=written
    )


def _require_free(ctx: Context, number: str | None) -> int:
    """Refuses `review_number_needed`, and `review_number_taken` with the next free one."""
    free = next_number(ctx.session, ctx.event)
    wanted = require_number(number) if number is not None else free
    taken = select(SignedReview.review_id).where(
        SignedReview.event_id == ctx.event.id, SignedReview.number == wanted
    )
    if ctx.session.exec(taken).first():
        raise Refusal("review_number_taken", number=wanted, free=str(free))
    return wanted


def _signed(ctx: Context, review: Review, found: Comparison, number: int) -> SignedReview:
    signer = both(ctx.by, "name")
    content = content_of(found, conclusion=review.conclusion, number=number, signer=signer)
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
