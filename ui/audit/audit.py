"""The audit trail as a table in words."""

from data.audit import AuditRow, in_words
from data.words import Words
from ui.shell import table
from ui.shell.table import Cell, Column, Row

COLUMNS = {  # name -> width, and whether it stays where there is little room
    "recorded_at": ("9.5rem", True),
    "person": ("15%", True),
    "command": ("17%", True),
    "about": ("14%", True),
    "details": ("", True),
    "address": ("8rem", False),
    "device": ("9rem", False),
}


def listed(rows: list[AuditRow], words: Words) -> None:
    """One row a change, newest first, local times. Nothing of it is taken but by an export."""
    table.table(
        "audit.table",
        [
            Column(
                words(f"audit.{name}"), "opens" if name == "command" else "text", width,
                narrow=narrow, wraps=True,
            )
            for name, (width, narrow) in COLUMNS.items()
        ],
        [Row(row.id, cells(row, words)) for row in rows],
        label=words("audit.table"),
        empty=words("audit.none"),
        opens=False,
    )  # fmt: skip


def cells(row: AuditRow, words: Words) -> tuple[str | Cell, ...]:
    at = Cell(words.moment(row.recorded_at), sort=row.recorded_at.timestamp())
    return (at, *in_words(row, words), row.address, row.device)
