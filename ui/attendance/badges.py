"""Badges: replacing a lost one, and sheets to print."""

import streamlit as st

from data.attendance.badges import NewBadge, export_badge, export_badges, replace_badge
from ui.attendance import queries as attendance_queries
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM, GIVEN = "attendance.badges", "attendance.badges_given"


def badge_printing(ctx: Visit) -> None:
    """The replacement of one badge; with the permission, the sheets of a delegation or of all."""
    words = ctx.words
    with st.form(FORM, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                words("badges.replace_code"),
                key=f"{FORM}.code",
                placeholder=words("attendance.badge_hint"),
            )
            st.form_submit_button(words("badges.replace_go"), on_click=replace, width="content")
    commands.refused(FORM, words)
    given: NewBadge | None = st.session_state.get(GIVEN)
    if given:
        replaced(ctx, given)
    if ctx.may("export_badges"):
        sheets(ctx)


def replaced(ctx: Visit, given: NewBadge) -> None:
    """Which badge replaces which, and its sheet to print."""
    words, delegate = ctx.words, ctx.words.of(given, "title")
    sentence = words("badges.replaced", delegate=delegate, old=given.old, badge=given.badge)
    st.success(plain(sentence), icon=":material/badge:")
    made = commands.export(export_badge, bytes, badge=given.badge, words=words)
    download(ctx, words("badges.print_one", badge=given.badge), made, key="one")


def replace() -> None:
    st.session_state[GIVEN] = commands.perform(
        FORM, replace_badge, badge=st.session_state[f"{FORM}.code"]
    )
    if st.session_state[GIVEN]:
        st.session_state[f"{FORM}.code"] = ""


def sheets(ctx: Visit) -> None:
    """The badges of all delegates or of one delegation; the file is written at the tap."""
    words = ctx.words
    names = {"": words("badges.everybody")} | {
        one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)
    }
    chosen = choices.selectbox(
        words("badges.which"), list(names), format_func=names.__getitem__, key=f"{FORM}.delegation"
    )
    made = commands.export(export_badges, bytes, delegation_id=chosen or None, words=words)
    download(ctx, words("badges.print"), made, key="many")
    if number := attendance_queries.outdated_badges(ctx.moment):
        st.warning(words("badges.outdated", number=number), icon=":material/print:")
        again = commands.export(
            export_badges, bytes, delegation_id=None, words=words, outdated=True
        )
        download(ctx, words("badges.print_outdated"), again, key="outdated")
    st.caption(words("badges.sheet"))


def download(ctx: Visit, label: str, made, *, key: str) -> None:
    st.download_button(
        label,
        made,
        file_name=ctx.words("badges.file_name"),
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key=f"{FORM}.download_{key}",
    )
