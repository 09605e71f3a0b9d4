"""A room as it runs: what is on, for how much longer, what comes next, and the buttons for it."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.commands import Command
from data.programme import finish_item, start_item, undo_finish, undo_start
from data.script.rooms import (
    Room,
    hold_item,
    leave_room,
    message_speaker,
    release_item,
    skip_item,
    take_room,
    undo_skip,
)
from data.words import Words
from models.programme import ItemSnapshot
from models.script.forecast import State
from models.script.lanes import Lane, Step
from models.script.rooms import MESSAGE_LENGTH
from ui.programme import day, form
from ui.programme import queries as programme_queries
from ui.script import papers, queries
from ui.shell import choices, commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

ROOM = "script.room"
DRIFTS = timedelta(minutes=1)  # from which on a forecast is not called on time


def choice(ctx: Visit, rooms: Sequence[Room]) -> Room | None:
    """The room to look at; None for all of them side by side. A rapporteur begins at the own."""
    words, by_key = ctx.words, {room.key: room for room in rooms}
    options = ["", *by_key] if len(rooms) > 1 else [*by_key]
    chosen = choices.selectbox(
        words("script.room"),
        options,
        index=options.index(own) if (own := _own(ctx, rooms)) in options else 0,
        format_func=lambda key: words.of(by_key[key], "name") if key else words("script.all"),
        key=f"{ROOM}.{ctx.event.id}",
        width=420,
    )
    return by_key.get(chosen or "")


def _own(ctx: Visit, rooms: Sequence[Room]) -> str:
    """The key of the room that the visitor runs."""
    runner = ctx.person.id if ctx.person else None
    return next((room.key for room in rooms if room.runner_id == runner), "")


# --- all rooms -----------------------------------------------------------------------------------


def side_by_side(ctx: Visit, rooms: Sequence[Room], lanes: dict[int | None, Lane]) -> None:
    """Every room: what is on and what comes next there."""
    with st.grid(min_column_width=300, key="script_rooms"):
        for room in rooms:
            if room.id not in lanes:
                continue
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{plain(ctx.words.of(room, 'name'))}**")
                st.caption(plain(runner(ctx.words, room)))
                own = lanes[room.id]
                for step in filter(None, (own.going, own.following)):
                    st.markdown(in_words(ctx, step))
                if not own.going and not own.following:
                    st.text(ctx.words("script.nothing_left"))
                warnings(ctx, own)


def in_words(ctx: Visit, step: Step) -> str:
    """An item in two lines: its name, then where it stands."""
    name = f"**{plain(ctx.words.of(step.item, 'short'))}**"
    return f"{name}  \n{plain(stands(ctx, step))}"


def stands(ctx: Visit, step: Step) -> str:
    """Where an item stands: for how much longer it runs, or when it will begin."""
    words, expected = ctx.words, step.expected
    if step.state is State.HELD:
        return words("script.held", since=words.time(step.held_at))
    if step.state is State.RUNNING and expected.due_at:
        left = expected.due_at - ctx.at
        key = "script.left" if left >= timedelta() else "script.over"
        return words(key, span=words.age(abs(left)), until=words.time(expected.ends_at))
    if step.state is State.AHEAD:
        parts = [words("script.begins", at=words.time(expected.starts_at))]
        return " · ".join([*parts, *filter(None, [drift(words, step)])])
    return words(f"script.state_{step.state.value}")


def drift(words: Words, step: Step) -> str:
    """By how much an item begins later than planned, or too little of its time is left."""
    parts = []
    if step.expected.drift >= DRIFTS:
        parts.append(words("script.later", span=words.age(step.expected.drift)))
    if step.expected.cut >= DRIFTS:
        parts.append(words("script.cut", span=words.age(step.expected.cut)))
    return " · ".join(parts)


def warnings(ctx: Visit, own: Lane) -> None:
    """The fixed items that the forecast runs into."""
    words = ctx.words
    for step in own.steps:
        if step.hit is not None and step.hit >= DRIFTS:
            item, at = words.of(step.item, "short"), words.time(step.expected.starts_at)
            text = words("script.hits", item=item, at=at, span=words.age(step.hit))
            st.warning(plain(text), icon=":material/warning:")


def in_two_rooms(ctx: Visit, room: Room | None) -> None:
    """Who is wanted in two rooms at once, one of them the given one; in any two for None."""
    words = ctx.words
    items = {item.id: item for item in programme_queries.items(ctx.moment)}
    for one, other in queries.in_two_rooms(ctx.moment):
        if room is not None and room.id not in (one.room, other.room):
            continue
        first, second = items[int(one.item)], items[int(other.item)]
        text = words(
            "script.in_two_rooms",
            who=one.post,
            item=words.of(first, "short"),
            venue=words.of(first, "venue"),
            since=words.time(one.begins_at),
            until=words.time(one.ends_at),
            other=words.of(second, "short"),
            elsewhere=words.of(second, "venue"),
            begins=words.time(other.begins_at),
            ends=words.time(other.ends_at),
        )
        st.warning(plain(text), icon=":material/warning:")


def in_one_room(ctx: Visit, room: Room | None) -> None:
    """The items that are planned for one room at once, of what is on and what is to come; in any
    room for None."""
    gone = queries.skipped(ctx.moment)
    for one in form.oddities(ctx, programme_queries.items(ctx.moment)):
        if one.kind != "same_room" or one.other is None:
            continue
        if room is not None and room.id != one.item.venue_id:
            continue
        both = (one.item, one.other)
        if not any(item.id in gone or _is_over(ctx, item) for item in both):
            st.warning(plain(form.in_words(ctx, one)), icon=":material/warning:")


def _is_over(ctx: Visit, item: ItemSnapshot) -> bool:
    return item.finished_at is not None or ctx.at >= item.given_up_at


def runner(words: Words, room: Room) -> str:
    if room.runner_id is None:
        return words("script.run_by_none")
    return words("script.run_by", name=words.of(room, "runner"), since=words.time(room.since))


# --- one room ------------------------------------------------------------------------------------


def running(ctx: Visit, room: Room, own: Lane) -> None:
    """Who runs the room, what is on and next with its buttons, and what the speaker is told."""
    turns(ctx, room)
    warnings(ctx, own)
    with st.container(horizontal=True, key="script_now"):
        with st.container(border=True):
            st.caption(ctx.words("programme.now"))
            if own.going:
                st.markdown(in_words(ctx, own.going))
                papers.reading(ctx, own.going, may=may_mark(ctx, room, own.going.item))
                going(ctx, room, own.going)
            else:
                st.text(ctx.words("wall.nothing_now"))
        with st.container(border=True):
            st.caption(ctx.words("programme.next"))
            if own.following:
                st.markdown(in_words(ctx, own.following))
                following(ctx, room, own.following)
            else:
                st.text(ctx.words("script.nothing_left"))
    for step in (own.going, own.following):
        if step:
            commands.refused(form_of(step.item), ctx.words)
    left_open(ctx, room, own)
    if is_free(ctx, room):
        day.just_marked(ctx, [step.item for step in own.steps])
    mistakes(ctx, room, own)
    speaker(ctx, room)


def left_open(ctx: Visit, room: Room, own: Lane) -> None:
    """The end of a whole whose parts are over: nobody sees it there by itself."""
    for whole in own.left_open:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(ctx.words("script.left_open", item=ctx.words.of(whole, "short")))
            if may_mark(ctx, room, whole):
                _mark(ctx, whole, finish_item, "programme.finish")
        commands.refused(form_of(whole), ctx.words)


def turns(ctx: Visit, room: Room) -> None:
    """Who runs the room, and the button that takes it or gives it back."""
    words, form = ctx.words, f"script.turn.{room.id}"
    mine = _is_mine(ctx, room)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="script_turn"):
        st.text(runner(words, room))
        if may_run(ctx, room):
            command, name = (leave_room, "leave") if mine else (take_room, "take")
            if room.runner_id and not mine:
                with st.popover(words("script.take"), key=f"{form}.asks"):
                    st.text(words("script.take_from", name=words.of(room, "runner")))
                    _turn(words, form, take_room, "take", room.id)
            else:
                _turn(words, form, command, name, room.id)
    commands.refused(form, words)


def _is_mine(ctx: Visit, room: Room) -> bool:
    return ctx.person is not None and room.runner_id == ctx.person.id


def _turn(words: Words, form: str, command: Command, name: str, venue_id: int) -> None:
    st.button(
        words(f"script.{name}"),
        key=f"{form}.{name}",
        on_click=lambda: commands.perform(form, command, venue_id=venue_id),
    )


def may_run(ctx: Visit, room: Room) -> bool:
    """Whether to offer the room; the command looks where a rapporteur's own forum takes place."""
    return ctx.may("run_room", item=ctx.person.item_key if ctx.person else None)


def form_of(item: ItemSnapshot) -> str:
    return f"script.{item.id}"


def is_free(ctx: Visit, room: Room) -> bool:
    """Whether nobody else runs the room."""
    return room.runner_id is None or _is_mine(ctx, room)


def may_mark(ctx: Visit, room: Room, item: ItemSnapshot) -> bool:
    """Whether to offer an item's buttons: not where somebody else runs the room."""
    return is_free(ctx, room) and ctx.may_of("run_script", item)


def going(ctx: Visit, room: Room, step: Step) -> None:
    """The buttons of what is on: its end, and its clock stopped or let go on."""
    if not may_mark(ctx, room, step.item):
        return
    held = step.state is State.HELD
    with st.container(horizontal=True, gap="small"):
        _mark(ctx, step.item, finish_item, "programme.finish", type="primary")
        _mark(
            ctx,
            step.item,
            release_item if held else hold_item,
            "script.release" if held else "script.hold",
        )


def following(ctx: Visit, room: Room, step: Step) -> None:
    """The buttons of what comes next: its start, and leaving it out."""
    if not may_mark(ctx, room, step.item):
        return
    with st.container(horizontal=True, gap="small"):
        components.act_ahead(
            ctx,
            ctx.words("programme.start"),
            step.item.starts_at,
            key=f"programme.start.script.{step.item.id}",
            type="primary",
            on_click=perform,
            args=(start_item, step.item.id),
        )
        with st.popover(ctx.words("script.skip"), key=f"script.skip.{step.item.id}.asks"):
            st.text(ctx.words("script.skip_asks", item=ctx.words.of(step.item, "short")))
            _mark(ctx, step.item, skip_item, "script.skip")


def _mark(ctx: Visit, item: ItemSnapshot, command: Command, name: str, **button: object) -> None:
    st.button(
        ctx.words(name),
        key=f"{name}.script.{item.id}",
        on_click=perform,
        args=(command, item.id),
        **button,
    )


def perform(command: Command, item_id: int) -> None:
    commands.perform(f"script.{item_id}", command, item_id=item_id)


def mistakes(ctx: Visit, room: Room, own: Lane) -> None:
    """Folded: what takes the last marks of the room back."""
    words = ctx.words
    found: list[tuple[Step, Command, str]] = []
    if own.going:
        found.append((own.going, undo_start, "undo.start"))
    ended = [step for step in own.steps if step.state is State.DONE]
    if ended:
        last = max(ended, key=lambda step: step.item.finished_at or step.item.starts_at)
        found.append((last, undo_finish, "undo.finish"))
    found += [(step, undo_skip, "undo.skip") for step in own.steps if step.state is State.SKIPPED]
    found = [one for one in found if may_mark(ctx, room, one[0].item)]
    if found:
        with components.by_mistake(words, f"script.mistake.{room.id}"):
            for step, command, name in found:
                st.text(words.of(step.item, "short"))
                _mark(ctx, step.item, command, name)


def speaker(ctx: Visit, room: Room) -> None:
    """What the speaker's clock says, and the field that changes it."""
    words, form = ctx.words, f"script.message.{room.id}"
    if not may_run(ctx, room):
        return
    with st.form(form, border=False, clear_on_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(
                words("script.message"), room.message, key=f"{form}.text", max_chars=MESSAGE_LENGTH
            )
            st.form_submit_button(words("script.tell"), on_click=_tell, args=(form, room.id))
    commands.refused(form, words)


def _tell(form: str, venue_id: int) -> None:
    text = st.session_state[f"{form}.text"]
    if commands.perform(form, message_speaker, venue_id=venue_id, text=text):
        commands.say("script.told")
