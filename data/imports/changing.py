"""Rows of the event that an import changes or takes out, and takes back: each by the command of
that one change.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlmodel import col, select

from data.attendance.delegates import (
    correct_delegate,
    listed_of,
    restore_delegate,
    retire_delegate,
)
from data.attendance.delegations import edit_delegation
from data.attendance.delegations import plan_of as delegation_of
from data.attendance.particulars import kinds_of
from data.commands import Command, Context
from data.events.load import Load
from data.plan.commands import edit_task, restore_task, retire_task
from data.plan.commands import planned_of as task_of
from data.plan.items import cancel_item, edit_item, restore_item
from data.plan.items import planned_of as item_of
from data.plan.sections import change_section, plan_of, restore_section, retire_section
from data.plan.settings import edit_event, settings_of
from data.plan.venues import rename_venue
from data.script.lines import write_script_line
from data.words import catalogue
from models.attendance.ledger import Delegate, Delegation
from models.attendance.particulars import Particular
from models.events.event import Event, Venue, VenueName
from models.imports.difference import Changed, Missing, Part
from models.imports.event import Outcome
from models.imports.imported import ImportedRow, ImportStep, form_of, stored
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.script.lines import ScriptLine, line_of


@dataclass(frozen=True)
class Single:
    """How one row of a part is changed in place: by which command, with which form of its fields.

    `row`, `form`: what the command calls them. `read`: the form as the row is now.
    """

    table: type[Any]
    read: Callable[[Context, Any], Any]
    change: Command[..., Any]
    form: str
    row: str = ""
    retire: Command[..., Any] | None = None
    restore: Command[..., Any] | None = None


SINGLE = {
    Part.EVENT: Single(Event, lambda _, row: settings_of(row), edit_event, "settings"),
    Part.VENUES: Single(
        Venue,
        lambda _, row: VenueName(row.name_vi, row.name_en),
        rename_venue,
        "name",
        "venue_id",
    ),
    Part.SECTIONS: Single(
        Section,
        lambda _, row: plan_of(row),
        change_section,
        "plan",
        "section_id",
        retire_section,
        restore_section,
    ),
    Part.DELEGATIONS: Single(
        Delegation,
        lambda _, row: delegation_of(row),
        edit_delegation,
        "plan",
        "delegation_id",
    ),
    Part.ITEMS: Single(
        ProgrammeItem,
        lambda _, row: item_of(row),
        edit_item,
        "planned",
        "item_id",
        cancel_item,
        restore_item,
    ),
    Part.LINES: Single(
        ScriptLine,
        lambda _, row: line_of(row),
        write_script_line,
        "line",
        "item_id",
    ),
    Part.TASKS: Single(
        Task,
        lambda ctx, row: task_of(ctx.session, row),
        edit_task,
        "planned",
        "task_id",
        retire_task,
        restore_task,
    ),
    Part.DELEGATES: Single(
        Delegate,
        lambda ctx, row: listed_of(ctx.session, row, kinds_of(ctx.event, ctx.real)),
        correct_delegate,
        "listed",
        "delegate_id",
        retire_delegate,
        restore_delegate,
    ),
}


def _row(ctx: Context, part: Part, row_id: int) -> Any:
    if part is Part.LINES:  # an item without a row has an empty line
        return ctx.session.get(ScriptLine, row_id) or ScriptLine(item_id=row_id, version=0)
    return ctx.session.get_one(SINGLE[part].table, row_id)


def _facts(ctx: Context, part: Part, row_id: int) -> dict[str, Any]:
    """Which row a command is about, and its version."""
    named = {SINGLE[part].row: row_id} if SINGLE[part].row else {}
    return {**named, "version": _row(ctx, part, row_id).version}


def _is_out(ctx: Context, part: Part, row_id: int) -> bool:
    """Whether a row is out of the event, as a segment is with its session."""
    row = _row(ctx, part, row_id)
    return bool(row.cancelled if part is Part.ITEMS else row.retired)


def _change(ctx: Context, part: Part, row_id: int, mark: str, form: Any) -> None:
    one = SINGLE[part]
    ctx.perform(one.change, mark, **_facts(ctx, part, row_id), **{one.form: form})


def _retire(ctx: Context, part: Part, row_id: int, mark: str, reason: str) -> None:
    one = SINGLE[part]
    assert one.retire is not None  # `RETIRABLE` names no other part, and `restore` stands with it
    why: dict[str, Any] = {"reason": reason}
    if part is Part.SECTIONS:
        others = select(Section.id).where(
            Section.event_id == ctx.event.id,
            col(Section.id) != row_id,
            col(Section.retired).is_(False),
        )
        why = {"to_section_id": ctx.session.exec(others).first() or 0}
    ctx.perform(one.retire, mark, **_facts(ctx, part, row_id), **why)


def _restore(ctx: Context, part: Part, row_id: int, mark: str) -> None:
    one = SINGLE[part]
    assert one.restore is not None
    ctx.perform(one.restore, mark, **_facts(ctx, part, row_id))


# --- an import is applied ------------------------------------------------------------------------


def change(
    ctx: Context, import_id: int, outcome: Outcome, load: Load, rows: Sequence[Changed]
) -> Iterator[ImportedRow]:
    """Change the rows of the event to what the files say, each as a fact of its own.

    `load`: the ids of all rows of the files. Refuses what the single changes refuse.
    """
    for row in rows:
        if row.restored and _is_out(ctx, row.part, row.id):
            _restore(ctx, row.part, row.id, f"{row.mark}/restored")
            yield _written(ctx, import_id, row, ImportStep.RESTORED)
        if row.fields:
            before = SINGLE[row.part].read(ctx, _row(ctx, row.part, row.id))
            form = _stated(row, before, outcome, load)
            if form != before:  # one that came back may be so already
                _change(ctx, row.part, row.id, row.mark, form)
                yield _written(ctx, import_id, row, ImportStep.CHANGED, stored(before))


def take_out(ctx: Context, import_id: int, rows: Iterable[Missing]) -> Iterator[ImportedRow]:
    """Take out of the event what the files leave out."""
    reason = catalogue("vi")["imports.left_out"]
    for row in rows:
        if not _is_out(ctx, row.part, row.id):
            _retire(ctx, row.part, row.id, row.mark, reason)
            yield _written(ctx, import_id, row, ImportStep.RETIRED)


def _written(
    ctx: Context,
    import_id: int,
    row: Changed | Missing,
    step: ImportStep,
    before: dict[str, Any] | None = None,
) -> ImportedRow:
    return ImportedRow(
        import_id=import_id,
        part=row.part.value,
        row_id=row.id,
        step=step.value,
        version=_row(ctx, row.part, row.id).version,
        before=before or {},
    )


def _stated(row: Changed, before: Any, outcome: Outcome, load: Load) -> Any:
    """The form with the fields that the files state."""
    new = {one.name: one.new for one in row.fields}
    if row.part is Part.TASKS and "section" in new:
        new["section_id"] = load.sections[_file(row, outcome)["section"]]
    if row.part is Part.TASKS and "start" in new:
        new["start"] = new["start"] or None
    if row.part is Part.ITEMS and "venue" in new:
        venue = _file(row, outcome)["venue"]
        new["venue_id"] = load.venues[venue] if venue else None
    if row.part is Part.DELEGATES and "delegation" in new:
        new["delegation_id"] = load.delegations[_file(row, outcome)["delegation"]]
    if row.part is Part.DELEGATES and "forum" in new:
        new["items"] = _items(before.items, _file(row, outcome)["forum"], load)
    if row.part in _SHORT and new.keys() & {"title_vi", "name_vi"}:
        new["short_vi"] = _file(row, outcome)["short_vi"]
    names = {one.name for one in fields(before)}
    return replace(before, **{name: value for name, value in new.items() if name in names})


_SHORT = {Part.SECTIONS: "sections.csv", Part.ITEMS: "programme.csv"}
_FILES = _SHORT | {Part.TASKS: "tasks.csv", Part.DELEGATES: "roster.csv"}


def _file(row: Changed, outcome: Outcome) -> dict[str, str]:
    return outcome.files[_FILES[row.part]][row.line]


def _items(before: tuple[int, ...], forum: str, load: Load) -> tuple[int, ...]:
    """The items that expect a delegate, with the group that the list says in place of another."""
    forums = {item.id for item in load.items.values() if item.expects == "forum"}
    own = {load.items[forum].id} if forum else set()
    return tuple(sorted((set(before) - forums) | own))


# --- an import is taken back ---------------------------------------------------------------------


def change_back(ctx: Context, rows: Sequence[ImportedRow]) -> None:
    """Take back what an import changed, took out and brought back: the last written first.

    A row that came back and was changed is changed back, then taken out again. An item is there
    again before the delegates whom it expects.
    """
    order = list(Part)
    rows = sorted(rows, key=lambda row: (order.index(Part(row.part)), row.row_id))
    reason = catalogue("vi")["imports.undone"]
    for step in (ImportStep.RETIRED, ImportStep.CHANGED, ImportStep.RESTORED):
        for row in (one for one in rows if one.step == step.value):
            part, mark = Part(row.part), f"{row.part}:{row.row_id}/{row.step}"
            if step is ImportStep.CHANGED:
                present = SINGLE[part].read(ctx, _row(ctx, part, row.row_id))
                form = form_of(present, _without_gone(ctx, row))
                if form != present:  # the name that alone was changed may be erased since
                    _change(ctx, part, row.row_id, mark, form)
            elif step is ImportStep.RESTORED:
                _retire(ctx, part, row.row_id, mark, reason)
            elif _is_out(ctx, part, row.row_id):
                _restore(ctx, part, row.row_id, mark)


def _without_gone(ctx: Context, row: ImportedRow) -> dict[str, Any]:
    """What a change replaced, without names and telephone numbers that the event keeps no longer:
    on their day they may be there still, until the job has erased them."""
    if row.part != Part.DELEGATES.value:
        return row.before
    gone = set(Particular) - kinds_of(ctx.event, ctx.real)
    return {name: one for name, one in row.before.items() if name not in gone}
