"""Scans that came late and that the ledger would have stopped: for the command room to look at,
one by one.
"""

import streamlit as st

from data.attendance.offline_scans import Conflict, Seen, settle_conflict
from models.attendance.offline_scans import SETTLED_LENGTH
from ui.attendance import queries as attendance_queries
from ui.shell import commands, components
from ui.shell.frame import Visit


def scan_conflicts(now: Visit) -> None:
    """Every conflict that nobody has settled, newest first."""
    found = attendance_queries.conflicts(now.moment)
    if not found:
        st.caption(now.words("attendance.conflicts_none"))
    for one in found:
        with st.container(border=True, key=f"conflict_{one.id}"):
            conflict(now, one)


def conflict(now: Visit, one: Conflict) -> None:
    """Both scans, side by side, and what was found."""
    words, form = now.words, f"attendance.conflict.{one.id}"
    who = one.title[words.language] if one.title else ""
    st.markdown(
        " · ".join(
            f"{components.plain(part)}"
            for part in (one.badge, who, one.item[words.language])
            if part
        )
    )
    key = f"attendance.conflict_why_{one.outcome}"
    if words.has(key):
        st.text(words(key))
    st.text(seen(now, "attendance.conflict_late", one.late))
    if one.other:
        st.text(seen(now, "attendance.conflict_other", one.other))
    with st.form(f"{form}.form", border=False):
        st.text_input(
            words("attendance.conflict_words"), key=f"{form}.words", max_chars=SETTLED_LENGTH
        )
        st.form_submit_button(
            words("attendance.conflict_settle"), on_click=settle, args=(form, one.id)
        )
    commands.refused(form, words)


def seen(now: Visit, key: str, scan: Seen) -> str:
    words = now.words
    at = words.time(scan.at) if scan.at else words("attendance.conflict_no_time")
    return words(
        key,
        at=at,
        desk=scan.desk[words.language] if scan.desk else words("attendance.conflict_no_desk"),
    )


def settle(form: str, late_scan_id: int) -> None:
    commands.perform(
        form, settle_conflict, late_scan_id=late_scan_id, words=st.session_state[f"{form}.words"]
    )
