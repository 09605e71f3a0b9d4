"""What a copy of the database holds, so that the original and its copy can be held against each other."""

from dataclasses import dataclass

ALONE = 20230722  # any constant: it names the advisory lock that PostgreSQL's backups take turns by


@dataclass(frozen=True)
class Content:
    """The migration that the tables are in the shape of, the revision (highest change id), and the rows of every table."""

    migration: str
    revision: int
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())
