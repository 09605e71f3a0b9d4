"""The contributions as a table: taken out as a workbook or a document, and read in again."""

from sqlmodel import Session

from data.commands import Context, command
from data.contributions.queries import ContributionSnapshot, contributions_at, topics
from data.exports.commands import ExportedTable
from data.exports.office import Line, OfficeTable
from data.programme import items_at
from data.words import Words, event_words
from models.contributions.contributions import State
from models.events.event import Event, View

COLUMNS = (
    "number",
    "unit",
    "office",
    "text",
    "kind",
    "forum",
    "topic",
    "field",
    "body",
    "level",
    "received",
    "progress",
    "outcome",
)
"""The columns of the table; the last two say what became of it, and come back as nothing."""


def contribution_table(session: Session, event: Event, view: View, words: Words) -> OfficeTable:
    """All contributions but those that no moderator has seen, by forum and number; those that are
    merged name the one that stands for them."""
    every = contributions_at(session, event, view)
    forums = {one.id: words.of(one, "short") for one in items_at(session, event, view)}
    names = {one.id: words.of(one, "name") for one in topics(session, event)}
    numbers = {one.id: one.number for one in every}
    shown = [one for one in every if one.state is not State.SUBMITTED]
    shown.sort(key=lambda one: (one.item_id or 0, one.number))
    lines = tuple(
        Line(
            {
                "number": str(one.number),
                "unit": words.of(one, "unit"),
                "office": one.office,
                "text": one.text,
                "kind": words(f"contribution_kind.{one.kind}"),
                "forum": forums.get(one.item_id or 0, ""),
                "topic": names.get(one.topic_id or 0, ""),
                "field": one.field,
                "body": one.body,
                "level": words(f"competence.{one.level}") if one.level else "",
                "received": words.day(one.received_at),
                "progress": words(f"contribution_state.{one.state.value}"),
                "outcome": _outcome(one, numbers, words),
            }
        )
        for one in shown
    )
    columns = tuple((name, words(f"exports.contributions_{name}")) for name in COLUMNS)
    return OfficeTable("contributions", (), columns, lines)


def _outcome(one: ContributionSnapshot, numbers: dict[int, int], words: Words) -> str:
    if one.merged_into is not None:
        return words("contributions.merged_into", number=f"{numbers[one.merged_into]:03d}")
    if one.state is State.ANSWER_OWED:
        return words("contributions.owed", body=one.owed_by, day=one.due_on)
    return f"{one.said_by}: {one.said}" if one.said_by else one.said


@command("export_contributions", topic="people", subject="export")
def export_contributions(ctx: Context, *, language: str) -> ExportedTable:
    """The table of contributions; that it was taken is noted."""
    ctx.require()
    words = event_words(ctx.event, language)
    table = contribution_table(ctx.session, ctx.event, View(ctx.at), words)
    ctx.note(None, rows=table.rows)
    return ExportedTable(ctx.event, ctx.at, table)
