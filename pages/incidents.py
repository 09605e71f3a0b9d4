"""The command room's log: one line in, worst and newest on top, open until somebody closes it."""

import streamlit as st

from data.incidents import open_entry, update_entry
from models.incidents import ENTRY_LENGTH, PRIORITIES, EntryStatus
from ui.incidents import queries as incidents_queries
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.shell import commands, components, frame, live

here = frame.require("log")


@st.fragment(key="log.new")
def new_entry() -> None:
    """One line, a section, a priority."""
    now = frame.visit()
    words, sections = now.words, readiness_queries.sections(now.moment)
    if not now.may("open_entry"):
        return
    own = next(
        (
            number
            for number, section in enumerate(sections)
            if section.key == now.person.section_key
        ),
        0,
    )
    with st.container(border=True, key="log_new"):
        st.text_input(
            words("log.text"),
            key="log.text",
            max_chars=ENTRY_LENGTH,
            placeholder=words("log.text_hint"),
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                words("log.section"),
                [section.id for section in sections],
                index=own,
                format_func={section.id: words.of(section, "short") for section in sections}.get,
                key="log.section",
                width=260,
            )
            st.segmented_control(
                words("log.priority"),
                PRIORITIES,
                default=3,
                required=True,
                format_func=lambda number: f"P{number}",
                key="log.priority",
            )
            st.button(
                words("log.save"),
                key="log.save",
                type="primary",
                icon=":material/add:",
                on_click=save,
            )
        st.caption(words(f"entry.p{st.session_state['log.priority']}"))
        commands.refused("log.new", words)


def save() -> None:
    asked = {
        "section_id": st.session_state["log.section"],
        "priority": st.session_state["log.priority"],
    }
    if entry := commands.perform("log.new", open_entry, text=st.session_state["log.text"], **asked):
        st.session_state["log.text"] = ""
        commands.say("log.saved", number=str(entry.number))


@st.fragment(key="log.silences", run_every=60)
def silences() -> None:
    live.watch("readiness")
    with st.container():
        readiness_sections.silences(frame.visit())


@st.fragment(key="log.entries", run_every=60)
def entries() -> None:
    live.watch("incidents")
    now = frame.visit()
    words = now.words
    found = incidents_queries.entries(now.moment)
    waiting = sorted(
        (entry for entry in found if entry.open), key=lambda entry: (entry.priority, -entry.number)
    )
    done = [entry for entry in found if not entry.open]
    names = {
        section.id: (section.key, words.of(section, "short"))
        for section in readiness_queries.sections(now.moment)
    }
    st.subheader(words("log.open", number=len(waiting)), anchor=False)
    for entry in waiting:
        card(now, entry, names)
    if not waiting:
        st.text(words("log.none_open") if found else words("log.empty"))
    with st.expander(words("log.closed", number=len(done)), key="log.closed"):
        for entry in done:
            card(now, entry, names)


def card(now: frame.Visit, entry, names: dict) -> None:
    """One entry, what was said of it last, and the next step."""
    words, (key, name) = (
        now.words,
        names.get(entry.section_id, (None, now.words("log.whole_event"))),
    )
    with st.container(border=True, key=f"entry_{entry.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            components.priority_badge(entry.priority)
            st.markdown(f"**#{entry.number:03d} {components.plain(entry.text)}**", width="content")
        ago = words.ago(now.moment.view.moment - entry.opened_at)
        st.caption(
            f"{name} · {words('log.opened_at', at=words.moment(entry.opened_at), ago=ago)} · {words(f'entry.{entry.status.value}')}"
        )
        if entry.said:
            st.text(f"{words.time(entry.said_at)} {entry.said}")
        if now.may("update_entry", section=key):
            steps(words, entry)


def steps(words, entry) -> None:
    form = f"entry.{entry.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            words("log.said"),
            key=f"log.said.{entry.id}",
            label_visibility="collapsed",
            placeholder=words("log.said"),
            width=320,
        )
        offered = (
            {"handling": "log.handling", "closed": "log.close"}
            if entry.open
            else {"reopened": "log.reopen"}
        )
        for status, label in offered.items():
            st.button(
                words(label),
                key=f"log.{status}.{entry.id}",
                on_click=step,
                args=(form, entry, status),
            )
    commands.refused(form, words)


def step(form: str, entry, status: str) -> None:
    said = f"log.said.{entry.id}"
    if commands.perform(
        form, update_entry, entry_id=entry.id, status=status, text=st.session_state.get(said, "")
    ):
        st.session_state[said] = ""
        commands.say("log.updated", number=str(entry.number), status=EntryStatus(status))


new_entry()
silences()
entries()
