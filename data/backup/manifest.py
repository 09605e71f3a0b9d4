"""What a copy of the database holds, to compare the original with its copy, and what copies it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# Any constant: it names the advisory lock by which PostgreSQL's backups take turns.
BACKUP_LOCK = 20230722


@dataclass(frozen=True)
class Content:
    """The migration that the tables have, the revision (highest change id), rows by table."""

    migration: str
    revision: int
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


class Kind(Protocol):
    """A back-end: the module that copies one kind of database and restores it."""

    SUFFIX: str

    def fingerprint(self) -> str: ...

    def size(self) -> int: ...

    def write(self, to: Path) -> Content: ...

    def content(self, file: Path) -> Content: ...

    def restore(self, file: Path, wanted: Content) -> None: ...

    def protect(self) -> None: ...
