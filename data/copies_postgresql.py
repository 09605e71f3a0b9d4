"""Copying a PostgreSQL database by its own pg_dump, reading a copy, and putting one back by pg_restore."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from data import database
from data.copies import ALONE, Content
from models.errors import Refusal

SUFFIX = ".dump"
CONNECTS_WITHIN = 5  # seconds
AS_IT_COMES = {"encoding": "utf-8", "errors": "replace"}  # a damaged dump need not be text
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
COPY = re.compile(r"COPY (?:public\.)?\"?(\w++)\"? \((.*)\) FROM stdin;\n")


def fingerprint() -> str:
    """What tells this database from another one: where it is, without the password."""
    told = _told()
    return make_conninfo(**{name: told[name] for name in ("host", "hostaddr", "port", "dbname") if name in told})


def size() -> int:
    """Bytes that a copy may take; a dump is compressed and has no indexes, so it is mostly far less."""
    with _connected() as connection:
        return connection.execute("SELECT pg_database_size(current_database())").fetchone()[0]


def write(to: Path) -> Content:
    """Dumps the tables into `to` and says what the original held at that moment.

    pg_dump sees the snapshot of the connection that counts, so both tell of the same moment, and writers go on.
    """
    with _refused("backup_failed"), _connected() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        _require_alone(connection)
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        held = _content(connection)
        _run(
            "pg_dump", "--format=custom", "--compress=3", "--no-owner", "--no-privileges", "--table=public.*",
            "--lock-wait-timeout=15000", f"--snapshot={snapshot}", f"--file={to}", f"--dbname={_address()}",
        )  # fmt: skip
    return held


def content(file: Path) -> Content:
    """What a dump holds, counted from all its rows. Refuses `backup_damaged`."""
    asked = [_program("pg_restore"), "--data-only", "--file=-", str(file)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as trouble:  # a second pipe could fill up while the first is read
        with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=trouble, text=True, **AS_IT_COMES) as reading:
            try:
                counts, migration, revision = _counted(reading.stdout)
            except (ValueError, IndexError):
                reading.kill()
        trouble.seek(0)
        if reading.returncode:
            raise Refusal("backup_damaged", file=str(file), why=_told_first(trouble.read()))
    return Content(migration, revision, dict(sorted(counts.items())))


def restore(file: Path, wanted: Content) -> None:
    """Puts a dump into the database that `DATABASE_URL` names. Refuses `restore_not_empty`.

    Tables without an event in them are dropped first; should somebody load one in between, pg_restore finds tables in its way
    and undoes everything.
    """
    with _refused("restore_failed"), _connected() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (database.ONE_WRITER,))
        _drop_empty(connection)
    _run(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        f"--dbname={_address()}", str(file), code="restore_failed",
    )  # fmt: skip
    with _refused("restore_failed"), _connected() as connection:
        if _content(connection) != wanted:
            raise Refusal("restore_incomplete")
        connection.execute("ANALYZE")  # a dump brings no statistics, and the first boards would be slow without


def protect() -> None:
    """The server's own files are nobody's here."""


def _require_alone(connection: psycopg.Connection) -> None:
    """Refuses `backup_running` where another machine dumps this database just now; the lock is let go with the connection."""
    if not connection.execute("SELECT pg_try_advisory_lock(%s)", (ALONE,)).fetchone()[0]:
        raise Refusal("backup_running")


def _drop_empty(connection: psycopg.Connection) -> None:
    names = [name for (name,) in connection.execute(TABLES)]
    if "event" in names:
        found = connection.execute("SELECT slug FROM event ORDER BY id DESC").fetchone()
        if found:
            raise Refusal("restore_not_empty", event=found[0])
    for name in names:
        connection.execute(f'DROP TABLE "{name}" CASCADE')


def _content(connection: psycopg.Connection) -> Content:
    """Refuses `no_event` where the tables were never made."""
    names = [name for (name,) in connection.execute(TABLES)]
    if "alembic_version" not in names:
        raise Refusal("no_event")
    counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    migration = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = connection.execute('SELECT coalesce(max(id), 0) FROM "change"').fetchone()[0]
    return Content(migration[0] if migration else "", revision, counts)


def _counted(lines: Iterable[str]) -> tuple[dict[str, int], str, int]:
    """Rows per table, the migration and the highest change id of a dump's script. A row is one line, whatever it holds."""
    counts: dict[str, int] = {}
    table, place, migration, revision = "", 0, "", 0
    for line in lines:
        if not table:
            begun = COPY.fullmatch(line)
            if begun:
                table, columns = begun[1], begun[2].replace('"', "").split(", ")
                counts[table], place = 0, columns.index("id") if "id" in columns else 0
        elif line == "\\.\n":
            table = ""
        else:
            counts[table] += 1
            if table == "change":
                revision = max(revision, int(line.split("\t", place + 1)[place]))
            elif table == "alembic_version":
                migration = line.rstrip("\n")
    return counts, migration, revision


def _told() -> dict:
    return conninfo_to_dict(database.url().replace("+psycopg", "", 1))


def _address(*, with_password: bool = False) -> str:
    """The connection string. Programs get the password by their environment: a command line is seen by everybody."""
    told = _told()
    if not with_password:
        told.pop("password", None)
    return make_conninfo(**told)


@contextmanager
def _refused(code: str) -> Iterator[None]:
    """What the server refuses, such as a right that this user lacks, is told in a sentence."""
    try:
        yield
    except psycopg.Error as failure:
        raise Refusal(code, why=str(failure).strip().splitlines()[0]) from None


def _connected() -> psycopg.Connection:
    try:
        return psycopg.connect(make_conninfo(_address(with_password=True), connect_timeout=CONNECTS_WITHIN))
    except psycopg.OperationalError as failure:
        raise Refusal("database_unreachable", why=str(failure).strip().splitlines()[0]) from None


def _program(name: str) -> str:
    """Its path: in the folder `PG_BIN` where that is set, else on `PATH`. Refuses `program_missing`."""
    found = shutil.which(name, path=os.environ.get("PG_BIN") or None)
    if not found:
        raise Refusal("program_missing", program=name)
    return found


def _run(name: str, *options: str, code: str = "backup_failed") -> None:
    password = _told().get("password")
    environment = os.environ | {"PGPASSWORD": password} if password else None
    done = subprocess.run([_program(name), *options], env=environment, capture_output=True, text=True, **AS_IT_COMES)
    if done.returncode:
        raise Refusal(code, why=_told_first(done.stderr))


def _told_first(trouble: str) -> str:
    """The first error of a program: those after it mostly follow from it."""
    lines = trouble.strip().splitlines()
    return next((line for line in lines if "error" in line), lines[0] if lines else "?")
