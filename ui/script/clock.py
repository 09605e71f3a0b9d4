"""The speaker's clock: drawn and counted in the browser, read from ten metres."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from data.script.rooms import Room
from data.wall.tiles import ms, ms_or_none
from models.script.lanes import Lane
from ui.shell import menu
from ui.shell.frame import Visit
from ui.shell.live import script
from ui.shell.plain import plain

_CLOCK = st.components.v2.component(
    "san_sang_clock",
    html='<div class="speaker"></div>\n',
    css=(Path(__file__).parents[2] / "web" / "assets" / "clock.css").read_text(encoding="utf-8"),
    js=script("clock.js", "mount"),
)


def rooms(ctx: Visit, found: Sequence[Room]) -> None:
    """The rooms to choose from where the address names none, or one that is not there."""
    for room in found:
        st.page_link(
            menu.path("clock"),
            label=plain(ctx.words.of(room, "name")),
            icon=":material/timer:",
            query_params={"room": room.key},
        )
    if not found:
        st.info(ctx.words("programme.none_yet"))


def draw(ctx: Visit, room: Room, own: Lane) -> None:
    """Mount the clock of a room; moments are given in milliseconds of the event's clock."""
    words, moment = ctx.words, ctx.moment
    going, following = own.going, own.following
    expected = going.expected if going else None
    held_at = going.held_at if going else None
    _CLOCK(
        key="clock.face",
        data={
            "room": words.of(room, "name"),
            "back": "/script" if ctx.sees("script") else "",  # a display has nowhere else to go
            "title": words.of(going.item, "title") if going else "",
            "due": ms_or_none(expected.due_at) if expected else None,
            "held": ms_or_none(held_at),
            "next": words.of(following.item, "short") if following else "",
            "begins": ms_or_none(following.expected.starts_at) if following else None,
            "begins_at": words.time(following.expected.starts_at) if following else "",
            "message": room.message,
            "clock": {
                "real": ms(moment.clock.real_at),
                "event": ms(moment.clock.event_at),
                "speed": moment.clock.speed,
            },
            "lost": moment.lost,
            "mark": ctx.event.mark,
            "words": words.group("clock")
            | {mark: words(f"app.{mark}") for mark in ("rehearsal", "trial")},
        },
    )
