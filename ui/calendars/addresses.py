"""The addresses of the programme: for a telephone of one's own, for a room, for delegates."""

from collections.abc import Sequence

import streamlit as st

from data.calendars import close_calendar, open_calendar, publish_programme
from data.script.rooms import Room
from models.calendars import CalendarKind, CalendarSnapshot
from ui.access import access
from ui.calendars import queries
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM, ROOM = "calendar", "calendar.room"


def region(ctx: Visit, rooms: Sequence[Room]) -> None:
    """Folded: what makes an address, the one just made, and those that hold."""
    words = ctx.words
    if not ctx.may("open_calendar"):
        return
    box = choices.expander(
        words("calendar.title"), key="calendar.box", icon=":material/calendar_clock:"
    )
    if not box.open:
        access.forget()
        return
    with box:
        st.caption(words("calendar.why"))
        making(ctx, rooms)
        access.shown(ctx, FORM)
        commands.refused(FORM, words)
        own = ctx.person.id if ctx.person else None
        for one in queries.addresses(ctx.moment):
            if one.office_id == own or ctx.may("publish_programme"):
                held(ctx, one)


def making(ctx: Visit, rooms: Sequence[Room]) -> None:
    """A button for each kind of address; a room's with the room."""
    words = ctx.words
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(words("calendar.open_office"), key="calendar.office", on_click=make)
        if ctx.may("publish_programme"):
            st.button(words("calendar.open_delegates"), key="calendar.delegates", on_click=publish)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by_id = {room.id: words.of(room, "name") for room in rooms}
        choices.selectbox(
            words("script.room"), list(by_id), format_func=by_id.__getitem__, key=ROOM, width=320
        )
        st.button(words("calendar.open_room"), key="calendar.of_room", on_click=make_of_room)


def make(venue_id: int | None = None) -> None:
    access.keep(FORM, "calendar", commands.perform(FORM, open_calendar, venue_id=venue_id))


def make_of_room() -> None:
    make(st.session_state[ROOM])


def publish() -> None:
    access.keep(FORM, "programme", commands.perform(FORM, publish_programme))


def held(ctx: Visit, one: CalendarSnapshot) -> None:
    """An address that holds: what it shows, whose it is, and the tap that withdraws it."""
    words = ctx.words
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        room = f" {words.of(one, 'room')}" if one.kind is CalendarKind.ROOM else ""
        shows = words(f"calendar.kind_{one.kind.value}") + room
        since = words("calendar.since", office=words.of(one, "office"), at=one.made_at)
        st.markdown(f"{plain(shows)}  \n:small[{plain(since)}]")
        st.button(
            words("calendar.close"),
            key=f"calendar.close.{one.id}",
            type="tertiary",
            on_click=close,
            args=(one.id,),
        )


def close(calendar_id: int) -> None:
    if commands.perform(FORM, close_calendar, calendar_id=calendar_id):
        access.forget()
