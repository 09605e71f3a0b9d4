"""The venues: one is renamed, and one added."""

import streamlit as st

from data.plan.venues import add_venue, rename_venue
from models.events.event import NAME_LENGTH, VenueName
from ui.programme import queries as programme_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, ADD = "programme.venue", "programme.venue_add"


def names(ctx: Visit) -> None:
    """Folded: the form that renames the chosen venue, and the one that adds another."""
    words = ctx.words
    box = choices.expander(words("item.venues"), key="programme.venues", icon=":material/place:")
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        known = programme_queries.venues(ctx.moment)
        if known:
            titles = {number: words.of(venue, "name") for number, venue in known.items()}
            chosen = choices.selectbox(
                words("item.venue_choose"),
                list(titles),
                format_func=titles.__getitem__,
                key="programme.venue_chosen",
            )
            renaming(ctx, chosen)
        adding(ctx)


def renaming(ctx: Visit, venue_id: int) -> None:
    words = ctx.words
    held = draft.of(DRAFT, venue_id, lambda: programme_queries.venue_name(venue_id))
    fields(ctx, held.field("fields"), held.row)
    st.button(words("item.venue_rename"), key="programme.venue_rename", on_click=save, args=(held,))
    draft.refused(words, held, "venue_moved", lambda name: in_words(ctx, name), record)


def in_words(ctx: Visit, name: VenueName) -> dict[str, str]:
    """Label to text of each field of a venue."""
    return {ctx.words(f"item.venue_{part}"): getattr(name, f"name_{part}") for part in ("vi", "en")}


def fields(ctx: Visit, key: str, name: VenueName) -> None:
    with st.container(horizontal=True):
        for part, value in (("vi", name.name_vi), ("en", name.name_en)):
            label = ctx.words(f"item.venue_{part}")
            st.text_input(label, value, key=f"{key}.name_{part}", max_chars=NAME_LENGTH)


def typed(key: str) -> VenueName:
    return VenueName(*(st.session_state[f"{key}.name_{part}"] for part in ("vi", "en")))


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, name: VenueName) -> None:
    renamed = commands.perform(
        held.form, rename_venue, venue_id=held.subject, version=version, name=name
    )
    if renamed:
        draft.drop(DRAFT)
        commands.say("item.venue_renamed", venue=renamed.name_vi)


def adding(ctx: Visit) -> None:
    words = ctx.words
    st.markdown(f"**{words('item.venue_new')}**")
    fields(ctx, ADD, VenueName("", ""))
    st.button(words("item.venue_add"), key=f"{ADD}.go", on_click=enter)
    commands.refused(ADD, words)


def enter() -> None:
    name = typed(ADD)
    added = commands.perform(ADD, add_venue, name_vi=name.name_vi, name_en=name.name_en)
    if added:
        for part in ("vi", "en"):
            st.session_state[f"{ADD}.name_{part}"] = ""
        commands.say("item.venue_added", venue=added.name_vi)
