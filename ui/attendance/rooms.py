"""A room's occupancy next to the ledger: guests who are on no list, and head counts by hand."""

import streamlit as st

from data.attendance.rooms import Room, add_guests, count_heads
from models.attendance.rooms import MAX_AT_ONCE, MAX_COUNTED, WORDS_LENGTH
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.shell import commands, components
from ui.shell.frame import Visit

GUESTS, HEADS = "attendance.guests", "attendance.heads"


def doors(ctx: Visit, item: ItemSnapshot) -> None:
    """Guests in and out, and the head count at this desk's door."""
    guests_form(ctx, item)
    heads_form(ctx, item)
    counted(ctx, attendance_queries.rooms(ctx.moment).get(item.id))


def guests_form(ctx: Visit, item: ItemSnapshot) -> None:
    words = ctx.words
    with st.form(f"{GUESTS}_form", clear_on_submit=False):
        st.number_input(
            words("attendance.guests_number"),
            -MAX_AT_ONCE,
            MAX_AT_ONCE,
            value=1,
            step=1,
            key=f"{GUESTS}.number",
        )
        st.text_input(
            words("attendance.guests_words"), key=f"{GUESTS}.words", max_chars=WORDS_LENGTH
        )
        st.form_submit_button(words("attendance.guests_add"), on_click=guests, args=(item.id,))
    commands.refused(GUESTS, words)


def heads_form(ctx: Visit, item: ItemSnapshot) -> None:
    words = ctx.words
    with st.form(f"{HEADS}_form", clear_on_submit=False):
        label = "attendance.heads_number" if ctx.person.desk_key else "attendance.heads_number_room"
        st.number_input(words(label), 0, MAX_COUNTED, value=0, step=1, key=f"{HEADS}.number")
        st.form_submit_button(words("attendance.heads_add"), on_click=heads, args=(item.id,))
    commands.refused(HEADS, words)


def guests(item_id: int) -> None:
    number, words = st.session_state[f"{GUESTS}.number"], st.session_state[f"{GUESTS}.words"]
    if commands.perform(GUESTS, add_guests, item_id=item_id, number=number, words=words):
        st.session_state[f"{GUESTS}.words"] = ""
        commands.say("attendance.guests_done")


def heads(item_id: int) -> None:
    number = st.session_state[f"{HEADS}.number"]
    if commands.perform(HEADS, count_heads, item_id=item_id, number=number):
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
    st.markdown(f"**{components.plain(sentence)}**")
