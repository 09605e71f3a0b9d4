"""The steps of the event page: the bar above them, the way on, and where one comes back to."""

from collections.abc import Callable

import streamlit as st

from data.imports.drafts import Prepared, begin_import, reach_import_step
from data.words import Words
from models.imports.drafts import Step
from ui.shell import choices, commands
from ui.shell.frame import Visit

FORM, BAR = "event.steps", "event.step"


def current(held: Prepared | None, *, filled: bool) -> Step:
    """Where the page is taken up: at the step that was saved, also from another device.

    `filled`: whether the event holds anything yet.
    """
    if held is not None:
        return held.step
    return Step.READY if filled else Step.EVENT


def bar(words: Words, held: Prepared | None, step: Step, *, disabled: bool = False) -> None:
    """All steps by number; each can be gone to at any time.

    Another field for each step: a browser that has not heard of the new one yet sends the old one,
    which would lead back.
    """
    key = f"{BAR}.{step.value}"
    st.session_state[key] = step
    numbers = {one: number for number, one in enumerate(Step, 1)}
    st.segmented_control(
        words("event_page.steps"),
        list(Step),
        required=True,
        wrap=True,
        label_visibility="collapsed",
        format_func=lambda one: f"{numbers[one]} · {words(f'event_page.step_{one.value}')}",
        key=key,
        disabled=disabled,
        on_change=choices.when_changed,
        args=(key, step, _chosen, held, key),
    )
    commands.refused(FORM, words)


def _chosen(held: Prepared | None, key: str) -> None:
    go(held, st.session_state[key])


def go(held: Prepared | None, step: Step) -> None:
    """Save the step at which the page is taken up again."""
    draft = held or commands.perform(FORM, begin_import, issuer="", desks=0)
    if draft is not None:
        commands.perform(FORM, reach_import_step, draft_id=draft.id, step=step.value)


def onward(
    ctx: Visit, held: Prepared | None, to: Step, *, disabled: bool = False, why: str = ""
) -> None:
    """The one button that leads on, and what it waits for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        next_button(ctx.words, to, lambda: go(held, to), disabled=disabled)
        if disabled and why:
            st.caption(why)


def next_button(words: Words, to: Step, act: Callable[[], None], *, disabled: bool = False) -> None:
    st.button(
        words("event_page.onward", step=words(f"event_page.step_{to.value}")),
        key=f"event.onward.{to.value}",
        type="primary",
        icon=":material/arrow_forward:",
        on_click=act,
        disabled=disabled,
    )
