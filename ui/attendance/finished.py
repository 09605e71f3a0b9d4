"""What a desk is asked at an item that is over: go to the one that runs, or mean it."""

from collections.abc import Callable
from time import monotonic

import streamlit as st

from models.programme import ItemSnapshot
from models.wall import focus
from ui.attendance import queries as attendance_queries
from ui.programme import queries as programme_queries
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

MEANT, SWITCHED = "attendance.meant", "attendance.switched"
MEANT_FOR = 3600.0  # seconds: an item is asked about once, and once more at a desk left open
CODE = "item_finished"


def item_key(event_id: int) -> str:
    """The key of the page's choice of an item."""
    return f"attendance.item.{event_id}"


def item_now(ctx: Visit) -> ItemSnapshot:
    """The item that fills now, or the one of them that the desk serves."""
    items = [item for item in programme_queries.items(ctx.moment) if item.counts_attendance]
    _, served = attendance_queries.desks(ctx.moment).get(ctx.person.desk_key, (None, frozenset()))
    group = focus(items, now=ctx.at)
    return next((item for item in group if item.id in served), group[0])


def is_meant(item_id: int) -> bool:
    """Whether the desk has said within the hour that it means this item, though it is over."""
    item, said_at = st.session_state.get(MEANT, (None, 0.0))
    return item == item_id and monotonic() - said_at < MEANT_FOR


def refused(ctx: Visit, form: str, item_id: int, again: Callable[[int], object]) -> None:
    """Why a form's last try was refused, and the question where its item is over."""
    commands.refused(form, ctx.words)
    refusal = st.session_state.get(f"refused.{form}")
    if refusal and refusal.code == CODE:
        ask(ctx, form, item_id, again)


def ask(ctx: Visit, form: str, item_id: int, again: Callable[[int], object]) -> None:
    """The two answers as buttons; `again` repeats at an item what was refused."""
    now = item_now(ctx)
    with st.container(horizontal=True):
        if now.id != item_id:
            st.button(
                plain(ctx.words("attendance.finished_switch", item=ctx.words.of(now, "title"))),
                key=f"{form}.finished_switch",
                type="primary",
                on_click=_switch,
                args=(item_key(ctx.event.id), now.id, again),
            )
        st.button(
            ctx.words("attendance.finished_mean"),
            key=f"{form}.finished_mean",
            on_click=_mean,
            args=(item_id, again),
        )


def _switch(key: str, item_id: int, again: Callable[[int], object]) -> None:
    st.session_state[key] = item_id
    st.session_state[SWITCHED] = True
    again(item_id)


def _mean(item_id: int, again: Callable[[int], object]) -> None:
    st.session_state[MEANT] = (item_id, monotonic())
    again(item_id)


def draw_switch() -> None:
    """Draw the whole page again where a region has switched the item, whose choice lies outside."""
    if st.session_state.pop(SWITCHED, False):
        st.rerun()
