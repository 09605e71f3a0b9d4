"""The form for a media item that is not in the plan."""

import streamlit as st

from data.media import plan_media
from models.media import KINDS, TITLE_LENGTH
from ui.shell import commands, components
from ui.shell.frame import Visit

FORM = "media.add"


def unplanned(ctx: Visit) -> None:
    words = ctx.words
    with st.expander(words("media.add"), icon=":material/add:", key="media.add_box"):
        st.text_input(words("media.add_title"), key="media.title", max_chars=TITLE_LENGTH)
        st.text_input(words("media.outlet"), key="media.outlet", max_chars=TITLE_LENGTH)
        st.segmented_control(
            words("media.kind"),
            KINDS,
            default=KINDS[0],
            required=True,
            wrap=True,
            format_func=lambda kind: words(f"media.{kind}"),
            key="media.kind",
        )
        components.day_and_time(
            ctx, "media.planned", words("media.add_day"), words("media.add_time")
        )
        st.button(words("log.save"), key="media.save", type="primary", on_click=save, args=(ctx,))
        commands.refused(FORM, words)


def save(ctx: Visit) -> None:
    state = st.session_state
    planned_at = commands.ready(FORM, lambda: components.moment_typed(ctx, "media.planned"))
    if planned_at is None:
        return
    item = commands.perform(
        FORM,
        plan_media,
        outlet=state["media.outlet"],
        kind=state["media.kind"],
        title=state["media.title"],
        planned_at=planned_at,
    )
    if item:
        state["media.title"] = ""
        commands.say("media.added", text=item.title_vi)
