"""The register as a table with its filters, and next to it the petition that is open."""

from collections.abc import Sequence

import streamlit as st

from data.answers.document import answers_report
from data.answers.queries import Register
from data.answers.report import AnswersReport, export_answers
from models.answers.answers import PetitionSnapshot, State
from models.contributions.contributions import Level
from models.text import folded, one_line
from ui.answers import entering, petition, queries
from ui.shell import choices, commands, table
from ui.shell.document_files import Writer, document_buttons
from ui.shell.exports import Export
from ui.shell.frame import Visit
from ui.shell.table import Cell, Column, Row

KEY, REGISTER = "answers.table", "answers.register"
TONES = {
    State.OWED: "blue",
    State.ROADMAP: "blue",
    State.ANSWERED: "green",
    State.EXPLAINED: "green",
    State.STRUCK: "gray",
}
FILTERS = {
    "open": lambda one: one.open,
    "overdue": lambda one: one.overdue,
    "settled": lambda one: one.state in (State.ANSWERED, State.EXPLAINED),
    "all": lambda one: True,
}
"""Which petitions each choice shows."""


def region(ctx: Visit) -> None:
    """The register that is chosen: its table, the open petition, what is to be registered."""
    event_id = chosen_register(ctx)
    every = queries.petitions(ctx.moment, event_id)
    if not ctx.past and event_id == ctx.event.id and ctx.may("register_petition"):
        entering.region(ctx)
    shown = filtered(ctx, every)
    opened = next((one for one in every if str(one.id) == table.chosen(KEY)), None)
    rows, panel = table.beside(KEY, opened=opened is not None)
    with rows:
        listed(ctx, shown)
        files(ctx, event_id)
    if opened is not None and panel is not None:
        with panel:
            petition.panel(ctx, opened, own=event_id == ctx.event.id)


def chosen_register(ctx: Visit) -> int:
    """The id of the event whose register is shown; a field where there are several."""
    known: dict[int, Register] = {one.event_id: one for one in queries.registers(ctx.moment)}
    if len(known) == 1:
        return ctx.event.id
    chosen = choices.selectbox(
        ctx.words("answers.register_of"),
        list(known),
        format_func=lambda event_id: ctx.words.fact(known[event_id].name),
        key=f"{REGISTER}.{ctx.event.id}",
    )
    return chosen or ctx.event.id


def filtered(ctx: Visit, every: Sequence[PetitionSnapshot]) -> list[PetitionSnapshot]:
    """The petitions that the fields ask for: by state, level and text."""
    words = ctx.words
    numbers = {name: sum(map(test, every)) for name, test in FILTERS.items()}
    with st.grid(min_column_width=250, key="answers_filters"):
        state = choices.selectbox(
            words("answers.filter"),
            list(FILTERS),
            format_func=lambda name: words(f"answers.filter_{name}", number=numbers[name]),
            key="answers.filter",
        )
        level = choices.selectbox(
            words("answers.level"),
            ["", *(one.value for one in Level)],
            format_func=lambda name: words(f"competence.{name}" if name else "answers.every_level"),
            key="answers.filter_level",
        )
        typed = st.text_input(words("answers.search"), key="answers.search", max_chars=80)
    sought = folded(typed)
    return [
        one
        for one in every
        if FILTERS[state or "open"](one)
        and level in ("", one.entered.level)
        and sought in folded(f"{one.entered.text} {one.entered.body} {one.entered.unit}")
    ]


def listed(ctx: Visit, petitions: Sequence[PetitionSnapshot]) -> None:
    words = ctx.words
    table.table(
        KEY,
        [
            Column(words("answers.column_number"), "number", width="4rem", narrow=False),
            Column(words("answers.column_text"), "opens", wraps=True),
            Column(words("answers.column_body"), width="22%", wraps=True, narrow=False),
            Column(words("answers.column_due"), width="7rem"),
            Column(words("answers.column_state"), width="11rem", wraps=True),
        ],
        [row(ctx, one) for one in petitions],
        label=words("answers.table"),
        empty=words("answers.empty"),
    )


def row(ctx: Visit, one: PetitionSnapshot) -> Row:
    words, entered = ctx.words, one.entered
    late = words("answers.overdue_by", span=words.age(ctx.at - one.overdue_at))
    cells = (
        Cell(words.number(one.number), sort=one.number),
        Cell(one_line(entered.text), under=entered.unit),
        Cell(entered.body, under=words(f"competence.{entered.level}")),
        Cell(words.day(one.due_on), sort=one.due_on.toordinal(), tone="red" if one.overdue else ""),
        Cell(
            words(f"petition_state.{one.state.value}"),
            tone="red" if one.overdue else TONES[one.state],
            under=late if one.overdue else "",
        ),
    )
    return Row(one.id, cells, tone="red" if one.overdue else TONES[one.state])


def files(ctx: Visit, event_id: int) -> None:
    """How the petitions were resolved, as files."""
    words = ctx.words
    if ctx.past or not ctx.may("export_answers"):
        return

    def export(write: Writer) -> Export:
        def written(report: AnswersReport) -> bytes:
            return write(answers_report(report, words.dated()))

        return commands.export(export_answers, written, event_id=event_id)

    st.caption(words("answers.report"))
    document_buttons(
        export,
        label=lambda kind: words(f"minutes.{kind}"),
        file_name=words("answers.file_name"),
        key=f"answers.report.{event_id}",
    )
