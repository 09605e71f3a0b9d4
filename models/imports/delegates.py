"""The rows of a list of delegates as delegations and a roster.

Names and telephone numbers are read to find who is listed twice, and go no further where the event
does not keep them.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from models.attendance.badges import badge_code, badge_of, is_badge_code
from models.attendance.particulars import Particular, written_name, written_phone
from models.imports.questions import Notebook, Place, Question, place
from models.imports.recognition import PRIVATE, Table, heading
from models.imports.sheets import Line, brief
from models.imports.spelling import slug, usual
from models.imports.units import Register, abolished, is_abolished_type, typed
from models.imports.written import cells_of
from models.text import spelling_key

MAX_SUGGESTED = 200
"""As many unknown units get suggestions; further ones are warned of, since each takes long."""
NO_UNIT = "Đại biểu khác"
_ALONE = re.compile(
    r"^(bi thu|chu tich|giam doc|truong ban|chanh van phong|chi huy truong|chinh uy|chu nhiem|"
    r"hieu truong|tong giam doc|truong phong|chanh thanh tra|pho bi thu thuong truc|"
    r"pho truong ban thuong truc|"
    r"pho chu tich thuong truc|pho chu nhiem thuong truc)\b"
)
_PARTY = re.compile(r"\b(bi thu|xay dung dang|kiem tra dang|ubkt|to chuc dang|dang uy)\b")
_STATE = re.compile(r"\b(ubnd|uy ban nhan dan|giam doc)\b")


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a list; `name` and `phone` as they are compared: `Table` holds them as written."""

    line: Line
    table: Table
    unit: str
    title: str
    name: str
    phone: str
    group: str
    forum: str

    @property
    def at(self) -> Place:
        column = self.table.column("unit")
        return place(self.table.sheet, self.line.number, column)


@dataclass
class Listed:
    """What a list of delegates gives: the rows of two files, its counts, and the badges that the
    list itself names, by row of the roster."""

    delegations: list[dict[str, str]]
    roster: list[dict[str, str]]
    rows: int = 0
    dropped: int = 0
    written_badges: list[str] = field(default_factory=list)


def delegate_files(
    tables: list[Table],
    forums: list[dict[str, str]],
    register: Register,
    notes: Notebook,
    *,
    by_rule: bool = True,
    kinds: Collection[Particular] = (),
) -> Listed:
    """`by_rule`: whether those whom no column assigns to a forum go by a rule. `kinds`: which
    columns of persons are taken into the roster."""
    people = [one for table in tables for one in _people(table, notes)]
    for table in tables:
        _note_private(table, notes, kinds)
    written = {id(table): _WrittenCells(table, kinds) for table in tables}
    people = _spelled(people)
    people, names = _checked(people, register, notes)
    staying = _without_doubles(people, notes)
    _compare_totals(tables, people, staying, notes)
    codes = _codes(names, register)
    assigned = _forums(staying, forums, notes, by_rule=by_rule)
    roster = [
        {
            "badge": badge_of(number),
            "delegation": codes[one.unit],
            "level": slug(heading(one.group)) if one.group else "dai_bieu",
            "title_vi": one.title,
            "forum": assigned.get(number - 1, ""),
            **written[id(one.table)].of(one.line),
            **cells_of(one.table, one.line, own=("title", "unit", "badge")),
        }
        for number, one in enumerate(staying, 1)
    ]
    units = dict.fromkeys(one.unit for one in staying)
    delegations = [
        {"code": codes[unit], "name_vi": _bare(unit), "type_vi": _type(unit)} for unit in units
    ]
    dropped = len(people) - len(staying)
    return Listed(delegations, roster, len(people), dropped, _written_badges(staying))


def _written_badges(people: list[Person]) -> list[str]:
    """The badge that each row of a list names; empty where it is none, or another row's."""
    badges: list[str] = []
    seen: set[str] = set()
    for one in people:
        written = one.table.text(one.line, "badge")
        badge = badge_code(written) if is_badge_code(written) else ""
        badges.append("" if badge in seen else badge)
        seen.add(badge)
    return badges


def _people(table: Table, notes: Notebook) -> list[Person]:
    people: list[Person] = []
    above, has_units = "", table.column("unit") >= 0
    asked = False
    for line in table.rows:
        groups = table.groups.get(line.number, ())
        unit = table.text(line, "unit").replace("\n", " ")
        title = table.text(line, "title")
        name = table.text(line, "name")
        at = place(table.sheet, line.number, table.column("unit"))
        if not title and not name:
            notes.error("delegate_empty", at)
            continue
        if not has_units:
            unit = heading(groups[-1]) if groups else NO_UNIT
        elif not unit and above:
            unit = above
            if not asked:
                notes.ask(Question("unit_above", at, "", "above", ("above",), {"unit": above}))
                asked = True
        elif not unit:
            unit = heading(groups[-1]) if groups else NO_UNIT
            notes.warn("unit_empty", at, unit=unit)
        above = unit
        outer = next(iter(groups), "") or table.text(line, "kind")
        phone = re.sub(r"\D", "", table.text(line, "phone")).lstrip("0")
        people.append(
            Person(
                line,
                table,
                unit,
                title or "Đại biểu",
                name,
                phone,
                outer,
                table.text(line, "forum"),
            )
        )
    return people


class _WrittenCells:
    """What a list writes in the columns of persons that are kept: in its own spelling, whatever the
    style of all else."""

    def __init__(self, table: Table, kinds: Collection[Particular]) -> None:
        self.columns = {kind: table.column(kind.value) for kind in Particular if kind in kinds}
        self.lines = {line.number: line for line in table.sheet.lines} if self.columns else {}

    def of(self, line: Line) -> dict[str, str]:
        """By the column of the roster; empty where the list says nothing."""
        own = self.lines.get(line.number, line)
        return {
            kind.value: _READ[kind](own.text(column))
            for kind, column in self.columns.items()
            if column >= 0
        }


_READ = {Particular.NAME: written_name, Particular.PHONE: written_phone}


def _note_private(table: Table, notes: Notebook, kinds: Collection[Particular]) -> None:
    """Says which columns of persons are left where they are."""
    left = {*PRIVATE} - {kind.value for kind in kinds}
    columns = [column for column, one in table.columns.items() if one in left]
    if columns:
        at = place(table.sheet, table.header, columns[0])
        headers = ", ".join(table.headers[column].replace("\n", " ") for column in columns)
        notes.warn("private_left", at, columns=headers)


def _spelled(people: list[Person]) -> list[Person]:
    """Units and titles in the spelling that is the most frequent in the lists."""
    by_unit = usual(one.unit for one in people)
    by_title = usual(one.title for one in people)
    return [
        _with(one, unit=by_unit[spelling_key(one.unit)], title=by_title[spelling_key(one.title)])
        for one in people
    ]


def _with(person: Person, *, unit: str, title: str) -> Person:
    if (unit, title) == (person.unit, person.title):
        return person
    return Person(
        person.line,
        person.table,
        unit,
        title,
        person.name,
        person.phone,
        person.group,
        person.forum,
    )


def _checked(
    people: list[Person], register: Register, notes: Notebook
) -> tuple[list[Person], dict[str, object]]:
    """The units as they are today; what is unknown or abolished is asked or warned of."""
    province, asked = register.province_of(one.unit for one in people), 0
    renamed: dict[str, str] = {}
    found: dict[str, object] = {}
    first_of: dict[str, Person] = {}
    for one in people:
        first_of.setdefault(one.unit, one)
    for unit, first in first_of.items():
        known = register.find(unit, province)
        found[unit] = known
        now = abolished(unit)
        if now:
            notes.warn("body_abolished", first.at, written=unit, now=now)
        elif is_abolished_type(unit):
            notes.warn("unit_abolished", first.at, written=unit)
        if known is None and typed(unit) and province:
            similar = register.similar(unit, province) if asked < MAX_SUGGESTED else []
            if similar:
                asked += 1
                answer = notes.ask(
                    Question(
                        "unit_unknown",
                        first.at,
                        unit,
                        similar[0],
                        (*similar, unit),
                        {"province": province},
                    )  # fmt: skip
                )
                renamed[unit] = answer
                found[answer] = register.find(answer, province)
            else:
                notes.warn("unit_unknown", first.at, written=unit, province=province)
    titles = {one.title: one for one in people}
    for title, one in titles.items():
        now = abolished(title)
        if now:
            at = place(one.table.sheet, one.line.number, one.table.column("title"))
            notes.warn("body_abolished", at, written=title, now=now)
    changed = [_with(one, unit=renamed.get(one.unit, one.unit), title=one.title) for one in people]
    return changed, found


def _without_doubles(people: list[Person], notes: Notebook) -> list[Person]:
    """The people without those who are listed twice, each double asked about.

    The same name or number in one unit, or an office of a unit that one person alone can hold.
    """
    seen: dict[tuple[str, str, str], Person] = {}
    staying = []
    for one in people:
        unit = spelling_key(one.unit)
        marks = [("phone", "", one.phone)] if len(one.phone) >= 8 else []
        marks += [("name", unit, _named(one.name))] if one.name else []
        office = next((part for part in _offices(one.title) if _ALONE.match(brief(part))), "")
        marks += [("office", unit, spelling_key(one.title))] if office else []
        earlier = next((seen[mark] for mark in marks if mark in seen), None)
        if earlier is None:
            seen |= dict.fromkeys(marks, one)
            staying.append(one)
            continue
        same = bool(one.name) and _named(one.name) == _named(earlier.name)
        proposal = (
            "one" if same or spelling_key(one.title) == spelling_key(earlier.title) else "two"
        )
        answer = notes.ask(
            Question(
                "double",
                one.at,
                f"{one.title}, {one.unit}",
                proposal,
                ("one", "two"),
                {"first": earlier.at.cell, "other": f"{earlier.title}, {earlier.unit}"},
            )
        )
        if answer == "two":
            staying.append(one)
    return staying


def _named(name: str) -> str:
    return spelling_key(
        re.sub(r"^(đ/c|đồng chí|ông|bà|ths|ts|pgs|gs)\.?\s+", "", name.strip(), flags=re.I)
    )


def _offices(title: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]| kiêm |\s[-–]\s", title) if part.strip()]


def _compare_totals(
    tables: list[Table], people: list[Person], staying: list[Person], notes: Notebook
) -> None:
    for table in tables:
        own = sum(one.table is table for one in staying)
        if table.stated is not None and table.stated != own:
            at = place(table.sheet, table.rows[-1].number if table.rows else table.header)
            notes.warn("total_differs", at, stated=table.stated, found=own)


def _codes(units: dict[str, object], register: Register) -> dict[str, str]:
    """The code of each delegation: that of the commune, else made of its name."""
    codes: dict[str, str] = {}
    used: Counter[str] = Counter()
    for unit, known in units.items():
        code = getattr(known, "code", "") or slug(unit)
        used[code] += 1
        codes[unit] = code if used[code] == 1 else f"{code}_{used[code]}"
    return codes


def _bare(unit: str) -> str:
    parts = typed(unit)
    return f"{parts[0]} {parts[1]}" if parts else unit


def _type(unit: str) -> str:
    parts = typed(unit)
    return parts[0] if parts else "Cơ quan"


# --- who belongs to which group ------------------------------------------------------------------


def _forums(
    people: list[Person], forums: list[dict[str, str]], notes: Notebook, *, by_rule: bool
) -> dict[int, str]:
    """The forum of each person by their index: as a column says, else by a rule over the title."""
    if not forums:
        return {}
    written = {index: one.forum for index, one in enumerate(people) if one.forum}
    if written:
        keys = {index: _forum_named(text, forums) for index, text in written.items()}
        return {index: key for index, key in keys.items() if key}
    if not by_rule:
        return {}
    party = _party_forum(forums)
    proposal = "by_title" if party is not None and len(forums) == 2 else "by_turn"
    first = people[0] if people else None
    if first is None:
        return {}
    choices = ("by_title", "by_turn", "none") if party is not None else ("by_turn", "none")
    by_title = {index: _by_title(one, forums, party or 0) for index, one in enumerate(people)}
    counts = Counter(by_title.values())
    detail = {
        "groups": "; ".join(f"{one['title_vi'][:60]}: {counts[one['key']]}" for one in forums),
        "count": len(forums),
    }
    answer = notes.ask(Question("groups", first.at, "", proposal, choices, detail))
    if answer == "none":
        return {}
    if answer == "by_turn":
        return {index: forums[index % len(forums)]["key"] for index in range(len(people))}
    return by_title


def _forum_named(text: str, forums: list[dict[str, str]]) -> str:
    number = re.search(r"\d+", text)
    for place_, one in enumerate(forums, 1):
        own = re.search(r"\d+", one["title_vi"])
        if number and int(number[0]) == (int(own[0]) if own else place_):
            return one["key"]
        if spelling_key(text) and spelling_key(text) in spelling_key(one["title_vi"]):
            return one["key"]
    return ""


def _party_forum(forums: list[dict[str, str]]) -> int | None:
    """Which forum is about the Party's own work; None where none says so."""
    for index, one in enumerate(forums):
        if re.search(r"\b(xay dung dang|cap uy|cong tac dang)\b", brief(one["title_vi"])):
            return index
    return None


def _by_title(person: Person, forums: list[dict[str, str]], party: int) -> str:
    words = brief(person.title)
    own = bool(_PARTY.search(words)) and not _STATE.search(words)
    others = [index for index in range(len(forums)) if index != party]
    return forums[party if own or not others else others[0]]["key"]
