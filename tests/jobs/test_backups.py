"""Tests of jobs/backups.py: the server makes backups by itself, one of several servers each time.

It says when it cannot, and stops without waiting for one.
"""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from data.backup import backup
from data.events import loading
from data.events.clock import real_now
from data.storage import database, migrate
from jobs import backups
from tests import stage
from tests.data.postgres_programs import BIN
from tests.serving import Server

pytestmark = pytest.mark.xdist_group("web")
WITHIN = 60  # seconds; two cores are shared with the other tests


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PG_BIN", str(BIN))
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "backups"))
    return tmp_path / "backups"


def wait_for(found, what: str) -> None:
    until = time.monotonic() + WITHIN
    while not found():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.1)


def test_a_server_makes_a_backup_when_one_is_due(event, databases, place, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKUP_EVERY", "5")
    servers = [
        Server(databases.store.address(name_of_database()), tmp_path / f"server{number}.log")
        for number in range(2)
    ]
    try:
        for server in servers:
            server.start()
        wait_for(lambda: backup.newest(place), "a backup")
        assert len(backup.backups(place)) == 1
        assert "the backup failed" not in "".join(server.log for server in servers)
    finally:
        for server in servers:
            server.stop()
    backup.require_whole(backup.newest(place))


def name_of_database() -> str:
    return database.make_url(database.url()).database.rpartition("/")[2].removesuffix(".db")


def test_a_backup_that_fails_is_a_warning_and_stops_nothing(
    event, databases, tmp_path, monkeypatch
):
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    monkeypatch.setenv("BACKUP_TO", str(blocked))
    monkeypatch.setenv("BACKUP_EVERY", "5")
    server = Server(databases.store.address(name_of_database()), tmp_path / "server.log")
    try:
        server.start()
        wait_for(lambda: "the backup failed" in server.log, "the warning")
        assert server.ask("/healthz").status == 200
        assert "Traceback" not in server.log
    finally:
        server.stop()


def test_a_rehearsal_has_none_unless_asked_for_and_a_real_event_has(db, place, monkeypatch):
    assert backups.due() is None  # nothing loaded yet
    monkeypatch.delenv("BACKUP_EVERY", raising=False)
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
    assert backups.due() is None
    monkeypatch.setenv("BACKUP_EVERY", "5")
    assert backups.due().total_seconds() == 300
    monkeypatch.delenv("BACKUP_EVERY")
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=real_now())
    assert backups.due() == backup.EVERY
    migrate.upgrade()
    backup.make(place)
    assert backups.due() is None


def test_backups_that_do_not_come_are_told_again_and_again(event, place, monkeypatch, caplog):
    monkeypatch.setenv("BACKUP_EVERY", "60")
    monkeypatch.setattr(backups, "make", lambda _interval: True)  # as said while another "runs"
    for _ in range(2):
        assert backups.keep() == backups.INTERVAL_AFTER_FAILURE
    assert caplog.text.count("the newest backup of this database is") == 2
    caplog.clear()
    backup.make(place)
    assert backups.keep() == backups.INTERVAL and not caplog.text


SLOW = """
import sys, time
if "backup" in sys.orig_argv:
    open(sys.path[0] + "/begun", "w").close()
    time.sleep(600)
"""


def test_a_server_that_stops_ends_the_backup_under_way(db, tmp_path, monkeypatch, caplog):
    """Else its last thread would wait for it: Ctrl-C took as long as the backup."""
    (tmp_path / "sitecustomize.py").write_text(SLOW.replace("sys.path[0]", repr(str(tmp_path))))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    making = threading.Thread(target=backups.make, args=[timedelta(hours=1)])
    making.start()
    wait_for((tmp_path / "begun").exists, "the backup")
    backups.JOB.stop()
    making.join(WITHIN)
    assert not making.is_alive() and "failed" not in caplog.text
