"""The programme: now, next, what began and ended when, and the forums side by side."""

import streamlit as st

from data.programme import finish_item, start_item
from models.board import gatherings, running, upcoming
from ui import actions, feeds, frame, live

here = frame.require("programme")


@st.fragment(key="programme.items", run_every=60)
def programme() -> None:
    now = frame.visit()
    live.watch(now.moment, now.words, "programme", "attendance")
    items = feeds.items(now.moment)
    now_and_next(now, items)
    for group in gatherings(items):
        if len(group) > 1:
            forums(now, group)
    days = sorted({now.words.day(item.starts_at): item.starts_at for item in items}.items(), key=lambda pair: pair[1])
    today = now.words.day(now.moment.view.moment)
    chosen = st.segmented_control(
        now.words("programme.timeline"),
        [day for day, _ in days],
        default=today if today in dict(days) else days[0][0],
        required=True,
        key="programme.day",
    )
    one_day(now, [item for item in items if now.words.day(item.starts_at) == chosen])
    st.caption(now.words("programme.illustrative"))


def now_and_next(now: frame.Visit, items: list) -> None:
    words = now.words
    following = upcoming(items, now=now.moment.view.moment)
    with st.container(horizontal=True, key="programme_now"):
        with st.container(border=True):
            st.caption(words("programme.now"))
            for item in running(items):
                st.markdown(f"**{words.of(item, 'short')}** · {words.of(item, 'venue')}")
            if not running(items):
                st.text(words("wall.nothing_now"))
        with st.container(border=True):
            st.caption(words("programme.next"))
            if following:
                st.markdown(f"**{words.of(following, 'short')}** · {words.of(following, 'venue')} · {words.time(following.starts_at)}")
            else:
                st.text(words("wall.nothing_next"))


def forums(now: frame.Visit, group: list) -> None:
    """The items that run side by side: people in, drift, chair."""
    words = now.words
    counts = feeds.headcounts(now.moment, [item.id for item in group])
    st.subheader(words("programme.forums"), anchor=False)
    with st.grid(min_column_width=280, key="programme_forums"):
        for item in group:
            here_count = sum(count.here for (item_id, _), count in counts.items() if item_id == item.id)
            expected = sum(count.expected for (item_id, _), count in counts.items() if item_id == item.id)
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{words.of(item, 'title')}**")
                st.metric(words("attendance.present"), f"{words.number(here_count)} / {words.number(expected)}")
                st.text(state(words, item, now))
                st.caption(place(words, item))


def place(words, item) -> str:
    """Where, and who chairs; what the source does not state is marked."""
    stand_in = f" ({words('app.illustrative')})" if "venue" in item.illustrative else ""
    chair = f" · {words('programme.chair', name=item.chair)}" if item.chair else ""
    return f"{words.of(item, 'venue')}{stand_in}{chair}"


def state(words, item, now: frame.Visit) -> str:
    """Whether it began and ended, and how late."""
    told = []
    if item.started_at:
        told.append(words("programme.started", at=words.time(item.started_at)))
        told.append(drift(words, item.drift))
    elif item.drift > 0:
        told.append(words("programme.not_begun_late", number=item.drift))
    else:
        told.append(words("programme.waiting"))
    if item.finished_at:
        told.append(words("programme.finished", at=words.time(item.finished_at)))
    return " · ".join(told)


def drift(words, minutes: int) -> str:
    if minutes == 0:
        return words("programme.on_time")
    return words("programme.late" if minutes > 0 else "programme.early", number=abs(minutes))


def one_day(now: frame.Visit, items: list) -> None:
    """The day as a chart, then item by item with its buttons."""
    words = now.words
    day = items[0].starts_at.astimezone(words.time_zone).date().isoformat()
    chart = feeds.programme_chart(now.moment, language=words.language, day=day)
    st.vega_lite_chart(chart, width="stretch", alt=words("programme.timeline_alt"))
    for item in items:
        with st.container(border=True, key=f"item_{item.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                planned = words("programme.planned", start=words.time(item.starts_at), end=words.time(item.ends_at))
                stand_in = f" ({words('app.illustrative')})" if "start" in item.illustrative else ""
                with st.container():
                    st.markdown(f"**{planned}**{stand_in} · {words.of(item, 'title')}")
                    st.caption(f"{state(words, item, now)} · {place(words, item)}")
                marks(now, item)
            actions.refused(f"item.{item.id}", words)


def marks(now: frame.Visit, item) -> None:
    words, form = now.words, f"item.{item.id}"
    if not now.may("start_item"):
        return
    if not item.started_at:
        st.button(words("programme.start"), key=f"programme.start.{item.id}", on_click=mark, args=(form, start_item, item.id))
    elif not item.finished_at:
        st.button(words("programme.finish"), key=f"programme.finish.{item.id}", on_click=mark, args=(form, finish_item, item.id))


def mark(form: str, command, item_id: int) -> None:
    actions.perform(form, command, item_id=item_id)


programme()
