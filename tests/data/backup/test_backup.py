"""Tests of data/backup and its command line: a backup made while people
write is whole, or it is none.
"""

import json
import os
import shutil
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from data.backup import backup, postgresql, restore, sqlite
from data.backup.manifest import Content
from data.events import loading
from data.events.clock import real_now
from data.incidents import open_entry
from data.readiness.photographs import report_with_photographs
from data.readiness.tasks import confirm_section, report_status
from data.storage import changes, database, migrate
from data.storage.identity import identity
from models.readiness.photographs import Picture
from models.refusals import Refusal
from models.storage import Record
from tests import warm
from tests.data.postgres_programs import BIN
from tests.stage import (
    REAL,
    SMALL,
    at,
    content,
    give,
    refused,
    require_state_equals_facts,
    revision,
    row_counts,
    section,
    task,
)

pytestmark = pytest.mark.slow

FACTS = (
    "taskreport",
    "sectionreport",
    "entry",
    "entryupdate",
    "attendancefact",
    "programmemark",
    "review",
    "mediapublication",
)


@pytest.fixture(autouse=True)
def _programs(monkeypatch) -> None:
    monkeypatch.setenv("PG_BIN", str(BIN))


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """The folder for backups, also for the commands."""
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "backups"))
    return tmp_path / "backups"


@contextmanager
def elsewhere(databases, holding: str = "nothing") -> Iterator[None]:
    """Another database of the same kind is the one that `DATABASE_URL` names."""
    before = os.environ["DATABASE_URL"]
    name = databases.store.copy(databases.template(holding))
    databases.use(name)
    try:
        yield
    finally:
        database.dispose()
        databases.store.drop(name)
        os.environ["DATABASE_URL"] = before


def everything() -> dict[str, list]:
    return dict(zip(sorted(Record.metadata.tables), content(*sorted(Record.metadata.tables))))


def rows(table: str, most: int | None = None) -> list[tuple]:
    """The rows of a table with ids, up to one."""
    until = "" if most is None else f" WHERE id <= {most}"
    with database.reading() as session:
        return [
            tuple(map(str, row))
            for row in session.execute(text(f'SELECT * FROM "{table}"{until} ORDER BY id'))
        ]


def command(*asked: str, **settings: str) -> subprocess.CompletedProcess:
    return warm.run("-m", "cli", *asked, env=os.environ | settings)


def write_something(number: int) -> None:
    """One command of three, each with its fact, its current state and its change."""
    when = at("D+1 07:00") + timedelta(seconds=number)
    if number % 3 == 0:
        give(confirm_section, section_id=section("an_ninh"), by="command", when=when)
    elif number % 3 == 1:
        give(
            report_status,
            task_id=task(1),
            status="at_risk",
            note=f"Ghi chú {number}",
            by="command",
            when=when,
        )
    else:
        give(
            open_entry,
            section_id=section("hau_can"),
            priority=2,
            text=f"Sự việc {number}",
            by="command",
            when=when,
        )


@contextmanager
def a_writer() -> Iterator[threading.Event]:
    """A thread gives commands all the time; the value is set as soon as it has given some."""
    stop, begun, number = threading.Event(), threading.Event(), iter(range(1_000_000))

    def write() -> None:
        for one in number:
            write_something(one)
            if one == 5:
                begun.set()
            if stop.is_set():
                return

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield begun
    finally:
        stop.set()
        thread.join()


def advanced() -> bool:
    """Waits until a person has written something more."""
    before, until = revision(), time.monotonic() + 30
    while revision() < before + 2:
        assert time.monotonic() < until, "no one writes"
    return True


# --- a backup and its way back --------------------------------------------------------------------


def test_what_was_backed_up_comes_back_row_by_row(sample, databases, place):
    made, before = backup.make(place), everything()
    with elsewhere(databases):
        restore.restore(made.file)
        assert everything() == before
        with database.reading() as session:
            assert changes.latest(session) == made.content.revision
        require_state_equals_facts(at("D+3 00:00"))


def test_a_copy_made_while_others_write_equals_the_original_as_of_its_revision(
    event, databases, place
):
    with a_writer() as begun:
        assert begun.wait(30)
        made = [backup.make(place) for _ in range(3) if advanced()]
    write_something(3_000_000)
    with database.reading() as session:
        last = changes.latest(session)
    for one in made:
        with elsewhere(databases):
            restore.restore(one.file)
            copied = {table: rows(table) for table in (*FACTS, "change")}
            require_state_equals_facts(at("D+300 00:00"))
        assert len(copied["change"]) and one.content.revision == int(copied["change"][-1][0]) < last
        assert copied["change"] == rows("change", most=one.content.revision)
        for table in FACTS:
            assert copied[table] == rows(
                table, most=int(copied[table][-1][0]) if copied[table] else 0
            ), table
        # No fact without its change, and no change without its fact: the copy shows one moment and
        # not two.
        assert len([row for row in copied["change"] if "open_entry" in str(row)]) == len(
            copied["entry"]
        )
    assert len({one.content.revision for one in made}) == 3


def test_counted_and_copied_at_two_moments_it_would_be_refused(event, place):
    """The control of the test above: without one snapshot for both, a commit in between is found as
    a difference.
    """
    place.mkdir()
    with database.reading() as session:
        counts = {
            name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in everything()
        }
    write_something(1)
    file = place / "copy"
    file.touch()
    held = backup.kind().write(file)
    backup.verify(file, held)
    earlier = type(held)(held.migration, held.revision, held.counts | counts)
    with pytest.raises(Refusal, match="backup_incomplete"):
        backup.verify(file, earlier)


def test_a_commit_between_the_counting_and_the_copying_is_not_in_the_copy(
    event, place, monkeypatch
):
    kind = backup.kind()
    count = kind._content

    def count_then_write(*about):
        counted = count(*about)
        if not wrote:
            wrote.append(True)
            thread = threading.Thread(target=write_something, args=(1,))
            thread.start()
            thread.join()
        return counted

    wrote: list[bool] = []
    monkeypatch.setattr(kind, "_content", count_then_write)
    made = backup.make(place)
    assert wrote and row_counts()["change"] == made.content.counts["change"] + 1


def test_a_backup_knows_what_it_holds_and_only_its_owner_can_read_it(event, place):
    write_something(1)
    made = backup.make(place)
    assert made.content.counts == row_counts() | {"alembic_version": 1}
    assert backup.backups(place) == [made] and backup.newest(place) == made
    assert real_now() - made.at < timedelta(minutes=5)
    manifest = json.loads(made.manifest.read_text(encoding="utf-8"))
    assert (
        manifest["sha256"] == backup.checksum(made.file)
        and manifest["revision"] == made.content.revision
    )
    if os.name != "nt":
        assert [stat.S_IMODE(file.stat().st_mode) for file in (made.file, made.manifest)] == [
            0o600,
            0o600,
        ]
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert sorted(file.name for file in place.iterdir()) == sorted(
        [".lock", made.file.name, made.manifest.name]
    )


def test_an_older_backup_is_brought_to_the_shape_of_the_tables(empty_db, databases, place):
    first = [
        script.revision
        for script in migrate.ScriptDirectory.from_config(migrate.settings()).walk_revisions()
    ][-1]
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), first)
    made = backup.make(place)
    assert made.content.migration == first
    with elsewhere(databases):
        restore.restore(made.file)
        with database.engine().connect() as connection:
            assert migrate.is_current(connection)


def test_a_backup_leaves_the_shape_of_the_tables_as_it_is(empty_db, place):
    """A person makes one before an upgrade, with the new version's program."""
    first = [
        script.revision
        for script in migrate.ScriptDirectory.from_config(migrate.settings()).walk_revisions()
    ][-1]
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), first)
    assert command("backup").returncode == 0
    assert backup.newest(place).content.migration == first
    with database.engine().connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            == first
        )


# --- what is no backup ----------------------------------------------------------------------------


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3)


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def lose_a_row(file: Path) -> None:
    """What no check of the file's own structure would find. A dump cannot be rewritten without a
    row, so it loses its end.
    """
    if backup.kind() is postgresql:
        truncate(file)
        return
    with closing(database.sqlite.connect(str(file))) as copy:
        copy.execute("DELETE FROM task WHERE id = (SELECT max(id) FROM task)")
        copy.commit()


def test_a_backup_holds_photographs_byte_for_byte(event, databases, place):
    every_byte = (
        bytes(range(256)) * 40 + b"\n\\.\n\\x00\t"
    )  # what a copy that is read as text could stumble over
    report = {
        "task_id": task(1),
        "status": "on_track",
        "note": "",
        "photographs": [Picture(2, 1, every_byte, b"\x00")],
    }
    give(report_with_photographs, by="lead.an_ninh", when="D-9 08:00", **report)
    made = backup.make(place)
    before = everything()
    with elsewhere(databases):
        restore.restore(made.file)
        assert everything() == before and row_counts()["photographbytes"] == 1
        with database.reading() as session:
            assert (
                bytes(session.execute(text("SELECT picture FROM photographbytes")).scalar_one())
                == every_byte
            )


@pytest.mark.parametrize("damage", [truncate, flip_a_bit])
def test_a_damaged_file_is_not_restored(event, databases, place, damage):
    made = backup.make(place)
    damage(made.file)
    with elsewhere(databases):
        with pytest.raises(Refusal, match="backup_damaged"):
            restore.restore(made.file)
        assert inspect(database.engine()).get_table_names() == []


def test_a_file_whose_manifest_was_changed_with_it_is_not_restored(event, databases, place):
    """Anyone who changes the file and its checksum as well is found out by the rows."""
    made = backup.make(place)
    lose_a_row(made.file)
    manifest = json.loads(made.manifest.read_text(encoding="utf-8"))
    manifest |= {"sha256": backup.checksum(made.file), "size": made.file.stat().st_size}
    made.manifest.write_text(json.dumps(manifest), encoding="utf-8")
    with elsewhere(databases), pytest.raises(Refusal, match="backup_(incomplete|damaged)"):
        restore.restore(made.file)


def sabotage(monkeypatch, damage) -> None:
    """The copy is damaged on its way to the disk, before anybody has verified it."""
    kind = backup.kind()
    write = kind.write

    def write_badly(to: Path):
        held = write(to)
        damage(to)
        return held

    monkeypatch.setattr(kind, "write", write_badly)


@pytest.mark.parametrize("damage", [truncate, lose_a_row])
def test_a_copy_that_is_not_what_was_copied_becomes_no_backup(event, place, monkeypatch, damage):
    older = backup.make(place)
    sabotage(monkeypatch, damage)
    with pytest.raises(Refusal, match="backup_(incomplete|damaged)"):
        backup.make(place)
    assert backup.backups(place) == [older]
    assert {file.name for file in place.iterdir()} == {
        ".lock",
        older.file.name,
        older.manifest.name,
    }


def test_without_verifying_a_damaged_copy_would_count_as_a_backup(event, place, monkeypatch):
    """The control of the test above."""
    sabotage(monkeypatch, truncate)
    monkeypatch.setattr(backup, "verify", lambda file, held: None)
    backup.make(place)
    assert backup.newest(place) is not None


def test_a_flipped_bit_of_a_text_is_found_by_the_checksum(event, place):
    made = backup.make(place)
    assert backup.require_whole(made) is None
    flip_a_bit(made.file)
    with pytest.raises(Refusal, match="backup_damaged"):
        backup.require_whole(made)


def test_what_is_left_of_a_crash_is_no_backup_and_goes_with_the_next_one(event, place):
    place.mkdir()
    left = [
        place / name
        for name in (
            "san_sang-1.partial",
            "san_sang-1.partial-journal",
            "san_sang-1.partial.json",
            "san_sang-2.db.json",
        )
    ]
    for file in left:
        file.write_text("{}", encoding="utf-8")
    assert backup.backups(place) == []
    made = backup.make(place)
    assert backup.backups(place) == [made] and not any(file.exists() for file in left)


@pytest.mark.skipif(os.name == "nt", reason="there a process cannot be killed this way")
def test_a_process_killed_in_the_middle_leaves_nothing_that_counts(event, place, tmp_path):
    """pg_dump and SQLite alike write to a name that no one takes for a backup."""
    with warm.start("-c", STOPS_BEFORE_VERIFYING, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == "written\n"
        process.kill()
    assert list(place.glob("*.partial")) and backup.backups(place) == []
    made = backup.make(place)  # the dead one's lock holds no one up
    assert backup.backups(place) == [made] and not list(place.glob("*.partial*"))


STOPS_BEFORE_VERIFYING = """
import time
from data.backup import backup
def wait(file, held):
    print("written", flush=True)
    time.sleep(600)
backup.verify = wait
backup.make(backup.folder())
"""


# --- refusals -------------------------------------------------------------------------------------


def test_a_place_that_holds_an_event_is_refused_and_loses_nothing(event, databases, place):
    made = backup.make(place)
    write_something(1)
    with refused("restore_not_empty", event=event.slug):
        restore.restore(made.file)
    with elsewhere(databases, "tables"):
        restore.restore(made.file)  # tables without an event are an empty place


def test_an_event_loaded_while_the_copy_is_being_verified_is_not_lost(
    event, databases, place, monkeypatch
):
    made = backup.make(place)
    with elsewhere(databases, "tables"):
        verify = backup.verify

        def load_meanwhile(file, held):
            verify(file, held)
            database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)

        monkeypatch.setattr(backup, "verify", load_meanwhile)
        with pytest.raises(Refusal, match="restore_not_empty"):
            restore.restore(made.file)
        assert row_counts()["event"] == 1


def test_a_file_that_is_no_backup_is_refused(event, databases, tmp_path, place):
    stray = tmp_path / "stray.db"
    stray.write_bytes(b"SQLite format 3\0" + bytes(4000))
    with refused("backup_unknown"):
        restore.restore(stray)
    with refused("backup_unknown"):
        restore.restore(tmp_path / "nothing.db")
    made = backup.make(place)
    made.manifest.write_text("[]", encoding="utf-8")
    with refused("backup_unknown"):
        restore.restore(made.file)


def test_a_backup_of_the_other_kind_of_database_is_refused(event, place):
    made = backup.make(place)
    other = "postgresql" if made.kind == "sqlite" else "sqlite"
    manifest = json.loads(made.manifest.read_text(encoding="utf-8")) | {"kind": other}
    made.manifest.write_text(json.dumps(manifest), encoding="utf-8")
    with refused("restore_other_kind", kind=other):
        restore.restore(made.file)


def test_tables_of_another_version_are_neither_backed_up_nor_restored(event, place):
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_later'"))
    with pytest.raises(Refusal, match="backup_of_another_version"):
        backup.make(place)
    assert backup.backups(place) == []


def test_a_database_without_tables_is_nothing_to_back_up(empty_db, place):
    with pytest.raises(Refusal, match="no_event"):
        backup.make(place)
    assert backup.backups(place) == []
    if empty_db == "sqlite":
        assert not sqlite.place().exists()


def test_a_folder_that_cannot_be_written_is_named(event, tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    with refused("folder_unwritable", folder=str(blocked)):
        backup.make(blocked)


def test_a_disk_without_room_is_left_alone(event, place, monkeypatch):
    monkeypatch.setattr(
        backup.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 2**20)
    )
    with refused("backup_no_room", free=1):
        backup.make(place)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (database.sqlite.SQLITE_FULL, "backup_failed"),
        (database.sqlite.SQLITE_IOERR, "backup_failed"),
        (database.sqlite.SQLITE_CANTOPEN, "backup_failed"),
        (database.sqlite.SQLITE_BUSY, "backup_running"),
        (database.sqlite.SQLITE_BUSY | 2 << 8, "backup_running"),  # an extended code
        (database.sqlite.SQLITE_LOCKED, "backup_running"),
    ],
)
def test_only_a_lock_that_another_holds_means_that_another_backup_runs(
    event, place, monkeypatch, code, refusal
):
    """A disk without a byte left refused the lock too, and for hours nothing was said."""

    class Lock:
        def execute(self, _statement: str) -> None:
            failure = database.sqlite.OperationalError("said by SQLite")
            failure.sqlite_errorcode = code
            raise failure

        def close(self) -> None:
            pass

    monkeypatch.setattr(database.sqlite, "connect", lambda *_, **__: Lock())
    with refused(refusal):
        backup.make(place, unless_younger=timedelta(hours=1))


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
def test_a_disk_that_is_full_in_the_middle_leaves_nothing(sample, place):
    older = backup.make(place)
    limit = 100_000  # bytes for any one file; a copy needs more
    done = warm.run(
        "-c",
        "import resource, runpy, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "sys.argv = ['cli', 'backup']; "
        "runpy.run_module('cli', run_name='__main__', alter_sys=True)",
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2  # one sentence in each language
    assert {file.name for file in place.iterdir()} == {
        ".lock",
        older.file.name,
        older.manifest.name,
    }


def test_without_pg_dump_it_is_said_what_is_missing(event, place, tmp_path, monkeypatch):
    if backup.kind() is sqlite:
        return
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    identity()  # as a start of the server makes it: a refusal records nothing
    with refused("program_missing", program="pg_dump"):
        backup.make(place)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for pg_dump")
def test_no_command_line_carries_the_password(event, place, tmp_path, monkeypatch):
    """Everybody on a machine sees the command lines of all programs."""
    if backup.kind() is sqlite:
        return
    for name in ("pg_dump", "pg_restore"):
        spy = tmp_path / name
        spy.write_text(
            f'#!/bin/sh\necho "$@" >> {tmp_path}/arguments\nexec {BIN}/{name} "$@"\n',
            encoding="utf-8",
        )
        spy.chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    address = os.environ["DATABASE_URL"]
    monkeypatch.setenv(
        "DATABASE_URL",
        address.replace("//postgres:@", "//postgres:secret-word@").replace(
            "//postgres@", "//postgres:secret-word@"
        ),
    )
    assert "secret-word" in os.environ["DATABASE_URL"]
    made = backup.make(place)
    assert "--snapshot" in (tmp_path / "arguments").read_text(encoding="utf-8")
    assert "secret-word" not in (tmp_path / "arguments").read_text(
        encoding="utf-8"
    ) + made.manifest.read_text(encoding="utf-8")


# --- several at once ------------------------------------------------------------------------------


def test_of_processes_that_find_one_due_at_once_one_makes_it(event, place):
    asked = ["-m", "cli", "backup", "--unless-younger", "60"]
    files = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    processes = [warm.start(*asked, **files) for _ in range(3)]
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert len(backup.backups(place)) == 1, errors
    assert not any("Traceback" in said for said in errors)


def together(place: Path) -> list[object]:
    """Two threads at once, each with what it made or was refused for."""
    both, answers = threading.Barrier(2), []

    def one() -> None:
        both.wait()
        try:
            answers.append(backup.make(place, unless_younger=timedelta(hours=1)))
        except Refusal as refusal:
            answers.append(refusal.code)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_at_once_make_one(event, place):
    answers = together(place)
    assert len(backup.backups(place)) == 1, answers
    assert len([answer for answer in answers if answer in (None, "backup_running")]) == 1


def test_without_the_lock_both_would_make_one(event, place, monkeypatch):
    """The control of the test above: both have looked before either has written."""
    looked, is_young = threading.Barrier(2), backup.is_young

    def look_together(*about, **more):
        young = is_young(*about, **more)
        looked.wait(timeout=30)
        return young

    monkeypatch.setattr(backup, "_alone", lambda place: nullcontext())
    monkeypatch.setattr(backup, "_remove_leftovers", lambda place: None)
    monkeypatch.setattr(backup, "is_young", look_together)
    monkeypatch.setattr(postgresql, "_require_alone", lambda connection: None)
    together(place)
    assert len(backup.backups(place)) == 2


@pytest.mark.one_database
def test_a_backup_is_overdue_after_two_intervals_without_one(event, place, monkeypatch):
    monkeypatch.setenv("BACKUP_EVERY", "60")
    two, little = timedelta(hours=2), timedelta(seconds=1)
    assert backup.overdue(event, now=event.loaded_at + two) is None
    assert backup.overdue(event, now=event.loaded_at + two + little) == two + little
    one = backup.make(place)
    assert backup.overdue(event, now=one.at + two) is None
    assert backup.overdue(event, now=one.at + two + little) == two + little
    monkeypatch.setenv("BACKUP_EVERY", "0")
    assert backup.overdue(event, now=one.at + two * 9) is None, "another machine makes them"


# --- the folder -----------------------------------------------------------------------------------


def aged(one: backup.Backup, **span: float) -> backup.Backup:
    """A copy of a backup that was made earlier."""
    at = one.at - timedelta(**span)
    file = one.file.with_name(f"san_sang-{at:%Y%m%dT%H%M%S-%fZ}{one.file.suffix}")
    shutil.copy(one.file, file)
    manifest = json.loads(one.manifest.read_text(encoding="utf-8")) | {"at": at.isoformat()}
    file.with_name(f"{file.name}.json").write_text(json.dumps(manifest), encoding="utf-8")
    return next(found for found in backup.backups(one.file.parent) if found.file == file)


def test_the_rotation_deletes_what_is_old_and_nothing_that_is_not_its_own(event, databases, place):
    made = backup.make(place)
    old = aged(made, days=61)
    foreign = [
        place / name
        for name in ("san_sang-20200101.db", "notes.txt", "san_sang-20200101.dump.failed")
    ]
    for file in foreign:
        file.write_text("mine", encoding="utf-8")
    with elsewhere(databases, "small"):
        other = aged(backup.make(place), days=400)
    assert backup.rotate(place, now=made.at) == [old.file]
    assert not old.file.exists() and not old.manifest.exists()
    assert made.file.exists() and other.file.exists() and all(file.exists() for file in foreign)


def test_the_newest_is_that_of_this_database(event, databases, place):
    made = backup.make(place)
    with elsewhere(databases, "small"):
        assert backup.newest(place) is None
        other = backup.make(place)
        assert backup.newest(place) == other
    assert backup.newest(place) == made
    assert backup.newest(place / "nowhere") is None


def test_a_backup_of_the_future_does_not_keep_the_next_one_from_being_made(event, place):
    made = backup.make(place)
    assert backup.is_young(place, timedelta(hours=1), now=made.at + timedelta(minutes=59))
    assert not backup.is_young(place, timedelta(hours=1), now=made.at + timedelta(minutes=60))
    assert not backup.is_young(place, timedelta(hours=1), now=made.at - timedelta(minutes=10))
    assert backup.make(place, unless_younger=timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("setting", "real", "rehearsed"),
    [
        ("", 60, None),
        ("0", None, None),
        ("5", 5, 5),
        (" 15 ", 15, 15),
        ("soon", 60, 60),
        ("-5", 60, 60),
    ],
)
def test_how_often_follows_the_setting_and_the_kind_of_event(monkeypatch, setting, real, rehearsed):
    monkeypatch.setenv("BACKUP_EVERY", setting)
    found = [backup.interval(rehearsal=rehearsal) for rehearsal in (False, True)]
    assert found == [minutes and timedelta(minutes=minutes) for minutes in (real, rehearsed)]


# --- from a shell ---------------------------------------------------------------------------------


def test_backup_and_restore_work_from_a_shell(event, databases, place):
    write_something(1)
    own = identity()
    before = everything()
    done = command("backup")
    assert done.returncode == 0, done.stderr
    made = backup.newest(place)
    assert str(made.file) in done.stdout
    listed = command("backups")
    assert made.file.name in listed.stdout and "nguyên vẹn / whole" in listed.stdout
    again = command("restore", str(made.file))
    assert (
        again.returncode == 1
        and f"“{event.slug}”" in again.stderr
        and "Traceback" not in again.stderr
    )
    with elsewhere(databases):
        restored = command("restore", str(made.file))
        assert restored.returncode == 0, restored.stderr
        after = everything()
        (noted,) = {*after.pop("change")} - {*before.pop("change")}
        assert "restore" in noted and after == before
        assert identity() == own == made.identity
    flip_a_bit(made.file)
    assert "HỎNG / DAMAGED" in command("backups").stdout


def test_a_folder_of_ones_own_is_not_rotated(event, place, tmp_path):
    usb = tmp_path / "usb"
    assert command("backup", "--to", str(usb)).returncode == 0
    old = aged(backup.newest(usb), days=400)
    assert command("backup", "--to", str(usb)).returncode == 0
    assert old.file.exists() and len(backup.backups(usb)) == 3
    assert not place.exists()


def test_rows_of_a_dump_are_counted_whatever_they_hold():
    script = [
        "SET x;\n",
        "COPY public.alembic_version (version_num) FROM stdin;\n", "2026_11_24_identity\n", "\\.\n",
        'COPY public."change" (event_id, id, what) FROM stdin;\n',
        "1\t7\tCOPY public.task (id) FROM stdin;\\n\n", "1\t12\t\\\\.\n", "\\.\n",
        "COPY public.task (id) FROM stdin;\n", "\\.\n",
    ]  # fmt: skip
    counts = {"alembic_version": 1, "change": 2, "task": 0}
    assert postgresql._counted(script) == Content("2026_11_24_identity", 12, counts)
