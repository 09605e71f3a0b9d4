"""Jumping to a moment of the rehearsal, and beginning it again."""

from datetime import datetime, time, timedelta

import streamlit as st

from data.rehearsal import jump, restart
from ui.shell import commands, components
from ui.shell.frame import Visit

POINTS = {
    "point_week": (-7, 8, 0),
    "point_forums": (0, 13, 30),
    "point_arrivals": (1, 6, 40),
    "point_main": (1, 8, 30),
    "point_after": (2, 9, 0),
}
"""Days from the event's first day, hour and minute, local time."""


def points(ctx: Visit) -> None:
    """The moments that a rehearsal most often begins at, each with a button."""
    words, first_day = ctx.words, ctx.moment.event.first_day
    with st.container(horizontal=True, key="rehearsal_points"):
        for name, (days, hour, minute) in POINTS.items():
            day = first_day + timedelta(days=days)
            to = datetime.combine(day, time(hour, minute), tzinfo=words.time_zone)
            st.button(
                words(f"rehearsal.{name}"), key=f"rehearsal.{name}", on_click=leap, args=(to,)
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
