"""An import applied to the current event: what is new, what changed, and what the files leave out.

What is new is written by the loader of every event's files, a change by the command of that single
change, so that no rule has a second copy. Reports and scans never change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.attendance.badges import next_free
from data.attendance.delegates import add_delegate
from data.attendance.delegates import record_added as record_delegates
from data.commands import Context
from data.events.clock import reread
from data.events.delegates import batched
from data.events.load import Load
from data.events.loading import add_plan, add_roster
from data.events.written import add_heads
from data.files import MemoryFolder, Row
from data.imports.changing import change, take_out
from data.imports.compared import difference_of
from data.imports.preview import Preview
from data.plan import commands as plan
from data.plan import items, sections
from data.plan.move import move_event, move_of
from data.plan.settings import head_with_issuer
from models.access.people import Person
from models.attendance.badges import badge_number, badge_of
from models.attendance.ledger import Delegate, Delegation, Desk
from models.events.event import Event, Venue
from models.imports.difference import Difference, Part
from models.imports.event import Rows
from models.imports.frame import OWN_ITEM, Frame
from models.imports.imported import Import, ImportedRow, ImportStep
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.refusals import Refusal
from models.script.lines import ScriptLine
from models.storage import Topic

TOPICS = {
    Topic.READINESS: (Part.SECTIONS, Part.TASKS),
    Topic.ATTENDANCE: (Part.DESKS, Part.DELEGATIONS, Part.DELEGATES),
    Topic.PEOPLE: (Part.PEOPLE,),
    Topic.SCRIPT: (Part.LINES,),
}
"""Whom an import wakes besides those who watch the event, by the parts that it changes."""

DAYS = "days"
"""The suffix of the key of the move that brought the event to the days of an import."""


def apply(
    ctx: Context, shown: Preview, *, seal: str | None, choices: Mapping[str, str] | None = None
) -> Import:
    """Write what a preview shows into the current event, in one transaction.

    `seal`: that of the difference which was shown; None where no one was shown any. `choices`: as
    of `Difference.retiring` and `Difference.taking`. Refuses `import_not_loadable` while the
    preview holds errors; `import_moved` where the event or the files changed since it was shown;
    `import_unchanged` where nothing is left to write; `import_days_differ` where the files are for
    other days than those of an event that holds dated rows; and what the loader and the single
    changes refuse.
    """
    if not shown.loadable:
        raise Refusal("import_not_loadable")
    _settle_days(ctx, shown.outcome.frame)
    found = difference_of(ctx.session, ctx.event, shown)
    if seal is not None and found.seal != seal:
        raise Refusal("import_moved")
    chosen = choices or {}
    taking, leaving = found.taking(chosen), found.retiring(chosen)
    if not (found.new or taking or leaving):
        raise Refusal("import_unchanged")
    fact = ctx.record(
        Import(event_id=ctx.event.id, files=shown.files),
        new=len(found.new),
        changed=len(taking),
        retired=len(leaving),
    )
    head_with_issuer(ctx, shown.outcome.frame.issuer)
    written = _Written(ctx, fact)
    load = _Additions(ctx, shown, found, written).add()
    written.rows(change(ctx, fact.id, shown.outcome, load, taking))
    written.rows(take_out(ctx, fact.id, leaving))
    written.finish()
    return fact


def _settle_days(ctx: Context, frame: Frame) -> None:
    """Bring an event that holds nothing dated to the days of the import's frame."""
    days = {"first_day": frame.days.first, "last_day": frame.days.last}
    if (ctx.event.first_day, ctx.event.last_day) == (frame.days.first, frame.days.last):
        return
    if any(_holds(ctx, table) for table in (Task, ProgrammeItem, MediaItem)):
        raise Refusal("import_days_differ", first=ctx.event.first_day, last=ctx.event.last_day)
    seal = move_of(ctx.session, ctx.event, **days).seal
    ctx.perform(move_event, DAYS, **days, seal=seal)
    reread(ctx.session)


def _holds(ctx: Context, table: type[Any]) -> bool:
    of_event = select(table.id).where(table.event_id == ctx.event.id).limit(1)
    return ctx.session.exec(of_event).first() is not None


# --- what was written ----------------------------------------------------------------------------


class _Written:
    """The rows of one import, and how many of each part and step they are."""

    def __init__(self, ctx: Context, fact: Import) -> None:
        self.ctx, self.fact = ctx, fact
        self.counts: dict[str, dict[str, int]] = {}

    def rows(self, rows: Iterable[ImportedRow]) -> None:
        for some in batched(rows):
            for row in some:
                self._count(row.part, row.step, 1)
            values = [row.model_dump() for row in some]
            self.ctx.session.execute(insert(ImportedRow), values)

    def added(self, part: Part, ids: Iterable[int]) -> None:
        named = {"part": part.value, "step": ImportStep.ADDED.value}
        for some in batched(ids):
            self._count(part.value, ImportStep.ADDED.value, len(some))
            values = [
                {**named, "import_id": self.fact.id, "row_id": one, "version": 1, "before": {}}
                for one in some
            ]
            self.ctx.session.execute(insert(ImportedRow), values)

    def _count(self, part: str, step: str, number: int) -> None:
        steps = self.counts.setdefault(part, {})
        steps[step] = steps.get(step, 0) + number

    def finish(self) -> None:
        """Store the counts, and wake who watches."""
        self.fact.counts = self.counts
        self.ctx.session.add(self.fact)
        self.ctx.session.flush()
        wake(self.ctx, self.fact)


def wake(ctx: Context, fact: Import) -> None:
    """Wake those who watch a part that an import changed."""
    for topic, parts in TOPICS.items():
        rows = sum(sum(fact.counts.get(part.value, {}).values()) for part in parts)
        if rows:
            ctx.note_in(topic, fact.id, rows=rows)


def added_rows(import_id: int, part: Part) -> SelectOfScalar[int]:
    """The ids of the rows of a part that an import added, as a part of another statement."""
    return select(ImportedRow.row_id).where(
        ImportedRow.import_id == import_id,
        ImportedRow.part == part.value,
        ImportedRow.step == ImportStep.ADDED.value,
    )


# --- what is new ---------------------------------------------------------------------------------


@dataclass
class _Additions:
    """The new rows of an import on their way through the loader of an event's files.

    `names`: by part, the key of each new row, another one than in the files where the event has a
    row of that key already. `before`: the tables that hold rows of the event already.
    """

    ctx: Context
    shown: Preview
    found: Difference
    written: _Written
    names: dict[Part, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    before: set[type[Any]] = field(default_factory=set)

    def add(self) -> Load:
        """Add them, and answer with the ids of all rows of the files by their keys.

        What comes to a programme or a roster that was there before is a fact, too.
        """
        held = (Section, Task, ProgrammeItem, Delegate)
        self.before = {table for table in held if _holds(self.ctx, table)}
        self._name_new()
        self.rows = self._rows()
        load = self._load()
        add_plan(load)
        self._note_plan(load)
        for key in self._new_keys(Part.ITEMS):
            self._follow(load.items[key])
        self._record_added(load)
        add_roster(load)
        add_heads(load, Row("event.toml", 0, dict(self.shown.outcome.settings)))
        self._note_roster(load)
        if Delegate in self.before and self.rows["roster.csv"]:
            added = added_rows(self.written.fact.id, Part.DELEGATES)
            record_delegates(self.ctx.of(add_delegate, Part.DELEGATES.value), added)
        return load

    def _name_new(self) -> None:
        session, event = self.ctx.session, self.ctx.event
        for part, (name, column, table) in _KEYED.items():
            own = set(_keys(session, event, table, column))
            free = _free(own | {row[column] for row in self.shown.outcome.files[name]})
            self.names[part] = {
                row[column]: next(free) if row[column] in own else row[column]
                for row in self._new(part)
            }

    def _load(self) -> Load:
        session, event = self.ctx.session, self.ctx.event
        load = Load(
            session,
            MemoryFolder({}, self.rows),
            event,
            ZoneInfo(event.time_zone),
            sections_before=_next_position(session, event, Section),
            items_before=_next_position(session, event, ProgrammeItem),
            added_at={name: self.ctx.at for table, name in _DATED.items() if table in self.before},
            is_import=True,
        )
        self._name_present(load)
        return load

    def _name_present(self, load: Load) -> None:
        """Name the event's own rows by the keys that the files give them."""
        load.venues |= self._matched(Part.VENUES)
        load.sections |= self._matched(Part.SECTIONS)
        load.desks |= self._matched(Part.DESKS)
        load.delegations |= self._matched(Part.DELEGATIONS)
        present = self.ctx.session.exec(
            select(ProgrammeItem)
            .where(ProgrammeItem.event_id == self.ctx.event.id)
            .where(col(ProgrammeItem.cancelled).is_(False))
        )
        keys = {row_id: key for key, row_id in self._matched(Part.ITEMS).items()}
        load.items |= {keys.get(item.id, f"{OWN_ITEM}{item.id}"): item for item in present}

    def _matched(self, part: Part) -> dict[str, int]:
        name, column, _ = _KEYED[part]
        rows = self.shown.outcome.files[name]
        return {rows[line][column]: one for line, one in self.found.matched[part].items()}

    def _new(self, part: Part) -> Rows:
        rows = self.shown.outcome.files[_FILES[part]]
        return [rows[one.line] for one in self.found.new if one.part is part]

    def _new_keys(self, part: Part) -> list[str]:
        return list(self.names[part].values())

    # --- the rows of the files -------------------------------------------------------------------

    def _rows(self) -> dict[str, Rows]:
        """The new rows alone, as the files of an event hold them."""
        names = self.names
        section, venue, item, delegation = (
            names[part] for part in (Part.SECTIONS, Part.VENUES, Part.ITEMS, Part.DELEGATIONS)
        )
        return {
            "sections.csv": _renamed(self._new(Part.SECTIONS), key=section),
            "venues.csv": _renamed(self._new(Part.VENUES), key=venue),
            "programme.csv": _renamed(self._new(Part.ITEMS), key=item, parent=item, venue=venue),
            "desks.csv": [
                row | {"items": ";".join(item.get(one, one) for one in row["items"].split(";"))}
                for row in _renamed(self._new(Part.DESKS), key=names[Part.DESKS])
            ],
            "people.csv": self._people(),
            "tasks.csv": self._numbered(_renamed(self._new(Part.TASKS), section=section)),
            "delegations.csv": _renamed(self._new(Part.DELEGATIONS), code=delegation),
            "roster.csv": self._with_badges(
                _renamed(self._new(Part.DELEGATES), delegation=delegation, forum=item)
            ),
        }

    def _numbered(self, rows: Rows) -> Rows:
        """New tasks by the numbers of the files, where the event has none of them."""
        numbers = select(Task.number).where(Task.event_id == self.ctx.event.id)
        taken = set(self.ctx.session.exec(numbers))
        free = count(max(taken | {int(row["id"]) for row in rows}, default=0) + 1)
        return [row | {"id": str(next(free))} if int(row["id"]) in taken else row for row in rows]

    def _with_badges(self, rows: Rows) -> Rows:
        if not rows:
            return []
        first = badge_number(next_free(self.ctx.session, self.ctx.event))
        for number, row in enumerate(rows, first):  # in place: a copy of each is made already
            row["badge"] = badge_of(number)
        return rows

    def _people(self) -> Rows:
        """The offices of the new sections, desks and groups, and those that every event has."""
        of_event = select(Person.key).where(Person.event_slug == self.ctx.event.slug)
        known = set(self.ctx.session.exec(of_event))
        rows = []
        for row in self.shown.outcome.files["people.csv"]:
            scopes = [(kind, part) for kind, part in _SCOPES.items() if row[kind]]
            if any(row[kind] not in self.names[part] for kind, part in scopes):
                continue  # its section, desk or group is the event's already
            names = {kind: self.names[part][row[kind]] for kind, part in scopes}
            key = ".".join([row["key"].partition(".")[0], *names.values()])
            if key not in known:
                rows.append(row | names | {"key": key})
        return rows

    # --- what follows from them ------------------------------------------------------------------

    def _follow(self, item: ProgrammeItem) -> None:
        """Those who are listed already are expected at what is new for everybody, and the desks of
        the event serve it."""
        if item.expects == "all" and Delegate in self.before:
            items.expect(self.ctx, item)
        if item.expects != "none" and not self.rows["desks.csv"]:
            of_event = select(Desk.id).where(
                Desk.event_id == self.ctx.event.id, col(Desk.retired).is_(False)
            )
            items.serve(self.ctx, item, tuple(self.ctx.session.exec(of_event)))

    def _record_added(self, load: Load) -> None:
        """What comes to a plan or a programme that was there before is a fact each."""
        session, event = self.ctx.session, self.ctx.event
        if Section in self.before:
            for key in self._new_keys(Part.SECTIONS):
                section = session.get_one(Section, load.sections[key])
                mark = f"{Part.SECTIONS.value}:{section.id}"
                sections.record_added(self.ctx.of(sections.add_section, mark), section)
        if Task in self.before:
            numbers = [int(row["id"]) for row in self.rows["tasks.csv"]]
            new = select(Task).where(Task.event_id == event.id, col(Task.number).in_(numbers))
            for task in session.exec(new).all():
                plan.record_added(self.ctx.of(plan.add_task, f"{Part.TASKS.value}:{task.id}"), task)
        if ProgrammeItem in self.before:
            for key in self._new_keys(Part.ITEMS):
                item = load.items[key]
                items.record_added(
                    self.ctx.of(items.add_item, f"{Part.ITEMS.value}:{item.id}"), item
                )

    def _note_plan(self, load: Load) -> None:
        session, event = self.ctx.session, self.ctx.event
        named = (
            (Part.VENUES, load.venues),
            (Part.SECTIONS, load.sections),
            (Part.DESKS, load.desks),
            (Part.ITEMS, {key: item.id for key, item in load.items.items()}),
        )
        for part, ids in named:
            self.written.added(part, [ids[key] for key in self._new_keys(part)])
        of_items = select(ScriptLine.item_id).where(
            col(ScriptLine.item_id).in_(added_rows(self.written.fact.id, Part.ITEMS))
        )
        self.written.added(Part.LINES, session.exec(of_items).all())
        tasks = select(Task.id, Task.number).where(Task.event_id == event.id)
        numbers = {int(row["id"]) for row in self.rows["tasks.csv"]}
        self.written.added(
            Part.TASKS, [one for one, number in session.exec(tasks) if number in numbers]
        )
        people = select(Person.id, Person.key).where(Person.event_slug == event.slug)
        keys = {row["key"] for row in self.rows["people.csv"]}
        self.written.added(Part.PEOPLE, [one for one, key in session.exec(people) if key in keys])

    def _note_roster(self, load: Load) -> None:
        keys = self._new_keys(Part.DELEGATIONS)
        self.written.added(Part.DELEGATIONS, [load.delegations[key] for key in keys])
        badges = {row["badge"] for row in self.rows["roster.csv"]}
        if badges:
            of_event = select(Delegate.id, Delegate.badge).where(
                Delegate.event_id == self.ctx.event.id
            )
            found = self.ctx.session.exec(of_event.order_by(col(Delegate.id)))
            self.written.added(Part.DELEGATES, [one for one, badge in found if badge in badges])


_FILES = {
    Part.VENUES: "venues.csv",
    Part.SECTIONS: "sections.csv",
    Part.ITEMS: "programme.csv",
    Part.DESKS: "desks.csv",
    Part.TASKS: "tasks.csv",
    Part.DELEGATIONS: "delegations.csv",
    Part.DELEGATES: "roster.csv",
}
_DATED = {Section: "sections.csv", Task: "tasks.csv", ProgrammeItem: "programme.csv"}
"""The tables whose rows say when they came to those that were there before."""
_KEYED: dict[Part, tuple[str, str, type[Any]]] = {
    Part.VENUES: ("venues.csv", "key", Venue),
    Part.SECTIONS: ("sections.csv", "key", Section),
    Part.ITEMS: ("programme.csv", "key", ProgrammeItem),
    Part.DESKS: ("desks.csv", "key", Desk),
    Part.DELEGATIONS: ("delegations.csv", "code", Delegation),
}
_SCOPES = {"section": Part.SECTIONS, "desk": Part.DESKS, "item": Part.ITEMS}


def _keys(session: Session, event: Event, table: type[Any], column: str) -> Iterable[str]:
    return session.exec(select(getattr(table, column)).where(table.event_id == event.id))


def _free(taken: set[str]) -> Iterator[str]:
    return (name for number in count(1) if (name := f"moi_{number}") not in taken)


def _next_position(session: Session, event: Event, table: type[Any]) -> int:
    """The place after the last one."""
    last = session.exec(select(func.max(table.position)).where(table.event_id == event.id)).one()
    return 0 if last is None else last + 1


def _renamed(rows: Rows, **names: Mapping[str, str]) -> Rows:
    """The rows with the keys of each column by the names of the event."""
    return [
        row | {column: by.get(row[column], row[column]) for column, by in names.items()}
        for row in rows
    ]
