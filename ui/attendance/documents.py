"""The minutes of attendance as files to take away: which items, and a button for each kind of
file.
"""

from collections.abc import Callable

import streamlit as st

from data.attendance.minutes import minutes
from data.attendance.minutes_xlsx import workbook_bytes
from data.attendance.report import AttendanceReport, export_attendance
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.words import Words
from models.access.people import Role
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.programme import queries as programme_queries
from ui.shell import commands
from ui.shell.document_files import file_button
from ui.shell.frame import Visit

KINDS: dict[str, Callable[[AttendanceReport, Words], bytes]] = {
    "xlsx": workbook_bytes,
    "docx": lambda report, words: docx_bytes(minutes(report, words)),
    "pdf": lambda report, words: pdf_bytes(minutes(report, words)),
}


def attendance_documents(now: Visit, item: ItemSnapshot) -> None:
    """The files of the item shown or of all of them; a desk gets those that it serves."""
    offered = items_of(now)
    if not now.may("export_attendance") or item.id not in offered:
        return
    words = now.words
    with st.expander(
        words("minutes.title"), icon=":material/description:", key="attendance.minutes"
    ):
        chosen = st.segmented_control(
            words("minutes.which"),
            ["one", "all"],
            default="one",
            required=True,
            format_func=lambda one: words(f"minutes.{one}"),
            key="attendance.minutes.which",
        )
        with st.container(horizontal=True, key="attendance_minutes_files"):
            for kind in KINDS:
                download(now, [item.id] if chosen == "one" else offered, kind)
        st.caption(words("minutes.recorded"))


def items_of(now: Visit) -> list[int]:
    """The items whose lists the visitor may take."""
    counting = [item.id for item in programme_queries.items(now.moment) if item.counts_attendance]
    if now.person is None or now.person.role != Role.DESK:
        return counting
    _, served = attendance_queries.desks(now.moment).get(now.person.desk_key, (None, frozenset()))
    return [number for number in counting if number in served]


def download(now: Visit, item_ids: list[int], kind: str) -> None:
    """The report is read and recorded in one transaction at the tap; the file is written after
    it, when no desk waits.
    """
    words, written = now.words, KINDS[kind]
    read = commands.export(export_attendance, item_ids=item_ids)
    told = {
        "label": words(f"minutes.{kind}"),
        "file_name": words("minutes.file_name"),
        "key": "attendance.minutes",
    }
    file_button(lambda: written(read(), words), kind=kind, **told)
