"""Media items in words and cards: the late and the next ones, all of them by outlet and phase."""

from collections import Counter

import streamlit as st

from data.media import MediaSnapshot, publish_media, undo_publication
from data.words import Words
from ui.shell import commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

PHASES = ("before", "during", "after")
NEXT = 5  # items to come that are shown with a button
NEWEST = 5  # published items that can be taken back


def due(ctx: Visit, items: list[MediaSnapshot]) -> None:
    """The late items and the next few to come, each with its button."""
    st.subheader(ctx.words("media.due"), anchor=False)
    waiting = [item for item in items if item.published_at is None]
    late = [item for item in waiting if item.late]
    coming = [item for item in waiting if not item.late]
    for item in late + coming[:NEXT]:
        card(ctx, item)


def newest(ctx: Visit, items: list[MediaSnapshot]) -> None:
    """The items published last, each with what takes that back."""
    published = [item for item in items if item.published_at]
    if not published or not ctx.may("publish_media"):
        return
    st.subheader(ctx.words("media.newest"), anchor=False)
    published.sort(key=lambda item: item.published_at, reverse=True)
    for item in published[:NEWEST]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(line(ctx.words, item))
            with components.by_mistake(ctx.words, f"media.mistake.{item.id}"):
                st.button(
                    ctx.words("undo.publication"),
                    key=f"media.undo.{item.id}",
                    on_click=take_back,
                    args=(item.id,),
                )
        commands.refused(f"media.undo.{item.id}", ctx.words)


def card(ctx: Visit, item: MediaSnapshot) -> None:
    words = ctx.words
    with st.container(border=True, key=f"media_{item.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(f"**{plain(words.of(item, 'title'))}**")
                st.caption(plain(line(words, item, title=False)))
            if item.late:
                span = words.age(ctx.at - item.planned_at)
                st.badge(
                    words("media.late_by", span=span), color="orange", icon=":material/schedule:"
                )
            if ctx.may("publish_media"):
                st.button(
                    words("media.publish"),
                    key=f"media.publish.{item.id}",
                    on_click=publish,
                    args=(item,),
                )
        commands.refused(f"media.{item.id}", words)


def line(words: Words, item: MediaSnapshot, *, title: bool = True) -> str:
    """An item in one line: outlet, kind, when planned and published."""
    parts = [words.of(item, "title")] if title else []
    parts += [
        item.outlet,
        words(f"media.{item.kind}"),
        words("media.planned_at", at=item.planned_at),
    ]
    if item.published_at:
        parts.append(words("media.published_at", at=item.published_at))
    return " · ".join(parts)


def by_phase(words: Words, items: list[MediaSnapshot]) -> None:
    """Every item in a line under the name of its phase."""
    for phase in PHASES:
        st.markdown(f"**{words(f'media.{phase}')}**")
        for item in items:
            if item.phase == phase:
                st.text(line(words, item))


def by_outlet(words: Words, items: list[MediaSnapshot]) -> dict[str, list[str]]:
    """A table of published / planned: an outlet a row, a phase a column."""
    planned = Counter((item.outlet, item.phase) for item in items)
    published = Counter((item.outlet, item.phase) for item in items if item.published_at)
    outlets = sorted({item.outlet for item in items})
    columns = {words("media.outlet"): [plain(outlet) for outlet in outlets]}
    for phase in PHASES:
        columns[words(f"media.{phase}")] = [
            f"{published[outlet, phase]}/{planned[outlet, phase]}"
            if planned[outlet, phase]
            else "–"
            for outlet in outlets
        ]
    return columns


def publish(item: MediaSnapshot) -> None:
    if commands.perform(f"media.{item.id}", publish_media, media_id=item.id):
        commands.say("media.done", text=item.title_vi)


def take_back(media_id: int) -> None:
    if commands.perform(f"media.undo.{media_id}", undo_publication, media_id=media_id):
        commands.say("undo.taken_back")
