"""How many things wait next to each entry of the menu; on a phone a bar with a role's own pages."""

import streamlit as st

from data.words import Words
from models.access.people import Person, Role
from models.waiting import WATCHED, by_page
from ui.readiness import queries as readiness_queries
from ui.shell import frame, live, menu
from ui.waiting import queries as waiting_queries

_COUNTS = st.components.v2.component("san_sang_waiting", js=live.script("waiting.js", "show"))
THROTTLE = 8  # seconds between two counts: every tab shows them

Groups = dict[str, list[str]]
"""The pages of the menu by group (`ui.shell.menu.grouped`)."""


def bar(ctx: frame.Visit, groups: Groups) -> None:
    """On a phone the bar at its foot, and the counts; with every page but the wall."""
    listed = {name for names in groups.values() for name in names}
    with st.container(horizontal=True, key="frame_pages"):
        for name in ("home", *frame.own_pages(ctx.person)):
            if name in listed:
                icon = f":material/{menu.ICONS[name]}:"
                st.page_link(menu.path(name), label=short(ctx.words, name), icon=icon)
    if ctx.person is None or Role(ctx.person.role) not in WATCHED:
        _COUNTS(key="frame.counts", data=drawn(ctx.words, groups, {}))
    else:
        counts(groups)


def short(words: Words, name: str) -> str:
    """A page's name as it stands in the bar: in one line."""
    own = f"menu.short_{name}"
    return words(own if words.has(own) else f"page.{name}")


@st.fragment(key="frame.waiting", run_every=60)
def counts(groups: Groups) -> None:
    ctx = frame.visit()
    if ctx.person is None:  # whose sign-in has ended meanwhile
        return
    live.watch(
        *WATCHED[Role(ctx.person.role)],
        throttle=THROTTLE,
        section=section_of(ctx, ctx.person),
        shown=ctx.moment,
        key="waiting",
    )
    found = by_page(waiting_queries.waiting(ctx.moment), ctx.person)
    _COUNTS(key="frame.counts", data=drawn(ctx.words, groups, found))


def section_of(ctx: frame.Visit, person: Person) -> int | None:
    """The section whose changes alone concern a person: a lead's own; None of several."""
    sections = readiness_queries.sections(ctx.moment) if person.section_keys else ()
    own = [one.id for one in sections if one.key in person.section_keys]
    return own[0] if len(own) == 1 else None


def drawn(words: Words, groups: Groups, found: dict[str, int]) -> dict[str, object]:
    """What the browser draws: the counts by page and by the menu's groups, shown and read out."""
    sums = {
        words(f"menu.{group}"): sum(found.get(name, 0) for name in names)
        for group, names in groups.items()
        if group
    }
    return {
        "pages": {name: counted(words, number) for name, number in found.items()},
        "groups": {name: counted(words, number) for name, number in sums.items() if number},
        "home": counted(words, sum(found.values())) if found else None,
    }


def counted(words: Words, number: int) -> dict[str, str]:
    return {"shown": words.number(number), "said": words("menu.waiting", number=number)}
