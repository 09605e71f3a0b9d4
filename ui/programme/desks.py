"""The check-in desks: one is changed or retired, one added, and a retired one restored."""

import streamlit as st

from data.plan.desks import add_desk, edit_desk, restore_desk, retire_desk
from models.attendance.ledger import DESK_NAME_LENGTH, Desk, DeskPlan
from models.programme import ItemSnapshot
from ui.programme import queries as programme_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, ADD = "programme.desk", "programme.desk_new"
NAMES = ("name_vi", "name_en")


def region(ctx: Visit, items: list[ItemSnapshot]) -> None:
    """Folded: the form of the chosen desk, those that are retired, and a new one."""
    words = ctx.words
    box = choices.expander(
        words("desk.change"), key="programme.desks_box", icon=":material/qr_code_scanner:"
    )
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        titles = {one.id: words.of(one, "short") for one in items if one.counts_attendance}
        names = {one.id: words.of(one, "name") for one in programme_queries.desks(ctx.moment)}
        if names:
            chosen = choices.selectbox(
                words("desk.choose"),
                list(names),
                format_func=names.__getitem__,
                key="programme.desk_chosen",
            )
            changing(ctx, chosen, titles)
        gone(ctx)
        st.divider()
        st.markdown(f"**{words('desk.new')}**")
        fields(ctx, ADD, DeskPlan("", ""), titles)
        st.button(words("desk.add"), key="programme.desk_add", on_click=enter)
        commands.refused(ADD, words)


def changing(ctx: Visit, desk_id: int, titles: dict[int, str]) -> None:
    words = ctx.words
    held = draft.of(DRAFT, desk_id, lambda: programme_queries.desk_plan(desk_id))
    fields(ctx, held.field("fields"), held.row, titles)
    with st.container(horizontal=True):
        st.button(
            words("desk.save"),
            key="programme.desk_save",
            type="primary",
            on_click=save,
            args=(held,),
        )
        with st.popover(words("desk.retire"), key="programme.desk_retire_box"):
            st.text(words("desk.retire_why"))
            go = words("desk.retire_go")
            st.button(go, key="programme.desk_retire", on_click=retire, args=(held,))
    draft.refused(words, held, "desk_moved", lambda plan: in_words(ctx, plan, titles), record)


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, plan: DeskPlan) -> None:
    facts = {"desk_id": held.subject, "version": version}
    said("saved", commands.perform(held.form, edit_desk, plan=plan, **facts))


def retire(held: Draft) -> None:
    facts = {"desk_id": held.subject, "version": held.version}
    said("retired", commands.perform(held.form, retire_desk, **facts))


def gone(ctx: Visit) -> None:
    """The desks that are retired, each with what restores it."""
    words = ctx.words
    for one in programme_queries.retired_desks(ctx.moment):
        form = f"programme.desk_restore.{one.id}"
        text = words("desk.gone", desk=words.of(one, "name"))
        commands.put_back(words, form, text, words("desk.restore"), restore, form, one)


def restore(form: str, one: Desk) -> None:
    said("restored", commands.perform(form, restore_desk, desk_id=one.id, version=one.version))


def enter() -> None:
    added = commands.perform(ADD, add_desk, plan=typed(ADD))
    if added:
        for name in NAMES:
            st.session_state[f"{ADD}.{name}"] = ""
    said("added", added)


def said(what: str, desk: Desk | None) -> None:
    """Say what was done with a desk; the form is drawn with the row as it is now."""
    if desk:
        draft.drop(DRAFT)
        commands.say(f"desk.{what}", desk=desk.name_vi)


# --- the fields ----------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, plan: DeskPlan, titles: dict[int, str]) -> None:
    """The fields of a desk, which `typed` reads."""
    words = ctx.words
    with st.container(horizontal=True):
        for name in NAMES:
            value = getattr(plan, name)
            st.text_input(
                words(f"desk.{name}"), value, key=f"{key}.{name}", max_chars=DESK_NAME_LENGTH
            )
    choices.multiselect(
        words("desk.items"),
        list(titles),
        [one for one in plan.items if one in titles],
        format_func=titles.__getitem__,
        key=f"{key}.items",
        placeholder=words("desk.items_none"),
    )


def typed(key: str) -> DeskPlan:
    """The desk in the fields."""
    state = st.session_state
    names = {name: state[f"{key}.{name}"] for name in NAMES}
    return DeskPlan(**names, items=tuple(sorted(state[f"{key}.items"])))


def in_words(ctx: Visit, plan: DeskPlan, titles: dict[int, str]) -> dict[str, str]:
    """Label to text of each field of a desk."""
    words = ctx.words
    found = {words(f"desk.{name}"): getattr(plan, name) for name in NAMES}
    return found | {words("desk.items"): ", ".join(titles.get(one, "–") for one in plan.items)}
