"""The SQLite back-end: copy a database while it is written to, read a copy, restore one."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from data.backup.manifest import Content
from data.storage import database
from models.refusals import Refusal

SUFFIX = ".db"
LOCK_TIMEOUT = 30.0  # seconds
TABLES = (
    "SELECT name FROM {schema}.sqlite_master"
    " WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
)
PARTS = (
    "SELECT sql FROM backup.sqlite_master WHERE sql IS NOT NULL AND type {which} 'table'"
    " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
)


def place() -> Path:
    """The database's file."""
    return Path(make_url(database.url()).database or "").resolve()


def fingerprint() -> str:
    """What identifies this database."""
    return str(place())


def size() -> int:
    """Bytes that a copy may take."""
    return sum(
        file.stat().st_size
        for file in (place(), place().with_name(place().name + "-wal"))
        if file.exists()
    )


def write(to: Path) -> Content:
    """Copy the database into the empty file `to`; return what the original held at that moment.

    One read transaction sees both the counting and the copying, so writers are neither stopped
    nor seen. All pages in one step: smaller ones would start over after every commit and never
    finish. Refuses `no_event` and `backup_failed`.
    """
    if not place().exists():
        raise Refusal("no_event")
    try:
        with (
            closing(_opened(place(), "mode=rw")) as source,
            closing(database.sqlite.connect(str(to))) as target,
        ):
            source.execute("BEGIN")
            original = _content(source, "main")
            source.backup(target)
            source.execute("ROLLBACK")
            # One file, complete without a write-ahead log next to it.
            target.execute("PRAGMA journal_mode=DELETE").close()
    except database.sqlite.Error as failure:
        raise Refusal("backup_failed", why=str(failure)) from None
    return original


def content(file: Path) -> Content:
    """What a copy holds, read from the file itself. Refuses `backup_damaged`."""
    try:
        with closing(_opened(file, "mode=ro&immutable=1")) as copy:
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise Refusal("backup_damaged", file=str(file), why=verdict.splitlines()[-1])
            return _content(copy, "main")
    except database.sqlite.Error as failure:
        raise Refusal("backup_damaged", file=str(file), why=str(failure)) from None


def restore(file: Path, wanted: Content) -> None:
    """Put a copy into the database that `DATABASE_URL` names, in one transaction.

    Refuses `restore_not_empty`, `restore_incomplete`, `restore_failed`. Row by row through SQLite
    and not by moving the file into place: another process may have the old one open, and would go
    on writing to a file that has no name any more.
    """
    database.require_place()
    try:
        with closing(_opened(place(), "mode=rwc")) as target:
            target.execute("PRAGMA foreign_keys=OFF")
            target.execute(
                "ATTACH ? AS backup", (file.resolve().as_uri() + "?mode=ro&immutable=1",)
            )
            target.execute("BEGIN EXCLUSIVE")
            _require_empty(target)
            _replace(target)
            if _content(target, "main") != wanted:
                raise Refusal("restore_incomplete")  # closing undoes what was not committed
            target.execute("COMMIT")
    except database.sqlite.Error as failure:
        raise Refusal("restore_failed", why=str(failure)) from None


def protect() -> None:
    """Only the owner may read the restored file, as with the copy."""
    if os.name != "nt":
        place().chmod(0o600)


def _opened(file: Path, how: str) -> sqlite3.Connection:
    # An address and not a path: it can say that the file must exist or must not be written.
    opened: sqlite3.Connection = database.sqlite.connect(
        f"{file.resolve().as_uri()}?{how}", uri=True, isolation_level=None, timeout=LOCK_TIMEOUT
    )
    return opened


def _content(connection: sqlite3.Connection, schema: str) -> Content:
    """Refuses `no_event` where the tables were never made."""
    names = [name for (name,) in connection.execute(TABLES.format(schema=schema))]
    if "alembic_version" not in names:
        raise Refusal("no_event")
    counts = {
        name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()[0]
        for name in names
    }
    migration = connection.execute(f"SELECT version_num FROM {schema}.alembic_version").fetchone()
    newest = f'SELECT coalesce(max(id), 0) FROM {schema}."change"'
    (revision,) = connection.execute(newest).fetchone()
    return Content(migration[0] if migration else "", revision, counts)


def _require_empty(target: sqlite3.Connection) -> None:
    if target.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'event'").fetchone():
        event = target.execute('SELECT slug FROM main."event" ORDER BY id DESC').fetchone()
        if event:
            raise Refusal("restore_not_empty", event=event[0])


def _replace(target: sqlite3.Connection) -> None:
    """Replace the tables of `main`, which hold no event, by those of the attached `backup`."""
    for (name,) in target.execute(TABLES.format(schema="main")).fetchall():
        target.execute(f'DROP TABLE main."{name}"')
    for (sql,) in target.execute(PARTS.format(which="=")).fetchall():
        target.execute(sql)
    for (name,) in target.execute(TABLES.format(schema="backup")).fetchall():
        target.execute(f'INSERT INTO main."{name}" SELECT * FROM backup."{name}"')
    for (sql,) in target.execute(PARTS.format(which="<>")).fetchall():
        target.execute(sql)
