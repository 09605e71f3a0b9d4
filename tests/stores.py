"""Where the databases of the tests lie: files for SQLite, and one server for PostgreSQL."""

import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from tests.shared import WORKER

MOST_LENDINGS = 40  # of one database: what is deleted in it still takes room
FAREWELL = 5_000  # ms for which the end of a connection is waited for


class SqliteStore:
    """Databases as files of one folder, and the templates of all workers in another."""

    name = "sqlite"

    def __init__(self, folder: Path, shared: Path) -> None:
        self.folder, self.shared = folder, shared
        self.made = 0

    def address(self, name: str) -> str:
        return f"sqlite:///{self.file(name).as_posix()}"

    def file(self, name: str) -> Path:
        folder = self.shared if name.startswith("template_") else self.folder
        return folder / f"{name}.db"

    def copy(self, template: str | None) -> str:
        """The name of a new database that holds what the template holds."""
        self.made += 1
        name = f"copy{self.made}"
        if template:
            shutil.copy(self.file(template), self.file(name))
        return name

    def has(self, template: str) -> bool:
        return self.file(template).exists()

    def rename(self, name: str, template: str) -> None:
        self.file(name).rename(self.file(template))

    lend = copy

    def take_back(self, name: str) -> None:
        self.drop(name)

    def drop(self, name: str) -> None:
        for left in self.folder.glob(f"{name}.db*"):
            left.unlink()


class PostgresStore:
    """Databases of one PostgreSQL server that these tests started; each worker's copies have
    names of their own.

    A copy that was lent to a test is put back into the state it was lent in and lent again: that
    takes a tenth of what dropping and copying takes.
    """

    name = "postgresql"

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.made = 0
        self.lent: dict[str, Lent] = {}
        self.free: defaultdict[str, list[Lent]] = defaultdict(list)  # by template
        self.rows: dict[str, dict[str, bytes]] = {}  # by template and table
        self.connection = psycopg.connect(uri, autocommit=True)  # one for all copies of a run
        for setting in (
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "max_wal_size = '128MB'",
            "autovacuum = off",
        ):
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def _run(self, statement: str) -> int:
        return self.connection.execute(statement).rowcount

    def address(self, name: str) -> str:
        return self.uri.replace("postgresql://", "postgresql+psycopg://").replace(
            "/postgres?", f"/{name}?"
        )

    def copy(self, template: str | None) -> str:
        """The name of a new database that holds what the template holds."""
        self.made += 1
        name = f"copy{self.made}_{WORKER}"
        # As files, not through the log: where nothing is synced that is the quicker way.
        self._run(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} STRATEGY = file_copy")
        return name

    def has(self, template: str) -> bool:
        return self._run(f"SELECT 1 FROM pg_database WHERE datname = '{template}'") == 1

    def rename(self, name: str, template: str) -> None:
        self._run(f"ALTER DATABASE {name} RENAME TO {template}")

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def lend(self, template: str | None) -> str:
        """The name of a database that holds what the template holds, until it is taken back."""
        if template is None:
            return self.copy(None)
        if not (free := self.free[template]):
            free.append(self._new(template))
        one = free.pop()
        self.lent[one.name] = one
        return one.name

    def _new(self, template: str) -> "Lent":
        name = self.copy(template)
        connection = psycopg.connect(
            self.uri.replace("/postgres?", f"/{name}?"), autocommit=True, prepare_threshold=0
        )
        if template not in self.rows:
            self.rows[template] = all_rows(connection)
        return Lent(name, template, connection, State.of(connection))

    def take_back(self, name: str) -> None:
        one = self.lent.pop(name, None)
        if one and one.lendings < MOST_LENDINGS and self._put_back(one):
            self.free[one.template].append(one)
            return
        if one:
            one.connection.close()
        self.drop(name)

    def close(self) -> None:
        for one in (*self.lent.values(), *(one for free in self.free.values() for one in free)):
            one.connection.close()
        self.connection.close()

    def _put_back(self, one: "Lent") -> bool:
        """Whether a copy could be given back what its template holds."""
        others = (
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> %s"
        )
        # What a connection has changed counts once it is gone.
        self.connection.execute(others, (FAREWELL, one.name, one.connection.info.backend_pid))
        try:
            return one.put_back(self.rows[one.template])
        except psycopg.OperationalError:  # the test has ended all connections
            return False


@dataclass
class State:
    """Where a database stands."""

    shape: str
    """Differs as soon as a table, a column, a trigger, a function or a rule of a table does."""
    changes: dict[str, tuple[int, int]]
    """Of each table: the rows added so far, and those changed or deleted."""
    sequences: dict[str, int | None]
    transaction: int
    """The number of the next one."""

    @classmethod
    def of(cls, connection: Connection) -> "State":
        connection.execute("SELECT pg_stat_force_next_flush()")
        shape, changes, sequences, transaction = connection.execute(STATE).fetchone()
        return cls(
            shape, {name: tuple(counts) for name, *counts in changes}, sequences, transaction
        )


STATE = """
SELECT
  concat_ws(' ',
    (SELECT concat_ws(' ', count(*),
        sum(oid::bigint + relfilenode::bigint + relnatts + hashtext(relname)))
      FROM pg_class),
    (SELECT concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_trigger),
    (SELECT concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_proc WHERE oid >= 16384),
    (SELECT concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_constraint)),
  (SELECT json_agg(json_build_array(relname, n_tup_ins, n_tup_upd + n_tup_del))
    FROM pg_stat_user_tables),
  (SELECT json_object_agg(relname, pg_sequence_last_value(oid)) FROM pg_class WHERE relkind = 'S'),
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""


@dataclass
class Lent:
    """A database that is lent, again and again."""

    name: str
    template: str
    connection: Connection
    state: State
    """As it was lent."""
    lendings: int = 1

    def put_back(self, rows: dict[str, bytes]) -> bool:
        """Give it these rows back, by table; False where more than rows has changed."""
        now = State.of(self.connection)
        if now.shape != self.state.shape:
            return False
        with self.connection.transaction():
            # Neither keys to other tables nor triggers hold for what is put back.
            self.connection.execute("SET LOCAL session_replication_role = replica")
            for name, (added, changed) in now.changes.items():
                if changed != self.state.changes[name][1]:
                    self._replace(name, rows[name])
                elif added != self.state.changes[name][0]:
                    new = SQL("DELETE FROM {} WHERE xmin::text::bigint >= {}")
                    self.connection.execute(new.format(Identifier(name), self.state.transaction))
            for name, value in now.sequences.items():
                if value != (before := self.state.sequences[name]):
                    self.connection.execute(
                        "SELECT setval(%s::regclass, %s, %s)",
                        (f'"{name}"', before or 1, before is not None),
                    )
        self.state = State.of(self.connection)
        self.lendings += 1
        return True

    def _replace(self, table: str, rows: bytes) -> None:
        self.connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        into = SQL("COPY {} FROM STDIN (FORMAT binary)").format(Identifier(table))
        with self.connection.cursor().copy(into) as copy:
            copy.write(rows)


def all_rows(connection: Connection) -> dict[str, bytes]:
    """The rows of each table, as the server gives and takes them."""
    tables = connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
    return {name: rows(connection, name) for (name,) in tables}


def rows(connection: Connection, table: str) -> bytes:
    out = SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(table))
    with connection.cursor().copy(out) as copy:
        return b"".join(copy)
