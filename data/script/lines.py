"""The lines of the script: what stands there, and writing one in its place."""

from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.script.rooms import require_own_item
from models.events.event import Event
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.script.lines import (
    COLUMNS,
    Line,
    ScriptChange,
    ScriptLine,
    differing,
    line_of,
    require_line,
)
from models.text import both


def lines(session: Session, event: Event) -> dict[int, tuple[int, Line]]:
    """Item id to the version and the line, of the event's items that have one."""
    rows = session.exec(
        select(ScriptLine)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(ScriptLine.item_id))
        .where(ProgrammeItem.event_id == event.id)
    )
    return {row.item_id: (row.version, line_of(row)) for row in rows}


@command(
    "write_script_line",
    topic="script",
    subject="item",
    permission="write_script",
    fact=ScriptChange,
)
def write_script_line(ctx: Context, *, item_id: int, version: int, line: Line) -> ScriptChange:
    """Write an item's line, given the version that the form was drawn with (0 for none yet).

    Refuses `item_unknown`; `script_moved` where it was written since, with `mine` and `theirs`
    (`Line`), its `version` and who wrote it; `script_unchanged`, and what `require_line` does.
    """
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    require_own_item(ctx, item)
    row = ctx.session.get(ScriptLine, item_id)
    mine, theirs = require_line(line), line_of(row)
    if (row.version if row else 0) != version:
        raise overtaken(
            ctx.session,
            "script_moved",
            ScriptChange,
            col(ScriptChange.item_id) == item_id,
            item=both(item, "title"),
            version=row.version if row else 0,
            mine=mine,
            theirs=theirs,
        )
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("script_unchanged", item=both(item, "title"))
    replaced = {name: getattr(theirs, name) for name in COLUMNS}
    row = row or ScriptLine(item_id=item_id, version=0)
    for name in COLUMNS:
        setattr(row, name, getattr(mine, name))
    row.version += 1
    ctx.session.add(row)
    return ctx.record(
        ScriptChange(item_id=item_id, version=version, **replaced),
        item=item_id,
        fields=[f"script.{name}" for name in fields],
    )
