"""Buttons for documents: read and recorded in one transaction at the tap, then written as a
file.
"""

from collections.abc import Callable

import streamlit as st

from data.documents.content import Document
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes

MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
WRITERS: dict[str, Callable[[Document], bytes]] = {"docx": docx_bytes, "pdf": pdf_bytes}


def document_buttons(
    document: Callable[[], Document], *, label: Callable[[str], str], file_name: str, key: str
) -> None:
    """A button for each kind of file of a document, which `document` reads and records."""
    with st.container(horizontal=True, key=f"{key.replace('.', '_')}_files"):
        for kind, write in WRITERS.items():
            file_button(
                lambda write=write: write(document()),
                kind=kind,
                label=label(kind),
                file_name=file_name,
                key=key,
            )


def file_button(
    written: Callable[[], bytes], *, kind: str, label: str, file_name: str, key: str
) -> None:
    st.download_button(
        label,
        written,
        file_name=f"{file_name}.{kind}",
        mime=MIMES[kind],
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}.{kind}",
    )
