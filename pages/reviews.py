"""The daily review: changes between two moments, worst first, its directives and its signing."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews.commands import sign_review
from data.reviews.comparison import BEGINNING
from models.reviews.reviews import CONCLUSION_LENGTH
from ui.readiness import burn_up, sections
from ui.readiness import queries as readiness_queries
from ui.reviews import directives, documents, reviews
from ui.reviews import queries as reviews_queries
from ui.shell import commands, frame, live, travel
from ui.shell import moment as shell_moment

here = frame.require("review")

TOPICS = ("readiness", "incidents", "reviews", "media", "attendance", "programme")
FORM = "review.sign"


@st.fragment(key="review.page", run_every=60)
def whole_page() -> None:
    live.watch(*TOPICS)
    ctx = frame.visit()
    shown = travel.shown(ctx)
    since = choose_since(ctx, shown)
    reviews.parts(ctx, shown, reviews_queries.comparison(shown, since))
    sections.overview(ctx.words, shown)
    if not shown.view.past:
        meeting(ctx, since)
        documents.draft_files(ctx, since)
    st.subheader(ctx.words("review.trend"), anchor=False)
    chart = readiness_queries.trend_chart(shown, language=ctx.words.language)
    st.vega_lite_chart(chart, width="stretch", alt=ctx.words("review.trend_alt"))
    burn_up.region(ctx.words, shown)
    reviews.held(ctx, shown)


def choose_since(ctx: frame.Visit, shown: shell_moment.Moment) -> datetime:
    """The other moment: the last signed review, a day before, or the beginning."""
    words, moment = ctx.words, shown.view.moment
    held = reviews_queries.reviews_held(shown)
    signed = [one.at for one in held if one.counts and one.at < moment]
    choices = {"last_review": signed[0]} if signed else {}
    choices |= {"yesterday": moment - timedelta(days=1), "start": BEGINNING}
    chosen = st.segmented_control(
        words("review.compare"),
        list(choices),
        default=next(iter(choices)),
        required=True,
        format_func=lambda name: words(f"review.{name}", at=choices[name]),
        wrap=True,
        key=f"review.since.{len(choices)}",
    )
    return choices[chosen]


def meeting(ctx: frame.Visit, since: datetime) -> None:
    """The directives of the meeting, and its end: the signature with one line and a number."""
    words = ctx.words
    if ctx.may("give_directive"):
        directives.meeting(ctx)
    if not ctx.may("sign_review"):
        return
    with st.container(border=True, key="review_sign"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                words("review.conclusion"),
                key="review.conclusion",
                max_chars=CONCLUSION_LENGTH,
                width="stretch",
            )
            number(ctx)
        st.button(
            words("review.sign"),
            key=FORM,
            type="primary",
            icon=":material/ink_pen:",
            on_click=sign,
            args=(since,),
        )
        st.caption(words("review.sign_why"))
        commands.refused(FORM, words)


def number(ctx: frame.Visit) -> None:
    """The document's number: at first the next free one."""
    free = str(reviews_queries.next_review_number(ctx.moment))
    st.text_input(
        ctx.words("review.number"), value=free, key=f"review.number.{free}", max_chars=4, width=150
    )
    st.session_state["review.number"] = f"review.number.{free}"


def sign(since: datetime) -> None:
    typed = st.session_state[st.session_state["review.number"]]
    conclusion = st.session_state["review.conclusion"]
    signed = commands.perform(FORM, sign_review, conclusion=conclusion, number=typed, since=since)
    if signed:
        st.session_state["review.conclusion"] = ""
        commands.say("review.signed", number=typed.strip(), at=signed.at)


whole_page()
