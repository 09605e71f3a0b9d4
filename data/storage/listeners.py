"""Listeners for the commits of other processes: PostgreSQL notifies, an SQLite file is polled."""

import json
import logging
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from data.storage import changes, database

log = logging.getLogger(__name__)

RETRY_DELAY = 1.0  # seconds before a lost connection is tried again
POLL_INTERVAL = 0.25  # seconds between two polls of an SQLite file; one takes some microseconds

# A cut network says nothing by itself: without these a listener would wait for two hours on a
# dead connection.
PROMPT: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "san_sang listener",
}

NEWER = "SELECT id, topic FROM change WHERE id > {} ORDER BY id"
NEWEST = "SELECT max(id) FROM change"


class Listener:
    """A thread with a connection of its own.

    A lost one is opened again, and what was missed meanwhile is announced by revision. `alive`:
    whether it listens now; `since` (seconds, monotonic): since when that has been so.
    """

    LOST: tuple[type[Exception], ...] = ()

    def __init__(self) -> None:
        # The newest revision that was announced; None before the first connection.
        self.seen: int | None = None
        self.alive = False
        self.since = time.monotonic()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(timeout=3)

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen()
            except self.LOST as failure:
                if self.alive:
                    log.warning(
                        "the listener lost the database (%s); trying again", type(failure).__name__
                    )
                self._set_alive(False)
                self.stopping.wait(RETRY_DELAY)

    def _listen(self) -> None:
        """Connect, catch up, and announce until `stop`."""
        raise NotImplementedError

    def _set_alive(self, alive: bool) -> None:
        if alive != self.alive:
            self.alive, self.since = alive, time.monotonic()

    def _catch_up(self, connection: Any) -> None:
        """Announce what was committed after `seen`; the first time only set `seen`."""
        newest = connection.execute(NEWEST).fetchone()[0] or 0
        if self.seen is not None and newest > self.seen:
            self._announce(connection.execute(NEWER.format(self.seen)).fetchall())
        # Lower than before where an older copy of the database was put in place.
        self.seen = newest

    def _announce(self, rows: list[tuple[int, str]]) -> None:
        if rows:
            changes.announce(rows[-1][0], frozenset(topic for _, topic in rows))


class PostgresListener(Listener):
    """Waits for the notifications that go out with each commit.

    Those of this process have been announced already.
    """

    LOST = (psycopg.Error,)

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def _listen(self) -> None:
        with psycopg.connect(self.url, autocommit=True, **PROMPT) as connection:
            connection.execute(f"LISTEN {changes.CHANNEL}")
            self._catch_up(connection)
            self._set_alive(True)
            while not self.stopping.is_set():
                for notice in connection.notifies(timeout=1):
                    self._hear(notice.payload)

    def _hear(self, payload: str) -> None:
        try:
            change = json.loads(payload)
            revision, topics = int(change["revision"]), frozenset(change["topics"])
            process = change["by"]
        except (ValueError, KeyError, TypeError):
            log.warning("a notification that is none of ours was passed over")
            return
        if revision > (self.seen or 0):  # else it was caught up with between LISTEN and now
            self.seen = revision
            if process != changes.PROCESS:
                changes.announce(revision, topics)


class SqliteListener(Listener):
    """Polls `PRAGMA data_version`, which another connection's commit changes.

    Then it reads the change rows.
    """

    LOST = (database.sqlite.Error, OSError)

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = Path(path)
        self.own: set[int] = set()  # changes that this process committed and announced itself

    def _listen(self) -> None:
        opened = self._file()
        # mode=rw: a missing file must not be created here. It is opened by the engine's own
        # library, since two copies of SQLite in one process undo each other's locks.
        address = f"file:{quote(self.path.resolve().as_posix())}?mode=rw"
        connection = database.sqlite.connect(address, uri=True, timeout=1, isolation_level=None)
        changes.take_own()
        self.own.clear()  # they may be of another file; at worst something is announced twice
        try:
            version: int | None = None
            while not self.stopping.wait(POLL_INTERVAL if version is not None else 0):
                if self._file() != opened:
                    return  # another file lies there now, under the same name
                (newest,) = connection.execute("PRAGMA data_version").fetchone()
                if newest != version:
                    version = newest
                    self._catch_up(connection)
                self._set_alive(True)
        finally:
            connection.close()

    def _file(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_dev, status.st_ino

    def _announce(self, rows: list[tuple[int, str]]) -> None:
        self.own |= changes.take_own()
        super()._announce([row for row in rows if row[0] not in self.own])
        # What stays was committed since these rows were read.
        self.own = {number for number in self.own if number > rows[-1][0]}


def listener() -> Listener:
    """The listener that fits `DATABASE_URL`."""
    address = database.engine().url
    if address.get_backend_name() == "sqlite":
        return SqliteListener(address.database or "")
    return PostgresListener(
        address.set(drivername="postgresql").render_as_string(hide_password=False)
    )
