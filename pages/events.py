"""The events of this installation, side by side: which one is current, and where each stands."""

import streamlit as st

from ui.events import events
from ui.events import queries as event_queries
from ui.shell import frame, live

frame.require("events")


@st.fragment(key="events.page", run_every=60)
def side_by_side() -> None:
    live.watch("event", "people")
    ctx = frame.part_of("events")
    st.caption(ctx.words("events.intro"))
    for one in event_queries.everything():
        events.card(ctx, one)
    st.caption(ctx.words("events.more_by_command"))


side_by_side()
