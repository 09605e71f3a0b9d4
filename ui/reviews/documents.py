"""The report of a review as files to take away: of a signed one, or a draft of what would be signed now."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from data.reviews.commands import Signed
from data.reviews.document import review_report
from data.reviews.report import export_review, export_review_draft
from ui.shell import commands
from ui.shell.document_files import document_buttons
from ui.shell.frame import Visit


def signed_files(now: Visit, kept: Signed) -> None:
    """The files of a signed review; the same ones whenever they are taken."""
    if now.may("export_review") and kept.intact:
        read = commands.export(export_review, review_id=kept.id)
        _buttons(now, read, name=str(kept.number), key=f"review.report.{kept.id}")


def draft_files(now: Visit, since: datetime) -> None:
    """The files of the review as it would be signed now, marked as a draft on every page."""
    if not now.may("export_review"):
        return
    conclusion = st.session_state.get("review.conclusion", "")
    read = commands.export(export_review_draft, since=since, conclusion=conclusion)
    st.caption(now.words("review.draft_why"))
    _buttons(now, read, name=now.words("review.draft_name"), key="review.draft")


def _buttons(now: Visit, read: Callable[[], dict], *, name: str, key: str) -> None:
    words, language = now.words, now.words.language
    document_buttons(
        lambda: review_report(read(), language),
        label=lambda kind: words(f"minutes.{kind}"),
        file_name=f"{words('review.file_name')}-{name}",
        key=key,
    )
