"""What is done of a long import in a process of its own (`data.imports.apart`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import event as events
from sqlmodel import select

from data.commands import Origin, run
from data.events.clock import real_now
from data.imports import drafts
from data.imports.commands import apply_import
from data.imports.compared import difference_of
from data.imports.errors_file import errors_file
from data.imports.preview import Preview
from data.imports.reading import rows_at_most
from data.imports.ready import is_filled
from data.storage import database
from data.words import Words
from models.access.people import Person
from models.events.event import Event, zone
from models.events.nouns import Nouns
from models.imports.difference import Difference
from models.imports.imported import Import


class Phase(StrEnum):
    """How far it is: what is done now."""

    STARTS = "starts"
    READS = "reads"
    CHECKS = "checks"
    COMPARES = "compares"
    WRITES = "writes"


@dataclass(frozen=True)
class Progress:
    """What is done now: of which file, and how many rows of about how many; 0 where unknown."""

    phase: Phase = Phase.STARTS
    file: str = ""
    rows: int = 0
    total: int = 0


Say = Callable[[Progress], None]
"""Tells how far it is. Before the first row is written it returns when it is this one's turn."""


@dataclass(frozen=True)
class Looked:
    """The preview of a draft, without its rows where it was read apart (`is_outline`), and how it
    differs from an event that holds anything already; `seal`: of that difference."""

    preview: Preview
    difference: Difference | None = None
    is_outline: bool = False
    seal: str | None = None


@dataclass(frozen=True)
class Look:
    """Read the files of a draft, and compare them with the event."""

    draft_id: int

    def do(self, say: Say) -> Looked:
        """Refuses `import_gone`."""
        shown, event = _previewed(self.draft_id, say)
        found = None
        with database.reading() as session:
            if shown.loadable and is_filled(session, event):
                say(Progress(Phase.COMPARES))
                found = difference_of(session, event, shown)
        seal = found.seal if found else None
        return Looked(shown.outline(), found and replace(found, matched={}), True, seal)

    def was_done(self) -> bool:
        """Whether it left anything behind: it only reads."""
        return False


@dataclass(frozen=True)
class Apply:
    """Apply a draft to the event (`apply_import`), by a person's sign-in and under one key."""

    draft_id: int
    version: int
    seal: str | None
    choices: dict[str, str]
    person_id: int
    sign_in_id: int | None
    key: str

    def do(self, say: Say) -> None:
        """Refuses what `apply_import` does. The files are read before its transaction begins."""
        _previewed(self.draft_id, say)
        with database.reading() as session:
            person = session.get_one(Person, self.person_id)
            session.expunge(person)
        say(Progress(Phase.WRITES))
        with _counting_rows(say):
            run(
                Origin(person, self.sign_in_id, self.key),
                apply_import,
                draft_id=self.draft_id,
                version=self.version,
                seal=self.seal,
                choices=self.choices,
            )

    def was_done(self) -> bool:
        """Whether it was committed, also where nothing was heard of it any more.

        Asked in the turn of a writer: a database may still be committing for a process that ended.
        """
        with database.writing() as session:
            of_key = select(Import.id).where(Import.idempotency_key == self.key)
            return session.exec(of_key).first() is not None


@dataclass(frozen=True)
class Errors:
    """Write one file of a draft again, with what is to be mended in it."""

    draft_id: int
    file: str
    language: str
    nouns: Nouns

    def do(self, say: Say) -> bytes:
        """Refuses `import_gone`."""
        shown, event = _previewed(self.draft_id, say)
        words = Words(self.language, zone(event), nouns=self.nouns)
        return errors_file(shown, self.file, words)

    def was_done(self) -> bool:
        return False


Request = Look | Apply | Errors


@dataclass(frozen=True)
class Done:
    """The answer of a request."""

    answer: Any


GO = "go"
"""What the server says when the writer's turn has come."""


def _previewed(draft_id: int, say: Say) -> tuple[Preview, Event]:
    with database.reading() as session:
        draft = drafts.draft_by_id(session, draft_id)
        found = drafts.ingredients_of(session, draft, real_now())
        event = session.get_one(Event, draft.event_id)
        session.expunge(event)
    totals = {name: rows_at_most(name, raw) for name, raw in found.files}

    def progress(name: str, rows: int) -> None:
        if name:
            say(Progress(Phase.READS, name, min(rows, totals[name]), totals[name]))
        else:
            say(Progress(Phase.CHECKS, total=rows))

    for name, _ in found.files[:1]:
        say(Progress(Phase.READS, name, 0, totals[name]))
    return drafts.previewed(found, progress), event


@contextmanager
def _counting_rows(say: Say) -> Iterator[None]:
    """Tell how many rows were written so far, by what the database took of them."""
    written = 0

    def took(*given: Any) -> None:
        nonlocal written
        parameters, many = given[3], given[5]
        if many:
            written += len(parameters)
            say(Progress(Phase.WRITES, rows=written))

    engine = database.engine()
    events.listen(engine, "after_cursor_execute", took)
    try:
        yield
    finally:
        events.remove(engine, "after_cursor_execute", took)
