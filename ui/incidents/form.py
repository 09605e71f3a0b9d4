"""The form for a new log entry: one line, a section, a priority."""

import streamlit as st

from data.incidents import open_entry
from models.incidents import ENTRY_LENGTH, ORDINARY, PRIORITIES, require_section_chosen
from ui.readiness import queries as readiness_queries
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain


def new_entry(ctx: Visit) -> None:
    words = ctx.words
    with st.container(border=True, key="log_new"):
        st.text_input(
            words("log.text"),
            key="log.text",
            max_chars=ENTRY_LENGTH,
            placeholder=words("log.text_hint"),
        )
        section(ctx)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            priority(ctx)
            st.button(
                words("log.save"),
                key="log.save",
                type="primary",
                icon=":material/add:",
                on_click=save,
            )
        st.caption(words(f"entry.p{st.session_state['log.priority']}"))
        commands.refused("log.new", words)


def section(ctx: Visit) -> None:
    """The section that the entry is about: the person's own, else none until one is tapped."""
    words, sections = ctx.words, readiness_queries.sections(ctx.moment)
    names = {one.id: words.of(one, "short") for one in sections}
    own = next((one.id for one in sections if one.key in ctx.person.section_keys), None)
    st.segmented_control(
        words("log.section"),
        list(names),
        default=own,
        wrap=True,
        format_func=lambda number: plain(names[number]),
        key="log.section",
    )


def priority(ctx: Visit) -> None:
    st.segmented_control(
        ctx.words("log.priority"),
        PRIORITIES,
        default=ORDINARY,
        required=True,
        format_func=lambda number: f"P{number}",
        key="log.priority",
    )


def save() -> None:
    state = st.session_state
    section_id = commands.ready("log.new", lambda: require_section_chosen(state["log.section"]))
    if section_id is None:
        return
    facts = {"section_id": section_id, "priority": state["log.priority"]}
    if entry := commands.perform("log.new", open_entry, text=state["log.text"], **facts):
        state["log.text"], state["log.priority"] = "", ORDINARY
        commands.say("log.saved", number=f"{entry.number:03d}")
