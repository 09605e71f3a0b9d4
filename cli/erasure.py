"""The command line of erasure: what could identify people, after an event."""

import argparse
import sys
from datetime import timedelta

from cli.words import say
from data import erasure
from data.backup import backup
from data.backup.backup import Backup
from data.events.clock import real_now
from data.storage import database, migrate
from models.refusals import Refusal


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `erase`."""
    parser = commands.add_parser("erase", help=erase.__doc__)
    parser.set_defaults(run=erase)
    parser.add_argument("event", metavar="EVENT_SLUG")
    parser.add_argument("--keep-days", type=int, default=erasure.KEEP_DAYS, metavar="N")
    parser.add_argument("--now", action="store_true", help="do not wait for those days")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    backups_too = "delete the backups that still hold what was erased"
    parser.add_argument("--backups-too", action="store_true", help=backups_too)


def erase(arguments: argparse.Namespace) -> None:
    """Erases after an event what could name or identify a person, and leaves the counts."""
    migrate.upgrade()
    if not arguments.yes:
        require_confirmed(arguments.event)
    keep = None if arguments.now else timedelta(days=arguments.keep_days)
    erased = database.run(erasure.erase_event, slug=arguments.event, keep=keep, now=real_now())
    say("upkeep.erased", event=erased.slug, count=sum(erased.rows.values()))
    for name, number in sorted(erased.rows.items()):
        print(f"  {name}: {number}")
    erasure.compact()
    say_backups(delete=arguments.backups_too)
    for folder in erased.folders:
        say("upkeep.files_stay", folder=folder)


def say_backups(*, delete: bool) -> None:
    """Name the backups that still hold what was erased, which are all of them; or delete them.

    Those made before a restore into another place are among them. What an earlier version made
    elsewhere may hold it, too: it is named and stays.
    """
    backups, untold = backup.backups_of_rows(backup.folder())
    if delete:
        for one in backups:
            backup.delete(one)
        say("upkeep.backups_deleted", count=len(backups), folder=str(backup.folder()))
    else:
        _name("upkeep.backups_stay", backups)
    _name("upkeep.backups_untold", untold)


def _name(key: str, backups: list[Backup]) -> None:
    if backups:
        say(key, count=len(backups), folder=str(backup.folder()))
    for one in backups:
        print(f"  {one.file}")


def require_confirmed(event: str) -> None:
    """Refuses `erase_not_confirmed` unless the event's name is typed at a terminal."""
    say("upkeep.confirm", event=event)
    if not sys.stdin.isatty() or input("> ").strip() != event:
        raise Refusal("erase_not_confirmed", event=event)
