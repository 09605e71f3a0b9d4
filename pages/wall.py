"""The wall: one screen for the operations room; framed, it can be led back through the event's
whole history.
"""

import streamlit as st

from ui.shell import frame, travel
from ui.wall import component
from ui.wall import queries as wall_queries

here = frame.visit()
st.set_page_config(page_title="Sẵn Sàng", layout="wide", initial_sidebar_state="collapsed")
if here is None:
    st.warning(frame.words_before_event()("app.no_event"))
    st.stop()
if not here.sees("wall") and not st.context.is_embedded:
    frame.require("wall")
if not here.sees("wall"):
    component.closed(here.words)
    st.stop()
if travel.asked():
    with st.container(key="wall_travel"):
        shown = travel.slider(here)
    component.wall(wall_queries.wall(shown), here.words, slider=True)
else:
    component.wall(wall_queries.wall(here.moment), here.words)
