"""The plan and the list of delegates as downloads, in the columns and order of the office's own."""

from collections.abc import Callable

import streamlit as st

from data.commands import Command
from data.documents.docx import docx_bytes
from data.exports.commands import ExportedTable, export_delegates, export_plan
from data.exports.workbook import table_document, table_workbook
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
        table_files(ctx, export_delegates, "delegates", ("xlsx",))


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
