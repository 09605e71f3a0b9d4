"""The plan, the list of delegates and the script as downloads, in the columns and order of the
office's own; and the whole event as one workbook.
"""

from collections.abc import Callable

import streamlit as st

from data.commands import Command
from data.documents.docx import docx_bytes
from data.exports.commands import (
    ExportedTable,
    export_delegates,
    export_event,
    export_plan,
    export_script,
)
from data.exports.workbook import event_workbook, table_document, table_workbook
from data.words import Words
from ui.shell import commands
from ui.shell.document_files import file_button
from ui.shell.frame import Visit

Writer = Callable[[ExportedTable, Words], bytes]
KINDS: dict[str, Writer] = {
    "xlsx": lambda one, words: table_workbook(one.event, one.table, words),
    "docx": lambda one, words: docx_bytes(table_document(one.event, one.table, one.at, words)),
}


def plan_files(ctx: Visit) -> None:
    """The assignment table with its progress, for those who see the plan."""
    if ctx.may("export_plan"):
        table_files(ctx, export_plan, "plan", ("xlsx", "docx"))


def delegate_files(ctx: Visit) -> None:
    """The list of delegates."""
    if ctx.may("export_delegates"):
        table_files(ctx, export_delegates, "delegates", ("xlsx", "docx"))


def script_files(ctx: Visit) -> None:
    """The script of the days, for those who see the plan."""
    if ctx.may("export_plan"):
        table_files(ctx, export_script, "script", ("xlsx", "docx"))


def event_file(ctx: Visit) -> None:
    """The whole event as a workbook that can be loaded again, for its administrator."""
    words = ctx.words.dated()
    made = commands.export(
        export_event,
        lambda one: event_workbook(one.event, one.files, one.tables, words),
        language=words.language,
    )
    label, name = words("exports.event_file"), f"{words('exports.event_name')}-{ctx.event.slug}"
    file_button(made, kind="xlsx", label=label, file_name=name, key="exports.event")
    st.caption(words("exports.event_why"))


def table_files(
    ctx: Visit,
    command: Command[..., ExportedTable],
    name: str,
    kinds: tuple[str, ...],
    caption: str = "as_it_came",
) -> None:
    """Folded: a button for each kind of file of a table."""
    words, key = ctx.words, f"exports.{name}"
    with st.expander(words(f"{key}_files"), icon=":material/download:", key=f"{key}_box"):
        with st.container(horizontal=True, key=f"exports_{name}_files"):
            for kind in kinds:
                made = commands.export(
                    command, _writer(KINDS[kind], words.dated()), language=words.language
                )
                file_name = words(f"{key}_file_name")
                file_button(
                    made, kind=kind, label=words(f"minutes.{kind}"), file_name=file_name, key=key
                )
        st.caption(words(f"exports.{caption}"))


def _writer(write: Writer, words: Words) -> Callable[[ExportedTable], bytes]:
    return lambda exported: write(exported, words)
