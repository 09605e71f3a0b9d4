"""The third step: the first rows of each sheet as they stand, and what each column holds."""

from collections.abc import Mapping

import streamlit as st

from data.attendance.particulars import kinds_of
from data.imports.drafts import Prepared, choose_import_columns
from data.imports.preview import Preview
from data.words import Words
from models.attendance.particulars import Particular
from models.imports.choices import SKIPPED, fields_of, is_private, shape_of, sheet_key
from models.imports.drafts import Step
from models.imports.recognition import OF_EVENT, Kind, Table, guessed_columns
from models.imports.sheets import Line, Sheet, letter
from ui.imports import files, steps
from ui.personal_data import particulars
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM = "event.columns"
ROWS, CELL = 5, 60  # so many rows are shown, and so many letters of a cell
MAX_SHEETS = 20


def region(ctx: Visit, held: Prepared, shown: Preview) -> None:
    words = ctx.words
    st.caption(words("event_page.columns_why"))
    commands.refused(FORM, words)
    for number, table in enumerate(shown.tables[:MAX_SHEETS]):
        _table(ctx, held, table, number)
    _particulars(ctx, shown)
    for number, sheet in enumerate(shown.passed_over[:MAX_SHEETS], len(shown.tables)):
        _unknown(words, held, sheet, number)
    steps.onward(ctx, held, Step.QUESTIONS)


def _particulars(ctx: Visit, shown: Preview) -> None:
    """Whether names and telephone numbers are kept, where the files have such columns."""
    lists = [table for table in shown.tables if table.kind is Kind.DELEGATES]
    for kind in Particular:
        if any(table.column(kind.value) >= 0 for table in lists):
            particulars.choice(ctx, kind, f"{FORM}.particulars")


def _table(ctx: Visit, held: Prepared, table: Table, number: int) -> None:
    """A sheet that was recognised, or that a person named: its kind and its columns."""
    words = ctx.words
    key = f"{FORM}.{held.id}.{number}"
    with st.container(border=True, key=f"event_sheet_{number}"):
        st.markdown(f"**{plain(table.sheet.file)}** · {plain(files.recognised(words, table))}")
        _kind(words, held, table.sheet, table, key)
        with st.container(horizontal=True, key=f"event_grid_{number}"):
            for column in sorted(table.headers):
                _column(ctx, held, table, column, key)


def _kind(words: Words, held: Prepared, sheet: Sheet, table: Table | None, key: str) -> None:
    kinds = [kind.value for kind in OF_EVENT]
    current = table.kind.value if table else SKIPPED
    field = f"{key}.kind.{current}"
    choices.selectbox(
        words("event_page.kind"),
        [*kinds, SKIPPED],
        index=[*kinds, SKIPPED].index(current),
        format_func=lambda kind: words(f"event_page.kind_{kind}"),
        key=field,
        width=320,
        on_change=choices.when_changed,
        args=(field, current, _set_kind, held, sheet, table, field),
    )


def _set_kind(held: Prepared, sheet: Sheet, table: Table | None, field: str) -> None:
    """Another kind begins with what its own names for columns say."""
    kind = st.session_state[field]
    headers = dict(table.headers) if table else _headers(sheet)
    header = table.header if table else _header(sheet).number
    columns = guessed_columns(Kind(kind), headers) if kind != SKIPPED else {}
    _choose(held, sheet, kind, header, columns, headers)


def _column(ctx: Visit, held: Prepared, table: Table, column: int, key: str) -> None:
    """The guess above a column, its header, and its first cells."""
    words = ctx.words
    options = [*fields_of(table.kind), "note", ""]
    current = table.columns.get(column, "")
    field = f"{key}.{table.kind.value}.{column}.{current}"
    with st.container(key=f"event_column_{key.rpartition('.')[2]}_{column}", width=200, gap=None):
        choices.selectbox(
            f"{letter(column)} · {plain(table.headers[column].replace(chr(10), ' '))}",
            options,
            index=options.index(current),
            format_func=lambda name: field_name(words, table.kind, name),
            key=field,
            on_change=choices.when_changed,
            args=(field, current, _set_column, held, table, column, field),
        )
        cells = (line.text(column).replace("\n", " ")[:CELL] for line in table.rows[:ROWS])
        st.markdown("  \n".join(plain(cell) or "–" for cell in cells))
        if is_private(current):  # below the rows, which stand side by side with the other columns'
            is_kept = table.kind is Kind.DELEGATES and current in kinds_of(ctx.event)
            st.caption(words("event_page.private_kept" if is_kept else "event_page.private"))


def field_name(words: Words, kind: Kind, name: str) -> str:
    """What a field is called; of two kinds some are called differently."""
    if not name:
        return words("event_page.field_none")
    own = f"event_page.field_{kind.value}_{name}"
    return words(own if words.has(own) else f"event_page.field_{name}")


def _set_column(held: Prepared, table: Table, column: int, field: str) -> None:
    """What one column is said to hold, no other one holds any more."""
    name = st.session_state[field]
    single = name and name != "personal"
    columns = {other: one for other, one in table.columns.items() if not (single and one == name)}
    columns[column] = name
    _choose(held, table.sheet, table.kind.value, table.header, columns, table.headers)


def _choose(
    held: Prepared,
    sheet: Sheet,
    kind: str,
    header: int,
    columns: Mapping[int, str],
    headers: Mapping[int, str],
) -> None:
    facts = {"kind": kind, "header": header, "columns": dict(columns)}
    shape = shape_of(headers) if headers else ""
    commands.perform(
        FORM,
        choose_import_columns,
        draft_id=held.id,
        sheet=sheet_key(sheet),
        shape=shape,
        **facts,
    )


# --- a sheet without a header that is known ------------------------------------------------------


def _unknown(words: Words, held: Prepared, sheet: Sheet, number: int) -> None:
    key = f"{FORM}.{held.id}.{number}"
    with st.container(border=True, key=f"event_sheet_{number}"):
        name = files.named(words, sheet.file, sheet.name)
        title = words("event_page.sheet_unknown", sheet=name)
        st.markdown(f"**{plain(sheet.file)}** · {plain(title)}")
        _kind(words, held, sheet, None, key)
        lines = sheet.lines[:ROWS]
        st.text("\n".join(" | ".join(_texts(line)) for line in lines))


def _texts(line: Line) -> list[str]:
    return [line.text(column).replace("\n", " ")[:CELL] for column in line.filled()[:8]]


def _header(sheet: Sheet) -> Line:
    """The first line with several cells: where a header most likely is."""
    return next((line for line in sheet.lines if len(line.filled()) > 1), sheet.lines[0])


def _headers(sheet: Sheet) -> dict[int, str]:
    line = _header(sheet)
    return {column: line.text(column) for column in line.filled()}
