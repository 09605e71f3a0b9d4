"""Loading an event from its files: one transaction, so that a refusal leaves nothing behind."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from data.events.clock import reread
from data.events.current import current_event, record_choice, record_state
from data.events.delegates import add_delegates, add_delegations, delegate_levels
from data.events.event_file import add_event
from data.events.listed import replace_earlier
from data.events.load import Load, is_pinned
from data.events.tasks import CADENCES, add_tasks
from data.files import Folder, Row, read_csv, require_unique
from data.storage import changes
from models.access.people import SCOPE_OF, Person, Role
from models.attendance.ledger import Desk, DeskItem
from models.events.event import Event, EventState, Venue, is_taken_over
from models.media import KINDS as MEDIA_KINDS
from models.media import MediaItem
from models.programme import EXPECTS, KINDS, ProgrammeItem
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.text import both

SAMPLE = Path(__file__).parent / "samples" / "nghe_an_2023"


def load_event(
    session: Session, folder: Folder, *, rehearsal: bool, now: datetime, replaces: str | None = None
) -> Event:
    """Loads the event that a folder describes as a new run.

    It becomes the current event where none is, or only a rehearsal, or an earlier run of itself;
    beside another real event it waits to be chosen. Refuses the first problem of a file with its
    name, line and field (`file_…`); `real_event_is_current` for a rehearsal where a real event is
    current; `event_has_facts` where anything was recorded in the real run before, unless
    `replaces` names it (`require_named`): that run is archived, and nothing of it is lost.
    """
    current = current_event(session)
    if rehearsal and current and not current.rehearsal:
        raise Refusal("real_event_is_current", name=both(current, "short_name"))
    event = add_event(session, folder, rehearsal=rehearsal, now=now)
    record_state(session, event, EventState(event.state), now=now, by=None)
    replace_earlier(session, event, now=now, replaces=replaces)
    if is_taken_over(current, event):
        record_choice(session, event, now=now, by=None)
    reread(session)
    load = Load(session, folder, event, ZoneInfo(event.time_zone))
    add_plan(load)
    add_roster(load)
    _add_media(load)
    what = {"command": "load_event", "slug": event.slug, "run": event.run}
    changes.note_of_event(session, event_id=event.id, at=now, what=what)
    session.flush()
    session.expunge(event)
    return event


def add_plan(load: Load) -> None:
    """Add what takes place and what is to be done: venues, sections, items, desks, people, tasks.

    Refuses the first problem of a file (`file_…`).
    """
    _add_venues(load)
    _add_sections(load)
    _add_programme(load)
    _add_desks(load)
    _add_people(load)
    add_tasks(load)


def add_roster(load: Load) -> None:
    """Add the delegations and their delegates, and whom the items of `load` expect of them.

    Refuses the first problem of a file (`file_…`).
    """
    add_delegations(load)
    add_delegates(load)


def _add_venues(load: Load) -> None:
    rows = read_csv(
        load.folder, "venues.csv", ("key", "name_vi", "name_en", "illustrative"), optional=True
    )
    require_unique(rows, "key")
    for row in rows:
        venue = Venue(
            event_id=load.event.id,
            **row.texts("key", "name_vi", "name_en"),
            illustrative=bool(row.text("illustrative")),
        )
        load.venues[venue.key] = load.add(venue).id


def _add_sections(load: Load) -> None:
    texts = ("key", "name_vi", "name_en", "short_vi", "short_en")
    rows = read_csv(load.folder, "sections.csv", (*texts, *CADENCES), optional=load.is_import)
    require_unique(rows, "key")
    for position, row in enumerate(rows, load.sections_before):
        section = Section(
            event_id=load.event.id,
            position=position,
            illustrative=bool(row.text("illustrative")),
            added_at=load.added_at.get("sections.csv"),
            **row.texts(*texts),
            **row.numbers(*CADENCES, least=0.1),
        )
        load.sections[section.key] = load.add(section).id


def _add_programme(load: Load) -> None:
    texts = ("title_vi", "title_en", "short_vi", "short_en")
    rows = read_csv(
        load.folder,
        "programme.csv",
        ("key", "parent", "kind", *texts, "venue", "start", "end", "chair", "expects"),
        optional=True,
    )
    require_unique(rows, "key")
    expects = (*EXPECTS, *delegate_levels(load))
    for position, row in enumerate(rows, load.items_before):
        starts_at, ends_at = load.moment(row, "start"), load.moment(row, "end")
        if ends_at <= starts_at:
            raise row.refuse("end", "not_after_start")
        item = ProgrammeItem(
            event_id=load.event.id,
            key=row.required("key"),
            position=position,
            parent_id=row.known("parent", load.items).id if row.text("parent") else None,
            kind=row.one_of("kind", KINDS),
            **row.texts(*texts),
            venue_id=row.known("venue", load.venues) if row.text("venue") else None,
            starts_at=starts_at,
            ends_at=ends_at,
            chair=row.text("chair"),
            expects=row.one_of("expects", expects),
            pinned=is_pinned(row),
            illustrative=row.text("illustrative"),
            added_at=load.added_at.get("programme.csv"),
        )
        load.items[item.key] = load.add(item)


def _add_desks(load: Load) -> None:
    columns = ("key", "name_vi", "name_en", "items")
    rows = read_csv(load.folder, "desks.csv", columns, optional=True)
    require_unique(rows, "key")
    for row in rows:
        desk = Desk(event_id=load.event.id, **row.texts("key", "name_vi", "name_en"))
        load.desks[desk.key] = load.add(desk).id
        for item in row.known_all("items", load.items):
            load.session.add(DeskItem(desk_id=desk.id, item_id=item.id))


def _add_people(load: Load) -> None:
    """People of an event outlive a run of it: a restarted rehearsal signs no one out."""
    rows = read_csv(
        load.folder,
        "people.csv",
        ("key", "role", "section", "desk", "name_vi", "name_en"),
        optional=load.is_import,
    )
    require_unique(rows, "key")
    slug = load.event.slug
    of_event = select(Person).where(Person.event_slug == slug)
    known = {person.key: person for person in load.session.exec(of_event)}
    for row in rows:
        role = _role(load, row)
        person = known.get(row.required("key")) or Person(
            event_slug=slug, key=row.required("key"), role="", name_vi="", name_en=""
        )
        person.role = role
        for kind in ("section", "desk", "item"):
            setattr(person, f"{kind}_key", row.text(kind) or None)
        person.more_sections, person.retired = [], False
        person.name_vi, person.name_en = row.required("name_vi"), row.required("name_en")
        load.session.add(person)


def _role(load: Load, row: Row) -> str:
    """The role in a line; refuses one whose section, desk or item is missing or unknown."""
    role = row.one_of("role", [role.value for role in Role if role is not Role.DISPLAY])
    known: dict[str, dict[str, object]] = {
        "section": {**load.sections},
        "desk": {**load.desks},
        "item": {**load.items},
    }
    for kind, keys in known.items():
        if SCOPE_OF.get(Role(role)) == kind or row.text(kind):
            row.known(kind, keys)
    return role


def _add_media(load: Load) -> None:
    columns = ("key", "outlet", "kind", "title_vi", "title_en", "phase", "planned", "illustrative")
    rows = read_csv(load.folder, "media.csv", columns, optional=True)
    require_unique(rows, "key")
    for row in rows:
        item = MediaItem(
            event_id=load.event.id,
            **row.texts("key", "outlet", "title_vi", "title_en"),
            kind=row.one_of("kind", MEDIA_KINDS),
            phase=row.one_of("phase", ("before", "during", "after")),
            planned_at=load.moment(row, "planned"),
            pinned=is_pinned(row),
            illustrative=bool(row.text("illustrative")),
        )
        load.session.add(item)
    load.session.flush()
