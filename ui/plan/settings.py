"""The event's settings: its names, place, expected number, waking hours and arrival plan."""

from datetime import time

import streamlit as st

from data.plan.settings import edit_event
from models.events.event import (
    EVENT_NAME_LENGTH,
    MAX_EXPECTED,
    Settings,
    arrival_plan_of,
    written_arrival_plan,
)
from models.plan import clock_time
from ui.plan import queries as plan_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT = "plan.event"
TEXTS = ("name_vi", "name_en", "short_name_vi", "short_name_en", "place_vi", "place_en")
HOURS = ("day_from", "day_to")


def region(ctx: Visit) -> None:
    """Folded: the form."""
    words = ctx.words
    box = choices.expander(words("event.change"), key="plan.event_box", icon=":material/edit_note:")
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        event_id = ctx.event.id
        held = draft.of(DRAFT, event_id, lambda: plan_queries.event_settings(event_id))
        fields(ctx, held.field("fields"), held.row)
        st.button(
            words("event.save"), key="plan.event_save", type="primary", on_click=save, args=(held,)
        )
        draft.refused(words, held, "event_changed", lambda settings: shown(ctx, settings), record)


def fields(ctx: Visit, key: str, settings: Settings) -> None:
    words = ctx.words
    for name in TEXTS:
        st.text_input(
            words(f"event.{name}"),
            getattr(settings, name),
            key=f"{key}.{name}",
            max_chars=EVENT_NAME_LENGTH,
        )
    st.number_input(
        words("event.expected_delegates"),
        0,
        MAX_EXPECTED,
        settings.expected_delegates,
        key=f"{key}.expected_delegates",
        width=260,
    )
    with st.container(horizontal=True):
        for name in HOURS:
            at = getattr(settings, name)
            st.text_input(
                words(f"event.{name}"), f"{at:%H:%M}", key=f"{key}.{name}", max_chars=16, width=260
            )
    st.text_area(
        words("event.arrival_plan"),
        written_arrival_plan(settings.arrival_plan),
        key=f"{key}.arrival_plan",
        max_chars=600,
        height=140,
        help=words("event.arrival_plan_why"),
    )


def typed(held: Draft) -> Settings:
    """The settings in the fields; an hour that was left as it is keeps its seconds.

    Refuses `time_malformed`, `arrival_plan_malformed`.
    """
    state, key = st.session_state, held.field("fields")
    hours = {}
    for name in HOURS:
        before: time = getattr(held.row, name)
        written = clock_time(state[f"{key}.{name}"])
        hours[name] = before if written == f"{before:%H:%M}" else time.fromisoformat(written)
    return Settings(
        **{name: state[f"{key}.{name}"] for name in TEXTS},
        expected_delegates=int(state[f"{key}.expected_delegates"]),
        **hours,
        arrival_plan=arrival_plan_of(state[f"{key}.arrival_plan"]),
    )


def shown(ctx: Visit, settings: Settings) -> dict[str, str]:
    """Label to text of each setting."""
    words = ctx.words
    found = {words(f"event.{name}"): getattr(settings, name) for name in TEXTS}
    found[words("event.expected_delegates")] = words.number(settings.expected_delegates)
    found[words("event.arrival_plan")] = written_arrival_plan(settings.arrival_plan)
    return found | {words(f"event.{name}"): f"{getattr(settings, name):%H:%M}" for name in HOURS}


def save(held: Draft) -> None:
    settings = commands.ready(held.form, lambda: typed(held))
    if settings is not None:
        record(held, held.version, settings)


def record(held: Draft, version: int, settings: Settings) -> None:
    if commands.perform(held.form, edit_event, version=version, settings=settings):
        draft.drop(DRAFT)
        commands.say("event.saved")
