"""Attendance of one programme item: who is in, who is missing, and the desk's check-in."""

import streamlit as st

from data.words import Words
from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot
from ui.attendance import check_in, documents, finished, forecast, gate
from ui.attendance import figures as attendance_figures
from ui.attendance import queries as attendance_queries
from ui.attendance import tools as attendance_tools
from ui.programme import queries as programme_queries
from ui.shell import charts, choices, frame, live

here = frame.require("attendance")


def choose_item(ctx: frame.Visit) -> None:
    """The programme item shown; by default the one that fills now, or the one of them that the
    desk serves. Ends the page where no item records attendance.
    """
    items = [item for item in programme_queries.items(ctx.moment) if item.counts_attendance]
    if not items:
        live.watch("attendance")
        st.info(ctx.words("attendance.no_items"), icon=":material/event_busy:")
        st.stop()
    wanted, words = finished.item_now(ctx), ctx.words
    titles = {item.id: item_title(words, item) for item in items}
    key = finished.item_key(ctx.event.id)
    if st.session_state.get(key) not in titles:
        st.session_state[key] = wanted.id
    choices.selectbox(
        words("attendance.item"), list(titles), format_func=titles.__getitem__, key=key
    )


def item_title(words: Words, item: ItemSnapshot) -> str:
    at = f"{words.day_short(item.starts_at)} {words.time(item.starts_at)}"
    return f"{at} · {words.of(item, 'title')}"


def chosen_item(ctx: frame.Visit) -> ItemSnapshot:
    """The chosen item as at now; the choice is remembered by id, since its figures change."""
    key = finished.item_key(ctx.event.id)
    items = {item.id: item for item in programme_queries.items(ctx.moment)}
    if st.session_state.get(key) not in items:
        # Another event became the current one, or the item was cancelled, under the open page.
        st.rerun()
    return items[st.session_state[key]]


def head(ctx: frame.Visit) -> None:
    """What stands above the desk and is the same after every scan, which draws the desk anew."""
    gate.way(ctx, key="attendance.gate")
    if ctx.may("admit"):
        st.subheader(ctx.words("attendance.check_in"), anchor=False)


@st.fragment(key="attendance.check_in")
def desk() -> None:
    finished.draw_switch()
    ctx = frame.part_of("attendance")
    if ctx.may("admit"):
        check_in.desk(ctx, chosen_item(ctx))
    else:
        st.caption(ctx.words("attendance.read_only"))


@st.fragment(key="attendance.tools")
def tools() -> None:
    """The further tools. The region watches its topics only where a tool is open or the visitor
    settles conflicts, whose number it shows.
    """
    if st.session_state.get(attendance_tools.KEY) or here.may("settle_conflict"):
        live.watch("attendance", "programme", throttle=4)
    finished.draw_switch()
    ctx = frame.part_of("attendance")
    if ctx.may("admit"):
        attendance_tools.desk_tools(ctx, chosen_item(ctx))


@st.fragment(key="attendance.figures", run_every=60)
def figures() -> None:
    """The figures of the item, the curve, and the delegations with most still missing first."""
    ctx = frame.part_of("attendance")
    # Ten desks scan once a second each, and each of them shows this region.
    live.watch("attendance", throttle=8, shown=ctx.moment)
    words, item = ctx.words, chosen_item(ctx)
    counts = {
        delegation: count
        for (_, delegation), count in attendance_queries.headcounts(ctx.moment, [item.id]).items()
    }
    attendance_figures.totals(ctx, item, sum(counts.values(), Headcount()))
    attendance_figures.inside(ctx, item)
    attendance_figures.roll(ctx, item)
    st.caption(words("attendance.curve"))
    chart = attendance_queries.arrivals_chart(ctx.moment, item_id=item.id, language=words.language)
    charts.show(chart, alt=words("attendance.curve_alt"))
    forecast.arrival_forecast(ctx, item)
    st.subheader(words("attendance.by_delegation"), anchor=False)
    attendance_figures.by_delegation(ctx, counts)
    documents.attendance_documents(ctx, item)


choose_item(here)
left, right = st.columns([1, 1], gap="large")
with left:
    head(here)
    desk()
    tools()
with right:
    figures()
