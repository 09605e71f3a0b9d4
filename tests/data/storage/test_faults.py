"""Tests of data/storage/faults.py: a file that is gone and a full disk are said as what they are.

Nothing is acknowledged meanwhile, and writing goes on by itself once they are over.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event as engine_event
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from data import bootstrap, monitoring
from data.events import loading
from data.storage import database, faults
from models.refusals import Refusal
from tests import stage
from tests.stage import nothing_written

pytestmark = pytest.mark.one_database


def write() -> None:
    """What asks the database for nothing before it writes."""
    database.run(_count_up)


def _count_up(session) -> None:
    session.execute(text("UPDATE event SET expected_delegates = expected_delegates + 1"))


@pytest.fixture
def file(event) -> Path:
    return database.file_of(database.url())


@pytest.fixture
def full(event, monkeypatch) -> Iterator[list[int]]:
    """A database that may have no further page, until its limit is lifted.

    SQLite answers as it does on a full disk.
    """
    pages = [0]

    def limit(connection, *_) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages[0] or 1_000_000_000}")

    monkeypatch.setitem(database._PROBES, "sqlite", ("CREATE TABLE probe (x)", "DROP TABLE probe"))
    with closing(sqlite3.connect(database.file_of(database.url()))) as whole:
        whole.execute("VACUUM")  # no page is left over that could be written to
    with database.reading() as session:
        pages[0] = session.execute(text("PRAGMA page_count")).scalar_one()
    engine_event.listen(database.engine(), "begin", limit)
    yield pages


def test_a_full_disk_is_named_and_writing_goes_on_when_there_is_room(full, caplog):
    with nothing_written(), pytest.raises(OperationalError) as caught:
        database.run(_fill)
    assert faults.code_of(caught.value) == database.fault == faults.FULL
    assert not monitoring.is_writable() and database.fault == faults.FULL
    assert caplog.text.count("the database takes no writes") == 1
    full[0] = 0
    assert monitoring.is_writable() and database.fault is None
    assert "the database takes writes again" in caplog.text
    write()


def _fill(session) -> None:
    session.execute(text("CREATE TABLE filling (x)"))
    session.execute(text("INSERT INTO filling VALUES (zeroblob(1000000))"))


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_to_a_file_that_is_gone_or_replaced(file, replaced):
    write()
    away = file.rename(file.with_suffix(".away"))
    if replaced:
        file.write_bytes(away.read_bytes())
    with pytest.raises(OperationalError) as caught:
        write()
    assert faults.code_of(caught.value) == database.fault == faults.GONE
    with pytest.raises(faults.FileGone), database.reading() as session:
        session.execute(text("SELECT 1"))
    database.engine().pool.dispose()  # a further connection would make an empty file
    with pytest.raises(faults.FileGone), database.reading() as session:
        session.execute(text("SELECT 1"))
    assert file.exists() is replaced
    away.rename(file)
    write()
    assert database.fault is None


def test_the_control_without_the_look_at_the_file_a_write_goes_into_nothing(file, monkeypatch):
    write()
    monkeypatch.setattr(faults.File, "require_same", lambda _self: None)
    away = file.rename(file.with_suffix(".away"))
    write()  # acknowledged
    away.unlink()
    assert not file.exists()


def test_a_database_that_just_does_not_answer_is_lost():
    assert faults.code_of(OperationalError("", {}, Exception("locked"))) == faults.LOST
    full = type("DiskFull", (Exception,), {"sqlstate": "53100"})()
    assert faults.code_of(OperationalError("", {}, full)) == faults.FULL


# --- where a real event was ----------------------------------------------------------------------


def test_a_real_event_leaves_a_mark_and_a_rehearsal_none(db, monkeypatch):
    monkeypatch.setattr(bootstrap, "_first_run", lambda _session: None)
    loaded = {"folder": stage.SMALL, "now": stage.REAL}
    bootstrap.prepare()
    database.run(loading.load_event, rehearsal=True, **loaded)
    assert not bootstrap.is_first() and not bootstrap.mark().exists()
    database.run(loading.load_event, rehearsal=False, **loaded)
    assert not bootstrap.is_first() and bootstrap.mark().exists()
    monkeypatch.setattr(bootstrap, "current_event", lambda _session: None)  # as in a new file
    with pytest.raises(Refusal, match="event_was_here"):
        bootstrap.prepare()
    bootstrap.mark().unlink()
    assert bootstrap.is_first()
