"""What one writer means to record and what was acknowledged to it, on disk before and after
each command: it outlives a kill.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Order:
    """One command to give. Its moment is its own, so that the fact and the change row can be
    recognized by it.
    """

    once: str  # the idempotency_key, or the scan's id
    command: str
    at: str  # ISO
    facts: dict
    entry: str = ""  # the idempotency_key of the log entry that the command is about

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class Journal:
    """A file of lines, each written by one call to the system: a killed process leaves whole
    lines behind.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def note(self, word: str, payload: object) -> None:
        line = json.dumps([word, payload], ensure_ascii=False) + "\n"
        writing = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(writing, line.encode())
        finally:
            os.close(writing)

    def mean(self, order: Order) -> None:
        self.note("meant", asdict(order))

    def acknowledge(self, order: Order) -> None:
        self.note("acknowledged", order.once)

    def entries(self, word: str) -> Iterator:
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                said, payload = json.loads(line)
                if said == word:
                    yield payload

    @property
    def meant(self) -> list[Order]:
        return [Order(**order) for order in self.entries("meant")]

    @property
    def acknowledged(self) -> set[str]:
        return set(self.entries("acknowledged"))

    @property
    def open(self) -> list[Order]:
        """What was meant and not acknowledged, oldest first."""
        done = self.acknowledged
        return [order for order in self.meant if order.once not in done]


def journals(folder: Path) -> list[Journal]:
    return [Journal(file) for file in sorted(folder.glob("*.journal"))]
