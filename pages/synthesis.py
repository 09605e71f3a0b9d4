"""The synthesis: minutes of forums, paragraphs by topic with their sources, and its versions."""

import streamlit as st

from ui.shell import frame, live
from ui.synthesis import minutes, paragraphs, queries, versions

here = frame.require("synthesis")


@st.fragment(key="synthesis.state", run_every=60)
def state() -> None:
    live.watch(*queries.TOPICS, key="synthesis.state")
    versions.head(frame.part_of("synthesis"))


@st.fragment(key="synthesis.minutes", run_every=60)
def signed_minutes() -> None:
    live.watch(*queries.TOPICS, key="synthesis.minutes")
    minutes.region(frame.part_of("synthesis"))


@st.fragment(key="synthesis.text", run_every=60)
def written() -> None:
    live.watch(*queries.TOPICS, key="synthesis.text")
    ctx = frame.part_of("synthesis")
    paragraphs.region(ctx)
    versions.submitted(ctx)


state()
signed_minutes()
written()
