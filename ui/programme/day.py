"""A day of the programme: the choice of it, and the chosen item with the buttons that mark it."""

from collections.abc import Container, Iterable
from datetime import date, timedelta

import streamlit as st

from data.commands import Command
from data.programme import finish_item, start_item, undo_finish, undo_start
from models.programme import ItemSnapshot, ProgrammeMark
from models.wall import upcoming
from ui.programme import agenda, form, rundown
from ui.shell import choices, commands, components, table
from ui.shell.frame import Visit
from ui.shell.plain import plain

JUST = timedelta(minutes=2)


def choice(ctx: Visit, items: list[ItemSnapshot]) -> date:
    """The days to choose from; at first today, else the next one, else the last."""
    words = ctx.words
    days = sorted({day for item in items for day in agenda.days(ctx, item)})
    today = ctx.at.astimezone(words.time_zone).date()
    if not days:  # a programme without an item
        return today
    default = next((day for day in days if day >= today), days[-1])
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


def one_day(ctx: Visit, items: list[ItemSnapshot], day: date, *, skipped: Container[int]) -> None:
    """The items of a day as a table, and next to it the one that is open; `skipped`: those that
    the script leaves out."""
    found = rundown.of_day(ctx, items, day)
    opened = next((one for one in found if str(one.id) == table.chosen(rundown.KEY)), None)
    listed, panel = table.beside(rundown.KEY, opened=opened is not None)
    with listed:
        rundown.listed(ctx, found, following=upcoming(items, now=ctx.at, skipped=skipped))
        st.caption(ctx.words("programme.legend"))
    if opened is not None and panel is not None:
        with panel:
            described(ctx, opened)
            marks(ctx, opened)
            if ctx.may("plan_item"):
                form.planning(ctx, items, opened, rundown.KEY)
            commands.refused(f"item.{opened.id}", ctx.words)
            st.button(
                ctx.words("plan.close"),
                key="programme.close",
                type="tertiary",
                on_click=table.choose,
                args=(rundown.KEY, ""),
            )


def described(ctx: Visit, item: ItemSnapshot) -> None:
    """When it is planned, its title, its state and place."""
    words = ctx.words
    start, end = words.time(item.starts_at), words.time(item.ends_at)
    planned = words("programme.planned", start=start, end=end)
    stand_in = f" ({words('app.illustrative')})" if "start" in item.illustrative else ""
    with st.container():
        st.markdown(f"**{planned}**{stand_in} · {plain(words.of(item, 'title'))}")
        st.caption(plain(f"{agenda.state(words, item, ctx.at)} · {agenda.place(words, item)}"))


def act(ctx: Visit, item: ItemSnapshot) -> None:
    """The one button for what comes next: an item's start, or its end."""
    if not ctx.may_of("start_item", item):
        return
    name = "programme.finish" if item.started_at else "programme.start"
    components.act_ahead(
        ctx,
        ctx.words(name),
        ctx.at if item.started_at else item.starts_at,
        key=f"{name}_now.{item.id}",
        type="secondary" if item.started_at else "primary",
        on_click=mark,
        args=(f"item_now.{item.id}", finish_item if item.started_at else start_item, item.id),
    )
    commands.refused(f"item_now.{item.id}", ctx.words)


def just_marked(ctx: Visit, items: Iterable[ItemSnapshot]) -> None:
    """What takes a mark of the last minutes back, by one tap and away from the act; later it is
    folded."""
    found = [item for item in items if _is_just_marked(ctx, item)]
    parts = {item.parent_id for item in found}
    for item in found:
        if item.id in parts:  # it is taken back with its part
            continue
        name, command = ("finish", undo_finish) if item.finished_at else ("start", undo_start)
        at, form = item.finished_at or item.started_at, f"item_just.{item.id}"
        st.button(
            plain(ctx.words(f"undo.just_{name}", item=ctx.words.of(item, "short"), at=at)),
            key=f"undo.just_{name}.{item.id}",
            icon=":material/undo:",
            type="tertiary",
            on_click=mark,
            args=(form, command, item.id),
        )
        commands.refused(form, ctx.words)


def _is_just_marked(ctx: Visit, item: ItemSnapshot) -> bool:
    at = item.finished_at or item.started_at
    return at is not None and ctx.at - at < JUST and ctx.may_of("start_item", item)


def marks(ctx: Visit, item: ItemSnapshot) -> None:
    """The button for the next mark, none after the end; and what takes the last mark back."""
    if not ctx.may_of("start_item", item):
        return
    if not item.started_at:
        components.act_ahead(
            ctx,
            ctx.words("programme.start"),
            item.starts_at,
            key=f"programme.start.{item.id}",
            on_click=mark,
            args=(f"item.{item.id}", start_item, item.id),
        )
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
