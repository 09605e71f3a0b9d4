"""Log entries as cards: what happened, what was said of it last, and the next step."""

import streamlit as st

from data.incidents import EntrySnapshot, update_entry
from data.words import Words
from models.incidents import EntryStatus
from ui.readiness import queries as readiness_queries
from ui.shell import commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

STEPS_WHILE_OPEN = {"handling": "log.handling", "closed": "log.close"}
STEPS_WHILE_CLOSED = {"reopened": "log.reopen"}

Names = dict[int | None, tuple[str, str]]
"""Section id to its key and short name."""


def section_names(ctx: Visit) -> Names:
    sections = readiness_queries.sections(ctx.moment)
    return {section.id: (section.key, ctx.words.of(section, "short")) for section in sections}


def card(ctx: Visit, entry: EntrySnapshot, names: Names) -> None:
    words = ctx.words
    key, name = names.get(entry.section_id, (None, words("log.whole_event")))
    with st.container(border=True, key=f"entry_{entry.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            components.priority_badge(entry.priority)
            st.markdown(f"**#{entry.number:03d} {plain(entry.text)}**", width="content")
        ago = words.ago(ctx.at - entry.opened_at)
        opened = words("log.opened_at", at=words.moment(entry.opened_at), ago=ago)
        st.caption(plain(f"{name} · {opened} · {words(f'entry.{entry.status.value}')}"))
        if entry.said:
            st.text(f"{words.time(entry.said_at)} {entry.said}")
        if ctx.may("update_entry", section=key):
            steps(words, entry)


def steps(words: Words, entry: EntrySnapshot) -> None:
    """What is to be said of the entry, and a button for each step that it can take."""
    form = f"entry.{entry.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            words("log.said"),
            key=f"log.said.{entry.id}",
            label_visibility="collapsed",
            placeholder=words("log.said"),
            width=320,
        )
        offered = STEPS_WHILE_OPEN if entry.open else STEPS_WHILE_CLOSED
        for status, label in offered.items():
            st.button(
                words(label),
                key=f"log.{status}.{entry.id}",
                on_click=step,
                args=(form, entry, status),
            )
    commands.refused(form, words)


def step(form: str, entry: EntrySnapshot, status: str) -> None:
    said = f"log.said.{entry.id}"
    text = st.session_state.get(said, "")
    if commands.perform(form, update_entry, entry_id=entry.id, status=status, text=text):
        st.session_state[said] = ""
        commands.say("log.updated", number=f"{entry.number:03d}", status=EntryStatus(status))
