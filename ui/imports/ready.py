"""The last step: what the event still needs before it begins, each with the way to it."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from data.access.invitation_sheets import invitation_sheets
from data.access.invitations import Given, invite_missing
from data.attendance.badges import export_badges
from data.documents.notice import short_notice
from data.events.clock import real_now
from data.imports.commands import undo_import
from data.imports.drafts import begin_import
from data.imports.ready import Known, Point
from data.words import Words
from ui.imports import queries as import_queries
from ui.shell import choices, commands, components, menu
from ui.shell.exports import Export
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM, GIVEN = "event.ready", "event.invitations"
MARKS = {
    Known.DONE: ("green", ":material/check:"),
    Known.OPEN: ("orange", ":material/priority_high:"),
    Known.UNKNOWN: ("gray", ":material/question_mark:"),
}
MAX_IMPORTS = 20
LOCAL = ("localhost", "127.0.0.1", "::1")


def region(ctx: Visit) -> None:
    words = ctx.words
    st.caption(words("event_page.ready_why"))
    for point in import_queries.points(ctx):
        with st.container(border=True, key=f"event_point_{point.name}"):
            _point(words, point)
            WAYS.get(point.name, _nothing)(ctx)
    commands.refused(FORM, words)
    _imports(ctx)
    with st.container(horizontal=True):
        st.page_link(menu.path("wall"), label=words("event_page.to_wall"), icon=":material/tv:")
        st.button(
            words("event_page.again"),
            key="event.again",
            icon=":material/upload_file:",
            on_click=again,
        )


def _point(words: Words, point: Point) -> None:
    colour, mark = MARKS[point.state]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(words(f"event_page.{point.state.value}"), color=colour, icon=mark)
        title = plain(words(f"event_page.point_{point.name}"))
        st.markdown(f"**{title}**", width="stretch")
    name = f"event_page.facts_{point.name}"
    own = f"{name}_{point.state.value}"
    st.caption(plain(words(own if words.has(own) else name, **point.facts)))


def again() -> None:
    """Prepare another import: more files, or the same ones after a change."""
    commands.perform(FORM, begin_import, issuer="", desks=0)


# --- what was loaded -----------------------------------------------------------------------------


def _imports(ctx: Visit) -> None:
    """The imports, and the way to take the newest one back as a whole."""
    words, found = ctx.words, import_queries.imports(ctx.event)
    if not found:
        return
    box = choices.expander(words("event_page.imports", number=len(found)), key="event.imports")
    if not box.open:
        return
    with box:
        for one in found[:MAX_IMPORTS]:
            state = "imported_undone" if one.undone_at else "imported"
            facts = {"at": one.at, "by": one.by, "files": ", ".join(one.files)}
            st.text(words(f"event_page.{state}", **facts))
        last = next((one for one in found if not one.undone_at), None)
        if last is not None:
            with components.by_mistake(words, "event.undo_box"):
                st.text(words("event_page.undo_why"))
                st.button(
                    words("event_page.undo"), key="event.undo", on_click=undo, args=(last.id,)
                )


def undo(import_id: int) -> None:
    if commands.perform(FORM, undo_import, import_id=import_id) is not None:
        commands.say("event_page.undone")


# --- the way to each -----------------------------------------------------------------------------


def _nothing(_ctx: Visit) -> None:
    """A point without a way of its own."""


def _page(name: str, ctx: Visit) -> None:
    label = ctx.words("waiting.go", page=ctx.words(f"page.{name}"))
    st.page_link(menu.path(name), label=label, icon=":material/arrow_forward:")


def _invitations(ctx: Visit) -> None:
    """One PDF of all who have not come in yet: made by one tap, taken by another, since a link is
    shown once."""
    words, host = ctx.words, urlsplit(st.context.url or "")
    if host.hostname in LOCAL:
        st.warning(words("people.local_address"), icon=":material/lan:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            words("event_page.invitations_make"),
            key="event.invite",
            icon=":material/qr_code_2:",
            on_click=invite,
        )
        given: list[Given] | None = st.session_state.get(GIVEN)
        if given:
            _download(
                words("event_page.invitations_take", number=len(given)),
                Export(partial(_sheets, ctx, given, f"{host.scheme}://{host.netloc}"), words),
                words("event_page.invitations_file"),
                key="event.invitations_take",
            )
    _page("people", ctx)


def invite() -> None:
    st.session_state[GIVEN] = commands.perform(FORM, invite_missing)


def _sheets(ctx: Visit, given: list[Given], address: str) -> bytes:
    event = ctx.words.of(ctx.event, "short_name")
    return invitation_sheets(
        given,
        address=address,
        event=event,
        words=ctx.words,
        at=ctx.at,
        notice=short_notice(ctx.event, ctx.words, real_now()),
    )


def _badges(ctx: Visit) -> None:
    words = ctx.words
    made = commands.export(export_badges, bytes, delegation_id=None, words=words)
    _download(words("badges.print"), made, words("badges.file_name"), key="event.badges")


def _download(label: str, made: Export, file_name: str, *, key: str) -> None:
    st.download_button(
        label,
        made,
        file_name=file_name,
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key=key,
    )


WAYS: dict[str, Callable[[Visit], None]] = {
    "loaded": partial(_page, "plan"),
    "invitations": _invitations,
    "badges": _badges,
    "pins": partial(_page, "people"),
    "try": partial(_page, "events"),
}
