"""The command room's log: the form for a new entry, the open entries worst first, the closed."""

import streamlit as st

from ui.incidents import entries as incident_entries
from ui.incidents import form as incident_form
from ui.incidents import queries as incidents_queries
from ui.readiness import sections as readiness_sections
from ui.shell import frame, live

here = frame.require("log")


@st.fragment(key="log.new")
def new_entry() -> None:
    ctx = frame.visit()
    if ctx.may("open_entry"):
        incident_form.new_entry(ctx)


@st.fragment(key="log.silences", run_every=60)
def silences() -> None:
    live.watch("readiness")
    with st.container():
        readiness_sections.silences(frame.visit())


@st.fragment(key="log.entries", run_every=60)
def entries() -> None:
    live.watch("incidents")
    ctx = frame.visit()
    words, names = ctx.words, incident_entries.section_names(ctx)
    logged = incidents_queries.entries(ctx.moment)
    waiting = sorted(
        (entry for entry in logged if entry.open),
        key=lambda entry: (entry.priority, -entry.number),
    )
    done = [entry for entry in logged if not entry.open]
    st.subheader(words("log.open", number=len(waiting)), anchor=False)
    for entry in waiting:
        incident_entries.card(ctx, entry, names)
    if not waiting:
        st.text(words("log.none_open") if logged else words("log.empty"))
    with st.expander(words("log.closed", number=len(done)), key="log.closed"):
        for entry in done:
            incident_entries.card(ctx, entry, names)


new_entry()
silences()
entries()
