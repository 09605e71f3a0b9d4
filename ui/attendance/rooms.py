"""A room's occupancy next to the ledger: guests who are on no list, and head counts by hand."""

import streamlit as st

from data.attendance.rooms import Room, add_guests, count_heads
from models.attendance.rooms import WORDS_LENGTH, require_number
from models.programme import ItemSnapshot
from ui.attendance import finished
from ui.attendance import queries as attendance_queries
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

NUMBER_LENGTH = 20
GUESTS, HEADS = "attendance.guests", "attendance.heads"


def doors(ctx: Visit, item: ItemSnapshot) -> None:
    """Guests in and out, and the head count at this desk's door."""
    guests_form(ctx, item)
    heads_form(ctx, item)
    counted(ctx, attendance_queries.rooms(ctx.moment).get(item.id))


def guests_form(ctx: Visit, item: ItemSnapshot) -> None:
    words = ctx.words
    with st.form(f"{GUESTS}_form", clear_on_submit=False):
        number_field(words("attendance.guests_number"), key=f"{GUESTS}.number")
        st.text_input(
            words("attendance.guests_words"), key=f"{GUESTS}.words", max_chars=WORDS_LENGTH
        )
        with st.container(horizontal=True):
            for way, sign in (("add", 1), ("out", -1)):
                label = words(f"attendance.guests_{way}")
                st.form_submit_button(label, on_click=guests, args=(item.id, sign))
    finished.refused(ctx, GUESTS, item.id, guests)


def heads_form(ctx: Visit, item: ItemSnapshot) -> None:
    words = ctx.words
    with st.form(f"{HEADS}_form", clear_on_submit=False):
        label = "attendance.heads_number" if ctx.person.desk_key else "attendance.heads_number_room"
        number_field(words(label), key=f"{HEADS}.number")
        st.form_submit_button(words("attendance.heads_add"), on_click=heads, args=(item.id,))
    finished.refused(ctx, HEADS, item.id, heads)


def number_field(label: str, *, key: str) -> None:
    """A field for a whole number, read by `number_in`.

    A text: the browser's own number field turns an emptied one into 0 and 2.7 into 2 unasked, and
    explains itself in the browser's language.
    """
    st.text_input(label, key=key, max_chars=NUMBER_LENGTH, autocomplete="off")


def number_in(form: str) -> int | None:
    """The number in a form's field; None where it is refused."""
    return commands.ready(form, lambda: require_number(st.session_state[f"{form}.number"]))


def guests(item_id: int, sign: int = 1) -> None:
    """Record guests as they come in; with a `sign` of -1 as they go out."""
    number, words = number_in(GUESTS), st.session_state[f"{GUESTS}.words"]
    facts = {"item_id": item_id, "confirmed": finished.is_meant(item_id)}
    if number is None:
        return
    if commands.perform(GUESTS, add_guests, number=sign * number, words=words, **facts):
        st.session_state[f"{GUESTS}.words"] = ""
        commands.say("attendance.guests_done")


def heads(item_id: int) -> None:
    number = number_in(HEADS)
    facts = {"item_id": item_id, "confirmed": finished.is_meant(item_id)}
    if number is not None and commands.perform(HEADS, count_heads, number=number, **facts):
        commands.say("attendance.heads_done")


def counted(ctx: Visit, room: Room | None) -> None:
    """The newest count of each door, and in words how far their sum is from the ledger."""
    words = ctx.words
    if room is None or room.counted is None:
        st.caption(words("attendance.heads_none"))
        return
    for door in room.doors:
        name = words.of(door.desk, "name") if door.desk else words("attendance.heads_room")
        st.text(
            words("attendance.heads_door", door=name, counted=door.number, at=words.time(door.at))
        )
    key = "equal" if room.difference == 0 else "more" if room.difference > 0 else "less"
    sentence = words(f"attendance.heads_{key}", difference=abs(room.difference))
    st.markdown(f"**{plain(sentence)}**")
