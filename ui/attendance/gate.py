"""The way from the desk's pages to the gate, which is made for a telephone at a door."""

import streamlit as st

from ui.shell import live
from ui.shell.frame import Visit


def way(ctx: Visit, *, key: str) -> None:
    """The button that opens the gate; for a desk, whose scans it takes."""
    if ctx.person is None or ctx.person.desk_key is None:
        return
    label = ctx.words("attendance.gate")
    if st.button(label, key=key, icon=":material/qr_code_scanner:"):
        live.go("/gate")
