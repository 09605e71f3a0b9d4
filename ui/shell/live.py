"""The browser's end of the push: a fragment that watches topics is rerun when one of them changes."""

import streamlit as st

from ui.shell import moment
from ui.shell.words import language, words_for


def script(module: str, name: str) -> str:
    """A component's inline code: it fetches what it does from /assets, shared by everything of a tab.

    Streamlit loads inline code from a blob, where a path alone has no host; and code of a single line would be taken for a path.
    """
    return f'const {{ {name} }} = await import(location.origin + "/assets/{module}");\nexport default {name};\n'


_WATCH = st.components.v2.component("san_sang_watch", js=script("live.js", "watch"))
_GO = st.components.v2.component("san_sang_go", js=script("live.js", "go"))


def watch(*topics: str, rest: float = 0) -> None:
    """Reruns the surrounding fragment whenever a change of one of the topics is committed.

    Where many look at what changes often, `rest` is how many seconds lie between two such runs; the first comes within as many,
    each tab at its own moment.

    First thing in the fragment, before anything that reads: when the database is lost it is what brings the fragment back.
    """
    told = {
        "topics": ["event", "clock", *topics],
        "rest": rest * 1000,
        "revision": moment.revision(),
        "language": language(),
        "words": words_for("UTC").group("live"),
    }
    _WATCH(key=f"live.{'.'.join(topics)}", data=told, on_revision_change=lambda: None)


def go(to: str, *, post: str = "") -> None:
    """Sends the browser to an address of this server, in the same tab, after a post where one is given."""
    _GO(key="live.go", data={"to": to, "post": post})
