"""The wall as a component: it draws itself from the live feed."""

from pathlib import Path

import streamlit as st

from data.words import Words
from ui.shell import components
from ui.shell.live import script

_WALL = st.components.v2.component(
    "san_sang_wall",
    html='<div class="wall"></div>\n',
    css=(Path(__file__).parents[2] / "web" / "assets" / "wall.css").read_text(encoding="utf-8"),
    js=script("wall.js", "mount"),
)


def wall(document: dict, words: Words, **slider: bool) -> None:
    """Mount the wall, which then draws itself: the feed brings every new board, unless the wall
    shows a past one.

    `slider=True` leaves room below it for the slider through time.
    """
    texts = words.group("wall") | {
        f"{group}.{key}": text
        for group in ("level", "status", "entry", "age", "reason", "rung", "stand", "outcome")
        for key, text in words.group(group).items()
    }
    texts |= {"rehearsal": words("app.rehearsal"), "past": words("app.past")}
    _WALL(
        key="wall.board",
        data={
            "board": document,
            "words": texts,
            "marks": {level.value: mark for level, mark in components.MARK_OF.items()},
            "language": words.language,
            "framed": not st.context.is_embedded,
            **slider,
        },
    )
