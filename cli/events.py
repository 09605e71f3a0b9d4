"""The command line of events: load one from a folder, list them, choose the current one."""

import argparse
from pathlib import Path
from typing import Any

from cli.words import BOTH, say
from data import bootstrap
from data.access import events as access_events
from data.backup import backup
from data.commands import Origin, run
from data.events import listed, loading
from data.events.clock import real_now
from data.events.current import current_event
from data.events.event_file import particulars_in
from data.events.listed import Listed, listed_events
from data.files import Folder
from data.imports.workbook import own_files
from data.rehearsal import runs
from data.storage import database, migrate
from models.events.event import Event, EventState
from models.refusals import Refusal


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `load`, `rehearse`, `events`, `switch` and `state`."""
    for work in (load, rehearse):
        parser = commands.add_parser(work.__name__, help=work.__doc__)
        what = "an event's folder, or the workbook that one was exported as"
        parser.add_argument("folder", type=Path, help=what if work is load else None)
        parser.set_defaults(run=work)
        if work is load:
            replace = "put it in the place of a version that holds facts; needs --name"
            parser.add_argument("--replace", action="store_true", help=replace)
            parser.add_argument("--name", default="", help="the event's name, to confirm")
            names = "keep delegates' names and telephone numbers as the file states"
            parser.add_argument("--keep-names", action="store_true", help=names)
    commands.add_parser("events", help=show.__doc__).set_defaults(run=show)
    for work, name in ((switch, "switch"), (state, "state")):
        parser = commands.add_parser(name, help=work.__doc__)
        parser.add_argument("event", metavar="EVENT_SLUG")
        if work is state:
            parser.add_argument("state", choices=[one.value for one in EventState])
        parser.add_argument("--name", default="", help="the event's name, to confirm")
        parser.set_defaults(run=work)


def load(arguments: argparse.Namespace) -> None:
    """Loads a folder's event as a real one; beside another real event it waits to be chosen."""
    migrate.upgrade()
    replaces = arguments.name if arguments.replace else None
    folder = files_of(arguments.folder)
    if replaces is not None and _holds_facts(folder, replaces):
        backup.make(backup.folder())
    facts: dict[str, Any] = {"folder": folder, "rehearsal": False, "now": real_now()}
    facts |= {"replaces": replaces, "keep_names": arguments.keep_names}
    event = database.run(loading.load_event, **facts)
    bootstrap.remember(event)
    _say_loaded(event)
    if not arguments.keep_names and (left := particulars_in(folder)):
        for words in BOTH:
            what = ", ".join(words(f"particulars.{kind.value}") for kind in left)
            print(words("run.names_left_out", what=what))


def files_of(path: Path) -> Folder:
    """A folder as it is; a workbook that an event was exported as by the files in it."""
    return own_files(path.name, path.read_bytes()) if path.is_file() else path


def _holds_facts(folder: Folder, replaces: str) -> bool:
    """Whether a replacement takes the place of facts. Refuses a wrong name before any backup."""
    with database.reading() as session:
        earlier = listed.earlier_run_of(session, folder)
        if earlier is None:
            return False
        listed.require_replaceable(session, earlier, replaces)
        return bool(listed.recorded_in(session, [earlier.id]))


def rehearse(arguments: argparse.Namespace) -> None:
    """Loads a folder's event as a rehearsal and performs its scenario up to where it starts."""
    migrate.upgrade()
    _say_loaded(database.run(runs.start_run, folder=arguments.folder, real=real_now()))


def _say_loaded(event: Event) -> None:
    say("run.loaded", name=event.slug, count=event.expected_delegates)
    with database.reading() as session:
        current = current_event(session)
    if current is None or current.id != event.id:
        say("run.loaded_aside", name=event.slug, short=event.short_name_vi)


def show(_arguments: argparse.Namespace) -> None:
    """Lists the events, the current one first."""
    migrate.upgrade()
    found = _listed()
    if not found:
        say("run.no_events")
    for one in found:
        for words in BOTH:
            states = [words(f"events.{one.state.value}")]
            states += [words(f"events.{one.mark}")] if one.mark else []
            states += [words("run.event_current")] if one.current else []
            facts = {"first": one.first_day, "last": one.last_day, "count": one.recorded.count}
            name, shown = one.short_name, ", ".join(states)
            print(words("run.event", slug=one.slug, name=name, state=shown, **facts))


def switch(arguments: argparse.Namespace) -> None:
    """Makes another event the current one; asks for its name by --name."""
    migrate.upgrade()
    chosen = listed_event(arguments.event)
    command = access_events.switch_from_command_line
    token = run(Origin(), command, event_id=chosen.id, name=arguments.name)
    say("run.switched", name=chosen.short_name)
    if token:
        say("run.link", person=chosen.short_name)
        print(f"/join/{token}")


def state(arguments: argparse.Namespace) -> None:
    """Records where an event stands: preparing, running, done or archived."""
    migrate.upgrade()
    chosen, to = listed_event(arguments.event), EventState(arguments.state)
    command = access_events.set_state_from_command_line
    run(Origin(), command, event_id=chosen.id, state=to, name=arguments.name)
    for words in BOTH:
        print(words("run.state_set", name=chosen.short_name, state=words(f"events.{to.value}")))


def _listed() -> list[Listed]:
    with database.reading() as session:
        return listed_events(session)


def listed_event(slug: str) -> Listed:
    """The newest event of a slug, a real one first. Refuses `event_unknown`."""
    found = [one for one in _listed() if one.slug == slug]
    if not found:
        raise Refusal("event_unknown", event=slug[:60])
    return min(found, key=lambda one: (one.rehearsal, one.replaced))
