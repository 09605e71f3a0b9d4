"""The report of a review as files: of a signed one, or a draft of now."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from data.reviews.document import review_report
from data.reviews.queries import SignedReviewSnapshot
from data.reviews.report import export_review, export_review_draft
from models.documents import Content
from ui.shell import commands
from ui.shell.document_files import document_buttons
from ui.shell.exports import Export
from ui.shell.frame import Visit

Write = Callable[[Content], bytes]


def signed_files(ctx: Visit, review: SignedReviewSnapshot, *, key: str) -> None:
    """The files of a signed review, always the same."""
    if not (ctx.may("export_review") and review.intact):
        return

    def export(write: Write) -> Export:
        return commands.export(export_review, write, review_id=review.id)

    _buttons(ctx, export, name=str(review.number), key=f"{key}.{review.id}")


def draft_files(ctx: Visit, since: datetime) -> None:
    """The files of an unsigned review of now, marked as a draft on every page."""
    if not ctx.may("export_review"):
        return
    conclusion = st.session_state.get("review.conclusion", "")

    def export(write: Write) -> Export:
        return commands.export(export_review_draft, write, since=since, conclusion=conclusion)

    st.caption(ctx.words("review.draft_why"))
    _buttons(ctx, export, name=ctx.words("review.draft_name"), key="review.draft")


def _buttons(ctx: Visit, export: Callable[[Write], Export], *, name: str, key: str) -> None:
    words, language = ctx.words, ctx.words.language
    document_buttons(
        lambda write: export(lambda content: write(review_report(content, language))),
        label=lambda kind: words(f"minutes.{kind}"),
        file_name=f"{words('review.file_name')}-{name}",
        key=key,
    )
