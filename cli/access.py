"""The command line of access: an invitation for a person."""

import argparse

from cli.words import say
from data.access import sign_ins
from data.events.clock import real_now
from data.events.current import require_event
from data.storage import database, migrate


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `link`."""
    parser = commands.add_parser("link", help=link.__doc__)
    parser.add_argument("key")
    parser.set_defaults(run=link)


def link(arguments: argparse.Namespace) -> None:
    """Prints an invitation's path for a person; put the server's address before it."""
    migrate.upgrade()
    with database.writing() as session:
        require_event(session)
        token = sign_ins.invite_from_here(session, key=arguments.key, now=real_now())
    say("run.link", person=arguments.key)
    print(f"/join/{token}")
