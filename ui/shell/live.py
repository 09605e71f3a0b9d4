"""The browser's end of the push: a fragment that watches topics is rerun when one of them changes."""

from pathlib import Path

import streamlit as st

from data.words import Words
from ui import feeds
from ui.shell.words import language, words_for


def script(module: str, name: str) -> str:
    """A component's inline code: it fetches what it does from /assets, shared by everything of a tab.

    Streamlit loads inline code from a blob, where a path alone has no host; and code of a single line would be taken for a path.
    """
    return f'const {{ {name} }} = await import(location.origin + "/assets/{module}");\nexport default {name};\n'


_WATCH = st.components.v2.component("san_sang_watch", js=script("live.js", "watch"))
_GO = st.components.v2.component("san_sang_go", js=script("live.js", "go"))
_WALL = st.components.v2.component(
    "san_sang_wall",
    html='<div class="wall"></div>\n',
    css=(Path(__file__).parents[2] / "web" / "assets" / "wall.css").read_text(encoding="utf-8"),
    js=script("wall.js", "mount"),
)


def watch(*topics: str, rest: float = 0) -> None:
    """Reruns the surrounding fragment whenever a change of one of the topics is committed.

    Where many look at what changes often, `rest` is how many seconds lie between two such runs; the first comes within as many,
    each tab at its own moment.

    First thing in the fragment, before anything that reads: when the database is lost it is what brings the fragment back.
    """
    told = {
        "topics": ["event", "clock", *topics],
        "rest": rest * 1000,
        "revision": feeds.revision(),
        "language": language(),
        "words": words_for("UTC").group("live"),
    }
    _WATCH(key=f"live.{'.'.join(topics)}", data=told, on_revision_change=lambda: None)


def go(to: str, *, post: str = "") -> None:
    """Sends the browser to an address of this server, in the same tab, after a post where one is given."""
    _GO(key="live.go", data={"to": to, "post": post})


def wall(document: dict, words: Words, **slider: bool) -> None:
    """Mounts the wall, which draws itself from here on: the feed brings it every new board, unless it shows a past one.

    `slider=True` leaves room below it for the slider through time.
    """
    said = words.group("wall") | {
        f"{group}.{key}": text
        for group in ("level", "status", "entry", "age", "reason", "rung", "stand", "outcome")
        for key, text in words.group(group).items()
    }
    said |= {"rehearsal": words("app.rehearsal"), "past": words("app.past")}
    _WALL(
        key="wall.board",
        data={"board": document, "words": said, "language": words.language, "framed": not st.context.is_embedded, **slider},
    )
