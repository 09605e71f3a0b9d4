"""An import as a folder of an event's files."""

from pathlib import Path

from data.events import folder as event_folder
from data.files import MemoryFolder
from models.imports.event import Outcome


def write_folder(outcome: Outcome, folder: Path) -> None:
    """Write the event's files; those of the same names are replaced."""
    event_folder.write_folder(MemoryFolder(outcome.settings, outcome.files), folder)
