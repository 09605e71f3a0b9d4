"""The first page: for a person what waits for them, for everyone the event in one line."""

import streamlit as st

from models.access.people import Role
from models.waiting import WATCHED
from ui import certificates
from ui.access import access
from ui.readiness import foot
from ui.roll_calls import answer as roll_call_answer
from ui.shell import frame, live, menu
from ui.shell.plain import plain
from ui.waiting import acts, headline

here = frame.open_page("home")


@st.fragment(key="home.waiting", run_every=60)
def waiting() -> None:
    """What waits for the person who is signed in, with the act for each."""
    ctx = frame.visit()
    if ctx.person is None:  # whose sign-in has ended meanwhile
        return
    live.watch(*WATCHED.get(Role(ctx.person.role), ("programme",)), shown=ctx.moment, key="home")
    with st.container(key="home_waiting"):
        acts.draw(ctx)


@st.fragment(key="home.now", run_every=60)
def happening() -> None:
    """The event at a glance."""
    live.watch("readiness", "attendance", "incidents", "programme", "script", throttle=4)
    with st.container():
        headline.region(frame.visit())


@st.fragment(key="home.own", run_every=60)
def own_section() -> None:
    """The foot of a lead's page: what is recorded most is one tap from the first page."""
    ctx = frame.visit()
    sections = acts.sections_of(ctx)
    own = sections[0] if len(sections) == 1 else None
    live.watch(
        "readiness", throttle=10, section=own.id if own else None, shown=ctx.moment, key="home.own"
    )
    if own is not None:
        foot.acts(ctx, own)


def entrance() -> None:
    """The way in, for a visitor who is not signed in or whose device is locked."""
    words = here.words
    if here.visitor.locked:
        if st.button(
            words("frame.unlock"), key="home.unlock", type="primary", icon=":material/lock_open:"
        ):
            live.go("/unlock")
    elif here.person is None and st.button(
        words("frame.sign_in"), key="home.sign_in", type="primary", icon=":material/login:"
    ):
        live.go("/sign-in")


if here.person is None or here.person.role == Role.DISPLAY:
    st.title(plain(here.words.of(here.event, "short_name")), anchor=False)
    st.caption(
        plain(f"{here.words.of(here.event, 'theme')} · {here.words.of(here.event, 'place')}")
    )
    entrance()
    access.by_provider(here)
else:
    st.title(here.words("waiting.title"), anchor=False)
    st.caption(plain(f"{here.words.of(here.person, 'name')}"))
    roll_call_answer.card()
    waiting()
if here.sees("wall"):
    happening()
    st.page_link(menu.path("wall"), label=here.words("home.go_wall"), icon=":material/tv:")
certificates.line(here)
if here.person is not None and here.person.section_key:
    own_section()  # last: it stays at the foot of all that is above it
