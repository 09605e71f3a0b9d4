"""The audit trail as a table in words, and the days that are asked for."""

from datetime import date, datetime, time, timedelta

import pandas as pd

from data.audit import AuditRow, in_words
from data.words import Words
from ui.shell import choices
from ui.shell.frame import Visit
from ui.shell.plain import plain

COLUMNS = ("recorded_at", "person", "command", "about", "details", "address", "device")
DAYS, MAX_DAYS = 7, 120  # that are asked for at first, and that are offered


def table(rows: list[AuditRow], words: Words) -> pd.DataFrame:
    """One row a change; its columns are those of `COLUMNS`, named in words, local times."""
    cells = [_cells(row, words) for row in rows]
    return pd.DataFrame(cells, columns=[words(f"audit.{name}") for name in COLUMNS])


def _cells(row: AuditRow, words: Words) -> list[str]:
    told = (words.moment(row.recorded_at), *in_words(row, words), row.address, row.device)
    return [plain(cell) for cell in told]


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
