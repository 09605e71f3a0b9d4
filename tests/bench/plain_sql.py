"""Plain SQL as a floor: the bare statements of a scan on the same disk, without the product.

A scan writes a fact, moves the delegate's state, the counts of their delegation, the minute and the
step of the minute, and appends a change: six statements, synced to the disk as the product's are.
What the product adds is who may, whether they may, and the way there and back.
"""

import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from data.storage import database
from tests.bench.figures import Floor

DELEGATIONS = 40
TABLES = (
    "CREATE TABLE fact (id {serial}, item INTEGER, badge TEXT, status TEXT, at TEXT,"
    " scan TEXT UNIQUE)",
    "CREATE INDEX fact_latest ON fact (item, badge, id)",
    "CREATE TABLE state (item INTEGER, badge TEXT, fact INTEGER, status TEXT, at TEXT,"
    " PRIMARY KEY (item, badge))",
    "CREATE TABLE headcount (item INTEGER, delegation INTEGER, present INTEGER,"
    " PRIMARY KEY (item, delegation))",
    "CREATE TABLE arrivals (item INTEGER, minute TEXT, number INTEGER, PRIMARY KEY (item, minute))",
    "CREATE TABLE step (item INTEGER, minute TEXT, delegation INTEGER, present INTEGER,"
    " PRIMARY KEY (item, minute, delegation))",
    "CREATE TABLE change (id {serial}, topic TEXT, at TEXT, what TEXT)",
    "CREATE INDEX change_newest ON change (topic, id)",
)
FACT = (
    "INSERT INTO fact (item, badge, status, at, scan) VALUES (1, ?, 'present', ?, ?) RETURNING id"
)
STATE = "INSERT INTO state VALUES (1, ?, ?, 'present', ?)"
HEADCOUNT = (
    "INSERT INTO headcount VALUES (1, ?, 1)"
    " ON CONFLICT (item, delegation) DO UPDATE SET present = headcount.present + 1"
)
ARRIVALS = (
    "INSERT INTO arrivals VALUES (1, ?, 1)"
    " ON CONFLICT (item, minute) DO UPDATE SET number = arrivals.number + 1"
)
STEP = (
    "INSERT INTO step VALUES (1, ?, ?, 1)"
    " ON CONFLICT (item, minute, delegation) DO UPDATE SET present = step.present + 1"
)
CHANGE = "INSERT INTO change (topic, at, what) VALUES ('attendance', ?, ?)"


class Plain:
    """Such tables of their own, in an SQLite file or in a database of a PostgreSQL server."""

    def __init__(self, connection: Any, *, mark: str, serial: str) -> None:
        self.connection = connection
        self.mark = mark
        for table in TABLES:
            connection.execute(table.format(serial=serial))
        self.turn = threading.Lock()
        self.queue: deque[tuple[str, threading.Event]] = deque()

    @classmethod
    def sqlite(cls, file: Path) -> "Plain":
        connection = database.sqlite.connect(file, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {setting}")
        return cls(connection, mark="?", serial="INTEGER PRIMARY KEY")

    @classmethod
    def postgresql(cls, server: str, name: str) -> "Plain":
        """In a new database of a server that `board_time.make_durable` has made durable."""
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        connection = psycopg.connect(server.replace("/postgres?", f"/{name}?"), autocommit=True)
        serial = "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        return cls(connection, mark="%s", serial=serial)

    def __enter__(self) -> "Plain":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def alone(self, badge: str) -> None:
        """One scan in a transaction of its own; writers take turns."""
        with self.turn:
            self._write([badge])

    def together(self, badge: str) -> None:
        """One scan in a transaction with all that wait."""
        done = threading.Event()
        self.queue.append((badge, done))
        with self.turn:
            if done.is_set():
                return
            batch = [self.queue.popleft() for _ in range(len(self.queue))]
            self._write(badge for badge, _ in batch)
            for _, one in batch:
                one.set()

    def _write(self, badges: Iterable[str]) -> None:
        self._do("BEGIN IMMEDIATE" if self.mark == "?" else "BEGIN")
        for badge in badges:
            now, delegation = f"{time.time():.6f}", hash(badge) % DELEGATIONS
            (fact,) = self._do(FACT, badge, now, uuid.uuid4().hex).fetchone()
            self._do(STATE, badge, fact, now)
            self._do(HEADCOUNT, delegation)
            self._do(ARRIVALS, now[:8])
            self._do(STEP, now[:8], delegation)
            self._do(CHANGE, now, f'{{"command": "admit", "badge": "{badge}"}}')
        self._do("COMMIT")

    def _do(self, statement: str, *facts: object) -> Any:
        return self.connection.execute(statement.replace("?", self.mark), facts)


@dataclass
class Alone:
    """What scans in a transaction each cost one after the other: of each round the rate and the ms
    of this process's CPU of each, of each scan its ms."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def take(self, plain: Plain, badges: list[str]) -> None:
        """One round, with badges that it has not met yet."""
        began, cpu_began = time.perf_counter(), time.process_time()
        for badge in badges:
            asked = time.perf_counter()
            plain.alone(badge)
            self.delays.append((time.perf_counter() - asked) * 1000)
        self.rates.append(len(badges) / (time.perf_counter() - began))
        self.cpu.append((time.process_time() - cpu_began) * 1000 / len(badges))

    def floor(self, values: str) -> Floor:
        return Floor("plain SQL, one each", getattr(self, values))
