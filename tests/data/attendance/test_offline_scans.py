"""Scans that a gate answered by itself: recorded when they arrive, or held as a conflict that
the command room settles.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from data.attendance.commands import admit, announce_substitute, excuse
from data.attendance.offline_scans import (
    Conflict,
    conflicts,
    settle_conflict,
    take_late,
    wrong_clocks,
)
from data.attendance.queries import headcounts_at
from data.commands import run
from data.programme import finish_item, start_item
from data.storage import database
from models.attendance.ledger import AttendanceFact, AttendanceStatus, Headcount
from models.attendance.offline_scans import MAX_AGE, MAX_AHEAD, RECORDED, SETTLED_LENGTH, LateScan
from models.events.event import View
from tests.stage import (
    DISTRICT,
    REAL,
    VAN,
    VAN_CHAIR,
    VAN_WITH_DOT,
    at,
    current,
    give,
    item,
    minutes,
    nothing_written,
    one_change,
    origin,
    refused,
    require_state_equals_facts,
)

NOW, FORUM = "D+1 07:10", "D+0 14:00"
FIRST, SECOND = "desk.ban_1", "desk.ban_2"
UNKNOWN = "9999B"


def late(badge=VAN, by=FIRST, *, where="phien_chinh", shown=10.0, when=NOW, **facts):
    """A scan by a device whose clock showed then what a right one showed `shown` minutes ago."""
    facts = {"badge": badge, "item_id": item(where), "device_at": REAL - minutes(shown)} | facts
    given = replace(origin(by, at(when), facts.pop("once", None)), real=REAL)
    return run(given, take_late, **facts)


def online(badge=VAN, by=SECOND, *, when="D+1 07:05", where="phien_chinh"):
    return give(admit, by=by, when=when, badge=badge, item_id=item(where))


def open_conflicts() -> list[Conflict]:
    with database.reading() as session:
        return conflicts(session, current())


def heads() -> Headcount:
    with database.reading() as session:
        return sum(
            headcounts_at(session, [item("phien_chinh")], View(at("D+1 12:00"))).values(),
            Headcount(),
        )


def held() -> list[tuple[str, str]]:
    with database.reading() as session:
        return list(session.execute(select(LateScan.badge, LateScan.outcome)).all())


def test_a_late_scan_counts_from_when_the_device_made_it(event):
    """In a rehearsal the event's clock shows another time than the device's: what counts is how
    long ago it was.
    """
    with one_change("admit"):
        arrived = late(shown=10)
    assert (arrived.outcome, arrived.admission.status) == (RECORDED, AttendanceStatus.PRESENT)
    with database.reading() as session:
        fact = session.exec(select(AttendanceFact)).one()
    assert (fact.at, fact.came_at, fact.device_at) == (at(NOW), at("D+1 07:00"), REAL - minutes(10))
    assert held() == [(VAN, RECORDED)] and open_conflicts() == []
    require_state_equals_facts(at("D+1 08:00"))


def test_a_late_scan_that_arrives_again_changes_nothing_and_is_answered_as_before(event):
    late(once="gate-1")
    with nothing_written():
        again = late(once="gate-1")
    assert again.repeated and again.outcome == RECORDED
    online(VAN_CHAIR)
    late(VAN_CHAIR, once="gate-2")
    with nothing_written():
        assert late(VAN_CHAIR, once="gate-2").outcome == "already_in_at_desk"


def test_a_scan_whose_answer_alone_was_lost_is_no_second_one(event):
    give(admit, by=FIRST, when=NOW, badge=VAN, item_id=item("phien_chinh"), once="gate-1")
    with nothing_written():
        arrived = late(once="gate-1")
    assert arrived.repeated and arrived.outcome == RECORDED and arrived.admission.badge == VAN


def test_one_badge_at_two_doors_is_a_conflict_that_names_both(event):
    online(by=SECOND, when="D+1 07:05")
    with one_change("take_late"):
        arrived = late(by=FIRST, shown=10)
    assert arrived.outcome == "already_in_at_desk"
    (conflict,) = open_conflicts()
    assert (conflict.badge, conflict.outcome, conflict.item_id) == (
        VAN,
        "already_in_at_desk",
        item("phien_chinh"),
    )
    assert "Nghi Văn" in conflict.title["vi"]
    assert (conflict.late.at, conflict.other.at) == (at("D+1 07:00"), at("D+1 07:05"))
    assert conflict.late.device_at == REAL - minutes(10)
    assert conflict.late.desk["vi"] != conflict.other.desk["vi"]
    assert heads().present == 1, "no one is counted twice"


def test_two_doors_that_were_both_offline_keep_both_scans(event):
    late(by=SECOND, shown=20)
    late(by=FIRST, shown=19)
    (conflict,) = open_conflicts()
    assert (conflict.other.device_at, conflict.late.device_at) == (
        REAL - minutes(20),
        REAL - minutes(19),
    )
    assert heads().present == 1


@pytest.mark.parametrize(
    ("badge", "where", "outcome"),
    [
        (UNKNOWN, "phien_chinh", "badge_mistyped"),
        ("0099C", "phien_chinh", "badge_unknown"),
        ("https://example.org/x", "phien_chinh", "badge_malformed"),
        ("7" * 10_000, "phien_chinh", "badge_malformed"),
        ("", "phien_chinh", "badge_malformed"),
        ("ă\u0000\ud800‮", "phien_chinh", "badge_malformed"),
    ],
)
def test_what_the_ledger_does_not_know_is_held_for_the_command_room(event, badge, where, outcome):
    arrived = late(badge, where=where)
    assert arrived.outcome == outcome
    (conflict,) = open_conflicts()
    assert (conflict.title, conflict.delegation, conflict.other) == (None, None, None)
    assert len(conflict.badge) <= 40 and heads() == Headcount(expected=heads().expected)


def test_a_delegate_admitted_at_another_room_is_held_with_the_right_ones_name(event):
    arrived = late(VAN_WITH_DOT, where="dien_dan_1", by="command", when=FORUM)
    if arrived.outcome == RECORDED:  # the roster sends them to the first forum
        arrived = late(VAN_WITH_DOT, where="dien_dan_2", by="command", when=FORUM)
    assert arrived.outcome == "wrong_item" and arrived.facts["right"]["vi"]
    assert arrived.refusal.code == "wrong_item"


def test_an_excused_delegate_is_let_in_all_the_same(event):
    give(
        excuse, by="command", when="D-1 09:00", badge=VAN, item_id=item("phien_chinh"), reason="Ốm"
    )
    assert late().outcome == RECORDED and heads().excused == 0


def test_a_substitute_needs_a_name_and_counts_with_one(event):
    give(
        announce_substitute,
        by="command",
        when="D-1 09:00",
        badge=VAN,
        item_id=item("phien_chinh"),
        substitute="",
    )
    assert late().outcome == "substitute_needed"
    assert (
        late(VAN_CHAIR, substitute="Phó Chánh Văn phòng").admission.status
        is AttendanceStatus.SUBSTITUTE
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        (-MAX_AHEAD / timedelta(minutes=1), RECORDED),
        (-MAX_AHEAD / timedelta(minutes=1) - 0.1, "device_clock_ahead"),
        (MAX_AGE / timedelta(minutes=1), RECORDED),
        (MAX_AGE / timedelta(minutes=1) + 0.1, "device_scan_old"),
        (7 * 24 * 60, "device_scan_old"),
        (-20 * 365 * 24 * 60, "device_clock_ahead"),
    ],
)
def test_a_clock_that_cannot_be_right_makes_a_conflict_and_admits_no_one(event, age, outcome):
    arrived = late(shown=age)
    assert arrived.outcome == outcome
    assert heads().present == (outcome == RECORDED) and len(open_conflicts()) == (
        outcome != RECORDED
    )
    if outcome != RECORDED:
        assert arrived.refusal.facts["device_at"] == REAL - minutes(age), "as the clock showed it"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "wrong", [timedelta(days=1), timedelta(days=-1), timedelta(hours=-35), timedelta(minutes=3)]
)
def test_a_clock_that_is_wrong_by_a_day_does_no_harm_where_the_device_says_what_it_shows_on_sending(
    event, wrong
):
    arrived = late(device_at=REAL + wrong - minutes(25), sent_at=REAL + wrong)
    assert arrived.outcome == RECORDED and heads().present == 1
    with database.reading() as session:
        fact = session.exec(select(AttendanceFact)).one()
    assert (fact.came_at, fact.device_at) == (at(NOW) - minutes(25), REAL + wrong - minutes(25))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("scanned", "sent", "outcome"),
    [
        (timedelta(days=-7), timedelta(), "device_scan_old"),
        (
            timedelta(days=-7),
            timedelta(days=-7),
            "device_scan_old",
        ),  # last week's batch, sent once more
        (timedelta(days=7), timedelta(days=7), "device_clock_ahead"),
        (timedelta(hours=1), timedelta(), "device_clock_ahead"),
    ],
)
def test_what_a_device_says_of_its_sending_opens_no_way_to_last_week(event, scanned, sent, outcome):
    arrived = late(device_at=REAL + scanned, sent_at=REAL + sent)
    assert arrived.outcome == outcome and heads().present == 0


def test_a_clock_a_little_fast_records_no_arrival_in_the_future(event):
    late(shown=-1)
    with database.reading() as session:
        assert session.exec(select(AttendanceFact.came_at)).one() == at(NOW)


def test_a_desk_records_nothing_at_an_item_that_is_not_its_own(event):
    with refused("desk_not_for_item"):
        late(by=FIRST, where="dien_dan_2")
    with refused("not_permitted", command="admit"):
        late(by="media")
    with refused("sign_in_needed"):
        late(by=None)
    with refused("item_unknown"):
        give(take_late, by=FIRST, when=NOW, badge=VAN, item_id=999, device_at=REAL)


@pytest.mark.parametrize("wrong", [60, -60, 24 * 60, -24 * 60])
def test_a_clock_put_right_between_scan_and_sending_counts_and_warns(event, wrong):
    """The device was off by `wrong` minutes at the scan and is right on sending."""
    arrived = late(shown=25 - wrong, sent_at=REAL, age=minutes(25))
    assert (arrived.outcome, arrived.facts["clock_wrong"]) == (RECORDED, wrong)
    assert heads().present == 1
    with database.reading() as session:
        assert session.exec(select(AttendanceFact.came_at)).one() == at(NOW) - minutes(25)
        (clock,) = wrong_clocks(session, current())
    assert (clock.desk["vi"], clock.number, clock.minutes) == ("Bàn số 1", 1, wrong)


@pytest.mark.one_database
def test_an_age_of_another_event_admits_no_one_and_a_right_clock_warns_of_nothing(event):
    assert late(age=MAX_AGE + minutes(1)).outcome == "device_scan_old" and heads().present == 0
    assert "clock_wrong" not in late(VAN_CHAIR, shown=10, age=minutes(10)).facts
    with database.reading() as session:
        assert wrong_clocks(session, current()) == []


def test_an_item_that_had_ended_at_the_scan_holds_it_and_one_that_ended_since_does_not(event):
    give(start_item, by="command", when="D+1 06:50", item_id=item("phien_chinh"))
    give(finish_item, by="command", when="D+1 07:00", item_id=item("phien_chinh"))
    assert late(shown=11).outcome == RECORDED
    assert late(VAN_CHAIR, shown=9).outcome == "item_finished"
    assert late(VAN_WITH_DOT, shown=9, confirmed=True).outcome == RECORDED


# --- settling -------------------------------------------------------------------------------------


def settle(words="Một người, hai cửa", **facts):
    return give(settle_conflict, by=facts.pop("by", "command"), when=NOW, words=words, **facts)


def test_a_settled_conflict_is_no_longer_listed(event):
    online()
    late()
    (conflict,) = open_conflicts()
    with one_change("settle_conflict"):
        settle(late_scan_id=conflict.id, once="n1")
    assert open_conflicts() == []
    with nothing_written():
        settle(late_scan_id=conflict.id, once="n1")
    with refused("conflict_settled", badge=VAN):
        settle(late_scan_id=conflict.id)


@pytest.mark.parametrize(
    ("scan", "status", "words"),
    [
        ({"shown": -60}, "present", ""),
        ({"badge": VAN_CHAIR, "where": "dien_dan_1"}, "present", "Đúng là đã vào"),
        ({"badge": DISTRICT}, "substitute", "Đúng là đã vào"),
    ],
)
def test_a_conflict_of_a_person_who_really_came_in_counts_them(event, scan, status, words):
    badge, where = scan.get("badge", VAN), scan.get("where", "phien_chinh")
    if badge == DISTRICT:
        substitute = {"badge": badge, "item_id": item(where), "substitute": ""}
        give(announce_substitute, by="command", when="D+1 06:00", **substitute)
    late(when=FORUM if where == "dien_dan_1" else NOW, **scan)
    (conflict,) = open_conflicts()
    assert conflict.can_count
    settle("Đúng là đã vào", late_scan_id=conflict.id, came=True)
    with database.reading() as session:
        own = select(AttendanceFact).where(AttendanceFact.caused_by_id.is_(None))
        fact = session.exec(own.order_by(AttendanceFact.id)).all()[-1]
    assert (fact.status, fact.words, fact.place) == (status, words, "room")
    require_state_equals_facts(at("D+1 12:00"))


def test_a_settled_conflict_counts_no_one_twice_and_no_unknown_badge(event):
    online()
    late()
    late(UNKNOWN)
    unknown, twice = open_conflicts()
    assert not unknown.can_count and not twice.can_count
    settle(late_scan_id=twice.id, came=True)
    assert heads().present == 1 and len(open_conflicts()) == 1
    with refused("badge_mistyped"):
        settle(late_scan_id=unknown.id, came=True)


def test_a_finding_has_words_and_a_conflict(event):
    online()
    late()
    late(VAN_CHAIR)
    (conflict,) = open_conflicts()
    with refused("finding_needed"):
        settle(" \u200b", late_scan_id=conflict.id)
    with refused("finding_too_long", limit=SETTLED_LENGTH):
        settle("x" * (SETTLED_LENGTH + 1), late_scan_id=conflict.id)
    with refused("conflict_unknown"):
        settle(late_scan_id=999)
    with database.reading() as session:
        fine = session.exec(select(LateScan.id).where(LateScan.outcome == RECORDED)).one()
    with refused("conflict_unknown"):
        settle(late_scan_id=fine)
    with refused("not_permitted", command="settle_conflict"):
        settle(late_scan_id=conflict.id, by=FIRST)
