"""The desk's search: delegates by office, unit, delegation or code, and what can be recorded of
each.
"""

from collections.abc import Callable

import streamlit as st

from data.attendance.badges import replace_badge
from data.attendance.commands import (
    admit,
    admit_substitute,
    announce_many,
    announce_substitute,
    excuse,
    excuse_many,
    leave,
    undo_attendance,
)
from data.attendance.queries import Found
from data.attendance.search import SEARCH_LIMIT
from models.attendance.ledger import HERE, REASON_LENGTH, Place
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.attendance.answer import record
from ui.shell import commands, components
from ui.shell.frame import Visit


def search(now: Visit, item: ItemSnapshot) -> None:
    """Delegates by office, unit, delegation or code, accents optional."""
    words = now.words
    query = st.text_input(
        words("attendance.search"),
        key="attendance.query",
        placeholder=words("attendance.search_hint"),
        type="search",
    )
    if not query or not query.strip():
        return
    found = attendance_queries.search(now.moment, item_id=item.id, query=query)
    for one in found:
        person(now, item, one)
    if not found:
        st.text(words("attendance.nobody", query=query[:60]))
    if len(found) == SEARCH_LIMIT:
        st.caption(words("attendance.too_many", number=SEARCH_LIMIT))


def standing(now: Visit, found: Found) -> str:
    """How a delegate stands, and where he is if not in the room."""
    how = now.words(f"attendance.standing_{found.status.value}")
    if found.status in HERE and found.place is not Place.ROOM:
        how += f", {now.words(f'attendance.place_{found.place.value}')}"
    return how


def person(now: Visit, item: ItemSnapshot, found: Found) -> None:
    """One delegate with what can be recorded of him."""
    words = now.words
    with st.container(border=True, key=f"delegate_{found.delegate_id}"):
        st.markdown(
            f"**{components.plain(words.of(found, 'title'))}** · {components.plain(words.of(found, 'delegation'))} · {found.badge}"
        )
        if found.status:
            st.caption(words("attendance.came", how=standing(now, found), at=words.time(found.at)))
        elif not found.expected:
            st.caption(words("attendance.not_expected"))
        with st.container(horizontal=True):
            choices(now, item, found)


def choices(now: Visit, item: ItemSnapshot, found: Found) -> None:
    words, form = now.words, f"attendance.person.{found.delegate_id}"
    what = {"badge": found.badge, "item_id": item.id}
    if found.status not in HERE:
        tap(now, form, "admit", "attendance.admit", admit, what, type="primary")
        with st.popover(words("attendance.others"), key=f"{form}.others"):
            others(now, form, what)
            if found.status:
                tap(now, form, "undo", "attendance.undo", undo_attendance, what)
            new_badge(now, form, found)
        return
    if found.place is Place.ROOM:
        tap(
            now, form, "common", "attendance.leave_common", leave, what | {"to": Place.COMMON.value}
        )
    else:
        tap(now, form, "admit", "attendance.enter_again", admit, what, type="primary")
    if found.place is not Place.OUTSIDE:
        tap(
            now,
            form,
            "outside",
            "attendance.leave_outside",
            leave,
            what | {"to": Place.OUTSIDE.value},
        )
    tap(now, form, "undo", "attendance.undo", undo_attendance, what)
    with st.popover(words("attendance.others"), key=f"{form}.others"):
        new_badge(now, form, found)


def tap(now: Visit, form: str, name: str, label: str, command, what: dict, **look) -> None:
    """A button that gives one command of the desk."""
    st.button(
        now.words(label),
        key=f"{form}.{name}",
        on_click=record,
        args=(form, command),
        kwargs=what,
        **look,
    )


def others(now: Visit, form: str, what: dict) -> None:
    """Somebody in his place, now or later, and an absence with its reason, here or everywhere."""
    words = now.words
    st.text_input(
        words("attendance.words_substitute"), key=f"{form}.substitute", max_chars=REASON_LENGTH
    )
    with st.container(horizontal=True):
        st.button(
            words("attendance.substitute"), key=f"{form}.send", on_click=replace, args=(form, what)
        )
        st.button(
            words("attendance.announce"),
            key=f"{form}.announce",
            on_click=announce,
            args=(form, what),
        )
    st.text_input(words("attendance.words_excuse"), key=f"{form}.reason", max_chars=REASON_LENGTH)
    st.button(words("attendance.excuse"), key=f"{form}.excuse", on_click=absent, args=(form, what))
    if not now.person.desk_key:  # a desk records at the items that it serves only
        st.checkbox(words("attendance.foretold_whole"), key=f"{form}.whole")


def replace(form: str, what: dict) -> None:
    """Somebody came in a delegate's place."""
    record(form, admit_substitute, substitute=st.session_state[f"{form}.substitute"], **what)


def announce(form: str, what: dict) -> None:
    """Somebody will come in a delegate's place."""
    foretell(
        form,
        what,
        announce_substitute,
        announce_many,
        substitute=st.session_state[f"{form}.substitute"],
    )


def absent(form: str, what: dict) -> None:
    foretell(form, what, excuse, excuse_many, reason=st.session_state[f"{form}.reason"])


def foretell(form: str, what: dict, once: Callable, everywhere: Callable, **told: str) -> None:
    """What is known before somebody comes: of the item shown, or of all that have not ended."""
    if st.session_state.get(f"{form}.whole"):
        record(form, everywhere, badges=[what["badge"]], item_ids=[], **told)
    else:
        record(form, once, **what, **told)


def new_badge(now: Visit, form: str, found: Found) -> None:
    if now.may("replace_badge"):
        st.button(
            now.words("attendance.new_badge"),
            key=f"{form}.badge",
            on_click=give_badge,
            args=(form, found.badge),
        )
        commands.refused(f"{form}.badge", now.words)


def give_badge(form: str, badge: str) -> None:
    """Another badge; the search goes on with its code, so that the card stays on show."""
    given = commands.perform(f"{form}.badge", replace_badge, badge=badge)
    if given:
        delegate = {"vi": given.title_vi, "en": given.title_en}
        commands.say("badges.replaced", delegate=delegate, old=given.old, badge=given.badge)
        st.session_state["attendance.query"] = given.badge
