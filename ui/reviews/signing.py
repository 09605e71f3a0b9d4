"""The end of a meeting: its conclusion and number, a preview, one confirmation, then the files."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews.commands import sign_review
from data.reviews.comparison import Comparison
from data.reviews.content import content_of
from models.reviews.reviews import CONCLUSION_LENGTH
from models.text import clean
from ui.reviews import queries as reviews_queries
from ui.reviews import reviews
from ui.reviews.documents import draft_files, signed_files
from ui.shell import commands
from ui.shell.frame import Visit

FORM = "review.sign"
RECENT = timedelta(hours=1)  # how long the files of a signed review stay at hand
PREVIEW, SIGNED = "review.preview", "review.signed_now"
"""Whether the text is shown as it will be signed; the id of the review signed last in this tab."""


def region(ctx: Visit, found: Comparison, since: datetime) -> None:
    """What is signed: the conclusion and the number, then the text as it will be, then its files.

    The words of a conclusion stay in the field until the review is signed.
    """
    words = ctx.words
    st.markdown(f"**{words('review.close')}**")
    st.text_area(
        words("review.conclusion"), key="review.conclusion", max_chars=CONCLUSION_LENGTH, height=96
    )
    # On a phone at the foot of the screen (style.css).
    with st.container(horizontal=True, vertical_alignment="bottom", key="review_foot"):
        number(ctx)
        if st.session_state.get(PREVIEW):  # first what a second tap on the preview may meet
            st.button(words("update.cancel"), key="review.cancel", on_click=show, args=(False,))
            st.button(
                words("review.sign"),
                key=FORM,
                type="primary",
                icon=":material/ink_pen:",
                on_click=sign,
                args=(since,),
            )
        else:
            st.button(
                words("review.preview"),
                key=f"{PREVIEW}.show",
                type="primary",
                icon=":material/preview:",
                on_click=show,
                args=(True,),
            )
    commands.refused(FORM, words)
    if st.session_state.get(PREVIEW):
        preview(ctx, found)
    else:
        files(ctx, since)


def number(ctx: Visit) -> None:
    """The document's number: at first the next free one."""
    free = str(reviews_queries.next_review_number(ctx.moment))
    st.text_input(
        ctx.words("review.number"), value=free, key=f"review.number.{free}", max_chars=4, width=150
    )
    st.session_state["review.number"] = f"review.number.{free}"


def show(previewed: bool) -> None:
    st.session_state[PREVIEW] = previewed
    st.session_state.pop(f"refused.{FORM}", None)


def preview(ctx: Visit, found: Comparison) -> None:
    """The text word for word as signing would freeze it now."""
    st.caption(ctx.words("review.sign_why"))
    typed = clean(st.session_state.get("review.conclusion", ""))
    content = content_of(found, conclusion=typed, number=None, signer=None)
    with st.container(border=True, height=420, key="review_preview"):
        reviews.text(content["text"][ctx.words.language])


def files(ctx: Visit, since: datetime) -> None:
    """Both files of the review signed a short while ago; else of the draft."""
    review_id = st.session_state.get(SIGNED)
    review = reviews_queries.signed_review(ctx.moment, review_id) if review_id else None
    if review is None or review.withdrawal or ctx.at - review.moment > RECENT:
        draft_files(ctx, since)
        return
    st.success(
        ctx.words("review.signed", number=str(review.number), at=review.moment),
        icon=":material/check:",
    )
    signed_files(ctx, review, key="review.signed_files")


def sign(since: datetime) -> None:
    typed = st.session_state[st.session_state["review.number"]]
    conclusion = st.session_state["review.conclusion"]
    signed = commands.perform(FORM, sign_review, conclusion=conclusion, number=typed, since=since)
    if signed:
        st.session_state["review.conclusion"] = ""
        st.session_state[SIGNED] = signed.id
        show(False)
