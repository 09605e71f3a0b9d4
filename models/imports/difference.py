"""An import against the event as it is: what is new, what differs, and what the files leave out.

Rows are matched one to one, in rounds of keys from the surest to the weakest: a delegate by the
badge, then by unit and title, then by the number in the list. What a file does not state is
compared with nothing, so that a change made in place outlives the next edition of a list.
"""

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.imports.spelling import FIRST, styled
from models.refusals import Refusal
from models.text import folded, spelling_key


class Part(StrEnum):
    """What an event consists of, in the order in which it is written."""

    EVENT = "event"
    VENUES = "venues"
    SECTIONS = "sections"
    ITEMS = "items"
    LINES = "lines"  # of the script, each of an item
    DESKS = "desks"
    PEOPLE = "people"
    TASKS = "tasks"
    DELEGATIONS = "delegations"
    DELEGATES = "delegates"


RETIRABLE = frozenset({Part.ITEMS, Part.TASKS, Part.DELEGATES})
"""The parts whose rows an import can take out of the event: an item is cancelled, a task and a
delegate retired. Where the tasks of a section go is for a person to say."""


class Choice(StrEnum):
    """What becomes of a row of the event that the files leave out; of a change, `KEEP` leaves the
    row as it is. `ASK` waits for the answer to each row."""

    KEEP = "keep"
    RETIRE = "retire"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field's value: `key` is compared, `shown` is what a person reads."""

    key: Hashable
    shown: object


def cell(value: str | int | bool) -> Cell:
    """A text is compared whatever the place of its tones: Tỉnh uỷ is Tỉnh ủy."""
    return Cell(styled(value, FIRST) if isinstance(value, str) else value, value)


@dataclass(frozen=True, slots=True)
class Present:
    """A row of the event. `keys`: by what it can be matched in each round, None in a round in which
    it cannot; `name` identifies it for a person, as a badge or a number does."""

    id: int
    version: int
    name: str
    keys: tuple[Hashable | None, ...]
    fields: Mapping[str, Cell] = field(default_factory=dict)
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of the files, with the keys of the same rounds."""

    name: str
    keys: tuple[Hashable | None, ...]
    fields: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field's value in the event and in the files."""

    name: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class New:
    """A row that the event does not have; `line`: its place among the rows of its file."""

    part: Part
    line: int
    name: str


@dataclass(frozen=True)
class Changed:
    """A row whose fields differ. `restored`: it was taken out of the event and comes back."""

    part: Part
    id: int
    version: int
    line: int
    name: str
    fields: tuple[FieldChange, ...]
    restored: bool = False

    @property
    def mark(self) -> str:
        """Names the row in the choices."""
        return f"{self.part.value}:{self.id}"


@dataclass(frozen=True)
class Missing:
    """A row of the event that the files leave out."""

    part: Part
    id: int
    version: int
    name: str

    @property
    def mark(self) -> str:
        """Names the row in the choices."""
        return f"{self.part.value}:{self.id}"

    @property
    def retirable(self) -> bool:
        return self.part in RETIRABLE


@dataclass
class Difference:
    """What an import would change; `matched`: by part, the id of each row's match by its place."""

    new: list[New] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    matched: dict[Part, dict[int, int]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether the files say what the event says already."""
        return not (self.new or self.changed)

    @property
    def counts(self) -> dict[Part, tuple[int, int, int]]:
        """By part how many rows are new, changed and missing; parts without any are left out."""
        counted = [Counter(one.part for one in rows) for rows in self._rows]
        return {
            part: (counted[0][part], counted[1][part], counted[2][part])
            for part in Part
            if any(one[part] for one in counted)
        }

    @property
    def seal(self) -> str:
        """A digest of all of it: another one where the event or the files moved meanwhile."""
        digest = hashlib.sha256()
        for rows in self._rows:
            for row in rows:
                digest.update(repr(row).encode("utf-8", errors="replace"))
        return digest.hexdigest()[:16]

    @property
    def _rows(self) -> tuple[Sequence[New | Changed | Missing], ...]:
        return self.new, self.changed, self.missing

    def retiring(self, choices: Mapping[str, str]) -> list[Missing]:
        """The missing rows that are taken out by the choices: by a row's mark, else by its part.

        What no choice names is kept. Refuses `import_choice_unknown`, and `import_missing_open`
        where a row waits for its answer.
        """
        found, waiting = [], 0
        for row in self.missing:
            choice = choice_of(row, choices)
            waiting += choice is Choice.ASK and row.retirable
            if choice is Choice.RETIRE and row.retirable:
                found.append(row)
        if waiting:
            raise Refusal("import_missing_open", count=waiting)
        return found

    def taking(self, choices: Mapping[str, str]) -> list[Changed]:
        """The changes that are made: all but those of which a choice keeps the event's row."""
        return [row for row in self.changed if choice_of(row, choices, Choice.ASK) != Choice.KEEP]


def choice_of(
    row: Changed | Missing, choices: Mapping[str, str], default: Choice = Choice.KEEP
) -> Choice:
    """What was chosen for a row, by its mark; of one that is missing also for its whole part.

    Refuses `import_choice_unknown`.
    """
    names = (row.mark, row.part.value) if isinstance(row, Missing) else (row.mark,)
    chosen = next((choices[name] for name in names if name in choices), default)
    try:
        return Choice(chosen)
    except ValueError:
        raise Refusal("import_choice_unknown", choice=str(chosen)[:20]) from None


# --- matching ------------------------------------------------------------------------------------


def paired(
    present: Sequence[Sequence[Hashable | None]], wanted: Sequence[Sequence[Hashable | None]]
) -> dict[int, int]:
    """The place of each wanted row to that of the present one, by the keys of each round in turn.

    Rows of one key are paired in their order. The time is linear in the number of rows.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for number in range(max((len(keys) for keys in [*present, *wanted]), default=0)):
        free: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, keys in enumerate(present):
            if place not in taken and keys[number] is not None:
                free[keys[number]].append(place)
        for place, keys in enumerate(wanted):
            if place not in pairs and free.get(keys[number]):
                pairs[place] = free[keys[number]].popleft()
                taken.add(pairs[place])
    return pairs


def add_part(
    found: Difference,
    part: Part,
    present: Sequence[Present],
    wanted: Sequence[Wanted],
) -> None:
    """Add to a difference what the rows of a part differ in. Rows taken out are matched last."""
    rows = sorted(present, key=lambda row: row.retired)
    pairs = paired([row.keys for row in rows], [row.keys for row in wanted])
    found.matched[part] = {line: rows[place].id for line, place in pairs.items()}
    for line, row in enumerate(wanted):
        if line not in pairs:
            found.new.append(New(part, line, row.name))
            continue
        was = rows[pairs[line]]
        fields = tuple(_differing(was.fields, row.fields))
        if fields or was.retired:
            one = Changed(part, was.id, was.version, line, was.name, fields, was.retired)
            found.changed.append(one)
    left = set(range(len(rows))) - set(pairs.values())
    found.missing += [
        Missing(part, rows[place].id, rows[place].version, rows[place].name)
        for place in sorted(left, key=lambda place: rows[place].id)
        if not rows[place].retired
    ]


def _differing(was: Mapping[str, Cell], row: Mapping[str, Cell]) -> Iterable[FieldChange]:
    for name, new in row.items():
        old = was.get(name)
        if old is not None and old.key != new.key:
            yield FieldChange(name, old.shown, new.shown)


# --- the keys of each part -----------------------------------------------------------------------


def name_keys(name: str, key: str) -> tuple[Hashable | None, ...]:
    """A section, venue, desk or delegation: by its name, whatever the spelling, else by its key."""
    return spelling_key(name), key


def task_keys(section: Hashable, title: str, number: int) -> tuple[Hashable | None, ...]:
    """A task: by section and title, by the title alone, then by its number."""
    spelled = spelling_key(title)
    return (section, spelled), spelled, number


def item_keys(
    title: str, parent: str, start: Hashable, venue: Hashable | None
) -> tuple[Hashable | None, ...]:
    """An item: by title, whole and start, by the first two, by the title; then by whole, start and
    room, where only the title was changed."""
    spelled, whole = spelling_key(title), spelling_key(parent)
    return (spelled, whole, start), (spelled, whole), spelled, (whole, start, venue)


def delegate_keys(
    badge: str, unit: Hashable, unit_name: str, title: str, number: int | None
) -> tuple[Hashable | None, ...]:
    """A delegate: by the badge, by unit and title in any spelling, by both without accents, then by
    the number in the list within the unit, and by number and title where the unit changed."""
    spelled = spelling_key(title)
    numbered = number is not None
    return (
        badge or None,
        (unit, spelled),
        (folded(unit_name), folded(title)),
        (unit, number) if numbered else None,
        (number, spelled) if numbered else None,
    )
