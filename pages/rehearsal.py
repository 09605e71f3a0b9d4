"""The rehearsal's clock: pause, speed, jump, restart, for whoever may."""

from datetime import datetime, timedelta

import streamlit as st

from data.rehearsal import jump, pause_clock, restart, run_clock
from models.events.event import SPEEDS
from ui.shell import commands, components, frame, live

here = frame.require("rehearsal")

POINTS = {
    "point_week": (-7, 8, 0),
    "point_forums": (0, 13, 30),
    "point_arrivals": (1, 6, 40),
    "point_main": (1, 8, 30),
    "point_after": (2, 9, 0),
}


@st.fragment(key="rehearsal.clock", run_every=10)
def clock() -> None:
    """Where the clock stands, and how it runs."""
    live.watch("clock")
    now = frame.visit()
    words, running = now.words, now.moment.clock
    st.subheader(words("rehearsal.clock", at=now.moment.view.moment), anchor=False)
    speed = f"{running.speed or running.resume_speed:g}"
    st.text(
        words("rehearsal.paused") if running.paused else words("rehearsal.running", speed=speed)
    )
    st.caption(words("rehearsal.run", number=now.moment.event.run))
    if not now.may("set_clock"):
        st.info(words("rehearsal.looking"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if running.paused:
            st.button(
                words("rehearsal.resume"),
                key="rehearsal.resume",
                type="primary",
                on_click=run,
                args=(running.resume_speed,),
            )
        else:
            st.button(words("rehearsal.pause"), key="rehearsal.pause", on_click=pause)
        st.segmented_control(
            words("rehearsal.speed"),
            SPEEDS,
            default=running.speed or running.resume_speed,
            required=True,
            format_func=lambda speed: f"{speed:g}×",
            wrap=True,
            key=f"rehearsal.speed.{running.speed}.{running.resume_speed}",
            on_change=choose_speed,
            args=(f"rehearsal.speed.{running.speed}.{running.resume_speed}",),
        )
    commands.refused("rehearsal.clock", words)


def pause() -> None:
    commands.perform("rehearsal.clock", pause_clock)


def run(speed: float) -> None:
    commands.perform("rehearsal.clock", run_clock, speed=speed)


def choose_speed(key: str) -> None:
    if st.session_state[key]:
        run(st.session_state[key])


def leaps() -> None:
    """Jumping to a moment, and beginning anew."""
    words, event = here.words, here.moment.event
    st.subheader(words("rehearsal.jump"), anchor=False)
    st.caption(words("rehearsal.jump_why"))
    with st.container(horizontal=True, key="rehearsal_points"):
        for name, (day, hour, minute) in POINTS.items():
            at = datetime(
                event.first_day.year,
                event.first_day.month,
                event.first_day.day,
                hour,
                minute,
                tzinfo=words.time_zone,
            )
            st.button(
                words(f"rehearsal.{name}"),
                key=f"rehearsal.{name}",
                on_click=leap,
                args=(at + timedelta(days=day),),
            )
    components.day_and_time(
        here, "rehearsal.to", words("rehearsal.jump_day"), words("rehearsal.jump_time")
    )
    st.button(
        words("rehearsal.jump_go"), key="rehearsal.jump", type="primary", on_click=leap_to_chosen
    )
    commands.refused("rehearsal.jump", words)
    st.divider()
    st.button(
        words("rehearsal.restart"),
        key="rehearsal.restart",
        icon=":material/restart_alt:",
        on_click=begin_anew,
    )
    commands.refused("rehearsal.restart", words)


def leap_to_chosen() -> None:
    day, at = st.session_state["rehearsal.to.day"], st.session_state["rehearsal.to.time"]
    leap(datetime.combine(day, at, tzinfo=here.words.time_zone))


def leap(to: datetime) -> None:
    if commands.perform("rehearsal.jump", jump, to=to):
        commands.say("rehearsal.jumped", at=to)


def begin_anew() -> None:
    if commands.perform("rehearsal.restart", restart):
        commands.say("rehearsal.restarted")


if not here.moment.event.rehearsal:
    st.info(here.words("rehearsal.not_rehearsal"))
    st.stop()
clock()
if here.may("set_clock"):
    leaps()
