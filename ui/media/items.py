"""Media items: as a table, late ones first, the chosen one with its step, and counts by outlet."""

from collections import Counter

import streamlit as st

from data.media import MediaSnapshot, publish_media, undo_publication
from data.words import Words
from models.text import folded
from ui.shell import commands, components, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY = "media.table"
PHASES = ("before", "during", "after")
SHOWN = ("waiting", "published", "every")


# --- the table -----------------------------------------------------------------------------------


def asked_for(ctx: Visit, items: list[MediaSnapshot]) -> list[MediaSnapshot]:
    """The items that a person asks for: at first those that are owed, by their time; of published
    ones the newest first.
    """
    words = ctx.words
    counts = {"published": sum(bool(one.published_at) for one in items), "every": len(items)}
    counts["waiting"] = counts["every"] - counts["published"]
    with st.container(horizontal=True, vertical_alignment="bottom", key="media_filters"):
        wanted = st.segmented_control(
            words("log.shown"),
            SHOWN,
            default="waiting",
            required=True,
            wrap=True,
            format_func=lambda one: words(f"media.{one}", number=counts[one]),
            key="media.shown",
        )
        text = folded(st.text_input(words("log.find"), key="media.find", max_chars=80, width=260))
    found = [
        one
        for one in items
        if wanted == "every" or bool(one.published_at) is (wanted == "published")
        if text in folded(f"{words.of(one, 'title')} {one.outlet} {words(f'media.{one.kind}')}")
    ]
    owed = [one for one in found if not one.published_at]
    published = [one for one in found if one.published_at]
    return owed + sorted(published, key=lambda one: one.published_at, reverse=True)


def listed(ctx: Visit, items: list[MediaSnapshot]) -> None:
    words = ctx.words
    columns = [
        Column(words("media.plan"), width="9rem"),
        Column(words("media.add_title"), "opens"),
        Column(words("media.outlet"), width="22%"),
        Column(words("media.kind"), width="10rem", narrow=False),
        Column(words("plan.status"), width="11rem"),
    ]
    rows = [_row(ctx, item) for item in items]
    table.table(KEY, columns, rows, label=words("media.table"), empty=words("media.none_found"))


def _row(ctx: Visit, item: MediaSnapshot) -> Row:
    words = ctx.words
    cells = (
        Cell(words.moment(item.planned_at), sort=item.planned_at.timestamp()),
        words.of(item, "title"),
        item.outlet,
        words(f"media.{item.kind}"),
        state(ctx, item),
    )
    tone = "green" if item.published_at else "orange" if item.late else "gray"
    return Row(item.id, cells, tone=tone)


def state(ctx: Visit, item: MediaSnapshot) -> Cell:
    """Whether an item is published, late, or not due yet; the latest come first when sorted."""
    words = ctx.words
    if item.published_at:
        said = words("media.published_at", at=item.published_at)
        return Cell(said, tone="green", sort=item.published_at.timestamp())
    if item.late:
        said = words("media.late_by", span=words.age(ctx.at - item.planned_at))
        return Cell(said, tone="orange", sort=-item.planned_at.timestamp())
    return Cell(words("media.not_due"), sort=0)


# --- the chosen item -----------------------------------------------------------------------------


def panel(ctx: Visit, item: MediaSnapshot) -> None:
    described(ctx, item)
    step(ctx, item)
    st.button(ctx.words("plan.close"), key="media.close", type="tertiary", on_click=leave)


def card(ctx: Visit, item: MediaSnapshot) -> None:
    """An item by itself, with its step."""
    with st.container(border=True, key=f"media_{item.id}"):
        described(ctx, item)
        step(ctx, item)


def described(ctx: Visit, item: MediaSnapshot) -> None:
    words = ctx.words
    st.markdown(f"**{plain(words.of(item, 'title'))}**")
    st.caption(plain(line(words, item)))
    if item.late:
        span = words.age(ctx.at - item.planned_at)
        st.badge(words("media.late_by", span=span), color="orange", icon=":material/schedule:")


def step(ctx: Visit, item: MediaSnapshot) -> None:
    """What marks an item as published, which asks ahead of its time; or what takes that back."""
    if not ctx.may("publish_media"):
        return
    words = ctx.words
    if item.published_at is None:
        components.act_ahead(
            ctx,
            words("media.publish"),
            item.planned_at,
            key=f"media.publish.{item.id}",
            on_click=publish,
            args=(item,),
        )
        commands.refused(f"media.{item.id}", words)
        return
    with components.by_mistake(words, f"media.mistake.{item.id}"):
        st.button(
            words("undo.publication"),
            key=f"media.undo.{item.id}",
            on_click=take_back,
            args=(item.id,),
        )
    commands.refused(f"media.undo.{item.id}", words)


def line(words: Words, item: MediaSnapshot) -> str:
    """An item in one line: outlet, kind, when planned and published."""
    parts = [
        item.outlet,
        words(f"media.{item.kind}"),
        words("media.planned_at", at=item.planned_at),
    ]
    if item.published_at:
        parts.append(words("media.published_at", at=item.published_at))
    return " · ".join(parts)


def leave() -> None:
    table.choose(KEY, "")


def publish(item: MediaSnapshot) -> None:
    if commands.perform(f"media.{item.id}", publish_media, media_id=item.id):
        commands.say("media.done", text=item.title_vi)


def take_back(media_id: int) -> None:
    if commands.perform(f"media.undo.{media_id}", undo_publication, media_id=media_id):
        commands.say("undo.taken_back")


# --- by outlet -----------------------------------------------------------------------------------


def by_outlet(words: Words, items: list[MediaSnapshot]) -> None:
    """Published of planned: an outlet a row, a phase a column."""
    planned = Counter((item.outlet, item.phase) for item in items)
    published = Counter((item.outlet, item.phase) for item in items if item.published_at)
    columns = [Column(words("media.outlet"), wraps=True)]
    columns += [Column(words(f"media.{phase}"), "number", "18%") for phase in PHASES]
    rows = []
    for outlet in sorted({item.outlet for item in items}):
        counts = [(published[outlet, phase], planned[outlet, phase]) for phase in PHASES]
        cells = [
            Cell(f"{done}/{due}" if due else "–", sort=done / due if due else -1.0)
            for done, due in counts
        ]
        rows.append(Row(outlet, (outlet, *cells)))
    label = words("media.outlets")
    table.table("media.outlets", columns, rows, label=label, empty="", opens=False)
