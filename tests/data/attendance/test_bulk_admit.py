"""Tests of data/attendance/bulk_admit.py: the short way of a plain scan records what the long one
records, and leaves every other scan to it.
"""

from datetime import timedelta

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from data.attendance.bulk_admit import PlainScan, admit_plain
from data.attendance.commands import admit, announce_substitute, excuse, leave, undo_attendance
from data.commands import execute
from data.storage import changes, database
from models.refusals import Refusal
from tests.stage import (
    DISTRICT,
    VAN,
    VAN_CHAIR,
    VAN_WITH_DOT,
    at,
    give,
    item,
    nothing_written,
    origin,
    require_state_equals_facts,
)

BADGES = (VAN, VAN_CHAIR, VAN_WITH_DOT, DISTRICT)
ITEMS = ("dien_dan_1", "dien_dan_2", "phien_chinh")
WRITTEN = (
    "SELECT item_id, delegate_id, status, place, words, desk_id, at, came_at, device_at, "
    "person_id, idempotency_key, "
    "(SELECT cause.idempotency_key FROM attendancefact AS cause WHERE cause.id = "
    "attendancefact.caused_by_id) AS cause, "
    "(SELECT earlier.idempotency_key FROM attendancefact AS earlier WHERE earlier.id = "
    "attendancefact.before_id) AS before, "
    "(SELECT undone.idempotency_key FROM attendancefact AS undone WHERE undone.id = "
    "attendancefact.undoes_id) AS undoes "
    "FROM attendancefact ORDER BY attendancefact.idempotency_key",
    "SELECT item_id, delegate_id, status, place, at, came_at FROM attendancestate ORDER BY "
    "item_id, delegate_id",
    "SELECT * FROM attendancecount ORDER BY item_id, delegation_id",
    "SELECT item_id, minute, arrived FROM arrivalminute WHERE arrived != 0 ORDER BY item_id, "
    "minute",
    "SELECT * FROM attendancestep ORDER BY item_id, minute, delegation_id, came",
    "SELECT at, person_id, topic, subject, subject_id, what FROM change WHERE topic = "
    "'attendance' ORDER BY subject_id, id",
)

_before = st.lists(
    st.tuples(
        st.sampled_from(["admit", "leave", "excuse", "announce", "undo"]),
        st.sampled_from(BADGES),
        st.sampled_from(ITEMS),
    ),
    max_size=4,
)
_queue = st.lists(
    st.tuples(
        st.sampled_from([*BADGES, "9999X", "không có"]), st.sampled_from(ITEMS), st.integers(0, 5)
    ),
    min_size=1,
    max_size=8,
)


def _given(session, kind: str, badge: str, item_id: int, number: int, now) -> None:
    given = origin("command", now, f"before-{number}")
    facts = {"badge": badge, "item_id": item_id}
    commands = {
        "admit": (admit, {}),
        "leave": (leave, {"to": "outside"}),
        "excuse": (excuse, {"reason": "Họp"}),
        "announce": (announce_substitute, {"substitute": "Bà Hoa"}),
        "undo": (undo_attendance, {}),
    }
    command, more = commands[kind]
    try:
        execute(session, given, command, **facts, **more)
    except Refusal:
        pass


def _one_by_one(session, scans: list[PlainScan]) -> list:
    answers = []
    for scan in scans:
        try:
            facts = {"badge": scan.badge, "item_id": scan.item_id}
            answers.append(execute(session, scan.origin, admit, **facts))
        except Refusal as refusal:
            answers.append(refusal.code)
    return answers


def _in_bulk(session, scans: list[PlainScan]) -> list:
    plain = admit_plain(session, scans)
    return [
        done or _one_by_one(session, [scan])[0] for done, scan in zip(plain, scans, strict=True)
    ]


def _recorded(way, before, queue, moment) -> tuple[list, list]:
    """What one way answers and leaves in the tables; nothing of it stays."""
    places = {key: item(key) for key in ITEMS}
    with database.engine().connect() as connection, Session(connection) as session:
        outer = connection.begin()
        for number, (kind, badge, where) in enumerate(before):
            _given(
                session, kind, badge, places[where], number, moment - timedelta(minutes=9 - number)
            )
        scans = [
            PlainScan(origin("command", moment, f"scan-{number}"), badge, places[where])
            for badge, where, number in queue
        ]
        outcomes = way(session, scans)
        changes.store(session)
        session.flush()
        written = [session.execute(text(query)).all() for query in WRITTEN]
        outer.rollback()
    return [_outcome(one) for one in outcomes], written


def _outcome(one) -> object:
    if isinstance(one, str):
        return one
    return (
        one.badge,
        one.title_vi,
        one.title_en,
        one.delegation_vi,
        one.status,
        one.place,
        one.at,
        one.words,
        one.previous,
        one.repeated,
    )


@pytest.mark.slow
def test_the_short_way_records_and_answers_what_the_long_one_does(event):
    moment = at("D+0 13:40")

    @settings(max_examples=40)
    @given(_before, _queue)
    def same(before, queue):
        assert _recorded(_in_bulk, before, queue, moment) == _recorded(
            _one_by_one, before, queue, moment
        )

    same()


def test_a_queue_is_admitted_at_once_and_what_is_not_plain_in_it_is_left(event):
    now, forum = at("D+0 13:40"), item("dien_dan_1")
    queue = (
        VAN,
        "9999X",
        VAN,
        VAN_WITH_DOT,
        VAN_CHAIR,
    )  # the last one is expected at another forum
    scans = [
        PlainScan(origin("command", now, f"scan-{number}"), badge, forum)
        for number, badge in enumerate(queue)
    ]
    outcomes = database.run(lambda session: admit_plain(session, scans))
    assert [one and one.badge for one in outcomes] == [VAN, None, None, VAN_WITH_DOT, None]
    require_state_equals_facts(now)


def test_a_key_that_is_known_admits_no_one_again_not_even_after_the_scan_was_taken_back(event):
    now, forum = at("D+0 13:40"), item("dien_dan_1")
    first = PlainScan(origin("command", now, "scan-1"), VAN, forum)
    other = PlainScan(origin("command", now, "scan-2"), VAN_WITH_DOT, forum)
    assert all(database.run(lambda session: admit_plain(session, [first])))
    give(undo_attendance, by="command", when="D+0 13:41", badge=VAN, item_id=forum)
    again = database.run(lambda session: admit_plain(session, [first, other]))
    assert [one and one.badge for one in again] == [None, VAN_WITH_DOT]


@pytest.mark.parametrize("number", [1, 3])
def test_a_queue_asks_the_database_as_seldom_as_one_scan(event, number):
    """Each statement more is a journey to PostgreSQL and back, while every other desk waits."""
    now, forum = at("D+0 13:40"), item("dien_dan_1")
    scans = [
        PlainScan(origin("desk.ban_1", now, f"scan-{one}"), badge, forum)
        for one, badge in enumerate((VAN, VAN_WITH_DOT, DISTRICT)[:number])
    ]
    asked: list[str] = []
    engine = database.engine()
    sqlalchemy.event.listen(
        engine, "before_cursor_execute", lambda *facts: asked.append(" ".join(facts[2].split()))
    )
    answers = database.run(lambda session: admit_plain(session, scans))
    assert all(answers)
    # The lock; event and clock; the door; the badges; what is written; the changes.
    writes = 1 if engine.dialect.name == "postgresql" else 5
    assert len(asked) == 1 + 1 + 1 + 1 + writes + 1, asked


def test_a_desk_that_does_not_serve_the_item_records_nothing_this_way(event):
    scan = PlainScan(origin("desk.ban_2", at("D+0 13:40")), VAN, item("dien_dan_1"))
    with nothing_written():
        assert database.run(lambda session: admit_plain(session, [scan])) == [None]
