"""The words of an item as they are read aloud, with the ledger's figures of the moment."""

from models.attendance.ledger import Headcount
from models.script.figures import filled, has_figures
from models.script.lanes import Step
from ui.attendance import queries as attendance_queries
from ui.programme import queries as programme_queries
from ui.shell.frame import Visit


def words_of(ctx: Visit, step: Step) -> str:
    """The words of an item, its figures filled; those of its whole where it counts nobody."""
    text = step.line.words
    if not has_figures(text):
        return text
    unknown = ctx.words("script.figure_unknown")
    return filled(text, _counts(ctx, step), number=ctx.words.number, unknown=unknown)


def _counts(ctx: Visit, step: Step) -> Headcount | None:
    related = (step.item.id, step.item.parent_id)
    found = [
        one
        for one in programme_queries.items(ctx.moment)
        if one.id in related and one.counts_attendance
    ]
    if not found:
        return None
    item = next((one for one in found if one.id == step.item.id), found[0])
    counts = attendance_queries.headcounts(ctx.moment, [item.id])
    return sum(counts.values(), Headcount())
