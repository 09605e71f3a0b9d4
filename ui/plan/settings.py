"""The event's settings: its names and nouns, place, expected number, waking hours, arrival plan and
reminders.
"""

from datetime import time
from typing import Any

import streamlit as st

from data.plan.settings import edit_event
from data.words import Words
from models.events.event import (
    EVENT_NAME_LENGTH,
    MAX_EXPECTED,
    Settings,
    arrival_plan_of,
    written_arrival_plan,
)
from models.events.nouns import CHOICES
from models.plan import clock_time
from models.readiness.escalation import MAX_DELAY
from ui.plan import queries as plan_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT = "plan.event"
NAMES = ("name", "short_name", "place", "theme")
TEXTS = tuple(f"{name}_{language}" for name in NAMES for language in ("vi", "en"))
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
    noun_fields(words, key, settings)
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
    reminder_fields(words, key, settings)


def noun_fields(words: Words, key: str, settings: Settings) -> None:
    """What the event calls itself, its sections and its forums, and whether in Vietnamese only."""
    with st.container(horizontal=True):
        for name, offered in CHOICES.items():
            nouns = [one.value for one in offered]
            choices.selectbox(
                words(f"event.noun_{name}"),
                nouns,
                index=nouns.index(getattr(settings.nouns, name)),
                format_func=lambda noun, name=name: named(words, name, noun),
                key=f"{key}.{name}_noun",
                width=260,
            )
    st.checkbox(
        words("event.vietnamese_only"),
        settings.vietnamese_only,
        key=f"{key}.vietnamese_only",
    )
    st.caption(words("event.vietnamese_only_why"))


def named(words: Words, name: str, noun: str) -> str:
    """A noun as it is offered, with a capital letter."""
    text = words(f"noun.{name}.{noun}.{name}")
    return text[0].upper() + text[1:]


def typed_nouns(key: str) -> dict[str, Any]:
    """The settings in the fields of `noun_fields`."""
    state = st.session_state
    nouns = {f"{name}_noun": state[f"{key}.{name}_noun"] for name in CHOICES}
    return nouns | {"vietnamese_only": bool(state[f"{key}.vietnamese_only"])}


def reminder_fields(words: Words, key: str, settings: Settings) -> None:
    """After how many minutes of a silence each level is reminded, a row for each phase."""
    st.text(words("event.reminders"))
    for phase, minutes in settings.silence.items():
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for level, number in minutes.items():
                st.number_input(
                    _reminder(words, phase, level),
                    0,
                    MAX_DELAY,
                    int(number),
                    key=f"{key}.silence.{phase}.{level}",
                    width=260,
                )


def _reminder(words: Words, phase: str, level: str) -> str:
    return words("event.reminder", phase=words(f"phase.{phase}"), who=words(f"rung.{level}"))


def typed(held: Draft) -> Settings:
    """The settings in the fields; what was left as it is keeps its seconds.

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
        **typed_nouns(key),
        silence={
            phase: {
                level: _minutes(state[f"{key}.silence.{phase}.{level}"], before)
                for level, before in minutes.items()
            }
            for phase, minutes in held.row.silence.items()
        },
    )


def _minutes(written: int, before: float) -> float:
    return before if written == int(before) else float(written)


def shown(ctx: Visit, settings: Settings) -> dict[str, str]:
    """Label to text of each setting."""
    words = ctx.words
    found = {words(f"event.{name}"): getattr(settings, name) for name in TEXTS}
    for name in CHOICES:
        found[words(f"event.noun_{name}")] = named(words, name, getattr(settings.nouns, name))
    found[words("event.vietnamese_only")] = words(
        f"plan.{'yes' if settings.vietnamese_only else 'no'}"
    )
    found[words("event.expected_delegates")] = words.number(settings.expected_delegates)
    found[words("event.arrival_plan")] = written_arrival_plan(settings.arrival_plan)
    found |= {words(f"event.{name}"): f"{getattr(settings, name):%H:%M}" for name in HOURS}
    return found | {
        _reminder(words, phase, level): f"{number:g}"
        for phase, minutes in settings.silence.items()
        for level, number in minutes.items()
    }


def save(held: Draft) -> None:
    settings = commands.ready(held.form, lambda: typed(held))
    if settings is not None:
        record(held, held.version, settings)


def record(held: Draft, version: int, settings: Settings) -> None:
    if commands.perform(held.form, edit_event, version=version, settings=settings):
        draft.drop(DRAFT)
        commands.say("event.saved")
