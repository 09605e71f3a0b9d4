"""Commands on imports: an office's files are applied to the current event, and taken back; and
which were applied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.commands import Context, command
from data.imports import applying, drafts, undoing
from data.imports.preview import Preview
from models.access.people import Person
from models.events.event import Event
from models.imports.imported import Import, ImportUndo
from models.refusals import Refusal
from models.storage import Topic
from models.text import both


@dataclass(frozen=True)
class Imported:
    """An import: when and by which office, the names of its files, how many rows of each part were
    added, changed, retired and restored; `undone_at`: when it was taken back, None where not."""

    id: int
    at: datetime
    by: dict[str, str]
    files: tuple[str, ...]
    counts: dict[str, dict[str, int]]
    undone_at: datetime | None


def imports_of(session: Session, event: Event) -> list[Imported]:
    """The imports into an event, the newest first."""
    rows = session.exec(
        select(Import, Person, ImportUndo)
        .join(Person, col(Person.id) == col(Import.person_id))
        .outerjoin(ImportUndo, col(ImportUndo.import_id) == col(Import.id))
        .where(Import.event_id == event.id)
        .order_by(col(Import.id).desc())
    )
    return [
        Imported(
            fact.id,
            fact.at,
            both(person, "name"),
            tuple(one["name"] for one in fact.files),
            fact.counts,
            undone.at if undone else None,
        )
        for fact, person, undone in rows
    ]


@command("apply_import", topic="event", subject="imported", fact=Import)
def apply_import(
    ctx: Context,
    *,
    draft_id: int,
    version: int,
    seal: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Import:
    """Apply the import that was prepared to the current event, in one transaction; its files go.

    `version`: that of the draft when its preview was shown; `seal`: of the difference that was
    shown, if one was; `choices`: by the mark of a row, or by a part for those that the files leave
    out, what becomes of it (`models.imports.difference.Choice`). Refuses `import_gone`;
    `import_moved` where the draft or the event changed since; and what
    `data.imports.applying.apply` refuses.
    """
    draft = drafts.shown_draft(ctx, draft_id, version)
    shown = drafts.preview_of(ctx.session, draft, ctx.real)
    fact = applying.apply(ctx, shown, seal=seal, choices=choices)
    drafts.forget_draft(ctx.session, draft.id)
    ctx.note_in(Topic.IMPORTS, fact.id)
    return fact


@command("apply_import", topic="event", subject="imported", fact=Import)
def apply_files(
    ctx: Context,
    *,
    shown: Preview,
    seal: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Import:
    """Apply a preview of files to the current event, as the command line does.

    `seal`, `choices` and refusals: those of `data.imports.applying.apply`.
    """
    ctx.require()
    return applying.apply(ctx, shown, seal=seal, choices=choices)


@command("undo_import", topic="event", subject="imported", fact=ImportUndo)
def undo_import(ctx: Context, *, import_id: int) -> ImportUndo:
    """Take an import back as a whole, while nothing was recorded upon it.

    Refuses `import_unknown`, `import_undone`, `import_built_upon` with the name of the row upon
    which something was recorded, and `import_badges_printed`.
    """
    ctx.require()
    fact = ctx.session.get(Import, import_id)
    if fact is None or fact.event_id != ctx.event.id:
        raise Refusal("import_unknown")
    if ctx.session.exec(select(ImportUndo).where(ImportUndo.import_id == fact.id)).first():
        raise Refusal("import_undone")
    undoing.undo(ctx, fact)
    undone = ctx.record(ImportUndo(event_id=ctx.event.id, import_id=fact.id), about=fact.id)
    applying.wake(ctx, fact)
    return undone
