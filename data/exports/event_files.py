"""The event as it stands now, as the files that its loader takes."""

from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from sqlmodel import Session, col, select

from data.attendance.particulars import NONE, NOTHING, every_particulars
from data.contributions.queries import topics
from data.documents.profiles import DEFAULT
from data.events.orientations import orientations
from data.events.venues import venues
from data.events.written import SHEETS, written_of
from data.files import MemoryFolder
from data.plan.history import needs_now
from data.plan.sections import sections as event_sections
from data.script.lines import lines as script_lines
from models.access.people import Person, Role
from models.attendance.ledger import Delegate, Delegation, Desk, DeskItem, Expectation
from models.attendance.particulars import Particular, Particulars, keepings
from models.events.event import Event, View, zone
from models.imports.written import GROUP, KINDS, PREFIX, Written, basis_of
from models.media import MediaItem
from models.programme import EXPECTS, ProgrammeItem
from models.readiness.tasks import CADENCES, Section, Task
from models.script.lines import LENGTHS, Line
from models.script.papers import Paper

Rows = list[dict[str, str]]
TIMES = ("due", "start", "time", "end", "day")
"""The written cells that go with a moment; where it is another one now, they say no more."""
REHEARSAL = "D+0 07:00"
OWN_CADENCES = tuple(dict.fromkeys(CADENCES.values()))


def event_files(
    session: Session, event: Event, kinds: frozenset[Particular] = NONE
) -> MemoryFolder:
    """The settings of `event.toml` and the rows of each file, in the order of the office's own.

    `kinds`: which of the delegates' particulars they hold, with why and until when.
    What does not take place or was taken from the lists is left out, and so is what was recorded.
    """
    written = {kind: written_of(session, event, kind) for kind in KINDS}
    items = _items(session, event)
    sections = event_sections(session, event)
    section_keys = {one.id: one.key for one in sections}
    venue_keys = {number: one.key for number, one in venues(session, event).items()}
    expected = _expected(session, items)
    levels = _levels(items, expected)
    delegations = {
        one.id: one
        for one in session.exec(
            select(Delegation).where(Delegation.event_id == event.id).order_by(col(Delegation.id))
        )
    }
    desks = _desks(session, event, items)
    known = {
        "section": set(section_keys.values()),
        "desk": {one["key"] for one in desks},
        "item": {one.key for one in items},
    }
    rows = {
        "venues.csv": [_venue(one) for one in venues(session, event).values()],
        "sections.csv": [_section(one) for one in sections],
        "programme.csv": _programme(
            event, items, venue_keys, set(levels.values()), written, _said(session, event, items)
        ),
        "desks.csv": desks,
        "people.csv": _people(session, event, known),
        "tasks.csv": _tasks(session, event, section_keys, written["tasks"]),
        "delegations.csv": [_delegation(one) for one in delegations.values()],
        "roster.csv": _with_particulars(
            _roster(session, event, delegations, items, (expected, levels), written["delegates"]),
            _by_badge(session, event, kinds),
        ),
        "media.csv": _media(session, event),
        "papers.csv": _papers(session, items),
        "topics.csv": _topics(session, event),
    }
    settings = _settings(event, written) | _particulars(event, kinds)
    return MemoryFolder(settings, rows, _own_profile(event))


def offset_of(event: Event, moment: datetime) -> str:
    """`D-16 17:00`: a moment as counted from the event's first day, in its time zone."""
    local = moment.astimezone(zone(event))
    seconds = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"D{(local.date() - event.first_day).days:+d} {seconds}"


# --- settings ------------------------------------------------------------------------------------


def _settings(event: Event, written: dict[str, Written]) -> dict[str, object]:
    starts = event.rehearsal_starts
    settings: dict[str, object] = {
        "slug": event.slug,
        "first_day": event.first_day,
        "last_day": event.last_day,
        "time_zone": event.time_zone,
        "expected_delegates": max(event.expected_delegates, 1),
        **({"vietnamese_only": True} if event.vietnamese_only else {}),
        **{name: _names(event, name) for name in ("name", "short_name", "theme", "place")},
        "nouns": asdict(event.nouns),
        "rehearsal": {"starts": offset_of(event, starts) if starts else REHEARSAL},
        "documents": _documents(event),
        "silence": {phase: dict(delays) for phase, delays in event.silence.items()},
        "arrival_plan": [
            {"minutes_before": minutes, "share": share} for minutes, share in event.arrival_plan
        ],
        SHEETS: {kind: _head(one) for kind, one in written.items() if one.head.columns},
    }
    if (event.day_from, event.day_to) != (time(0, 0), time(23, 59, 59)):
        settings["hours"] = {"from": event.day_from, "to": event.day_to}
    return settings


def _names(event: Event, name: str) -> dict[str, str]:
    """Both languages; an event that was begun with its name alone has no theme and no place yet."""
    vi, en = getattr(event, f"{name}_vi"), getattr(event, f"{name}_en")
    return {"vi": vi or "–", **({"en": en} if en and en != vi else {})}


def _documents(event: Event) -> dict[str, object]:
    """The table of the documents; the event's own profile is a file of its own."""
    if not event.documents:
        return {}
    settings = {name: value for name, value in event.documents.items() if name != "rules" and value}
    return {"profile": DEFAULT, **settings}


def _own_profile(event: Event) -> dict[str, object]:
    """The tables of `profiles.toml`; empty where no profile is the event's own."""
    rules = event.documents.get("rules")
    return {event.documents["profile"]: rules} if rules else {}


def _head(written: Written) -> dict[str, object]:
    return {
        "title": list(written.head.title),
        "columns": [list(one) for one in written.head.columns],
    }


# --- rows ----------------------------------------------------------------------------------------


def _texts(record: object, *names: str) -> dict[str, str]:
    """Texts in both languages; an English one that is the Vietnamese one is left out."""
    found: dict[str, str] = {}
    for name in names:
        vi, en = getattr(record, f"{name}_vi"), getattr(record, f"{name}_en")
        found |= {f"{name}_vi": vi, f"{name}_en": en if en != vi else ""}
    return found


def _written(written: Written, subject_id: int, basis: str = "") -> dict[str, str]:
    """The further columns of a row; without what the office wrote of a time that has changed."""
    row = written.rows.get(subject_id)
    if row is None:
        return {}
    stale = {"level", *(TIMES if row.basis != basis else ())}
    cells = {name: text for name, text in row.cells.items() if name not in stale}
    groups = {GROUP: "\n".join(row.groups)} if row.groups else {}
    return {**{f"{PREFIX}{name}": text for name, text in cells.items()}, **groups}


def _flag(value: bool, mark: str = "1") -> str:
    return mark if value else ""


def _venue(one: Any) -> dict[str, str]:
    return {"key": one.key, **_texts(one, "name"), "illustrative": _flag(one.illustrative, "x")}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _section(one: Section) -> dict[str, str]:
    cadences = {name: _number(getattr(one, name)) for name in OWN_CADENCES}
    flag = {"illustrative": _flag(one.illustrative, "x")}
    return {"key": one.key, **_texts(one, "name", "short"), **cadences, **flag}


def _people(session: Session, event: Event, known: dict[str, set[str]]) -> Rows:
    """The offices but for displays, and for those of what does not go on any more.

    `known`: the keys of the sections, desks and items that do.
    """
    own = select(Person).where(
        Person.event_slug == event.slug,
        Person.role != Role.DISPLAY.value,
        col(Person.retired).is_(False),
    )
    found = session.exec(own.order_by(col(Person.id))).all()
    return [
        _person(one, known["section"])
        for one in found
        if all((getattr(one, f"{kind}_key") or "") in {"", *keys} for kind, keys in known.items())
    ]


def _person(one: Person, sections: set[str]) -> dict[str, str]:
    scope = {kind: getattr(one, f"{kind}_key") or "" for kind in ("section", "desk", "item")}
    scope["more_sections"] = ";".join(key for key in one.more_sections or () if key in sections)
    return {"key": one.key, "role": one.role, **scope, **_texts(one, "name")}


def _tasks(session: Session, event: Event, sections: dict[int, str], written: Written) -> Rows:
    """Each task as it is planned now, in the office's order; what was added later at the end."""
    tasks = session.exec(
        select(Task).where(Task.event_id == event.id).order_by(col(Task.number))
    ).all()
    tasks = [one for one in tasks if not one.retired and one.section_id in sections]
    numbers = {one.id: one.number for one in tasks}
    needs = needs_now(session, event)
    return [
        {
            "id": str(one.number),
            "section": sections[one.section_id],
            "task_vi": one.title_vi,
            "task_en": one.title_en if one.title_en != one.title_vi else "",
            "phase": one.phase,
            "start": one.start or "",
            "due": one.due,
            "owner_role": one.owner,
            "critical": "1" if one.critical else "0",
            "depends_on": ";".join(
                str(numbers[other]) for other in needs.get(one.id, []) if other in numbers
            ),
            "basis": _flag(one.illustrative, "illustrative"),
            "pinned": _flag(one.pinned),
            **{name: _number(getattr(one, name)) for name in OWN_CADENCES},
            **_written(written, one.id, basis_of(one.due_at)),
        }
        for one in sorted(tasks, key=lambda one: _place(written, one.id))
    ]


def _place(written: Written, subject_id: int) -> tuple[bool, int]:
    """By the office's own order; what it has no row for comes after."""
    row = written.rows.get(subject_id)
    return (row is None, row.position if row else 0)


# --- the programme -------------------------------------------------------------------------------


def _items(session: Session, event: Event) -> list[ProgrammeItem]:
    """The items that take place, by position, each after the one that it is a segment of."""
    found = session.exec(
        select(ProgrammeItem)
        .where(ProgrammeItem.event_id == event.id, col(ProgrammeItem.cancelled).is_(False))
        .order_by(col(ProgrammeItem.position), col(ProgrammeItem.id))
    ).all()
    by_id = {one.id: one for one in found}
    ordered: dict[int, ProgrammeItem] = {}
    for one in found:
        if one.parent_id in by_id and one.parent_id is not None:
            ordered.setdefault(one.parent_id, by_id[one.parent_id])
        ordered.setdefault(one.id, one)
    return list(ordered.values())


def _programme(
    event: Event,
    items: list[ProgrammeItem],
    venue_keys: dict[int, str],
    levels: set[str],
    written: dict[str, Written],
    said: dict[int, dict[str, str]],
) -> Rows:
    keys = {one.id: one.key for one in items}
    return [
        {
            "key": one.key,
            "parent": keys.get(one.parent_id or 0, ""),
            "kind": one.kind,
            **_texts(one, "title", "short"),
            "venue": venue_keys.get(one.venue_id or 0, ""),
            "start": offset_of(event, one.starts_at),
            "end": offset_of(event, one.ends_at),
            "chair": one.chair,
            "expects": one.expects if one.expects in {*EXPECTS, *levels} else "none",
            "pinned": _flag(one.pinned),
            "illustrative": one.illustrative,
            **said[one.id],
            **_written(written["script"], one.id, basis_of(one.starts_at, one.ends_at)),
        }
        for one in items
    ]


def _said(session: Session, event: Event, items: list[ProgrammeItem]) -> dict[int, dict[str, str]]:
    """Item id to what the script says at it, and to what it is to be about as a forum."""
    lines = script_lines(session, event)
    oriented = orientations(session, event, View(event.loaded_at))
    found: dict[int, dict[str, str]] = {}
    for one in items:
        line = lines[one.id][1] if one.id in lines else Line()
        texts = {name: getattr(line, name) for name in LENGTHS}
        flags = {"fixed": _flag(line.fixed), "orientation": oriented.get(one.id, "")}
        found[one.id] = texts | flags
    return found


def _papers(session: Session, items: list[ProgrammeItem]) -> Rows:
    """The papers that are read, by item and in their order."""
    keys = {one.id: one.key for one in items}
    found = session.exec(
        select(Paper)
        .where(col(Paper.item_id).in_(keys), col(Paper.withdrawn).is_(False))
        .order_by(col(Paper.position), col(Paper.id))
    ).all()
    order = list(keys)
    return [
        {
            "item": keys[one.item_id],
            "position": str(one.position),
            "who": one.who,
            "title": one.title,
            "minutes": str(one.minutes),
        }
        for one in sorted(found, key=lambda one: order.index(one.item_id))
    ]


def _topics(session: Session, event: Event) -> Rows:
    """The tree of topics, also those under which nothing new is sorted: others may be below them.

    A topic has no key of its own; in the file it is known by its place.
    """
    found = topics(session, event)
    keys = {one.id: f"t{place}" for place, one in enumerate(found, start=1)}
    return [
        {
            "key": keys[one.id],
            "parent": keys.get(one.parent_id or 0, ""),
            **_texts(one, "name"),
            "position": str(one.position),
            "retired": _flag(one.retired),
        }
        for one in found
    ]


def _desks(session: Session, event: Event, items: list[ProgrammeItem]) -> Rows:
    keys = {one.id: one.key for one in items}
    served: dict[int, list[str]] = {}
    for one in session.exec(select(DeskItem).order_by(col(DeskItem.item_id))):
        if one.item_id in keys:
            served.setdefault(one.desk_id, []).append(keys[one.item_id])
    desks = session.exec(
        select(Desk)
        .where(Desk.event_id == event.id, col(Desk.retired).is_(False))
        .order_by(col(Desk.id))
    )
    return [
        {"key": one.key, **_texts(one, "name"), "items": ";".join(served.get(one.id, []))}
        for one in desks
    ]


# --- delegates -----------------------------------------------------------------------------------


def _position(place: int) -> str:
    return str(place) if place else ""


def _delegation(one: Delegation) -> dict[str, str]:
    more = {"contact": one.contact, "vehicle": one.vehicle, "position": _position(one.position)}
    more |= {"group_vi": one.group_vi}
    more |= {"group_en": one.group_en if one.group_en != one.group_vi else ""}
    return {"code": one.code, **_texts(one, "name"), "type_vi": one.kind_vi, **more}


def _expected(session: Session, items: list[ProgrammeItem]) -> dict[int, set[int]]:
    """Delegate id to the items that expect them."""
    expected: dict[int, set[int]] = {}
    own = select(Expectation).where(col(Expectation.item_id).in_([one.id for one in items]))
    for one in session.exec(own):
        expected.setdefault(one.delegate_id, set()).add(one.item_id)
    return expected


def _levels(items: list[ProgrammeItem], expected: dict[int, set[int]]) -> dict[int, str]:
    """Delegate id to the kind of delegates by which an item expects them."""
    of_item = {one.id: one.expects for one in items if one.expects not in EXPECTS}
    return {
        number: next(of_item[item] for item in sorted(ids) if item in of_item)
        for number, ids in expected.items()
        if ids & of_item.keys()
    }


def _roster(
    session: Session,
    event: Event,
    delegations: dict[int, Delegation],
    items: list[ProgrammeItem],
    expectations: tuple[dict[int, set[int]], dict[int, str]],
    written: Written,
) -> Rows:
    expected, levels = expectations
    forums = {one.id: one.key for one in items if one.expects == "forum"}
    return [
        {
            "badge": one.badge,
            "delegation": delegations[one.delegation_id].code,
            "level": levels.get(one.id, "") or _level(written, one.id),
            **_texts(one, "title"),
            "position": _position(one.position),
            "forum": next(
                (forums[item] for item in sorted(expected.get(one.id, ())) if item in forums), ""
            ),
            **_written(written, one.id),
        }
        for one in listed_delegates(session, event, written)
    ]


def _by_badge(
    session: Session, event: Event, kinds: frozenset[Particular]
) -> dict[str, Particulars]:
    badges = select(Delegate.id, Delegate.badge).where(Delegate.event_id == event.id)
    known = every_particulars(session, event, kinds)
    return {badge: known[one] for one, badge in session.exec(badges) if one in known}


def _with_particulars(rows: Rows, known: dict[str, Particulars]) -> Rows:
    """Names and telephone numbers as further columns, where there are any."""
    if not known:
        return rows
    return [row | asdict(known.get(row["badge"], NOTHING)) for row in rows]


def _particulars(event: Event, kinds: frozenset[Particular]) -> dict[str, object]:
    """The table that says what is kept, which the loader takes."""
    found = {
        kind.value: {"reason": one.reason, "erase_on": one.erase_on}
        for kind, one in keepings(event.particulars).items()
        if kind in kinds
    }
    return {"particulars": found} if found else {}


def _level(written: Written, delegate_id: int) -> str:
    """The kind of a delegate whom no item expects by it."""
    row = written.rows.get(delegate_id)
    return str(row.cells.get("level", "")) if row else ""


def listed_delegates(session: Session, event: Event, written: Written) -> list[Delegate]:
    """Those on the roster in the office's order; who came later is last of their delegation."""
    found = session.exec(
        select(Delegate)
        .where(Delegate.event_id == event.id, col(Delegate.retired).is_(False))
        .order_by(col(Delegate.id))
    ).all()
    rows = written.rows
    end = max((one.position for one in rows.values()), default=0) + 1
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for one in found:
        first.setdefault(one.delegation_id, one.id)
        if one.id in rows:
            last[one.delegation_id] = max(last.get(one.delegation_id, 0), rows[one.id].position)

    def place(one: Delegate) -> tuple[int, ...]:
        if one.id in rows:
            return (rows[one.id].position, 0)
        of_delegation = last.get(one.delegation_id, end + first[one.delegation_id])
        return (of_delegation, 1, one.id)

    return _in_own_order(sorted(found, key=place))


def _in_own_order(delegates: list[Delegate]) -> list[Delegate]:
    """The same, those of each delegation by the organiser's order in the places that they have."""
    own: dict[int, list[Delegate]] = {}
    for one in delegates:
        own.setdefault(one.delegation_id, []).append(one)
    ordered = {
        number: iter(sorted(of_one, key=lambda one: one.position)) for number, of_one in own.items()
    }
    return [next(ordered[one.delegation_id]) for one in delegates]


def _media(session: Session, event: Event) -> Rows:
    media = session.exec(
        select(MediaItem).where(MediaItem.event_id == event.id).order_by(col(MediaItem.id))
    )
    return [
        {
            "key": one.key,
            "outlet": one.outlet,
            "kind": one.kind,
            **_texts(one, "title"),
            "phase": one.phase,
            "planned": offset_of(event, one.planned_at),
            "pinned": _flag(one.pinned),
            "illustrative": _flag(one.illustrative, "x"),
        }
        for one in media
    ]
