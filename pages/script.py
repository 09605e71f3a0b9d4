"""The script: a lane for each room, who runs it, what comes when, and every line."""

import streamlit as st

from ui.calendars import addresses
from ui.script import clock, lane, papers, queries, sheet
from ui.shell import frame, live, menu

if st.query_params.get("view") in clock.VIEWS:  # a screen of the room, which stands by itself
    st.switch_page(menu.path("clock"), query_params=st.query_params.to_dict())
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
        lane.in_two_rooms(ctx, None)
        lane.in_one_room(ctx, None)
        lane.side_by_side(ctx, rooms, lanes)
        addresses.region(ctx, rooms)
        return
    with st.container(horizontal=True, gap="small", key="script_screens"):
        clock.ways(ctx, chosen)
    lane.in_two_rooms(ctx, chosen)
    lane.in_one_room(ctx, chosen)
    lane.running(ctx, chosen, lanes[chosen.id])
    sheet.listed(ctx, lanes[chosen.id])
    papers.listed(ctx, lanes[chosen.id], may=lane.is_free(ctx, chosen))


script()
