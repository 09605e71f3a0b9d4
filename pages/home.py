"""The first page: what is going on now, and the way to one's own page in one tap."""

import streamlit as st

from models.readiness.sections import silent_sections
from models.wall import focus, running, upcoming
from ui.access import access
from ui.attendance import queries as attendance_queries
from ui.incidents import queries as incidents_queries
from ui.programme import queries as programme_queries
from ui.readiness import foot
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.shell import frame, live, menu
from ui.shell.plain import plain

here = frame.open_page("home")

WAYS = ("wall", "update", "plan", "attendance", "log", "programme", "media", "review", "roll_call")


@st.fragment(key="home.now", run_every=60)
def happening() -> None:
    """The event at a glance."""
    live.watch("readiness", "attendance", "incidents", "programme")
    ctx = frame.visit()
    words, items = ctx.words, programme_queries.items(ctx.moment)
    with st.container(border=True, key="home_now"):
        going = [
            words.of(item, "short")
            for item in running(items, now=ctx.at)
            if item.kind != "broadcast"
        ]
        st.caption(words("home.welcome"))
        st.subheader(plain(" · ".join(going)) or words("wall.nothing_now"), anchor=False)
        following = upcoming(items, now=ctx.at)
        if following:
            at = words.time(following.starts_at) + ", " + words.day_short(following.starts_at)
            st.text(f"{words('wall.next')}: {words.of(following, 'title')} ({at})")
        with st.container(horizontal=True, gap="medium", key="home_figures"):
            figures(ctx, items)


@st.fragment(key="home.own", run_every=60)
def own_section() -> None:
    """The foot of a lead's page: what is recorded most is one tap from the first page."""
    live.watch("readiness", "incidents")
    ctx = frame.visit()
    sections = readiness_queries.sections(ctx.moment)
    own = next((one for one in sections if one.key == ctx.person.section_key), None)
    if own is not None:
        foot.acts(ctx, own)


def figures(ctx: frame.Visit, items: list) -> None:
    """Present, sections by level, open entries."""
    words = ctx.words
    group = focus(items, now=ctx.at)
    counts = attendance_queries.headcounts(ctx.moment, [item.id for item in group])
    present, expected = (
        sum(count.here for count in counts.values()),
        sum(count.expected for count in counts.values()),
    )
    st.metric(
        words("home.present"),
        f"{words.number(present)} / {words.number(expected)}",
        width="content",
    )
    sections = readiness_queries.sections(ctx.moment)
    with st.container(width="content"):
        st.caption(words("home.sections"))
        st.text(readiness_sections.levels_line(words, sections))
    st.metric(words("home.silent"), words.number(len(silent_sections(sections))), width="content")
    waiting = [entry for entry in incidents_queries.entries(ctx.moment) if entry.open]
    st.metric(words("home.open_entries"), words.number(len(waiting)), width="content")


def ways() -> None:
    """The way to every page, one's own first."""
    words, own = here.words, frame.home_of(here.person)
    if own != "home":
        st.page_link(
            menu.path(own),
            label=f"**{words('home.your_page')}: {words(f'page.{own}')}**",
            icon=":material/arrow_forward:",
        )
    with st.grid(min_column_width=300, key="home_ways"):
        for name in [name for name in WAYS if name in frame.listed_pages()]:
            with st.container(border=True):
                st.page_link(
                    menu.path(name),
                    label=words(f"home.go_{name}"),
                    icon=f":material/{menu.ICONS[name]}:",
                )
                st.caption(words(f"home.go_{name}_why"))


st.title(plain(here.words.of(here.moment.event, "short_name")), anchor=False)
st.caption(plain(f"{here.words.of(here.event, 'theme')} · {here.words.of(here.event, 'place')}"))
if here.sees("wall"):
    happening()
if here.person is not None:
    own_section()
if here.visitor.locked and st.button(
    here.words("frame.unlock"), key="home.unlock", type="primary", icon=":material/lock_open:"
):
    live.go("/unlock")
access.by_provider(here)
if (
    here.person is None
    and not here.visitor.locked
    and st.button(
        here.words("frame.sign_in"), key="home.sign_in", type="primary", icon=":material/login:"
    )
):
    live.go("/sign-in")
ways()
