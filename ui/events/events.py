"""An event among the others: its days, its state, what it holds, and the way to switch to it."""

from typing import Any

import streamlit as st

from data.access.events import set_event_state
from data.commands import Command
from data.erasure import erasure_day
from data.events.listed import Listed
from data.exports.archive import archive_bytes, export_archive
from data.rehearsal.trials import make_trial, remove_trial
from data.words import Words
from models.events.event import OVER, EventState
from ui.exports import tables
from ui.personal_data import particulars
from ui.shell import choices, commands, live
from ui.shell.document_files import file_button
from ui.shell.frame import Visit
from ui.shell.plain import plain

COLORS = {
    EventState.PREPARING: "blue",
    EventState.RUNNING: "green",
    EventState.DONE: "gray",
    EventState.ARCHIVED: "gray",
}
MARKS = {"trial": "violet", "rehearsal": "orange"}


def card(ctx: Visit, one: Listed) -> None:
    """One event, with what its administrator can do with it folded away."""
    words, form = ctx.words, f"events.{one.id}"
    with st.container(border=True, key=f"events_{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(words.fact(one.name))}**", width="content")
            for label, color in marks(words, one):
                st.badge(label, color=color)
        st.caption(plain(" · ".join(facts(words, one))))
        if one.mark == "trial":
            st.caption(words("events.trial_of"))
        with st.container(horizontal=True, gap="small"):
            _state(words, one, form)
            if not one.current:
                _switch(words, one, form)
            if not one.rehearsal and one.state not in OVER:
                _trial(words, one, form, make_trial, "trial_made", icon=":material/history:")
            if one.mark == "trial" and not one.current:
                _trial(words, one, form, remove_trial, "trial_removed", icon=":material/close:")
        if not one.current and ctx.may("keep_particulars"):
            particulars.kept_elsewhere(words, one.id, one.keeps, form)
        if one.current and ctx.may("export_event"):
            tables.event_file(ctx)
        if one.state is EventState.ARCHIVED and ctx.may("export_archive"):
            _archive(words, one, form)
        commands.refused(form, words)


def marks(words: Words, one: Listed) -> list[tuple[str, str]]:
    """The badges of an event, each with its colour: its state, and what else sets it apart."""
    state = words(f"events.{one.state.value}")
    found = [(state[:1].upper() + state[1:], COLORS[one.state])]
    if one.current:
        found.append((words("events.current"), "green"))
    if one.mark:
        found.append((words(f"events.{one.mark}"), MARKS[one.mark]))
    if one.replaced:
        found.append((words("events.replaced"), "gray"))
    return found


def facts(words: Words, one: Listed) -> tuple[str, str]:
    days = {"first": one.first_day, "last": one.last_day}
    held = {"count": one.recorded.count, "last": one.recorded.last_at}
    counted = "events.facts" if one.recorded.count else "events.no_facts"
    return words("events.days", **days), words(counted, **held)


def _archive(words: Words, one: Listed, form: str) -> None:
    """What is kept of an event as one file."""
    file_button(
        commands.export(export_archive, archive_bytes, event_id=one.id),
        kind="zip",
        label=words("archive.take"),
        file_name=f"{words('archive.file_name')}-{one.slug}",
        key=f"{form}.archive",
    )
    days = (erasure_day(one.last_day), one.names_until)  # its backup holds the names, too
    st.caption(words("archive.why", day=min(filter(None, days))))


def _state(words: Words, one: Listed, form: str) -> None:
    key = f"{form}.state"
    with st.popover(words("events.set_state"), icon=":material/flag:", key=f"{key}_box"):
        choices.selectbox(
            words("events.state"),
            [state for state in EventState if state is not one.state],
            format_func=lambda state: words(f"events.{state.value}"),
            key=key,
        )
        st.caption(words("events.state_why"))
        if one.state not in OVER:
            _name(words, one, f"{key}_name")
        st.button(
            words("events.set_state"), key=f"{key}_set", on_click=_put_state, args=(one.id, form)
        )


def _put_state(event_id: int, form: str) -> None:
    key = f"{form}.state"
    name = st.session_state.get(f"{key}_name", "")
    facts = {"event_id": event_id, "state": st.session_state[key], "name": name}
    commands.perform(form, set_event_state, **facts)
    if f"refused.{form}" not in st.session_state:
        del st.session_state[key]  # the state that was entered is no choice any more
        commands.say("events.set")


def _switch(words: Words, one: Listed, form: str) -> None:
    """The way to the form that switches: it ends this tab's own sign-in, so it is no page."""
    if st.button(words("events.switch"), key=f"{form}.switch", icon=":material/swap_horiz:"):
        live.go(f"/switch/{one.id}")


def _trial(
    words: Words, one: Listed, form: str, command: Command[..., Any], done: str, *, icon: str
) -> None:
    """A button that says what it does before it makes or removes a trial."""
    name = command.name
    with st.popover(words(f"events.{name}"), icon=icon, key=f"{form}.{name}_box"):
        st.caption(words(f"events.{name}_why"))
        st.button(
            words(f"events.{name}"),
            key=f"{form}.{name}",
            on_click=_try_out,
            args=(one.id, form, command, done),
        )


def _try_out(event_id: int, form: str, command: Command[..., Any], done: str) -> None:
    commands.perform(form, command, event_id=event_id)
    if f"refused.{form}" not in st.session_state:
        commands.say(f"events.{done}")


def _name(words: Words, one: Listed, key: str) -> None:
    st.text_input(words("events.name", name=words.fact(one.short_name)), key=key, max_chars=120)
