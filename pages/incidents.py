"""The command room's log: the form for a new entry, and the entries worst first."""

import streamlit as st

from ui.incidents import entries as incident_entries
from ui.incidents import form as incident_form
from ui.incidents import queries as incidents_queries
from ui.readiness import sections as readiness_sections
from ui.shell import frame, live, table

here = frame.require("log")


@st.fragment(key="log.new")
def new_entry() -> None:
    ctx = frame.part_of("log")
    if ctx.may("open_entry"):
        incident_form.new_entry(ctx)


@st.fragment(key="log.silences", run_every=60)
def silences() -> None:
    live.watch("readiness")
    with st.container():
        readiness_sections.silences(frame.part_of("log"))


@st.fragment(key="log.entries", run_every=60)
def entries() -> None:
    """The entries as a table, and next to it the one that is open."""
    live.watch("incidents")
    ctx = frame.part_of("log")
    names, logged = incident_entries.section_names(ctx), incidents_queries.entries(ctx.moment)
    shown = incident_entries.asked_for(ctx, logged, names)
    chosen = table.chosen(incident_entries.KEY)
    entry = next((one for one in logged if str(one.id) == chosen), None)
    rows, panel = table.beside(incident_entries.KEY, opened=entry is not None)
    with rows:
        incident_entries.listed(
            ctx, shown, names, empty=ctx.words("log.none_found" if logged else "log.empty")
        )
    if entry is not None and panel is not None:
        with panel:
            incident_entries.panel(ctx, entry, names)


new_entry()
entries()
silences()
