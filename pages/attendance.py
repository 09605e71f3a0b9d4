"""Attendance of one programme item: who is in, who is missing, and the desk's check-in."""

from datetime import timedelta

import streamlit as st

from models.attendance import Headcount, planned_share
from models.board import focus
from ui import check_in, feeds, frame, live

here = frame.require("attendance")


def choose_item(now: frame.Visit):
    """The programme item shown; by default the one that fills now, or the one that the desk serves then."""
    items = [item for item in feeds.items(now.moment) if item.counts_attendance]
    _, served = feeds.desks(now.moment).get(now.person.desk_key, (None, frozenset()))
    group = focus(items, now=now.moment.view.moment)
    wanted = next((item for item in group if item.id in served), group[0])
    words = now.words
    titles = {
        item.id: f"{words.day_short(item.starts_at)} {words.time(item.starts_at)} · {words.of(item, 'title')}" for item in items
    }
    return st.selectbox(
        words("attendance.item"),
        list(titles),
        index=items.index(wanted),
        format_func=titles.get,
        key=f"attendance.item.{now.moment.event.id}",
    )


def chosen_item(now: frame.Visit):
    """The chosen item as it stands now; the chosen one is kept by its id, since its figures move."""
    key = f"attendance.item.{now.moment.event.id}"
    if key not in st.session_state:  # another event became the current one while the page was open
        st.rerun()
    chosen = st.session_state[key]
    return next(item for item in feeds.items(now.moment) if item.id == chosen)


@st.fragment(key="attendance.check_in")
def desk() -> None:
    now = frame.visit()
    if now.may("admit"):
        check_in.desk(now, chosen_item(now))
    else:
        st.caption(now.words("attendance.read_only"))


@st.fragment(key="attendance.figures", run_every=60)
def figures() -> None:
    """The figures of the item, the curve, and the delegations with most still missing first."""
    live.watch("attendance", rest=4)  # ten desks scan once a second each, and each of them shows this
    now = frame.visit()
    words, item = now.words, chosen_item(now)
    counts = {delegation: count for (_, delegation), count in feeds.headcounts(now.moment, [item.id]).items()}
    total = sum(counts.values(), Headcount())
    with st.container(horizontal=True, gap="medium", key="attendance_totals"):
        st.metric(words("attendance.present"), f"{words.number(total.here)} / {words.number(total.expected)}", width="content")
        st.metric(words("attendance.planned"), words.number(planned(now, item, total.expected)), width="content")
        st.metric(words("attendance.missing"), words.number(total.missing), width="content")
        st.metric(words("attendance.substituted"), words.number(total.substituted), width="content")
        st.metric(words("attendance.excused"), words.number(total.excused), width="content")
    st.caption(words("attendance.curve"))
    chart = feeds.arrivals_chart(now.moment, item_id=item.id, language=words.language)
    st.vega_lite_chart(chart, width="stretch", alt=words("attendance.curve_alt"))
    st.subheader(words("attendance.by_delegation"), anchor=False)
    st.table(by_delegation(now, counts), border="horizontal", hide_index=True)


def planned(now: frame.Visit, item, expected: int) -> int:
    """How many should be in by now, by the event's arrival plan."""
    before = (item.starts_at - now.moment.view.moment) / timedelta(minutes=1)
    return round(planned_share(now.moment.event.arrival_plan, minutes_before=before) * expected)


def by_delegation(now: frame.Visit, counts: dict) -> dict[str, list[str]]:
    """Column name to cells, the delegations with most still missing first."""
    words = now.words
    known = [(delegation, counts[delegation.id]) for delegation in feeds.delegations(now.moment) if delegation.id in counts]
    known.sort(key=lambda pair: -pair[1].missing)
    columns = {
        "delegation": [words.of(delegation, "name") for delegation, _ in known],
        "present": [f"{words.number(count.here)} / {words.number(count.expected)}" for _, count in known],
        "missing": [words.number(count.missing) for _, count in known],
        "substituted": [words.number(count.substituted) for _, count in known],
        "excused": [words.number(count.excused) for _, count in known],
    }
    return {words(f"attendance.{name}"): cells for name, cells in columns.items()}


choose_item(here)
left, right = st.columns([1, 1], gap="large")
with left:
    desk()
with right:
    figures()
