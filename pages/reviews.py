"""The daily review: changes between two moments, worst first, its directives and its signing."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews.comparison import BEGINNING, Comparison
from ui.readiness import burn_up, sections
from ui.readiness import queries as readiness_queries
from ui.reviews import directives, documents, reviews, signing
from ui.reviews import queries as reviews_queries
from ui.shell import charts, frame, live, table, travel
from ui.shell import moment as shell_moment

here = frame.require("review")

TOPICS = ("readiness", "incidents", "reviews", "media", "attendance", "programme", "answers")


@st.fragment(key="review.page", run_every=60)
def whole_page() -> None:
    live.watch(*TOPICS)
    ctx = frame.part_of("review")
    shown = travel.shown(ctx)
    since = choose_since(ctx, shown)
    found = reviews_queries.comparison(shown, since)
    meeting(ctx, shown, found, since)
    sections.overview(ctx.words, shown)
    trend(ctx, shown)
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


def meeting(
    ctx: frame.Visit, shown: shell_moment.Moment, found: Comparison, since: datetime
) -> None:
    """What changed as a table, and next to it the chosen row, a directive, and the signing."""
    now = not shown.view.past
    orders, signs = now and ctx.may("give_directive"), now and ctx.may("sign_review")
    opened = reviews.opened(ctx, found)
    listed, panel = table.beside(reviews.KEY, opened=bool(opened or orders or signs))
    with listed:
        reviews.parts(ctx, found)
        if now and not signs:
            documents.draft_files(ctx, since)
    if panel is None:
        return
    with panel:
        if opened:
            reviews.panel(ctx, shown, *opened)
        if signs:
            signing.region(ctx, found, since)
        if orders:
            directives.meeting(ctx)


def trend(ctx: frame.Visit, shown: shell_moment.Moment) -> None:
    """How many tasks were late or at risk, day by day."""
    words = ctx.words
    st.subheader(words("review.trend"), anchor=False)
    chart = readiness_queries.trend_chart(shown, language=words.language)
    if chart is None:
        st.text(words("review.no_figures"))
    else:
        charts.show(chart, alt=words("review.trend_alt"))


whole_page()
