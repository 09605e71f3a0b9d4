"""The delegations: one is renamed, grouped or put in its place, and one added."""

import streamlit as st

from data.attendance.delegations import add_delegation, edit_delegation
from models.attendance.ledger import (
    DELEGATION_NAME_LENGTH,
    MAX_POSITION,
    Delegation,
    DelegationPlan,
)
from ui.attendance import queries as attendance_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, ADD = "roster.delegation_row", "roster.delegation_new"
TEXTS = ("name_vi", "name_en", "group_vi", "group_en")


def region(ctx: Visit) -> None:
    """Folded: the form of the chosen delegation, and a new one."""
    words = ctx.words
    box = choices.expander(
        words("delegation.change"), key="roster.delegations_box", icon=":material/groups:"
    )
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        known = attendance_queries.delegations(ctx.moment)
        if known:
            names = {one.id: words.of(one, "name") for one in known}
            chosen = choices.selectbox(
                words("delegation.choose"),
                list(names),
                format_func=names.__getitem__,
                key="roster.delegation_chosen",
            )
            changing(ctx, chosen)
        st.divider()
        st.markdown(f"**{words('delegation.new')}**")
        fields(ctx, ADD, DelegationPlan("", ""))
        st.button(words("delegation.add"), key="roster.delegation_add", on_click=enter)
        commands.refused(ADD, words)


def changing(ctx: Visit, delegation_id: int) -> None:
    words = ctx.words
    held = draft.of(DRAFT, delegation_id, lambda: attendance_queries.delegation_plan(delegation_id))
    fields(ctx, held.field("fields"), held.row)
    st.button(
        words("delegation.save"),
        key="roster.delegation_save",
        type="primary",
        on_click=save,
        args=(held,),
    )
    draft.refused(words, held, "delegation_moved", lambda plan: in_words(ctx, plan), record)


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, plan: DelegationPlan) -> None:
    facts = {"delegation_id": held.subject, "version": version}
    said("saved", commands.perform(held.form, edit_delegation, plan=plan, **facts))


def enter() -> None:
    added = commands.perform(ADD, add_delegation, plan=typed(ADD))
    if added:
        for name in TEXTS[:2]:  # the next one may be of the same group
            st.session_state[f"{ADD}.{name}"] = ""
    said("added", added)


def said(what: str, delegation: Delegation | None) -> None:
    """Say what was done; the form is drawn with the row as it is now."""
    if delegation:
        draft.drop(DRAFT)
        commands.say(f"delegation.{what}", delegation=delegation.name_vi)


# --- the fields ----------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, plan: DelegationPlan) -> None:
    """The fields of a delegation, which `typed` reads."""
    words = ctx.words
    for pair in (TEXTS[:2], TEXTS[2:]):
        with st.container(horizontal=True):
            for name in pair:
                st.text_input(
                    words(f"delegation.{name}"),
                    getattr(plan, name),
                    key=f"{key}.{name}",
                    max_chars=DELEGATION_NAME_LENGTH,
                )
    st.number_input(
        words("delegation.position"),
        0,
        MAX_POSITION,
        plan.position,
        key=f"{key}.position",
        width=180,
    )


def typed(key: str) -> DelegationPlan:
    """The delegation in the fields."""
    state = st.session_state
    texts = {name: state[f"{key}.{name}"] for name in TEXTS}
    return DelegationPlan(**texts, position=int(state[f"{key}.position"]))


def in_words(ctx: Visit, plan: DelegationPlan) -> dict[str, str]:
    """Label to text of each field of a delegation."""
    words = ctx.words
    found = {words(f"delegation.{name}"): getattr(plan, name) for name in TEXTS}
    return found | {words("delegation.position"): str(plan.position)}
