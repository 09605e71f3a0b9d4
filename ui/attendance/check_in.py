"""The desk's side of attendance: the badge field, its answer, the camera, the search, and the
last ten.
"""

import streamlit as st

from data.attendance.commands import admit, undo_attendance
from models.programme import ItemSnapshot
from ui.attendance import devices, search
from ui.attendance import queries as attendance_queries
from ui.attendance.answer import TYPED, answer, record
from ui.shell.frame import Visit

FORM = "attendance.badge"
CAMERA = "attendance.camera_seen"


def desk(now: Visit, item: ItemSnapshot) -> None:
    """A badge by scanner, hand or camera, else a search; every answer by colour, word and sound
    below what was typed.
    """
    words = now.words
    st.subheader(words("attendance.check_in"), anchor=False)
    with st.form(FORM, border=False, enter_to_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                words("attendance.badge"), key=TYPED, placeholder=words("attendance.badge_hint")
            )
            st.form_submit_button(
                words("attendance.badge_go"),
                type="primary",
                on_click=scan,
                args=(item.id,),
                width="content",
            )
    answer(now)
    if st.toggle(words("attendance.camera"), key="attendance.camera"):
        devices.camera(CAMERA, lambda: see(item.id))
    search.search(now, item)
    newest(now, item)


def scan(item_id: int) -> None:
    """A badge was typed or scanned; it leaves the field unless it has to be typed anew."""
    typed = st.session_state[TYPED]
    if record(FORM, admit, badge=typed, item_id=item_id):
        st.session_state[TYPED] = ""


def see(item_id: int) -> None:
    """The camera read a code."""
    code = devices.code_of(CAMERA)
    if code:
        record(FORM, admit, badge=code, item_id=item_id)


def newest(now: Visit, item: ItemSnapshot) -> None:
    """The last ten, each with its desk and its way back."""
    words = now.words
    latest = attendance_queries.newest_admissions(now.moment, item_id=item.id)
    if not latest:
        return
    st.markdown(f"**{words('attendance.newest')}**")
    with st.container(gap="xsmall", key="attendance_newest"):
        for found, desk_name in latest:
            how = search.status(now, found)
            parts = (
                words.time(found.at),
                found.badge,
                words.of(found, "title"),
                how,
                desk_name[words.language],
            )
            form, what = (
                f"attendance.newest.{found.delegate_id}",
                {"badge": found.badge, "item_id": item.id},
            )
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(" · ".join(part for part in parts if part), width="stretch")
                undo = {"on_click": record, "args": (form, undo_attendance), "kwargs": what}
                st.button(words("attendance.undo"), key=f"{form}.undo", type="tertiary", **undo)
