"""Attendance of one programme item: who is in, who is missing, and the desk's check-in."""

import streamlit as st

from models.attendance.ledger import Headcount
from models.wall import focus
from ui.attendance import check_in, documents, forecast
from ui.attendance import figures as attendance_figures
from ui.attendance import queries as attendance_queries
from ui.attendance import tools as attendance_tools
from ui.programme import queries as programme_queries
from ui.shell import frame, live

here = frame.require("attendance")


def choose_item(now: frame.Visit):
    """The programme item shown; by default the one that fills now, or the one that the desk
    serves then.
    """
    items = [item for item in programme_queries.items(now.moment) if item.counts_attendance]
    _, served = attendance_queries.desks(now.moment).get(now.person.desk_key, (None, frozenset()))
    group = focus(items, now=now.moment.view.moment)
    wanted = next((item for item in group if item.id in served), group[0])
    words = now.words
    titles = {
        item.id: f"{words.day_short(item.starts_at)} {words.time(item.starts_at)} · {words.of(item, 'title')}"
        for item in items
    }
    return st.selectbox(
        words("attendance.item"),
        list(titles),
        index=items.index(wanted),
        format_func=titles.get,
        key=f"attendance.item.{now.moment.event.id}",
    )


def chosen_item(now: frame.Visit):
    """The chosen item as it stands now; the chosen one is kept by its id, since its figures
    move.
    """
    key = f"attendance.item.{now.moment.event.id}"
    if key not in st.session_state:  # another event became the current one while the page was open
        st.rerun()
    chosen = st.session_state[key]
    return next(item for item in programme_queries.items(now.moment) if item.id == chosen)


@st.fragment(key="attendance.check_in")
def desk() -> None:
    now = frame.visit()
    if now.may("admit"):
        check_in.desk(now, chosen_item(now))
    else:
        st.caption(now.words("attendance.read_only"))


@st.fragment(key="attendance.tools")
def tools() -> None:
    """What else is done at an item; it follows others where something is open, or contradicting
    scans would be told.
    """
    if st.session_state.get(attendance_tools.KEY) or here.may("settle_conflict"):
        live.watch("attendance", "programme", throttle=4)
    now = frame.visit()
    if now.may("admit"):
        attendance_tools.desk_tools(now, chosen_item(now))


@st.fragment(key="attendance.figures", run_every=60)
def figures() -> None:
    """The figures of the item, the curve, and the delegations with most still missing first."""
    live.watch(
        "attendance", throttle=8
    )  # ten desks scan once a second each, and each of them shows this
    now = frame.visit()
    words, item = now.words, chosen_item(now)
    counts = {
        delegation: count
        for (_, delegation), count in attendance_queries.headcounts(now.moment, [item.id]).items()
    }
    attendance_figures.totals(now, item, sum(counts.values(), Headcount()))
    attendance_figures.inside(now, item)
    attendance_figures.roll(now, item)
    st.caption(words("attendance.curve"))
    chart = attendance_queries.arrivals_chart(now.moment, item_id=item.id, language=words.language)
    st.vega_lite_chart(chart, width="stretch", alt=words("attendance.curve_alt"))
    forecast.arrival_forecast(now, item)
    st.subheader(words("attendance.by_delegation"), anchor=False)
    attendance_figures.by_delegation(now, counts)
    documents.attendance_documents(now, item)


choose_item(here)
left, right = st.columns([1, 1], gap="large")
with left:
    desk()
    tools()
with right:
    figures()
