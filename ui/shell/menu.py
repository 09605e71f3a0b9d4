"""The pages by name, with their icons, in the order of the menu; importable before the server
runs.
"""

from pathlib import Path

import streamlit as st

from data.words import Words

PAGES = Path(__file__).parents[2] / "pages"
ICONS = {
    "home": "home",
    "wall": "tv",
    "update": "edit_note",
    "plan": "account_tree",
    "attendance": "how_to_reg",
    "roster": "groups",
    "log": "notification_important",
    "programme": "calendar_clock",
    "script": "view_timeline",
    "clock": "timer",
    "contributions": "forum",
    "synthesis": "description",
    "answers": "done_all",
    "distribution": "outgoing_mail",
    "media": "campaign",
    "review": "fact_check",
    "roll_call": "how_to_vote",
    "rehearsal": "history",
    "people": "badge",
    "audit": "policy",
    "events": "inventory_2",
    "event": "edit_calendar",
}
# Addresses are part of links and bookmarks and stay; the files are named after the subjects.
FILES = {
    "update": "readiness",
    "log": "incidents",
    "review": "reviews",
    "roll_call": "roll_calls",
    "people": "access",
    "event": "imports",
}
GROUPS = {
    "duty": ("wall", "log", "programme"),
    "preparation": ("update", "plan", "review", "roll_call"),
    "content": ("script", "contributions", "synthesis", "distribution", "answers"),
    "delegates": ("attendance", "roster"),
    "communications": ("media",),
    "administration": ("rehearsal", "people", "audit", "events", "event"),
}
INNER = (
    "roster",
    "contributions",
    "synthesis",
    "answers",
    "distribution",
    "people",
    "audit",
    "events",
    "event",
)  # never listed for a visitor who is not signed in


UNFRAMED = ("wall", "clock")  # that fill a screen of their own: no bar of pages, no counts
ALONE = {"": ["home"]}
"""The groups where there is nothing but the first page."""


def grouped(names: list[str], own: str) -> dict[str, list[str]]:
    """The pages by group, those that stand by themselves under "": the first page, a person's own
    one, and what would be the only one of its group.
    """
    groups = {
        group: [name for name in pages if name in names and name != own]
        for group, pages in GROUPS.items()
    }
    alone = [pages[0] for pages in groups.values() if len(pages) == 1]
    own_one = [own] if own in names else []
    several = {group: pages for group, pages in groups.items() if len(pages) > 1}
    return {"": ["home", *own_one, *alone], **several}


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


def entries(groups: dict[str, list[str]], words: Words) -> dict[str, list[st.Page]]:
    """What `st.navigation` takes: the pages of the groups, and hidden those of none."""
    titles = {name: words(f"page.{name}") for name in ICONS}
    listed = {name for names in groups.values() for name in names}
    hidden = [page(name, titles[name], visibility="hidden") for name in ICONS if name not in listed]
    found = {
        words(f"menu.{group}") if group else "": [page(name, titles[name]) for name in names]
        for group, names in groups.items()
    }
    return found | {"": [*found[""], *hidden]}


def path(name: str) -> Path:
    """What `st.page_link` and `st.switch_page` take for a page."""
    return PAGES / f"{FILES.get(name, name)}.py"
