"""Contributions from a unit's file and out again: what was read, which rows were not and why."""

import hashlib

import streamlit as st

from data.exports.contributions import export_contributions
from data.imports.contributions import import_contributions
from models.imports.contributions import Rows
from models.refusals import Refusal
from ui.contributions import queries
from ui.exports.tables import table_files
from ui.shell import choices, commands
from ui.shell.frame import Visit

FORM = "contributions.files"
SHOWN = 30


def region(ctx: Visit) -> None:
    """Folded: the file of a unit, what it holds, and the button that takes it in."""
    words = ctx.words
    box = choices.expander(
        words("contributions.files"), key=f"{FORM}.box", icon=":material/upload_file:"
    )
    if not box.open:
        return
    with box:
        number = st.session_state.setdefault(f"{FORM}.number", 0)
        # Of any type: of a scan or an old document its reader says what to send, the field only no.
        sent = st.file_uploader(words("contributions.files_choose"), key=f"{FORM}.{number}")
        if sent is not None:
            found = _read(ctx, sent.name, sent.getvalue())
            if found is not None:
                shown(ctx, found)
        commands.refused(FORM, words)


def _read(ctx: Visit, name: str, raw: bytes) -> Rows | None:
    """What a file holds, read once for each file and state of the event."""
    held = f"{FORM}.held"
    key = (hashlib.sha256(raw).hexdigest(), name, ctx.moment.key_of("contributions", "programme"))
    known, found = st.session_state.get(held, (None, None))
    if known != key:
        found = commands.ready(FORM, lambda: queries.read_file(ctx.moment, name, raw))
        st.session_state[held] = (key, found)
    return found


def shown(ctx: Visit, found: Rows) -> None:
    words = ctx.words
    counts = {"number": len(found.received), "refused": len(found.refused)}
    st.text(words("contributions.files_found", **counts))
    for file, line, refusal in found.refused[:SHOWN]:
        st.text(_sentence(ctx, file, line, refusal))
    if found.received:
        st.button(
            words("contributions.files_go", number=len(found.received)),
            key=f"{FORM}.go",
            type="primary",
            on_click=take,
            args=(found,),
        )


def _sentence(ctx: Visit, file: str, line: int, refusal: Refusal) -> str:
    why = ctx.words.refusal(refusal)
    return ctx.words("contributions.files_line", file=file, line=str(line), why=why)


def take(found: Rows) -> None:
    done = commands.perform(FORM, import_contributions, received=found.received)
    if done:
        st.session_state[f"{FORM}.number"] += 1  # an empty field for the next file
        commands.say("contributions.files_done", added=done.added, known=done.known)


def out(ctx: Visit) -> None:
    """The list as a workbook and as a document."""
    if ctx.may("export_contributions"):
        table_files(
            ctx, export_contributions, "contributions", ("xlsx", "docx"), "contributions_as_it_is"
        )
