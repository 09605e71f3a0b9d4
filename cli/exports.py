"""The command line of exports: the whole event as a folder and as a workbook."""

import argparse
import shutil
from functools import partial
from pathlib import Path

from cli.events import listed_event
from cli.words import say
from data.commands import Origin, export
from data.events.folder import write_folder
from data.events.scenario import COLUMNS
from data.exports.archive import export_archive_from_command_line, write_archive
from data.exports.commands import Exported, export_event_from_command_line
from data.exports.workbook import event_workbook
from data.storage import migrate
from data.words import event_words
from models.events.event import Event
from models.refusals import Refusal

WORKBOOK = "event.xlsx"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `export` and `archive`."""
    parser = commands.add_parser("export", help=export_event.__doc__)
    parser.add_argument("folder", type=Path, help="a new folder, which `load` takes again")
    parser.set_defaults(run=export_event)
    parser = commands.add_parser("archive", help=archive.__doc__)
    parser.add_argument("event", metavar="EVENT_SLUG")
    parser.add_argument("file", type=Path, help="a new ZIP")
    parser.set_defaults(run=archive)


def export_event(arguments: argparse.Namespace) -> None:
    """Writes the current event as a folder for `load`, with a workbook of all its tables in it."""
    migrate.upgrade()
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("export_folder_full", folder=str(folder))

    def write(found: Exported) -> None:
        write_folder(found.files, folder)
        _write_scenario(found.event, folder)
        words = event_words(found.event, "vi")
        book = event_workbook(found.event, found.files, found.tables, words)
        (folder / WORKBOOK).write_bytes(book)

    export(Origin(), export_event_from_command_line, write)
    say("exports.written", folder=str(folder), file=WORKBOOK)


def archive(arguments: argparse.Namespace) -> None:
    """Writes an archived event as one ZIP: what was signed, minutes, tables, log, audit, backup."""
    migrate.upgrade()
    chosen, file = listed_event(arguments.event), arguments.file
    if file.exists():
        raise Refusal("export_file_exists", file=str(file))
    write = partial(write_archive, target=file)
    export(Origin(), export_archive_from_command_line, write, event_id=chosen.id)
    say("archive.written", file=str(file))


def _write_scenario(event: Event, folder: Path) -> None:
    """What the event's own folder holds besides: its rehearsal's scenario."""
    for name in COLUMNS:
        if event.folder and (Path(event.folder) / name).is_file():
            shutil.copy(Path(event.folder) / name, folder / name)
