"""The audit trail as a table in words."""

import pandas as pd

from data.audit import AuditRow, in_words
from data.words import Words

COLUMNS = ("recorded_at", "person", "command", "about", "details", "address", "device")


def table(rows: list[AuditRow], words: Words) -> pd.DataFrame:
    """One row a change; its columns are those of `COLUMNS`, named in words, local times."""
    cells = [
        (words.moment(row.recorded_at), *in_words(row, words), row.address, row.device)
        for row in rows
    ]
    return pd.DataFrame(cells, columns=[words(f"audit.{name}") for name in COLUMNS])
