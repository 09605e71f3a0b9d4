"""A fragment with the least that makes it run again: what Streamlit itself takes for a rerun."""

import streamlit as st


@st.fragment
def again() -> None:
    st.button("x", key="again")


again()
