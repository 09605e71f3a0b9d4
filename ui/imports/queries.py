"""The reads of the import that is being prepared; not cached: one person looks, at what they do."""

from data.events.clock import real_now
from data.imports import compared, drafts, ready
from data.imports.commands import Imported, imports_of
from data.imports.drafts import Prepared
from data.imports.preview import Preview
from data.imports.ready import Point
from data.storage import database
from models.events.event import Event
from models.imports.difference import Difference
from ui.shell.frame import Visit


def prepared(event: Event) -> Prepared | None:
    """What is being prepared for an event."""
    with database.reading() as session:
        return drafts.prepared(session, event.id)


def shown(held: Prepared) -> Preview:
    """The preview of what is being prepared. The files are read from the database, and then looked
    through without it. Refuses `import_gone`.
    """
    with database.reading() as session:
        found = drafts.ingredients_of(session, drafts.draft_by_id(session, held.id), real_now())
    return drafts.previewed(found)


def is_filled(event: Event) -> bool:
    """Whether an event holds anything yet."""
    with database.reading() as session:
        return ready.is_filled(session, event)


def points(ctx: Visit) -> list[Point]:
    """What the event still needs (`data.imports.ready.points`)."""
    with database.reading() as session:
        return ready.points(session, ctx.event, rehearsal_only=ctx.visitor.rehearsal)


def difference(event: Event, shown: Preview) -> Difference:
    """What an import would change in an event as it is now."""
    with database.reading() as session:
        return compared.difference_of(session, event, shown)


def imports(event: Event) -> list[Imported]:
    """The imports into an event, the newest first."""
    with database.reading() as session:
        return imports_of(session, event)
