"""The reads of the import that is being prepared; not cached: one person looks, at what they do."""

from data.events.clock import real_now
from data.imports import compared, drafts, ready, work
from data.imports.commands import Imported, imports_of
from data.imports.drafts import Ingredients, Prepared
from data.imports.errors_file import errors_file as written_errors
from data.imports.ready import Point
from data.imports.requests import Errors, Looked
from data.imports.work import End, Work
from data.storage import database
from data.words import Words
from models.events.event import Event
from models.imports.difference import Difference
from ui.shell.frame import Visit


def prepared(event: Event) -> Prepared | None:
    """What is being prepared for an event."""
    with database.reading() as session:
        return drafts.prepared(session, event.id)


def looked(held: Prepared) -> Looked | Work:
    """What is being prepared, as it looks now; of long files the work that comes to it, until it is
    done. The files are read from the database, and then looked through without it. Refuses
    `import_gone`.
    """
    if doing := work.under_way(held.id):
        return doing
    with database.reading() as session:
        found = drafts.ingredients_of(session, drafts.draft_by_id(session, held.id), real_now())
    if not found.is_long:
        return Looked(drafts.previewed(found))
    look = work.look(held.id, found.key)
    if look.refusal:
        raise look.refusal
    return look.answer if look.end is End.DONE else look


def is_filled(event: Event) -> bool:
    """Whether an event holds anything yet."""
    with database.reading() as session:
        return ready.is_filled(session, event)


def points(ctx: Visit) -> list[Point]:
    """What the event still needs (`data.imports.ready.points`)."""
    with database.reading() as session:
        return ready.points(session, ctx.event, rehearsal_only=ctx.visitor.rehearsal)


def difference(event: Event, looked: Looked) -> Difference | None:
    """What an import would change in an event as it is now."""
    if looked.is_outline:
        return looked.difference
    with database.reading() as session:
        return compared.difference_of(session, event, looked.preview)


def errors_file(held: Prepared, file: str, words: Words, of: Ingredients) -> bytes:
    """A file of a draft again, with what is to be mended in it. Refuses `import_busy`."""
    if of.is_long:
        return work.errors(Errors(held.id, file, words.language, words.nouns))
    return written_errors(drafts.previewed(of), file, words)


def imports(event: Event) -> list[Imported]:
    """The imports into an event, the newest first."""
    with database.reading() as session:
        return imports_of(session, event)
