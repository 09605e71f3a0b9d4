"""Loading an event from its files: one transaction, so that a refusal anywhere leaves nothing behind."""

from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert
from sqlmodel import Session, select

from data.documents.content import SPELLINGS
from data.documents.profiles import known_profile
from data.events.files import Row, read_csv, read_toml, require_unique
from data.storage import changes
from models.access.people import SCOPE_OF, Person, Role
from models.attendance.badges import badge_code
from models.attendance.ledger import (
    AttendanceCount,
    Delegate,
    Delegation,
    Desk,
    DeskItem,
    Expectation,
)
from models.events.event import Event, Phase, Venue
from models.media import KINDS as MEDIA_KINDS
from models.media import MediaItem
from models.plan import spelled
from models.programme import EXPECTS, KINDS, ProgrammeItem
from models.readiness.escalation import EscalationLevel, delays
from models.readiness.prerequisites import require_no_cycle
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.refusals import Refusal
from models.text import clean, folded, sort_key

CADENCES = ("cadence_before_hours", "cadence_near_hours", "cadence_day_hours")
SAMPLE = Path(__file__).parent / "samples" / "nghe_an_2023"


@dataclass
class Load:
    """What has been loaded so far of one event, by the keys of its files."""

    session: Session
    folder: Path
    event: Event
    zone: ZoneInfo
    venues: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    items: dict[str, ProgrammeItem] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)
    delegations: dict[str, int] = field(default_factory=dict)

    def moment(self, row: Row, name: str) -> datetime:
        return row.moment(name, first_day=self.event.first_day, time_zone=self.zone)

    def add(self, record):
        self.session.add(record)
        self.session.flush()
        return record


def load_event(session: Session, folder: Path, *, rehearsal: bool, now: datetime) -> Event:
    """Loads the event that a folder describes as a new run, which becomes the current event.

    Refuses the first problem of a file with its name, line and field (`file_…`).
    """
    event = _event(session, folder, rehearsal=rehearsal, now=now)
    load = Load(session, folder, event, ZoneInfo(event.time_zone))
    _venues(load)
    _sections(load)
    _programme(load)
    _desks(load)
    _people(load)
    _tasks(load)
    _delegations(load)
    _roster(load)
    _media(load)
    what = {"command": "load_event", "slug": event.slug, "run": event.run}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=None,
        topic="event",
        subject="event",
        subject_id=event.id,
        what=what,
    )
    session.flush()
    session.expunge(event)
    return event


def _event(session: Session, folder: Path, *, rehearsal: bool, now: datetime) -> Event:
    file = read_toml(folder, "event.toml")
    slug = file.required("slug")
    first_day, last_day = file.day("first_day"), file.day("last_day")
    if last_day < first_day:
        raise file.refuse("last_day", "before_first_day")
    time_zone = file.zone("time_zone")
    names = {}
    for told in ("name", "short_name", "theme", "place"):
        table = _table(file, told)
        names |= {f"{told}_{language}": table.required(language) for language in ("vi", "en")}
    starts = (
        _table(file, "rehearsal").moment("starts", first_day=first_day, time_zone=time_zone)
        if rehearsal
        else None
    )
    run = (session.exec(select(func.max(Event.run)).where(Event.slug == slug)).one() or 0) + 1
    event = Event(
        slug=slug,
        run=run,
        folder=str(folder.resolve()),
        **names,
        time_zone=time_zone.key,
        first_day=first_day,
        last_day=last_day,
        expected_delegates=file.whole("expected_delegates", least=1),
        **_hours(file),
        rehearsal=rehearsal,
        rehearsal_starts=starts,
        arrival_plan=_arrival_plan(file),
        documents=_documents(file, folder),
        silence=_silence(file),
        loaded_at=now,
    )
    session.add(event)
    session.flush()
    return event


def _hours(file: Row) -> dict[str, time]:
    """The waking hours on event days; the whole day where the file names none."""
    if "hours" not in file.values:
        return {}
    table = _table(file, "hours")
    day_from, day_to = table.time_of_day("from"), table.time_of_day("to")
    if day_to <= day_from:
        raise table.refuse("to", "not_after_start")
    return {"day_from": day_from, "day_to": day_to}


def _documents(file: Row, folder: Path) -> dict:
    """How the event's documents are headed and signed; nothing where the file does not say."""
    if "documents" not in file.values:
        return {}
    table = _table(file, "documents")
    profile, own = known_profile(table, folder)
    told: dict = {"profile": profile.key, "symbol": table.text("symbol")} | (
        {"rules": own} if own else {}
    )
    names = [
        f"{name}_{language}" for name in ("parent", "issuer", "place") for language in ("vi", "en")
    ]
    names += ["authority_body", "position", "signer"]
    told |= {name: table.text(name) for name in names}
    for name, choices in (("spelling", SPELLINGS), ("authority", profile.authority)):
        if name in table.values:
            told[name] = table.one_of(name, choices)
    if "recipients" in table.values:
        told["recipients"] = _recipients(table)
    return told


def _recipients(table: Row) -> list[str]:
    """Whom a document is sent to, a line each."""
    told = table.values["recipients"]
    if not isinstance(told, list) or not all(isinstance(one, str) and clean(one) for one in told):
        raise table.refuse("recipients", "not_texts")
    return [clean(one) for one in told]


def _silence(file: Row) -> dict[str, dict[str, float]]:
    """By phase the minutes after which each is called when a section falls silent; nothing where the file does not say."""
    if "silence" not in file.values:
        return {}
    table = _table(file, "silence")
    for phase in table.values:
        if phase not in list(Phase):
            raise table.refuse(phase, "unknown_field")
    return {phase: _escalation_delays(_table(table, phase), Phase(phase)) for phase in table.values}


def _escalation_delays(row: Row, phase: Phase) -> dict[str, float]:
    for name in row.values:
        if name not in list(EscalationLevel):
            raise row.refuse(name, "unknown_field")
    told = {name: row.number(name) for name in row.values}
    minutes = list(delays({phase.value: told}, phase).values())
    for earlier, later, level in zip(minutes, minutes[1:], list(EscalationLevel)[1:], strict=False):
        if later < earlier:
            raise row.refuse(level.value, "out_of_turn")
    return told


def _table(file: Row, name: str) -> Row:
    table = file.values.get(name)
    if not isinstance(table, dict):
        raise file.refuse(name, "empty")
    return Row(f"{file.file} [{name}]", 0, table)


def _arrival_plan(file: Row) -> list[list[float]]:
    """Pairs of minutes before the start and share, earliest first."""
    tables = file.values.get("arrival_plan", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise file.refuse("arrival_plan", "not_a_list")
    rows = [Row(f"{file.file} [[arrival_plan]]", 0, table) for table in tables]
    plan = [[row.number("minutes_before"), row.number("share")] for row in rows]
    minutes, shares = [pair[0] for pair in plan], [pair[1] for pair in plan]
    if (
        minutes != sorted(minutes, reverse=True)
        or shares != sorted(shares)
        or any(share > 1 for share in shares)
    ):
        raise file.refuse("arrival_plan", "not_rising")
    return plan


def _venues(load: Load) -> None:
    rows = read_csv(load.folder, "venues.csv", ("key", "name_vi", "name_en", "illustrative"))
    require_unique(rows, "key")
    for row in rows:
        venue = Venue(
            event_id=load.event.id,
            key=row.required("key"),
            name_vi=row.required("name_vi"),
            name_en=row.required("name_en"),
            illustrative=bool(row.text("illustrative")),
        )
        load.venues[venue.key] = load.add(venue).id


def _sections(load: Load) -> None:
    rows = read_csv(
        load.folder,
        "sections.csv",
        ("key", "name_vi", "name_en", "short_vi", "short_en", *CADENCES),
    )
    require_unique(rows, "key")
    for position, row in enumerate(rows):
        section = Section(
            event_id=load.event.id,
            key=row.required("key"),
            position=position,
            illustrative=bool(row.text("illustrative")),
            **{name: row.required(name) for name in ("name_vi", "name_en", "short_vi", "short_en")},
            **{name: row.number(name, least=0.1) for name in CADENCES},
        )
        load.sections[section.key] = load.add(section).id


def _programme(load: Load) -> None:
    texts = ("title_vi", "title_en", "short_vi", "short_en")
    rows = read_csv(
        load.folder,
        "programme.csv",
        ("key", "parent", "kind", *texts, "venue", "start", "end", "chair", "expects"),
    )
    require_unique(rows, "key")
    for position, row in enumerate(rows):
        starts_at, ends_at = load.moment(row, "start"), load.moment(row, "end")
        if ends_at <= starts_at:
            raise row.refuse("end", "not_after_start")
        item = ProgrammeItem(
            event_id=load.event.id,
            key=row.required("key"),
            position=position,
            parent_id=row.known("parent", load.items).id if row.text("parent") else None,
            kind=row.one_of("kind", KINDS),
            **{name: row.required(name) for name in texts},
            venue_id=row.known("venue", load.venues) if row.text("venue") else None,
            starts_at=starts_at,
            ends_at=ends_at,
            chair=row.text("chair"),
            expects=row.one_of("expects", EXPECTS),
            pinned=_pinned(row),
            illustrative=row.text("illustrative"),
        )
        load.items[item.key] = load.add(item)


def _desks(load: Load) -> None:
    rows = read_csv(load.folder, "desks.csv", ("key", "name_vi", "name_en", "items"))
    require_unique(rows, "key")
    for row in rows:
        desk = Desk(
            event_id=load.event.id,
            **{name: row.required(name) for name in ("key", "name_vi", "name_en")},
        )
        load.desks[desk.key] = load.add(desk).id
        for item in row.known_all("items", load.items):
            load.session.add(DeskItem(desk_id=desk.id, item_id=item.id))


def _people(load: Load) -> None:
    """People outlive a run of the event: a restarted rehearsal signs nobody out."""
    rows = read_csv(
        load.folder, "people.csv", ("key", "role", "section", "desk", "name_vi", "name_en")
    )
    require_unique(rows, "key")
    known = {person.key: person for person in load.session.exec(select(Person))}
    for row in rows:
        role = row.one_of("role", [role.value for role in Role if role is not Role.DISPLAY])
        for kind, found in (("section", load.sections), ("desk", load.desks), ("item", load.items)):
            if SCOPE_OF.get(role) == kind or row.text(kind):
                row.known(kind, found)
        person = known.get(row.required("key")) or Person(
            key=row.required("key"), role="", name_vi="", name_en=""
        )
        person.role = role
        for kind in ("section", "desk", "item"):
            setattr(person, f"{kind}_key", row.text(kind) or None)
        person.name_vi, person.name_en = row.required("name_vi"), row.required("name_en")
        load.session.add(person)


def _tasks(load: Load) -> None:
    columns = (
        "id",
        "section",
        "task_vi",
        "task_en",
        "phase",
        "due",
        "owner_role",
        "critical",
        "depends_on",
        "basis",
    )
    rows = read_csv(load.folder, "tasks.csv", columns)
    require_unique(rows, "id", read=Row.whole)
    tasks = {row.required("id"): load.add(_task(load, row)) for row in rows}
    needs = {}
    for row in rows:
        task = tasks[row.required("id")]
        needed = row.known_all("depends_on", tasks)
        needs[task.number] = [other.number for other in needed]
        for other in needed:
            load.session.add(TaskPrerequisite(task_id=task.id, needs_id=other.id))
    try:
        require_no_cycle(needs)
    except Refusal as refusal:
        first = int(str(refusal.facts["cycle"]).split(" ")[0])
        row = next(row for row in rows if row.whole("id") == first)
        raise row.refuse("depends_on", "cycle", cycle=refusal.facts["cycle"]) from None


def _task(load: Load, row: Row) -> Task:
    due_at, start_at = (
        load.moment(row, "due"),
        load.moment(row, "start") if row.text("start") else None,
    )
    if start_at and start_at > due_at:
        raise row.refuse("start", "after_due")
    start = spelled(row.text("start")) if start_at else None
    planned = {
        "due": spelled(row.required("due")),
        "due_at": due_at,
        "start": start,
        "start_at": start_at,
    }
    return Task(
        event_id=load.event.id,
        section_id=row.known("section", load.sections),
        number=row.whole("id", least=1),
        title_vi=row.required("task_vi"),
        title_en=row.required("task_en"),
        phase=row.one_of("phase", ("before", "during", "after")),
        **planned,
        **{f"baseline_{name}": value for name, value in planned.items()},
        pinned=_pinned(row),
        **_own_cadence(row),
        owner=row.required("owner_role"),
        critical=row.one_of("critical", ("0", "1")) == "1",
        illustrative="illustrative" in row.text("basis"),
    )


def _pinned(row: Row) -> bool:
    """Whether it stays where it is when the event moves; not where the file does not say."""
    return bool(row.text("pinned")) and row.one_of("pinned", ("0", "1")) == "1"


def _own_cadence(row: Row) -> dict[str, float]:
    """How often a critical task must be confirmed, by phase, where it is not as its section. Refuses one of a task that is not."""
    told = [name for name in CADENCES if row.text(name)]
    if told and row.text("critical") != "1":
        raise row.refuse(told[0], "only_critical")
    return {name: row.number(name, least=0.1) for name in told}


def _delegations(load: Load) -> None:
    rows = read_csv(load.folder, "delegations.csv", ("code", "name_vi", "name_en", "type_vi"))
    require_unique(rows, "code")
    for row in rows:
        delegation = Delegation(
            event_id=load.event.id,
            code=row.required("code"),
            name_vi=row.required("name_vi"),
            name_en=row.required("name_en"),
            kind_vi=row.required("type_vi"),
            contact=row.text("contact"),
            vehicle=row.text("vehicle"),
            sort_key=sort_key(row.required("name_vi")),
        )
        load.delegations[delegation.code] = load.add(delegation).id


def _roster(load: Load) -> None:
    rows = read_csv(
        load.folder, "roster.csv", ("badge", "delegation", "level", "title_vi", "title_en", "forum")
    )
    require_unique(rows, "badge", read=lambda row, field: row.checked(field, badge_code))
    names = {
        row.required("code"): row.required("name_vi")
        for row in read_csv(load.folder, "delegations.csv", ("code", "name_vi"))
    }
    if len(rows) != load.event.expected_delegates:
        raise Refusal(
            "roster_count",
            file="roster.csv",
            line=rows[-1].line,
            found=len(rows),
            expected=load.event.expected_delegates,
        )
    load.session.execute(insert(Delegate), [_delegate(load, row, names) for row in rows])
    ids = dict(
        load.session.execute(
            select(Delegate.badge, Delegate.id).where(Delegate.event_id == load.event.id)
        ).all()
    )
    forums = {key: item for key, item in load.items.items() if item.expects == "forum"}
    expected = []
    for row in rows:
        level = row.one_of("level", ("district", "commune"))
        forum = row.known("forum", forums) if forums else None
        for item in load.items.values():
            if (
                item.expects == "all"
                or item is forum
                or (item.expects == "district" and level == "district")
            ):
                expected.append({"item_id": item.id, "delegate_id": ids[row.required("badge")]})
    if expected:  # a programme may count nobody
        load.session.execute(insert(Expectation), expected)
        _counts(load)


def _delegate(load: Load, row: Row, names: dict[str, str]) -> dict:
    badge = row.checked("badge", badge_code)
    title_vi = row.required("title_vi")
    name = names[row.required("delegation")] if row.text("delegation") in names else ""
    return {
        "event_id": load.event.id,
        "badge": badge,
        "delegation_id": row.known("delegation", load.delegations),
        "title_vi": title_vi,
        "title_en": row.required("title_en"),
        "folded": f"{folded(title_vi)} {folded(row.required('title_en'))} {folded(name)} {badge.lower()}",
        "sort_key": sort_key(title_vi),
    }


def _counts(load: Load) -> None:
    expected = (
        select(Expectation.item_id, Delegate.delegation_id, func.count())
        .join(Delegate, Delegate.id == Expectation.delegate_id)
        .where(Delegate.event_id == load.event.id)
        .group_by(Expectation.item_id, Delegate.delegation_id)
    )
    rows = [
        {
            "item_id": item_id,
            "delegation_id": delegation_id,
            "expected": number,
            "present": 0,
            "substituted": 0,
            "excused": 0,
        }
        for item_id, delegation_id, number in load.session.execute(expected)
    ]
    load.session.execute(insert(AttendanceCount), rows)


def _media(load: Load) -> None:
    columns = ("key", "outlet", "kind", "title_vi", "title_en", "phase", "planned", "illustrative")
    rows = read_csv(load.folder, "media.csv", columns)
    require_unique(rows, "key")
    for row in rows:
        item = MediaItem(
            event_id=load.event.id,
            **{name: row.required(name) for name in ("key", "outlet", "title_vi", "title_en")},
            kind=row.one_of("kind", MEDIA_KINDS),
            phase=row.one_of("phase", ("before", "during", "after")),
            planned_at=load.moment(row, "planned"),
            pinned=_pinned(row),
            illustrative=bool(row.text("illustrative")),
        )
        load.session.add(item)
    load.session.flush()
