"""All contributions as a table with its filters, and next to it the one that is open."""

from collections.abc import Sequence

import streamlit as st

from data.contributions.commands import sort_contributions
from data.contributions.queries import ContributionSnapshot
from models.contributions.contributions import State
from models.text import folded
from ui.contributions import form, panel, queries
from ui.shell import choices, commands, table
from ui.shell.frame import Visit
from ui.shell.table import Cell, Column, Row

KEY, SORT = "contributions.table", "contributions.sort"
EVERY, NONE = "every", "none"
TONES = {
    State.SUBMITTED: "orange",
    State.WAITING: "",
    State.PUT: "blue",
    State.ASKED: "blue",
    State.ANSWERED_HERE: "green",
    State.ANSWER_OWED: "orange",
    State.LEFT: "gray",
    State.REJECTED: "gray",
    State.MERGED: "gray",
}


def number_of(one: ContributionSnapshot) -> str:
    """#030, as the table and the documents write it."""
    return f"#{one.number:03d}"


def region(ctx: Visit) -> None:
    """The filters, the table and the open row."""
    every = visible(ctx)
    rows = shown(ctx, every)
    opened = next((one for one in every if str(one.id) == table.chosen(KEY)), None)
    listed, beside = table.beside(KEY, opened=opened is not None)
    with listed:
        drawn(ctx, rows)
        if ctx.may("register_contribution") and rows:
            sorting(ctx, rows)
    if opened is not None and beside is not None:
        with beside:
            panel.region(ctx, opened, KEY)


def visible(ctx: Visit) -> list[ContributionSnapshot]:
    """What the visitor may see: unmoderated ones from telephones only who moderates them."""
    keys = {one.id: one.key for one in queries.forums(ctx.moment)}
    return [
        one
        for one in queries.contributions(ctx.moment)
        if one.state is not State.SUBMITTED
        or ctx.may("moderate_contribution", item=keys.get(one.item_id))
    ]


# --- filters -------------------------------------------------------------------------------------


def shown(ctx: Visit, every: Sequence[ContributionSnapshot]) -> list[ContributionSnapshot]:
    """The contributions that the fields ask for."""
    words = ctx.words
    with st.grid(min_column_width=190, key="contributions_filters"):
        forum = _forum(ctx)
        state = _state(ctx, every)
        topic = _topic(ctx)
        text = st.text_input(
            words("contributions.find"),
            key="contributions.find",
            max_chars=80,
            placeholder=words("contributions.find_hint"),
        )
    below = _below(ctx, topic)
    return [
        one
        for one in every
        if (forum == EVERY or one.item_id == (None if forum == NONE else forum))
        and (state == EVERY or one.state.value == state)
        and (topic == EVERY or one.topic_id in below)
        and folded(text) in folded(_searched(ctx, one))
    ]


def _searched(ctx: Visit, one: ContributionSnapshot) -> str:
    parts = (number_of(one), one.text, ctx.words.of(one, "unit"), one.office, one.field, one.body)
    return " ".join(parts)


def _forum(ctx: Visit) -> int | str:
    words = ctx.words
    names: dict[int | str, str] = {EVERY: words("contributions.every_forum")}
    names |= {one.id: words.of(one, "short") for one in queries.forums(ctx.moment)}
    names[NONE] = words("contributions.no_forum")
    own = next(
        (one.id for one in form.own_forums(ctx) if not ctx.may("register_contribution")), EVERY
    )
    return (
        choices.selectbox(
            words("contributions.item_id"),
            list(names),
            index=list(names).index(own),
            format_func=names.__getitem__,
            key=f"contributions.forum.{ctx.event.id}",
        )
        or EVERY
    )


def _state(ctx: Visit, every: Sequence[ContributionSnapshot]) -> str:
    words = ctx.words
    names = {EVERY: words("contributions.every_state", number=len(every))}
    for one in State:
        if number := sum(row.state is one for row in every):
            names[one.value] = f"{words(f'contribution_state.{one.value}')} ({number})"
    return str(
        choices.selectbox(
            words("contributions.state"),
            list(names),
            format_func=lambda one: names.get(one, ""),
            key="contributions.state",
        )
    )


def _topic(ctx: Visit) -> int | str:
    words = ctx.words
    names: dict[int | str, str] = {EVERY: words("contributions.every_topic")}
    names |= {
        one.id: f"{form.DEEPER * one.depth}{words.of(one, 'name')}"
        for one in queries.tree(ctx.moment)
    }
    names[NONE] = words("contributions.no_topic")
    return (
        choices.selectbox(
            words("contributions.topic_id"),
            list(names),
            format_func=names.__getitem__,
            key="contributions.topic",
        )
        or EVERY
    )


def _below(ctx: Visit, topic: int | str) -> set[int | None]:
    """A topic and all that stand below it."""
    found: set[int | None] = {None if topic == NONE else topic}  # type: ignore[arg-type]
    for one in queries.tree(ctx.moment):  # each after its parent
        if one.parent_id is not None and one.parent_id in found:
            found.add(one.id)
    return found


# --- the table -----------------------------------------------------------------------------------


def drawn(ctx: Visit, rows: Sequence[ContributionSnapshot]) -> None:
    words = ctx.words
    columns = [
        Column(words("contributions.column_number"), "number", "4.2rem"),
        Column(words("contributions.text"), "opens", wraps=True),
        Column(words("contributions.unit"), width="11rem", wraps=True),
        Column(words("contributions.topic_id"), width="10rem", wraps=True, narrow=False),
        Column(words("contributions.body"), width="12rem", wraps=True, narrow=False),
        Column(words("contributions.state"), width="9rem", wraps=True),
        Column(words("contributions.received"), width="8rem", narrow=False),
    ]
    topics = {one.id: words.of(one, "name") for one in queries.tree(ctx.moment)}
    table.table(
        KEY,
        columns,
        [row(ctx, one, topics) for one in rows],
        label=words("page.contributions"),
        empty=words("contributions.none"),
    )


def row(ctx: Visit, one: ContributionSnapshot, topics: dict[int, str]) -> Row:
    words = ctx.words
    sources = len(one.sources)
    tags = ((words("contributions.sources_number", number=sources), "blue"),) if sources else ()
    level = words(f"competence.{one.level}") if one.level else ""
    cells = (
        Cell(number_of(one), sort=one.number),
        Cell(" ".join(one.text.split()), tags=tags),
        Cell(words.of(one, "unit"), under=one.office),
        Cell(topics.get(one.topic_id or 0, ""), under=one.field),
        Cell(one.body, under=level),
        Cell(words(f"contribution_state.{one.state.value}"), tone=TONES[one.state]),
        Cell(words.moment(one.received_at), sort=one.received_at.timestamp()),
    )
    return Row(one.id, cells, tone=TONES[one.state])


# --- sorting several -----------------------------------------------------------------------------


def sorting(ctx: Visit, rows: Sequence[ContributionSnapshot]) -> None:
    """Folded: what sorts all that are shown at once; a field that is left alone changes nothing."""
    words = ctx.words
    label = words("contributions.sort", number=len(rows))
    with st.popover(label, icon=":material/label:", key="contributions.sort_box"):
        form.topic(ctx, f"{SORT}.topic_id", None)
        form.forum(ctx, f"{SORT}.item_id", None, label=words("contributions.sort_forum"))
        form.used(ctx, SORT, "field", "")
        form.used(ctx, SORT, "body", "")
        form.level(ctx, f"{SORT}.level", "")
        st.button(
            words("contributions.sort_go"),
            key=f"{SORT}.go",
            type="primary",
            on_click=sort,
            args=([one.id for one in rows],),
        )
    commands.refused(SORT, words)


def sort(ids: list[int]) -> None:
    state = st.session_state
    names = ("topic_id", "item_id", "field", "body", "level")
    said = {name: state[f"{SORT}.{name}"] for name in names if state[f"{SORT}.{name}"]}
    if commands.perform(SORT, sort_contributions, contribution_ids=ids, **said):
        commands.say("contributions.sorted", number=len(ids))
