"""The register of petitions: what is owed by whom until when, and how it was answered."""

import streamlit as st

from ui.answers import register
from ui.shell import frame, live

here = frame.require("answers")


@st.fragment(key="answers.register", run_every=60)
def whole_register() -> None:
    live.watch("answers", "contributions")
    register.region(frame.part_of("answers"))


whole_register()
