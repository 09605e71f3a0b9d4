"""Restore a backup into an empty place."""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlmodel import Session

from data.backup import backup
from data.backup.backup import Backup
from data.events.clock import event_now
from data.events.current import require_event
from data.storage import changes, database, migrate
from models.refusals import Refusal


def restore(file: Path) -> Backup:
    """Restore a backup into the database that `DATABASE_URL` names; run the migrations it lacks.

    Refuses `restore_not_empty` where that holds an event, `backup_unknown`, `backup_damaged`,
    `backup_incomplete`, `backup_of_another_version`, `restore_other_kind`, `restore_incomplete`,
    `restore_failed`; then nothing is lost.
    """
    one = backup_of(file)
    if one.kind != make_url(database.url()).get_backend_name():
        raise Refusal("restore_other_kind", file=str(file), kind=one.kind)
    backup.require_whole(one)
    backup.verify(one.file, one.content)
    database.dispose()
    backup.kind().restore(one.file, one.content)
    backup.kind().protect()
    migrate.upgrade()
    return one


def note_restore(session: Session, *, one: Backup) -> None:
    """Note in the restored log that it was restored, and as at which moment; no person did it."""
    event = require_event(session)
    what = {"command": "restore", "at": one.at.isoformat(), "file": one.file.name}
    changes.note_of_event(session, event_id=event.id, at=event_now(session, event), what=what)


def backup_of(file: Path) -> Backup:
    """The backup that a file is. Refuses `backup_unknown` where its manifest is missing or
    broken.
    """
    for one in backup.backups(file.resolve().parent):
        if one.file.name == file.name:
            return one
    raise Refusal("backup_unknown", file=str(file))
