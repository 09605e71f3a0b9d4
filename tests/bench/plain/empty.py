"""An empty Streamlit application: what the first paint of the wall is compared with."""

import streamlit as st

st.title("x")
