"""The roster: who is expected and listed, each row with the form that corrects or retires it."""

import streamlit as st

from ui.attendance import delegations, roster
from ui.exports import tables
from ui.shell import frame, live

here = frame.require("roster")


@st.fragment(key="roster.page", run_every=60)
def whole_page() -> None:
    live.watch("attendance", throttle=15)
    ctx = frame.part_of("roster")
    roster.size(ctx)
    if ctx.may("add_delegate"):
        roster.adding(ctx)
    tables.delegate_files(ctx)
    roster.listed(ctx)
    if ctx.may("change_delegate"):
        delegations.region(ctx)


whole_page()
