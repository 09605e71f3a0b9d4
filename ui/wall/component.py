"""The wall as a component: it draws itself from the live feed."""

from html import escape
from pathlib import Path

import streamlit as st

from data import certificates
from data.wall.look import look
from data.words import Words
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
    framed = not st.context.is_embedded
    _WALL(key="wall.board", data=look(words) | {"board": document, "framed": framed, **slider})


def closed(words: Words) -> None:
    """What a television shows that may not see the wall: how it gets in, legible from afar."""
    how = words("wall.tv_how", page=words("page.people"), open=words("people.display_open"))
    trust = escape(certificates.fingerprint_line(words))
    said = f"<h1>{escape(words('wall.tv_closed'))}</h1><p>{escape(how)}</p><small>{trust}</small>"
    st.html(f"{_CLOSED}<main>{said}</main>")


_CLOSED = """<style>
  .stApp { background: #0b1016; }
  main { position: fixed; inset: 0; display: grid; align-content: center; gap: 3vh; padding: 8vw;
    background: #0b1016; color: #f2f6fa; font-family: "Be Vietnam Pro", sans-serif; }
  main h1 { margin: 0; font-size: max(6.5vmin, 26px); line-height: 1.25; color: inherit; }
  main small { font: max(1.4vmin, 12px) ui-monospace, monospace; }
  main p { margin: 0; font-size: max(4.2vmin, 20px); line-height: 1.4; max-width: 60em; }
</style>"""
