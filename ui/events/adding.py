"""A further event, added beside the others; while the sample is looked at the way to an own one."""

from datetime import timedelta

import streamlit as st

from data.access.events import add_event
from data.events.clock import real_now
from data.words import Words
from models.events.event import MAX_EXPECTED, MAX_NAME, Draft, local_day
from models.imports.frame import MAX_DAYS
from models.refusals import Refusal
from ui.events import queries as event_queries
from ui.shell import choices, commands, live
from ui.shell.frame import Visit

FORM = "events.add"
DAYS_AHEAD = 730


def region(ctx: Visit, *, there: int) -> None:
    """`there`: how many events are listed; the next one has fields of its own."""
    words = ctx.words
    if event_queries.is_unclaimed():
        _own(words)
    elif not ctx.visitor.rehearsal:
        box = choices.expander(words("events.add"), key=f"{FORM}.box", icon=":material/add:")
        if box.open:
            with box:
                _fields(ctx, f"{FORM}.{there}")


def _own(words: Words) -> None:
    """The sample's sign-ins are anyone's: who may make the first real event is asked elsewhere."""
    with st.container(border=True, key="events_own"):
        st.text(words("events.own_why"))
        if st.button(words("events.own"), key="events.own", icon=":material/add:"):
            live.go("/first-start")


def _fields(ctx: Visit, form: str) -> None:
    words, today = ctx.words, local_day(ctx.event, real_now())
    st.caption(words("events.add_why"))
    st.text_input(words("first_start.name"), key=f"{form}.name", max_chars=MAX_NAME)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices.selectbox(
            words("event_page.first_day"),
            [today + timedelta(days=step) for step in range(DAYS_AHEAD)],
            index=None,
            format_func=words.day,
            key=f"{form}.first",
            width=260,
        )
        choices.selectbox(
            words("event_page.length"),
            list(range(1, MAX_DAYS + 1)),
            format_func=str,
            key=f"{form}.length",
            width=260,
        )
    st.text_input(words("first_start.place"), key=f"{form}.place", max_chars=MAX_NAME)
    expected = words("first_start.expected")
    st.number_input(expected, 0, MAX_EXPECTED, key=f"{form}.expected", width=260)
    commands.refused(FORM, words)
    st.button(words("events.add"), key=f"{form}.add", on_click=_add, args=(form,))


def _add(form: str) -> None:
    draft = commands.ready(FORM, lambda: _draft(form))
    if draft is not None and commands.perform(FORM, add_event, draft=draft) is not None:
        commands.say("events.added")


def _draft(form: str) -> Draft:
    """Refuses `event_days_malformed` where no first day was chosen."""
    state = st.session_state
    first = state[f"{form}.first"]
    if first is None:
        raise Refusal("event_days_malformed", limit=MAX_DAYS)
    last = first + timedelta(days=state[f"{form}.length"] - 1)
    name, place = state[f"{form}.name"], state[f"{form}.place"]
    return Draft(name, first, last, place, int(state[f"{form}.expected"]))
