"""The rehearsal's clock: pause, speed, jump, restart."""

import streamlit as st

from ui.rehearsal import clock as rehearsal_clock
from ui.rehearsal import leaps as rehearsal_leaps
from ui.shell import frame, live

here = frame.require("rehearsal")


@st.fragment(key="rehearsal.clock", run_every=10)
def clock() -> None:
    live.watch("clock")
    ctx = frame.part_of("rehearsal")
    rehearsal_clock.reading(ctx)
    if ctx.may("set_clock"):
        rehearsal_clock.controls(ctx)
    else:
        st.info(ctx.words("rehearsal.looking"))


def leaps() -> None:
    """Jumping to a moment, and beginning again."""
    words = here.words
    st.subheader(words("rehearsal.jump"), anchor=False)
    st.caption(words("rehearsal.jump_why"))
    rehearsal_leaps.points(here)
    rehearsal_leaps.to_chosen(here)
    st.divider()
    rehearsal_leaps.from_the_beginning(here)


if not here.moment.event.rehearsal:
    st.info(here.words("rehearsal.not_rehearsal"))
    st.stop()
clock()
if here.may("set_clock"):
    leaps()
