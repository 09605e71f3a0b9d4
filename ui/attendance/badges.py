"""Badges: another one for a lost one, and sheets to print."""

import streamlit as st

from data.attendance.badges import NewBadge, export_badge, export_badges, replace_badge
from ui.attendance import queries as attendance_queries
from ui.shell import commands, components
from ui.shell.frame import Visit

FORM, GIVEN = "attendance.badges", "attendance.badges_given"


def badge_printing(now: Visit) -> None:
    """The replacement of one badge; for who may, the sheets of a delegation or of everybody."""
    words = now.words
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
        told = words(
            "badges.replaced", delegate=words.of(given, "title"), old=given.old, badge=given.badge
        )
        st.success(components.plain(told), icon=":material/badge:")
        made = commands.export(export_badge, badge=given.badge, words=words)
        download(now, words("badges.print_one", badge=given.badge), made, key="one")
    if now.may("export_badges"):
        sheets(now)


def replace() -> None:
    st.session_state[GIVEN] = commands.perform(
        FORM, replace_badge, badge=st.session_state[f"{FORM}.code"]
    )
    if st.session_state[GIVEN]:
        st.session_state[f"{FORM}.code"] = ""


def sheets(now: Visit) -> None:
    """The badges of everybody or of a delegation, made at the tap."""
    words = now.words
    names = {None: words("badges.everybody")} | {
        one.id: words.of(one, "name") for one in attendance_queries.delegations(now.moment)
    }
    chosen = st.selectbox(
        words("badges.which"), list(names), format_func=names.get, key=f"{FORM}.delegation"
    )
    made = commands.export(export_badges, delegation_id=chosen, words=words)
    download(now, words("badges.print"), made, key="many")
    st.caption(words("badges.sheet"))


def download(now: Visit, label: str, made, *, key: str) -> None:
    st.download_button(
        label,
        made,
        file_name=now.words("badges.file_name"),
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key=f"{FORM}.download_{key}",
    )
