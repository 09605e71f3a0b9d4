"""One server for the tests of the web side: the small event, rehearsed, on PostgreSQL, with its
clock stopped.
"""

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from data.events import loading
from data.events.clock import real_now, record_setting
from data.events.current import current_event
from data.storage import database
from tests import stage
from tests.serving import Server


@pytest.fixture(scope="session")
def _rehearsal(postgres_databases, tmp_path_factory) -> Iterator[tuple[Server, str]]:
    """The server and the name of its database. On PostgreSQL, because there a commit of this
    process is heard by topic.
    """
    name = postgres_databases.store.copy(postgres_databases.template("tables"))
    postgres_databases.use(name)
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
    stop_clock("D+1 07:00")
    server = Server(
        postgres_databases.store.address(name), tmp_path_factory.mktemp("web") / "server.log"
    )
    yield server.start(), name
    server.stop()
    postgres_databases.store.drop(name)


@pytest.fixture
def server(_rehearsal, postgres_databases) -> Iterator[Server]:
    """The server, and its database as the one that this process writes to."""
    running, name = _rehearsal
    postgres_databases.use(name)
    yield running
    database.dispose()


@pytest.fixture(scope="session")
def real_server(sqlite_databases, tmp_path_factory) -> Iterator[Server]:
    """A server of a real event."""
    name = sqlite_databases.store.copy(sqlite_databases.template("tables"))
    sqlite_databases.use(name)
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=real_now())
    database.dispose()
    server = Server(
        sqlite_databases.store.address(name), tmp_path_factory.mktemp("real") / "server.log"
    )
    yield server.start()
    server.stop()


def stop_clock(offset: str) -> None:
    moment = stage.at(offset)
    with database.writing() as session:
        event = current_event(session)
        real = datetime.now(timezone.utc)
        record_setting(
            session, event, event_at=moment, speed=0.0, resume_speed=1.0, real=real, by=None
        )
