"""Offline scans that contradict the ledger: the command room settles them one by one."""

import streamlit as st

from data.attendance.offline_scans import Conflict, Seen, WrongClock, settle_conflict
from models.attendance.offline_scans import SETTLED_LENGTH
from ui.attendance import queries as attendance_queries
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain


def scan_conflicts(ctx: Visit) -> None:
    """The unsettled conflicts, newest first."""
    for clock in attendance_queries.wrong_clocks(ctx.moment):
        wrong_clock(ctx, clock)
    found = attendance_queries.conflicts(ctx.moment)
    if not found:
        st.caption(ctx.words("attendance.conflicts_none"))
    for one in found:
        with st.container(border=True, key=f"conflict_{one.id}"):
            conflict(ctx, one)


def wrong_clock(ctx: Visit, clock: WrongClock) -> None:
    """The warning about a desk whose device told a wrong time with its scans, which count."""
    words = ctx.words
    desk = clock.desk[words.language] if clock.desk else words("attendance.conflict_no_desk")
    key = "attendance.clock_fast" if clock.minutes > 0 else "attendance.clock_slow"
    sentence = words(key, desk=desk, number=clock.number, minutes=abs(clock.minutes))
    st.warning(plain(sentence), icon=":material/schedule:")


def conflict(ctx: Visit, one: Conflict) -> None:
    """Both scans, why they contradict each other, and the form that settles the conflict."""
    words, form = ctx.words, f"attendance.conflict.{one.id}"
    who = one.title[words.language] if one.title else ""
    st.markdown(
        " · ".join(f"{plain(part)}" for part in (one.badge, who, one.item[words.language]) if part)
    )
    key = f"attendance.conflict_why_{one.outcome}"
    if words.has(key):
        st.text(words(key))
    st.text(seen(ctx, "attendance.conflict_late", one.late))
    if one.other:
        st.text(seen(ctx, "attendance.conflict_other", one.other))
    with st.form(f"{form}.form", border=False):
        st.text_input(
            words("attendance.conflict_words"), key=f"{form}.words", max_chars=SETTLED_LENGTH
        )
        with st.container(horizontal=True):
            if one.can_count:
                st.form_submit_button(
                    words("attendance.conflict_came"),
                    on_click=settle,
                    args=(form, one.id),
                    kwargs={"came": True},
                    type="primary",
                )
            st.form_submit_button(
                words("attendance.conflict_settle"), on_click=settle, args=(form, one.id)
            )
    commands.refused(form, words)


def seen(ctx: Visit, key: str, scan: Seen) -> str:
    words = ctx.words
    at = words.time(scan.at) if scan.at else words("attendance.conflict_no_time")
    return words(
        key,
        at=at,
        desk=scan.desk[words.language] if scan.desk else words("attendance.conflict_no_desk"),
    )


def settle(form: str, late_scan_id: int, *, came: bool = False) -> None:
    words = st.session_state[f"{form}.words"]
    commands.perform(form, settle_conflict, late_scan_id=late_scan_id, words=words, came=came)
