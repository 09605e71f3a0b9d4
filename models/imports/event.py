"""An event out of recognised tables: exactly the rows that its loader takes, and what was met."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from models.events.event import WAKING_HOURS
from models.events.nouns import ForumNoun, Nouns, SectionNoun, noun_of_name
from models.imports.delegates import delegate_files
from models.imports.frame import Frame, is_past
from models.imports.questions import Answers, Notebook, Place, Question, Severity, place
from models.imports.recognition import OF_EVENT, Kind, Table
from models.imports.script import Programme, programme_files
from models.imports.sheets import Line
from models.imports.spelling import FIRST, SECOND, closed, shortened, slug, styled, styles
from models.imports.tasks import CADENCES, task_files
from models.imports.units import Register
from models.imports.written import heads_of

Rows = list[dict[str, str]]
PEOPLE_A_DESK = 150
_OFFICES = (
    ("admin", "admin", "Quản trị hệ thống", "System administrator"),
    ("committee", "committee", "Thường trực Ban Tổ chức", "Organising Committee"),
    ("command", "command", "Phòng điều hành", "Operations room"),
    ("media", "media", "Tổ báo chí – truyền thông", "Press team"),
)


@dataclass
class Outcome:
    """What an import would load: the settings and the rows by file, with questions and findings.

    `frame`: what a person stated. `written_badges`: the badge that the list itself gives each row
    of the roster, empty without one; the roster's own count the rows.
    """

    settings: dict[str, object]
    files: dict[str, Rows]
    notes: Notebook
    frame: Frame
    counts: dict[str, int] = field(default_factory=dict)
    written_badges: list[str] = field(default_factory=list)

    @property
    def loadable(self) -> bool:
        return not self.notes.of(Severity.ERROR)


def event_of(
    tables: Sequence[Table],
    frame: Frame,
    register: Register,
    answers: Answers,
    *,
    today: date,
) -> Outcome:
    """The event that the tables and the frame describe, by the answers that were given."""
    notes = Notebook(answers)
    tables = _in_one_style(tables, notes)
    of_kind = {kind: [one for one in tables if one.kind is kind] for kind in OF_EVENT}
    programme = programme_files(of_kind[Kind.SCRIPT], frame, notes)
    sections, tasks = task_files(of_kind[Kind.TASKS], frame, notes)
    if not sections:
        sections = [_committee()]
    own = [{"key": key, "title_vi": title} for key, title in frame.groups]
    listed = delegate_files(
        of_kind[Kind.DELEGATES],
        programme.forums or own,
        register,
        notes,
        by_rule=bool(programme.forums),
        kinds=frame.particulars,
    )
    _note_frame(tables, frame, today, notes)
    for table in tables:
        _note_table(table, notes)
    expected = frame.expected or len(listed.roster)
    desks = _desks(programme, frame.desks, expected)
    files = {
        "sections.csv": sections,
        "tasks.csv": _without(tasks, "note"),
        "venues.csv": programme.venues,
        "programme.csv": _without(programme.items, "line"),
        "desks.csv": desks,
        "people.csv": _people(sections, desks, programme),
        "delegations.csv": listed.delegations,
        "roster.csv": listed.roster,
        "media.csv": [],
    }
    counts = {
        "tasks": len(tasks),
        "sections": len(sections),
        "delegates": len(listed.roster),
        "rows": listed.rows,
        "doubles": listed.dropped,
        "delegations": len(listed.delegations),
        "items": sum(not one["parent"] for one in programme.items),
        "segments": sum(bool(one["parent"]) for one in programme.items),
        "venues": len(programme.venues),
        "desks": len(desks),
    }
    settings = _settings(frame, expected, _nouns(frame, sections, tasks, programme))
    if tables:
        settings["sheets"] = heads_of(tables)
    return Outcome(settings, files, notes, frame, counts, listed.written_badges)


def _in_one_style(tables: Sequence[Table], notes: Notebook) -> list[Table]:
    """The tables with ủy or uỷ, hòa or hoà throughout, where both are written: asked once; and
    with Hoàng for Hòang, which no style has."""
    tables = [replace(one, rows=[_closed(line) for line in one.rows]) for one in tables]
    cells = [cell for one in tables for line in one.rows for cell in line.cells]
    counts = styles(cell for cell in cells if isinstance(cell, str))
    if not (counts[FIRST] and counts[SECOND]):
        return tables
    first = tables[0]
    proposal = FIRST if counts[FIRST] >= counts[SECOND] else SECOND
    written = f"{FIRST}: {counts[FIRST]}; {SECOND}: {counts[SECOND]}"
    at = place(first.sheet, first.header)
    style = notes.ask(Question("spelling", at, written, proposal, (FIRST, SECOND)))
    return [replace(one, rows=[_styled(line, style) for line in one.rows]) for one in tables]


def _closed(line: Line) -> Line:
    cells = tuple(closed(one) if isinstance(one, str) else one for one in line.cells)
    return line if cells == line.cells else Line(line.number, cells)


def _styled(line: Line, style: str) -> Line:
    cells = (styled(one, style) if isinstance(one, str) else one for one in line.cells)
    return Line(line.number, tuple(cells))


def _without(rows: Rows, name: str) -> Rows:
    return [{key: value for key, value in row.items() if key != name} for row in rows]


def _committee() -> dict[str, str]:
    name = "Ban Tổ chức"
    return {"key": "ban_to_chuc", "name_vi": name, "short_vi": name, "illustrative": "", **CADENCES}


def _nouns(frame: Frame, sections: Rows, tasks: Rows, programme: Programme) -> Nouns:
    """What the event calls itself, its sections and its forums, by how its files speak of them."""
    owners = " ".join([one["name_vi"] for one in sections] + [one["owner_role"] for one in tasks])
    forums = " ".join(one["title_vi"] for one in programme.forums).casefold()
    teams, subcommittees = (len(re.findall(rf"\b{one}\b", owners)) for one in ("Tổ", "Tiểu ban"))
    discussed = "thảo luận" in forums and "diễn đàn" not in forums
    return Nouns(
        noun_of_name(frame.name).value,
        (SectionNoun.TEAM if teams > subcommittees else SectionNoun.SUBCOMMITTEE).value,
        (ForumNoun.DISCUSSION if discussed else ForumNoun.FORUM).value,
    )


def _settings(frame: Frame, expected: int, nouns: Nouns) -> dict[str, object]:
    """The tables of `event.toml`."""
    short = frame.short_name or shortened(frame.name, 32)
    key, year = slug(frame.short_name or frame.name, words=4), str(frame.days.first.year)
    settings: dict[str, object] = {
        "slug": key if key.endswith(year) else f"{key}_{year}",
        "first_day": frame.days.first,
        "last_day": frame.days.last,
        "time_zone": frame.time_zone,
        "expected_delegates": max(expected, 1),
        "vietnamese_only": True,
        "nouns": asdict(nouns),
        "name": {"vi": frame.name},
        "short_name": {"vi": short},
        "theme": {"vi": frame.theme or frame.name},
        "place": {"vi": frame.place or "–"},
        "hours": {"from": WAKING_HOURS[0], "to": WAKING_HOURS[1]},
        "rehearsal": {"starts": "D+0 07:00"},
    }
    if frame.issuer:
        documents = {"profile": "party", "issuer_vi": frame.issuer, "parent_vi": frame.parent}
        settings["documents"] = documents
    return settings


def _desks(programme: Programme, wished: int, expected: int) -> Rows:
    counted = [one["key"] for one in programme.counted]
    if not counted or not expected:
        return []
    number = min(max(wished or -(-expected // PEOPLE_A_DESK), 1), 50)
    return [
        {"key": f"ban_{one}", "name_vi": f"Bàn điểm danh số {one}",
         "name_en": f"Check-in desk {one}", "items": ";".join(counted)}
        for one in range(1, number + 1)
    ]  # fmt: skip


def _people(sections: Rows, desks: Rows, programme: Programme) -> Rows:
    empty = {"section": "", "desk": "", "item": ""}
    people = [
        {"key": key, "role": role, **empty, "name_vi": vietnamese, "name_en": english}
        for key, role, vietnamese, english in _OFFICES
    ]
    for one in sections:
        own = {"key": f"lead.{one['key']}", "role": "lead", **empty, "section": one["key"]}
        people.append(own | {"name_vi": f"Phụ trách {one['short_vi']}"})
    for one in desks:
        own = {"key": f"desk.{one['key']}", "role": "desk", **empty, "desk": one["key"]}
        people.append(own | {"name_vi": one["name_vi"], "name_en": one["name_en"]})
    for one in programme.forums:
        own = {"key": f"rapporteur.{one['key']}", "role": "rapporteur", **empty, "item": one["key"]}
        people.append(own | {"name_vi": f"Thư ký {one['short_vi']}"})
    return people


def _note_frame(tables: Sequence[Table], frame: Frame, today: date, notes: Notebook) -> None:
    nowhere = place(tables[0].sheet, tables[0].header) if tables else Place("", "", 1)
    if is_past(frame, today):
        notes.warn("event_past", nowhere, day=frame.days.last)
    kinds = {table.kind for table in tables}
    for kind in OF_EVENT:
        if kind not in kinds and not frame.begun:
            notes.warn(f"no_{kind.value}", nowhere)


def _note_table(table: Table, notes: Notebook) -> None:
    """What a sheet brings that its rows do not show: its encoding, unknown columns, lost cells."""
    at = place(table.sheet, table.header)
    if table.sheet.encoding:
        sample = next((_sample(line) for line in table.rows if _sample(line)), "")
        notes.warn("decoded", at, encoding=table.sheet.encoding, sample=sample)
    for column in table.unknown:
        where = place(table.sheet, table.header, column)
        notes.warn("column_unknown", where, column=table.headers[column])
    for line in table.joined:
        notes.warn("row_joined", place(table.sheet, line))
    _note_numbers(table, notes)
    rows = {line.number for line in table.rows}
    for code, address in table.sheet.remarks[:200]:
        number = int("".join(one for one in address if one.isdigit()))
        column = _column("".join(one for one in address if one.isalpha()))
        where = place(table.sheet, number, column)
        if code in ("formula_empty", "cell_error") and (number in rows and column in table.columns):
            notes.error(code, where)
        else:
            notes.warn(code, where)


def _column(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1


def _sample(line: Line) -> str:
    texts = [line.text(column) for column in line.filled()]
    return next((one[:60] for one in texts if not one.isascii()), "")


def _note_numbers(table: Table, notes: Notebook) -> None:
    """Warns of a number that is given twice in one group of a table."""
    seen: dict[tuple[object, str], int] = {}
    column = table.column("number")
    for line in table.rows:
        number = table.text(line, "number")
        mark = (table.groups.get(line.number), number)
        if number and mark in seen:
            at = place(table.sheet, line.number, column)
            notes.warn("number_twice", at, number=number, first=seen[mark])
        seen.setdefault(mark, line.number)
