"""Why a database takes no writes: its file is gone, or its disk is full."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy.exc import OperationalError

LOST, GONE, FULL = "database_lost", "database_gone", "database_full"
"""The codes of refusals that say so."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK_FULL = "53100"  # PostgreSQL's code of it


class FileGone(OperationalError):
    """The file that this process opened is no longer the one at the database's place."""

    def __init__(self) -> None:
        super().__init__(None, None, OSError("the database's file was deleted or replaced"))


def code_of(failure: Exception) -> str:
    """The refusal that says what is wrong: `LOST` where the database just does not answer."""
    if isinstance(failure, FileGone):
        return GONE
    original = getattr(failure, "orig", None)
    is_full = getattr(original, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    return FULL if is_full or getattr(original, "sqlstate", "") == _DISK_FULL else LOST


def is_damaged(failure: Exception) -> bool:
    """Whether SQLite says that the file is no database, or a broken one."""
    original = getattr(failure, "orig", None)
    return getattr(original, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


class File:
    """The file of a SQLite database, as it was when it was first opened.

    A file that is deleted stays open: what is written to it is acknowledged, and gone when the
    process ends.
    """

    def __init__(self, place: Path | None) -> None:
        self.place = place
        self.opened: tuple[int, int] | None = None

    def note(self) -> None:
        """Remember which file it is, after the first connection."""
        if self.place and self.opened is None:
            self.opened = self._found()

    def require_same(self) -> None:
        """Raises `FileGone` where another file or none is at its place."""
        if self.opened is not None and self._found() != self.opened:
            raise FileGone

    def _found(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.place or "")
        except OSError:
            return None
        return found.st_dev, found.st_ino
