"""Hearing the commits of other processes: from PostgreSQL by its notifications, on SQLite by looking at the file's version."""

import json
import logging
import threading
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from data.storage import changes, database

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds before a lost connection is tried again
LOOK = 0.25  # seconds between two looks at an SQLite file; a look takes some microseconds

# A cut network says nothing by itself: without these a listener would wait for two hours on a dead connection.
PROMPT = {
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
    """A thread with a connection of its own. A lost one is opened again, and what was missed meanwhile is announced by revision.

    `alive` says whether it hears now, `since` (seconds, monotonic) for how long that has been so.
    """

    LOST: tuple[type[Exception], ...] = ()

    def __init__(self) -> None:
        self.seen: int | None = (
            None  # the newest revision that was announced; None before the first connection
        )
        self.alive = False
        self.since = time.monotonic()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._live, name=type(self).__name__, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(timeout=3)

    def _live(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen()
            except self.LOST as failure:
                if self.alive:
                    log.warning(
                        "the listener lost the database (%s); trying again", type(failure).__name__
                    )
                self._turn(alive=False)
                self.stopping.wait(PAUSE)

    def _listen(self) -> None:
        """Connects, catches up, and announces until told to stop."""
        raise NotImplementedError

    def _turn(self, *, alive: bool) -> None:
        if alive != self.alive:
            self.alive, self.since = alive, time.monotonic()

    def _catch_up(self, connection) -> None:
        """Announces what was committed after the newest that was heard of; the first time it only takes note of where it is."""
        newest = connection.execute(NEWEST).fetchone()[0] or 0
        if self.seen is not None and newest > self.seen:
            self._announce(connection.execute(NEWER.format(self.seen)).fetchall())
        self.seen = newest  # lower than before where an older copy of the database was put in place

    def _announce(self, rows: list[tuple[int, str]]) -> None:
        if rows:
            changes.announce(rows[-1][0], frozenset(topic for _, topic in rows))


class PostgresListener(Listener):
    """Waits for the notifications that go out with each commit; those of this process have been announced already."""

    LOST = (psycopg.Error,)

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def _listen(self) -> None:
        with psycopg.connect(self.url, autocommit=True, **PROMPT) as connection:
            connection.execute(f"LISTEN {changes.CHANNEL}")
            self._catch_up(connection)
            self._turn(alive=True)
            while not self.stopping.is_set():
                for notice in connection.notifies(timeout=1):
                    self._hear(notice.payload)

    def _hear(self, payload: str) -> None:
        try:
            told = json.loads(payload)
            revision, topics, by = int(told["revision"]), frozenset(told["topics"]), told["by"]
        except (ValueError, KeyError, TypeError):
            log.warning("a notification that is none of ours was passed over")
            return
        if revision > self.seen:  # else it was caught up with between LISTEN and now
            self.seen = revision
            if by != changes.PROCESS:
                changes.announce(revision, topics)


class SqliteListener(Listener):
    """Looks at `PRAGMA data_version`, which another connection's commit changes, and then reads the change rows."""

    LOST = (database.sqlite.Error, OSError)

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = Path(path)
        self.own: set[int] = set()  # what this process committed and announced itself

    def _listen(self) -> None:
        opened = self._file()
        # mode=rw: a missing file must not come into being here. It is opened by the engine's own library, since two
        # copies of SQLite in one process undo each other's locks.
        address = f"file:{quote(self.path.resolve().as_posix())}?mode=rw"
        connection = database.sqlite.connect(address, uri=True, timeout=1, isolation_level=None)
        changes.take_own()
        self.own.clear()  # they may be of another file; at worst something is announced twice
        try:
            version = None
            while not self.stopping.wait(LOOK if version is not None else 0):
                if self._file() != opened:
                    return  # another file lies there now, under the same name
                before, (version,) = version, connection.execute("PRAGMA data_version").fetchone()
                if version != before:
                    self._catch_up(connection)
                self._turn(alive=True)
        finally:
            connection.close()

    def _file(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_dev, found.st_ino

    def _announce(self, rows: list[tuple[int, str]]) -> None:
        self.own |= changes.take_own()
        super()._announce([row for row in rows if row[0] not in self.own])
        self.own = {
            number for number in self.own if number > rows[-1][0]
        }  # committed since these rows were read


def listener() -> Listener:
    """The one that fits `DATABASE_URL`."""
    address = database.engine().url
    if address.get_backend_name() == "sqlite":
        return SqliteListener(address.database)
    return PostgresListener(
        address.set(drivername="postgresql").render_as_string(hide_password=False)
    )
