"""The command line of backups: make one, list them, restore one.

Each leaves the tables in the shape that it finds: a backup must not migrate what it copies, and a
restore needs an empty place.
"""

import argparse
import os
from datetime import timedelta
from pathlib import Path

from cli.words import BOTH, say
from data.backup import backup
from data.backup import restore as backup_restore
from data.backup.backup import Backup
from data.events.clock import real_now
from data.storage import database
from models.refusals import Refusal


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `backup`, `backups` and `restore`."""
    parser = commands.add_parser("backup", help=make.__doc__)
    parser.set_defaults(run=make)
    default = "default: BACKUP_TO, or var/backups; no rotation elsewhere"
    parser.add_argument("--to", type=Path, metavar="FOLDER", help=default)
    younger = "do nothing where one is younger"
    parser.add_argument("--unless-younger", type=int, default=0, metavar="MINUTES", help=younger)
    gently = "behind all other programs of this machine"
    parser.add_argument("--gently", action="store_true", help=gently)
    parser = commands.add_parser("backups", help=show.__doc__)
    parser.set_defaults(run=show)
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    parser = commands.add_parser("restore", help=restore.__doc__)
    parser.set_defaults(run=restore)
    parser.add_argument("file", type=Path)


def make(arguments: argparse.Namespace) -> None:
    """Makes a verified backup while the product goes on."""
    if arguments.gently and hasattr(os, "nice"):
        os.nice(10)
    place = arguments.to or backup.folder()
    one = make_unless_younger(place, timedelta(minutes=arguments.unless_younger))
    if one is None:
        say("upkeep.young")
        return
    facts = {"revision": one.content.revision, "count": one.content.rows}
    say("upkeep.made", file=str(one.file), size=megabytes(one.size), **facts)
    if arguments.to is None:
        deleted = backup.rotate(place, now=real_now())
        if deleted:
            say("upkeep.rotated", count=len(deleted))


def make_unless_younger(place: Path, age: timedelta) -> Backup | None:
    """None also while another process makes one, where any young one will do."""
    try:
        return backup.make(place, unless_younger=age)
    except Refusal as refusal:
        if age and refusal.code == "backup_running":
            return None
        raise


def show(arguments: argparse.Namespace) -> None:
    """Lists the backups, each read once more to see whether it is whole."""
    place = arguments.to or backup.folder()
    listed = backup.backups(place)
    say("upkeep.listed" if listed else "upkeep.none", folder=str(place), count=len(listed))
    for one in listed:
        mark = "upkeep.whole" if is_whole(one) else "upkeep.damaged"
        marks = " / ".join(words(mark) for words in BOTH)
        print(f"{BOTH[0].moment(one.at)}  {megabytes(one.size):>9}  {marks}  {one.file.name}")


def restore(arguments: argparse.Namespace) -> None:
    """Restores a backup into the database that DATABASE_URL names, which must hold no event."""
    one = backup_restore.restore(arguments.file)
    database.run(backup_restore.note_restore, one=one)
    say("upkeep.restored", at=one.at, revision=one.content.revision, count=one.content.rows)


def is_whole(one: Backup) -> bool:
    try:
        backup.require_whole(one)
    except Refusal:
        return False
    return True


def megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
