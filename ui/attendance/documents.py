"""The minutes of attendance as downloads: the choice of items, and a button for each file type."""

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


def attendance_documents(ctx: Visit, item: ItemSnapshot) -> None:
    """The files of the item shown or of all items; a desk gets those of the items it serves."""
    offered = items_of(ctx)
    if not ctx.may("export_attendance") or item.id not in offered:
        return
    words = ctx.words
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
                download(ctx, [item.id] if chosen == "one" else offered, kind)
        st.caption(words("minutes.recorded"))


def items_of(ctx: Visit) -> list[int]:
    """The items whose lists the visitor may download."""
    counting = [item.id for item in programme_queries.items(ctx.moment) if item.counts_attendance]
    if ctx.person is None or ctx.person.role != Role.DESK:
        return counting
    _, served = attendance_queries.desks(ctx.moment).get(ctx.person.desk_key, (None, frozenset()))
    return [number for number in counting if number in served]


def download(ctx: Visit, item_ids: list[int], kind: str) -> None:
    """The button of one file, which is read, written and recorded at the tap."""
    words, write = ctx.words, KINDS[kind]
    full = words.dated()
    file_button(
        commands.export(export_attendance, lambda report: write(report, full), item_ids=item_ids),
        kind=kind,
        label=words(f"minutes.{kind}"),
        file_name=words("minutes.file_name"),
        key="attendance.minutes",
    )
