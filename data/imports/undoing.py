"""An import taken back as a whole, while nothing was recorded upon it.

What it changed is changed back, each by the command of that one change. What it added goes again:
a list that was read wrongly is no fact about anyone, and that it was imported and taken back stays
in the audit.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, or_, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from data.attendance.badges import printings
from data.attendance.projections import COUNTED
from data.commands import Context
from data.imports.applying import DAYS, added_rows
from data.imports.changing import change_back
from data.plan.move import move_event, move_of
from models.access.people import Person
from models.attendance.delegates import DelegateChange, RosterStep
from models.attendance.ledger import (
    AttendanceCount,
    Delegate,
    Delegation,
    Desk,
    DeskItem,
    Expectation,
)
from models.attendance.particulars import DelegateParticulars
from models.events.event import Event, Venue
from models.imports.difference import Part
from models.imports.imported import Import, ImportedRow, ImportStep
from models.imports.recognition import Kind
from models.imports.written import WrittenRow, WrittenSheet
from models.plan import EventPlan, ItemPlan, SectionChange, TaskPlan
from models.programme import ProgrammeItem
from models.readiness.escalation import SilenceAcknowledgement, SilenceReminder
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.refusals import Refusal
from models.script.lines import ScriptLine
from models.storage import Record

TABLES: dict[Part, type[Any]] = {
    Part.EVENT: Event,
    Part.VENUES: Venue,
    Part.SECTIONS: Section,
    Part.ITEMS: ProgrammeItem,
    Part.LINES: ScriptLine,
    Part.DESKS: Desk,
    Part.PEOPLE: Person,
    Part.TASKS: Task,
    Part.DELEGATIONS: Delegation,
    Part.DELEGATES: Delegate,
}
# Rows that follow from a plan or a roster and say nothing of their own: they go with it.
FOLLOWING: tuple[type[Any], ...] = (
    RosterStep,
    DelegateChange,
    DelegateParticulars,
    Expectation,
    AttendanceCount,
    DeskItem,
    TaskPrerequisite,
    TaskPlan,
    ItemPlan,
    SectionChange,
    SilenceReminder,
)


def undo(ctx: Context, fact: Import) -> None:
    """Take an import back, and with it the days to which it brought the event. Refuses
    `import_built_upon` with the first row upon which something was recorded since, and
    `import_badges_printed`."""
    rows = ctx.session.exec(
        select_rows(ImportedRow)
        .where(ImportedRow.import_id == fact.id)
        .where(ImportedRow.step != ImportStep.ADDED.value)
    ).all()
    _require_versions(ctx, fact)
    _require_unprinted(ctx, fact)
    change_back(ctx, rows)
    ctx.session.flush()
    _require_unused(ctx, fact)
    _remove(ctx, fact)
    _move_back(ctx, fact)


def _move_back(ctx: Context, fact: Import) -> None:
    """The days of before; not where the event was moved since, or holds anything dated now."""
    last = ctx.session.exec(
        select_rows(EventPlan)
        .where(EventPlan.event_id == ctx.event.id)
        .order_by(col(EventPlan.id).desc())
        .limit(1)
    ).first()
    if last is None or last.idempotency_key != f"{fact.idempotency_key}/{DAYS}":
        return
    days = {"first_day": last.first_day, "last_day": last.last_day}
    move = move_of(ctx.session, ctx.event, **days)
    if not move.dated:
        ctx.perform(move_event, DAYS, **days, seal=move.seal)


# --- whether anything was recorded upon it -------------------------------------------------------


def _require_versions(ctx: Context, fact: Import) -> None:
    """Refuses `import_built_upon` where a row has changed since."""
    for part, table in TABLES.items():
        if "version" not in table.__table__.c:
            continue
        # By the id alone: PostgreSQL groups by no column that holds JSON.
        imported = (
            select_rows(ImportedRow.row_id, func.max(ImportedRow.version).label("version"))
            .where(ImportedRow.import_id == fact.id, ImportedRow.part == part.value)
            .group_by(col(ImportedRow.row_id))
            .subquery()
        )
        moved = (
            select_rows(table)
            .join(imported, imported.c.row_id == _key(table.__table__))
            .where(imported.c.version != table.version)
            .limit(1)
        )
        if found := ctx.session.exec(moved).first():
            raise _built_upon(part, _named(ctx, part, found))


def _key(table: Table) -> Column[Any]:
    """The column by which an import knows the rows of a table: the line of an item has its id."""
    (column,) = table.primary_key.columns
    return column


def _named(ctx: Context, part: Part, row: Any) -> Any:
    """What is said by name: of the line of an item, the item."""
    return ctx.session.get_one(ProgrammeItem, row.item_id) if part is Part.LINES else row


def _require_unprinted(ctx: Context, fact: Import) -> None:
    """A badge that was printed opens a door: its code may not become another delegate's."""
    added = set(ctx.session.exec(added_rows(fact.id, Part.DELEGATES)))
    if not added:
        return
    everybody, own = printings(ctx.session, ctx.event)
    if everybody is not None and everybody >= fact.at:
        raise Refusal("import_badges_printed", at=everybody)
    printed = [at for one, at in own.items() if one in added and at >= fact.at]
    if printed:
        raise Refusal("import_badges_printed", at=max(printed))


def _require_unused(ctx: Context, fact: Import) -> None:
    """Refuses `import_built_upon` where a row of another kind refers to one that was added."""
    own = {table.__table__: part for part, table in TABLES.items()}
    following = {table.__table__ for table in FOLLOWING}
    answered = (
        select(col(SilenceReminder.section_id))
        .join(SilenceAcknowledgement, col(SilenceAcknowledgement.reminder_id) == SilenceReminder.id)
        .where(col(SilenceReminder.section_id).in_(added_rows(fact.id, Part.SECTIONS)))
    )
    if (section_id := ctx.session.execute(answered.limit(1)).scalar()) is not None:
        raise _built_upon(Part.SECTIONS, ctx.session.get_one(Section, section_id))
    for part in reversed(Part):  # the most particular first: a report of a task names its section
        for source, column in _references(part):
            if source in following:
                continue
            used = select(column).where(column.in_(added_rows(fact.id, part)))
            if source in own:  # rows of the same import go together
                used = used.where(_key(source).not_in(added_rows(fact.id, own[source])))
            row_id = ctx.session.execute(used.limit(1)).scalar()
            if row_id is not None:
                raise _built_upon(part, ctx.session.get_one(TABLES[part], row_id))


def _references(part: Part) -> Iterator[tuple[Table, Column[Any]]]:
    """The columns of all tables that refer to the rows of a part that an import adds."""
    if part is Part.EVENT:
        return
    for source in Record.metadata.sorted_tables:
        for column in source.c:
            if any(key.column.table is TABLES[part].__table__ for key in column.foreign_keys):
                yield source, column


def _built_upon(part: Part, row: Any) -> Refusal:
    names = ("title_vi", "name_vi")
    name = next(getattr(row, one) for one in names if hasattr(row, one))
    number = getattr(row, "badge", None) or getattr(row, "number", None)
    named = f"{number}. {name}" if number else name
    return Refusal("import_built_upon", part=part.value, name=named)


# --- taking it back ------------------------------------------------------------------------------


_WRITTEN = {Kind.TASKS: Part.TASKS, Kind.DELEGATES: Part.DELEGATES, Kind.SCRIPT: Part.ITEMS}
"""The part of an event whose rows come of a sheet of each kind."""


def _remove(ctx: Context, fact: Import) -> None:
    """Remove what the import added, with what follows from it. A delegation to which the import
    moved someone stays, without anyone: the facts of that name it."""
    added = {part: added_rows(fact.id, part) for part in TABLES}
    of_event = col(WrittenRow.event_id) == ctx.event.id
    written = select(col(WrittenRow.kind)).where(of_event)  # the kinds that are left, at its turn
    _take_from_counts(ctx, fact)
    changes = select(col(DelegateChange.id)).where(
        col(DelegateChange.delegate_id).in_(added[Part.DELEGATES])
    )
    for table, gone in (
        (RosterStep, _any(RosterStep.change_id, changes, RosterStep.item_id, added[Part.ITEMS])),
        (DelegateChange, col(DelegateChange.delegate_id).in_(added[Part.DELEGATES])),
        (DelegateParticulars, col(DelegateParticulars.delegate_id).in_(added[Part.DELEGATES])),
        (Expectation, _any(Expectation.delegate_id, added[Part.DELEGATES],
                           Expectation.item_id, added[Part.ITEMS])),
        (AttendanceCount, col(AttendanceCount.item_id).in_(added[Part.ITEMS])),
        (DeskItem, _any(DeskItem.desk_id, added[Part.DESKS],
                        DeskItem.item_id, added[Part.ITEMS])),
        (TaskPrerequisite, _any(TaskPrerequisite.task_id, added[Part.TASKS],
                                TaskPrerequisite.needs_id, added[Part.TASKS])),
        (TaskPlan, col(TaskPlan.task_id).in_(added[Part.TASKS])),
        (SectionChange, col(SectionChange.section_id).in_(added[Part.SECTIONS])),
        (ItemPlan, col(ItemPlan.item_id).in_(added[Part.ITEMS])),
        (ScriptLine, col(ScriptLine.item_id).in_(added[Part.LINES])),
        (SilenceReminder, col(SilenceReminder.section_id).in_(added[Part.SECTIONS])),
        (Person, col(Person.id).in_(added[Part.PEOPLE])),
        *(
            (WrittenRow, and_(col(WrittenRow.kind) == kind.value,
                              col(WrittenRow.subject_id).in_(added[part])))
            for kind, part in _WRITTEN.items()
        ),
        (WrittenSheet, and_(col(WrittenSheet.event_id) == ctx.event.id,
                            col(WrittenSheet.kind).not_in(written))),
        (Task, col(Task.id).in_(added[Part.TASKS])),
        (Delegate, col(Delegate.id).in_(added[Part.DELEGATES])),
        (Delegation, and_(col(Delegation.id).in_(added[Part.DELEGATIONS]),
                          *map(_is_unnamed, (DelegateChange, RosterStep, AttendanceCount)))),
        (Desk, col(Desk.id).in_(added[Part.DESKS])),
        (ProgrammeItem, and_(col(ProgrammeItem.id).in_(added[Part.ITEMS]),
                             col(ProgrammeItem.parent_id).is_not(None))),
        (ProgrammeItem, col(ProgrammeItem.id).in_(added[Part.ITEMS])),
        (Section, col(Section.id).in_(added[Part.SECTIONS])),
        (Venue, col(Venue.id).in_(added[Part.VENUES])),
    ):  # fmt: skip
        ctx.session.execute(
            delete(table).where(gone), execution_options={"synchronize_session": False}
        )


def _any(one: Any, ones: Any, other: Any, others: Any) -> ColumnElement[bool]:
    return or_(col(one).in_(ones), col(other).in_(others))


def _is_unnamed(table: type[Any]) -> ColumnElement[bool]:
    return col(Delegation.id).not_in(select(col(table.delegation_id)))


def _take_from_counts(ctx: Context, fact: Import) -> None:
    """Take those whom the import added from the counts of who is expected."""
    expected = ctx.session.execute(
        select(col(Expectation.item_id), col(Delegate.delegation_id), func.count())
        .join(Delegate, col(Delegate.id) == col(Expectation.delegate_id))
        .where(col(Delegate.id).in_(added_rows(fact.id, Part.DELEGATES)))
        .group_by(col(Expectation.item_id), col(Delegate.delegation_id))
    ).all()
    counts = AttendanceCount.__table__
    for item_id, delegation_id, number in expected:
        here = (counts.c.item_id == item_id, counts.c.delegation_id == delegation_id)
        less = update(counts).values(expected=counts.c.expected - number)
        ctx.session.execute(less.where(*here))
    nothing = [counts.c[name] == 0 for name in COUNTED]
    for item_id, delegation_id, _ in expected:
        here = (counts.c.item_id == item_id, counts.c.delegation_id == delegation_id)
        ctx.session.execute(delete(counts).where(*here, *nothing))
