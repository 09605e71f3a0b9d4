"""The skeleton of commands: what every write has in common, written once.

A command is a function of a `Context` and its facts. It looks up its subject, asks the permission
(`ctx.require`), calls the rules and records facts (`ctx.record`). The skeleton opens the
transaction, answers a repeated key with the first answer, fills in who, when and by which key, and
notes the change. The order is the same for all: replay, permission, validation, rule, fact, change.

`COMMANDS` is the registry: permissions, topics, audit, words and tests are checked against it.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

import data
from data.events.clock import event_and_clock, real_now
from data.storage import changes, database, group_commit
from models.access.people import Person, require_may
from models.events.event import Clock, Event, require_going_on
from models.refusals import Refusal
from models.storage import Fact, Topic
from models.text import both

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Fact)
W = TypeVar("W")


@dataclass(frozen=True)
class Origin:
    """Who gives a command, from which sign-in, by which key, and at which moments.

    `person` None: the installation itself, by its jobs. `at` (the event's clock) and `real` are
    aware UTC; None means now.
    """

    person: Person | None = None
    sign_in_id: int | None = None
    idempotency_key: str = field(default_factory=lambda: uuid4().hex)
    at: datetime | None = None
    real: datetime | None = None


def current_of(session: Session) -> tuple[Event, Clock] | None:
    """The current event, detached, and its clock, read once per transaction; None without one."""
    # In the session and not in the context: a shared transaction holds many commands.
    if session.info.get("event_and_clock") is None:
        session.info["event_and_clock"] = event_and_clock(session)
    current: tuple[Event, Clock] | None = session.info["event_and_clock"]
    return current


@dataclass(frozen=True)
class Context:
    """One command in its transaction: the session, where it comes from, and what it is about."""

    session: Session
    origin: Origin
    command: "Command[..., Any]"

    @property
    def by(self) -> Person:
        """The person who gives the command. Refuses `sign_in_needed`."""
        if self.origin.person is None:
            raise Refusal("sign_in_needed")
        return self.origin.person

    @property
    def event(self) -> Event:
        """The current event, detached. Refuses `no_event`. Read once per transaction."""
        return self._event_and_clock[0]

    @cached_property
    def at(self) -> datetime:
        """The moment by the event's clock (aware UTC)."""
        return self.origin.at or self._event_and_clock[1].shows(self.real)

    @cached_property
    def real(self) -> datetime:
        """The real moment (aware UTC)."""
        return self.origin.real or real_now()

    @property
    def idempotency_key(self) -> str:
        return self.origin.idempotency_key

    @property
    def clock(self) -> Clock:
        return self._event_and_clock[1]

    @property
    def _event_and_clock(self) -> tuple[Event, Clock]:
        current = current_of(self.session)
        if current is None:
            raise Refusal("no_event")
        return current

    def require(self, **scope: str | None) -> None:
        """Ask the permission by the table of `models.access`.

        Refuses `sign_in_needed` and `not_permitted`; `scope` is that of `may`.
        """
        require_may(self.origin.person, self.command.permission, **scope)

    def record(
        self, fact: F, *, about: int | None = None, concerns: Iterable[int] = (), **what: object
    ) -> F:
        """Add a fact with who, when and by which key, and note the change that it is.

        `about`: the id of the change's subject; without it the fact's own `<subject>_id`, else
        its id. `concerns`: as in `note`. `what`: what the change log holds next to the command's
        name.
        """
        fact.at = self.at
        if self.origin.person:
            fact.person_id = self.origin.person.id
        fact.idempotency_key = self.idempotency_key
        self.session.add(fact)
        self.session.flush()
        about = self._subject_id(fact) if about is None else about
        self.note(about, concerns=concerns, **what)
        return fact

    def _subject_id(self, fact: Fact) -> int | None:
        names = (f"{self.command.subject}_id", "id")
        return next((getattr(fact, name) for name in names if hasattr(fact, name)), None)

    def note(self, about: int | None, *, concerns: Iterable[int] = (), **what: object) -> None:
        """Note a change for which no fact is recorded, or a further one.

        `concerns`: the ids of the sections on whose own pages it changes anything, which alone are
        then woken of all such pages; none where it may be any.
        """
        self._note(self.command.topic, about, concerns, what)

    def note_in(self, topic: Topic, about: int | None, **what: object) -> None:
        """Note a change in a further topic, whose viewers are woken as well."""
        self._note(topic, about, (), what)

    def _note(
        self, topic: Topic, about: int | None, concerns: Iterable[int], what: dict[str, object]
    ) -> None:
        changes.note(
            self.session,
            event_id=self.event.id,
            at=self.at,
            by=self.origin.person,
            sign_in_id=self.origin.sign_in_id,
            topic=topic,
            subject=self.command.subject,
            subject_id=about,
            what={"command": self.command.name, **what},
            concerns=concerns,
        )

    def perform(
        self,
        command: "Command[P, R]",
        suffix: str = "",
        /,
        *args: P.args,
        **facts: P.kwargs,
    ) -> R:
        """Perform another command in this transaction, by a key derived from this one's."""
        origin = self.of(command, suffix).origin
        return execute(self.session, origin, command, *args, **facts)

    def of(self, command: "Command[..., Any]", suffix: str = "") -> "Context":
        """The context of another command in this transaction, by a key derived from this one's."""
        key = f"{self.idempotency_key}/{suffix}" if suffix else self.idempotency_key
        origin = Origin(self.origin.person, self.origin.sign_in_id, key, self.at, self.real)
        return Context(self.session, origin, command)


@dataclass(frozen=True, eq=False)
class Command(Generic[P, R]):
    """A registered command.

    `name` stands in the change log, `permission` in the table of `models.access`, `topic` wakes the
    viewers, `subject` says what a change is about. `replay` finds the first answer to a key.
    `when_over`: it may be given of an event that is done or archived, whose pages are only read.
    """

    name: str
    topic: Topic
    subject: str
    permission: str
    function: Callable[Concatenate[Context, P], R]
    replay: Callable[[Session, str], R | None] | None
    when_over: bool

    def __call__(self, ctx: Context, *args: P.args, **facts: P.kwargs) -> R:
        """Call the function itself, as a step of another command by the same key."""
        return self.function(ctx, *args, **facts)

    @property
    def __name__(self) -> str:
        return self.function.__name__


COMMANDS: dict[str, Command[..., Any]] = {}
"""Every command by the name of its function, as far as its module is imported."""


def registered() -> dict[str, Command[..., Any]]:
    """Every command: imports all modules of `data`, any of which may declare one."""
    for module in pkgutil.walk_packages(data.__path__, "data."):
        if not any(part in module.name for part in (".__main__", ".migrations", ".samples")):
            importlib.import_module(module.name)
    return COMMANDS


def command(
    name: str,
    *,
    topic: Topic | str,
    subject: str,
    permission: str = "",
    fact: type[Fact] | None = None,
    replay: Callable[[Session, str], object] | None = None,
    when_over: bool | None = None,
) -> Callable[[Callable[Concatenate[Context, P], R]], Command[P, R]]:
    """Register a function as a command.

    `topic` is one of `models.storage.Topic`, also by its name (ValueError for any other).
    `permission` is `name` where it is left out. `fact`: the table whose row by the same key is the
    first answer; `replay`: a function that finds it where the answer is more than a row.
    `when_over` is left to who enters and to what is taken out (`export_…`) where it is left out.
    """

    def decorated(function: Callable[Concatenate[Context, P], R]) -> Command[P, R]:
        # `fact` is of the type that the function returns, which its annotation does not tie to R.
        find: Callable[[Session, str], Any] | None = replay or (fact and _row_by_key(fact))
        open_end = topic == Topic.PEOPLE or name.startswith("export_")
        over = open_end if when_over is None else when_over
        made = Command(name, Topic(topic), subject, permission or name, function, find, over)
        if COMMANDS.setdefault(function.__name__, made) is not made:
            raise ValueError(f"two commands are named {function.__name__}")
        return made

    return decorated


def _row_by_key(fact: type[F]) -> Callable[[Session, str], F | None]:
    def find(session: Session, key: str) -> F | None:
        return session.exec(select(fact).where(fact.idempotency_key == key)).first()

    return find


# --- the seams -----------------------------------------------------------------------------------


def execute(
    session: Session, origin: Origin, command: Command[P, R], *args: P.args, **facts: P.kwargs
) -> R:
    """Execute a command in an open transaction: the first answer to its key, or its own.

    Refuses `event_is_over` for what would change an event that is done or archived.
    """
    if command.replay and (first := command.replay(session, origin.idempotency_key)) is not None:
        return first
    if not command.when_over and (current := current_of(session)) is not None:
        require_going_on(current[0])
    return command.function(Context(session, origin, command), *args, **facts)


def overtaken(
    session: Session,
    code: str,
    fact: type[Fact],
    changed: ColumnElement[bool],
    *,
    version: int,
    mine: object,
    theirs: object,
    **about: object,
) -> Refusal:
    """The refusal of a form whose row has changed since it was drawn: both versions, the row's
    `version`, and by whom (in both languages, empty where unknown) and when it was changed last.

    `fact`, `changed`: the facts of the row's changes, and which of them are about this row.
    """
    newest: Any = fact
    last = session.exec(
        select(newest).where(changed).order_by(col(newest.id).desc()).limit(1)
    ).first()
    person = session.get(Person, last.person_id) if last else None
    return Refusal(
        code,
        **about,
        version=version,
        mine=mine,
        theirs=theirs,
        at=last.at if last else None,
        by=both(person, "name") if person else {"vi": "", "en": ""},
    )


def run(origin: Origin, command: Command[P, R], *args: P.args, **facts: P.kwargs) -> R:
    """Run a command in a transaction of its own."""

    def work(session: Session) -> R:
        return execute(session, origin, command, *args, **facts)

    return database.run(work)


def export(
    origin: Origin,
    command: Command[P, R],
    write: Callable[[R], W],
    *args: P.args,
    **facts: P.kwargs,
) -> W:
    """Run a command that only reads, write its answer as a file, then record that it was taken.

    In this order: what could not be written was not taken, and no desk waits for a thousand lines.
    """
    with database.reading() as session:
        answer, noted = execute(session, origin, command, *args, **facts), changes.noted(session)
    written = write(answer)
    database.run(changes.note_again, noted=noted)
    return written


def submit(origin: Origin, command: Command[P, R], *args: P.args, **facts: P.kwargs) -> "Future[R]":
    """Submit a command to a transaction that others share; see `data.storage.group_commit`."""

    def work(session: Session) -> R:
        return execute(session, origin, command, *args, **facts)

    return group_commit.submit(work)
