"""Programme items in words: where, who chairs, whether they began and how late.

Also what runs now and comes next, and the items that run side by side.
"""

import streamlit as st

from data.words import Words
from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot
from models.wall import running, upcoming
from ui.shell.frame import Visit

Counts = dict[tuple[int, int], Headcount]
"""Heads by item and delegation."""


def now_and_next(ctx: Visit, items: list[ItemSnapshot]) -> None:
    words = ctx.words
    with st.container(horizontal=True, key="programme_now"):
        with st.container(border=True):
            st.caption(words("programme.now"))
            for item in running(items):
                st.markdown(name_and_venue(words, item))
            if not running(items):
                st.text(words("wall.nothing_now"))
        with st.container(border=True):
            st.caption(words("programme.next"))
            if following := upcoming(items, now=ctx.at):
                starts = words.time(following.starts_at)
                st.markdown(f"{name_and_venue(words, following)} · {starts}")
            else:
                st.text(words("wall.nothing_next"))


def name_and_venue(words: Words, item: ItemSnapshot) -> str:
    return f"**{words.of(item, 'short')}** · {words.of(item, 'venue')}"


def side_by_side(ctx: Visit, group: list[ItemSnapshot], counts: Counts) -> None:
    """The items that run side by side: people in, drift, chair."""
    words = ctx.words
    st.subheader(words("programme.forums"), anchor=False)
    with st.grid(min_column_width=280, key="programme_forums"):
        for item in group:
            heads = [count for (item_id, _), count in counts.items() if item_id == item.id]
            here = words.number(sum(count.here for count in heads))
            expected = words.number(sum(count.expected for count in heads))
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{words.of(item, 'title')}**")
                st.metric(words("attendance.present"), f"{here} / {expected}")
                st.text(state(words, item))
                st.caption(place(words, item))


def place(words: Words, item: ItemSnapshot) -> str:
    """Where, and who chairs; what the source does not state is marked."""
    stand_in = f" ({words('app.illustrative')})" if "venue" in item.illustrative else ""
    chair = f" · {words('programme.chair', name=item.chair)}" if item.chair else ""
    return f"{words.of(item, 'venue')}{stand_in}{chair}"


def state(words: Words, item: ItemSnapshot) -> str:
    """Whether it began and ended, and how late."""
    parts = []
    if item.started_at:
        parts.append(words("programme.started", at=words.time(item.started_at)))
        parts.append(drift(words, item.drift))
    elif item.drift > 0:
        parts.append(words("programme.not_begun_late", number=item.drift))
    else:
        parts.append(words("programme.waiting"))
    if item.finished_at:
        parts.append(words("programme.finished", at=words.time(item.finished_at)))
    return " · ".join(parts)


def drift(words: Words, minutes: int) -> str:
    if minutes == 0:
        return words("programme.on_time")
    return words("programme.late" if minutes > 0 else "programme.early", number=abs(minutes))
