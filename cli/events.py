"""The command line of events: load one from a folder, for real or as a rehearsal."""

import argparse
from pathlib import Path

from cli.words import say
from data import bootstrap, rehearsal
from data.events import loading
from data.events.clock import real_now
from data.storage import database, migrate
from models.events.event import Event


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `load` and `rehearse`."""
    for work in (load, rehearse):
        parser = commands.add_parser(work.__name__, help=work.__doc__)
        parser.add_argument("folder", type=Path)
        parser.set_defaults(run=work)


def load(arguments: argparse.Namespace) -> None:
    """Loads a folder's event as the real, current one."""
    migrate.upgrade()
    facts = {"folder": arguments.folder, "rehearsal": False, "now": real_now()}
    event = database.run(loading.load_event, **facts)
    bootstrap.remember(event)
    _say_loaded(event)


def rehearse(arguments: argparse.Namespace) -> None:
    """Loads a folder's event as a rehearsal and performs its scenario up to where it starts."""
    migrate.upgrade()
    _say_loaded(database.run(rehearsal.start_run, folder=arguments.folder, real=real_now()))


def _say_loaded(event: Event) -> None:
    say("run.loaded", name=event.slug, count=event.expected_delegates)
