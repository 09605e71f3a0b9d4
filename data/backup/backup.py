"""Backups: copies of the whole database in a folder, verified, each with a manifest next to it."""

import hashlib
import json
import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from data.backup import postgresql, rotation
from data.backup import sqlite as sqlite_kind
from data.backup.manifest import Content, Kind
from data.events.clock import real_now
from data.storage import database, migrate
from data.storage.identity import identity
from models.events.event import Event
from models.refusals import Refusal

log = logging.getLogger(__name__)

KINDS: dict[str, Kind] = {"sqlite": sqlite_kind, "postgresql": postgresql}
NAME = "san_sang-"
PARTIAL = ".partial"
EVERY = timedelta(minutes=60)  # for a real event, unless BACKUP_EVERY says otherwise
MAX_MISSED = 2  # intervals without a backup until the server says so
ROOM = 50 * 2**20  # bytes that a backup has to leave free: the database may lie on the same disk


@dataclass(frozen=True)
class Backup:
    """A verified copy.

    `at` is the moment that it shows (aware UTC), `size` is in bytes. `source` is the place of the
    database it was made of, by which backups are made and rotated; `identity` is of its rows, which
    goes along to where they are restored (empty: made by a version that knew none).
    """

    file: Path
    kind: str
    at: datetime
    content: Content
    size: int
    sha256: str
    source: str
    identity: str = ""

    @property
    def manifest(self) -> Path:
        return self.file.with_name(self.file.name + ".json")


# --- where and how often -------------------------------------------------------------------------


def folder() -> Path:
    """`BACKUP_TO`, or `backups` in `database.var()`."""
    return Path(os.environ.get("BACKUP_TO") or database.var() / "backups")


def interval(*, rehearsal: bool) -> timedelta | None:
    """How often the server makes one: `BACKUP_EVERY` minutes, else hourly; None for never.

    A rehearsal, which can be played again, has none unless `BACKUP_EVERY` asks for them.
    """
    setting = (os.environ.get("BACKUP_EVERY") or "").strip()
    if not setting:
        return None if rehearsal else EVERY
    if not setting.isascii() or not setting.isdigit():
        log.warning("BACKUP_EVERY is not a number of minutes; making a backup every hour")
        return EVERY
    return timedelta(minutes=int(setting)) or None


def kind() -> Kind:
    """The module that copies the kind of database which `DATABASE_URL` names."""
    return KINDS[make_url(database.url()).get_backend_name()]


def source() -> str:
    return hashlib.sha256(kind().fingerprint().encode()).hexdigest()[:16]


# --- reads ---------------------------------------------------------------------------------------


def backups(place: Path) -> list[Backup]:
    """The backups in a folder, newest first, of whichever database; other files are ignored."""
    found = [_read(manifest) for manifest in place.glob(f"{NAME}*.json")] if place.is_dir() else []
    return sorted(
        (one for one in found if one and one.file.exists()), key=lambda one: one.at, reverse=True
    )


def own_backups(place: Path) -> list[Backup]:
    """Those of them that were made of the database which `DATABASE_URL` names."""
    return [one for one in backups(place) if one.source == source()]


def backups_of_rows(place: Path) -> tuple[list[Backup], list[Backup]]:
    """The backups that hold rows of this database, made here or before a restore; and those that
    may: an earlier version, which noted no identity, made them elsewhere.
    """
    own = identity()
    known = [one for one in backups(place) if one.identity == own or one.source == source()]
    untold = [one for one in backups(place) if one not in known and not one.identity]
    return known, untold


def newest(place: Path) -> Backup | None:
    """The newest verified backup of this database; None where there is none."""
    return next(iter(own_backups(place)), None)


def is_young(place: Path, age: timedelta, *, now: datetime) -> bool:
    """Whether this database has a backup of less than that age.

    One of the future does not count: clocks get set back.
    """
    return any(timedelta() <= now - one.at < age for one in own_backups(place))


def overdue(event: Event, *, now: datetime) -> timedelta | None:
    """The age of the newest backup where two in a row have failed to come, else None.

    Where there is none at all: the time since the event was loaded. None too where this server
    makes none.
    """
    every = interval(rehearsal=event.is_open)
    if every is None:
        return None
    last = newest(folder())
    age = now - (last.at if last else event.loaded_at)
    return age if age > MAX_MISSED * every else None


def _read(manifest: Path) -> Backup | None:
    try:
        read = json.loads(manifest.read_text(encoding="utf-8"))
        content = Content(read["migration"], read["revision"], read["counts"])
        at = datetime.fromisoformat(read["at"])
        file = manifest.with_name(manifest.name.removesuffix(".json"))
        whole = read["size"], read["sha256"]
        whose = read["source"], read.get("identity", "")
        return Backup(file, read["kind"], at, content, *whole, *whose)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def require_whole(one: Backup) -> None:
    """Refuses `backup_damaged` where the file is not the one that was verified when it was made."""
    try:
        size, sha256 = one.file.stat().st_size, checksum(one.file)
    except OSError as failure:
        raise Refusal("backup_damaged", file=str(one.file), why=failure.strerror) from None
    if size != one.size:
        raise Refusal("backup_damaged", file=str(one.file), why="size")
    if sha256 != one.sha256:
        raise Refusal("backup_damaged", file=str(one.file), why="checksum")


def checksum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# --- making one ----------------------------------------------------------------------------------


def make(place: Path, *, unless_younger: timedelta = timedelta()) -> Backup | None:
    """Make a backup while the product goes on; None where the folder has a younger one.

    Refuses `backup_running`, `backup_no_room`, `backup_failed`, `folder_unwritable`, `no_event`,
    `program_missing`, and what it cannot verify (`backup_damaged`, `backup_incomplete`); then
    nothing is left of it, and no older one is touched.
    """
    _prepare(place)
    try:
        with _alone(place):
            _remove_leftovers(place)
            if is_young(place, unless_younger, now=real_now()):
                return None
            _require_room(place)
            return _made(place)
    except OSError as failure:
        raise Refusal("backup_failed", why=failure.strerror) from None


def _made(place: Path) -> Backup:
    partial = place / f"{NAME}{real_now():%Y%m%dT%H%M%S-%fZ}{PARTIAL}"
    try:
        return _publish(partial, _copied(partial))
    finally:
        _remove_leftovers(place)


def rotate(place: Path, *, now: datetime) -> list[Path]:
    """Delete the backups of this database that the rotation does not retain; return their files.

    Nothing else in the folder is touched: no other database's backup, no file without a manifest.
    """
    own = own_backups(place)
    retained = rotation.retained([one.at for one in own], now=now)
    surplus = [one for one in own if one.at not in retained]
    for one in surplus:
        delete(one)
    return [one.file for one in surplus]


def delete(one: Backup) -> None:
    """The manifest goes last: what has one can still be deleted after a crash in between."""
    one.file.unlink(missing_ok=True)
    one.manifest.unlink(missing_ok=True)


def _prepare(place: Path) -> None:
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=place).close()
    except OSError as failure:
        raise Refusal("folder_unwritable", folder=str(place), why=failure.strerror) from None


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Admit one process at a time to a folder. Refuses `backup_running` and `backup_failed`.

    The lock is that of a small SQLite file: every system releases it when a process dies.
    """
    with _opened_lock(place / ".lock") as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except database.sqlite.Error as failure:
            if database.is_busy(failure):
                raise Refusal("backup_running") from None
            raise Refusal("backup_failed", why=str(failure)) from None  # as on a full disk
        yield


def _opened_lock(file: Path) -> "closing[sqlite3.Connection]":
    try:
        return closing(database.sqlite.connect(str(file), isolation_level=None, timeout=0))
    except database.sqlite.Error as failure:
        raise Refusal("backup_failed", why=str(failure)) from None


def _require_room(place: Path) -> None:
    free, wanted = shutil.disk_usage(place).free, kind().size() + ROOM
    if free < wanted:
        raise Refusal(
            "backup_no_room", folder=str(place), free=free // 2**20, needed=wanted // 2**20
        )


def _remove_leftovers(place: Path) -> None:
    """Delete what an interrupted copy left behind; the lock excludes another one meanwhile."""
    orphans = [
        manifest
        for manifest in place.glob(f"{NAME}*.json")
        if not manifest.with_name(manifest.name.removesuffix(".json")).exists()
    ]
    for leftover in [*place.glob(f"{NAME}*{PARTIAL}*"), *orphans]:
        leftover.unlink(missing_ok=True)


def _copied(partial: Path) -> Backup:
    """Write the copy, then verify it from the file itself."""
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    at, own = real_now(), _identity()
    original = kind().write(partial)
    _sync(partial)
    verify(partial, original)
    name = f"{partial.name.removesuffix(PARTIAL)}-r{original.revision}{kind().SUFFIX}"
    return Backup(
        file=partial.with_name(name),
        kind=make_url(database.url()).get_backend_name(),
        at=at,
        content=original,
        size=partial.stat().st_size,
        sha256=checksum(partial),
        source=source(),
        identity=own,
    )


def _identity() -> str:
    """Empty where the tables are older than that: a backup must not migrate what it copies."""
    file = database.file_of(database.url())
    if file is not None and not file.exists():  # asking would make an empty database there
        return ""
    try:
        return identity()
    except (OperationalError, ProgrammingError):
        return ""


def verify(file: Path, original: Content) -> None:
    """Check that a copy holds what the original held at its moment.

    Refuses `backup_damaged`, `backup_incomplete`, and `backup_of_another_version` where its
    tables are in a shape that this version does not know.
    """
    copy = kind().content(file)
    if copy != original:
        different = sorted(
            name
            for name in {*original.counts, *copy.counts}
            if original.counts.get(name) != copy.counts.get(name)
        )
        raise Refusal("backup_incomplete", file=str(file), tables=", ".join(different) or "change")
    require_known(file, copy.migration)


def require_known(file: Path, migration: str) -> None:
    """Refuses `backup_of_another_version` where no revision of ours has that name."""
    scripts = ScriptDirectory.from_config(migrate.settings())
    if migration not in {script.revision for script in scripts.walk_revisions()}:
        raise Refusal("backup_of_another_version", file=str(file), version=migration)


def _publish(partial: Path, one: Backup) -> Backup:
    """Give a verified copy its name, after its manifest.

    A copy without a manifest could not be deleted after the event.
    """
    manifest = partial.with_name(f"{partial.name}.json")
    _write_private(manifest, json.dumps(_described(one), indent=1))
    manifest.replace(one.manifest)
    partial.replace(one.file)
    _sync(partial.parent)
    return one


def _described(one: Backup) -> dict[str, object]:
    described = {"kind": one.kind, "at": one.at.isoformat()}
    described |= {"source": one.source, "identity": one.identity}
    return described | asdict(one.content) | {"size": one.size, "sha256": one.sha256}


def _write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, and sync it."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(path: Path) -> None:
    """Wait until it is on the disk, and not only with the system."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    opened = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
