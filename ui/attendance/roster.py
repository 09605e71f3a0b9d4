"""The roster on its page: the two numbers, the rows, and the chosen one with its form."""

import streamlit as st

from data.attendance.delegates import RosterRow
from models.attendance.delegates import DelegateStep
from ui.attendance import queries as attendance_queries
from ui.attendance import roster_form
from ui.personal_data import person
from ui.shell import choices, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY = "roster.table"
MAX_ROWS = 300
TONES = {DelegateStep.ADDED: "green", DelegateStep.CORRECTED: "blue", DelegateStep.RESTORED: "blue"}


def size(ctx: Visit) -> None:
    """How many are expected about, and how many are listed: each number says which it is."""
    words, found = ctx.words, attendance_queries.roster_size(ctx.moment)
    parts = [
        words("roster.listed", number=found.listed),
        words("roster.expected", number=found.expected),
    ]
    if found.added:
        parts.append(words("roster.added_number", number=found.added))
    if found.retired:
        parts.append(words("roster.retired_number", number=found.retired))
    st.markdown(f"**{plain(parts[0])}** · {plain(' · '.join(parts[1:]))}")
    if ctx.may("export_badges") and (number := attendance_queries.outdated_badges(ctx.moment)):
        st.caption(words("badges.outdated", number=number))


def adding(ctx: Visit) -> None:
    """The form that adds a delegate, folded."""
    label = ctx.words("roster.add")
    box = choices.expander(label, key="roster.add_box", icon=":material/person_add:")
    if box.open:
        with box:
            roster_form.add(ctx, "roster.add")


def listed(ctx: Visit) -> None:
    """The rows of a delegation or of all that match, and next to them the one that is open."""
    rows = shown(ctx)
    opened = next((one for one in rows if str(one.id) == table.chosen(KEY)), None)
    listed_rows, panel = table.beside(KEY, opened=opened is not None)
    with listed_rows:
        drawn(ctx, rows)
    if opened is not None and panel is not None:
        with panel:
            roster_form.panel(ctx, opened, KEY)
            person.of_delegate(ctx, opened.id)


def shown(ctx: Visit) -> list[RosterRow]:
    """What the fields above the table ask for."""
    words = ctx.words
    names = {"": words("roster.every_delegation")} | {
        one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input(
            words("attendance.search"),
            key="roster.query",
            placeholder=words("attendance.search_hint"),
            type="search",
            width=280,
        )
        delegation = choices.selectbox(
            words("attendance.delegation"),
            list(names),
            format_func=names.__getitem__,
            key="roster.delegation",
            width=260,
        )
        changed = st.toggle(words("roster.only_changed"), key="roster.changed")
    return attendance_queries.roster_rows(
        ctx.moment,
        delegation_id=delegation or None,
        query=query or "",
        changed=changed,
        reader=ctx.person,
        limit=MAX_ROWS,
    )


def drawn(ctx: Visit, rows: list[RosterRow]) -> None:
    """The table, grouped by delegation in the organiser's order."""
    words = ctx.words
    if len(rows) == MAX_ROWS:
        st.caption(words("roster.too_many", number=MAX_ROWS))
    columns = [
        Column(words("roster.column_badge"), width="5.5rem"),
        Column(words("roster.column_delegate"), "opens", wraps=True),
        Column(words("roster.column_state"), width="13rem"),
    ]
    table.table(
        KEY,
        columns,
        [row(ctx, one) for one in rows],
        label=words("page.roster"),
        empty=words("roster.none"),
    )


def row(ctx: Visit, one: RosterRow) -> Row:
    tone = "red" if one.retired else TONES.get(one.step, "") if one.step else ""
    title = " · ".join(filter(None, (one.name, ctx.words.of(one, "title"))))
    cells = (one.badge, title, Cell(state(ctx, one), tone=tone))
    parts = (ctx.words.of(one, "group"), ctx.words.of(one, "delegation"))
    return Row(one.id, cells, " · ".join(filter(None, parts)), tone)


def state(ctx: Visit, one: RosterRow) -> str:
    """What was done with the row last, and when; empty for one that is as it was loaded."""
    if one.step is None or one.changed_at is None:
        return ""
    at = f"{ctx.words.time(one.changed_at)} {ctx.words.day_short(one.changed_at)}"
    return f"{ctx.words(f'roster.step_{one.step.value}')} {at}"
