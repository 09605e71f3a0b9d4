"""The export of a review for its report: a signed one word for word, or a draft of now."""

from dataclasses import asdict
from datetime import datetime

from data.commands import Context, command
from data.reviews.comparison import compare
from data.reviews.content import content_of
from data.reviews.queries import SignedReviewSnapshot, Withdrawal, signed_review
from models.documents import Content
from models.events.event import View
from models.refusals import Refusal
from models.text import clean


@command("export_review", topic="people", subject="export")
def export_review(ctx: Context, *, review_id: int) -> Content:
    """Export the content of a signed review for a file; of a withdrawn one also `withdrawal`.

    That has `at` (ISO, UTC), `by` (an office by language) and `reason`, next to what was signed.
    Refuses `review_unknown`, `review_erased` where its words are erased with the event's personal
    data, and `review_altered` where the stored content is not the signed one.
    """
    ctx.require()
    signed = signed_review(ctx.session, ctx.event, review_id, View(ctx.at))
    if signed.erased:
        raise Refusal("review_erased")
    if not signed.intact:
        raise Refusal("review_altered")
    ctx.note(None, rows=_rows(signed.content), document=signed.number)
    return with_withdrawal(signed)


def with_withdrawal(signed: SignedReviewSnapshot) -> Content:
    """The content of a signed review; of a withdrawn one also `withdrawal`."""
    return signed.content | _withdrawal(signed.withdrawal)


def _withdrawal(withdrawal: Withdrawal | None) -> Content:
    if withdrawal is None:
        return {}
    return {"withdrawal": {**asdict(withdrawal), "at": withdrawal.at.isoformat()}}


@command("export_review", topic="people", subject="export")
def export_review_draft(ctx: Context, *, since: datetime, conclusion: str) -> Content:
    """Export the content that signing freezes now, without a number and a signer.

    `conclusion`: the text typed so far.
    """
    ctx.require()
    found = compare(ctx.session, ctx.event, since, View(ctx.at))
    content = content_of(found, conclusion=clean(conclusion), number=None, signer=None)
    ctx.note(None, rows=_rows(content), document="draft")
    return content


def _rows(content: Content) -> int:
    """The number of rows in all tables."""
    tables = [table for section in content["text"]["vi"] for table in section["tables"]]
    return sum(len(table["rows"]) for table in tables)
