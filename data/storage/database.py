"""The engine and the only two ways in: `reading` and `writing`."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DatabaseError,
    DisconnectionError,
    IntegrityError,
    OperationalError,
    TimeoutError,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from data.storage import changes, faults, measures
from models.refusals import Refusal

log = logging.getLogger(__name__)

sqlite: ModuleType = sqlite3
try:
    import pysqlite3

    sqlite = pysqlite3
except ImportError:  # a platform without that wheel
    pass

ROOT = Path(__file__).parents[2]
VAR = ROOT / "var"
FORMER_VAR = ROOT / "data" / "var"  # up to version 0.9 the live database lay in the source
FILE = "san_sang.db"
SAFE_WAL = (3, 51, 3)  # before it, rare races could corrupt a WAL database

# Any constant: it names the advisory lock by which PostgreSQL's writers take turns.
ONE_WRITER = 20230721

# Without a lock timeout a hung writer would hold up the others for ever.
POSTGRES = {"connect_timeout": 3, "options": "-c lock_timeout=15000"}

# Seconds for which a PostgreSQL connection is taken to be alive after its last use.
TRUST_SPAN = 1.0

P = ParamSpec("P")
R = TypeVar("R")

fault: str | None = None
"""Why the last write failed, by its code of `data.storage.faults`; None where the next may go on.
"""

# What takes room on the database's disk, and leaves nothing behind.
_PROBES = {
    "sqlite": ("PRAGMA user_version = 0",),
    "postgresql": (
        "CREATE TEMPORARY TABLE probe ON COMMIT DROP AS"
        " SELECT repeat('x', 1000) FROM generate_series(1, 100)",
    ),
}

UNREACHABLE = (OperationalError, TimeoutError)
"""What `reading` and `writing` raise where the database does not answer.

For the floors above, which may not import SQLAlchemy.
"""

log_holds_erased = True
"""Whether SQLite's write-ahead log may hold what was erased; not known of what ran before."""

BUSY_TIMEOUT = 10_000  # ms for which a connection waits for another process's lock
LOG_TIMEOUT = 500  # ms, since no one writes meanwhile

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_engine: Engine | None = None
_file = faults.File(None)  # of the engine's database
_one_writer = threading.RLock()


def is_busy(failure: sqlite3.Error) -> bool:
    """Whether SQLite says that another connection holds the lock; anything else is a fault."""
    return getattr(failure, "sqlite_errorcode", 0) & 0xFF in _BUSY  # the rest tells kinds of it


def var() -> Path:
    """The folder of the live database and its backups.

    `var/`, or `data/var/` where an earlier version left a database and `var/` never had one. That
    one is used where it lies and not moved: another process may have it open.
    """
    has_been = (VAR / FILE).exists() or mark_of(VAR / FILE).exists()
    return FORMER_VAR if (FORMER_VAR / FILE).exists() and not has_been else VAR


def mark_of(file: Path) -> Path:
    """The file next to a database's that says that a real event was loaded into it."""
    return file.with_name(f".{file.name}.event")


def url() -> str:
    """`DATABASE_URL`, or the SQLite file in `var()`."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{(var() / FILE).as_posix()}"


def file_of(address: str) -> Path | None:
    """The file of a SQLite database; None for any other."""
    parts = make_url(address)
    is_file = parts.get_backend_name() == "sqlite" and parts.database not in (None, "", ":memory:")
    return Path(str(parts.database)).resolve() if is_file else None


def require_place() -> None:
    """Refuses `folder_unwritable` where the SQLite file could not be written."""
    file = file_of(url())
    if file is None:
        return
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".trial-{os.getpid()}"
        trial.write_text("", encoding="utf-8")
        trial.unlink()
    except OSError as failure:
        raise Refusal("folder_unwritable", folder=str(folder), why=failure.strerror) from None


def engine() -> Engine:
    """The process's engine.

    At module level and not in a Streamlit cache, which any visitor may empty.
    """
    global _engine, _file
    if _engine is None:
        _file = faults.File(file_of(url()))
        _engine = _create(url())
    return _engine


def dispose() -> None:
    """Close all connections; the next use connects again, to what `DATABASE_URL` then says."""
    global _engine, fault
    fault = None
    if _engine is not None:
        _engine.dispose()
        _engine = None


def _create(address: str) -> Engine:
    is_sqlite = make_url(address).get_backend_name() == "sqlite"
    return _create_sqlite(address) if is_sqlite else _create_postgresql(address)


# `hide_parameters`: else a failure's trace would carry what people typed into the log.


def _create_postgresql(address: str) -> Engine:
    created = create_engine(
        address, pool_size=10, max_overflow=20, connect_args=POSTGRES, hide_parameters=True
    )

    def check_out(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        _require_alive(created.dialect, connection, record)

    event.listen(created, "begin", _begin_postgresql)
    event.listen(created, "checkin", _note_use)
    event.listen(created, "checkout", check_out)
    return created


def _create_sqlite(address: str) -> Engine:
    require_place()
    created = create_engine(
        address, module=sqlite, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    # Before a further connection, too: it would make an empty file where there is none.
    event.listen(created, "do_connect", lambda *_: _file.require_same())
    event.listen(created, "connect", _prepare_sqlite)
    event.listen(created, "begin", _begin_sqlite)
    return created


def _note_use(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _require_alive(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry
) -> None:
    """Ping the server where the connection has been idle for longer than `TRUST_SPAN`.

    `pool_pre_ping` would ping every time: on a busy day one statement in fifteen.
    """
    if time.monotonic() - record.info.get("used", 0.0) < TRUST_SPAN:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        raise DisconnectionError from None  # the pool opens another connection and goes on


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions of its own: `_begin_sqlite` does.
    connection.isolation_level = None
    journal = "WAL" if sqlite.sqlite_version_info >= SAFE_WAL else "DELETE"
    for setting in (
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT}",
        "secure_delete=ON",  # what is erased is overwritten, not only unlinked
    ):
        connection.execute(f"PRAGMA {setting}").close()
    _file.note()


def _begin_sqlite(connection: Connection) -> None:
    _file.require_same()
    # IMMEDIATE takes the write lock before the first read: check-then-insert cannot be raced.
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # Writers take turns, as on SQLite: a check before an insert cannot be raced, two batches
    # cannot deadlock, and change ids grow in the order of the commits. Else a lower id could
    # become visible after a higher one, and what is cached under the higher revision would lack
    # the lower one's fact for good.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")


@contextmanager
def reading() -> Iterator[Session]:
    """A session that sees one moment of the database and writes nothing."""
    bind = engine()
    if bind.dialect.name == "postgresql":
        # Its default shows each statement another moment: a board could carry a revision whose
        # fact it lacks.
        bind = bind.execution_options(isolation_level="REPEATABLE READ")
    with Session(bind) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A session whose work is committed once, with its change rows, or not at all.

    The viewers are woken after the commit. Writers of one process wait here and not in SQLite,
    whose own waiting is unfair.
    """
    with _noting_faults(), _one_writer if engine().dialect.name == "sqlite" else nullcontext():
        with Session(engine().execution_options(writes=True), expire_on_commit=False) as session:
            with measures.counting_refusals():
                yield session
            topics = changes.store(session)
            session.commit()
    if topics:
        changes.announce_own(session, topics)
    for act in session.info.pop("after_commit", ()):
        act()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do what no database takes back, once the transaction of a session is committed."""
    acts = session.info.setdefault("after_commit", [])
    if act not in acts:
        acts.append(act)


def note_erasure(session: Session) -> None:
    """What this transaction erases must not stay in SQLite's write-ahead log, which holds pages as
    they were: it is emptied after the commit, or by the next look of the job."""
    after_commit(session, _empty_log_after_erasure)


def note_erasure_elsewhere() -> None:
    """The same of what another process erased, whose log this one empties by its job's next look:
    a reader of either may have held it."""
    global log_holds_erased
    log_holds_erased = True


def _empty_log_after_erasure() -> None:
    global log_holds_erased
    log_holds_erased = True
    empty_log()


def empty_log() -> bool:
    """Empty SQLite's write-ahead log into its file; False while a reader holds it. PostgreSQL's own
    is overwritten by its server."""
    global log_holds_erased
    if engine().dialect.name == "sqlite":
        with _one_writer:
            log_holds_erased = _is_log_held()
    else:
        log_holds_erased = False
    return not log_holds_erased


def _is_log_held() -> bool:
    connection = engine().raw_connection()
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={LOG_TIMEOUT}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        return bool(row and row[0])  # the first column: whether it was blocked
    except engine().dialect.loaded_dbapi.OperationalError:
        return True
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
        connection.close()


@contextmanager
def giving_way() -> Iterator[None]:
    """Let another process of this server write a long transaction: its own writers wait here, as
    long as it takes, and not at the file, where they would give up.
    """
    with _one_writer if engine().dialect.name == "sqlite" else nullcontext():
        yield


@contextmanager
def _noting_faults() -> Iterator[None]:
    """Set `fault` by how a write ends; the log says so once, and once that it is over."""
    global fault
    try:
        yield
    except OperationalError as failure:
        found = faults.code_of(failure)
        if found != faults.LOST and found != fault:
            fault = found
            log.error("the database takes no writes: %s", failure.orig)
        raise
    if fault is not None:
        fault = None
        log.warning("the database takes writes again")


@contextmanager
def refusing_faults() -> Iterator[None]:
    """For what runs before anybody can be answered: a fault of the database as one sentence.

    Refuses `database_damaged` and `database_unreachable`.
    """
    try:
        yield
    except DatabaseError as failure:
        why = str(failure.orig).strip().splitlines()[0]
        if faults.is_damaged(failure):
            raise Refusal("database_damaged", file=str(file_of(url()) or ""), why=why) from None
        if not isinstance(failure, OperationalError):
            raise
        raise Refusal("database_unreachable", why=why) from None


def probe() -> None:
    """Write and commit what means nothing. Raises as `writing` does where that is impossible."""
    with writing() as session:
        for statement in _PROBES[session.get_bind().dialect.name]:
            session.connection().exec_driver_sql(statement)


def run(work: Callable[Concatenate[Session, P], R], /, *args: P.args, **facts: P.kwargs) -> R:
    """Run `work` in one transaction.

    Writers take turns, so a repeated idempotency key finds the first answer. Should a unique key
    refuse one all the same (a program that writes past `writing`), the work is tried once more
    and finds that answer then.
    """
    try:
        with writing() as session:
            return work(session, *args, **facts)
    except IntegrityError:
        with writing() as session:
            return work(session, *args, **facts)
