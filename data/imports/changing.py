"""Rows of the event that an import changes or takes out: each by the command of that one change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from data.attendance.delegates import (
    correct_delegate,
    listed_of,
    restore_delegate,
    retire_delegate,
)
from data.commands import Context
from data.events.load import Load
from data.plan.commands import edit_task
from data.plan.commands import planned_of as task_of
from data.plan.items import cancel_item, edit_item, restore_item
from data.plan.items import planned_of as item_of
from data.plan.settings import edit_event, settings_of
from data.plan.venues import rename_venue
from data.words import catalogue
from models.attendance.ledger import Delegate
from models.events.event import Event, Venue, VenueName
from models.imports.difference import Changed, Missing, Part
from models.imports.event import Outcome
from models.imports.imported import ImportedRow, ImportStep, stored
from models.programme import ProgrammeItem
from models.readiness.tasks import Task

F = TypeVar("F")
Replaced = tuple[int, Any]
"""The version of a row after its change, and the form of what was replaced."""


def change(
    ctx: Context, import_id: int, outcome: Outcome, load: Load, rows: Sequence[Changed]
) -> Iterator[ImportedRow]:
    """Change the rows of the event to what the files say, each as a fact of its own.

    `load`: the ids of all rows of the files. Refuses what the single changes refuse.
    """
    for row in rows:
        if row.restored:
            yield _row(import_id, row, ImportStep.RESTORED, _restore(ctx, row))
        if row.fields:
            version, before = _CHANGES[row.part](ctx, row, outcome, load)
            yield _row(import_id, row, ImportStep.CHANGED, version, stored(before))


def take_out(ctx: Context, import_id: int, rows: Iterable[Missing]) -> Iterator[ImportedRow]:
    """Retire delegates and cancel items that the files leave out."""
    reason = catalogue("vi")["imports.left_out"]
    for row in rows:
        if row.part is Part.ITEMS and _item(ctx, row.id).cancelled:
            continue  # as a part of one that was cancelled before it
        yield _row(import_id, row, ImportStep.RETIRED, _retire(ctx, row, reason))


def _row(
    import_id: int,
    row: Changed | Missing,
    step: ImportStep,
    version: int,
    before: dict[str, Any] | None = None,
) -> ImportedRow:
    return ImportedRow(
        import_id=import_id,
        part=row.part.value,
        row_id=row.id,
        step=step.value,
        version=version,
        before=before or {},
    )


def _item(ctx: Context, item_id: int) -> ProgrammeItem:
    return ctx.session.get_one(ProgrammeItem, item_id)


def _retire(ctx: Context, row: Missing, reason: str) -> int:
    facts: dict[str, Any] = {"version": row.version, "reason": reason}
    if row.part is Part.DELEGATES:
        return ctx.perform(retire_delegate, row.mark, delegate_id=row.id, **facts).version
    return ctx.perform(cancel_item, row.mark, item_id=row.id, **facts).version


def _restore(ctx: Context, row: Changed) -> int:
    facts: dict[str, Any] = {"version": row.version}
    mark = f"{row.mark}/restored"
    if row.part is Part.DELEGATES:
        return ctx.perform(restore_delegate, mark, delegate_id=row.id, **facts).version
    return ctx.perform(restore_item, mark, item_id=row.id, **facts).version


# --- one change of each part ---------------------------------------------------------------------


def _stated(row: Changed, form: F) -> dict[str, object]:
    """The fields of a form that the files state; a translation that was the Vietnamese text itself
    follows it."""
    new = {one.name: one.new for one in row.fields}
    names = {one.name for one in fields(form)}  # type: ignore[arg-type]
    for name in [one for one in new if one.endswith("_vi")]:
        english = name.removesuffix("_vi") + "_en"
        if english in names and getattr(form, english) == getattr(form, name):
            new[english] = new[name]
    return {name: value for name, value in new.items() if name in names}


def _change_event(ctx: Context, row: Changed, outcome: Outcome, load: Load) -> Replaced:
    event = ctx.session.get_one(Event, row.id)
    before = settings_of(event)
    settings = replace(before, **_stated(row, before))  # type: ignore[arg-type]
    ctx.perform(edit_event, row.mark, version=event.version, settings=settings)
    return event.version, before


def _change_venue(ctx: Context, row: Changed, outcome: Outcome, load: Load) -> Replaced:
    venue = ctx.session.get_one(Venue, row.id)
    before = VenueName(venue.name_vi, venue.name_en)
    name = replace(before, **_stated(row, before))  # type: ignore[arg-type]
    ctx.perform(rename_venue, row.mark, venue_id=row.id, version=venue.version, name=name)
    return venue.version, before


def _change_item(ctx: Context, row: Changed, outcome: Outcome, load: Load) -> Replaced:
    item, file = _item(ctx, row.id), outcome.files["programme.csv"][row.line]
    before = item_of(item)
    stated = _stated(row, before)
    changed = {one.name for one in row.fields}
    if "venue" in changed:
        stated["venue_id"] = load.venues[file["venue"]] if file["venue"] else None
    if "title_vi" in changed:
        stated["short_vi"] = file["short_vi"]
        if before.short_en == before.short_vi:
            stated["short_en"] = file["short_vi"]
    planned = replace(before, **stated)  # type: ignore[arg-type]
    version = ctx.perform(
        edit_item, row.mark, item_id=row.id, version=item.version, planned=planned
    ).version
    return version, before


def _change_task(ctx: Context, row: Changed, outcome: Outcome, load: Load) -> Replaced:
    task = ctx.session.get_one(Task, row.id)
    before = task_of(ctx.session, task)
    stated = _stated(row, before)
    if "start" in stated:
        stated["start"] = stated["start"] or None
    planned = replace(before, **stated)  # type: ignore[arg-type]
    ctx.perform(edit_task, row.mark, task_id=row.id, version=task.version, planned=planned)
    return task.version, before


def _change_delegate(ctx: Context, row: Changed, outcome: Outcome, load: Load) -> Replaced:
    delegate, file = (
        ctx.session.get_one(Delegate, row.id),
        outcome.files["roster.csv"][row.line],
    )
    before = listed_of(ctx.session, delegate)
    stated = _stated(row, before)
    changed = {one.name for one in row.fields}
    if "delegation" in changed:
        stated["delegation_id"] = load.delegations[file["delegation"]]
    if "forum" in changed:
        stated["items"] = _items(before.items, file["forum"], load)
    listed = replace(before, **stated)  # type: ignore[arg-type]
    version = ctx.perform(
        correct_delegate, row.mark, delegate_id=row.id, version=delegate.version, listed=listed
    ).version
    return version, before


def _items(before: tuple[int, ...], forum: str, load: Load) -> tuple[int, ...]:
    """The items that expect a delegate, with the group that the list says in place of another."""
    forums = {item.id for item in load.items.values() if item.expects == "forum"}
    own = {load.items[forum].id} if forum else set()
    return tuple(sorted((set(before) - forums) | own))


_CHANGES = {
    Part.EVENT: _change_event,
    Part.VENUES: _change_venue,
    Part.ITEMS: _change_item,
    Part.TASKS: _change_task,
    Part.DELEGATES: _change_delegate,
}
