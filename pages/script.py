"""The script: a lane for each room, who runs it, what comes when, and every line."""

import streamlit as st

from ui.script import lane, queries, sheet
from ui.shell import frame, live

here = frame.require("script")


@st.fragment(key="script.lanes", run_every=60)
def script() -> None:
    ctx = frame.part_of("script")
    live.watch("programme", "script", "people", shown=ctx.moment)
    rooms = queries.rooms(ctx.moment)
    if not rooms:  # an event that has just begun
        st.info(ctx.words("programme.none_yet"))
        return
    lanes = queries.by_room(ctx.moment)
    chosen = lane.choice(ctx, rooms)
    if chosen is None:
        lane.side_by_side(ctx, rooms, lanes)
        return
    lane.running(ctx, chosen, lanes[chosen.id])
    sheet.listed(ctx, lanes[chosen.id])


script()
