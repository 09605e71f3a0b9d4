"""The PostgreSQL back-end: copy a database by pg_dump, read a copy, restore one by pg_restore."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from data.backup.manifest import BACKUP_LOCK, Content
from data.storage import database
from models.refusals import Refusal

Connection = psycopg.Connection[tuple[Any, ...]]

SUFFIX = ".dump"
CONNECT_TIMEOUT = 5  # seconds
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
COPY = re.compile(r"COPY (?:public\.)?\"?(\w++)\"? \((.*)\) FROM stdin;\n")


def fingerprint() -> str:
    """What identifies this database: where it is, without the password."""
    parts = _connection_info()
    where = ("host", "hostaddr", "port", "dbname")
    return make_conninfo("", **{name: parts[name] for name in where if name in parts})


def size() -> int:
    """Bytes that a copy may take; mostly far less, since a dump is compressed, without indexes."""
    with _connected() as connection:
        return int(_value(connection, "SELECT pg_database_size(current_database())"))


def write(to: Path) -> Content:
    """Dump the tables into `to`; return what the original held at that moment.

    pg_dump sees the snapshot of the connection that counts, so both show the same moment, and
    writers go on. Refuses `no_event`, `backup_running`, `backup_failed`, `program_missing`.
    """
    with _refused("backup_failed"), _connected() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        _require_alone(connection)
        snapshot = _value(connection, "SELECT pg_export_snapshot()")
        original = _content(connection)
        options = [
            "--format=custom",
            "--compress=3",
            "--no-owner",
            "--no-privileges",
            "--table=public.*",
            "--lock-wait-timeout=15000",
        ]
        _run(
            "pg_dump", *options, f"--snapshot={snapshot}", f"--file={to}", f"--dbname={_address()}"
        )
    return original


def content(file: Path) -> Content:
    """What a dump holds, counted from all its rows. Refuses `backup_damaged`."""
    command = [_program("pg_restore"), "--data-only", "--file=-", str(file)]
    held = Content("", 0, {})
    # Errors go to a file: a second pipe could fill up while the first is read.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        # A damaged dump need not be text.
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", errors="replace"
        ) as reading:
            try:
                held = _counted(reading.stdout or ())
            except (ValueError, IndexError):
                reading.kill()
        errors.seek(0)
        if reading.returncode:
            raise Refusal("backup_damaged", file=str(file), why=_first_error(errors.read()))
    return held


def restore(file: Path, wanted: Content) -> None:
    """Put a dump into the database that `DATABASE_URL` names.

    Refuses `restore_not_empty`, `restore_incomplete`, `restore_failed`, `program_missing`. Tables
    without an event in them are dropped first; should one be loaded in between, pg_restore finds
    tables in its way and undoes everything.
    """
    with _refused("restore_failed"), _connected() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (database.ONE_WRITER,))
        _drop_empty(connection)
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", *options, f"--dbname={_address()}", str(file), code="restore_failed")
    with _refused("restore_failed"), _connected() as connection:
        if _content(connection) != wanted:
            raise Refusal("restore_incomplete")
        # A dump brings no statistics, and the first boards would be slow without.
        connection.execute("ANALYZE")


def protect() -> None:
    """Nothing to do: the database server protects its own files."""


def _require_alone(connection: Connection) -> None:
    """Refuses `backup_running` while another machine dumps this database.

    The lock is released with the connection.
    """
    if not _value(connection, f"SELECT pg_try_advisory_lock({BACKUP_LOCK})"):
        raise Refusal("backup_running")


def _value(connection: Connection, query: LiteralString) -> Any:
    """The one value of a query that always has a row."""
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _drop_empty(connection: Connection) -> None:
    names = [name for (name,) in connection.execute(TABLES)]
    if "event" in names:
        event = connection.execute("SELECT slug FROM event ORDER BY id DESC").fetchone()
        if event:
            raise Refusal("restore_not_empty", event=event[0])
    for name in names:
        connection.execute(f'DROP TABLE "{name}" CASCADE')


def _content(connection: Connection) -> Content:
    """Refuses `no_event` where the tables were never made."""
    names = [name for (name,) in connection.execute(TABLES)]
    if "alembic_version" not in names:
        raise Refusal("no_event")
    counts = {name: _value(connection, f'SELECT count(*) FROM "{name}"') for name in names}
    migration = _value(connection, "SELECT version_num FROM alembic_version") or ""
    revision = _value(connection, 'SELECT coalesce(max(id), 0) FROM "change"')
    return Content(migration, revision, counts)


def _counted(lines: Iterable[str]) -> Content:
    """What a dump's script holds. A row is one line, whatever it holds."""
    counts: dict[str, int] = {}
    table, place, migration, revision = "", 0, "", 0
    for line in lines:
        if not table:
            start = COPY.fullmatch(line)
            if start:
                table, columns = start[1], start[2].replace('"', "").split(", ")
                counts[table], place = 0, columns.index("id") if "id" in columns else 0
        elif line == "\\.\n":
            table = ""
        else:
            counts[table] += 1
            if table == "change":
                revision = max(revision, int(line.split("\t", place + 1)[place]))
            elif table == "alembic_version":
                migration = line.rstrip("\n")
    return Content(migration, revision, dict(sorted(counts.items())))


def _connection_info() -> dict[str, Any]:
    return dict(conninfo_to_dict(database.url().replace("+psycopg", "", 1)))


def _address(*, with_password: bool = False) -> str:
    """The connection string.

    Programs get the password by their environment: every user can read a command line.
    """
    parts = _connection_info()
    if not with_password:
        parts.pop("password", None)
    return make_conninfo("", **parts)


@contextmanager
def _refused(code: str) -> Iterator[None]:
    """Turn what the server refuses, such as a right that this user lacks, into a refusal."""
    try:
        yield
    except psycopg.Error as failure:
        raise Refusal(code, why=str(failure).strip().splitlines()[0]) from None


def _connected() -> Connection:
    """Refuses `database_unreachable`."""
    try:
        return psycopg.connect(
            make_conninfo(_address(with_password=True), connect_timeout=CONNECT_TIMEOUT)
        )
    except psycopg.OperationalError as failure:
        raise Refusal("database_unreachable", why=str(failure).strip().splitlines()[0]) from None


def _program(name: str) -> str:
    """A program's path: in the folder `PG_BIN`, else on `PATH`. Refuses `program_missing`."""
    path = shutil.which(name, path=os.environ.get("PG_BIN") or None)
    if not path:
        raise Refusal("program_missing", program=name)
    return path


def _run(name: str, *options: str, code: str = "backup_failed") -> None:
    password = _connection_info().get("password")
    environment = os.environ | {"PGPASSWORD": password} if password else None
    command = [_program(name), *options]
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        raise Refusal(code, why=_first_error(done.stderr))


def _first_error(output: str) -> str:
    """The first error of a program: those after it mostly follow from it."""
    lines = output.strip().splitlines()
    return next((line for line in lines if "error" in line), lines[0] if lines else "?")
