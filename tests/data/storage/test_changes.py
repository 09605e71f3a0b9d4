"""Tests of data/storage/changes.py: the revision, the wake-up call, the audit trail."""

import threading

import pytest
from sqlalchemy import text
from sqlmodel import Session

from data.commands import execute
from data.incidents import open_entry
from data.readiness.tasks import confirm_section, report_status
from data.storage import changes, database
from models.refusals import Refusal
from tests.stage import REAL, at, give, minutes, origin, person, revision, section, task


def confirm(**facts):
    return give(
        confirm_section, by="command", when="D+0 08:00", section_id=section("an_ninh"), **facts
    )


def step(session, command, once, by, now, **facts):
    """Gives a command in an open transaction."""
    return execute(session, origin(by, now, once), command, **facts)


def of_section(topic: str) -> frozenset[str]:
    return frozenset({topic, f"{topic}:{section('an_ninh')}"})


@pytest.fixture
def heard():
    calls = []
    stop = changes.subscribe(lambda number, topics: calls.append((number, topics)))
    yield calls
    stop()


def test_a_change_says_what_when_and_by_whom(event):
    give(
        report_status,
        by="lead.an_ninh",
        when="D-12 09:00",
        task_id=task(1),
        status="blocked",
        note="chờ",
    )
    with database.reading() as session:
        change = session.exec(
            changes.select(changes.Change).order_by(changes.Change.id.desc())
        ).first()
        session.expunge(change)
    assert (change.topic, change.subject, change.subject_id) == ("readiness", "task", task(1))
    assert (change.person_id, change.event_id, change.at) == (
        person("lead.an_ninh").id,
        event.id,
        at("D-12 09:00"),
    )
    assert change.what == {
        "command": "report_status",
        "section": section("an_ninh"),
        "status": "blocked",
        "text": "chờ",
    }
    assert change.recorded_at > REAL  # the real time, not the event's


def test_the_listeners_are_called_after_the_commit(event, heard):
    confirm()
    assert heard == [(revision(), of_section("readiness"))]


def test_a_refused_and_a_repeated_command_wake_no_one(event, heard):
    confirm(once="same")
    heard.clear()
    confirm(once="same")
    with pytest.raises(Refusal):
        give(
            report_status,
            by="command",
            when="D-1 08:00",
            task_id=task(1),
            status="blocked",
            note="",
        )
    assert heard == []


def test_one_transaction_announces_all_its_topics_at_once(event, heard):
    who, now = person("command"), at("D+0 08:00")
    with database.writing() as session:
        step(session, confirm_section, "a", who, now, section_id=section("an_ninh"))
        facts = {"section_id": section("an_ninh"), "priority": 1, "text": "x"}
        step(session, open_entry, "b", who, now, **facts)
    assert heard == [(revision(), of_section("readiness") | of_section("incidents"))]


def test_a_report_names_the_sections_on_whose_pages_its_task_stands(event, heard):
    """Its own, and those of the tasks that wait for it or that it needs, also through others."""
    at_stake = {
        1: {"an_ninh", "hau_can"},
        2: {"an_ninh"},
        3: {"hau_can"},
        5: {"an_ninh", "hau_can"},
    }
    for number, keys in at_stake.items():
        facts = {"task_id": task(number), "status": "on_track", "note": ""}
        give(report_status, by="command", when="D-12 09:00", **facts)
        names = {f"readiness:{section(key)}" for key in keys}
        assert heard.pop() == (revision(), frozenset({"readiness", *names})), number


def test_next_to_a_change_of_no_known_section_a_transaction_may_concern_any(event, heard):
    who, now = person("command"), at("D+0 08:00")
    with database.writing() as session:
        step(session, confirm_section, "a", who, now, section_id=section("an_ninh"))
        about = {"topic": "readiness", "subject": "task", "subject_id": None, "what": {}}
        changes.note(session, event_id=event.id, at=now, by=who, **about)
    assert heard == [(revision(), frozenset({"readiness"}))]


def test_an_ended_subscription_hears_nothing(event):
    calls = []
    stop = changes.subscribe(lambda *woken: calls.append(woken))
    stop()
    confirm()
    assert calls == []


def test_revisions_become_visible_in_their_order(event):
    """What is cached under a revision must hold all the facts up to it."""
    who, where, now = person("command"), section("an_ninh"), at("D+0 08:00")
    done = threading.Event()

    def write(number: int) -> None:
        for turn in range(15):
            once = f"{number}-{turn}"
            give(confirm_section, by=who, when=now, once=once, section_id=where)

    late: list[int] = []

    def watch() -> None:
        known: set[int] = set()
        while not done.is_set():
            with database.reading() as session:
                seen = {number for (number,) in session.execute(text('SELECT id FROM "change"'))}
            late.extend(number for number in seen - known if known and number < max(known))
            known = seen

    watcher = threading.Thread(target=watch)
    writers = [threading.Thread(target=write, args=[number]) for number in range(6)]
    watcher.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    watcher.join()
    assert late == []


def test_without_taking_turns_a_lower_revision_becomes_visible_after_a_higher_one(event):
    """The control, on PostgreSQL; on SQLite the second writer cannot even begin."""
    if database.engine().dialect.name == "sqlite":
        return

    def change(session: Session) -> None:
        facts = {
            "event_id": event.id,
            "at": REAL,
            "by": None,
            "topic": "event",
            "subject": "event",
            "subject_id": None,
        }
        changes.note(session, what={}, **facts)
        changes.store(session)

    with Session(database.engine()) as slow, Session(database.engine()) as fast:
        change(slow)
        change(fast)
        fast.commit()
        higher = revision()
        slow.commit()
    with database.reading() as session:
        numbers = [number for (number,) in session.execute(text('SELECT id FROM "change"'))]
    assert revision() == higher  # nothing newer, and yet something new
    assert sorted(numbers)[-2] < higher


def test_the_clock_of_the_event_and_the_real_one_are_both_recorded(event):
    confirm()
    with database.reading() as session:
        rows = session.execute(changes.select(changes.Change.at, changes.Change.recorded_at)).all()
    assert all(recorded - shown > minutes(60) for shown, recorded in rows)
