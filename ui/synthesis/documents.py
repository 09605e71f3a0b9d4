"""Minutes, and the documents of the synthesis, as files."""

from collections.abc import Callable

import streamlit as st

from data.synthesis.contents import Forum
from data.synthesis.documents import KINDS, forum_minutes, synthesis_document
from data.synthesis.report import export_minutes, export_synthesis
from models.documents import Content
from ui.shell import commands
from ui.shell.document_files import Writer, document_buttons
from ui.shell.exports import Export
from ui.shell.frame import Visit


def minutes_files(ctx: Visit, forum: Forum) -> None:
    """The minutes of a forum: as they were signed, or a draft of now."""
    item, language = forum.item, ctx.words.language
    if ctx.past or not ctx.may("export_synthesis", item=item.key):
        return

    def export(write: Writer) -> Export:
        def written(content: Content) -> bytes:
            return write(forum_minutes(content, language))

        return commands.export(export_minutes, written, item_id=item.id)

    document_buttons(
        export,
        label=lambda kind: ctx.words(f"minutes.{kind}"),
        file_name=f"{ctx.words('synthesis.file_minutes')}-{item.key}",
        key=f"synthesis.minutes.{item.id}",
    )


def synthesis_files(ctx: Visit, version_id: int | None, name: str) -> None:
    """The documents of a version, each in a row; without one, drafts of now. `name` ends those of
    the files."""
    words = ctx.words
    if ctx.past or not ctx.may("export_synthesis"):
        return
    for kind in KINDS:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(words(f"synthesis.document_{kind}"), width=190)
            document_buttons(
                _export(ctx, version_id, kind),
                label=lambda one: words(f"minutes.{one}"),
                file_name=f"{words(f'synthesis.file_{kind}')}-{name}",
                key=f"synthesis.{kind}.{version_id or 'draft'}",
            )


def _export(ctx: Visit, version_id: int | None, kind: str) -> Callable[[Writer], Export]:
    language = ctx.words.language

    def export(write: Writer) -> Export:
        def written(content: Content) -> bytes:
            return write(synthesis_document(content, kind, language))

        return commands.export(export_synthesis, written, version_id=version_id)

    return export
