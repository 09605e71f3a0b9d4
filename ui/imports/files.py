"""The second step: an office's files, and what each of their sheets was recognised as."""

from collections import Counter

import streamlit as st

from data.imports.drafts import DraftFile, Prepared, add_import_files, drop_import, drop_import_file
from data.imports.preview import Preview
from data.words import Words
from models.imports.drafts import DRAFT_DAYS, MAX_FILE_BYTES, MAX_FILES, Step
from models.imports.recognition import Table
from models.imports.sheets import MAX_ROWS
from ui.imports import steps
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM, FIELD = "event.files", "event.upload"


def region(ctx: Visit, held: Prepared, shown: Preview) -> None:
    words = ctx.words
    # Of any type: of a scan or an old document its reader says what to send, the field only no.
    with st.container(key="event_upload"):
        key = f"{FIELD}.{st.session_state.get(FIELD, 0)}"
        st.file_uploader(
            words(
                "event_page.files",
                size=MAX_FILE_BYTES // 2**20,
                number=MAX_FILES,
                rows=words.number(MAX_ROWS),
            ),
            accept_multiple_files=True,
            key=key,
            max_upload_size=MAX_FILE_BYTES // 2**20,
            on_change=keep,
            args=(held.id, key),
        )
    commands.refused(FORM, words)
    for refusal in shown.refused:
        st.error(plain(words.refusal(refusal)), icon=":material/error:")
    for file in held.files:
        _file(words, held, file, shown)
    nothing = words("event_page.files_none")
    steps.onward(ctx, held, Step.COLUMNS, disabled=not held.files, why=nothing)
    _end(words, held)


def _end(words: Words, held: Prepared) -> None:
    """When the files are deleted, and the way to delete all that is prepared at once."""
    st.caption(words("event_page.erased_after", days=DRAFT_DAYS))
    with st.popover(
        words("event_page.drop"), icon=":material/delete:", type="tertiary", key="event.drop_box"
    ):
        st.text(words("event_page.drop_why"))
        st.button(
            words("event_page.drop_yes"), key="event.drop", on_click=drop_all, args=(held.id,)
        )


def drop_all(draft_id: int) -> None:
    commands.perform(FORM, drop_import, draft_id=draft_id)
    commands.say("event_page.dropped")


def keep(draft_id: int, key: str) -> None:
    """Keep what was chosen, and offer an empty field for more."""
    files = chosen(key)
    if files and commands.perform(FORM, add_import_files, draft_id=draft_id, files=files):
        st.session_state[FIELD] = st.session_state.get(FIELD, 0) + 1


def chosen(key: str) -> list[tuple[str, bytes]]:
    """The chosen files by name and bytes."""
    return [(one.name, one.getvalue()) for one in st.session_state[key]]


def _file(words: Words, held: Prepared, file: DraftFile, shown: Preview) -> None:
    """A file with its sheets; what was passed over of each is named with its count."""
    with st.container(border=True, key=f"event_file_{file.id}"):
        _named(words, held, file)
        for table in shown.tables:
            if table.sheet.file == file.name:
                st.markdown(f":material/check: {plain(recognised(words, table))}")
                if table.passed:
                    st.caption(plain(passed(words, table)))
        for sheet in shown.passed_over:
            if sheet.file == file.name:
                text = words("event_page.sheet_unknown", sheet=named(words, sheet.file, sheet.name))
                st.markdown(f":material/help: {plain(text)}")


def unread(words: Words, held: Prepared) -> None:
    """The files whose reading was stopped, each with the way to leave it out."""
    commands.refused(FORM, words)
    for file in held.files:
        with st.container(border=True, key=f"event_file_{file.id}"):
            _named(words, held, file)
    _end(words, held)


def _named(words: Words, held: Prepared, file: DraftFile) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(file.name)}**", width="stretch")
        st.button(
            words("event_page.file_drop"),
            key=f"event.file_drop.{file.id}",
            icon=":material/delete:",
            type="tertiary",
            on_click=drop,
            args=(held.id, file.id),
        )


def recognised(words: Words, table: Table) -> str:
    """`Trang 1: bảng phân công nhiệm vụ, 38 dòng, tiêu đề ở dòng 7`."""
    kind = words(f"imports.kind.{table.kind.value}")
    sheet = named(words, table.sheet.file, table.sheet.name)
    facts = {"sheet": sheet, "kind": kind, "header": table.header}
    return words("event_page.sheet", count=table.count, **facts)


def named(words: Words, file: str, sheet: str) -> str:
    """The name of a sheet; a document's tables have a number in its place."""
    is_number = sheet.isdigit() and file.lower().endswith(".docx")
    return words("event_page.table_number", number=sheet) if is_number else sheet


def passed(words: Words, table: Table) -> str:
    counts = Counter(why for _, why, _ in table.passed)
    named = (f"{words(f'imports.{why.value}')} {count}" for why, count in counts.items())
    return words("event_page.passed", what=" · ".join(named))


def drop(draft_id: int, file_id: int) -> None:
    commands.perform(FORM, drop_import_file, draft_id=draft_id, file_id=file_id)
