"""A database that version 0.4 wrote upgrades, and is read as if this version had written it.

`version_0_4.sql` is what the small event's commands of that version left in its tables: renamed
tables, columns and keys are all in it. It is never written again.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from data import audit
from data.attendance.commands import admit, undo_attendance
from data.attendance.offline_scans import conflicts, refusal_of, settle_conflict
from data.attendance.queries import headcounts_at
from data.incidents import update_entry
from data.readiness.escalation import reminders_at
from data.readiness.sections import sections_at
from data.readiness.tasks import tasks_at
from data.reviews.comparison import compare
from data.reviews.queries import signed_review
from data.storage import changes, database, migrate
from data.words import Words
from models.events.event import View
from models.readiness.escalation import EscalationLevel
from tests.stage import (
    VAN,
    at,
    boards,
    current,
    entry,
    give,
    item,
    minutes,
    nothing_written,
    require_state_equals_facts,
    section,
)

pytestmark = pytest.mark.slow

LAST_REVISION = "2026_11_25_evidence"
ROWS = Path(__file__).with_name("version_0_4.sql")
VINH = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = "D-4 18:00"  # of the signed review


@pytest.fixture
def upgraded(databases) -> Iterator[str]:
    """The database of version 0.4, upgraded."""
    yield from databases.fresh("upgraded", upgrade)


def upgrade() -> None:
    with database.engine().execution_options(writes=True).begin() as connection:
        migrate.command.upgrade(migrate.settings(connection), LAST_REVISION)
        on_postgres = connection.dialect.name == "postgresql"
        if on_postgres:
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for statement in ROWS.read_text(encoding="utf-8").strip().split(";\n"):
            connection.exec_driver_sql(statement)
        for table in numbered(connection) if on_postgres else ():
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id))"
                f' FROM "{table}" HAVING max(id) IS NOT NULL'
            )
    migrate.upgrade()


def numbered(connection) -> list[str]:
    """The tables whose rows a sequence numbers."""
    return list(
        connection.scalars(
            text(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'id'"
                " AND table_schema = 'public' AND column_default LIKE 'nextval%'"
            )
        )
    )


def test_the_current_state_is_still_what_the_facts_say(upgraded):
    require_state_equals_facts(at("D+1 08:00"))
    with database.reading() as session:
        heads = headcounts_at(session, [item("phien_chinh")], View(at("D+1 08:00")))
    counts = [(one.present, one.substituted, one.excused, one.common) for one in heads.values()]
    assert sorted(counts, reverse=True)[0] == (1, 1, 1, 1)


def test_the_board_by_the_current_state_is_that_by_the_facts(upgraded):
    now, past = boards(at("D+1 08:00"))
    assert now == past
    assert [(one["key"], one["headline"]) for one in now["sections"]] == [
        ("an_ninh", "Đã họp"),
        ("hau_can", ""),
    ]
    assert now["arrivals"]["here"] == 2
    assert now["entries_open"] == 2


def test_the_audit_names_every_change(upgraded):
    words = Words("en", VINH)
    with database.reading() as session:
        rows = audit.rows(session, current(), audit.Filter(), limit=100)
        assert len(rows) == changes.latest(session) == 30
    shown = {(row.command, row.id): audit.in_words(row, words) for row in rows}
    assert all(words.has(f"command.{command}") for command, _ in shown)
    who, _, about, details = shown["admit", 25]
    assert who == "Check-in team 1" and "0001G" in about
    assert words("attendance.standing_substitute") in details
    assert shown["call_silence", 5][0] == words("audit.system")


def test_the_reminder_of_a_silence_and_its_answer_are_there(upgraded):
    event, view = current(), View(at("D-4 16:00"), past=True)
    with database.reading() as session:
        sections = sections_at(session, event, view, tasks_at(session, event, view))
        [reminder] = reminders_at(session, event, view, sections)[section("an_ninh")]
    assert (reminder.level, reminder.at, reminder.answered_at, reminder.office_en) == (
        EscalationLevel.LEAD,
        at("D-4 09:00"),
        at("D-4 15:05"),
        "Command room",
    )


def test_the_conflicts_of_offline_scans_are_there_and_can_be_settled(upgraded):
    with database.reading() as session:
        found = conflicts(session, current())
    assert [(one.badge, one.outcome) for one in found] == [
        (VAN, "already_in_at_desk"),
        ("9999B", "badge_mistyped"),
    ]
    refusal = refusal_of(found[0].outcome, found[0].facts)
    assert "Desk 1" in Words("en", VINH).refusal(refusal)
    give(settle_conflict, by="command", when="D+1 08:10", late_scan_id=found[1].id, words="Đã xem")
    with database.reading() as session:
        assert [one.badge for one in conflicts(session, current())] == [VAN]


def test_a_signed_review_equals_the_comparison_of_the_same_moments(upgraded):
    event = current()
    with database.reading() as session:
        signed = signed_review(session, event, 1, View(at(EVENING)))
        found = compare(session, event, signed.since, View(at(EVENING), past=True))
    assert (signed.number, signed.moment, signed.since) == (7, at(EVENING), at("D-13 12:00"))
    # A section that has never confirmed counted as silent then, whatever its time.
    assert found.figures | {"silent": 2} == signed.figures


def test_a_key_of_before_answers_as_it_did_and_an_undo_follows_the_move(upgraded):
    """What the admission at the second room ended in the first has it as its cause."""
    when = at("D+1 07:10")
    with nothing_written():
        again = give(
            admit,
            by="desk.ban_1",
            when=when,
            once="nonce-19",
            badge=VAN,
            item_id=item("phien_chinh"),
        )
    assert again.repeated and again.at == when
    for later in (1, 2):  # the exit to the common areas, then the admission itself
        give(
            undo_attendance,
            by="command",
            when=when + timedelta(hours=later),
            badge=VAN,
            item_id=item("phien_chinh"),
        )
    require_state_equals_facts(when + timedelta(hours=3))


def test_people_go_on_writing(upgraded):
    give(
        update_entry,
        by="command",
        when=at("D+1 08:00") + minutes(1),
        entry_id=entry(2),
        status="closed",
        text="Đủ",
    )
    require_state_equals_facts(at("D+1 08:02"))
