"""Everybody as a table: who was invited, who came in and when, and who never did."""

from datetime import datetime

import streamlit as st

from data.access.people import Entrance
from data.events.clock import real_now
from data.words import Words
from models.access.people import Person, Role
from models.text import folded
from ui.access import queries as access_queries
from ui.shell import table
from ui.shell.frame import Visit
from ui.shell.table import Cell, Column, Row

KEY = "people.table"
NEVER = Entrance()
STATES = {"uninvited": "gray", "invited": "orange", "came": "green"}


def state_of(entrance: Entrance) -> str:
    """Whether a person came in, was invited and never came, or was never invited."""
    if entrance.used_at:
        return "came"
    return "invited" if entrance.invited_at else "uninvited"


def counts(ctx: Visit) -> dict[str, int]:
    """How many people came in, were invited and never came, or were never invited (`STATES`)."""
    known = access_queries.entrances(rehearsal_only=ctx.visitor.rehearsal)
    people = access_queries.everybody(ctx.moment)
    states = [state_of(known.get(one.id, NEVER)) for one in people if one.role != Role.DISPLAY]
    return {state: states.count(state) for state in STATES}


def listed(ctx: Visit) -> Person | None:
    """The people that are asked for; returns the chosen one."""
    words = ctx.words
    people = [one for one in access_queries.everybody(ctx.moment) if one.role != Role.DISPLAY]
    known = access_queries.entrances(rehearsal_only=ctx.visitor.rehearsal)
    chosen = next((one for one in people if str(one.id) == table.chosen(KEY)), None)
    states = {one.id: state_of(known.get(one.id, NEVER)) for one in people}
    wanted, text = _filters(words, states)
    table.table(
        KEY,
        [
            Column(words("people.who"), "opens"),
            Column(words("people.role"), width="16rem", narrow=False),
            Column(words("plan.status"), width="11rem"),
            Column(words("people.invited_at"), width="9rem", narrow=False),
            Column(words("people.used_at"), width="9rem"),
        ],
        [
            _row(words, one, known.get(one.id, NEVER))
            for one in people
            if wanted in ("every", states[one.id])
            and text in folded(f"{words.of(one, 'name')} {one.key.replace('_', ' ')}")
        ],
        label=words("people.table"),
        empty=words("people.none_found"),
    )
    return chosen


def _filters(words: Words, states: dict[int, str]) -> tuple[str, str]:
    counts = {one: list(states.values()).count(one) for one in STATES} | {"every": len(states)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="people_filters"):
        wanted = st.segmented_control(
            words("plan.status"),
            ["every", *STATES],
            default="every",
            required=True,
            wrap=True,
            format_func=lambda one: f"{words(f'people.{one}')} {words.number(counts[one])}",
            key="people.shown",
        )
        text = st.text_input(words("people.find"), key="people.find", max_chars=80, width=260)
    return wanted, folded(text)


def _row(words: Words, person: Person, entrance: Entrance) -> Row:
    state = state_of(entrance)
    cells = (
        words.of(person, "name"),
        words(f"role.{person.role}"),
        Cell(words(f"people.{state}"), tone=STATES[state], sort=list(STATES).index(state)),
        _ago(words, entrance.invited_at),
        _ago(words, entrance.used_at),
    )
    return Row(person.id, cells, tone=STATES[state])


def _ago(words: Words, at: datetime | None) -> Cell:
    if at is None:
        return Cell("–", sort=0)
    return Cell(words.ago(real_now() - at), sort=at.timestamp())
