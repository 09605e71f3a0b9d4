"""An import taken back as a whole, while nothing was recorded upon it.

What it changed is changed back, each by the command of that one change. What it added goes again:
a list that was read wrongly is no fact about anyone, and that it was imported and taken back stays
in the audit.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from data.attendance.badges import printings
from data.attendance.delegates import correct_delegate, restore_delegate, retire_delegate
from data.attendance.projections import COUNTED
from data.commands import Context
from data.imports.applying import added_rows
from data.plan.commands import edit_task
from data.plan.items import cancel_item, edit_item, restore_item
from data.plan.settings import edit_event
from data.plan.venues import rename_venue
from data.words import catalogue
from models.access.people import Person
from models.attendance.delegates import DelegateChange, Listed, RosterStep
from models.attendance.ledger import (
    AttendanceCount,
    Delegate,
    Delegation,
    Desk,
    DeskItem,
    Expectation,
)
from models.events.event import Event, Settings, Venue, VenueName
from models.imports.difference import Part
from models.imports.imported import Import, ImportedRow, ImportStep, form_of
from models.imports.recognition import Kind
from models.imports.written import WrittenRow
from models.plan import ItemPlan, Planned
from models.programme import PlannedItem, ProgrammeItem
from models.readiness.escalation import SilenceAcknowledgement, SilenceReminder
from models.readiness.tasks import Section, Task, TaskPrerequisite
from models.refusals import Refusal
from models.storage import Record

TABLES: dict[Part, type[Any]] = {
    Part.EVENT: Event,
    Part.VENUES: Venue,
    Part.SECTIONS: Section,
    Part.ITEMS: ProgrammeItem,
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
    Expectation,
    AttendanceCount,
    DeskItem,
    TaskPrerequisite,
    ItemPlan,
    SilenceReminder,
)


def undo(ctx: Context, fact: Import) -> None:
    """Take an import back. Refuses `import_built_upon` with the first row upon which something was
    recorded since, and `import_badges_printed`."""
    rows = ctx.session.exec(
        select_rows(ImportedRow)
        .where(ImportedRow.import_id == fact.id)
        .where(ImportedRow.step != ImportStep.ADDED.value)
        .order_by(col(ImportedRow.part), col(ImportedRow.row_id))
    ).all()
    _require_versions(ctx, fact)
    _require_unprinted(ctx, fact)
    for part in (Part.DELEGATES, Part.TASKS, Part.ITEMS, Part.VENUES, Part.EVENT):
        of_part = [row for row in rows if row.part == part.value]
        _change_back(ctx, part, of_part)
    ctx.session.flush()
    _require_unused(ctx, fact)
    _remove(ctx, fact)


# --- whether anything was recorded upon it -------------------------------------------------------


def _require_versions(ctx: Context, fact: Import) -> None:
    """Refuses `import_built_upon` where a row has changed since."""
    for part, table in TABLES.items():
        if "version" not in table.__table__.c:
            continue
        moved = (
            select_rows(table)
            .join(ImportedRow, col(ImportedRow.row_id) == table.id)
            .where(ImportedRow.import_id == fact.id, ImportedRow.part == part.value)
            .group_by(*table.__table__.c)
            .having(func.max(col(ImportedRow.version)) != table.version)
            .limit(1)
        )
        if found := ctx.session.exec(moved).first():
            raise _built_upon(part, found)


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
    for source in Record.metadata.sorted_tables:
        if source in following:
            continue
        for column, part in _references(source):
            used = select(column).where(column.in_(added_rows(fact.id, part)))
            if source in own:  # rows of the same import go together
                used = used.where(source.c.id.not_in(added_rows(fact.id, own[source])))
            row_id = ctx.session.execute(used.limit(1)).scalar()
            if row_id is not None:
                raise _built_upon(part, ctx.session.get_one(TABLES[part], row_id))


def _references(source: Table) -> Iterator[tuple[Any, Part]]:
    parts = {table.__table__: part for part, table in TABLES.items() if part is not Part.EVENT}
    for column in source.c:
        for key in column.foreign_keys:
            if key.column.table in parts:
                yield column, parts[key.column.table]


def _built_upon(part: Part, row: Any) -> Refusal:
    names = ("title_vi", "name_vi")
    name = next(getattr(row, one) for one in names if hasattr(row, one))
    number = getattr(row, "badge", None) or getattr(row, "number", None)
    named = f"{number}. {name}" if number else name
    return Refusal("import_built_upon", part=part.value, name=named)


# --- taking it back ------------------------------------------------------------------------------


def _change_back(ctx: Context, part: Part, rows: Sequence[ImportedRow]) -> None:
    """A row that came back and was changed is changed back, then taken out again."""
    order = (ImportStep.CHANGED, ImportStep.RETIRED, ImportStep.RESTORED)
    for step in order:
        for row in rows:
            if row.step == step.value:
                _BACK[step](ctx, part, row)


def _mark(row: ImportedRow) -> str:
    return f"{row.part}:{row.row_id}/{row.step}"


def _unchange(ctx: Context, part: Part, row: ImportedRow) -> None:
    session, mark = ctx.session, _mark(row)
    version = session.get_one(TABLES[part], row.row_id).version
    if part is Part.DELEGATES:
        listed = form_of(Listed, row.before)
        facts: dict[str, Any] = {"delegate_id": row.row_id, "version": version}
        ctx.perform(correct_delegate, mark, **facts, listed=listed)
    elif part is Part.TASKS:
        planned = form_of(Planned, row.before)
        ctx.perform(edit_task, mark, task_id=row.row_id, version=version, planned=planned)
    elif part is Part.ITEMS:
        item = form_of(PlannedItem, row.before)
        ctx.perform(edit_item, mark, item_id=row.row_id, version=version, planned=item)
    elif part is Part.VENUES:
        name = form_of(VenueName, row.before)
        ctx.perform(rename_venue, mark, venue_id=row.row_id, version=version, name=name)
    else:
        settings = form_of(Settings, row.before)
        ctx.perform(edit_event, mark, version=version, settings=settings)


def _bring_back(ctx: Context, part: Part, row: ImportedRow) -> None:
    version = ctx.session.get_one(TABLES[part], row.row_id).version
    if part is Part.DELEGATES:
        ctx.perform(restore_delegate, _mark(row), delegate_id=row.row_id, version=version)
        return
    item = ctx.session.get_one(ProgrammeItem, row.row_id)
    if item.cancelled:  # a part comes back with the whole that it was cancelled with
        ctx.perform(restore_item, _mark(row), item_id=row.row_id, version=version)


def _take_out(ctx: Context, part: Part, row: ImportedRow) -> None:
    version = ctx.session.get_one(TABLES[part], row.row_id).version
    reason = catalogue("vi")["imports.undone"]
    facts: dict[str, Any] = {"version": version, "reason": reason}
    if part is Part.DELEGATES:
        ctx.perform(retire_delegate, _mark(row), delegate_id=row.row_id, **facts)
    else:
        ctx.perform(cancel_item, _mark(row), item_id=row.row_id, **facts)


_BACK = {
    ImportStep.CHANGED: _unchange,
    ImportStep.RETIRED: _bring_back,
    ImportStep.RESTORED: _take_out,
}


_WRITTEN = {Kind.TASKS: Part.TASKS, Kind.DELEGATES: Part.DELEGATES, Kind.SCRIPT: Part.ITEMS}
"""The part of an event whose rows come of a sheet of each kind."""


def _remove(ctx: Context, fact: Import) -> None:
    """Remove what the import added, with what follows from it. A delegation to which the import
    moved someone stays, without anyone: the facts of that name it."""
    added = {part: added_rows(fact.id, part) for part in TABLES}
    _take_from_counts(ctx, fact)
    changes = select(col(DelegateChange.id)).where(
        col(DelegateChange.delegate_id).in_(added[Part.DELEGATES])
    )
    for table, gone in (
        (RosterStep, _any(RosterStep.change_id, changes, RosterStep.item_id, added[Part.ITEMS])),
        (DelegateChange, col(DelegateChange.delegate_id).in_(added[Part.DELEGATES])),
        (Expectation, _any(Expectation.delegate_id, added[Part.DELEGATES],
                           Expectation.item_id, added[Part.ITEMS])),
        (AttendanceCount, col(AttendanceCount.item_id).in_(added[Part.ITEMS])),
        (DeskItem, _any(DeskItem.desk_id, added[Part.DESKS],
                        DeskItem.item_id, added[Part.ITEMS])),
        (TaskPrerequisite, _any(TaskPrerequisite.task_id, added[Part.TASKS],
                                TaskPrerequisite.needs_id, added[Part.TASKS])),
        (ItemPlan, col(ItemPlan.item_id).in_(added[Part.ITEMS])),
        (SilenceReminder, col(SilenceReminder.section_id).in_(added[Part.SECTIONS])),
        (Person, col(Person.id).in_(added[Part.PEOPLE])),
        *(
            (WrittenRow, and_(col(WrittenRow.kind) == kind.value,
                              col(WrittenRow.subject_id).in_(added[part])))
            for kind, part in _WRITTEN.items()
        ),
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
