"""The desk's side of attendance: the badge field, its answer, the search, and the last ten."""

import streamlit as st

from data.attendance import SEARCH_LIMIT, Found, admit, admit_substitute, excuse, undo_attendance
from models.attendance import REASON_LENGTH, Admission, Standing
from models.programme import ItemStanding
from ui import actions, components, feeds
from ui.frame import Visit

FORM = "attendance.badge"
ANSWER = "attendance.answer"


def desk(now: Visit, item: ItemStanding) -> None:
    """A badge by scanner or hand, else a search; every answer in word and colour above what was typed."""
    words = now.words
    st.subheader(words("attendance.check_in"), anchor=False)
    with st.form(FORM, border=False, enter_to_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(words("attendance.badge"), key="attendance.badge_typed", placeholder=words("attendance.badge_hint"))
            st.form_submit_button(words("attendance.badge_go"), type="primary", on_click=scan, args=(item.id,), width="content")
    answer(now)
    search(now, item)
    newest(now, item)


def scan(item_id: int) -> None:
    """A badge was typed or scanned; it leaves the field only when it was recorded."""
    typed = st.session_state["attendance.badge_typed"]
    if record(FORM, admit, badge=typed, item_id=item_id):
        st.session_state["attendance.badge_typed"] = ""


def record(form: str, command, **facts) -> Admission | None:
    """Gives a command of the desk and keeps its answer on show."""
    st.session_state.pop(ANSWER, None)
    for shown in [key for key in st.session_state if str(key).startswith("refused.attendance.")]:
        del st.session_state[shown]
    admission = actions.perform(form, command, once="scan_id", **facts)
    st.session_state[ANSWER] = (form, admission)
    return admission


def answer(now: Visit) -> None:
    """What became of the last scan."""
    form, admission = st.session_state.get(ANSWER, ("", None))
    if admission is None:
        if form:
            actions.refused(form, now.words)
        return
    key = {
        Standing.PRESENT: "attendance.in",
        Standing.SUBSTITUTE: "attendance.in_substitute",
        Standing.EXCUSED: "attendance.in_excused",
        Standing.UNDONE: "attendance.undone",
    }[admission.standing]
    show = st.success if admission.standing in (Standing.PRESENT, Standing.SUBSTITUTE) else st.info
    title = components.plain(now.words.of(admission, "title"))
    show(
        f"**{now.words(key)}** · {title} · {components.plain(admission.delegation_vi)} · {admission.badge}",
        icon=":material/how_to_reg:",
    )


def search(now: Visit, item: ItemStanding) -> None:
    """Delegates by office, unit, delegation or code, accents optional."""
    words = now.words
    query = st.text_input(
        words("attendance.search"), key="attendance.query", placeholder=words("attendance.search_hint"), type="search"
    )
    if not query or not query.strip():
        return
    found = feeds.search(now.moment, item_id=item.id, query=query)
    for one in found:
        person(now, item, one)
    if not found:
        st.text(words("attendance.nobody", query=query[:60]))
    if len(found) == SEARCH_LIMIT:
        st.caption(words("attendance.too_many", number=SEARCH_LIMIT))


def person(now: Visit, item: ItemStanding, found: Found) -> None:
    """One delegate with what can be recorded of him."""
    words = now.words
    with st.container(border=True, key=f"delegate_{found.delegate_id}"):
        st.markdown(
            f"**{components.plain(words.of(found, 'title'))}** · {components.plain(words.of(found, 'delegation'))} · {found.badge}"
        )
        if found.standing:
            how = words(f"attendance.standing_{found.standing.value}")
            st.caption(words("attendance.came", how=how, at=words.time(found.at)))
        elif not found.expected:
            st.caption(words("attendance.not_expected"))
        with st.container(horizontal=True):
            choices(now, item, found)


def choices(now: Visit, item: ItemStanding, found: Found) -> None:
    words, form = now.words, f"attendance.person.{found.delegate_id}"
    what = {"badge": found.badge, "item_id": item.id}
    if found.standing in (Standing.PRESENT, Standing.SUBSTITUTE):
        st.button(words("attendance.undo"), key=f"{form}.undo", on_click=record, args=(form, undo_attendance), kwargs=what)
        return
    st.button(words("attendance.admit"), key=f"{form}.admit", type="primary", on_click=record, args=(form, admit), kwargs=what)
    with st.popover(words("attendance.others"), key=f"{form}.others"):
        st.text_input(words("attendance.words_substitute"), key=f"{form}.substitute", max_chars=REASON_LENGTH)
        st.button(words("attendance.substitute"), key=f"{form}.send", on_click=replace, args=(form, what))
        st.text_input(words("attendance.words_excuse"), key=f"{form}.reason", max_chars=REASON_LENGTH)
        st.button(words("attendance.excuse"), key=f"{form}.excuse", on_click=absent, args=(form, what))
        if found.standing:
            st.button(words("attendance.undo"), key=f"{form}.undo", on_click=record, args=(form, undo_attendance), kwargs=what)


def replace(form: str, what: dict) -> None:
    """Somebody came in a delegate's place."""
    record(form, admit_substitute, substitute=st.session_state[f"{form}.substitute"], **what)


def absent(form: str, what: dict) -> None:
    record(form, excuse, reason=st.session_state[f"{form}.reason"], **what)


def newest(now: Visit, item: ItemStanding) -> None:
    """The last ten, each with its desk and how long ago."""
    words = now.words
    latest = feeds.newest_admissions(now.moment, item_id=item.id)
    if not latest:
        return
    st.markdown(f"**{words('attendance.newest')}**")
    with st.container(gap="xsmall", key="attendance_newest"):
        for found, desk_name in latest:
            how = words(f"attendance.standing_{found.standing.value}")
            st.text(
                " · ".join(
                    part
                    for part in (words.time(found.at), found.badge, words.of(found, "title"), how, desk_name[words.language])
                    if part
                )
            )
