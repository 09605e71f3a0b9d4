"""An event that is over as one ZIP: what was signed, minutes, tables, log, audit, and a backup."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from data import audit
from data.answers.document import answers_report
from data.answers.report import AnswersReport, register_report
from data.attendance.minutes import minutes
from data.attendance.minutes_xlsx import workbook_bytes as attendance_workbook
from data.attendance.report import AttendanceReport, attendance_report
from data.backup import backup
from data.commands import Context, command
from data.documents import xlsx
from data.documents.content import Document
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.documents.xlsx import Row, Sheet, local_time
from data.events.folder import write_folder
from data.exports.commands import Exported, exported
from data.exports.recorded import Book, books
from data.exports.workbook import event_workbook, table_document
from data.incidents import EntrySnapshot, entries_at
from data.plan.sections import sections as event_sections
from data.programme import items_at
from data.reviews.document import review_report
from data.reviews.queries import reviews_until, signed_review
from data.reviews.report import with_withdrawal
from data.roll_calls.minutes import roll_call_minutes
from data.roll_calls.queries import roll_calls_at
from data.roll_calls.report import RollCallReport
from data.synthesis.documents import KINDS, forum_minutes, synthesis_document
from data.synthesis.queries import (
    FrozenVersion,
    frozen_version,
    minutes_at,
    version_in_force,
    versions_at,
)
from data.words import Words, event_words
from models.events.event import Event, View, require_archived
from models.incidents import Entry, EntryUpdate
from models.refusals import Refusal

CONTENTS = "danh-muc.txt"


@dataclass(frozen=True)
class Archive:
    """What an archive holds of the database; `reviews`: number and content of each that is whole.

    `documents`: by name what was signed and approved of the synthesis, and how petitions were
    resolved. `books`: what was recorded of the event's contents. `versions`: of the synthesis,
    each that is whole. `left_out`: the numbers of signed reviews whose words are erased, or are not
    those signed.
    """

    exported: Exported
    reviews: tuple[tuple[int, dict[str, Any]], ...]
    documents: tuple[tuple[str, Document], ...]
    books: tuple[Book, ...]
    versions: tuple[FrozenVersion, ...]
    left_out: tuple[int, ...]
    attendance: AttendanceReport
    roll_calls: tuple[RollCallReport, ...]
    entries: tuple[EntrySnapshot, ...]
    steps: tuple[EntryUpdate, ...]
    sections: dict[int, str]
    trail: list[audit.AuditRow]


@command("export_archive", topic="people", subject="export")
def export_archive(ctx: Context, *, event_id: int) -> Archive:
    """An archived event, for its ZIP; that it was taken is noted at the current one.

    Refuses `event_unknown` and `event_not_archived`.
    """
    ctx.require()
    return _noted(ctx, event_id)


@command("export_archive", topic="people", subject="export")
def export_archive_from_command_line(ctx: Context, *, event_id: int) -> Archive:
    """Do as `export_archive` on the server's command line; checks no permission."""
    return _noted(ctx, event_id)


def _noted(ctx: Context, event_id: int) -> Archive:
    event = ctx.session.get(Event, event_id)
    if event is None:
        raise Refusal("event_unknown", event=str(event_id))
    require_archived(event)
    found = archive_of(ctx.session, event, max(ctx.real, ctx.at))
    ctx.note(None, rows=len(found.trail), document=event.slug)
    return found


def archive_of(session: Session, event: Event, at: datetime) -> Archive:
    """All that is kept of an event, as at a moment after it."""
    view, words = View(at), event_words(event, "vi")
    register = register_report(session, event, view)
    reviews, left_out = [], []
    for held in reviews_until(session, event, view):
        if held.number is None:
            continue
        signed = signed_review(session, event, held.id, view)
        if signed.erased or not signed.intact:
            left_out.append(signed.number)
        else:
            reviews.append((signed.number, with_withdrawal(signed)))
    items = [one.id for one in items_at(session, event, view) if one.counts_attendance]
    return Archive(
        exported(session, event, at, words),
        tuple(reviews),
        tuple(_documents(session, event, view, words, register)),
        tuple(books(session, event, view, register, words)),
        tuple(one for one in _versions(session, event, view) if one.intact),
        tuple(left_out),
        attendance_report(session, event, items, at),
        tuple(
            RollCallReport(event, call)
            for call in roll_calls_at(session, event, view)
            if call.entry_number is not None
        ),
        tuple(reversed(entries_at(session, event, view))),
        _steps(session, event),
        {one.id: one.name_vi for one in event_sections(session, event)},
        audit.rows(session, event, audit.Filter(), limit=audit.MAX_EXPORTED),
    )


def _documents(
    session: Session, event: Event, view: View, words: Words, register: AnswersReport
) -> Iterator[tuple[str, Document]]:
    """The minutes of forums that count, the version of the synthesis in force, and the register."""
    signed = minutes_at(session, event, view)
    for item in items_at(session, event, view):
        own = signed.get(item.id)
        if own and own.counts and own.intact:
            yield f"bien-ban-{item.key}", forum_minutes(own.content, words.language)
    if approved := version_in_force(session, event, view):
        for kind in KINDS:
            document = synthesis_document(approved.printed, kind, words.language)
            yield f"{kind}-{approved.version.number}", document
    if register.petitions:
        yield "ket-qua-giai-quyet", answers_report(register, words)


def _versions(session: Session, event: Event, view: View) -> Iterator[FrozenVersion]:
    for one in versions_at(session, event, view):
        yield frozen_version(session, event, one.id, view)


def _steps(session: Session, event: Event) -> tuple[EntryUpdate, ...]:
    """Every step of every log entry, in the order in which they were accepted; detached."""
    steps = session.exec(
        select(EntryUpdate)
        .join(Entry, col(Entry.id) == EntryUpdate.entry_id)
        .where(Entry.event_id == event.id)
        .order_by(col(EntryUpdate.id))
    ).all()
    session.expunge_all()
    return tuple(steps)


def archive_bytes(found: Archive) -> bytes:
    """The ZIP, with the list of its files and their SHA-256. Refuses what a backup does."""
    with tempfile.TemporaryDirectory() as place:
        written = Path(place) / "archive.zip"
        write_archive(found, written)
        return written.read_bytes()


def write_archive(found: Archive, target: Path) -> None:
    """The same as a file."""
    words = event_words(found.exported.event, "vi")
    lines = [words("archive.head", name=words.of(found.exported.event, "name"))]
    lines += [words("archive.left_out", number=number) for number in found.left_out]
    with (
        tempfile.TemporaryDirectory() as place,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name, file in _files(found, Path(place), words):
            made.write(file, name)
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
            lines.append(f"{digest}  {name}")
        made.writestr(CONTENTS, "\r\n".join([*lines, ""]).encode("utf-8-sig"))


def _files(found: Archive, place: Path, words: Words) -> Iterator[tuple[str, Path]]:
    """The name in the ZIP and the file of everything, each made as it is asked for."""

    def put(name: str, content: bytes) -> tuple[str, Path]:
        file = place / "part"
        file.write_bytes(content)
        return name, file

    event = found.exported.event
    for number, content in found.reviews:
        document = review_report(content, "vi")
        yield put(f"bao-cao/bao-cao-{number}.docx", docx_bytes(document))
        yield put(f"bao-cao/bao-cao-{number}.pdf", pdf_bytes(document))
        frozen = json.dumps(content, ensure_ascii=False, indent=1)
        yield put(f"bao-cao/bao-cao-{number}.json", frozen.encode())
    for name, document in found.documents:
        yield put(f"tong-hop/{name}.docx", docx_bytes(document))
        yield put(f"tong-hop/{name}.pdf", pdf_bytes(document))
    for one in found.versions:
        frozen = json.dumps(one.content, ensure_ascii=False, indent=1)
        yield put(f"tong-hop/synthesis-{one.version.number}.json", frozen.encode())
    for book in found.books:
        yield put(f"bang/{book.name}.xlsx", book.as_bytes())
    if found.attendance.items:
        yield put("bien-ban/diem-danh.docx", docx_bytes(minutes(found.attendance, words)))
        yield put("bien-ban/diem-danh.xlsx", attendance_workbook(found.attendance, words))
    for report in found.roll_calls:
        name = f"bien-ban/kiem-tra-{report.call.number}.docx"
        yield put(name, docx_bytes(roll_call_minutes(report, words)))
    for table in found.exported.tables:
        document = table_document(event, table, found.exported.at, words)
        yield put(f"bang/{words(f'archive.{table.kind}')}.docx", docx_bytes(document))
    files, tables = found.exported.files, found.exported.tables
    yield put("bang/su-kien.xlsx", event_workbook(event, files, tables, words))
    yield put("nhat-ky/su-co.xlsx", _log(found, words))
    yield put("nhat-ky/nhat-ky-he-thong.csv", audit.as_csv(found.trail, words))
    folder = place / "event"
    write_folder(files, folder)
    for file in sorted(folder.iterdir()):
        yield f"su-kien/{file.name}", file
    yield from _backup(place / "backup")


def _log(found: Archive, words: Words) -> bytes:
    """The log entries of the event, and on a second sheet every step of their course."""
    names = {one.id: one.number for one in found.entries}
    entries = [
        Row(
            [
                one.number,
                local_time(one.opened_at, words.time_zone),
                found.sections.get(one.section_id or 0, words("log.whole_event")),
                one.priority,
                one.text,
                words(f"entry.{one.status.value}"),
            ]
        )
        for one in found.entries
    ]
    steps = [
        Row(
            [
                names[one.entry_id],
                local_time(one.at, words.time_zone),
                words(f"entry.{one.status}"),
                one.text,
            ]
        )
        for one in found.steps
        if one.entry_id in names
    ]
    at = [(words("log.column_number"), 8), (words("audit.at"), 20)]
    said = [(words("archive.status"), 20), (words("log.said"), 60)]
    about = [(words("log.section"), 30), (words("log.priority"), 10), (words("log.text"), 60)]
    title, course = words("page.log"), words("log.said")
    event = words.of(found.exported.event, "name")
    sheets = [
        Sheet(name[:31], name, event, columns, rows)
        for name, columns, rows in (
            (title, [*at, *about, said[0]], entries),
            (course, [*at, *said], steps),
        )
    ]
    return xlsx.workbook_bytes(title, sheets)


def _backup(place: Path) -> Iterator[tuple[str, Path]]:
    """A verified copy of the whole database, made now, with its manifest."""
    one = backup.make(place)
    if one is not None:
        yield f"sao-luu/{one.file.name}", one.file
        yield f"sao-luu/{one.manifest.name}", one.manifest
