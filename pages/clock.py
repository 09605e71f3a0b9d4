"""A room's clock for who speaks there: what is left of the time, and what the room tells them."""

import streamlit as st

from ui.script import clock, queries
from ui.shell import frame, live

asked = st.query_params.get("room", "")
here = frame.visit() if asked else frame.require("clock")  # a clock fills the screen by itself
if asked and (here is None or not here.sees("clock")):
    here = frame.require("clock")
elif asked:
    st.set_page_config(page_title="Sẵn Sàng", layout="wide", initial_sidebar_state="collapsed")


@st.fragment(key="clock.room", run_every=60)
def room() -> None:
    ctx = frame.part_of("clock")
    live.watch("programme", "script", "people", shown=ctx.moment)
    rooms = queries.rooms(ctx.moment)
    chosen = next((one for one in rooms if one.key == asked), None)
    if chosen is None:
        clock.rooms(ctx, rooms)
    else:
        clock.draw(ctx, chosen, queries.by_room(ctx.moment)[chosen.id])


room()
