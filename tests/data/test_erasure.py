"""Tests of data/erasure.py: after an erasure no one can be named, and every count is as it
was.
"""

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlmodel import AutoString

import models
from data import erasure
from data.access.events import add_event
from data.answers.commands import edit_petition, record_answer, register_petition
from data.attendance import commands
from data.attendance.queries import arrivals_at, headcounts_at
from data.backup import backup, restore
from data.bootstrap import prepare
from data.commands import Origin, execute
from data.events import loading
from data.events.current import current_event
from data.incidents import open_entry, update_entry
from data.media import media_at, plan_media, publish_media
from data.personal_data.cases import record_breach, step_breach
from data.programme import items_at, start_item
from data.readiness.photographs import report_with_photographs
from data.readiness.sections import sections_at
from data.readiness.tasks import report_status, set_headline, tasks_at
from data.reviews.commands import sign_review
from data.reviews.directives import directives_at, give_directive, report_directive
from data.reviews.queries import reviews_until, signed_review
from data.roll_calls.commands import answer_roll_call, end_roll_call, open_roll_call
from data.storage import changes, database
from data.wall.board import wall_document
from models.access.accounts import Account, FailedTry
from models.access.people import Person
from models.access.sign_ins import Invitation, SignIn
from models.attendance.ledger import Delegate, Delegation
from models.events.event import Event, View
from models.programme import ProgrammeItem
from models.readiness.photographs import Picture
from models.readiness.tasks import Task
from models.refusals import Refusal
from models.reviews.reviews import turned
from models.storage import Change, Record
from tests import warm
from tests.data.access.test_permissions import WRITES, _prepared, prepared  # noqa: F401
from tests.data.postgres_programs import BIN
from tests.data.test_commands import Undone, accepted, stored, with_typed
from tests.stage import (
    DISTRICT,
    REAL,
    SMALL,
    VAN,
    at,
    content,
    give,
    idempotency_key,
    item,
    one_change,
    refused,
    row_counts,
    section,
    task,
)

pytestmark = pytest.mark.slow

for module in pkgutil.walk_packages(models.__path__, "models."):
    importlib.import_module(module.name)

ROOT = Path(__file__).parents[2]
NAME = "Nguyễn Thị Khuyết Danh"  # what must be nowhere afterwards
MUCH_LATER = datetime(2024, 6, 1, tzinfo=timezone.utc)


def erase(
    slug: str, keep: timedelta | None = timedelta(days=30), now: datetime = MUCH_LATER
) -> erasure.Erased:
    return database.run(erasure.erase_event, slug=slug, keep=keep, now=now)


@pytest.fixture
def named_event(databases) -> Iterator[Event]:
    """The small event after its days, with a name in every place where a person can write one."""
    for _ in databases.fresh("named", name_everywhere, of="small"):
        yield current()


def name_everywhere() -> None:
    give(
        report_status,
        task_id=task(1),
        status="blocked",
        note=f"Chờ {NAME}",
        by="command",
        when="D-9 08:00",
        once=f"{NAME} 1",
    )
    give(report_status, task_id=task(1), status="done", note="", by="command", when="D-2 08:00")
    give(
        report_status,
        task_id=task(4),
        status="at_risk",
        note=f"Hỏi {NAME}",
        by="command",
        when="D-1 18:00",
    )
    give(
        set_headline,
        section_id=section("an_ninh"),
        headline=f"{NAME} trực",
        by="command",
        when="D-1 09:00",
        once=f"{NAME} 2",
    )
    give(
        open_entry,
        section_id=section("hau_can"),
        priority=2,
        text=f"{NAME} ngất",
        by="command",
        when="D+0 09:00",
    )
    give(
        open_entry,
        section_id=section("hau_can"),
        priority=1,
        text=f"Tìm {NAME}",
        by="command",
        when="D+0 09:10",
    )
    with database.reading() as session:
        first = session.execute(text("SELECT id FROM entry ORDER BY id")).scalars().first()
    give(
        update_entry,
        entry_id=first,
        status="closed",
        text=f"{NAME} đã về",
        by="command",
        when="D+0 10:00",
        once=f"{NAME} 3",
    )
    give(
        plan_media,
        outlet="Báo",
        kind="article",
        title=f"Gặp {NAME}",
        planned_at=at("D+1 10:00"),
        by="media",
        when="D+0 11:00",
    )
    with database.reading() as session:
        planned = session.execute(text("SELECT max(id) FROM mediaitem")).scalar_one()
    give(publish_media, media_id=planned, by="media", when="D+1 11:00", once=f"{NAME} 4")
    order = {
        "kind": "directive",
        "text": f"Giao {NAME}",
        "why": NAME,
        "section_id": section("an_ninh"),
        "office_id": None,
    }
    order = give(
        give_directive,
        **order,
        due_at=at("D-1 08:00"),
        by="committee",
        when="D-3 07:30",
        once=f"{NAME} 8",
    )
    give(
        report_directive,
        directive_id=order.id,
        note=f"{NAME} làm rồi",
        by="lead.an_ninh",
        when="D-3 07:50",
        once=f"{NAME} 9",
    )
    give(sign_review, conclusion=f"Giao {NAME}", by="committee", when="D-3 08:00", once=f"{NAME} 5")
    give(start_item, item_id=item("phien_chinh"), by="command", when="D+1 07:31", once=f"{NAME} 6")
    admit = {"item_id": item("dang_hoa"), "by": "command", "when": "D+0 09:50"}
    give(commands.admit, badge=DISTRICT, once=f"{NAME} 7", **admit)
    give(commands.admit_substitute, badge="0003M", substitute=f"{NAME}, Phó Bí thư", **admit)
    give(
        commands.excuse,
        badge=VAN,
        item_id=item("phien_chinh"),
        reason=f"{NAME} ốm",
        by="command",
        when="D+1 06:00",
    )
    doors = {
        "question": f"Mở cửa, hỏi {NAME}",
        "about_at": at("D+1 06:30"),
        "holds_minutes": 30,
        "section_ids": [],
    }
    call = give(open_roll_call, by="committee", when="D+1 06:00", once=f"{NAME} 8", **doors).id
    said = {
        "roll_call_id": call,
        "section_id": section("an_ninh"),
        "answer": "no_go",
        "words": f"Chờ {NAME}",
        "seen": 0,
    }
    give(answer_roll_call, by="lead.an_ninh", when="D+1 06:05", once=f"{NAME} 9", **said)
    give(end_roll_call, by="committee", when="D+1 06:10", once=f"{NAME} 10", roll_call_id=call)
    shown = [Picture(1, 1, f"ảnh {NAME}".encode(), NAME.encode())]
    report = {"task_id": task(2), "status": "done", "note": "", "photographs": shown}
    give(report_with_photographs, by="lead.an_ninh", when="D-1 08:00", **report)
    with database.writing() as session:
        anyone = session.execute(select(Person.id).order_by(Person.id)).scalars().first()
        session.add(Account(person_id=anyone, password_hash=NAME, pin_hash=NAME, email=NAME))
        session.add(FailedTry(bucket=NAME, at=REAL))
        session.add(
            Invitation(
                token_hash=NAME, person_id=anyone, how="invitation", made_at=REAL, expires_at=REAL
            )
        )
        browser = SignIn(
            token_hash=NAME, person_id=anyone, how="invitation", address=NAME, device=NAME,
            started_at=REAL, used_at=REAL,
            expires_at=REAL,
        )  # fmt: skip
        session.add(browser)
        session.flush()
        session.execute(update(Change).values(sign_in_id=browser.id))
        session.execute(
            update(Delegate).values(
                title_vi=Delegate.title_vi + NAME, title_en=NAME, folded=NAME, sort_key=NAME
            )
        )
        session.execute(update(Delegation).values(contact=NAME, vehicle=NAME))
        session.execute(update(Task).values(owner=NAME))
        session.execute(update(ProgrammeItem).values(chair=NAME).where(ProgrammeItem.chair != ""))


def holds_the_name() -> set[str]:
    """The columns in which the name still is."""
    found = set()
    with database.reading() as session:
        for name, table in Record.metadata.tables.items():
            for row in session.execute(select(table)).mappings():
                values = {
                    key: value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                    for key, value in row.items()
                }
                found |= {
                    f"{name}.{column}"
                    for column, value in values.items()
                    if NAME in value or NAME.upper() in value
                }
    return found


def figures() -> dict:
    """What has to stay: heads, arrivals, section_snapshots, reviews, the wall, as of now and as
    of a moment in between.
    """
    event, staying = Event.model_validate(current()), {}
    with database.reading() as session:
        for name, view in {
            "now": View(at("D+2 09:00")),
            "then": View(at("D+0 10:30"), past=True),
        }.items():
            items = items_at(session, event, view)
            ids = [one.id for one in items if one.counts_attendance]
            tasks = tasks_at(session, event, view)
            before = {
                one.id: one for one in tasks_at(session, event, View(at("D-3 08:00"), past=True))
            }
            turns = [turned(before[one.id], one) for one in tasks]
            staying[name] = {
                "heads": headcounts_at(session, ids, view),
                "arrivals": {one: arrivals_at(session, [one], view) for one in ids},
                "tasks": [
                    (one.id, one.status, one.level, one.overdue, one.due_at, one.reported_at)
                    for one in tasks
                ],
                "sections": [
                    _without(one, "headline", "silent_owner")
                    for one in sections_at(session, event, view, tasks)
                ],
                "turns": [(turn.part, turn.previous, turn.task.id) for turn in turns if turn],
                "items": [(one.id, one.started_at, one.finished_at, one.drift) for one in items],
                "media": [
                    (
                        one.phase,
                        one.outlet in ("Báo", erasure.MARK),
                        one.planned_at,
                        one.published_at,
                    )
                    for one in media_at(session, event, view)
                ],
                "reviews": [
                    (review.at, review.number) for review in reviews_until(session, event, view)
                ],
                "signed": [
                    (signed.moment, signed.since, signed.phase, signed.figures, signed.digest)
                    for signed in (
                        signed_review(session, event, one.id, view)
                        for one in reviews_until(session, event, view)
                    )
                ],
                "directives": [
                    (one.number, one.state, one.due_at)
                    for one in directives_at(session, event, view)
                ],
                "wall": _numbers(wall_document(session, event, view)),
            }
    return staying


def current() -> Event:
    with database.reading() as session:
        return current_event(session)


def _without(one, *names: str) -> dict:
    return {key: value for key, value in vars(one).items() if key not in names}


def _numbers(document):
    """A document without its texts, and without what an erasure adds to the log."""
    if isinstance(document, dict):
        return {
            key: _numbers(value)
            for key, value in document.items()
            if key not in ("revision", "clock") and not isinstance(value, str)
        }
    return [_numbers(value) for value in document] if isinstance(document, list) else document


# --- every column has been thought of -------------------------------------------------------------


def unclassified(tables, treatments) -> set[str]:
    """Columns that no one decided about, decided about twice, or that do not exist."""
    wrong = set()
    for name in {*tables, *treatments}:
        treatment = treatments.get(name)
        decided = [*treatment.retained.split(), *treatment.blanked] if treatment else []
        columns = list(tables[name].c.keys()) if name in tables else []
        wrong |= {
            f"{name}.{column}"
            for column in {*decided, *columns}
            if decided.count(column) != columns.count(column)
        }
    return wrong


def test_of_every_column_it_is_decided_what_becomes_of_it():
    """Fails as soon as a new one is added: say in `data.erasure.TREATMENTS` whether it is
    retained, blanked or deleted.
    """
    assert unclassified(Record.metadata.tables, erasure.TREATMENTS) == set()


def test_an_erasure_knows_every_table_whatever_else_was_imported():
    """A table that its process had never heard of would keep all that it holds."""
    script = (
        "from data import erasure; from models.storage import Record; "
        "print(set(erasure.TREATMENTS) ^ set(Record.metadata.tables))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_column_without_a_treatment_would_be_found():
    """The control of the test above."""
    treatments = erasure.TREATMENTS | {
        "venue": erasure.Treatment(
            "id event_id key name_vi gone illustrative version", of="event_id"
        )
    }
    del treatments["review"]
    assert unclassified(Record.metadata.tables, treatments) == {"venue.name_en", "venue.gone"} | {
        f"review.{column.name}" for column in Record.metadata.tables["review"].c
    }


def test_of_what_people_wrote_during_the_event_only_words_of_the_rules_stay():
    written = (
        "taskreport",
        "taskstate",
        "sectionreport",
        "sectionstate",
        "review",
        "entry",
        "entryupdate",
        "entrystate",
    )
    written += (
        "programmemark",
        "mediapublication",
        "attendancefact",
        "attendancestate",
        "latescan",
        "delegate",
        "change",
    )
    texts = {
        f"{name}.{column}"
        for name in written
        for column in erasure.TREATMENTS[name].retained.split()
        if isinstance(Record.metadata.tables[name].c[column].type, AutoString)
    }
    states = {f"{name}.status" for name in ("taskreport", "taskstate", "entryupdate", "entrystate")}
    section_snapshots = {
        "attendancefact.status",
        "attendancestate.status",
        "programmemark.mark",
    }
    section_snapshots |= {"attendancefact.place", "attendancestate.place", "latescan.outcome"}
    assert texts == states | section_snapshots | {"change.topic", "change.subject"}


# --- an erasure -----------------------------------------------------------------------------------


def test_no_one_can_be_named_any_more_and_every_count_is_as_it_was(named_event):
    assert len(holds_the_name()) > 25  # the control: it is found where it is
    before, counts = figures(), row_counts()
    assert (
        len(before["then"]["turns"])
        and sum(count.here for count in before["now"]["heads"].values()) == 2
    )
    erase(named_event.slug)
    assert holds_the_name() == set()
    assert figures() == before
    gone = {"account", "signin", "invitation", "failedtry"}
    assert row_counts() == {
        name: 0 if name in gone else number for name, number in counts.items()
    } | {"change": counts["change"] + 1}


def test_no_delegate_can_be_identified_from_the_roster(named_event):
    erase(named_event.slug)
    with database.reading() as session:
        left = session.execute(
            text("SELECT badge, title_vi, title_en, folded, sort_key FROM delegate")
        ).all()
    assert {row[1:] for row in left} == {("—", "—", "", "")}
    assert len({row[0] for row in left}) == len(left) and all(
        row[0].startswith("erased-") for row in left
    )


def test_no_one_is_named_any_more_as_who_signs_the_documents(named_event):
    with database.writing() as session:
        session.get(Event, named_event.id).documents = {
            "profile": "party",
            "signer": "Nguyễn Văn Ấy",
        }
    erase(named_event.slug)
    assert current().documents == {}


def test_it_is_recorded_as_a_change_that_wakes_the_viewers(named_event):
    with one_change("erase_event"):
        erased = erase(named_event.slug)
    with database.reading() as session:
        last = session.execute(select(Change).order_by(Change.id.desc())).scalars().first()
    assert (last.topic, last.event_id, last.what["rows"]) == (
        "event",
        named_event.id,
        sum(erased.rows.values()),
    )
    assert erased.folders == (str(SMALL),)


def test_of_a_change_only_what_the_rules_wrote_is_left(named_event):
    erase(named_event.slug)
    with database.reading() as session:
        payloads = session.execute(select(Change.what).order_by(Change.id)).scalars().all()
    by_command = {what["command"]: what for what in payloads if what["command"] != "set_headline"}
    assert by_command["report_status"]["status"] in ("done", "at_risk")
    assert by_command["admit"]["badge"] == "—" and by_command["admit"]["standing"] == "substitute"
    assert {what["text"] for what in payloads if "text" in what} <= {"—", ""}


def test_an_unknown_text_of_a_change_goes():
    what = {
        "command": "later",
        "status": "done",
        "number": 3,
        "who": NAME,
        "more": {"name": NAME},
        "list": [NAME],
        "none": None,
        "empty": "",
    }
    assert erasure.retained_of(what) == {
        "command": "later", "status": "done", "number": 3, "who": "—", "more": "—", "list": "—",
        "none": None, "empty": "",
    }  # fmt: skip


def test_erasing_twice_leaves_what_was_left(named_event):
    erase(named_event.slug)
    tables = [name for name in Record.metadata.tables if name not in ("change", "delegate")]
    keyed = [
        name
        for name in tables
        if not {"idempotency_key", "key"} & set(Record.metadata.tables[name].c.keys())
    ]
    before, numbers = content(*keyed), figures()
    erase(named_event.slug)
    assert content(*keyed) == before and figures() == numbers


def test_another_event_stays_as_it_is(named_event):
    """A run of another event in the same database, loaded before or after, is none of this one's
    business.
    """
    with database.writing() as session:
        session.execute(text("UPDATE event SET slug = 'other'"))
        session.execute(text("UPDATE person SET event_slug = 'other'"))
    slug = database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL).slug
    tables = [name for name, treatment in erasure.TREATMENTS.items() if treatment.of]
    with database.reading() as session:
        condition = {
            name: erasure.belongs(Record.metadata.tables[name], [named_event.id]) for name in tables
        }
        before = {
            name: session.execute(select(Record.metadata.tables[name]).where(condition[name])).all()
            for name in tables
        }
        before["change"] = [row[:5] + row[6:] for row in before["change"]]
    erase(slug)
    with database.reading() as session:
        after = {
            name: session.execute(select(Record.metadata.tables[name]).where(condition[name])).all()
            for name in tables
        }
        after["change"] = [row[:5] + row[6:] for row in after["change"]]
    assert after == before


def test_accounts_of_its_people_go_and_those_of_another_events_stay(event):
    with database.writing() as session:
        session.execute(text("UPDATE event SET slug = 'other'"))
        session.execute(text("UPDATE person SET event_slug = 'other'"))
    slug = database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL).slug
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO account (person_id, rehearsal, email) SELECT id, FALSE, 'a@b' "
                "FROM person WHERE key = 'admin'"
            )
        )
    erase(slug)
    with database.reading() as session:
        owners = "SELECT event_slug FROM person JOIN account ON person_id = id"
        assert session.execute(text(owners)).scalars().all() == ["other"]
    erase("other")
    assert row_counts()["account"] == 0


# --- when it is refused ---------------------------------------------------------------------------


def test_it_waits_for_some_days_after_the_last_one(event):
    last = datetime(2024, 3, 6, tzinfo=timezone.utc)
    with refused("erase_too_early", last=event.last_day, day=event.last_day + timedelta(days=31)):
        erase(event.slug, now=last + timedelta(days=30, hours=5))
    with refused("erase_too_early"):
        erase(event.slug, keep=timedelta(days=100), now=last + timedelta(days=40))
    erase(event.slug, now=last + timedelta(days=31))
    erase(event.slug, keep=None, now=last - timedelta(days=40))


def test_an_event_that_is_not_there_is_refused(event):
    with refused("event_unknown", event="nowhere"):
        erase("nowhere")


# --- nothing is left in the files -----------------------------------------------------------------


def files_of_the_database() -> list[Path]:
    with database.engine().connect() as connection:
        if connection.dialect.name == "sqlite":
            file = Path(database.make_url(database.url()).database)
            return list(file.parent.glob(f"{file.name}*"))
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
        root = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
        return [file for file in (root / "base" / str(number)).iterdir() if file.is_file()]


def bytes_of(file: Path) -> bytes:
    # PostgreSQL may remove a file between its listing and its reading.
    return file.read_bytes() if file.exists() else b""


def bytes_with_the_name() -> int:
    return sum(bytes_of(file).count(NAME.encode()) for file in files_of_the_database())


def test_the_text_is_gone_from_the_files_too(named_event):
    assert bytes_with_the_name()
    erase(named_event.slug)
    # The control: PostgreSQL's update leaves the old rows; SQLite overwrites, and empties its log.
    on_sqlite = database.engine().dialect.name == "sqlite"
    assert (bytes_with_the_name() == 0) is on_sqlite
    erasure.compact()
    assert bytes_with_the_name() == 0


def test_a_reader_that_holds_the_old_rows_is_reported(named_event, monkeypatch):
    if database.engine().dialect.name != "sqlite":
        return
    prepare_connection = database._prepare_sqlite

    def prepare_impatient(connection, record) -> None:
        prepare_connection(connection, record)
        connection.execute("PRAGMA busy_timeout=100").close()

    monkeypatch.setattr(database, "_prepare_sqlite", prepare_impatient)
    database.dispose()
    other = database.sqlite.connect(database.make_url(database.url()).database)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM task").fetchone()
    erase(named_event.slug)
    with pytest.raises(erasure.Refusal, match="compact_busy"):
        erasure.compact()
    other.close()
    erasure.compact()
    assert bytes_with_the_name() == 0


# --- from a shell ---------------------------------------------------------------------------------


def command(*asked: str, **more) -> subprocess.CompletedProcess:
    return warm.run("-m", "cli", *asked, **more)


def test_one_command_erases_and_names_the_backups_that_still_hold_it(
    named_event, tmp_path, monkeypatch
):
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "backups"))
    monkeypatch.setenv("PG_BIN", str(BIN))
    made = backup.make(tmp_path / "backups")
    unasked = command("erase", named_event.slug)
    assert unasked.returncode == 1 and "--yes" in unasked.stderr and holds_the_name()
    done = command("erase", named_event.slug, "--yes")
    assert done.returncode == 0, done.stderr
    assert holds_the_name() == set() and bytes_with_the_name() == 0
    assert str(made.file) in done.stdout and str(SMALL) in done.stdout
    again = command("erase", named_event.slug, "--yes", "--backups-too")
    assert again.returncode == 0 and backup.backups(tmp_path / "backups") == []


@pytest.mark.one_database
def test_backups_made_before_a_restore_into_another_file_are_named_and_deleted(
    named_event, tmp_path, monkeypatch
):
    """They hold the same rows, and so the same names."""
    place = tmp_path / "backups"
    monkeypatch.setenv("BACKUP_TO", str(place))
    before = backup.make(place)
    elsewhere = place / "san_sang-20240101T000000-000000Z-r1.db"  # of an earlier version
    shutil.copy(before.file, elsewhere)
    manifest = json.loads(before.manifest.read_text(encoding="utf-8"))
    del manifest["identity"]
    told = manifest | {"source": "elsewhere"}
    elsewhere.with_name(f"{elsewhere.name}.json").write_text(json.dumps(told), encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'new.db').as_posix()}")
    database.dispose()
    restore.restore(before.file)
    assert backup.own_backups(place) == []
    done = command("erase", named_event.slug, "--yes")
    assert str(before.file) in done.stdout and str(elsewhere) in done.stdout
    again = command("erase", named_event.slug, "--yes", "--backups-too")
    assert again.returncode == 0 and str(elsewhere) in again.stdout
    assert [one.file for one in backup.backups(place)] == [elsewhere]


@pytest.mark.skipif(os.name == "nt", reason="no terminals of this kind there")
@pytest.mark.parametrize(("typed", "code"), [("nho", 0), ("yes", 1)])
def test_at_a_terminal_the_name_has_to_be_typed(named_event, typed, code, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKUP_TO", str(tmp_path))
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    os.write(ours, f"{typed}\n".encode())
    done = command("erase", named_event.slug, stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code, done.stderr
    assert (holds_the_name() == set()) is (code == 0)


def test_a_server_starts_and_shows_its_boards_after_an_erasure(named_event):
    erase(named_event.slug)
    erasure.compact()
    prepare()
    with database.reading() as session:
        assert wall_document(session, current(), View(at("D+1 08:00")))["arrivals"]


# --- whatever people can type ---------------------------------------------------------------------


# The record of a breach is kept for five years; its form says that it names no one.
KEPT_BY_LAW = {record_breach, step_breach}
# What is owed is owed: the register refuses what looks like a person (`tests/data/answers/`).
KEPT_IN_THE_REGISTER = {register_petition, edit_petition, record_answer}
# Another event's name and place are public, as those of an event's file.
KEPT_AS_AN_EVENT = {add_event}


@pytest.mark.one_database
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.function.__name__)
def test_nothing_that_any_command_lets_a_person_type_outlasts_an_erasure(prepared, write):  # noqa: F811
    """Over all columns of all tables: a column that stays holds nothing that anybody typed."""
    if write.function in KEPT_BY_LAW | KEPT_IN_THE_REGISTER | KEPT_AS_AN_EVENT:
        return
    target, who = accepted(write)
    for facts in with_typed(target.facts(), f" {NAME}"):
        origin = Origin(who, idempotency_key=idempotency_key(), at=REAL, real=REAL)
        try:
            with database.writing() as session:
                if target.first:
                    target.first(session)
                execute(session, origin, write.function, **facts)
                changes.store(session)
                slug = current_event(session).slug
                erasure.erase_event(session, slug=slug, keep=None, now=MUCH_LATER)
                assert NAME not in stored(session), facts
                raise Undone
        except (Refusal, ValueError, Undone):
            pass
