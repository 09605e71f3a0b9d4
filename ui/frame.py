"""The frame around every page: the language, the clock, who is here, and the way around."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from data.words import Words
from models.incidents import EntryStatus
from models.people import Person, Role, may
from models.readiness import Status
from ui import feeds, live
from ui.feeds import Moment
from ui.words import switch_language, words_for

COOKIE = "san_sang"
ICON = Path(__file__).parent.parent / "web" / "assets" / "icon.png"  # a Material icon would be asked of another host
STYLE = Path(__file__).parent / "style.css"

ZONE_BEFORE_EVENT = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class Visit:
    """One run of a page: for whom, in which words, of which moment."""

    person: Person | None
    words: Words
    moment: Moment

    def may(self, command: str, *, section: str | None = None) -> bool:
        """Whether to offer a command; the command itself checks again."""
        return may(self.person, command, section=section, desk=self.person.desk_key if self.person else None)


def visit() -> Visit | None:
    """Who looks at what, read anew in every run and every fragment; None before an event was loaded."""
    moment = feeds.now()
    if moment is None:
        return None
    person = feeds.visitor(st.context.cookies.get(COOKIE))
    words = words_for(moment.event.time_zone)
    show_said(words)
    return Visit(person, words, moment)


def show_said(words: Words) -> None:
    """Shows what a callback left to be said (`ui.actions.say`), once."""
    key, facts = st.session_state.pop("said", ("", {}))
    if key:
        groups = {Status: "status", EntryStatus: "entry"}
        told = {
            name: words(f"{groups[type(fact)]}.{fact.value}") if type(fact) in groups else fact for name, fact in facts.items()
        }
        st.toast(words(key, **told), icon=":material/check:")


def words_before_event() -> Words:
    """The visitor's words where no event says in which time zone."""
    return words_for(ZONE_BEFORE_EVENT)


def open_page(name: str) -> Visit:
    """The start of every page that anybody may see: title, style, bar. Stops where no event was loaded."""
    words = words_before_event()
    here = visit()
    st.set_page_config(page_title=f"{words(f'page.{name}')} · {words('app.name')}", page_icon=ICON, layout="wide")
    st.html(STYLE)
    if here is None:
        st.warning(words("app.no_event"))
        st.stop()
    bar(name, here)
    return here


def require(name: str) -> Visit:
    """The start of every page for those who signed in; others get one sentence and the way in."""
    here = open_page(name)
    if here.person is None:
        st.info(here.words("frame.sign_in_first"), icon=":material/lock:")
        if st.button(here.words("frame.sign_in"), key="frame.sign_in_first", type="primary"):
            live.go(f"/sign-in?next=/{name}")
        st.stop()
    return here


def bar(name: str, here: Visit) -> None:
    """The line above every page: what event, whether it is a rehearsal, which language, who."""
    words, event = here.words, here.moment.event
    with st.container(key="frame_bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words('app.name') if name == 'home' else words(f'page.{name}')}**", width="content")
        st.space("stretch")
        if event.rehearsal:
            st.badge(words("app.rehearsal"), color="orange")
        st.button(words("app.language"), key="frame.language", on_click=switch_language)
        who(here, name)


def who(here: Visit, name: str) -> None:
    """The person and the way out, or the way in."""
    words = here.words
    if here.person is None:
        if name != "home" and st.button(words("frame.sign_in"), key="frame.sign_in", icon=":material/login:"):
            live.go(f"/sign-in?next=/{name}")
        return
    with st.popover(":material/person:", key="frame_who"):
        st.text(words.of(here.person, "name"))
        if st.button(words("frame.sign_out"), key="frame.sign_out", icon=":material/logout:"):
            live.go("/", post="/sign-out")


def home_of(person: Person | None) -> str:
    """The page that a role starts on."""
    if person is None:
        return "home"
    return {
        Role.LEAD: "update",
        Role.DEPUTY: "update",
        Role.DESK: "attendance",
        Role.COMMAND: "log",
        Role.MEDIA: "media",
        Role.COMMITTEE: "review",
        Role.ADMIN: "rehearsal",
    }[Role(person.role)]


def past_notice(here: Visit) -> None:
    """Says, wherever a past moment is shown, that it is past."""
    st.warning(here.words("review.past_notice", at=here.moment.view.moment), icon=":material/history:")
