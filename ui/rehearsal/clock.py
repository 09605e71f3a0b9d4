"""The rehearsal's clock as it runs, with its pause and its speed."""

import streamlit as st

from data.rehearsal.clock import pause_clock, run_clock
from models.events.event import SPEEDS, Clock
from ui.shell import commands
from ui.shell.frame import Visit

FORM = "rehearsal.clock"


def reading(ctx: Visit) -> None:
    """What the clock shows, how fast it runs, and which run of the event this is."""
    words, clock = ctx.words, ctx.moment.clock
    st.subheader(words("rehearsal.clock", at=ctx.at), anchor=False)
    speed = f"{clock.speed or clock.resume_speed:g}"
    st.text(words("rehearsal.paused") if clock.paused else words("rehearsal.running", speed=speed))
    st.caption(words("rehearsal.run", number=ctx.moment.event.run))


def controls(ctx: Visit) -> None:
    """Pause or resume, and the speed."""
    words, clock = ctx.words, ctx.moment.clock
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if clock.paused:
            st.button(
                words("rehearsal.resume"),
                key="rehearsal.resume",
                type="primary",
                on_click=run,
                args=(clock.resume_speed,),
            )
        else:
            st.button(words("rehearsal.pause"), key="rehearsal.pause", on_click=pause)
        speeds(ctx, clock)
    commands.refused(FORM, words)


def speeds(ctx: Visit, clock: Clock) -> None:
    """The key carries the clock's setting: one that was set elsewhere is shown, not overridden."""
    key, shown = (
        f"rehearsal.speed.{clock.speed}.{clock.resume_speed}",
        clock.speed or clock.resume_speed,
    )
    st.segmented_control(
        ctx.words("rehearsal.speed"),
        SPEEDS,
        default=shown,
        required=True,
        format_func=lambda speed: f"{speed:g}×",
        wrap=True,
        key=key,
        on_change=choose_speed,
        args=(key, shown),
    )


def pause() -> None:
    commands.perform(FORM, pause_clock)


def run(speed: float) -> None:
    commands.perform(FORM, run_clock, speed=speed)


def choose_speed(key: str, shown: float) -> None:
    """Run at another speed than the one shown: a row of choices that is drawn anew chooses none."""
    chosen = st.session_state[key]
    if chosen and chosen != shown:
        run(chosen)
