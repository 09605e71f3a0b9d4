"""The screens of a room, drawn and counted in the browser: the speaker's clock, which is read from
ten metres, what is made ready backstage, and the words that are read aloud.
"""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from data.script.rooms import Room
from data.wall.tiles import ms, ms_or_none
from models.script.forecast import State
from models.script.lanes import GOING, Lane, Step
from ui.script import figures, lane
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
SPEAKER, BACKSTAGE, PROMPTER = "speaker", "backstage", "prompter"
VIEWS = {SPEAKER: "timer", BACKSTAGE: "settings_input_component", PROMPTER: "subtitles"}
"""The screens by the name that stands in their address, each with its icon."""
MAX_ROWS = 8  # of what is on and comes next, backstage


def rooms(ctx: Visit, found: Sequence[Room]) -> None:
    """The rooms to choose from where the address names none, or one that is not there."""
    for room in found:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.text(ctx.words.of(room, "name"))
            ways(ctx, room)
    if not found:
        st.info(ctx.words("programme.none_yet"))


def ways(ctx: Visit, room: Room) -> None:
    """The way to each screen of a room."""
    for view, icon in VIEWS.items():
        st.page_link(
            menu.path("clock"),
            label=plain(ctx.words(f"clock.view_{view}")),
            icon=f":material/{icon}:",
            query_params={"room": room.key, "view": view},
        )


def draw(ctx: Visit, room: Room, own: Lane, view: str) -> None:
    """Mount a screen of a room; moments are given in milliseconds of the event's clock."""
    words, moment = ctx.words, ctx.moment
    going, following = own.going, own.following
    paper = going.speaking if going else None
    due_at = (going.speaker_due_at or going.due_at) if going else None
    held_at = going.held_at if going else None
    _CLOCK(
        key="clock.face",
        data={
            "view": view,
            "room": words.of(room, "name"),
            "back": "/script" if ctx.sees("script") else "",  # a display has nowhere else to go
            "title": words.of(going.item, "title") if going else "",
            "speaker": paper.plan.who if paper else "",
            "due": ms_or_none(due_at),
            "held": ms_or_none(held_at),
            "next": words.of(following.item, "short") if following else "",
            "begins": ms_or_none(following.expected.starts_at) if following else None,
            "begins_at": words.time(following.expected.starts_at) if following else "",
            "message": room.message,
            "rows": _rows(ctx, own) if view == BACKSTAGE else [],
            "texts": _texts(ctx, own) if view == PROMPTER else [],
            "clock": {
                "real": ms(moment.clock.real_at),
                "event": ms(moment.clock.event_at),
                "speed": moment.clock.speed,
            },
            "lost": moment.lost,
            "mark": ctx.event.mark,
            "words": words.group("clock")
            | {name: words(f"script.{name}") for name in ("technique", "backstage", "note")}
            | {mark: words(f"app.{mark}") for mark in ("rehearsal", "trial")},
        },
    )


def _open(own: Lane) -> list[Step]:
    """What is on, and what is to come."""
    return [one for one in own.steps if one.state in (*GOING, State.AHEAD)]


def _rows(ctx: Visit, own: Lane) -> list[dict[str, str]]:
    """What has to be ready, by when, and how late that is."""
    words = ctx.words
    return [
        {
            "state": step.state.value,
            "at": words.time(step.expected.starts_at),
            "late": lane.drift(words, step) if step.state is State.AHEAD else "",
            "title": words.of(step.item, "short"),
            "who": step.who,
            "technique": step.line.technique,
            "backstage": step.line.backstage,
            "note": step.line.note,
        }
        for step in _open(own)[:MAX_ROWS]
    ]


def _texts(ctx: Visit, own: Lane) -> list[dict[str, str]]:
    """The words of what is on, then those of what comes next."""
    found = [step for step in (own.going, own.following) if step is not None]
    return [
        {"title": ctx.words.of(step.item, "short"), "words": figures.words_of(ctx, step)}
        for step in found
    ]
