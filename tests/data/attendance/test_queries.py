"""Tests of data/attendance/commands.py and queries.py: check-in, absences, the current state,
search, races.
"""

import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from data.attendance import queries
from data.attendance.commands import admit, admit_substitute, excuse, undo_attendance
from data.attendance.search import delegate_index, search_delegates
from data.commands import run
from data.events import loading
from data.storage import database
from models.access.people import Person
from models.attendance.badges import check_letter
from models.attendance.ledger import AttendanceStatus, Headcount
from models.events.event import View
from models.refusals import Refusal
from models.text import sort_key
from tests.stage import (
    DISTRICT,
    REAL,
    SMALL,
    VAN,
    VAN_CHAIR,
    VAN_WITH_DOT,
    at,
    delegate,
    give,
    item,
    minutes,
    nothing_written,
    one_change,
    origin,
    person,
    refused,
    revision,
    row_counts,
)

RACERS = 16


def scan(badge=VAN, *, by="desk.ban_1", when="D+1 07:00", where="phien_chinh", **facts):
    return give(admit, by=by, when=when, badge=badge, item_id=item(where), **facts)


def stand_in(badge=VAN, *, words, by="desk.ban_1", when="D+1 07:00", where="phien_chinh", **facts):
    return give(
        admit_substitute,
        by=by,
        when=when,
        badge=badge,
        item_id=item(where),
        substitute=words,
        **facts,
    )


def absent(
    badge=VAN, *, reason="Đi công tác", by="command", when="D+0 09:00", where="phien_chinh", **facts
):
    return give(excuse, by=by, when=when, badge=badge, item_id=item(where), reason=reason, **facts)


def take_back(badge=VAN, *, by="desk.ban_1", when="D+1 07:05", where="phien_chinh", **facts):
    return give(undo_attendance, by=by, when=when, badge=badge, item_id=item(where), **facts)


def headcount(event, where="phien_chinh", *, moment="D+1 09:00", past=False) -> Headcount:
    view = View(at(moment), past)
    with database.reading() as session:
        return sum(queries.headcounts_at(session, [item(where)], view).values(), Headcount())


def found(event, query, where="phien_chinh"):
    with database.reading() as session:
        return search_delegates(
            session, delegate_index(session, event), item_id=item(where), query=query
        )


# --- what is recorded -----------------------------------------------------------------------------


def test_a_scan_lets_a_delegate_in_and_says_who_it_was(event):
    with one_change("admit"):
        admission = scan("0005-t")
    assert (admission.badge, admission.title_vi, admission.delegation_vi) == (
        VAN,
        "Bí thư Đảng ủy xã Nghi Văn",
        "Nghi Lộc",
    )
    assert (admission.status, admission.at, admission.repeated) == (
        AttendanceStatus.PRESENT,
        at("D+1 07:00"),
        False,
    )
    assert headcount(event) == Headcount(expected=12, present=1, inside=1)


def test_a_substitute_is_let_in_in_the_place_of_a_delegate(event):
    with one_change("admit"):
        assert stand_in(words=" Phó  Bí thư ").status is AttendanceStatus.SUBSTITUTE
    assert headcount(event) == Headcount(expected=12, substituted=1, inside=1)


def test_an_absence_with_a_reason_is_recorded(event):
    with one_change("excuse"):
        assert absent().status is AttendanceStatus.EXCUSED
    assert headcount(event) == Headcount(expected=12, excused=1)


def test_an_excused_delegate_who_comes_all_the_same_is_let_in(event):
    absent()
    scan()
    assert headcount(event) == Headcount(expected=12, present=1, inside=1)


def test_what_was_recorded_can_be_taken_back_and_recorded_again(event):
    scan()
    with one_change("undo_attendance"):
        take_back()
    assert headcount(event) == Headcount(expected=12)
    stand_in(when="D+1 07:10", words="Phó Bí thư")
    assert headcount(event) == Headcount(expected=12, substituted=1, inside=1)
    assert row_counts()["attendancefact"] == 3  # nothing is edited, nothing deleted


def test_a_delegate_is_counted_at_each_item_for_itself(event):
    scan(when="D+0 13:50", where="dien_dan_1")
    assert headcount(event, "dien_dan_1") == Headcount(expected=6, present=1, inside=1)
    assert headcount(event, "phien_chinh") == Headcount(expected=12)
    scan()
    assert headcount(event, "phien_chinh") == Headcount(expected=12, present=1, inside=1)


@pytest.mark.parametrize(
    ("where", "expected"),
    [("dang_hoa", 4), ("dien_dan_1", 6), ("dien_dan_2", 6), ("phien_chinh", 12)],
)
def test_who_is_expected_follows_from_the_item(event, where, expected):
    assert headcount(event, where).expected == expected


# --- repeats --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (scan, None),
        (lambda **once: stand_in(words="Phó", **once), None),
        (absent, None),
        (take_back, scan),
    ],
)
def test_a_repeated_idempotency_key_returns_the_first_answer_and_writes_nothing(
    event, command, before
):
    if before:
        before()
    first = command(once="same")
    with nothing_written():
        again = command(once="same")
    assert again.repeated
    assert (again.fact_id, again.badge, again.status, again.at) == (
        first.fact_id,
        first.badge,
        first.status,
        first.at,
    )


# --- refusals -------------------------------------------------------------------------------------


def test_a_second_scan_at_another_desk_is_refused_with_the_time_and_the_desk_of_the_first(event):
    scan()
    with refused(
        "already_in_at_desk",
        at=at("D+1 07:00"),
        desk="Bàn số 1",
        delegate="Bí thư Đảng ủy xã Nghi Văn",
    ):
        scan(by="desk.ban_2", when="D+1 07:01")


def test_a_second_scan_of_a_delegate_admitted_by_the_command_room_is_refused_without_a_desk(event):
    scan(by="command")
    with refused("already_in", at=at("D+1 07:00"), delegate="Bí thư Đảng ủy xã Nghi Văn"):
        scan(by="desk.ban_2", when="D+1 07:01")


def test_a_badge_whose_substitute_is_in_is_refused(event):
    stand_in(words="Phó Bí thư")
    with refused("already_in_at_desk"):
        scan(when="D+1 07:02")


def test_the_wrong_forum_is_refused_and_the_right_one_named(event):
    with refused("wrong_item", right="Diễn đàn 1", badge=VAN):
        scan(by="desk.ban_2", when="D+0 13:50", where="dien_dan_2")


def test_a_delegate_whom_no_item_of_that_time_expects_is_refused(event):
    with refused("not_expected", item="Lễ dâng hoa", badge=VAN):
        scan(by="desk.ban_1", when="D+0 09:50", where="dang_hoa")


@pytest.mark.parametrize(
    ("badge", "code"),
    [
        ("hello", "badge_malformed"),
        ("", "badge_malformed"),
        ("0005H", "badge_mistyped"),
        ("9999" + check_letter("9999"), "badge_unknown"),
    ],
)
def test_a_badge_that_no_one_wears_is_refused(event, badge, code):
    for command in (scan, absent, take_back):
        with refused(code):
            command(badge)


@pytest.mark.parametrize("where", ["don_tiep", "khai_mac", "truyen_hinh"])
def test_an_item_that_counts_no_one_admits_no_one(event, where):
    with refused("item_unknown"):
        scan(by="command", where=where)


def test_an_item_that_does_not_exist_is_refused(event):
    with refused("item_unknown", item=4711):
        give(admit, by="command", when="D+1 07:00", badge=VAN, item_id=4711)


def test_an_item_of_an_earlier_run_is_refused(event):
    old = item("phien_chinh")
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    with refused("item_unknown", item=old):
        give(admit, by="command", when="D+1 07:00", badge=VAN, item_id=old)


def test_a_desk_that_does_not_serve_the_item_is_refused(event):
    with refused("desk_not_for_item", item="Diễn đàn 2"):
        scan(VAN_CHAIR, by="desk.ban_1", when="D+0 13:50", where="dien_dan_2")


@pytest.mark.parametrize("command", [scan, absent, take_back])
def test_who_may_not_check_in_is_refused(event, command):
    for key in ("lead.an_ninh", "deputy.an_ninh", "committee", "media"):
        with refused("not_permitted"):
            command(by=key)
    with refused("sign_in_needed"):
        command(by=None)


def test_an_absence_without_a_reason_and_too_long_words_are_refused(event):
    with refused("reason_needed"):
        absent(reason=" \u200b")
    with refused("reason_too_long", length=201, limit=200):
        absent(reason="x" * 201)
    with refused("reason_too_long"):
        stand_in(words="x" * 201)
    for nothing in ("", "  ", "\u200b"):
        with refused("substitute_needed"):
            stand_in(words=nothing)


def test_an_absence_of_a_delegate_who_is_in_or_is_excused_already_is_refused(event):
    scan()
    with refused("already_in_at_desk"):
        absent(when="D+1 07:10")
    absent(VAN_WITH_DOT)
    with refused("already_excused"):
        absent(VAN_WITH_DOT, reason="Ốm")


def test_nothing_is_taken_back_where_nothing_was_recorded(event):
    with refused("nothing_to_undo"):
        take_back()
    scan()
    take_back()
    with refused("nothing_to_undo"):
        take_back(when="D+1 07:06")


def test_without_an_event_everything_is_refused(db):
    unknown = Person(key="command", role="command", name_vi="", name_en="")
    with pytest.raises(Refusal, match="no_event"):
        run(origin(unknown, REAL), admit, badge=VAN, item_id=1)


# --- reads ----------------------------------------------------------------------------------------


def test_the_arrival_curve_counts_by_the_minute_those_who_are_here(event):
    scan(VAN, when="D+1 07:00:10")
    scan(VAN_CHAIR, when="D+1 07:00:50")
    scan(VAN_WITH_DOT, when="D+1 07:02:00")
    absent(DISTRICT)
    take_back(VAN_CHAIR, when="D+1 07:03:00")
    for past in (False, True):
        with database.reading() as session:
            curve = queries.arrivals_at(session, [item("phien_chinh")], View(at("D+1 08:00"), past))
        assert curve == [(at("D+1 07:00"), 1), (at("D+1 07:02"), 1)]


def test_how_an_item_filled_is_given_by_the_quarter_of_an_hour_up_to_the_moment(event):
    scan(VAN, when="D+1 07:00:10")
    scan(VAN_CHAIR, when="D+1 07:14:50")
    scan(VAN_WITH_DOT, when="D+1 07:32:00")
    for past in (False, True):
        with database.reading() as session:
            filled = queries.here_by_quarter(
                session, item("phien_chinh"), View(at("D+1 07:40"), past)
            )
        assert filled == [(at("D+1 07:15"), 2), (at("D+1 07:40"), 3)]
    with database.reading() as session:
        assert (
            queries.here_by_quarter(session, item("phien_chinh"), View(at("D+1 06:40"), True)) == []
        )


def test_a_past_headcount_is_the_one_of_that_moment(event):
    absent(when="D+0 09:00")
    scan(when="D+1 07:00")
    take_back(when="D+1 07:05")
    moments = ["D+0 08:00", "D+0 09:00", "D+1 06:59:59", "D+1 07:00", "D+1 07:04", "D+1 07:05"]
    counts = [headcount(event, moment=moment, past=True) for moment in moments]
    assert [(count.present, count.excused) for count in counts] == [
        (0, 0),
        (0, 1),
        (0, 1),
        (1, 0),
        (1, 0),
        (0, 1),
    ]


def test_a_search_without_accents_finds_both_names_and_distinguishes_them(event):
    titles = [one.title_vi for one in found(event, "nghi van")]
    assert sorted(titles) == sorted(
        f"{office} xã Nghi {name}"
        for office in ("Bí thư Đảng ủy", "Chủ tịch UBND")
        for name in ("Văn", "Vạn")
    )


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Nghi Vạn", "Nghi Vạn"),
        ("nghi vạn", "Nghi Vạn"),
        ("Nghi Văn", "Nghi Văn"),
        (unicodedata.normalize("NFD", "Nghi Vạn"), "Nghi Vạn"),
        ("Châu Bình", "Châu Bình"),
        ("châu bính", "Châu Bính"),
    ],
)
def test_a_search_with_accents_ranks_what_matches_them_first(event, query, first):
    titles = [one.title_vi for one in found(event, query)]
    assert [first in title for title in titles] == [True, True, False, False]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("0005t", 1),
        ("bi thu nghi loc", 3),  # office and delegation together
        ("chair van", 2),  # in English
        ("quỳ hợp", 6),
        ("%", 0),
        ("_", 0),
        ("'; drop table delegate; --", 0),
        ("", 0),
        ("  \u200b ", 0),
        ("x" * 5000, 0),
    ],
)
def test_how_many_a_search_finds(event, query, number):
    assert len(found(event, query)) == number


def test_a_search_says_how_each_stands_at_the_item(event):
    scan()
    absent(VAN_CHAIR)
    stands = {one.badge: (one.expected, one.status) for one in found(event, "nghi van")}
    assert stands == {
        VAN: (True, AttendanceStatus.PRESENT),
        VAN_CHAIR: (True, AttendanceStatus.EXCUSED),
        VAN_WITH_DOT: (True, None),
        "0008L": (True, None),
    }
    take_back()
    assert {one.status for one in found(event, VAN)} == {None}
    assert {one.expected for one in found(event, VAN, "dien_dan_2")} == {False}


def test_delegations_and_found_delegates_come_in_vietnamese_order(event):
    with database.reading() as session:
        assert [one.name_vi for one in queries.delegations(session, event)] == [
            "Nghi Lộc",
            "Quỳ Hợp",
        ]
    titles = [one.title_vi for one in found(event, "bi thu chau")]
    assert (
        titles
        == ["Bí thư Đảng ủy xã Châu Bình", "Bí thư Đảng ủy xã Châu Bính"]
        == sorted(titles, key=sort_key)
    )


def test_the_newest_admissions_come_first_with_their_desk(event):
    scan(VAN, when="D+1 07:00")
    scan(VAN_CHAIR, by="desk.ban_2", when="D+1 07:01")
    scan(VAN_WITH_DOT, by="command", when="D+1 07:02")
    take_back(VAN, when="D+1 07:03")
    with database.reading() as session:
        newest = queries.newest_admissions(session, item_id=item("phien_chinh"), limit=5)
    assert [(one.badge, desk["vi"]) for one, desk in newest] == [
        (VAN_WITH_DOT, ""),
        (VAN_CHAIR, "Bàn số 2"),
    ]


def test_which_items_a_desk_serves(event):
    with database.reading() as session:
        served = {key: items for key, (_, items) in queries.desks_of(session, event).items()}
    assert served == {
        "ban_1": {item("dang_hoa"), item("dien_dan_1"), item("phien_chinh")},
        "ban_2": {item("dien_dan_2"), item("phien_chinh")},
    }


# --- races ----------------------------------------------------------------------------------------


def race(attempt) -> list:
    """What each of the racers, started together, came back with: an answer or what it raised."""
    gate = threading.Barrier(RACERS)

    def run(number: int):
        gate.wait(timeout=20)
        try:
            return attempt(number)
        except (Refusal, DBAPIError) as failure:
            return failure

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(run, range(RACERS)))


def test_a_race_of_sixteen_desks_with_one_badge_admits_exactly_one(event):
    desks, where, now = (
        [person("desk.ban_1"), person("desk.ban_2")],
        item("phien_chinh"),
        at("D+1 07:00"),
    )
    before = revision()

    def attempt(number: int):
        given = origin(desks[number % 2], now, f"race-{number}")
        return run(given, admit, badge=VAN, item_id=where)

    answers = race(attempt)
    refusals = [one.code for one in answers if isinstance(one, Refusal)]
    assert refusals == ["already_in_at_desk"] * (RACERS - 1)
    assert headcount(event) == Headcount(expected=12, present=1, inside=1)
    assert (row_counts()["attendancefact"], revision() - before) == (1, 1)


def test_a_double_tap_raced_on_one_idempotency_key_counts_once_and_answers_everybody(event):
    desk, where, now = person("desk.ban_1"), item("phien_chinh"), at("D+1 07:00")
    answers = race(lambda _: run(origin(desk, now, "one tap"), admit, badge=VAN, item_id=where))
    assert len({one.fact_id for one in answers}) == 1
    assert sorted(one.repeated for one in answers) == [False] + [True] * (RACERS - 1)
    assert row_counts()["attendancefact"] == 1


def test_a_race_of_admissions_and_undos_keeps_counts_that_equal_the_log(event):
    who, where, now = person("command"), item("phien_chinh"), at("D+1 07:00")

    def attempt(number: int):
        command, badge = (
            (admit, undo_attendance)[number % 2],
            (VAN, VAN_CHAIR, VAN_WITH_DOT)[number % 3],
        )
        given = origin(who, now + minutes(number % 4))
        return run(given, command, badge=badge, item_id=where)

    for _ in range(3):
        race(attempt)
    assert headcount(event) == headcount(event, past=True)


def test_check_then_insert_as_the_driver_does_it_admits_more_or_fails(db):
    """The control: the same race without the safeguard. If this admitted one, the races above
    would prove nothing.
    """
    plain = create_engine(database.url(), poolclass=NullPool)
    with plain.begin() as connection:
        connection.execute(text("CREATE TABLE admitted (badge VARCHAR)"))
    looked = threading.Barrier(RACERS)

    def attempt(number: int) -> str:
        with Session(plain) as session:
            known = session.execute(text("SELECT count(*) FROM admitted")).scalar_one()
            looked.wait(timeout=20)
            if not known:
                session.execute(text("INSERT INTO admitted VALUES ('0005T')"))
            session.commit()

    answers = race(attempt)
    with plain.connect() as connection:
        admitted = connection.execute(text("SELECT count(*) FROM admitted")).scalar_one()
    plain.dispose()
    assert admitted > 1 or any(isinstance(one, DBAPIError) for one in answers)


def test_a_scan_that_wrote_past_the_safeguard_is_stopped_by_the_primary_key(event):
    """Two sessions that both looked before either wrote: the second cannot let the badge in
    again.
    """
    scan()
    values = {"item": item("phien_chinh"), "delegate": delegate(VAN), "at": "2024-03-06"}
    statement = "INSERT INTO attendancestate (item_id, delegate_id, fact_id, status, place, at) "
    with pytest.raises(DBAPIError, match="(?i)unique"), database.writing() as session:
        session.execute(
            text(
                statement
                + "SELECT :item, :delegate, max(id), 'present', 'room', max(at) FROM attendancefact"
            ),
            values,
        )
