"""Moving the event: a preview of what moves and what stays, and the confirmation."""

from datetime import timedelta

import streamlit as st

from data.plan.commands import pin_item, pin_media
from data.plan.move import move_event
from models.media import MediaItem
from models.plan import Movable, Move
from models.programme import ProgrammeItem
from ui.media import queries as media_queries
from ui.plan import queries as plan_queries
from ui.programme import queries as programme_queries
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM = "plan.move"
DAYS_AROUND = 120  # before and after the current first day, to choose from
MAX_DAYS = 7
KINDS = ("task", "item", "media")
MAX_LINES = 200  # of a preview; the counts are of all


def region(ctx: Visit) -> None:
    """The days, the preview, and the confirmation."""
    words, event = ctx.words, ctx.moment.event
    st.caption(words("plan.move_why"))
    days = [event.first_day + timedelta(days=step) for step in range(-DAYS_AROUND, DAYS_AROUND + 1)]
    length = (event.last_day - event.first_day).days + 1
    key = f"{event.first_day}.{event.last_day}"  # after a move the fields begin with the new days
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = choices.selectbox(
            words("plan.move_first"),
            days,
            index=DAYS_AROUND,
            format_func=words.day,
            key=f"plan.move.first.{key}",
            width=220,
        )
        lengths = sorted({*range(1, MAX_DAYS + 1), length})
        number = choices.selectbox(
            words("plan.move_length"),
            lengths,
            index=lengths.index(length),
            format_func=str,
            key=f"plan.move.length.{key}",
            width=140,
        )
    last = first + timedelta(days=number - 1)
    if (first, last) != (event.first_day, event.last_day):
        preview(ctx, plan_queries.move_preview(ctx.moment, first, last))
    commands.refused(FORM, words)
    pins(ctx)


def preview(ctx: Visit, move: Move) -> None:
    words = ctx.words
    counts = (
        {kind: sum(one.kind == kind for one in move.moving) for kind in KINDS}
        if move.days
        else dict.fromkeys(KINDS, 0)
    )
    facts = {f"{kind}s": number for kind, number in counts.items()}
    st.markdown(f"**{words('plan.move_counts', **facts, stays=len(move.staying))}**")
    if move.days:
        listed(ctx, "plan.move_moving", move.moving)
        listed(ctx, "plan.move_staying", move.staying)
    label = words("plan.move_confirm", first=move.to_first_day, last=move.to_last_day)
    st.button(
        label,
        key="plan.move.confirm",
        type="primary",
        icon=":material/event_repeat:",
        on_click=confirm,
        args=(move,),
    )


def listed(ctx: Visit, key: str, movable: list[Movable]) -> None:
    if not movable:
        return
    with st.expander(ctx.words(key, count=len(movable)), key=f"plan.{key}"):
        st.text("\n".join(line(ctx, one) for one in movable[:MAX_LINES]))
        if len(movable) > MAX_LINES:
            st.caption(ctx.words("wall.entries_more", count=len(movable) - MAX_LINES))


def line(ctx: Visit, one: Movable) -> str:
    words = ctx.words
    prefix = f"{one.number}." if one.number else f"{words(f'plan.kind_{one.kind}')}:"
    line = f"{prefix} {words.of(one, 'title')}: {words.moment(one.at)}"
    if one.stays:
        return f"{line} ({words(f'plan.stays_{one.stays}')})"
    return f"{line} → {words.moment(one.next_at)}"


def confirm(move: Move) -> None:
    first, last = move.to_first_day, move.to_last_day
    if commands.perform(FORM, move_event, first_day=first, last_day=last, seal=move.seal):
        commands.say("plan.moved", first=first)


def pins(ctx: Visit) -> None:
    """The items and media that keep their time when the event moves."""
    words = ctx.words
    items = [
        (one, "item", one.starts_at)
        for one in programme_queries.items(ctx.moment)
        if one.started_at is None
    ]
    items += [
        (one, "media", one.planned_at)
        for one in media_queries.media_items(ctx.moment)
        if one.published_at is None
    ]
    # A form, so that a tick alone gives no command: a second tap on it would take it back.
    with st.expander(words("plan.pins"), key="plan.pins"), st.form("plan.pins_form", border=False):
        keys = {}
        for one, kind, at in items:
            key = f"plan.pin.{kind}.{one.id}.{one.pinned}"
            keys[key] = (kind, one.id, one.pinned)
            st.checkbox(
                plain(
                    f"{words(f'plan.kind_{kind}')}: {words.of(one, 'title')} · {words.moment(at)}"
                ),
                one.pinned,
                key=key,
            )
        st.form_submit_button(words("plan.save"), key="plan.pins.save", on_click=pin, args=(keys,))


def pin(keys: dict[str, tuple[str, int, bool]]) -> None:
    """Pin and unpin what was ticked differently; ends with the first that is refused."""
    for key, (kind, number, before) in keys.items():
        pinned = st.session_state[key]
        if pinned != before and not PINS[kind](number, pinned):
            return


def _pin_item(number: int, pinned: bool) -> ProgrammeItem | None:
    return commands.perform(FORM, pin_item, item_id=number, pinned=pinned)


def _pin_media(number: int, pinned: bool) -> MediaItem | None:
    return commands.perform(FORM, pin_media, media_id=number, pinned=pinned)


PINS = {"item": _pin_item, "media": _pin_media}
