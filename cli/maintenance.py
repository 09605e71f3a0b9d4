"""The command line of maintenance: backup, backups, restore, erase."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from data import erasure
from data.backup import backup
from data.backup import restore as backup_restore
from data.backup.backup import Backup
from data.events.clock import real_now
from data.storage import database, migrate
from data.words import LANGUAGES, Words
from models.refusals import Refusal

ZONE = ZoneInfo(
    "Asia/Ho_Chi_Minh"
)  # a backup is read before there is an event that could say another one
SAID = [Words(language, ZONE) for language in LANGUAGES]


def add_to(commands) -> None:
    """Adds the commands. Each is called with what was asked and sees to the database's shape by itself: a backup has to leave
    it as it is, and a restore needs an empty place."""
    one = _command(commands, "backup", make)
    one.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="default: BACKUP_TO, or var/backups; no rotation elsewhere",
    )
    one.add_argument(
        "--unless-younger",
        type=int,
        default=0,
        metavar="MINUTES",
        help="do nothing where one is younger",
    )
    one.add_argument(
        "--gently", action="store_true", help="behind all other programs of this machine"
    )
    one = _command(commands, "backups", show)
    one.add_argument("--to", type=Path, metavar="FOLDER")
    one = _command(commands, "restore", restore)
    one.add_argument("file", type=Path)
    one = _command(commands, "erase", erase)
    one.add_argument("event", metavar="EVENT_SLUG")
    one.add_argument("--keep-days", type=int, default=erasure.KEEP_DAYS, metavar="N")
    one.add_argument("--now", action="store_true", help="do not wait for those days")
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.add_argument(
        "--backups-too",
        action="store_true",
        help="delete the backups that still hold what was erased",
    )


def _command(
    commands, name: str, work: Callable[[argparse.Namespace], None]
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=work.__doc__)
    command.set_defaults(maintenance=work)
    return command


def make(asked: argparse.Namespace) -> None:
    """Makes a verified backup while the product goes on."""
    if asked.gently and hasattr(os, "nice"):
        os.nice(10)
    place = asked.to or backup.folder()
    made = make_unless_younger(place, timedelta(minutes=asked.unless_younger))
    if made is None:
        say("upkeep.young")
        return
    say(
        "upkeep.made",
        file=str(made.file),
        revision=made.content.revision,
        count=made.content.rows,
        size=megabytes(made.size),
    )
    if asked.to is None:
        gone = backup.rotate(place, now=real_now())
        if gone:
            say("upkeep.rotated", count=len(gone))


def make_unless_younger(place: Path, age: timedelta) -> Backup | None:
    """None also where another process makes one just now, for whom any young one will do."""
    try:
        return backup.make(place, unless_younger=age)
    except Refusal as refusal:
        if age and refusal.code == "backup_running":
            return None
        raise


def show(asked: argparse.Namespace) -> None:
    """Lists the backups, each read once more to see whether it is whole."""
    place = asked.to or backup.folder()
    found = backup.backups(place)
    say("upkeep.none" if not found else "upkeep.listed", folder=str(place), count=len(found))
    for one in found:
        marks = [words(f"upkeep.{'whole' if is_whole(one) else 'damaged'}") for words in SAID]
        print(
            f"{SAID[0].moment(one.at)}  {megabytes(one.size):>9}  {' / '.join(marks)}  {one.file.name}"
        )


def restore(asked: argparse.Namespace) -> None:
    """Restores a backup into the database that DATABASE_URL names, which must hold no event."""
    one = backup_restore.restore(asked.file)
    say("upkeep.restored", at=one.at, revision=one.content.revision, count=one.content.rows)


def erase(asked: argparse.Namespace) -> None:
    """Erases after an event what could name or identify somebody, and leaves the counts."""
    migrate.upgrade()
    if not asked.yes:
        require_confirmed(asked.event)
    keep = None if asked.now else timedelta(days=asked.keep_days)
    erased = database.run(erasure.erase_event, slug=asked.event, keep=keep, now=real_now())
    say("upkeep.erased", event=erased.slug, count=sum(erased.rows.values()))
    for name, number in sorted(erased.rows.items()):
        print(f"  {name}: {number}")
    if erased.needed_by:
        say("upkeep.sign_ins_stay", event=erased.needed_by)
    erasure.compact()
    tell_of_backups(delete=asked.backups_too)
    for folder in erased.folders:
        say("upkeep.files_stay", folder=folder)


def tell_of_backups(*, delete: bool) -> None:
    """Names the backups that still hold what was erased: all that there are; or deletes them."""
    found = backup.own_backups(backup.folder())
    if delete:
        for one in found:
            backup.delete(one)
        say("upkeep.backups_deleted", count=len(found), folder=str(backup.folder()))
    elif found:
        say("upkeep.backups_stay", count=len(found), folder=str(backup.folder()))
        for one in found:
            print(f"  {one.file}")


def require_confirmed(event: str) -> None:
    """Refuses `erase_not_confirmed` unless somebody at a terminal types the event's name."""
    say("upkeep.confirm", event=event)
    if not sys.stdin.isatty() or input("> ").strip() != event:
        raise Refusal("erase_not_confirmed", event=event)


def is_whole(one: Backup) -> bool:
    try:
        backup.require_whole(one)
    except Refusal:
        return False
    return True


def megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"


def say(key: str, **facts: object) -> None:
    for words in SAID:
        print(words(key, **facts))
