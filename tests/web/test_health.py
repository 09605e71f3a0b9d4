"""Tests of /readyz: what has to be in order, that it is told within bounds, and that nothing else
is told.
"""

import json
import time
from pathlib import Path

import psycopg
import pytest

from data.storage import database, listeners
from data.words import catalogue
from tests.serving import Answer, Server

pytestmark = pytest.mark.xdist_group("web")

PATIENCE = 20.0


def eventually(server: Server, wanted: dict[str, str]) -> Answer:
    """The first answer whose checks are these, or the last one."""
    until = time.monotonic() + PATIENCE
    while True:
        answer = server.ask("/readyz")
        if json.loads(answer.text)["checks"] == wanted or time.monotonic() > until:
            return answer
        time.sleep(0.1)


def checks(**failed: str) -> dict[str, str]:
    return {"database": "ok", "migrations": "ok", "writable": "ok", "listener": "ok"} | failed


def test_a_server_in_order_is_ready(server):
    answer = eventually(server, checks())
    assert (answer.status, json.loads(answer.text)) == (200, {"status": "ok", "checks": checks()})
    assert answer.headers["cache-control"] == "no-store"


def test_a_missing_migration_is_told(server):
    with psycopg.connect(listeners.listener().url, autocommit=True) as connection:
        (known,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
        try:
            answer = server.ask("/readyz")
            assert (answer.status, json.loads(answer.text)["checks"]) == (
                503,
                checks(migrations="failed"),
            )
            assert (
                json.loads(answer.text)["status"] == "failed"
                and answer.headers["cache-control"] == "no-store"
            )
        finally:
            connection.execute("UPDATE alembic_version SET version_num = %s", [known])
    assert server.ask("/readyz").status == 200


def test_a_database_that_hangs_is_told_in_bounded_time_and_the_server_lives(server):
    """The control: without the bound the answer would come when the lock is released, which is
    after it is asserted.
    """
    with psycopg.connect(listeners.listener().url) as connection:
        connection.execute("LOCK TABLE alembic_version")
        answers = [server.ask("/readyz") for _ in range(2)]
        for answer in answers:
            assert (answer.status, json.loads(answer.text)["checks"]) == (
                503,
                checks(database="failed", migrations="failed"),
            )
        assert server.ask("/healthz").status == 200
    assert eventually(server, checks()).status == 200


def test_a_listener_that_lost_its_connection_is_told(server):
    with psycopg.connect(listeners.listener().url, autocommit=True) as connection:
        killed = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'san_sang listener' AND datname = current_database()"
        ).fetchall()
    assert killed
    assert eventually(server, checks(listener="failed")).status == 503
    assert eventually(server, checks()).status == 200  # by itself


@pytest.fixture
def on_file(sqlite_databases, tmp_path):
    name = sqlite_databases.store.copy(sqlite_databases.template("small"))
    server = Server(sqlite_databases.store.address(name), tmp_path / "server.log")
    yield server.start(), Path(server.database.removeprefix("sqlite:///"))
    server.stop()
    sqlite_databases.store.drop(name)


def test_a_file_that_is_gone_is_told_and_nothing_is_recorded_into_it(on_file):
    """What is written to a deleted file is acknowledged, and gone when the server ends."""
    server, file = on_file
    assert eventually(server, checks()).status == 200
    cookie = f"san_sang={server.sign_in('desk.ban_1')}"
    file.rename(file.with_suffix(".away"))
    everything = dict.fromkeys(checks(), "failed")
    assert eventually(server, everything).status == 503
    form = {"person": "command"}
    refused = server.ask("/sign-in", method="POST", form=form, Accept_Language="vi")
    assert refused.status == 503 and catalogue("vi")["refusal.database_gone"] in refused.text
    assert server.ask("/api/v1/standings", Cookie=cookie).status == 503
    assert not file.exists(), "no empty file is made in its place"
    file.with_suffix(".away").rename(file)
    assert eventually(server, checks()).status == 200
    assert server.ask("/api/v1/standings", Cookie=cookie).status == 200
    assert server.ask("/sign-in", method="POST", form=form).status == 303
    assert "the database takes no writes" in server.log


def test_neither_an_address_nor_a_secret_is_told(server):
    told = server.ask("/readyz").text
    address = database.engine().url
    for secret in (address.database, str(address.host), "postgres", "127.0.0.1", "/tmp"):
        assert secret not in told
