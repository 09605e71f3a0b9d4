"""Where the databases of the tests lie: files for SQLite, and one server for PostgreSQL."""

import shutil
from collections import defaultdict
from pathlib import Path

import psycopg

from tests.lent import Lent, State, all_rows
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
    names of their own. One that was lent is lent again (`tests.lent`).
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
        return self._uri_of(name).replace("postgresql://", "postgresql+psycopg://")

    def _uri_of(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

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

    def _new(self, template: str) -> Lent:
        name = self.copy(template)
        connection = psycopg.connect(self._uri_of(name), autocommit=True, prepare_threshold=0)
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

    def _put_back(self, one: Lent) -> bool:
        """Whether a copy could be given back what its template holds."""
        others = "FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        named = (one.name, one.connection.info.backend_pid)
        self.connection.execute(f"SELECT pg_terminate_backend(pid, {FAREWELL}) {others}", named)
        if self.connection.execute(f"SELECT {others}", named).rowcount:
            return False  # what a connection has changed counts once it is gone
        try:
            return one.put_back(self.rows[one.template])
        except psycopg.OperationalError:  # the test has ended all connections
            return False
