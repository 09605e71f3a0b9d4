"""A desk's search: delegates by office, unit, delegation or code, and the commands for each."""

from collections.abc import Callable

import streamlit as st

from data.attendance.badges import replace_badge
from data.attendance.commands import (
    admit,
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
from models.text import both
from ui.attendance import queries as attendance_queries
from ui.attendance import roster_form
from ui.attendance.answer import ask_substitute, record
from ui.shell import choices as choices_of
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain


def search(ctx: Visit, item: ItemSnapshot) -> None:
    """Delegates by office, unit, delegation or code, accents optional."""
    words = ctx.words
    query = st.text_input(
        words("attendance.search"),
        key="attendance.query",
        placeholder=words("attendance.search_hint"),
        type="search",
    )
    if not query or not query.strip():
        return
    found = attendance_queries.search(ctx.moment, item_id=item.id, query=query, reader=ctx.person)
    for one in found:
        person(ctx, item, one)
    if not found:
        st.text(words("attendance.nobody", query=query[:60]))
        if ctx.may("add_delegate"):
            adding(ctx, item)
    if len(found) == SEARCH_LIMIT:
        st.caption(words("attendance.too_many", number=SEARCH_LIMIT))


def adding(ctx: Visit, item: ItemSnapshot) -> None:
    """Where a search finds no one: the form that adds a delegate, folded."""
    label = ctx.words("roster.add")
    box = choices_of.expander(label, key="attendance.add_box", icon=":material/person_add:")
    if box.open:
        with box:
            roster_form.add(ctx, "attendance.add", item=item)


def status(ctx: Visit, found: Found) -> str:
    """A delegate's attendance status in words, and their place if they left the room."""
    in_words = ctx.words(f"attendance.standing_{found.status.value}")
    if found.status in HERE and found.place is not Place.ROOM:
        in_words += f", {ctx.words(f'attendance.place_{found.place.value}')}"
    return in_words


def person(ctx: Visit, item: ItemSnapshot, found: Found) -> None:
    """One delegate: identity, attendance status, and the commands."""
    words = ctx.words
    title, delegation = (plain(words.of(found, name)) for name in ("title", "delegation"))
    with st.container(border=True, key=f"delegate_{found.delegate_id}"):
        name = f"**{plain(found.name)}** · " if found.name else ""
        st.markdown(f"{name}**{title}** · {delegation} · {found.badge}")
        if found.status:
            st.caption(words("attendance.came", how=status(ctx, found), at=words.time(found.at)))
        elif found.retired:
            st.caption(words("attendance.stop_retired"))
        elif not found.expected:
            st.caption(words("attendance.not_expected"))
        if not found.retired:  # their badge opens nothing: the roster's page puts them back
            with st.container(horizontal=True):
                choices(ctx, item, found)


def choices(ctx: Visit, item: ItemSnapshot, found: Found) -> None:
    """The commands that a delegate's attendance status allows."""
    facts = {"badge": found.badge, "item_id": item.id}
    if found.status in HERE:
        choices_here(ctx, found, facts)
    else:
        choices_not_here(ctx, found, facts)


def form_of(found: Found) -> str:
    return f"attendance.person.{found.delegate_id}"


def choices_not_here(ctx: Visit, found: Found, facts: dict) -> None:
    form, undone = form_of(found), facts | {"fact_id": found.fact_id}
    tap(ctx, form, "admit", "attendance.admit", admit, facts, type="primary")
    st.button(
        ctx.words("attendance.substitute"),
        key=f"{form}.instead",
        on_click=ask_substitute,
        args=(found.badge, facts["item_id"], both(found, "title")),
    )
    with st.popover(ctx.words("attendance.others"), key=f"{form}.others"):
        others(ctx, form, facts)
        if found.status:
            tap(ctx, form, "undo", "attendance.undo", undo_attendance, undone)
    new_badge(ctx, form, found)


def choices_here(ctx: Visit, found: Found, facts: dict) -> None:
    form, undone = form_of(found), facts | {"fact_id": found.fact_id}
    to_common, to_outside = ({"to": place.value} for place in (Place.COMMON, Place.OUTSIDE))
    if found.place is Place.ROOM:
        tap(ctx, form, "common", "attendance.leave_common", leave, facts | to_common)
    else:
        tap(ctx, form, "admit", "attendance.enter_again", admit, facts, type="primary")
    if found.place is not Place.OUTSIDE:
        tap(ctx, form, "outside", "attendance.leave_outside", leave, facts | to_outside)
    tap(ctx, form, "undo", "attendance.undo", undo_attendance, undone)
    new_badge(ctx, form, found)


def tap(ctx: Visit, form: str, name: str, label: str, command, facts: dict, **style) -> None:
    """A button that performs one command of the desk."""
    st.button(
        ctx.words(label),
        key=f"{form}.{name}",
        on_click=record,
        args=(form, command),
        kwargs=facts,
        **style,
    )


def others(ctx: Visit, form: str, facts: dict) -> None:
    """A substitute who will come, and an absence with its reason, for this item or for all."""
    words = ctx.words
    st.text_input(
        words("attendance.words_substitute"), key=f"{form}.substitute", max_chars=REASON_LENGTH
    )
    st.button(
        words("attendance.announce"), key=f"{form}.announce", on_click=announce, args=(form, facts)
    )
    st.text_input(words("attendance.words_excuse"), key=f"{form}.reason", max_chars=REASON_LENGTH)
    st.button(words("attendance.excuse"), key=f"{form}.excuse", on_click=absent, args=(form, facts))
    if not ctx.person.desk_key:  # a desk records at the items that it serves only
        st.checkbox(words("attendance.foretold_whole"), key=f"{form}.whole")


def announce(form: str, facts: dict) -> None:
    """Announce the substitute who will come in a delegate's place."""
    substitute = {"substitute": st.session_state[f"{form}.substitute"]}
    record_in_advance(form, facts, announce_substitute, announce_many, substitute)


def absent(form: str, facts: dict) -> None:
    """Excuse a delegate's absence."""
    reason = {"reason": st.session_state[f"{form}.reason"]}
    record_in_advance(form, facts, excuse, excuse_many, reason)


def record_in_advance(
    form: str, facts: dict, one_item: Callable, all_items: Callable, words: dict[str, str]
) -> None:
    """Record it for the item shown, or for all items that have not ended where that is ticked."""
    if st.session_state.get(f"{form}.whole"):
        record(form, all_items, badges=[facts["badge"]], item_ids=[], **words)
    else:
        record(form, one_item, **facts, **words)


def new_badge(ctx: Visit, form: str, found: Found) -> None:
    """A new badge in place of a lost one. It asks first: the old one opens no door any more."""
    if not ctx.may("replace_badge"):
        return
    label = ctx.words("attendance.new_badge")
    with st.popover(label, type="tertiary", icon=":material/badge:", key=f"{form}.badge_box"):
        st.text(ctx.words("attendance.new_badge_asks", badge=found.badge))
        st.button(
            label,
            key=f"{form}.badge",
            type="primary",
            on_click=give_badge,
            args=(form, found.badge),
        )
    commands.refused(f"{form}.badge", ctx.words)


def give_badge(form: str, badge: str) -> None:
    """Replace a badge; the search goes on with the new code, so that the card stays on show."""
    given = commands.perform(f"{form}.badge", replace_badge, badge=badge)
    if given:
        delegate = {"vi": given.title_vi, "en": given.title_en}
        commands.say("badges.replaced", delegate=delegate, old=given.old, badge=given.badge)
        st.session_state["attendance.query"] = given.badge
