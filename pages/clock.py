"""A room's screens by their addresses: the speaker's clock, backstage, the words to read aloud."""

import streamlit as st

from ui.script import clock, queries
from ui.shell import frame, live

asked = st.query_params.get("room", "")
view = st.query_params.get("view", clock.SPEAKER)
here = frame.visit() if asked else frame.require("clock")  # a clock fills the screen by itself
if asked and (here is None or not here.sees("clock")):
    here = frame.require("clock")
elif asked:
    st.set_page_config(page_title="Sẵn Sàng", layout="wide", initial_sidebar_state="collapsed")


@st.fragment(key="clock.room", run_every=60)
def room() -> None:
    ctx = frame.part_of("clock")
    live.watch("programme", "script", "people", shown=ctx.moment)
    if view == clock.PROMPTER:  # its words may hold figures of who is here
        live.watch("attendance", throttle=5)
    rooms = queries.rooms(ctx.moment)
    chosen = next((one for one in rooms if one.key == asked), None)
    if chosen is None:
        clock.rooms(ctx, rooms)
    else:
        shown = view if view in clock.VIEWS else clock.SPEAKER
        clock.draw(ctx, chosen, queries.by_room(ctx.moment)[chosen.id], shown)


room()
