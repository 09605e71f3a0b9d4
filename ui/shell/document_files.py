"""Buttons for documents: read, written as a file and then recorded at the tap."""

from collections.abc import Callable

import streamlit as st

from data.documents.content import Document
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from ui.shell.exports import Export

MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "zip": "application/zip",
}
Writer = Callable[[Document], bytes]
WRITERS: dict[str, Writer] = {"docx": docx_bytes, "pdf": pdf_bytes}


def document_buttons(
    export: Callable[[Writer], Export], *, label: Callable[[str], str], file_name: str, key: str
) -> None:
    """A button for each kind of file of a document; `export` is given what writes that kind."""
    with st.container(horizontal=True, key=f"{key.replace('.', '_')}_files"):
        for kind, write in WRITERS.items():
            file_button(export(write), kind=kind, label=label(kind), file_name=file_name, key=key)


def file_button(made: Export, *, kind: str, label: str, file_name: str, key: str) -> None:
    st.download_button(
        label,
        made,
        file_name=f"{file_name}.{kind}",
        mime=MIMES[kind],
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}.{kind}",
    )
