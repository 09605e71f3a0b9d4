"""The chair's screen: what is asked, what is next and why, who was not heard, what time is left."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from data.contributions.queries import ContributionSnapshot
from models.contributions.contributions import State
from models.programme import ItemSnapshot
from models.text import capitalised
from ui.contributions import forum, listed, panel, queries
from ui.shell import table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY = "contributions.chair_table"
HEARD = (State.ASKED, State.ANSWERED_HERE, State.ANSWER_OWED)
NAMED = 8
"""As many units without a turn are named above all; the list below has the others, too."""


def region(ctx: Visit, item: ItemSnapshot) -> None:
    words = ctx.words
    every = [one for one in queries.of_forum(ctx.moment, item.id) if one.state not in _UNSEEN]
    st.subheader(plain(capitalised(forum.time_left(ctx, item))), anchor=False)
    st.caption(plain(capitalised(forum.counts(ctx, every))))
    if text := queries.orientations(ctx.moment).get(item.id):
        st.caption(plain(words("contributions.about", text=text)))
    heard, waits = turns(ctx, every)
    if waits:
        named = " · ".join([*list(waits)[:NAMED], *(["…"] if len(waits) > NAMED else [])])
        st.text(words("contributions.silent_named", units=named))
    asked(ctx, every)
    coming(ctx, item, every)
    silent(ctx, heard, waits)


_UNSEEN = (State.SUBMITTED, State.REJECTED, State.MERGED)


def asked(ctx: Visit, every: Sequence[ContributionSnapshot]) -> None:
    """What was asked and has no answer yet, the newest first."""
    words = ctx.words
    now = sorted(
        (one for one in every if one.state is State.ASKED), key=lambda one: one.since, reverse=True
    )
    for one in now:
        with st.container(border=True):
            unit = " · ".join(filter(None, (words.of(one, "unit"), one.office)))
            st.markdown(f"**{words('contributions.now')} #{one.number:03d} · {plain(unit)}**")
            st.text(one.text)


def coming(ctx: Visit, item: ItemSnapshot, every: Sequence[ContributionSnapshot]) -> None:
    """What is put to the chair, then what is proposed, with the three criteria; the open one."""
    words = ctx.words
    by_id = {str(one.id): one for one in every}
    opened = by_id.get(table.chosen(KEY))
    rows, beside = table.beside(KEY, opened=opened is not None)
    with rows:
        st.markdown(f"**{words('contributions.next')}**")
        st.caption(words("contributions.criteria"))
        table.table(
            KEY,
            [
                Column(words("contributions.place"), "number", "3.6rem"),
                Column(words("contributions.text"), "opens", wraps=True),
                Column(words("contributions.unit"), width="11rem", wraps=True),
                Column(words("contributions.arrival"), "number", "6rem", narrow=False),
                Column(words("contributions.unit_before"), "number", "7rem", narrow=False),
                Column(words("contributions.topic_before"), "number", "7rem", narrow=False),
            ],
            _rows(ctx, item, every),
            label=words("contributions.next"),
            empty=words("contributions.nothing_next"),
        )
    if opened is not None and beside is not None:
        with beside:
            panel.head(ctx, opened)
            panel.said(ctx, opened)
            if ctx.may("lead_forum", item=item.key):
                panel.steps(ctx, opened)
            st.button(
                words("plan.close"),
                key="contributions.chair_close",
                type="tertiary",
                on_click=table.choose,
                args=(KEY, ""),
            )


def _rows(ctx: Visit, item: ItemSnapshot, every: Sequence[ContributionSnapshot]) -> list[Row]:
    words = ctx.words
    by_id = {one.id: one for one in every}
    topics = {one.id: words.of(one, "name") for one in queries.tree(ctx.moment)}
    criteria = {one.id: one for one in queries.order(ctx.moment, item.id)}
    found = []
    for place, one in enumerate(forum.following(ctx, item, every), start=1):
        by = criteria.get(one.id)
        group = words("contributions.group_put" if by is None else "contributions.group_proposed")
        figures = (by.arrival, by.unit_before, by.topic_before) if by else ()
        cells = (
            Cell(str(place), sort=place),
            Cell(" ".join(one.text.split()), under=listed.number_of(one)),
            Cell(words.of(one, "unit"), under=topics.get(one.topic_id or 0, "")),
            *(Cell(words.number(number), sort=number) for number in figures),
            *(Cell() for _ in range(3 - len(figures))),
        )
        found.append(Row(by_id[one.id].id, cells, group, "blue" if by is None else ""))
    return found


def turns(ctx: Visit, every: Sequence[ContributionSnapshot]) -> tuple[set[str], Counter[str]]:
    """The units that had their turn, and how much each of the others has to say."""
    words = ctx.words
    heard = {words.of(one, "unit") for one in every if one.state in HEARD}
    waits = Counter(
        words.of(one, "unit") for one in every if one.open and words.of(one, "unit") not in heard
    )
    return heard, waits


def silent(ctx: Visit, heard: set[str], waits: Counter[str]) -> None:
    """Folded: all of those that have not had their turn."""
    words = ctx.words
    label = words("contributions.silent", number=len(waits), heard=len(heard))
    with st.expander(label, icon=":material/voice_over_off:", key="contributions.silent_box"):
        for name, number in waits.items():
            st.text(words("contributions.silent_unit", unit=name, number=number))
