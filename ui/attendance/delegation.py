"""A whole delegation at one tap: its missing delegates, each with a tick, and one button."""

from typing import NamedTuple

import streamlit as st

from data.attendance.commands import admit_delegation, announce_many, excuse_many, undo_many
from data.attendance.queries import Found
from models.attendance.ledger import REASON_LENGTH
from models.programme import ItemSnapshot
from ui.attendance import finished
from ui.attendance import queries as attendance_queries
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM = "attendance.many"
COMMANDS = {"admit": admit_delegation, "excuse": excuse_many, "announce": announce_many}
DONE = "attendance.many_done"


class Chosen(NamedTuple):
    """The chosen delegation."""

    id: int
    name: str


class Done(NamedTuple):
    """What the last tap did: its sentence, for which delegation, and the facts that it recorded."""

    key: str
    chosen: Chosen
    fact_ids: list[int]


def delegation_check_in(ctx: Visit, item: ItemSnapshot) -> None:
    """The choice of a delegation and, below it, what is recorded of its missing delegates."""
    words = ctx.words
    names = {one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)}
    chosen = choices.selectbox(
        words("attendance.choose_delegation"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=f"{FORM}.delegation",
        placeholder=words("attendance.choose_delegation"),
    )
    done(ctx, chosen)
    if chosen is None:
        return
    missing = attendance_queries.delegation_missing(
        ctx.moment, item_id=item.id, delegation_id=chosen
    )
    if not missing:
        st.text(words("attendance.many_none"))
        return
    recording(ctx, item, Chosen(chosen, names[chosen]), missing)


def recording(ctx: Visit, item: ItemSnapshot, chosen: Chosen, missing: list[Found]) -> None:
    """What to record of the ticked delegates; the button says of how many."""
    words = ctx.words
    how = st.segmented_control(
        words("attendance.many_how"),
        list(COMMANDS),
        default="admit",
        format_func=lambda one: words(f"attendance.many_{one}"),
        key=f"{FORM}.how",
        required=True,
    )
    reason(ctx, how)
    ticked = ticks(ctx, missing)
    unticked = [one.badge for one in missing if one.badge not in ticked]
    st.button(
        words(f"attendance.many_go_{how}", number=len(ticked)),
        key=f"{FORM}.go",
        type="primary",
        disabled=not ticked,
        on_click=go,
        args=(how, chosen, item.id, ticked, unticked),
    )
    finished.refused(ctx, FORM, item.id, lambda item_id: go(how, chosen, item_id, ticked, unticked))


def reason(ctx: Visit, how: str) -> None:
    """The words that an absence or a substitution needs, and whether it holds for all items."""
    words = ctx.words
    if how == "admit":
        return
    label = "attendance.words_excuse" if how == "excuse" else "attendance.many_words_announce"
    st.text_input(words(label), key=f"{FORM}.{how}", max_chars=REASON_LENGTH)
    if not ctx.person.desk_key:  # a desk records at the items that it serves only
        st.checkbox(words("attendance.whole_event"), key=f"{FORM}.whole")


def ticks(ctx: Visit, missing: list[Found]) -> list[str]:
    """A tick for each missing delegate; returns the badges that are ticked."""
    st.caption(ctx.words("attendance.many_tick"))
    with st.container(
        height=360 if len(missing) > 7 else "content", gap="xsmall", key="attendance_ticks"
    ):
        return [
            one.badge
            for one in missing
            if st.checkbox(
                plain(f"{ctx.words.of(one, 'title')} · {one.badge}"),
                value=True,
                key=f"{FORM}.tick.{one.delegate_id}",
            )
        ]


def go(how: str, chosen: Chosen, item_id: int, ticked: list[str], unticked: list[str]) -> None:
    """Record it of all ticked delegates, in one transaction."""
    if how == "admit":
        facts = {"delegation_id": chosen.id, "item_id": item_id, "unticked": unticked}
        facts["confirmed"] = finished.is_meant(item_id)
    else:
        words = {"excuse": "reason", "announce": "substitute"}[how]
        everywhere = st.session_state.get(f"{FORM}.whole")
        facts = {
            "badges": ticked,
            "item_ids": [] if everywhere else [item_id],
            words: st.session_state[f"{FORM}.{how}"],
        }
    recorded = commands.perform(FORM, COMMANDS[how], **facts)
    if recorded is not None:
        fact_ids = [one.fact_id for one in recorded]
        st.session_state[DONE] = Done("attendance.many_done", chosen, fact_ids)


def done(ctx: Visit, shown: int | None) -> None:
    """How many were recorded at the last tap, until another delegation is chosen, and its undo."""
    act = st.session_state.get(DONE)
    if act is None or act.chosen.id != shown:
        return
    facts = {"delegation": act.chosen.name, "number": len(act.fact_ids)}
    st.success(plain(ctx.words(act.key, **facts)), icon=":material/groups:")
    if act.key == "attendance.many_done" and act.fact_ids:
        st.button(
            ctx.words("attendance.many_undo", number=len(act.fact_ids)),
            key=f"{FORM}.undo",
            icon=":material/undo:",
            on_click=undo,
            args=(act,),
        )
    commands.refused(f"{FORM}.undo", ctx.words)


def undo(act: Done) -> None:
    """Take the last tap back, but for those of whom something else was recorded since."""
    undone = commands.perform(f"{FORM}.undo", undo_many, fact_ids=act.fact_ids)
    if undone is not None:
        fact_ids = [one.fact_id for one in undone]
        st.session_state[DONE] = Done("attendance.many_undone", act.chosen, fact_ids)
