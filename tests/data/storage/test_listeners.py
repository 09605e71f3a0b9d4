"""Tests of data/storage/listeners.py: what another process commits is heard, once, also after the
connection was lost.
"""

import os
import sqlite3
import threading
import time
from pathlib import Path

import psycopg
import pytest

from data.readiness.tasks import confirm_section
from data.storage import changes, database, listeners
from models.storage import topic_of
from tests.stage import give, revision, section
from tests.writer import Writer

pytestmark = pytest.mark.slow

PATIENCE = 10.0
READINESS, INCIDENTS = frozenset({"readiness"}), frozenset({"incidents"})


def confirm(**facts):
    return give(
        confirm_section, by="command", when="D+0 08:00", section_id=section("an_ninh"), **facts
    )


def eventually(condition) -> bool:
    until = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


@pytest.fixture
def heard():
    """The revisions that were announced, with their topics."""
    calls = []
    stop = changes.subscribe(
        lambda number, names: calls.append((number, frozenset(map(topic_of, names))))
    )
    yield calls
    stop()


@pytest.fixture
def listener(event):
    running = listeners.listener()
    running.start()
    assert eventually(lambda: running.alive)
    yield running
    running.stop()


@pytest.fixture
def other(event):
    writer = Writer()
    yield writer
    writer.stop()


def test_what_another_process_commits_is_announced_with_its_topics(listener, other, heard):
    other.confirm()
    assert eventually(lambda: heard)
    other.open_entry()
    assert eventually(lambda: len(heard) > 1)
    assert heard == [(revision() - 1, READINESS), (revision(), INCIDENTS)]


def test_a_notification_names_the_section_and_a_file_that_is_polled_none(listener, other):
    """Of which no section is known wakes every page of the topic."""
    names = []
    stop = changes.subscribe(lambda _, topics: names.append(topics))
    other.confirm()
    assert eventually(lambda: names)
    stop()
    told = {"readiness", f"readiness:{section('an_ninh')}"}
    notified = database.engine().dialect.name == "postgresql"
    assert names == [told if notified else {"readiness"}]


def test_own_commits_are_announced_once(listener, other, heard):
    confirm()
    own = revision()
    other.open_entry()
    assert eventually(lambda: (revision(), INCIDENTS) in heard)
    assert heard == [(own, READINESS), (revision(), INCIDENTS)]


def test_what_another_process_wrote_between_own_commits_is_not_taken_for_own(
    listener, other, heard
):
    """A listener that only remembered its highest own revision would pass it over."""
    for _ in range(5):
        confirm()
        other.open_entry()
        theirs = revision()
        confirm()
        assert eventually(
            lambda number=theirs: any(
                "incidents" in topics and top >= number for top, topics in heard
            )
        )
        heard.clear()


def test_many_own_commits_under_way_lose_nothing_of_others(listener, other, heard):
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            confirm()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(10):
            heard.clear()
            other.open_entry()
            assert eventually(lambda: any("incidents" in topics for _, topics in heard))
    finally:
        done.set()
        for writer in writers:
            writer.join()


def test_a_listener_that_stopped_hears_nothing(listener, other, heard):
    listener.stop()
    other.confirm()
    assert not listener.thread.is_alive() and heard == []


def test_what_was_there_before_the_first_connection_is_not_announced(event, other, heard):
    other.confirm()
    running = listeners.listener()
    running.start()
    try:
        assert eventually(lambda: running.alive)
        other.open_entry()
        assert eventually(lambda: heard)
        assert heard == [(revision(), INCIDENTS)]
    finally:
        running.stop()


# --- PostgreSQL: the connection is killed ---


class Deaf(listeners.PostgresListener):
    """The control: comes back and takes up from there."""

    def _catch_up(self, connection) -> None:
        self.seen = connection.execute(listeners.NEWEST).fetchone()[0] or 0


def lose_connection() -> int:
    with psycopg.connect(listeners.listener().url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'san_sang listener' AND datname = current_database()"
        ).fetchall()
    return len(found)


def miss_and_return(kind, other, heard) -> list[tuple[int, frozenset[str]]]:
    """What a listener announces of two commits that were made while its connection was lost."""
    running = kind(listeners.listener().url)
    running.start()
    try:
        assert eventually(lambda: running.alive)
        assert lose_connection() == 1
        assert eventually(lambda: not running.alive)
        other.confirm()
        other.open_entry()
        assert heard == []
        assert eventually(lambda: running.alive)
        running.stop()
        return heard
    finally:
        running.stop()


def test_what_was_missed_is_announced_by_revision_after_the_return(event, other, heard):
    if database.engine().dialect.name == "postgresql":
        assert miss_and_return(listeners.PostgresListener, other, heard) == [
            (revision(), READINESS | INCIDENTS)
        ]


def test_without_catching_up_it_would_be_missed(event, other, heard):
    """The control."""
    if database.engine().dialect.name == "postgresql":
        assert miss_and_return(Deaf, other, heard) == []


def test_killed_again_and_again_while_others_write_it_misses_nothing(event, other, heard):
    if database.engine().dialect.name != "postgresql":
        return
    running = listeners.listener()
    running.start()
    assert eventually(lambda: running.alive)
    try:
        for _ in range(3):
            lose_connection()
            for _ in range(20):
                other.confirm()
            other.open_entry()
            last = revision()
            assert eventually(lambda number=last: (heard or [(0, 0)])[-1][0] == number)
            assert any("incidents" in topics for _, topics in heard)
            heard.clear()
    finally:
        running.stop()


@pytest.mark.parametrize(
    "payload", ["", "{", "[]", "5", '{"revision": 5}', '{"revision": "x", "topics": [], "by": ""}']
)
def test_a_notification_of_something_else_is_passed_over(event, other, heard, payload):
    if database.engine().dialect.name != "postgresql":
        return
    running = listeners.listener()
    running.start()
    try:
        assert eventually(lambda: running.alive)
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute("SELECT pg_notify(%s, %s)", (changes.CHANNEL, payload))
        other.confirm()
        assert eventually(lambda: heard)
        assert heard == [(revision(), READINESS)] and running.alive
    finally:
        running.stop()


# --- SQLite: the file is missing, replaced, locked ---


@pytest.fixture
def file(event) -> Path | None:
    address = database.engine().url
    return Path(address.database) if address.get_backend_name() == "sqlite" else None


def test_a_missing_file_is_not_made_and_its_return_is_heard(file, listener, other, heard):
    if file is None:
        return
    database.dispose()
    os.rename(file, away := file.with_suffix(".away"))
    assert eventually(lambda: not listener.alive)
    assert not file.exists()
    os.rename(away, file)
    assert eventually(lambda: listener.alive)
    other.confirm()  # that process held the file open all the time
    assert eventually(lambda: heard == [(revision(), READINESS)])
    other.open_entry()
    assert eventually(lambda: heard[1:] == [(revision(), INCIDENTS)])


def test_a_locked_file_is_waited_for(file, listener, other, heard):
    if file is None:
        return
    with sqlite_writer(file) as holding:
        holding.execute("BEGIN EXCLUSIVE")
        time.sleep(3 * listeners.POLL_INTERVAL)
        holding.execute("ROLLBACK")
    other.confirm()
    assert eventually(lambda: heard == [(revision(), READINESS)])
    assert listener.alive and listener.thread.is_alive()


def test_a_file_that_is_no_database_is_waited_out(file, tmp_path, heard):
    if file is None:
        return
    (tmp_path / "no.db").write_bytes(b"x" * 5000)
    running = listeners.SqliteListener(str(tmp_path / "no.db"))
    running.start()
    try:
        time.sleep(2 * listeners.POLL_INTERVAL)
        assert not running.alive and running.thread.is_alive()
    finally:
        running.stop()


def test_a_path_with_marks_of_an_address_is_opened_as_it_is(file, tmp_path, heard):
    if file is None:
        return
    odd = tmp_path / "sẵn sàng? 100%#1.db"
    odd.write_bytes(file.read_bytes())
    running = listeners.SqliteListener(str(odd))
    running.start()
    try:
        assert eventually(lambda: running.alive)
    finally:
        running.stop()


class sqlite_writer:
    """A connection of the tests' own, through the product's SQLite."""

    def __init__(self, file: Path) -> None:
        self.connection: sqlite3.Connection = database.sqlite.connect(
            str(file), isolation_level=None
        )

    def __enter__(self):
        return self.connection

    def __exit__(self, *_) -> None:
        self.connection.close()
