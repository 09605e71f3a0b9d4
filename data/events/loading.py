"""Loading an event from its files: one transaction, so that a refusal leaves nothing behind."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from data.events.clock import reread
from data.events.contents import add_papers, add_topics, orientation_of
from data.events.current import current_event, record_choice, record_state
from data.events.delegates import add_delegates, add_delegations, delegate_levels
from data.events.event_file import add_event, checked_event
from data.events.listed import replace_earlier
from data.events.load import Load, is_pinned
from data.events.scenario import check_scenario
from data.events.tasks import CADENCES, add_tasks
from data.events.written import add_sheets, store_written
from data.files import Folder, Problems, Row
from data.storage import changes
from models.access.people import SCOPE_OF, Person, Role
from models.attendance.ledger import Desk, DeskItem
from models.attendance.particulars import keepings
from models.events.event import Event, EventState, Venue, is_real_in_use, is_taken_over
from models.imports.recognition import Kind
from models.imports.written import basis_of
from models.media import KINDS as MEDIA_KINDS
from models.media import MediaItem
from models.programme import EXPECTS, KINDS, ProgrammeItem
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.script.lines import LENGTHS, Line, ScriptLine
from models.text import both

SAMPLE = Path(__file__).parent / "samples" / "nghe_an_2023"


def load_event(
    session: Session,
    folder: Folder,
    *,
    rehearsal: bool,
    now: datetime,
    replaces: str | None = None,
    keep_names: bool = False,
) -> Event:
    """Loads the event that a folder describes as a new run.

    It becomes the current event where none is, or only a rehearsal, or an earlier run of itself;
    beside another real event it waits to be chosen. Refuses the first problem of a file with its
    name, line and field (`file_…`); `real_event_is_current` for a rehearsal where a real event is
    current; `event_has_facts` where anything was recorded in the real run before, unless
    `replaces` names it (`require_named`): that run is archived, and nothing of it is lost.

    Names and telephone numbers of delegates are left out unless `keep_names`: a file must not turn
    on what an administrator has turned off.
    """
    current = current_event(session)
    if rehearsal and current and is_real_in_use(current):
        raise Refusal("real_event_is_current", name=both(current, "short_name"))
    event = add_event(session, folder, rehearsal=rehearsal, now=now, keep_names=keep_names)
    record_state(session, event, EventState(event.state), now=now, by=None)
    replace_earlier(session, event, now=now, replaces=replaces)
    if is_taken_over(current, event):
        record_choice(session, event, now=now, by=None)
    reread(session)
    _add_files(Load(session, folder, event, ZoneInfo(event.time_zone)))
    what = {"command": "load_event", "slug": event.slug, "run": event.run}
    changes.note_of_event(session, event_id=event.id, at=now, what=what)
    _note_particulars(session, event, now)
    session.flush()
    session.expunge(event)
    return event


def _note_particulars(session: Session, event: Event, now: datetime) -> None:
    """What the event keeps is in the change log, as where an administrator turns it on."""
    for kind, one in keepings(event.particulars).items():
        what = {"command": "keep_particulars", "kind": kind.value, "text": one.reason}
        what["day"] = one.erase_on.isoformat()
        changes.note_of_event(session, event_id=event.id, at=now, what=what)


def problems_of(folder: Folder, *, now: datetime) -> list[Refusal]:
    """Everything that loading a folder would refuse of its files, one a field; writes nothing.

    A rule over several fields, or over several files, is asked where all of them could be read.
    """
    problems = Problems()
    event = checked_event(folder, problems, now=now)
    _add_files(Load(None, folder, event, ZoneInfo(event.time_zone), problems))
    if isinstance(folder, Path):
        check_scenario(folder, event, problems)
    return problems.found


def _add_files(load: Load) -> None:
    """All that an event's folder describes besides the event itself."""
    add_plan(load)
    add_roster(load)
    _add_media(load)
    add_papers(load)
    add_topics(load)
    add_sheets(load)


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
    store_written(load)


def add_roster(load: Load) -> None:
    """Add the delegations and their delegates, and whom the items of `load` expect of them.

    Refuses the first problem of a file (`file_…`).
    """
    add_delegations(load)
    add_delegates(load)
    store_written(load)


def _add_venues(load: Load) -> None:
    columns = ("key", "name_vi", "name_en", "illustrative")
    for row in load.rows("venues.csv", columns, unique="key", optional=True):
        venue = Venue(
            event_id=load.event.id,
            **row.texts("key", "name_vi", "name_en"),
            illustrative=bool(row.text("illustrative")),
        )
        load.venues[venue.key] = load.add(venue).id


def _add_sections(load: Load) -> None:
    texts = ("key", "name_vi", "name_en", "short_vi", "short_en")
    # An event may have no section as long as it has no task: one that was made in place begins so.
    none_needed = load.is_import or not load.rows("tasks.csv", ("section",), optional=True)
    rows = load.rows("sections.csv", (*texts, *CADENCES), unique="key", optional=none_needed)
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
    columns = ("key", "parent", "kind", *texts, "venue", "start", "end", "chair", "expects")
    rows = load.rows("programme.csv", columns, unique="key", optional=True)
    levels = delegate_levels(load)
    for position, row in enumerate(rows, load.items_before):
        starts_at, ends_at = load.moment(row, "start"), load.moment(row, "end")
        row.require(ends_at > starts_at, "end", "not_after_start")
        # The kinds of delegates are those of the roster, where that could be read.
        own = [row.text("expects")] if "roster.csv" in load.unread else levels
        item = ProgrammeItem(
            event_id=load.event.id,
            key=row.required("key"),
            position=position,
            parent_id=row.known("parent", load.item_ids) if row.text("parent") else None,
            kind=row.one_of("kind", KINDS),
            **row.texts(*texts),
            venue_id=row.known("venue", load.venues) if row.text("venue") else None,
            starts_at=starts_at,
            ends_at=ends_at,
            chair=row.text("chair"),
            expects=row.one_of("expects", (*EXPECTS, *filter(None, own))),
            pinned=is_pinned(row),
            illustrative=row.text("illustrative"),
            orientation=orientation_of(row),
            added_at=load.added_at.get("programme.csv"),
        )
        load.items[item.key] = load.add(item)
        if (line := _script_line(row)) != Line():
            load.put(ScriptLine(item_id=item.id, **asdict(line)))
        load.note_written(Kind.SCRIPT, row, item.id, basis=basis_of(item.starts_at, item.ends_at))


def _script_line(row: Row) -> Line:
    """What the script says at an item; its columns may be missing."""
    texts = {name: row.text(name) for name in LENGTHS} | {"words": row.block("words")}
    for name, text in texts.items():
        row.require(len(text) <= LENGTHS[name], name, "too_long", limit=LENGTHS[name])
    return Line(**texts, fixed=bool(row.text("fixed")))


def _add_desks(load: Load) -> None:
    columns = ("key", "name_vi", "name_en", "items")
    for row in load.rows("desks.csv", columns, unique="key", optional=True):
        desk = Desk(event_id=load.event.id, **row.texts("key", "name_vi", "name_en"))
        load.desks[desk.key] = load.add(desk).id
        for item_id in row.known_all("items", load.item_ids):
            load.put(DeskItem(desk_id=desk.id, item_id=item_id))


def _add_people(load: Load) -> None:
    """People of an event outlive a run of it: a restarted rehearsal signs no one out."""
    columns = ("key", "role", "section", "desk", "name_vi", "name_en")
    rows = load.rows("people.csv", columns, unique="key", optional=load.is_import)
    slug = load.event.slug
    of_event = select(Person).where(Person.event_slug == slug)
    found = load.session.exec(of_event) if load.session else ()
    known = {person.key: person for person in found}
    for row in rows:
        role = _role(load, row)
        person = known.get(row.required("key")) or Person(
            event_slug=slug, key=row.required("key"), role="", name_vi="", name_en=""
        )
        person.role = role
        for kind in ("section", "desk", "item"):
            setattr(person, f"{kind}_key", row.text(kind) or None)
        row.known_all("more_sections", load.sections)
        further = (one.strip() for one in row.text("more_sections").split(";"))
        person.more_sections, person.retired = [one for one in further if one], False
        person.name_vi, person.name_en = row.required("name_vi"), row.required("name_en")
        load.put(person)


def _role(load: Load, row: Row) -> str:
    """The role in a line; refuses one whose section, desk or item is missing or unknown."""
    role = row.one_of("role", [role.value for role in Role if role is not Role.DISPLAY])
    known = {"section": load.sections, "desk": load.desks, "item": load.item_ids}
    for kind, keys in known.items():
        if SCOPE_OF.get(Role(role)) == kind or row.text(kind):
            row.known(kind, keys)
    return role


def _add_media(load: Load) -> None:
    columns = ("key", "outlet", "kind", "title_vi", "title_en", "phase", "planned", "illustrative")
    for row in load.rows("media.csv", columns, unique="key", optional=True):
        item = MediaItem(
            event_id=load.event.id,
            **row.texts("key", "outlet", "title_vi", "title_en"),
            kind=row.one_of("kind", MEDIA_KINDS),
            phase=row.one_of("phase", ("before", "during", "after")),
            planned_at=load.moment(row, "planned"),
            pinned=is_pinned(row),
            illustrative=bool(row.text("illustrative")),
        )
        load.put(item)
    if load.session:
        load.session.flush()
