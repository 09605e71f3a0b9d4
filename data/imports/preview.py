"""The preview of an import: its files read, its sheets recognised, what would be loaded."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from data.events.loading import load_event
from data.files import MemoryFolder
from data.imports.reading import read_file
from data.imports.register import register
from models.events.event import Event
from models.imports.choices import Chosen, sheet_key, table_of
from models.imports.event import Outcome, event_of
from models.imports.frame import Frame, require_frame
from models.imports.questions import Answers
from models.imports.recognition import Table
from models.imports.sheets import Sheet
from models.refusals import Refusal

Progress = Callable[[str, int], None]
"""Takes how many rows of a file were read so far; by no name, how many of all are checked now."""


def unheard(name: str, rows: int) -> None:
    """Progress that no one looks at."""


@dataclass
class Preview:
    """What an import would load. `refused`: the files that could not be read, with why.

    `passed_over`: sheets without a header row that is known. `files`: the name and the SHA-256 of
    each file.
    """

    outcome: Outcome
    tables: list[Table]
    refused: list[Refusal] = field(default_factory=list)
    passed_over: list[Sheet] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)

    @property
    def loadable(self) -> bool:
        return self.outcome.loadable and not self.refused and bool(self.tables)

    def outline(self) -> "Preview":
        """What a page shows of it: without the rows that would be loaded, and of each sheet the
        first ones alone."""
        outcome = replace(self.outcome, files={}, written_badges=[])
        tables = [one.outline() for one in self.tables]
        passed_over = [one.outline() for one in self.passed_over]
        return replace(self, outcome=outcome, tables=tables, passed_over=passed_over)


def preview(
    files: Sequence[tuple[str, bytes]],
    frame: Frame,
    answers: Mapping[str, str],
    *,
    now: datetime,
    choices: Mapping[str, Chosen] | None = None,
    remembered: Mapping[str, Chosen] | None = None,
    progress: Progress = unheard,
) -> Preview:
    """The preview of files in any order, by name and content.

    `answers`: by a question's key or its kind. `choices`: what a person says that a sheet is, by
    `sheet_key`; `remembered`: what was said of headers before, by their shape. `progress`: how far
    it is. Refuses what `require_frame` does; what is wrong with a file is in the preview.
    """
    require_frame(frame)
    refused: list[Refusal] = []
    tables: list[Table] = []
    passed_over: list[Sheet] = []
    for name, raw in files:
        try:
            sheets = read_file(name, raw, partial(progress, name))
        except Refusal as refusal:
            refused.append(refusal)
            continue
        for sheet in sheets:
            chosen = (choices or {}).get(sheet_key(sheet))
            table = table_of(sheet, chosen, remembered or {})
            if table is None:
                passed_over.append(sheet)
            else:
                tables.append(table)
    progress("", sum(table.count for table in tables))
    outcome = event_of(tables, frame, register(), Answers(answers), today=now.date())
    named = [{"name": name, "sha256": hashlib.sha256(raw).hexdigest()} for name, raw in files]
    return Preview(outcome, tables, refused, passed_over, named)


def load_preview(session: Session, shown: Preview, *, now: datetime, **loading: Any) -> Event:
    """Load what a preview shows, in one transaction.

    `loading`: what else `load_event` takes. Refuses `import_not_loadable` while it holds errors,
    and what the loader of an event refuses.
    """
    if not shown.loadable:
        raise Refusal("import_not_loadable")
    folder = MemoryFolder(shown.outcome.settings, shown.outcome.files)
    return load_event(session, folder, rehearsal=False, now=now, **loading)
