"""The frame around every page: the language, the clock, who is here, and the way around."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from data.storage import database
from data.words import Words
from models.access.people import STARTS, Person, Role, Visitor, may
from models.incidents import EntryStatus
from models.readiness.tasks import Status
from models.roll_calls import Answer, Outcome
from ui.shell import live, menu
from ui.shell import moment as shell_moment
from ui.shell.moment import Moment
from ui.shell.words import switch_language, words_for

ICON = (
    Path(__file__).parents[2] / "web" / "assets" / "icon.png"
)  # a Material icon would be asked of another host
FONTS = Path(__file__).parent / "fonts.css"
STYLE = Path(__file__).parent / "style.css"

ZONE_BEFORE_EVENT = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class Visit:
    """One run of a page: for whom, in which words, of which moment."""

    visitor: Visitor
    words: Words
    moment: Moment

    @property
    def person(self) -> Person | None:
        return self.visitor.person

    @property
    def at(self) -> datetime:
        """The moment that the run shows, by the event's clock."""
        return self.moment.view.moment

    def may(
        self,
        command: str,
        *,
        section: str | None = None,
        item: str | None = None,
        role: str | None = None,
    ) -> bool:
        """Whether to offer a command; the command itself checks again."""
        desk = self.person.desk_key if self.person else None
        return may(self.person, command, section=section, desk=desk, item=item, role=role)

    def sees(self, name: str) -> bool:
        """Whether a page is for this visitor. In a rehearsal anybody may look at the wall."""
        if name == "home":
            return True
        return self.may(f"see_{name}") or (
            name == "wall" and self.moment.event.rehearsal and not self.visitor.locked
        )


def sign_in_id() -> int | None:
    """The sign-in of this tab's browser, as our own middleware told Streamlit when the tab connected."""
    told = st.user.get("sign_in")
    return int(told) if told else None


def visit() -> Visit | None:
    """Who looks at what, read anew in every run and every fragment; None before an event was loaded."""
    moment, visitor = shell_moment.seen(sign_in_id())
    if moment is None:
        return None
    words = words_for(moment.event.time_zone)
    show_said(words)
    return Visit(visitor, words, moment)


def listed_pages() -> list[str]:
    """The pages that the menu shows. In a rehearsal who is not signed in sees what there is: each page says who it is for."""
    try:
        moment, visitor = shell_moment.seen(sign_in_id())
    except database.UNREACHABLE:
        return ["home"]  # the page itself says what is wrong; it must be known for that
    if moment is None:
        return ["home"]
    here = Visit(visitor, words_before_event(), moment)
    open_house = here.person is None and moment.event.rehearsal
    return [
        name for name in menu.ICONS if here.sees(name) or (open_house and name not in menu.INNER)
    ]


def show_said(words: Words) -> None:
    """Shows what a callback left to be said (`ui.actions.say`), once."""
    key, facts = st.session_state.pop("said", ("", {}))
    if key:
        groups = {Status: "status", EntryStatus: "entry", Answer: "answer", Outcome: "outcome"}
        told = {
            name: words(f"{groups[type(fact)]}.{fact.value}") if type(fact) in groups else fact
            for name, fact in facts.items()
        }
        st.toast(words(key, **told), icon=":material/check:")


def words_before_event() -> Words:
    """The visitor's words where no event says in which time zone."""
    return words_for(ZONE_BEFORE_EVENT)


def open_page(name: str) -> Visit:
    """The start of every page that anybody may see: title, style, bar. Stops where no event was loaded."""
    words = words_before_event()
    here = visit()
    st.set_page_config(
        page_title=f"{words(f'page.{name}')} · {words('app.name')}", page_icon=ICON, layout="wide"
    )
    st.html(FONTS)
    st.html(STYLE)
    if here is None:
        st.warning(words("app.no_event"))
        st.stop()
    bar(name, here)
    return here


def require(name: str) -> Visit:
    """The start of every page that is for some; others get one sentence and the way in."""
    here = open_page(name)
    if here.sees(name):
        return here
    if here.visitor.locked:
        told, way, to = "frame.locked", "frame.unlock", "/unlock"
    elif here.person is None:
        told, way, to = "frame.sign_in_first", "frame.sign_in", f"/sign-in?next=/{name}"
    else:
        told, way, to = "frame.not_for_you", "frame.other_sign_in", f"/sign-in?next=/{name}"
    st.info(here.words(told), icon=":material/lock:")
    live.watch("people")  # for the language cookie, and to hear of a lost server
    if st.button(here.words(way), key="frame.sign_in_first", type="primary"):
        live.go(to)
    return st.stop()


def bar(name: str, here: Visit) -> None:
    """The line above every page: what event, whether it is a rehearsal, which language, who."""
    words, event = here.words, here.moment.event
    with st.container(key="frame_bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{words('app.name') if name == 'home' else words(f'page.{name}')}**", width="content"
        )
        st.space("stretch")
        if event.rehearsal:
            st.badge(words("app.rehearsal"), color="orange")
        st.button(words("app.language"), key="frame.language", on_click=switch_language)
        who(here, name)


def who(here: Visit, name: str) -> None:
    """The person and the way out, or the way in."""
    words = here.words
    if here.person is None:
        if name != "home" and st.button(
            words("frame.sign_in"), key="frame.sign_in", icon=":material/login:"
        ):
            live.go(f"/sign-in?next=/{name}")
        return
    with st.popover(":material/person:", key="frame_who"):
        st.text(words.of(here.person, "name"))
        if here.person.role != Role.DISPLAY and st.button(
            words("frame.account"), key="frame.account", icon=":material/key:", width="stretch"
        ):
            live.go("/account")
        if here.visitor.has_pin and st.button(
            words("frame.lock"), key="frame.lock", icon=":material/lock:", width="stretch"
        ):
            live.go("/unlock", post="/lock")
        if st.button(
            words("frame.sign_out"), key="frame.sign_out", icon=":material/logout:", width="stretch"
        ):
            live.go("/", post="/sign-out")


def home_of(person: Person | None) -> str:
    """The page that a role starts on."""
    return STARTS[Role(person.role)] if person else "home"


def past_notice(here: Visit) -> None:
    """Says, wherever a past moment is shown, that it is past."""
    st.warning(
        here.words("review.past_notice", at=here.moment.view.moment), icon=":material/history:"
    )
