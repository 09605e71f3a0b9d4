"""Copying an SQLite database while it is written to, reading a copy, and putting one back."""

import os
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from data.backup.manifest import Content
from data.storage import database
from models.refusals import Refusal

SUFFIX = ".db"
PATIENCE = 30.0  # seconds for a lock
TABLES = "SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
PARTS = "SELECT sql FROM kept.sqlite_master WHERE sql IS NOT NULL AND type {which} 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"


def place() -> Path:
    return Path(make_url(database.url()).database).resolve()


def fingerprint() -> str:
    """What tells this database from another one."""
    return str(place())


def size() -> int:
    """Bytes that a copy may take."""
    return sum(
        file.stat().st_size
        for file in (place(), place().with_name(place().name + "-wal"))
        if file.exists()
    )


def write(to: Path) -> Content:
    """Copies the database into the empty file `to` and says what the original held at that moment.

    One read transaction sees both the counting and the copying, so writers are neither stopped nor seen. All pages in one
    step: smaller steps would begin anew after every commit and never come to an end.
    """
    if not place().exists():
        raise Refusal("no_event")
    try:
        with (
            closing(_opened(place(), "mode=rw")) as source,
            closing(database.sqlite.connect(str(to))) as target,
        ):
            source.execute("BEGIN")
            held = _content(source, "main")
            source.backup(target)
            source.execute("ROLLBACK")
            target.execute(
                "PRAGMA journal_mode=DELETE"
            ).close()  # one file, complete without a log beside it
    except database.sqlite.Error as failure:
        raise Refusal("backup_failed", why=str(failure)) from None
    return held


def content(file: Path) -> Content:
    """What a copy holds, read from the file itself. Refuses `backup_damaged`."""
    try:
        with closing(_opened(file, "mode=ro&immutable=1")) as copy:
            found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise Refusal("backup_damaged", file=str(file), why=found.splitlines()[-1])
            return _content(copy, "main")
    except database.sqlite.Error as failure:
        raise Refusal("backup_damaged", file=str(file), why=str(failure)) from None


def restore(file: Path, wanted: Content) -> None:
    """Puts a copy into the database that `DATABASE_URL` names, in one transaction. Refuses `restore_not_empty`.

    Row by row through SQLite and not by moving the file into place: another process may have the old one open, and would
    go on writing to what nobody sees any more.
    """
    database.require_place()
    try:
        with closing(_opened(place(), "mode=rwc")) as target:
            target.execute("PRAGMA foreign_keys=OFF")
            target.execute("ATTACH ? AS kept", (file.resolve().as_uri() + "?mode=ro&immutable=1",))
            target.execute("BEGIN EXCLUSIVE")
            _require_empty(target)
            _replace(target)
            if _content(target, "main") != wanted:
                raise Refusal("restore_incomplete")  # closing undoes what was not committed
            target.execute("COMMIT")
    except database.sqlite.Error as failure:
        raise Refusal("restore_failed", why=str(failure)) from None


def protect() -> None:
    """Only the owner may read the restored file, as only he could read the copy."""
    if os.name != "nt":
        place().chmod(0o600)


def _opened(file: Path, how: str):
    # An address and not a path, because it can say that the file must exist or must not be written.
    return database.sqlite.connect(
        f"{file.resolve().as_uri()}?{how}", uri=True, isolation_level=None, timeout=PATIENCE
    )


def _content(connection, schema: str) -> Content:
    """Refuses `no_event` where the tables were never made."""
    names = [name for (name,) in connection.execute(TABLES.format(schema=schema))]
    if "alembic_version" not in names:
        raise Refusal("no_event")
    counts = {
        name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()[0]
        for name in names
    }
    migration = connection.execute(f"SELECT version_num FROM {schema}.alembic_version").fetchone()
    revision = connection.execute(f'SELECT coalesce(max(id), 0) FROM {schema}."change"').fetchone()[
        0
    ]
    return Content(migration[0] if migration else "", revision, counts)


def _require_empty(target) -> None:
    if target.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'event'").fetchone():
        found = target.execute('SELECT slug FROM main."event" ORDER BY id DESC').fetchone()
        if found:
            raise Refusal("restore_not_empty", event=found[0])


def _replace(target) -> None:
    for (name,) in target.execute(TABLES.format(schema="main")).fetchall():
        target.execute(f'DROP TABLE main."{name}"')
    for (sql,) in target.execute(PARTS.format(which="=")).fetchall():
        target.execute(sql)
    for (name,) in target.execute(TABLES.format(schema="kept")).fetchall():
        target.execute(f'INSERT INTO main."{name}" SELECT * FROM kept."{name}"')
    for (sql,) in target.execute(PARTS.format(which="<>")).fetchall():
        target.execute(sql)
