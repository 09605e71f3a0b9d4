"""The daily review: what changed between two moments, worst first; what is ordered; and its signing. Now or as at any past moment."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews.commands import sign_review
from data.reviews.comparison import BEGINNING
from models.reviews.reviews import CONCLUSION_LENGTH
from ui.plan import tasks
from ui.readiness import queries as readiness_queries
from ui.readiness import sections
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
    now = frame.visit()
    shown = travel.shown(now)
    since = choose_since(now, shown)
    reviews.parts(now, shown, reviews_queries.comparison(shown, since))
    sections.overview(now.words, shown)
    if not shown.view.past:
        meeting(now, since)
        documents.draft_files(now, since)
    st.subheader(now.words("review.trend"), anchor=False)
    chart = readiness_queries.trend_chart(shown, language=now.words.language)
    st.vega_lite_chart(chart, width="stretch", alt=now.words("review.trend_alt"))
    tasks.burn_up(now.words, shown)
    reviews.held(now, shown)


def choose_since(now: frame.Visit, shown: shell_moment.Moment) -> datetime:
    """What to compare with: the last signed review before the moment, a day before it, or the beginning."""
    words, moment = now.words, shown.view.moment
    signed = [
        known.at
        for known in reviews_queries.reviews_held(shown)
        if known.number is not None and known.at < moment
    ]
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


def meeting(now: frame.Visit, since: datetime) -> None:
    """What the meeting orders, and its end: signed with one line and a number."""
    words = now.words
    if now.may("give_directive"):
        directives.meeting(now)
    if not now.may("sign_review"):
        return
    with st.container(border=True, key="review_sign"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                words("review.conclusion"),
                key="review.conclusion",
                max_chars=CONCLUSION_LENGTH,
                width="stretch",
            )
            number(now)
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


def number(now: frame.Visit) -> None:
    """The document's number: the next free one, unless somebody types another."""
    free = str(reviews_queries.next_review_number(now.moment))
    st.text_input(
        now.words("review.number"), value=free, key=f"review.number.{free}", max_chars=4, width=150
    )
    st.session_state["review.number"] = f"review.number.{free}"


def sign(since: datetime) -> None:
    typed = st.session_state[st.session_state["review.number"]]
    facts = {"conclusion": st.session_state["review.conclusion"], "number": typed, "since": since}
    if signed := commands.perform(FORM, sign_review, **facts):
        st.session_state["review.conclusion"] = ""
        commands.say("review.signed", number=typed.strip(), at=signed.at)


whole_page()
