"""The frame around every page: its visit, the bar with language and person, and the menu."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from data.storage import database
from data.words import Words
from models.access.people import OWN_PAGES, Person, Role, Visitor, may
from models.events.event import Event
from models.incidents import EntryStatus
from models.programme import ItemSnapshot
from models.readiness.tasks import Status
from models.reviews.directives import State
from models.roll_calls import Answer, Outcome
from ui.shell import live, menu
from ui.shell import moment as shell_moment
from ui.shell.moment import Moment
from ui.shell.plain import plain
from ui.shell.words import switch_language, words_for, words_of_tab

OPEN_PAGES = ("wall",)  # that a rehearsal shows to everyone


@dataclass(frozen=True)
class Visit:
    """One run of a page: for whom, in which words, of which moment. Pages call it `ctx`."""

    visitor: Visitor
    words: Words
    moment: Moment

    @property
    def person(self) -> Person | None:
        return self.visitor.person

    @property
    def event(self) -> Event:
        return self.moment.event

    @property
    def at(self) -> datetime:
        """The moment that is shown, by the event's clock (aware UTC)."""
        return self.moment.at

    @property
    def past(self) -> bool:
        """Whether that moment is a past one, chosen on the slider."""
        return self.moment.view.past

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

    def may_of(self, command: str, item: ItemSnapshot) -> bool:
        """Whether to offer a command of a programme item, also to whom its whole belongs."""
        return any(self.may(command, item=key) for key in item.keys)

    def sees(self, name: str) -> bool:
        """Whether a page is for this visitor. In a rehearsal the wall is for everyone."""
        if name == "home":
            return True
        return self.may(f"see_{name}") or (
            name == "wall" and self.event.is_open and not self.visitor.locked
        )


def sign_in_id() -> int | None:
    """The sign-in of this tab's browser.

    Our own middleware hands it to Streamlit when the tab connects.
    """
    number = st.user.get("sign_in")
    return int(number) if number else None


def visit() -> Visit | None:
    """The visit of this run or fragment, read again each time; None before an event was loaded."""
    moment, visitor = shell_moment.seen(sign_in_id())
    if moment is None:
        return None
    words = words_for(moment.event, moment.at)
    show_toast(words)
    return Visit(visitor, words, moment)


def visit_of_menu() -> Visit | None:
    """The visit that the menu is for; None before an event was loaded, and while the database is
    lost to a tab that has seen nothing yet: the page itself says which.
    """
    try:
        moment, visitor = shell_moment.seen(sign_in_id())
    except database.UNREACHABLE:
        return None
    return Visit(visitor, words_for(moment.event), moment) if moment else None


def listed_pages(ctx: Visit | None) -> dict[str, list[str]]:
    """The pages that the menu shows, by group (`ui.shell.menu.grouped`).

    In a rehearsal a visitor who is not signed in sees what there is: each page says who it is for.
    """
    if ctx is None:
        return menu.ALONE
    open_house = ctx.person is None and ctx.event.is_open
    names = [
        name
        for name in menu.ICONS
        if (ctx.sees(name) or (open_house and name not in menu.INNER))
        and (name != "rehearsal" or ctx.event.rehearsal)
    ]
    return menu.grouped(names, own_pages(ctx.person)[0])


def show_toast(words: Words) -> None:
    """Show once what a callback left to be said (`ui.shell.commands.say`)."""
    key, facts = st.session_state.pop("said", ("", {}))
    if key:
        groups = {
            Status: "status",
            EntryStatus: "entry",
            Answer: "answer",
            Outcome: "outcome",
            State: "directive",
        }
        in_words = {
            name: words(f"{groups[type(fact)]}.{fact.value}") if type(fact) in groups else fact
            for name, fact in facts.items()
        }
        st.toast(plain(words(key, **in_words)), icon=":material/check:")


def words_before_event() -> Words:
    """The visitor's words where no event says in which time zone."""
    return words_of_tab()


_EVENT = "frame.event"  # the event that the whole page was drawn of


def open_page(name: str) -> Visit:
    """The start of every page that is for everyone: title, bar.

    Stops where no event was loaded.
    """
    ctx = visit()
    words = ctx.words if ctx else words_before_event()
    title = f"{words(f'page.{name}')} · {words('app.name')}"
    st.set_page_config(page_title=title, layout="wide")
    if ctx is None:
        st.warning(words("app.no_event"))
        live.go("/first-start")
        st.stop()
    st.session_state[_EVENT] = ctx.event.id
    bar(name, ctx)
    return ctx


def require(name: str) -> Visit:
    """The start of every page that is for some; others get one sentence and the way in."""
    ctx = open_page(name)
    if ctx.sees(name):
        return ctx
    if ctx.visitor.locked:
        message, way, to = "frame.locked", "frame.unlock", "/unlock"
    elif ctx.person is None:
        message, way, to = "frame.sign_in_first", "frame.sign_in", f"/sign-in?next=/{name}"
    else:
        message, way, to = "frame.not_for_you", "frame.other_sign_in", f"/sign-in?next=/{name}"
    st.info(ctx.words(message), icon=":material/lock:")
    live.watch("people")  # for the language cookie, and to notice a lost server
    if st.button(ctx.words(way), key="frame.sign_in_first", type="primary"):
        live.go(to)
    return st.stop()


def part_of(name: str) -> Visit:
    """The visit of a part of such a page (a fragment), read again each time it is drawn.

    Where the page is no longer for this visitor, since the sign-in has ended or the device was
    locked under it, the whole page is drawn anew and says so; and where another event, or another
    run of a rehearsal, is the current one: what the page had chosen is not in that one.
    """
    ctx = visit()
    if ctx is None or not ctx.sees(name):
        st.rerun()
    if st.session_state.setdefault(_EVENT, ctx.event.id) != ctx.event.id:
        st.session_state[_EVENT] = ctx.event.id  # once, also where no frame is drawn
        st.rerun()
    return ctx


def bar(name: str, ctx: Visit) -> None:
    """The line above every page: its name, whether it is a rehearsal, the language, the person."""
    words = ctx.words
    title = words("app.name") if name == "home" else words(f"page.{name}")
    with st.container(key="frame_bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{title}**", width="content")
        st.space("stretch")
        if ctx.event.mark:
            color = "violet" if ctx.event.is_trial else "orange"
            st.badge(words(f"app.{ctx.event.mark}"), color=color)
        if ctx.event.is_over:
            st.badge(words("events.over", state=words(f"events.{ctx.event.state}")), color="gray")
        if not words.alone:
            st.button(words("app.language"), key="frame.language", on_click=switch_language)
        who(ctx, name)


def who(ctx: Visit, name: str) -> None:
    """The person and the way out, or the way in."""
    words = ctx.words
    if ctx.person is None:
        if name != "home" and st.button(
            words("frame.sign_in"), key="frame.sign_in", icon=":material/login:"
        ):
            live.go(f"/sign-in?next=/{name}")
        return
    with st.popover(":material/person:", key="frame_who"):
        st.text(words.of(ctx.person, "name"))
        if ctx.person.role != Role.DISPLAY and _wide_button(words, "account", "key"):
            live.go("/account")
        if ctx.visitor.has_pin and _wide_button(words, "lock", "lock"):
            live.go("/unlock", post="/lock")
        if _wide_button(words, "sign_out", "logout"):
            live.go("/", post="/sign-out")


def _wide_button(words: Words, name: str, icon: str) -> bool:
    key = f"frame.{name}"
    return st.button(words(key), key=key, icon=f":material/{icon}:", width="stretch")


def own_pages(person: Person | None) -> tuple[str, ...]:
    """The pages that a visitor works with, the own one first; the wall's where no one signed in."""
    return OWN_PAGES[Role(person.role)] if person else OPEN_PAGES


def past_notice(ctx: Visit) -> None:
    """Says, wherever a past moment is shown, that it is past, and which one with its date."""
    st.warning(ctx.words.dated()("review.past_notice", at=ctx.at), icon=":material/history:")
