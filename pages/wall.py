"""The wall: one screen for the operations room."""

import streamlit as st

from ui import feeds, frame, live

here = frame.visit()
st.set_page_config(page_title="Sẵn Sàng", page_icon=frame.ICON, layout="wide", initial_sidebar_state="collapsed")
if here is None:
    st.warning(frame.words_before_event()("app.no_event"))
    st.stop()
if not here.sees("wall"):
    frame.require("wall")
live.wall(feeds.wall(here.moment), here.words)
