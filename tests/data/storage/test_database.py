"""Tests of data/storage/database.py: the only two ways in."""

import threading
import time

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session

from data.events import loading
from data.readiness.tasks import confirm_section
from data.storage import database
from models.events.event import Venue
from models.refusals import Refusal
from tests.stage import REAL, SMALL, at, content, give, nothing_written, person, revision, section


def a_venue(event, key: str) -> Venue:
    return Venue(event_id=event.id, key=key, name_vi=key, name_en=key)


def venue_keys() -> list[str]:
    return content("venue")[0]


def test_an_exception_inside_a_write_leaves_nothing_behind(event):
    with nothing_written(), pytest.raises(ZeroDivisionError):
        with database.writing() as session:
            session.add(a_venue(event, "moi"))
            session.flush()
            raise ZeroDivisionError


def test_what_a_reading_session_adds_is_not_stored(event):
    with nothing_written(), database.reading() as session:
        session.add(a_venue(event, "moi"))
        session.flush()


def test_a_reading_session_sees_one_moment(event):
    """Else a board could carry a revision whose fact it lacks, and be cached under it for good."""
    where, who, now = section("an_ninh"), person("command"), at("D+0 08:00")
    with database.reading() as session:
        before = session.execute(text('SELECT max(id) FROM "change"')).scalar_one()
        other = threading.Thread(
            target=give,
            args=[confirm_section],
            kwargs={"by": who, "when": now, "section_id": where},
        )
        other.start()
        other.join()
        assert session.execute(text("SELECT count(*) FROM sectionreport")).scalar_one() == 0
        assert session.execute(text('SELECT max(id) FROM "change"')).scalar_one() == before
    assert revision() == before + 1


def test_a_session_with_the_defaults_of_postgresql_sees_another_moment_in_between(event):
    """The control: the same reads without `reading`. SQLite's own default does see one moment."""
    with Session(database.engine()) as session:
        before = session.execute(text('SELECT max(id) FROM "change"')).scalar_one()
        give(confirm_section, by="command", when="D+0 08:00", section_id=section("an_ninh"))
        after = session.execute(text('SELECT max(id) FROM "change"')).scalar_one()
    assert (after > before) is (database.engine().dialect.name == "postgresql")


@pytest.mark.parametrize("threads", [8])
def test_writers_take_turns(event, threads):
    """Each counts what is there, rests, and adds one more: without turns two would count alike."""
    event_id = event.id

    def add_one() -> None:
        with database.writing() as session:
            number = session.execute(text("SELECT count(*) FROM venue")).scalar_one()
            time.sleep(0.005)
            session.add(Venue(event_id=event_id, key=f"v{number}", name_vi="x", name_en="x"))

    workers = [threading.Thread(target=add_one) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.reading() as session:
        keys = {key for (key,) in session.execute(text("SELECT key FROM venue"))}
    assert {f"v{number}" for number in range(3, 3 + threads)} <= keys


def test_writers_that_do_not_take_turns_count_alike(event):
    """The control: the same without `writing`; what one adds, another may not see, or it fails."""
    event_id, failures, gate = event.id, [], threading.Barrier(8)

    def add_one() -> None:
        try:
            with Session(database.engine()) as session:
                number = session.execute(text("SELECT count(*) FROM venue")).scalar_one()
                gate.wait(timeout=20)
                session.add(Venue(event_id=event_id, key=f"v{number}", name_vi="x", name_en="x"))
                session.commit()
        except DBAPIError as failure:
            failures.append(failure)

    workers = [threading.Thread(target=add_one) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(failures) == 7


def test_a_unique_key_that_refuses_is_tried_once_more(event):
    """As when a person wrote the same idempotency_key past `writing`: the second try may find the
    first answer.
    """
    tries = []

    def command(session):
        tries.append(1)
        if len(tries) == 1:
            session.add(a_venue(event, "hoi_truong"))  # there already
            session.flush()
        return "found"

    assert (database.run(command), len(tries)) == ("found", 2)

    def hopeless(session):
        session.add(a_venue(event, "hoi_truong"))
        session.flush()

    with nothing_written(), pytest.raises(IntegrityError):
        database.run(hopeless)


def test_foreign_keys_are_held(event):
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Venue(event_id=4711, key="x", name_vi="x", name_en="x"))


def test_sqlite_is_set_up_to_lose_nothing(event):
    if database.engine().dialect.name != "sqlite":
        return
    with database.reading() as session:
        settings = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("synchronous", "foreign_keys")
        }
        journal = session.execute(text("PRAGMA journal_mode")).scalar_one()
    assert settings == {"synchronous": 2, "foreign_keys": 1}
    assert journal == (
        "wal" if database.sqlite.sqlite_version_info >= database.SAFE_WAL else "delete"
    )


def lose_the_connection_that_was_used_last() -> int:
    """Ends it at the server, as a restart would; its number there."""
    with database.reading() as session:
        number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    address = database.engine().url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    return number


@pytest.mark.parametrize("trusted", [0.0, 3600.0])
def test_a_connection_that_has_rested_is_replaced_where_its_server_went_away(
    event, monkeypatch, trusted
):
    """One that was used a moment ago is trusted: its loss is reported once, and the next one is
    another.
    """
    if database.engine().dialect.name != "postgresql":
        return
    monkeypatch.setattr(database, "TRUST_SPAN", trusted)
    lost = lose_the_connection_that_was_used_last()
    if trusted:
        with pytest.raises(OperationalError), database.reading() as session:
            session.execute(text("SELECT 1"))
    with database.reading() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != lost


def test_after_dispose_the_next_use_goes_to_what_the_address_then_says(
    event, monkeypatch, tmp_path
):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'new' / 'other.db').as_posix()}")
    database.dispose()
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 0
    database.dispose()


def test_a_folder_that_cannot_be_written_is_refused_by_name(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'file' / 'x.db').as_posix()}")
    with pytest.raises(Refusal) as caught:
        database.require_place()
    assert caught.value.code == "folder_unwritable"
    assert caught.value.facts["folder"] == str(tmp_path / "file")
    assert caught.value.facts["why"]


def test_without_an_address_the_database_lies_under_var(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    assert database.url().endswith("/var/san_sang.db")


@pytest.mark.parametrize(
    ("former", "present", "used"),
    [(False, False, "var"), (True, False, "data/var"), (False, True, "var"), (True, True, "var")],
)
def test_a_database_of_an_earlier_version_is_used_where_it_lies(
    monkeypatch, tmp_path, former, present, used
):
    monkeypatch.delenv("DATABASE_URL")
    folders = {name: tmp_path / name for name in ("var", "data/var")}
    for name, there in (("data/var", former), ("var", present)):
        if there:
            folders[name].mkdir(parents=True)
            (folders[name] / database.FILE).touch()
    monkeypatch.setattr(database, "VAR", folders["var"])
    monkeypatch.setattr(database, "FORMER_VAR", folders["data/var"])
    assert database.url() == f"sqlite:///{(folders[used] / database.FILE).as_posix()}"
    assert not former or folders["data/var"].exists()


def test_a_load_is_one_transaction(db):
    """The event and the change row about it come together."""
    loaded = database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    assert (revision(), loaded.run) == (1, 1)
