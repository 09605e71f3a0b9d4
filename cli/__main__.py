"""The command line: `python -m cli load FOLDER | rehearse FOLDER | link PERSON`, and those of `cli.maintenance`."""

import argparse
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import OperationalError

from cli import maintenance
from data import rehearsal
from data.access.invitations import invite_from_command_line
from data.commands import Origin, run
from data.events import loading
from data.events.clock import real_now
from data.events.current import require_event
from data.storage import database, migrate
from data.words import LANGUAGES, Words
from models.events.event import zone
from models.refusals import Refusal

BEFORE_EVENT = "Asia/Ho_Chi_Minh"


def load(folder: Path) -> None:
    """Loads a folder's event as the real, current one."""
    event = database.run(loading.load_event, folder=folder, rehearsal=False, now=real_now())
    tell(event, "run.loaded", name=event.slug, count=event.expected_delegates)


def rehearse(folder: Path) -> None:
    """Loads a folder's event as a rehearsal and performs its scenario up to where it starts."""
    event = database.run(rehearsal.start_run, folder=folder, real=real_now())
    tell(event, "run.loaded", name=event.slug, count=event.expected_delegates)


def link(key: str) -> None:
    """Prints an invitation's path for a person; put the server's address before it."""
    with database.reading() as session:
        event = require_event(session)
    token = run(Origin(), invite_from_command_line, key=key)
    tell(event, "run.link", person=key)
    print(f"/join/{token}")


def tell(event, key: str, **facts: object) -> None:
    for language in LANGUAGES:
        print(Words(language, zone(event))(key, **facts))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m cli", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, work, argument, kind in (
        ("load", load, "folder", Path),
        ("rehearse", rehearse, "folder", Path),
        ("link", link, "key", str),
    ):
        command = commands.add_parser(name, help=work.__doc__)
        command.add_argument(argument, type=kind)
        command.set_defaults(work=work, argument=argument)
    maintenance.add_to(commands)
    asked = parser.parse_args()
    try:
        database.require_place()
        if "maintenance" in asked:
            asked.maintenance(asked)
            return 0
        migrate.upgrade()
        asked.work(getattr(asked, asked.argument))
    except Refusal as refusal:
        return tell_refusal(refusal)
    except OperationalError as failure:
        return tell_refusal(
            Refusal("database_unreachable", why=str(failure.orig).strip().splitlines()[0])
        )
    return 0


def tell_refusal(refusal: Refusal) -> int:
    """Says in both languages why nothing was done."""
    for language in LANGUAGES:
        print(Words(language, ZoneInfo(BEFORE_EVENT)).refusal(refusal), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
