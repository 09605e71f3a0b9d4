"""Jumping to a moment of the rehearsal, and beginning it again."""

from datetime import datetime

import streamlit as st

from data.rehearsal.clock import jump, restart
from models import rehearsal
from ui.programme import queries as programme_queries
from ui.shell import commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain


def points(ctx: Visit) -> None:
    """The moments that a rehearsal most often begins at, each with a button: by the programme."""
    words, items = ctx.words, programme_queries.items(ctx.moment)
    with st.container(horizontal=True, key="rehearsal_points"):
        for number, point in enumerate(rehearsal.points(ctx.event, items)):
            label = words(f"rehearsal.point_{point.kind}", item=point.item or "", at=point.at)
            st.button(
                plain(label), key=f"rehearsal.point_{number}", on_click=leap, args=(point.at,)
            )


def to_chosen(ctx: Visit) -> None:
    """Any other moment, by day and time."""
    words = ctx.words
    components.day_and_time(
        ctx, "rehearsal.to", words("rehearsal.jump_day"), words("rehearsal.jump_time")
    )
    st.button(
        words("rehearsal.jump_go"),
        key="rehearsal.jump",
        type="primary",
        on_click=leap_to_chosen,
        args=(ctx,),
    )
    commands.refused("rehearsal.jump", words)


def from_the_beginning(ctx: Visit) -> None:
    """A new run of the rehearsal; it asks first."""
    words = ctx.words
    label = words("rehearsal.restart")
    with st.popover(label, icon=":material/restart_alt:", key="rehearsal.restart_box"):
        st.text(words("rehearsal.restart_asks"))
        st.button(words("rehearsal.restart_yes"), key="rehearsal.restart", on_click=begin_again)
    commands.refused("rehearsal.restart", words)


def leap_to_chosen(ctx: Visit) -> None:
    to = commands.ready("rehearsal.jump", lambda: components.moment_typed(ctx, "rehearsal.to"))
    if to is not None:
        leap(to)


def leap(to: datetime) -> None:
    if commands.perform("rehearsal.jump", jump, to=to):
        commands.say("rehearsal.jumped", at=to)


def begin_again() -> None:
    if commands.perform("rehearsal.restart", restart):
        commands.say("rehearsal.restarted")
