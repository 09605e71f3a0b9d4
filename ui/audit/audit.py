"""The audit trail as a table in words, and the days that are asked for."""

from datetime import date, datetime, time, timedelta

from data.audit import AuditRow, in_words
from data.words import Words
from ui.shell import choices, table
from ui.shell.frame import Visit
from ui.shell.table import Cell, Column, Row

COLUMNS = {  # name -> width, and whether it stays where there is little room
    "recorded_at": ("10.5rem", True),
    "person": ("15%", True),
    "command": ("17%", True),
    "about": ("14%", True),
    "details": ("", True),
    "address": ("8rem", False),
    "device": ("9rem", False),
}
DAYS, MAX_DAYS = 7, 120  # that are asked for at first, and that are offered


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


def period(ctx: Visit) -> tuple[datetime | None, datetime | None]:
    """From the first day's midnight to the one after the last, local time; None: left open.

    Lists of days: the framework's calendar speaks English.
    """
    zone = ctx.words.time_zone
    today = datetime.now(zone).date()
    first = day(ctx, "from_day", today, default=DAYS)
    last = day(ctx, "to_day", today, default=0)
    midnight = time(tzinfo=zone)
    since = datetime.combine(first, midnight) if first else None
    until = datetime.combine(last + timedelta(days=1), midnight) if last else None
    return since, until


def day(ctx: Visit, name: str, today: date, *, default: int) -> date | None:
    """A day to choose, newest first; at first the one of so many days ago. None: any."""
    words, key = ctx.words, f"audit.{name}"
    days = [today - timedelta(days=ago) for ago in range(MAX_DAYS)]
    choices.follow(key, days[default])
    return (
        choices.selectbox(
            words(key),
            ["", *days],
            index=default + 1,
            format_func=lambda one: words.day(one) if one else words("audit.all"),
            key=key,
        )
        or None
    )
