"""The first step: what the event is called and by which nouns, when and where it is, and about how
many come.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from data.imports.drafts import Prepared, begin_import, reach_import_step
from data.plan.move import move_event
from data.plan.settings import edit_event
from models.events.event import EVENT_NAME_LENGTH, MAX_EXPECTED, Settings
from models.imports.drafts import ISSUER_LENGTH, MAX_DESKS, Step
from models.imports.frame import MAX_DAYS
from ui.imports import steps
from ui.plan import queries as plan_queries
from ui.plan.settings import noun_fields, typed_nouns
from ui.shell import choices, commands, menu
from ui.shell.frame import Visit

FORM = "event.beginning"
DAYS_AROUND = 400


@dataclass(frozen=True)
class Held:
    """The row that the fields were drawn with, and their keys, other ones for each version."""

    version: int
    settings: Settings

    def field(self, name: str) -> str:
        return f"{FORM}.{self.version}.{name}"


def region(ctx: Visit, prepared: Prepared | None, *, filled: bool) -> None:
    words = ctx.words
    held = Held(*plan_queries.event_settings(ctx.event.id))
    st.caption(words("event_page.beginning_why"))
    for name in ("name_vi", "place_vi"):
        st.text_input(
            words(f"event.{name}"),
            getattr(held.settings, name),
            key=held.field(name),
            max_chars=EVENT_NAME_LENGTH,
        )
    st.text_input(
        words("event_page.issuer"),
        (prepared and prepared.issuer) or str(ctx.event.documents.get("issuer_vi", "")),
        key=held.field("issuer"),
        max_chars=ISSUER_LENGTH,
        placeholder=words("event_page.issuer_hint"),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            words("event.expected_delegates"),
            0,
            MAX_EXPECTED,
            held.settings.expected_delegates,
            key=held.field("expected"),
            width=260,
        )
        st.number_input(
            words("event_page.desks"),
            0,
            MAX_DESKS,
            prepared.desks if prepared else 0,
            key=held.field("desks"),
            width=260,
        )
    noun_fields(words, held.field("speech"), held.settings)
    _days(ctx, filled=filled)
    commands.refused(FORM, words)
    steps.next_button(words, Step.FILES, lambda: save(ctx, held))


def _days(ctx: Visit, *, filled: bool) -> None:
    """The days of an event without a plan; those of another move all of it, on their own page."""
    words, event = ctx.words, ctx.event
    if filled:
        st.text(words("events.days", first=event.first_day, last=event.last_day))
        st.page_link(menu.path("plan"), label=words("event_page.days_move"))
        return
    around = range(-DAYS_AROUND, DAYS_AROUND + 1)
    days = [event.first_day + timedelta(days=step) for step in around]
    length = (event.last_day - event.first_day).days + 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices.selectbox(
            words("event_page.first_day"),
            days,
            index=DAYS_AROUND,
            format_func=words.day,
            key=_day_key(ctx, "first"),
            width=260,
        )
        choices.selectbox(
            words("event_page.length"),
            list(range(1, MAX_DAYS + 1)),
            index=min(length, MAX_DAYS) - 1,
            format_func=str,
            key=_day_key(ctx, "length"),
            width=260,
        )


def _day_key(ctx: Visit, name: str) -> str:
    return f"{FORM}.{name}.{ctx.event.first_day}.{ctx.event.last_day}"


def save(ctx: Visit, held: Held) -> None:
    """What was changed, and then the step; ends with the first that is refused."""
    state = st.session_state
    settings = typed(held)
    if settings != held.settings and not commands.perform(
        FORM, edit_event, version=held.version, settings=settings
    ):
        return
    if (first := state.get(_day_key(ctx, "first"))) is not None:
        last = first + timedelta(days=state[_day_key(ctx, "length")] - 1)
        if not _moved(ctx, first, last):
            return
    begun = {"issuer": state[held.field("issuer")], "desks": int(state[held.field("desks")])}
    draft = commands.perform(FORM, begin_import, **begun)
    if draft is not None:
        commands.perform(FORM, reach_import_step, draft_id=draft.id, step=Step.FILES.value)


def typed(held: Held) -> Settings:
    """The settings in the fields. The short name follows the name where it was the same."""
    state, before = st.session_state, held.settings
    name = state[held.field("name_vi")]
    follows = before.short_name_vi == before.name_vi
    return replace(
        before,
        name_vi=name,
        short_name_vi=name if follows else before.short_name_vi,
        place_vi=state[held.field("place_vi")],
        expected_delegates=int(state[held.field("expected")]),
        **typed_nouns(held.field("speech")),
    )


def _moved(ctx: Visit, first: date, last: date) -> bool:
    """Whether the event is on these days now."""
    if (first, last) == (ctx.event.first_day, ctx.event.last_day):
        return True
    move = commands.ready(FORM, lambda: plan_queries.move_preview(ctx.moment, first, last))
    facts = {"first_day": first, "last_day": last}
    return move is not None and bool(commands.perform(FORM, move_event, **facts, seal=move.seal))
