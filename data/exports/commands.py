"""What is taken out of an event as a file: its tables and its own files, each noted."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from data.attendance.particulars import NONE, kinds_of, readable
from data.commands import Context, command
from data.exports.event_files import event_files
from data.exports.office import OfficeTable, delegate_table, script_table, task_table
from data.files import MemoryFolder
from data.words import Words, event_words
from models.attendance.particulars import Particular
from models.events.event import Event, View


@dataclass(frozen=True)
class Exported:
    """The event's own files, and its tables as an office has them; `at` is the event's clock."""

    event: Event
    at: datetime
    files: MemoryFolder
    tables: tuple[OfficeTable, ...]


@dataclass(frozen=True)
class ExportedTable:
    """One table with the event that it is of; `at` is the event's clock."""

    event: Event
    at: datetime
    table: OfficeTable


def exported(
    session: Session,
    event: Event,
    at: datetime,
    words: Words,
    kinds: frozenset[Particular] = NONE,
) -> Exported:
    """The whole event as it stands at a moment of now, with the delegates' particulars of these
    kinds. Asks no permission: the command has."""
    tables = (
        task_table(session, event, View(at), words),
        delegate_table(session, event, words, kinds),
        script_table(session, event, words),
    )
    files = event_files(session, event, kinds)
    return Exported(event, at, files, tuple(table for table in tables if table.lines))


def _noted(ctx: Context, language: str) -> Exported:
    words = event_words(ctx.event, language)
    kinds = kinds_of(ctx.event, ctx.real)
    found = exported(ctx.session, ctx.event, ctx.at, words, kinds)
    ctx.note(None, rows=sum(len(rows) for rows in found.files.rows.values()))
    return found


@command("export_event", topic="people", subject="export")
def export_event(ctx: Context, *, language: str) -> Exported:
    """The whole event: its files and its tables; that it was taken is noted."""
    ctx.require()
    return _noted(ctx, language)


@command("export_event", topic="people", subject="export")
def export_event_from_command_line(ctx: Context, *, language: str = "vi") -> Exported:
    """Do as `export_event` on the server's command line; checks no permission."""
    return _noted(ctx, language)


@command("export_plan", topic="people", subject="export")
def export_plan(ctx: Context, *, language: str) -> ExportedTable:
    """The assignment table with its progress; that it was taken is noted."""
    ctx.require()
    words = event_words(ctx.event, language)
    table = task_table(ctx.session, ctx.event, View(ctx.at), words)
    ctx.note(None, rows=table.rows)
    return ExportedTable(ctx.event, ctx.at, table)


@command("export_script", topic="people", subject="export", permission="export_plan")
def export_script(ctx: Context, *, language: str) -> ExportedTable:
    """The script of the days as it is planned now; that it was taken is noted."""
    ctx.require()
    table = script_table(ctx.session, ctx.event, event_words(ctx.event, language))
    ctx.note(None, rows=table.rows)
    return ExportedTable(ctx.event, ctx.at, table)


@command("export_delegates", topic="people", subject="export")
def export_delegates(ctx: Context, *, language: str) -> ExportedTable:
    """The list of delegates, with the names and numbers that its taker may read; that it was taken
    is noted."""
    ctx.require()
    kinds = readable(ctx.event, ctx.by)
    table = delegate_table(ctx.session, ctx.event, event_words(ctx.event, language), kinds)
    ctx.note(None, rows=table.rows)
    return ExportedTable(ctx.event, ctx.at, table)
