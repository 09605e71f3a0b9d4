"""The audit trail: who did what when and from where, read from the change log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.documents.csv import csv_bytes
from data.documents.xlsx import Row, Sheet, local_time, workbook_bytes
from data.words import Words
from models.access.people import Person
from models.access.sign_ins import SignIn
from models.attendance.ledger import Delegate, Delegation, Desk
from models.distribution.ledger import Distribution
from models.events.event import Event, Venue
from models.imports.imported import Import
from models.incidents import Entry
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.refusals import Refusal
from models.reviews.directives import Directive
from models.roll_calls import RollCall
from models.storage import Change, Record
from models.text import clean

MAX_TYPED_NUMBER = 10  # characters: more would not fit the database's column


@dataclass(frozen=True)
class Filter:
    """Which changes: a person's, a topic's, one subject's, of a period of real time [since, until).

    None leaves it open.
    """

    person_id: int | None = None
    topic: str | None = None
    subject: tuple[str, int] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditRow:
    """One change: when, by whom (None: the system), which command, about what, and from where.

    `recorded_at` is the real moment, `at` the event's clock, both aware UTC; `person` and `about`
    are names by language.
    """

    id: int
    recorded_at: datetime
    at: datetime
    person: dict[str, str] | None
    command: str
    about: dict[str, str]
    what: dict[str, object]
    address: str
    device: str


def _matching(event: Event, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions = [col(Change.event_id) == event.id]
    if wanted.person_id is not None:
        conditions.append(col(Change.person_id) == wanted.person_id)
    if wanted.topic is not None:
        conditions.append(col(Change.topic) == wanted.topic)
    if wanted.since is not None:
        conditions.append(col(Change.recorded_at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(Change.recorded_at) < wanted.until)
    if wanted.subject:
        subject, number = wanted.subject
        conditions += [col(Change.subject) == subject, col(Change.subject_id) == number]
    return conditions


def subject_named(session: Session, event: Event, typed: str) -> tuple[str, int] | None:
    """The subject of a typed name: a badge (0417K), a task's number (12), an entry's (#5).

    None for an empty text. Refuses `subject_unknown`.
    """
    text = clean(typed).upper()
    if not text:
        return None
    digits = text.lstrip("#")
    is_number = digits.isdecimal() and len(text) < MAX_TYPED_NUMBER
    if not is_number:
        kind = "delegate"
        query = select(Delegate.id).where(Delegate.event_id == event.id, Delegate.badge == text)
    elif text.startswith("#"):
        kind = "entry"
        query = select(Entry.id).where(Entry.event_id == event.id, Entry.number == int(digits))
    else:
        kind = "task"
        query = select(Task.id).where(Task.event_id == event.id, Task.number == int(digits))
    found = session.exec(query).first()
    if found is None:
        raise Refusal("subject_unknown", value=text[:40])
    return kind, found


def count(session: Session, event: Event, wanted: Filter) -> int:
    return session.exec(select(func.count(col(Change.id))).where(*_matching(event, wanted))).one()


def rows(session: Session, event: Event, wanted: Filter, *, limit: int) -> list[AuditRow]:
    """The matching changes, newest first, at most `limit`."""
    matching = session.execute(
        select_columns(
            Change,
            col(Person.name_vi),
            col(Person.name_en),
            col(SignIn.address),
            col(SignIn.device),
        )
        .outerjoin(Person, col(Person.id) == Change.person_id)
        .outerjoin(SignIn, col(SignIn.id) == Change.sign_in_id)
        .where(*_matching(event, wanted))
        .order_by(col(Change.id).desc())
        .limit(limit)
    ).all()
    names = _names(session, [row.Change for row in matching])
    return [
        AuditRow(
            id=row.Change.id,
            recorded_at=row.Change.recorded_at,
            at=row.Change.at,
            person={"vi": row.name_vi, "en": row.name_en} if row.name_vi is not None else None,
            command=row.Change.what.get("command", row.Change.topic),
            about=names.get((row.Change.subject, row.Change.subject_id), NAMELESS),
            what=row.Change.what,
            address=row.address or "",
            device=row.device or "",
        )
        for row in matching
    ]


Names = dict[str, str]
NAMELESS: Names = {"vi": "", "en": ""}
Found = Mapping[tuple[str, int | None], Names]


def _in_both(vi: str, en: str) -> Names:
    return {"vi": vi, "en": en}


def _numbered_task(row: Task) -> Names:
    return _in_both(f"{row.number}. {row.title_vi}", f"{row.number}. {row.title_en}")


def _badge(row: Delegate) -> Names:
    return _in_both(f"{row.badge} · {row.title_vi}", f"{row.badge} · {row.title_en}")


def _directive(row: Directive) -> Names:
    return _in_both(f"{row.number}. {row.text}", f"{row.number}. {row.text}")


def _title(row: ProgrammeItem | MediaItem) -> Names:
    return _in_both(row.title_vi, row.title_en)


def _name(row: Delegation | Desk | Section | Person | Venue) -> Names:
    return _in_both(row.name_vi, row.name_en)


def _files(row: Import) -> Names:
    names = ", ".join(one["name"] for one in row.files)
    return _in_both(names, names)


Reader = Callable[[Session, set[int]], dict[int, Names]]
T = TypeVar("T", bound=Record)


def _reader(table: type[T], name: Callable[[T], Names]) -> Reader:
    number = table.__table__.c.id

    def read(session: Session, numbers: set[int]) -> dict[int, Names]:
        found = session.execute(select_columns(number, table).where(number.in_(numbers)))
        return {found_id: name(row) for found_id, row in found}

    return read


# subject -> what its rows are called in each language
_SUBJECTS: dict[str, Reader] = {
    "task": _reader(Task, _numbered_task),
    "section": _reader(Section, _name),
    "delegate": _reader(Delegate, _badge),
    "entry": _reader(Entry, lambda row: _in_both(f"#{row.number}", f"#{row.number}")),
    "item": _reader(ProgrammeItem, _title),
    "directive": _reader(Directive, _directive),
    "media": _reader(MediaItem, _title),
    "roll_call": _reader(RollCall, lambda row: _in_both(row.question, row.question)),
    "person": _reader(Person, _name),
    "state": _reader(Event, lambda row: _in_both(row.short_name_vi, row.short_name_en)),
    "venue": _reader(Venue, _name),
    "desk": _reader(Desk, _name),
    "delegation": _reader(Delegation, _name),
    "imported": _reader(Import, _files),
    "distribution": _reader(Distribution, lambda row: _in_both(row.title, row.title)),
}


def _names(session: Session, noted: list[Change]) -> Found:
    """What the subjects of some changes are called, by (subject, id)."""
    names: dict[tuple[str, int | None], Names] = {}
    for subject, read in _SUBJECTS.items():
        ids = (one.subject_id for one in noted if one.subject == subject)
        numbers = {number for number in ids if number is not None}
        if numbers:
            names |= {(subject, number): name for number, name in read(session, numbers).items()}
    return names


# --- as a file -----------------------------------------------------------------------------------

COLUMNS = ("recorded_at", "at", "person", "command", "about", "details", "address", "device")
WIDTHS = (18, 18, 34, 34, 44, 60, 18, 24)  # characters, by column


def as_csv(rows: list[AuditRow], words: Words) -> bytes:
    """The rows as CSV, with local times that sort: 2026-11-26 06:41:05."""
    return csv_bytes(
        _headings(words),
        (
            (
                f"{row.recorded_at.astimezone(words.time_zone):%Y-%m-%d %H:%M:%S}",
                f"{row.at.astimezone(words.time_zone):%Y-%m-%d %H:%M:%S}",
                *in_words(row, words),
                row.address,
                row.device,
            )
            for row in rows
        ),
    )


def as_workbook(rows: list[AuditRow], words: Words) -> bytes:
    """The rows as a workbook (XLSX), with local times as times and texts as texts."""
    lines = [
        Row(
            [
                local_time(row.recorded_at, words.time_zone),
                local_time(row.at, words.time_zone),
                *in_words(row, words),
                row.address,
                row.device,
            ]
        )
        for row in rows
    ]
    columns = list(zip(_headings(words), WIDTHS, strict=True))
    title = words("page.audit")
    note = words("audit.count", number=len(lines))
    return workbook_bytes(title, [Sheet(title, title, note, columns, lines)])


def _headings(words: Words) -> list[str]:
    return [words(f"audit.{name}") for name in COLUMNS]


def in_words(row: AuditRow, words: Words) -> tuple[str, str, str, str]:
    """Who, did what, about what, and the details, in words."""
    who = row.person[words.language] if row.person else words("audit.system")
    key = f"command.{row.command}"
    command = words(key) if words.has(key) else row.command
    return who, command, row.about[words.language], " · ".join(_details(row.what, words))


# fact of a change -> how the key of its value's word begins
_WORDED = {
    "status": "status.",
    "standing": "attendance.standing_",
    "how": "how.",
    "answer": "answer.",
    "outcome": "outcome.",
}
_NUMBERS = ("speed", "ended", "rows", "days", "new", "changed", "retired")


def _details(what: Mapping[str, object], words: Words) -> list[str]:
    """The facts of a change that mean something to a reader."""
    return [text for name, value in what.items() for text in _detail(name, value, words)]


def _detail(name: str, value: object, words: Words) -> list[str]:
    if name in _WORDED:
        key = f"{_WORDED[name]}{value}"
        return [words(key) if words.has(key) else str(value)]
    if name == "text":
        return [str(value)] if value else []
    if name == "fields" and isinstance(value, list):
        keys = [field if "." in field else f"plan.{field}" for field in map(str, value)]
        return [words(key) for key in keys if words.has(key)]
    if name == "document":
        key = f"audit.document_{value}"
        return [words(key) if words.has(key) else words.fact(value)]
    if name in _NUMBERS and isinstance(value, int | float):
        return [f"{words(f'audit.{name}')} {value:g}"]
    return []


MAX_EXPORTED = 1_000_000  # rows


@command("export_audit", topic="people", subject="export")
def export_audit(ctx: Context, *, wanted: Filter) -> list[AuditRow]:
    """All matching changes, for a file; that it was taken is itself noted."""
    ctx.require()
    found = rows(ctx.session, ctx.event, wanted, limit=MAX_EXPORTED)
    ctx.note(None, rows=len(found))
    return found
