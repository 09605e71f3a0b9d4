"""The programme: now, next, what began and ended when, and the forums side by side."""

import streamlit as st

from data.programme import finish_item, start_item
from models.wall import gatherings, running, upcoming
from ui.programme import agenda
from ui.programme import queries as programme_queries
from ui.shell import commands, frame, live

here = frame.require("programme")


@st.fragment(key="programme.items", run_every=60)
def programme() -> None:
    live.watch("programme", "attendance")
    now = frame.visit()
    items = programme_queries.items(now.moment)
    now_and_next(now, items)
    for group in gatherings(items):
        if len(group) > 1:
            agenda.side_by_side(now, group)
    days = sorted(
        {now.words.day(item.starts_at): item.starts_at for item in items}.items(),
        key=lambda pair: pair[1],
    )
    today = now.words.day(now.moment.view.moment)
    chosen = st.segmented_control(
        now.words("programme.timeline"),
        [day for day, _ in days],
        default=today if today in dict(days) else days[0][0],
        required=True,
        wrap=True,
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
                st.markdown(
                    f"**{words.of(following, 'short')}** · {words.of(following, 'venue')} · {words.time(following.starts_at)}"
                )
            else:
                st.text(words("wall.nothing_next"))


def one_day(now: frame.Visit, items: list) -> None:
    """The day as a chart, then item by item with its buttons."""
    words = now.words
    day = items[0].starts_at.astimezone(words.time_zone).date().isoformat()
    chart = programme_queries.programme_chart(now.moment, language=words.language, day=day)
    st.vega_lite_chart(chart, width="stretch", alt=words("programme.timeline_alt"))
    for item in items:
        with st.container(border=True, key=f"item_{item.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                planned = words(
                    "programme.planned",
                    start=words.time(item.starts_at),
                    end=words.time(item.ends_at),
                )
                stand_in = f" ({words('app.illustrative')})" if "start" in item.illustrative else ""
                with st.container():
                    st.markdown(f"**{planned}**{stand_in} · {words.of(item, 'title')}")
                    st.caption(f"{agenda.state(words, item)} · {agenda.place(words, item)}")
                marks(now, item)
            commands.refused(f"item.{item.id}", words)


def marks(now: frame.Visit, item) -> None:
    words, form = now.words, f"item.{item.id}"
    if not now.may("start_item", item=item.key):
        return
    if not item.started_at:
        st.button(
            words("programme.start"),
            key=f"programme.start.{item.id}",
            on_click=mark,
            args=(form, start_item, item.id),
        )
    elif not item.finished_at:
        st.button(
            words("programme.finish"),
            key=f"programme.finish.{item.id}",
            on_click=mark,
            args=(form, finish_item, item.id),
        )


def mark(form: str, command, item_id: int) -> None:
    commands.perform(form, command, item_id=item_id)


programme()
