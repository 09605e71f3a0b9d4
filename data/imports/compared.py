"""The event and the files of an import, row by row, as `models.imports.difference` compares them.

What the files do not hold (a list alone, a plan alone) is compared with nothing.
"""

from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from data.attendance.particulars import NOTHING, every_particulars
from data.imports.preview import Preview
from data.script.lines import lines
from models.attendance.badges import badge_number
from models.attendance.ledger import Delegate, Delegation, Desk, Expectation
from models.attendance.particulars import Particular
from models.events.event import Event, Venue, moment_of
from models.events.nouns import Nouns
from models.imports.difference import (
    Cell,
    Difference,
    Part,
    Present,
    Wanted,
    add_part,
    cell,
    delegate_keys,
    item_keys,
    name_keys,
    task_keys,
)
from models.imports.event import Outcome, Rows
from models.imports.frame import OWN_ITEM
from models.imports.spelling import FIRST, styled
from models.imports.written import SAID
from models.plan import canonical_offset
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.script.lines import Line
from models.text import clean, spelling_key

NOWHERE = Cell(None, "")


def difference_of(session: Session, event: Event, shown: Preview) -> Difference:
    """What an import would change in an event as it is now."""
    found = Difference()
    one = _Comparison(session, event, shown.outcome, found)
    add_part(found, Part.EVENT, *_event(session, event, shown.outcome))
    for part, compared in (
        (Part.VENUES, one.venues),
        (Part.SECTIONS, one.sections),
        (Part.ITEMS, one.items),
        (Part.LINES, one.lines),
        (Part.DESKS, one.desks),
        (Part.TASKS, one.tasks),
        (Part.DELEGATIONS, one.delegations),
        (Part.DELEGATES, one.delegates),
    ):
        add_part(found, part, *compared())
    return found


Compared = tuple[list[Present], list[Wanted]]


def _event(session: Session, event: Event, outcome: Outcome) -> Compared:
    """The event's own settings, as far as the frame of the import states them; and its nouns."""
    frame = outcome.frame
    stated: dict[str, str | int] = {"name_vi": frame.name}
    if frame.short_name:
        stated["short_name_vi"] = frame.short_name
    if frame.place:
        stated["place_vi"] = frame.place
    listed = len(outcome.files["roster.csv"])
    if frame.expected or (listed and not event.expected_delegates):
        stated["expected_delegates"] = frame.expected or listed
    stated |= _nouns(session, event, outcome)
    present = {name: cell(getattr(event, name)) for name in stated}
    wanted = {name: cell(value) for name, value in stated.items()}
    return (
        [Present(event.id, event.version, event.short_name_vi, ("event",), present)],
        [Wanted(frame.name, ("event",), wanted)],
    )


def _nouns(session: Session, event: Event, outcome: Outcome) -> dict[str, str]:
    """What the files call their sections and forums, for the first of them: later the organiser's
    word holds, and so does one that they chose before.
    """
    said: Any = outcome.settings["nouns"]
    begun, found = Nouns(), dict[str, str]()
    of_part: tuple[tuple[str, Any], ...] = (("section", Section), ("forum", ProgrammeItem))
    for name, table in of_part:
        is_chosen = getattr(event.nouns, name) != getattr(begun, name)
        of_event = select(table.id).where(table.event_id == event.id).limit(1)
        if not is_chosen and session.exec(of_event).first() is None:
            found[f"{name}_noun"] = str(said[name])
    return found


@dataclass
class _Comparison:
    """The rows of one import and of one event; a part goes by the matches of those before it."""

    session: Session
    event: Event
    outcome: Outcome
    found: Difference

    def rows(self, name: str) -> Rows:
        return self.outcome.files[name]

    def reference(self, part: Part, name: str, column: str = "key") -> dict[str, Hashable]:
        """By the key of the files, the id of a row's match in the event; of a new one, its key."""
        matched = self.found.matched[part]
        return {
            row[column]: matched.get(line, f"new:{row[column]}")
            for line, row in enumerate(self.rows(name))
        }

    def venues(self) -> Compared:
        rows = self.session.exec(
            select(Venue).where(Venue.event_id == self.event.id).order_by(col(Venue.id))
        )
        present = [_present(row, row.key) for row in rows]
        wanted = _named_rows(self.rows("venues.csv"))
        return (present if self.rows("programme.csv") else []), wanted

    def sections(self) -> Compared:
        """A plan without tasks brings no section: the one that a loader needs says nothing."""
        if not self.rows("tasks.csv"):
            return [], []
        rows = self.session.exec(
            select(Section)
            .where(Section.event_id == self.event.id)
            .order_by(col(Section.position), col(Section.id))
        )
        present = [_present(row, row.key, retired=row.retired) for row in rows]
        return present, _named_rows(self.rows("sections.csv"))

    def desks(self) -> Compared:
        """Desks are proposed by the expected number, so an event that has some keeps to its own."""
        own = select(Desk.id).where(Desk.event_id == self.event.id, col(Desk.retired).is_(False))
        if self.session.exec(own.limit(1)).first() is not None:
            return [], []
        return [], _named_rows(self.rows("desks.csv"))

    def delegations(self) -> Compared:
        wanted = _named_rows(self.rows("delegations.csv"), "code")
        rows = self.session.exec(
            select(Delegation)
            .where(Delegation.event_id == self.event.id)
            .order_by(col(Delegation.id))
        )
        present = [_present(row, row.code) for row in rows]
        return (present if wanted else []), wanted

    # --- tasks -----------------------------------------------------------------------------------

    def tasks(self) -> Compared:
        rows = self.rows("tasks.csv")
        if not rows:
            return [], []
        names = dict(
            self.session.exec(
                select(Section.id, Section.name_vi).where(Section.event_id == self.event.id)
            ).all()
        )
        tasks = self.session.exec(
            select(Task).where(Task.event_id == self.event.id).order_by(col(Task.number))
        )
        present = [
            Present(
                task.id,
                task.version,
                f"{task.number}. {task.title_vi}",
                task_keys(task.section_id, task.title_vi, task.number),
                {
                    "title_vi": cell(task.title_vi),
                    "section": Cell(task.section_id, names[task.section_id]),
                    "start": cell(canonical_offset(task.start) if task.start else ""),
                    "due": cell(canonical_offset(task.due)),
                    "owner": cell(task.owner),
                    "critical": cell(task.critical),
                },
                task.retired,
            )
            for task in tasks
        ]
        sections = self.reference(Part.SECTIONS, "sections.csv")
        shown = {row["key"]: row["name_vi"] for row in self.rows("sections.csv")}
        wanted = [
            Wanted(
                row["task_vi"],
                task_keys(sections[row["section"]], row["task_vi"], int(row["id"])),
                {
                    "title_vi": cell(row["task_vi"]),
                    "section": Cell(sections[row["section"]], shown[row["section"]]),
                    "start": cell(canonical_offset(row["start"]) if row["start"] else ""),
                    "due": cell(canonical_offset(row["due"])),
                    "owner": cell(row["owner_role"]),
                    "critical": cell(row["critical"] == "1"),
                },
            )
            for row in rows
        ]
        return present, wanted

    # --- the programme ---------------------------------------------------------------------------

    def items(self) -> Compared:
        rows = self.rows("programme.csv")
        if not rows:
            return [], []
        return self._items_present(), self._items_wanted(rows)

    def _items_present(self) -> list[Present]:
        items = self.session.exec(
            select(ProgrammeItem)
            .where(ProgrammeItem.event_id == self.event.id)
            .order_by(col(ProgrammeItem.position))
        ).all()
        titles = {item.id: item.title_vi for item in items}
        rooms = dict(
            self.session.exec(
                select(Venue.id, Venue.name_vi).where(Venue.event_id == self.event.id)
            ).all()
        )
        return [
            Present(
                item.id,
                item.version,
                item.title_vi,
                item_keys(
                    item.title_vi,
                    titles.get(item.parent_id or 0, ""),
                    item.starts_at,
                    item.venue_id,
                ),
                _item_fields(
                    item.title_vi,
                    Cell(item.venue_id, rooms[item.venue_id]) if item.venue_id else NOWHERE,
                    item.starts_at,
                    item.ends_at,
                    item.chair,
                ),
                retired=item.cancelled,
            )
            for item in items
        ]

    def _items_wanted(self, rows: Rows) -> list[Wanted]:
        titles = {row["key"]: row["title_vi"] for row in rows}
        rooms = self.reference(Part.VENUES, "venues.csv")
        shown = {row["key"]: row["name_vi"] for row in self.rows("venues.csv")}
        first_day, time_zone = self.outcome.frame.days.first, ZoneInfo(self.event.time_zone)
        wanted = []
        for row in rows:
            starts, ends = (
                moment_of(row[name], first_day=first_day, time_zone=time_zone)
                for name in ("start", "end")
            )
            venue = row["venue"]
            room = Cell(rooms[venue], shown[venue]) if venue else NOWHERE
            wanted.append(
                Wanted(
                    row["title_vi"],
                    item_keys(row["title_vi"], titles.get(row["parent"], ""), starts, room.key),
                    _item_fields(row["title_vi"], room, starts, ends, row["chair"]),
                )
            )
        return wanted

    def lines(self) -> Compared:
        """The lines of the items that are there, as far as the files state them: those of new items
        come with them, and an empty cell says nothing."""
        own = lines(self.session, self.event)
        rows = self.rows("programme.csv")
        present, wanted = [], []
        for place, row in enumerate(rows):
            item_id = self.found.matched[Part.ITEMS].get(place)
            version, line = own.get(item_id or 0, (0, Line()))
            stated = {name: row[name] for name in SAID if row.get(name)} if item_id else {}
            was = {name: _said(getattr(line, name)) for name in stated}
            present.append(Present(item_id or 0, version, row["title_vi"], (place,), was))
            said = {name: _said(text) for name, text in stated.items()}
            wanted.append(Wanted(row["title_vi"], (place,), said))
        return present, wanted

    # --- the roster ------------------------------------------------------------------------------

    def delegates(self) -> Compared:
        rows = self.rows("roster.csv")
        if not rows:
            return [], []
        return self._delegates_present(self._forums()), self._delegates_wanted(rows)

    def _forums(self) -> dict[int, str]:
        """The items of the event that each expect a part of the delegates, with their titles."""
        return dict(
            self.session.exec(
                select(ProgrammeItem.id, ProgrammeItem.title_vi).where(
                    ProgrammeItem.event_id == self.event.id,
                    ProgrammeItem.expects == "forum",
                    col(ProgrammeItem.cancelled).is_(False),
                )
            ).all()
        )

    def _delegates_present(self, forums: Mapping[int, str]) -> list[Present]:
        own = dict(
            self.session.exec(
                select(Expectation.delegate_id, Expectation.item_id).where(
                    col(Expectation.item_id).in_(forums)
                )
            ).all()
        )
        columns = (
            Delegate.id,
            Delegate.version,
            Delegate.badge,
            Delegate.title_vi,
            Delegate.retired,
            Delegate.delegation_id,
            Delegation.name_vi,
        )
        rows = self.session.execute(
            select(*columns)  # type: ignore[call-overload]
            .join(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
            .where(Delegate.event_id == self.event.id)
            .order_by(col(Delegate.id))
        )
        known = every_particulars(self.session, self.event, self.outcome.frame.particulars)
        return [
            Present(
                delegate_id,
                version,
                f"{badge} · {title}, {unit_name}",
                delegate_keys(badge, unit, unit_name, title, badge_number(badge)),
                {
                    "title_vi": cell(title),
                    "delegation": Cell(unit, unit_name),
                    "forum": _forum(own.get(delegate_id), forums),
                    **_particulars(asdict(known.get(delegate_id, NOTHING))),
                },
                retired,
            )
            for delegate_id, version, badge, title, retired, unit, unit_name in rows
        ]

    def _delegates_wanted(self, rows: Rows) -> list[Wanted]:
        """A list that assigns no one to a group says nothing of groups."""
        assigns = any(row["forum"] for row in rows)
        units = self.reference(Part.DELEGATIONS, "delegations.csv", "code")
        names = {row["code"]: row["name_vi"] for row in self.rows("delegations.csv")}
        items = self.reference(Part.ITEMS, "programme.csv")
        titles = {row["key"]: row["title_vi"] for row in self.rows("programme.csv")}
        for key, title in self.outcome.frame.groups:
            items[key], titles[key] = int(key.removeprefix(OWN_ITEM)), title
        wanted = []
        for row, badge in zip(rows, self.outcome.written_badges, strict=True):
            unit = units[row["delegation"]]
            fields = {"title_vi": cell(row["title_vi"])}
            fields["delegation"] = Cell(unit, names[row["delegation"]])
            if assigns:
                key = row["forum"]
                fields["forum"] = Cell(items[key], titles[key]) if key else NOWHERE
            fields |= {
                name: one for name, one in _particulars(row).items() if one.shown
            }  # an empty cell says nothing
            number = badge_number(row["badge"])
            keys = delegate_keys(badge, unit, names[row["delegation"]], row["title_vi"], number)
            name = f"{row['title_vi']}, {names[row['delegation']]}"
            wanted.append(Wanted(name, keys, fields))
        return wanted


def _name(name: str) -> Cell:
    """A name in another spelling is the same name: a heading in capitals names its section, too."""
    return Cell(spelling_key(name), name)


def _present(row: Venue | Section | Delegation, key: str, *, retired: bool = False) -> Present:
    """A row that is known by its name."""
    keys, cells = name_keys(row.name_vi, key), {"name_vi": _name(row.name_vi)}
    return Present(row.id, row.version, row.name_vi, keys, cells, retired)


def _named_rows(rows: Rows, key: str = "key") -> list[Wanted]:
    return [
        Wanted(
            row["name_vi"],
            name_keys(row["name_vi"], row[key]),
            {"name_vi": _name(row["name_vi"])},
        )
        for row in rows
    ]


def _particulars(row: Mapping[str, str]) -> dict[str, Cell]:
    """Compared letter by letter: a name has its own spelling."""
    kinds = [kind.value for kind in Particular if kind.value in row]
    return {name: Cell(row[name], row[name]) for name in kinds}


def _forum(item_id: int | None, forums: Mapping[int, str]) -> Cell:
    return Cell(item_id, forums[item_id]) if item_id is not None else NOWHERE


def _said(text: str) -> Cell:
    """A text of the script; where its paragraphs end, a cell does not say."""
    return Cell(styled(clean(text), FIRST), text)


def _item_fields(
    title: str, venue: Cell, starts_at: datetime, ends_at: datetime, chair: str
) -> dict[str, Cell]:
    return {
        "title_vi": cell(title),
        "venue": venue,
        "starts_at": Cell(starts_at, starts_at),
        "ends_at": Cell(ends_at, ends_at),
        "chair": cell(chair),
    }
