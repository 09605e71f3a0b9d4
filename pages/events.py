"""The events of this installation, side by side: which one is current, and where each stands."""

import streamlit as st

from ui.events import adding, events
from ui.events import queries as event_queries
from ui.shell import frame, live

frame.require("events")


@st.fragment(key="events.page", run_every=60)
def side_by_side() -> None:
    live.watch("event", "people")
    ctx = frame.part_of("events")
    st.caption(ctx.words("events.intro"))
    found = event_queries.everything()
    for one in found:
        events.card(ctx, one)
    adding.region(ctx, there=len(found))
    st.caption(ctx.words("events.more_by_command"))


side_by_side()
