"""The lines of a room as a table, for who runs it, who works behind, and who reads aloud."""

import streamlit as st

from data.script.lines import write_script_line
from models.script.forecast import State
from models.script.lanes import Lane, Step
from models.script.lines import LENGTHS, Line
from ui.script import figures, lane
from ui.shell import choices, commands, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY, DRAFT, VIEW = "script.table", "script.line", "script.view"
VIEWS = {
    "run": ("who", "note"),
    "backstage": ("technique", "backstage", "note"),
    "prompter": ("words",),
}
"""The columns of the script that each reader needs."""
TONES = {
    State.RUNNING: "blue",
    State.HELD: "orange",
    State.DONE: "green",
    State.OVER: "green",
    State.SKIPPED: "gray",
    State.PASSED: "gray",
}


def listed(ctx: Visit, own: Lane) -> None:
    """The room's items with their forecast and lines, and next to them the one that is open."""
    words = ctx.words
    view = choices.selectbox(
        words("script.view"),
        list(VIEWS),
        format_func=lambda name: words(f"script.view_{name}"),
        key=VIEW,
        width=420,
    )
    opened = next((one for one in own.steps if str(one.item.id) == table.chosen(KEY)), None)
    rows, panel = table.beside(KEY, opened=opened is not None)
    with rows:
        table.table(
            KEY,
            [
                Column(words("programme.column_planned"), width="7.5rem"),
                Column(words("script.column_expected"), width="7rem"),
                Column(words("programme.column_item"), "opens", wraps=True),
                *(Column(words(f"script.{name}"), wraps=True) for name in VIEWS[view or "run"]),
            ],
            [_row(ctx, step, VIEWS[view or "run"]) for step in own.steps],
            label=words("script.table"),
            empty=words("script.nothing_left"),
        )
    if opened is not None and panel is not None:
        with panel:
            one(ctx, opened)


def _row(ctx: Visit, step: Step, columns: tuple[str, ...]) -> Row:
    words, item = ctx.words, step.item
    planned = words(
        "programme.planned", start=words.time(item.starts_at), end=words.time(item.ends_at)
    )
    tags = ((words("script.fixed"), "orange"),) if step.line.fixed else ()
    late = lane.drift(words, step) if step.state is State.AHEAD else ""
    expected = words.time(step.expected.starts_at) if step.expected.starts_at else ""
    cells = (
        Cell(planned, sort=item.starts_at.timestamp()),
        Cell(expected, tone="red" if late else "", under=late),
        Cell(words.of(item, "short"), tags=tags, under=words(f"script.state_{step.state.value}")),
        *(Cell(_column(ctx, step, name)) for name in columns),
    )
    return Row(item.id, cells, tone=TONES.get(step.state, ""))


def _column(ctx: Visit, step: Step, name: str) -> str:
    if name == "words":
        return figures.words_of(ctx, step)
    return step.who if name == "who" else getattr(step.line, name)


def one(ctx: Visit, step: Step) -> None:
    """The whole line of an item, and the form that writes it."""
    words = ctx.words
    st.markdown(f"**{plain(words.of(step.item, 'title'))}**")
    st.caption(plain(lane.stands(ctx, step)))
    if ctx.may_of("write_script", step.item):
        writing(ctx, step)
    else:
        for name in LENGTHS:
            if text := _column(ctx, step, name):
                st.caption(words(f"script.{name}"))
                st.text(text)
    st.button(
        words("plan.close"), key="script.close", type="tertiary", on_click=table.choose,
        args=(KEY, ""),
    )  # fmt: skip


def writing(ctx: Visit, step: Step) -> None:
    words = ctx.words
    held = draft.of(DRAFT, step.item.id, lambda: (step.version, step.line))
    for name, limit in LENGTHS.items():
        field, value = held.field(name), getattr(held.row, name)
        label = words(f"script.{name}")
        if name == "words":
            hint = words("script.words_hint")
            st.text_area(label, value, key=field, max_chars=limit, height=180, help=hint)
            if (read := figures.words_of(ctx, step)) != step.line.words:
                st.caption(words("script.words_read"))
                st.text(read)
        else:
            st.text_input(label, value, key=field, max_chars=limit)
    st.checkbox(words("script.is_fixed"), held.row.fixed, key=held.field("fixed"))
    st.button(words("item.save"), key="script.save", type="primary", on_click=save, args=(held,))
    draft.refused(words, held, "script_moved", lambda line: shown(ctx, line), record)


def shown(ctx: Visit, line: Line) -> dict[str, str]:
    """Label to text of each column of a line."""
    words = ctx.words
    found = {words(f"script.{name}"): getattr(line, name) for name in LENGTHS}
    found[words("script.fixed")] = words("script.yes" if line.fixed else "script.no")
    return found


def save(held: Draft) -> None:
    state = st.session_state
    texts = {name: state[held.field(name)] for name in LENGTHS}
    record(held, held.version, Line(**texts, fixed=state[held.field("fixed")]))


def record(held: Draft, version: int, line: Line) -> None:
    if commands.perform(
        held.form, write_script_line, item_id=held.subject, version=version, line=line
    ):
        draft.drop(DRAFT)
        commands.say("script.saved")
