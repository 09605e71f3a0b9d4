"""One day of the programme: as a chart, then item by item with the buttons that mark it."""

from datetime import date

import streamlit as st

from data.commands import Command
from data.programme import finish_item, start_item, undo_finish, undo_start
from models.programme import ItemSnapshot, ProgrammeMark
from models.wall import days_of
from ui.programme import agenda
from ui.programme import queries as programme_queries
from ui.shell import choices, commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain


def choice(ctx: Visit, items: list[ItemSnapshot]) -> date:
    """The days to choose from; at first today."""
    words = ctx.words
    days = sorted({day for item in items for day in _days(ctx, item)})
    today = ctx.at.astimezone(words.time_zone).date()
    default = today if today in days else days[0]
    choices.follow("programme.day", default)
    return st.segmented_control(
        words("programme.timeline"),
        days,
        default=default,
        required=True,
        wrap=True,
        format_func=words.day,
        key="programme.day",
    )


def _days(ctx: Visit, item: ItemSnapshot) -> list[date]:
    return days_of(item, local=lambda at: at.astimezone(ctx.words.time_zone).date())


def one_day(ctx: Visit, items: list[ItemSnapshot], day: date) -> None:
    """The items of a day, with those that began the evening before."""
    words = ctx.words
    chart = programme_queries.programme_chart(
        ctx.moment, language=words.language, day=day.isoformat()
    )
    st.vega_lite_chart(chart, width="stretch", alt=words("programme.timeline_alt"))
    for item in (one for one in items if day in _days(ctx, one)):
        with st.container(border=True, key=f"item_{item.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                described(ctx, item)
                marks(ctx, item)
            commands.refused(f"item.{item.id}", words)


def described(ctx: Visit, item: ItemSnapshot) -> None:
    """When it is planned, its title, its state and place."""
    words = ctx.words
    start, end = words.time(item.starts_at), words.time(item.ends_at)
    planned = words("programme.planned", start=start, end=end)
    stand_in = f" ({words('app.illustrative')})" if "start" in item.illustrative else ""
    with st.container():
        st.markdown(f"**{planned}**{stand_in} · {plain(words.of(item, 'title'))}")
        st.caption(plain(f"{agenda.state(words, item, ctx.at)} · {agenda.place(words, item)}"))


def marks(ctx: Visit, item: ItemSnapshot) -> None:
    """The button for the next mark, none after the end; and what takes the last mark back."""
    if not ctx.may("start_item", item=item.key):
        return
    if not item.started_at:
        mark_button(ctx, item, "programme.start", start_item)
        return
    if not item.finished_at:
        mark_button(ctx, item, "programme.finish", finish_item)
    with components.by_mistake(ctx.words, f"programme.mistake.{item.id}"):
        if item.finished_at:
            mark_button(ctx, item, "undo.finish", undo_finish)
        else:
            mark_button(ctx, item, "undo.start", undo_start)


def mark_button(
    ctx: Visit, item: ItemSnapshot, name: str, command: Command[..., ProgrammeMark]
) -> None:
    st.button(
        ctx.words(name),
        key=f"{name}.{item.id}",
        on_click=mark,
        args=(f"item.{item.id}", command, item.id),
    )


def mark(form: str, command: Command[..., ProgrammeMark], item_id: int) -> None:
    commands.perform(form, command, item_id=item_id)
