"""The morning review: what changed, what is in trouble, what comes next; now or as at any past moment."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews import hold_review
from models.reviews import CONCLUSION_LENGTH
from ui import actions, components, feeds, frame, live, review, standing

here = frame.require("review")

TOPICS = ("readiness", "incidents", "reviews", "media", "attendance")


@st.fragment(key="review.page", run_every=60)
def whole_page() -> None:
    live.watch(*TOPICS)
    now = frame.visit()
    shown = choose_moment(now)
    if shown.view.past:
        st.warning(now.words("review.past_notice", at=shown.view.moment), icon=":material/history:")
    else:
        st.caption(now.words("review.as_at", at=shown.view.moment))
    since = choose_since(now, shown)
    if since:
        review.changes(now.words, shown, since)
    standing.overview(now.words, shown)
    left, right = st.columns(2, gap="large")
    with left:
        review.troubles(now.words, shown)
    with right:
        review.ahead(now.words, shown)
    st.subheader(now.words("review.trend"), anchor=False)
    chart = feeds.trend_chart(shown, language=now.words.language)
    st.vega_lite_chart(chart, width="stretch", alt=now.words("review.trend_alt"))
    review.history(now.words, shown)
    if not shown.view.past and now.may("hold_review"):
        conclude(now)


def choose_moment(now: frame.Visit) -> feeds.Moment:
    """Now, or a past moment of the event."""
    words = now.words
    kind = st.segmented_control(
        words("review.moment"),
        ["now", "past"],
        default="now",
        required=True,
        format_func=lambda kind: words("review.now" if kind == "now" else "review.past"),
        wrap=True,
        key="review.kind",
    )
    if kind == "now":
        return now.moment
    first = now.moment.event.first_day - timedelta(days=60)
    today = now.moment.view.moment.astimezone(words.time_zone).date()
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    yesterday = now.moment.view.moment - timedelta(days=1)
    components.day_and_time(
        now, "review.past", words("rehearsal.jump_day"), words("rehearsal.jump_time"), days=days, value=yesterday
    )
    day, at = st.session_state["review.past.day"], st.session_state["review.past.time"]
    chosen = datetime.combine(day, at, tzinfo=words.time_zone)
    return feeds.at(now.moment, min(chosen, now.moment.view.moment))


def choose_since(now: frame.Visit, shown: feeds.Moment) -> datetime | None:
    """What to compare with: the last review before the moment, a day before it, or the beginning."""
    words, moment = now.words, shown.view.moment
    held = [known.at for known in feeds.reviews_held(shown) if known.at < moment]
    choices = {"last_review": held[0]} if held else {}
    choices |= {"yesterday": moment - timedelta(days=1), "start": moment - timedelta(days=400)}
    chosen = st.segmented_control(
        words("review.compare"),
        list(choices),
        default=next(iter(choices)),
        required=True,
        format_func=lambda name: words(f"review.{name}", at=choices[name]) if name != "start" else words("review.start"),
        wrap=True,
        key=f"review.since.{len(choices)}",
    )
    return choices[chosen]


def conclude(now: frame.Visit) -> None:
    """The end of the meeting: one line, recorded."""
    words = now.words
    with st.container(border=True, key="review_conclude"):
        st.text_input(words("review.conclusion"), key="review.conclusion", max_chars=CONCLUSION_LENGTH)
        st.button(words("review.hold"), key="review.hold", type="primary", icon=":material/fact_check:", on_click=hold)
        actions.refused("review.hold", words)


def hold() -> None:
    if held := actions.perform("review.hold", hold_review, conclusion=st.session_state["review.conclusion"]):
        st.session_state["review.conclusion"] = ""
        actions.say("review.held", at=held.at)


whole_page()
