"""An event's plan, list and script as tables like those of an office.

The same columns, headings, order and numbering as came in, with what is planned now; a plan has
its progress beside it. An event that came from no office's files has the usual columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time

from sqlmodel import Session, col, select

from data.attendance.particulars import NONE, NOTHING, every_particulars
from data.attendance.queries import delegation_names
from data.documents.content import roman
from data.documents.xlsx import Value
from data.events.venues import venues
from data.events.written import written_of
from data.exports.event_files import TIMES, listed_delegates
from data.plan.sections import sections as event_sections
from data.readiness.tasks import tasks_at
from data.script.lines import lines
from data.words import Words
from models.attendance.particulars import Particular
from models.events.event import Event, View, zone
from models.imports.written import SAID, Head, Written, basis_of
from models.programme import ProgrammeItem
from models.readiness.tasks import TaskSnapshot

PROGRESS = ("progress", "confirmed")
USUAL = {
    "tasks": ("number", "title", "owner", "due"),
    "delegates": ("number", "title", "unit", "badge"),
    "script": ("number", "time", "title", "chair", "venue"),
}
"""The columns of a table that came from no office's file."""
END_OF_WORK = time(17, 0)


@dataclass(frozen=True)
class Line:
    """A row of a table, by field; or a heading within it."""

    cells: Mapping[str, Value]
    heading: str = ""


@dataclass(frozen=True)
class OfficeTable:
    """A table: the lines above it, its columns as (field, heading), and its lines in order."""

    kind: str
    title: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]

    @property
    def rows(self) -> int:
        return sum(not line.heading for line in self.lines)


@dataclass(frozen=True)
class _Placed:
    """A row with the headings above it and its place in the office's order."""

    place: tuple[float, ...]
    groups: Sequence[str]
    cells: Mapping[str, Value]


def task_table(session: Session, event: Event, view: View, words: Words) -> OfficeTable:
    """The assignment table, with the status and the last report of each task beside it."""
    written = written_of(session, event, "tasks")
    sections = {one.id: one for one in event_sections(session, event)}
    usual = {
        number: f"{roman(place)}. {words.of(one, 'name')}"
        for place, (number, one) in enumerate(sections.items(), start=1)
    }
    tasks = [one for one in tasks_at(session, event, view) if one.section_id in sections]
    last: dict[int, tuple[int, Sequence[str]]] = {}
    for one in tasks:
        row = written.rows.get(one.id)
        if row and row.position >= last.get(one.section_id, (-1, ()))[0]:
            last[one.section_id] = (row.position, row.groups)
    order = {number: place for place, number in enumerate(sections)}
    end = max((place for place, _ in last.values()), default=0) + 1
    placed = []
    for one in tasks:
        row = written.rows.get(one.id)
        own = (row.position, row.groups) if row else last.get(one.section_id)
        place, groups = own or (end + order[one.section_id], [usual[one.section_id]])
        cells = _task_cells(one, written, event, words)
        placed.append(_Placed((place, row is None, one.number), groups, cells))
    return _table("tasks", written.head, placed, words, more=PROGRESS)


def _task_cells(
    task: TaskSnapshot, written: Written, event: Event, words: Words
) -> dict[str, Value]:
    row = written.rows.get(task.id)
    moved = row is None or row.basis != basis_of(task.due_at)
    cells: dict[str, Value] = {"number": str(task.number)}
    if moved:  # else in the office's words, also where it wrote none
        cells["due"] = _due(task.due_at, event)
        cells["start"] = _due(task.start_at, event) if task.start_at else ""
    if row:
        cells |= {name: text for name, text in row.cells.items() if not (moved and name in TIMES)}
    status = words("status.overdue") if task.overdue else words(f"status.{task.status.value}")
    said = [task.note] if task.note else []
    said += [words.moment(task.reported_at)] if task.reported_at else []
    return cells | {
        "title": words.of(task, "title"),
        "owner": task.owner,
        "progress": status,
        "confirmed": " · ".join(said),
    }


def delegate_table(
    session: Session, event: Event, words: Words, kinds: frozenset[Particular] = NONE
) -> OfficeTable:
    """The list of delegates, by offices and units; a unit's name stands at its first row alone.

    `kinds`: which of their particulars it holds.
    """
    known = every_particulars(session, event, kinds)
    written = written_of(session, event, "delegates")
    language = 0 if words.language == "vi" else 1
    names = {number: pair[language] for number, pair in delegation_names(session, event).items()}
    placed: list[_Placed] = []
    groups: Sequence[str] = ()
    for place, one in enumerate(listed_delegates(session, event, written), start=1):
        row = written.rows.get(one.id)
        groups = row.groups if row else groups
        cells: dict[str, Value] = {"number": "" if written.rows else str(place)}
        cells |= row.cells if row else {}
        own = {"title": words.of(one, "title"), "unit": names[one.delegation_id]}
        own |= asdict(known.get(one.id, NOTHING))
        placed.append(_Placed((place,), groups, cells | own | {"badge": one.badge}))
    named = {name for name, _ in written.head.columns}
    more = [kind.value for kind in Particular if kind in kinds and kind.value not in named]
    return _table("delegates", written.head, placed, words, once="unit", more=more)


def script_table(session: Session, event: Event, words: Words) -> OfficeTable:
    """The script of the days: each item that takes place, with its segments."""
    written = written_of(session, event, "script")
    items = session.exec(
        select(ProgrammeItem)
        .where(ProgrammeItem.event_id == event.id, col(ProgrammeItem.cancelled).is_(False))
        .order_by(col(ProgrammeItem.starts_at), col(ProgrammeItem.position))
    ).all()
    rooms = {number: words.of(one, "name") for number, one in venues(session, event).items()}
    said = lines(session, event)
    parents = {one.parent_id for one in items if one.id in written.rows}
    placed: dict[tuple[object, ...], _Placed] = {}
    before, groups = 0.0, list[str]()
    for place, one in enumerate(items):
        row = written.rows.get(one.id)
        if row is None and one.id in parents:
            continue  # a session that was made for the rows of a half-day
        if row:
            before, groups = max(before, row.position), list(row.groups)
        elif not written.rows:
            groups = [_day(one.starts_at, event, words)]
        cells = _item_cells(one, written, event, words, rooms.get(one.venue_id or 0, ""))
        if one.id in said:
            texts = asdict(said[one.id][1])
            cells |= {to: texts[name] for name, to in SAID.items() if texts[name]}
        own = (row.position,) if row else (before, 1, place)
        # One row of a script stands for the same step in each of two sessions side by side.
        mark = (one.starts_at, one.ends_at, one.title_vi, str(cells.get("number") or one.id))
        placed.setdefault(mark, _Placed(own, groups, cells))
    numbered = sorted(placed.values(), key=lambda one: one.place)
    if not written.rows:
        numbered = [
            _Placed(one.place, one.groups, {**one.cells, "number": str(number)})
            for number, one in enumerate(numbered, start=1)
        ]
    named = {name for name, _ in written.head.columns}
    unnamed = [one for one in SAID.values() if one not in named]
    more = [one for one in unnamed if any(row.cells.get(one) for row in numbered)]
    return _table("script", written.head, numbered, words, more=more)


def _item_cells(
    item: ProgrammeItem, written: Written, event: Event, words: Words, venue: str
) -> dict[str, Value]:
    row = written.rows.get(item.id)
    moved = row is None or row.basis != basis_of(item.starts_at, item.ends_at)
    begun, over = (one.astimezone(zone(event)) for one in (item.starts_at, item.ends_at))
    times = {"time": f"{begun:%Hh%M}-{over:%Hh%M}", "day": f"{begun:%d/%m/%Y}"}
    places = {"chair": item.chair, "venue": venue}
    # In the office's words, also where it wrote none, as far as it was not changed since.
    now = (times if moved else {}) | (places if row is None or item.version > 1 else {})
    cells: dict[str, Value] = {**(row.cells if row else {}), **now}
    return cells | {"title": words.of(item, "title")}


def _day(moment: datetime, event: Event, words: Words) -> str:
    return words("exports.day", day=f"{moment.astimezone(zone(event)):%d/%m/%Y}")


def _due(moment: datetime, event: Event) -> str:
    """A moment as an import reads it back: a date alone is the end of work."""
    local = moment.astimezone(zone(event))
    day = f"{local:%d/%m/%Y}"
    return day if local.time() == END_OF_WORK else f"{local:%Hh%M} ngày {day}"


def _table(
    kind: str,
    head: Head,
    placed: Iterable[_Placed],
    words: Words,
    *,
    more: Sequence[str] = (),
    once: str = "",
) -> OfficeTable:
    """The table of its rows in order; each heading stands above the first row that it holds.

    `more`: the fields that are put beside it. `once`: a field that is empty where it repeats.
    """
    columns = head.columns or tuple((name, words(f"exports.{kind}_{name}")) for name in USUAL[kind])
    columns += tuple((name, words(f"exports.{name}")) for name in more)
    lines: list[Line] = []
    above: Sequence[str] = ()
    repeated: Value = None
    for one in sorted(placed, key=lambda one: one.place):
        same = 0
        while same < min(len(above), len(one.groups)) and above[same] == one.groups[same]:
            same += 1
        lines += [Line({}, heading=text) for text in one.groups[same:]]
        if one.groups[same:] or len(one.groups) < len(above):
            repeated = None
        above = one.groups
        cells = dict(one.cells)
        if once:
            cells[once], repeated = ("" if cells[once] == repeated else cells[once]), cells[once]
        lines.append(Line(cells))
    return OfficeTable(kind, head.title, columns, tuple(lines))
