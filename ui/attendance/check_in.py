"""A desk's check-in: the badge field, its answer, the camera, the search, and the last ten."""

import streamlit as st

from data.attendance.commands import admit, undo_attendance
from data.attendance.queries import Found
from models.programme import ItemSnapshot
from ui.attendance import devices, search
from ui.attendance import queries as attendance_queries
from ui.attendance.answer import TYPED, answer, record
from ui.shell import choices, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM = "attendance.badge"
CAMERA = "attendance.camera_seen"


def desk(ctx: Visit, item: ItemSnapshot) -> None:
    """The badge field for scanner and hand, its answer below it, then the camera and the search."""
    words = ctx.words
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
    answer(ctx, item)
    if st.toggle(words("attendance.camera"), key="attendance.camera"):
        devices.camera(CAMERA)
    search.search(ctx, item)
    newest(ctx, item)


def scan(item_id: int) -> None:
    """Admit the badge in the field; a refused one stays there to be corrected.

    An empty field asks for nothing: a scanner that ends a code with CR LF sends it a second time.
    """
    typed = st.session_state[TYPED]
    if typed.strip() and record(FORM, admit, badge=typed, item_id=item_id):
        st.session_state[TYPED] = ""


def newest(ctx: Visit, item: ItemSnapshot) -> None:
    """The last ten acts at the item, each with its desk; folded below them what undoes each."""
    words = ctx.words
    latest = attendance_queries.newest_admissions(ctx.moment, item_id=item.id)
    if not latest:
        return
    lines = [newest_line(ctx, found, desk) for found, desk in latest]
    with st.container(gap="xsmall", key="attendance_newest"):
        # One element and no row of buttons each: every scan draws all of them.
        st.markdown("\n\n".join([f"**{words('attendance.newest')}**", *lines]))
        undo = choices.expander(
            words("undo.by_mistake"), key="attendance.newest_undo", icon=":material/undo:"
        )
        if undo.open:
            with undo:
                for found, _ in latest:
                    undo_line(ctx, item, found)


def newest_line(ctx: Visit, found: Found, desk_name: dict[str, str]) -> str:
    """One of the last ten in two lines of Markdown: who and what; when, which badge, which desk."""
    words = ctx.words
    parts = (words.time(found.at), found.badge, desk_name[words.language])
    below = components.small(" · ".join(part for part in parts if part))
    return f"{plain(words.of(found, 'title'))} · **{search.status(ctx, found)}**  \n{below}"


def undo_line(ctx: Visit, item: ItemSnapshot, found: Found) -> None:
    """What undoes one of the last ten."""
    words, form = ctx.words, f"attendance.newest.{found.delegate_id}"
    parts = (words.time(found.at), found.badge, words.of(found, "title"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(" · ".join(parts), width="stretch")
        st.button(
            words("attendance.undo"),
            key=f"{form}.undo",
            type="tertiary",
            on_click=record,
            args=(form, undo_attendance),
            kwargs={"badge": found.badge, "item_id": item.id, "fact_id": found.fact_id},
        )
