"""Tests of data/storage/migrate.py: an empty database reaches the tables' shape, and stays
there.
"""

import importlib
import pkgutil
import subprocess

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

import models
from data import erasure
from data.attendance.commands import undo_attendance
from data.commands import Origin, run
from data.events.current import current_event
from data.storage import database, migrate
from models.access.people import Person
from models.attendance.ledger import AttendanceStatus
from models.plan import EventChange
from models.storage import Record
from tests import warm

pytestmark = pytest.mark.slow  # each migrates a database

for module in pkgutil.walk_packages(models.__path__, "models."):
    importlib.import_module(module.name)


def differences() -> list:
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Record.metadata)


def shape() -> dict:
    found = inspect(database.engine())
    return {
        name: (
            str(found.get_columns(name)),
            str(found.get_unique_constraints(name)),
            str(found.get_foreign_keys(name)),
        )
        for name in sorted(found.get_table_names())
    }


def test_an_empty_database_reaches_the_shape_of_the_tables(empty_db):
    assert differences()
    migrate.upgrade()
    assert differences() == []


def test_the_constraints_are_those_of_the_tables_too(db):
    """What autogenerate does not compare: unique keys and checks."""
    found = inspect(database.engine())
    for name, table in Record.metadata.tables.items():
        wanted = {"CheckConstraint": 0, "UniqueConstraint": 0}
        for constraint in table.constraints:
            kind = type(constraint).__name__
            if kind in wanted:
                wanted[kind] += 1
        uniques = found.get_unique_constraints(name)
        assert len(uniques) == wanted["UniqueConstraint"], name
        assert len(found.get_check_constraints(name)) == wanted["CheckConstraint"], name


def test_running_twice_changes_nothing(db):
    before = shape()
    migrate.upgrade()
    migrate.upgrade()
    assert shape() == before


def test_every_older_database_reaches_the_shape_of_the_tables(empty_db):
    """Each revision by itself, as a database that stopped at it would go on from it."""
    scripts = ScriptDirectory.from_config(migrate.settings()).walk_revisions()
    for revision in reversed([script.revision for script in scripts]):
        with database.engine().execution_options(writes=True).begin() as connection:
            migrate.command.upgrade(migrate.settings(connection), revision)
        database.dispose()
    migrate.upgrade()
    assert differences() == []


FIRST = "2026_11_23_first_tables"
EARLIER_ROWS = """
INSERT INTO event (id, slug, run, folder, name_vi, name_en, short_name_vi, short_name_en,
  theme_vi, theme_en, place_vi, place_en,
  time_zone, first_day, last_day, expected_delegates, day_from, day_to, rehearsal,
  arrival_plan, loaded_at)
  VALUES (1, 'e', 1, '/e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'Asia/Ho_Chi_Minh', '2024-03-05',
  '2024-03-06', 5, '00:00:00',
  '23:59:59', TRUE, '[]', '2024-01-05 01:00:00');
INSERT INTO person (id, key, role, section_key, name_vi, name_en)
  VALUES (7, 'lead.an_ninh', 'lead', 'an_ninh', 'Trưởng', 'Lead');
INSERT INTO signin (token_hash, person_id, rehearsal, started_at)
  VALUES ('a', 7, TRUE, '2024-01-05 01:00:00');
INSERT INTO invitation (token_hash, person_id, made_at) VALUES ('b', 7, '2024-01-05 01:00:00');
INSERT INTO change (event_id, at, recorded_at, person_id, topic, subject, what)
  VALUES (1, '2024-01-05 01:00:00', '2024-01-05 01:00:00', 7, 'readiness', 'task', '{}');
"""


def test_what_an_older_database_holds_is_still_there_and_its_sign_ins_are_not(empty_db):
    """Of browsers that were signed in before, nothing is known that a sign-in has to name now."""
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), FIRST)
        for statement in EARLIER_ROWS.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";").replace(":", "\\:")))
    migrate.upgrade()
    with database.reading() as session:
        assert session.execute(
            text("SELECT key, section_key, item_key FROM person WHERE id = 7")
        ).all() == [("lead.an_ninh", "an_ninh", None)]
        assert session.execute(text("SELECT person_id, sign_in_id FROM change")).all() == [
            (7, None)
        ]
        assert session.execute(text("SELECT count(*) FROM signin")).scalar_one() == 0
    with database.writing() as session:
        session.execute(text("UPDATE person SET role = 'rapporteur' WHERE id = 7"))
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("UPDATE person SET role = 'boss' WHERE id = 7"))
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("DELETE FROM person WHERE id = 7"))  # references are watched again


def test_a_migration_that_would_break_a_reference_is_rolled_back(sqlite_databases, monkeypatch):
    """References are off while SQLite rebuilds a table, so they are looked at before anything is
    committed.
    """
    for _ in sqlite_databases.fresh("nothing"):
        with database.engine().execution_options(writes=True).begin() as connection:
            migrate.command.upgrade(migrate.settings(connection), FIRST)
            for statement in EARLIER_ROWS.strip().split(";\n"):
                connection.execute(text(statement.rstrip(";").replace(":", "\\:")))

        def loses_a_row(settings, _to) -> None:
            settings.attributes["connection"].execute(text("DELETE FROM person"))

        monkeypatch.setattr(migrate.command, "upgrade", loses_a_row)
        with pytest.raises(RuntimeError, match="reference"):
            migrate.upgrade()
        with database.reading() as session:
            assert session.execute(text("SELECT count(*) FROM person")).scalar_one() == 1


def test_a_database_shows_whether_it_is_in_shape(empty_db):
    with database.engine().connect() as connection:
        assert not migrate.is_current(connection)
    migrate.upgrade()
    with database.engine().connect() as connection:
        assert migrate.is_current(connection)


def test_a_migration_that_fails_leaves_nothing_behind(empty_db):
    with database.engine().execution_options(writes=True).begin() as connection:
        connection.execute(
            text("CREATE TABLE review (id INTEGER)")
        )  # in the way of one of the tables
    try:
        migrate.upgrade()
    except Exception as failure:
        assert "review" in str(failure)
    assert inspect(database.engine()).get_table_names() == ["review"]


def test_three_processes_that_start_at_once_migrate_once(empty_db):
    program = "from data.storage import migrate; migrate.upgrade()"
    processes = [warm.start("-c", program, stderr=subprocess.PIPE) for _ in range(3)]
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, errors
    assert differences() == []


BEFORE_CAUSES = "2026_11_25_evidence"  # the last revision of the version before
SIDE_FACTS = """
INSERT INTO person (id, key, role, name_vi, name_en) VALUES (7, 'command', 'command', 'Tổ', 'Room');
INSERT INTO venue (id, event_id, key, name_vi, name_en, illustrative) VALUES (1, 1, 'v', 'v', 'v',
  FALSE);
INSERT INTO programmeitem (id, event_id, key, position, kind, title_vi, title_en, short_vi,
  short_en, venue_id, starts_at, ends_at,
  expects, chair, pinned, illustrative)
  VALUES (1, 1, 'a', 1, 'forum', 'a', 'a', 'a', 'a', 1, '2024-03-05 01:00:00',
    '2024-03-05 04:00:00', 'some', '', FALSE, FALSE),
         (2, 1, 'b', 2, 'forum', 'b', 'b', 'b', 'b', 1, '2024-03-05 01:00:00',
           '2024-03-05 04:00:00', 'some', '', FALSE, FALSE);
INSERT INTO delegation (id, event_id, code, name_vi, name_en, kind_vi, contact, vehicle, sort_key)
  VALUES (1, 1, 'd', 'd', 'd', 'd', '', '', 'd');
INSERT INTO delegate (id, event_id, badge, delegation_id, title_vi, title_en, folded, sort_key)
  VALUES (1, 1, '0001G', 1, 't', 't', 't', 't'), (2, 1, '0002K', 1, 't', 't', 't', 't');
INSERT INTO expectation (item_id, delegate_id) VALUES (1, 1), (1, 2);
INSERT INTO attendancefact (id, item_id, delegate_id, standing, place, words, at, came_at,
  before_id, undoes_id, person_id, scan_id)
  VALUES (1, 1, 1, 'present', 'room', '', '2024-03-05 01:00:00', '2024-03-05 01:00:00', NULL, NULL,
    7, 'first'),
         (2, 1, 1, 'moved', 'outside', '', '2024-03-05 01:05:00', NULL, 1, NULL, 7, 'second/m'),
         (3, 2, 1, 'present', 'room', 'Đổi chỗ', '2024-03-05 01:05:00', '2024-03-05 01:05:00',
           NULL, NULL, 7, 'second'),
         (4, 1, 2, 'present', 'room', '', '2024-03-05 01:06:00', '2024-03-05 01:06:00', NULL, NULL,
           7, 'second/l');
INSERT INTO attendancestate (item_id, delegate_id, fact_id, standing, place, at, came_at)
  VALUES (1, 1, 2, 'moved', 'outside', '2024-03-05 01:05:00', NULL),
         (2, 1, 3, 'present', 'room', '2024-03-05 01:05:00', '2024-03-05 01:05:00'),
         (1, 2, 4, 'present', 'room', '2024-03-05 01:06:00', '2024-03-05 01:06:00');
INSERT INTO attendancecount (item_id, delegation_id, expected, present, substituted, excused,
  inside, common)
  VALUES (1, 1, 1, 1, 0, 0, 1, 0), (2, 1, 1, 1, 0, 0, 1, 0);
INSERT INTO arrivalminute (item_id, minute, arrived)
  VALUES (1, '2024-03-05 01:06:00', 1), (2, '2024-03-05 01:05:00', 1);
"""


def test_an_undo_follows_the_causes_of_a_database_of_the_version_before(empty_db):
    """What an admission brought about elsewhere was shown only by the key of its fact."""
    statements = EARLIER_ROWS.strip().split(";\n")[:1] + SIDE_FACTS.strip().split(";\n")
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), BEFORE_CAUSES)
        for statement in statements:
            connection.execute(text(with_later_columns(statement).replace(":", "\\:")))
    migrate.upgrade()
    causes = "SELECT id, caused_by_id FROM attendancefact ORDER BY id"
    with database.reading() as session:
        assert session.execute(text(causes)).all() == [(1, None), (2, 3), (3, None), (4, None)]
        person = session.get(Person, 7)
    if database.engine().dialect.name == "postgresql":  # the ids above were given by hand
        with database.writing() as session:
            session.execute(text("SELECT setval('attendancefact_id_seq', 100)"))
    undone = run(Origin(person), undo_attendance, badge="0001G", item_id=2)
    assert undone.status == AttendanceStatus.UNDONE
    states = "SELECT item_id, fact_id, status, place FROM attendancestate WHERE delegate_id = 1"
    with database.reading() as session:
        now = session.execute(text(f"{states} ORDER BY item_id")).all()
    assert now[0] == (1, 1, "present", "room"), "what counted before the move counts again"
    assert now[1][2:] == ("undone", "outside")


def with_later_columns(statement: str) -> str:
    """A statement of the first tables for the last revision before this version."""
    return (
        statement.rstrip(";")
        .replace("arrival_plan, loaded_at)", "arrival_plan, documents, silence, loaded_at)")
        .replace("'[]', '2024-01-05", "'[]', '{}', '{}', '2024-01-05")
    )


BEFORE_SIDE_BY_SIDE = "2026_11_26_roll_call_reminders"
EVENT_ROW = """
INSERT INTO event (id, slug, run, folder, name_vi, name_en, short_name_vi, short_name_en, theme_vi,
  theme_en, place_vi, place_en, time_zone, first_day, last_day, expected_delegates, day_from,
  day_to, rehearsal, arrival_plan, documents, silence, loaded_at)
  VALUES (:id, :slug, :run, '/e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'Asia/Ho_Chi_Minh',
  '2024-03-05', '2024-03-06', 5, '00\\:00\\:00', '23\\:59\\:59', :rehearsal, '[]', '{}', '{}',
  '2024-01-05 01\\:00\\:00')
"""
SECTION_ROW = """
INSERT INTO section (event_id, key, name_vi, name_en, short_vi, short_en, position,
  cadence_before_hours, cadence_near_hours, cadence_day_hours, illustrative)
  VALUES (:event, :key, 's', 's', 's', 's', 0, 1, 1, 1, FALSE)
"""
PERSON_ROW = """
INSERT INTO person (id, key, role, section_key, name_vi, name_en)
  VALUES (:id, :key, :role, :section, 'p', 'p')
"""


def test_a_database_of_one_pool_of_people_gives_each_event_its_own(empty_db):
    """The newest event stays the current one and has its people with what they signed in with;
    the sample's others stay with the sample."""
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), BEFORE_SIDE_BY_SIDE)
        for number, slug, run_number, rehearsal in (
            (1, "sample", 1, True),
            (2, "sample", 2, True),
            (3, "own", 1, False),
        ):
            row = {"id": number, "slug": slug, "run": run_number, "rehearsal": rehearsal}
            connection.execute(text(EVENT_ROW), row)
        for event, key in ((2, "y_te"), (2, "an_ninh"), (3, "an_ninh")):
            connection.execute(text(SECTION_ROW), {"event": event, "key": key})
        for number, key, role, section in (
            (101, "admin", "admin", None),
            (102, "lead.an_ninh", "lead", "an_ninh"),
            (103, "lead.y_te", "lead", "y_te"),
        ):
            row = {"id": number, "key": key, "role": role, "section": section}
            connection.execute(text(PERSON_ROW), row)
        account = "INSERT INTO account (person_id, rehearsal, email) VALUES (101, FALSE, 'a@b.vn')"
        connection.execute(text(account))
    database.dispose()
    migrate.upgrade()
    assert differences() == []
    with database.reading() as session:
        current = current_event(session)
        states = session.execute(text("SELECT slug, run, state FROM event ORDER BY id")).all()
        people = session.execute(text("SELECT event_slug, key, id FROM person")).all()
        mails = session.execute(text("SELECT person_id, email FROM account")).all()
    assert (current.slug, current.state) == ("own", "running")
    assert states == [("sample", 1, "archived"), ("sample", 2, "running"), ("own", 1, "running")]
    assert {(slug, key) for slug, key, _ in people} == {
        ("own", "admin"),
        ("own", "lead.an_ninh"),
        ("sample", "admin"),
        ("sample", "lead.an_ninh"),
        ("sample", "lead.y_te"),
    }
    assert {number for slug, _, number in people if slug == "own"} == {101, 102}
    assert mails == [(101, "a@b.vn")]


BEFORE_NOUNS = "2026_11_26_calendars"
CHANGE_ROW = """
INSERT INTO eventchange (at, person_id, idempotency_key, event_id, version, name_vi, name_en,
  short_name_vi, short_name_en, place_vi, place_en, expected_delegates, day_from, day_to)
  VALUES ('2024-01-06 01:00:00', 7, 'k', 1, 1, 'cũ', 'e', 'e', 'e', 'e', 'e', 5, '00:00:00',
  '23:59:59')
"""


def test_a_theme_that_no_one_changed_outlives_the_erasure_of_an_older_database(empty_db):
    """Changes of then hold neither theme nor minutes: they are the event's."""
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), BEFORE_NOUNS)
        row = {"id": 1, "slug": "e", "run": 1, "rehearsal": False}
        connection.execute(text(EVENT_ROW), row)
        who = {"id": 7, "key": "command", "role": "command", "section": None}
        connection.execute(text(PERSON_ROW), who)
        connection.execute(text(CHANGE_ROW.replace(":", "\\:")))
        minutes = """UPDATE event SET version = 2, silence = '{"near"\\: {"lead"\\: 7}}'"""
        connection.execute(text(minutes))
    database.dispose()
    migrate.upgrade()
    with database.reading() as session:
        (change,) = session.exec(select(EventChange)).all()
    assert (change.theme_vi, change.theme_en) == ("e", "e")
    assert change.silence == {"near": {"lead": 7}}
    database.run(erasure.erase_event, slug="e", keep=None, now=change.at)
    with database.reading() as session:
        assert session.execute(text("SELECT name_vi, theme_vi FROM event")).all() == [("—", "e")]
