"""The engine and the only two ways in: `reading` and `writing`."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError, TimeoutError
from sqlmodel import Session

from data.storage import changes, measures
from models.refusals import Refusal

try:
    import pysqlite3 as sqlite
except ImportError:  # a platform without that wheel
    sqlite = sqlite3

ROOT = Path(__file__).parents[2]
VAR, FORMER_VAR = (
    ROOT / "var",
    ROOT / "data" / "var",
)  # up to version 0.9 the live database lay in the source
FILE = "san_sang.db"
SAFE_WAL = (3, 51, 3)  # before it, rare races could corrupt a WAL database
ONE_WRITER = (
    20230721  # any constant: it names the advisory lock that PostgreSQL's writers take turns by
)

POSTGRES = {
    "connect_timeout": 3,
    "options": "-c lock_timeout=15000",
}  # a hung writer must not hold up the others for ever

TRUSTED = 1.0  # seconds for which a PostgreSQL connection that was used is taken to be alive

SILENT = {
    "hide_parameters": True
}  # else a failure's trace would carry what people typed into the log

Answer = TypeVar("Answer")

UNREACHABLE = (OperationalError, TimeoutError)
"""What `reading` and `writing` raise where the database does not answer, for those who may not know SQLAlchemy."""

_engine: Engine | None = None
_one_writer = threading.RLock()


def var() -> Path:
    """The folder of the live database and its backups: `var/`, or `data/var/` where an earlier version left a database.

    That one is used where it lies and not moved: another process may have it open.
    """
    return FORMER_VAR if (FORMER_VAR / FILE).exists() and not (VAR / FILE).exists() else VAR


def url() -> str:
    """`DATABASE_URL`, or the SQLite file in `var()`."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{(var() / FILE).as_posix()}"


def require_place() -> None:
    """Refuses `folder_unwritable` where the SQLite file could not be written."""
    parts = make_url(url())
    if parts.get_backend_name() != "sqlite" or not parts.database:
        return
    folder = Path(parts.database).resolve().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".trial-{os.getpid()}"
        trial.write_text("", encoding="utf-8")
        trial.unlink()
    except OSError as failure:
        raise Refusal("folder_unwritable", folder=str(folder), why=failure.strerror) from None


def engine() -> Engine:
    """The process's engine. At module level and not in a Streamlit cache, which any visitor may empty."""
    global _engine
    if _engine is None:
        _engine = _create(url())
    return _engine


def dispose() -> None:
    """Lets go of all connections; the next use connects anew, to what `DATABASE_URL` then says."""
    global _engine
    if _engine is not None:
        _engine.dispose()
        _engine = None


def _create(address: str) -> Engine:
    if make_url(address).get_backend_name() != "sqlite":
        made = create_engine(
            address, pool_size=10, max_overflow=20, connect_args=POSTGRES, **SILENT
        )
        event.listen(made, "begin", _begin_postgresql)
        event.listen(made, "checkin", _note_use)
        event.listen(
            made,
            "checkout",
            lambda connection, record, _proxy: _require_alive(made.dialect, connection, record),
        )
        return made
    require_place()
    made = create_engine(
        address, module=sqlite, connect_args={"check_same_thread": False}, **SILENT
    )
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _note_use(_connection, record) -> None:
    record.info["used"] = time.monotonic()


def _require_alive(dialect: Dialect, connection, record) -> None:
    """Asks a connection that has rested whether its server is still there, as `pool_pre_ping` would ask every time: at a busy door
    that was one question in fifteen."""
    if time.monotonic() - record.info.get("used", 0.0) < TRUSTED:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        raise DisconnectionError from None  # the pool connects anew and goes on


def _prepare_sqlite(connection, _record) -> None:
    connection.isolation_level = (
        None  # the driver must not begin transactions of its own: `_begin_sqlite` does
    )
    journal = "WAL" if sqlite.sqlite_version_info >= SAFE_WAL else "DELETE"
    for setting in (
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection) -> None:
    # IMMEDIATE takes the write lock before the first read: check-then-insert cannot be raced.
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _begin_postgresql(connection) -> None:
    # Writers take turns, as on SQLite: a check before an insert cannot be raced, two batches cannot deadlock, and change ids
    # grow in the order of the commits. Else a lower id could become visible after a higher one, and what is cached under
    # the higher revision would lack the lower one's fact for good.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")


@contextmanager
def reading() -> Iterator[Session]:
    """A session that sees one moment of the database and writes nothing."""
    # PostgreSQL's default shows each statement another moment: a board could carry a revision whose fact it lacks.
    one_moment = (
        {"isolation_level": "REPEATABLE READ"} if engine().dialect.name == "postgresql" else {}
    )
    with Session(engine().execution_options(**one_moment)) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A session whose work is committed once, with its change rows, or not at all; then the viewers are woken.

    Writers of one process wait here and not in SQLite, whose own waiting is unfair.
    """
    with _one_writer if engine().dialect.name == "sqlite" else _nobody_waits():
        with Session(engine().execution_options(writes=True), expire_on_commit=False) as session:
            with measures.counting_refusals():
                yield session
            topics = changes.store(session)
            session.commit()
    if topics:
        changes.announce_own(session, topics)


@contextmanager
def _nobody_waits() -> Iterator[None]:
    yield


def run(command: Callable[..., Answer], /, **facts: object) -> Answer:
    """Runs one command in one transaction.

    Writers take turns, so that a repeated idempotency_key finds the first answer. Should a unique key refuse one all the same (somebody
    wrote past `writing`), the command is tried once more and finds it then.
    """
    try:
        with writing() as session:
            return command(session, **facts)
    except IntegrityError:
        with writing() as session:
            return command(session, **facts)
