"""The command line of access: an invitation for a person."""

import argparse

from cli.words import say
from data.access.invitations import invite_from_command_line
from data.commands import Origin, run
from data.storage import migrate


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `link`."""
    parser = commands.add_parser("link", help=link.__doc__)
    parser.add_argument("key")
    parser.set_defaults(run=link)


def link(arguments: argparse.Namespace) -> None:
    """Print an invitation's path for a person; put the server's address before it."""
    migrate.upgrade()
    token = run(Origin(), invite_from_command_line, key=arguments.key)
    say("run.link", person=arguments.key)
    print(f"/join/{token}")
