"""The audit trail: who did what when and from where, read from the change log."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.events.clock import event_now
from data.events.current import require_event
from data.storage import changes
from data.words import Words
from models.access.people import Person, require_may
from models.access.sign_ins import SignIn
from models.attendance.ledger import Delegate
from models.events.event import Event
from models.incidents import Entry
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.refusals import Refusal
from models.reviews.directives import Directive
from models.roll_calls import RollCall
from models.storage import Change
from models.text import clean


@dataclass(frozen=True)
class Asked:
    """What is asked for: a person, a topic, one subject, a period of real time [since, until); None leaves it open."""

    person_id: int | None = None
    topic: str | None = None
    subject: tuple[str, int] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditRow:
    """One change: when it was recorded, by whom (None: the system), which command, about what, and from where."""

    id: int
    recorded_at: datetime
    at: datetime
    person: dict[str, str] | None
    command: str
    about: dict[str, str]
    what: dict
    address: str
    device: str


def _matching(event: Event, asked: Asked) -> list:
    conditions = [Change.event_id == event.id]
    if asked.person_id is not None:
        conditions.append(Change.person_id == asked.person_id)
    if asked.topic is not None:
        conditions.append(Change.topic == asked.topic)
    if asked.since is not None:
        conditions.append(Change.recorded_at >= asked.since)
    if asked.until is not None:
        conditions.append(Change.recorded_at < asked.until)
    if asked.subject:
        conditions += [Change.subject == asked.subject[0], Change.subject_id == asked.subject[1]]
    return conditions


def subject_named(session: Session, event: Event, told: str) -> tuple[str, int] | None:
    """The subject that somebody names: a badge (0417K), a task by its number (12), an entry (#5); None for an empty text.

    Refuses `subject_unknown`.
    """
    text = clean(told).upper()
    if not text:
        return None
    number = int(text.lstrip("#")) if text.lstrip("#").isdecimal() and len(text) < 10 else None
    if number is None:
        kind, query = (
            "delegate",
            select(Delegate.id).where(Delegate.event_id == event.id, Delegate.badge == text),
        )
    elif text.startswith("#"):
        kind, query = (
            "entry",
            select(Entry.id).where(Entry.event_id == event.id, Entry.number == number),
        )
    else:
        kind, query = (
            "task",
            select(Task.id).where(Task.event_id == event.id, Task.number == number),
        )
    found = session.exec(query).first()
    if found is None:
        raise Refusal("subject_unknown", value=text[:40])
    return kind, found


def count(session: Session, event: Event, asked: Asked) -> int:
    return session.execute(
        select(func.count(Change.id)).where(*_matching(event, asked))
    ).scalar_one()


def rows(session: Session, event: Event, asked: Asked, *, most: int) -> list[AuditRow]:
    """The changes asked for, newest first, at most so many."""
    found = session.execute(
        select(Change, Person.name_vi, Person.name_en, SignIn.address, SignIn.device)
        .outerjoin(Person, Person.id == Change.person_id)
        .outerjoin(SignIn, SignIn.id == Change.sign_in_id)
        .where(*_matching(event, asked))
        .order_by(Change.id.desc())
        .limit(most)
    ).all()
    names = _names(session, [change for change, *_ in found])
    return [
        AuditRow(
            id=change.id,
            recorded_at=change.recorded_at,
            at=change.at,
            person={"vi": vi, "en": en} if vi is not None else None,
            command=change.what.get("command", change.topic),
            about=names.get((change.subject, change.subject_id), {"vi": "", "en": ""}),
            what=change.what,
            address=address or "",
            device=device or "",
        )
        for change, vi, en, address, device in found
    ]


# subject -> the table, and how its rows are called in each language
_SUBJECTS = {
    "task": (
        Task,
        lambda row: {"vi": f"{row.number}. {row.title_vi}", "en": f"{row.number}. {row.title_en}"},
    ),
    "section": (Section, lambda row: {"vi": row.name_vi, "en": row.name_en}),
    "delegate": (
        Delegate,
        lambda row: {"vi": f"{row.badge} · {row.title_vi}", "en": f"{row.badge} · {row.title_en}"},
    ),
    "entry": (Entry, lambda row: {"vi": f"#{row.number}", "en": f"#{row.number}"}),
    "item": (ProgrammeItem, lambda row: {"vi": row.title_vi, "en": row.title_en}),
    "directive": (
        Directive,
        lambda row: {"vi": f"{row.number}. {row.text}", "en": f"{row.number}. {row.text}"},
    ),
    "media": (MediaItem, lambda row: {"vi": row.title_vi, "en": row.title_en}),
    "roll_call": (RollCall, lambda row: {"vi": row.question, "en": row.question}),
    "person": (Person, lambda row: {"vi": row.name_vi, "en": row.name_en}),
}


def _names(session: Session, found: list[Change]) -> dict[tuple[str, int], dict[str, str]]:
    """What the subjects of some changes are called, by (subject, id)."""
    names = {}
    for subject, (table, called) in _SUBJECTS.items():
        numbers = {change.subject_id for change in found if change.subject == subject} - {None}
        if numbers:
            names |= {
                (subject, row.id): called(row)
                for row in session.exec(select(table).where(table.id.in_(numbers)))
            }
    return names


# --- as a file -------------------------------------------------------------------------------------------------------

COLUMNS = ("recorded_at", "at", "person", "command", "about", "details", "address", "device")


def as_csv(found: list[AuditRow], words: Words) -> bytes:
    """The rows as a table for an office program: UTF-8 with a mark, local times, one line each.

    A cell that a spreadsheet would take for a formula begins with an apostrophe: texts come from people.
    """
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([words(f"audit.{name}") for name in COLUMNS])
    for row in found:
        cells = (
            words.moment(row.recorded_at),
            words.moment(row.at),
            *told(row, words),
            row.address,
            row.device,
        )
        table.writerow([_harmless(cell) for cell in cells])
    return written.getvalue().encode("utf-8-sig")


def told(row: AuditRow, words: Words) -> tuple[str, str, str, str]:
    """Who, did what, about what, and the details, in words."""
    who = row.person[words.language] if row.person else words("audit.system")
    command = (
        words(f"command.{row.command}") if words.has(f"command.{row.command}") else row.command
    )
    return who, command, row.about[words.language], " · ".join(_details(row.what, words))


def _details(what: dict, words: Words) -> list[str]:
    """What of a change's facts says something to a reader."""
    worded = {
        "status": "status",
        "standing": "attendance.standing",
        "how": "how",
        "answer": "answer",
        "outcome": "outcome",
    }
    found = []
    for name, value in what.items():
        if name in worded:
            key = f"{worded[name]}{'_' if name == 'standing' else '.'}{value}"
            found.append(words(key) if words.has(key) else str(value))
        elif name == "text" and value:
            found.append(str(value))
        elif name == "fields":
            found += [words(f"plan.{one}") for one in value if words.has(f"plan.{one}")]
        elif name in ("speed", "ended", "rows", "days") and value is not None:
            found.append(f"{words(f'audit.{name}')} {value:g}")
    return found


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def export_audit(
    session: Session, *, asked: Asked, words: Words, by: Person, now: datetime
) -> bytes:
    """The whole answer as a file; that it was taken is itself recorded."""
    require_may(by, "export_audit")
    event = require_event(session)
    found = rows(session, event, asked, most=1_000_000)
    note_export(session, event, what="audit", rows_taken=len(found), by=by)
    return as_csv(found, words)


def note_export(session: Session, event: Event, *, what: str, rows_taken: int, by: Person) -> None:
    """Records that somebody took data out as a file."""
    changes.note(
        session,
        event_id=event.id,
        at=event_now(session, event),
        by=by,
        topic="people",
        subject="export",
        subject_id=None,
        what={"command": f"export_{what}", "rows": rows_taken},
    )
