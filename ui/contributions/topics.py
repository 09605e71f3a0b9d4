"""The tree of topics and what each forum is to be about, edited by the secretariat."""

from collections import Counter

import streamlit as st

from data.contributions.commands import orient_forum
from data.contributions.topics import add_topic, edit_topic, restore_topic, retire_topic
from models.contributions.contributions import LENGTHS
from models.contributions.topics import MAX_POSITION, NAME_LENGTH, TopicPlan, TopicSnapshot
from models.programme import ItemSnapshot
from ui.contributions import queries
from ui.contributions.form import DEEPER
from ui.shell import choices, commands, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.table import Cell, Column, Row

KEY, DRAFT, ADD = "contributions.topics", "contributions.topic_row", "contributions.topic_new"


def region(ctx: Visit) -> None:
    """The tree as a table with the form of the open topic, a new one, and the orientations."""
    every = queries.tree(ctx.moment)
    opened = next((one for one in every if str(one.id) == table.chosen(KEY)), None)
    listed, beside = table.beside(KEY, opened=opened is not None)
    with listed:
        drawn(ctx, every)
        if ctx.may("edit_topics"):
            adding(ctx)
    if opened is not None and beside is not None:
        with beside:
            panel(ctx, opened)
    orienting(ctx)


def drawn(ctx: Visit, every: tuple[TopicSnapshot, ...]) -> None:
    words = ctx.words
    numbers = Counter(one.topic_id for one in queries.contributions(ctx.moment))
    table.table(
        KEY,
        [
            Column(words("contributions.topic_id"), "opens", sorts=False, wraps=True),
            Column(words("contributions.number"), "number", "7rem", sorts=False),
        ],
        [
            Row(
                one.id,
                (
                    Cell(
                        f"{DEEPER * one.depth}{words.of(one, 'name')}",
                        tags=((words("contributions.topic_retired"), "gray"),)
                        if one.retired
                        else (),
                    ),
                    Cell(words.number(numbers[one.id]), sort=numbers[one.id]),
                ),
                tone="gray" if one.retired else "",
            )
            for one in every
        ],
        label=words("contributions.view_topics"),
        empty=words("contributions.no_topics"),
        opens=ctx.may("edit_topics"),
    )


# --- the forms -----------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, plan: TopicPlan, topic_id: int | None = None) -> None:
    """The fields of a topic; `typed` reads them."""
    words = ctx.words
    for name in ("name_vi", "name_en"):
        label = words(f"contributions.topic_{name}")
        st.text_input(label, getattr(plan, name), key=f"{key}.{name}", max_chars=NAME_LENGTH)
    names: dict[int | str, str] = {"": words("contributions.topic_top")} | {
        one.id: f"{DEEPER * one.depth}{words.of(one, 'name')}"
        for one in queries.tree(ctx.moment)
        if one.id != topic_id
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices.selectbox(
            words("contributions.topic_parent"),
            list(names),
            index=list(names).index(plan.parent_id or ""),
            format_func=names.__getitem__,
            key=f"{key}.parent_id",
            width=280,
        )
        st.number_input(
            words("contributions.topic_position"),
            0,
            MAX_POSITION,
            plan.position,
            key=f"{key}.position",
            width=160,
        )


def typed(key: str) -> TopicPlan:
    state = st.session_state
    return TopicPlan(
        name_vi=state[f"{key}.name_vi"],
        name_en=state[f"{key}.name_en"],
        parent_id=state[f"{key}.parent_id"] or None,
        position=int(state[f"{key}.position"]),
    )


def adding(ctx: Visit) -> None:
    words = ctx.words
    box = choices.expander(
        words("contributions.topic_add"), key=f"{ADD}.box", icon=":material/add:"
    )
    if box.open:
        with box:
            fields(ctx, ADD, TopicPlan(""))
            st.button(words("contributions.topic_add_go"), key=f"{ADD}.go", on_click=enter)
            commands.refused(ADD, words)


def enter() -> None:
    if topic := commands.perform(ADD, add_topic, plan=typed(ADD)):
        for name in ("name_vi", "name_en"):
            st.session_state[f"{ADD}.{name}"] = ""
        commands.say("contributions.topic_added", topic=topic.name_vi)


def panel(ctx: Visit, one: TopicSnapshot) -> None:
    """The form of the open topic, and what takes it out of use or puts it back."""
    words = ctx.words
    held = draft.of(DRAFT, one.id, lambda: queries.topic(one.id))
    fields(ctx, held.field("fields"), held.row, one.id)
    with st.container(horizontal=True):
        st.button(
            words("contributions.topic_save"),
            key="contributions.topic_save",
            type="primary",
            on_click=save,
            args=(held,),
        )
        command, name = (restore_topic, "restore") if one.retired else (retire_topic, "retire")
        st.button(
            words(f"contributions.topic_{name}"),
            key=f"contributions.topic_{name}",
            on_click=turn,
            args=(held, command),
        )
        st.button(
            words("plan.close"), key="contributions.topic_close", type="tertiary", on_click=close
        )
    draft.refused(words, held, "topic_moved", lambda plan: in_words(ctx, plan), record)


def in_words(ctx: Visit, plan: TopicPlan) -> dict[str, str]:
    words = ctx.words
    names = {one.id: words.of(one, "name") for one in queries.tree(ctx.moment)}
    return {
        words("contributions.topic_name_vi"): plan.name_vi,
        words("contributions.topic_name_en"): plan.name_en,
        words("contributions.topic_parent"): names.get(plan.parent_id or 0, "–"),
        words("contributions.topic_position"): str(plan.position),
    }


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, plan: TopicPlan) -> None:
    changed = commands.perform(
        held.form, edit_topic, topic_id=held.subject, version=version, plan=plan
    )
    if changed:
        draft.drop(DRAFT)
        commands.say("contributions.topic_saved", topic=changed.name_vi)


def turn(held: Draft, command) -> None:
    if commands.perform(held.form, command, topic_id=held.subject):
        draft.drop(DRAFT)


def close() -> None:
    draft.drop(DRAFT)
    table.choose(KEY, "")


# --- what the forums are about -------------------------------------------------------------------


def orienting(ctx: Visit) -> None:
    """The orientation of each forum, with its form for those who may write it."""
    words, written = ctx.words, queries.orientations(ctx.moment)
    for one in queries.forums(ctx.moment):
        with st.container(border=True):
            st.text(words("contributions.orientation", forum=words.of(one, "title")))
            if ctx.may("orient_forum", item=one.key):
                orientation(ctx, one, written.get(one.id, ""))
            else:
                st.text(written.get(one.id, "–"))


def orientation(ctx: Visit, one: ItemSnapshot, text: str) -> None:
    key = f"contributions.orient.{one.id}"
    st.text_area(
        ctx.words("contributions.orientation_text"),
        text,
        key=f"{key}.text",
        max_chars=LENGTHS["text"],
        height=110,
        label_visibility="collapsed",
    )
    st.button(
        ctx.words("contributions.orient"), key=f"{key}.go", on_click=orient, args=(key, one.id)
    )
    commands.refused(key, ctx.words)


def orient(key: str, item_id: int) -> None:
    text = st.session_state[f"{key}.text"]
    if commands.perform(key, orient_forum, item_id=item_id, text=text):
        commands.say("contributions.oriented")
