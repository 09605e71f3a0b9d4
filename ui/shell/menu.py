"""The pages by name, with their icons, in the order of the menu; importable before the server
runs.
"""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[2] / "pages"
ICONS = {
    "home": "home",
    "wall": "tv",
    "update": "edit_note",
    "plan": "account_tree",
    "attendance": "how_to_reg",
    "log": "notification_important",
    "programme": "calendar_clock",
    "media": "campaign",
    "review": "fact_check",
    "roll_call": "how_to_vote",
    "rehearsal": "history",
    "people": "badge",
    "audit": "policy",
    "events": "inventory_2",
}
# Addresses are part of links and bookmarks and stay; the files are named after the subjects.
FILES = {
    "update": "readiness",
    "log": "incidents",
    "review": "reviews",
    "roll_call": "roll_calls",
    "people": "access",
}
INNER = ("people", "audit", "events")  # never listed for a visitor who is not signed in


def page(name: str, title: str | None = None, *, visibility: str = "visible") -> st.Page:
    """A page as `st.navigation` takes it; the home page has the bare address.

    Without its icon: a page's icon becomes the tab's, and Streamlit fetches that one from another
    host.
    """
    return st.Page(
        path(name),
        title=title or name,
        url_path=None if name == "home" else name,
        default=name == "home",
        visibility=visibility,
    )


def path(name: str) -> Path:
    """What `st.page_link` and `st.switch_page` take for a page."""
    return PAGES / f"{FILES.get(name, name)}.py"
