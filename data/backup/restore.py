"""Putting a backup back into an empty place."""

from pathlib import Path

from sqlalchemy.engine import make_url

from data.backup import backup
from data.backup.backup import Backup
from data.storage import database, migrate
from models.refusals import Refusal


def restore(file: Path) -> Backup:
    """Restores a backup into the database that `DATABASE_URL` names, runs the migrations that it lacks, and returns it.

    Refuses `restore_not_empty` where that holds an event, `backup_unknown`, `backup_damaged`, `backup_incomplete`,
    `backup_of_another_version`, `restore_other_kind`, `restore_incomplete`, `restore_failed`; then nothing is lost.
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


def backup_of(file: Path) -> Backup:
    """The backup that a file is. Refuses `backup_unknown` where the small file beside it is missing or says nothing."""
    found = next(
        (one for one in backup.backups(file.resolve().parent) if one.file.name == file.name), None
    )
    if found is None:
        raise Refusal("backup_unknown", file=str(file))
    return found
