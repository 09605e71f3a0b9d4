"""What a hand or a scanner does at a desk: a second tap, an empty Enter, an undo after another's
act, no number where a number is meant.
"""

import pytest
from sqlmodel import select

from data.attendance.commands import leave
from data.storage import database
from data.words import catalogue
from models.attendance.rooms import GuestFact
from tests import stage
from tests.pages.test_attendance import (
    facts,
    in_search,
    instead,
    missing,
    of_delegation,
    open_tool,
    scan,
    search,
    show_item,
    stop,
    submit,
)

pytestmark = pytest.mark.one_database
SAY = catalogue("vi")


def guests() -> list[tuple[int, str]]:
    with database.reading() as session:
        query = select(GuestFact.number, GuestFact.words).order_by(GuestFact.id)
        return [tuple(row) for row in session.execute(query)]


def guests_in(desk, number: int, words: str = ""):
    desk.write("attendance.guests.number", str(number))
    desk.write("attendance.guests.words", words)
    return submit(desk, "attendance.guests_form")


def test_guests_tapped_twice_are_counted_once_though_their_field_was_emptied(sample, visit):
    desk = guests_in(open_tool(visit, "desk.ban_1", "doors"), 5, "Báo chí")
    assert desk.field("attendance.guests.words").value == ""
    submit(desk, "attendance.guests_form")
    assert guests() == [(5, "Báo chí")]
    guests_in(desk, 3)
    assert guests()[1:] == [(3, "")], "another number is another act, however soon"
    submit(desk.pause(), "attendance.guests_form")
    assert guests()[1:] == [(3, ""), (3, "")], "and so is the same number later"


def test_the_same_badge_twice_in_the_field_is_one_green_answer_until_it_was_undone(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge)
    scan(desk, one.badge)
    assert SAY["attendance.in"] in desk.at.success[0].value
    desk.tap("attendance.undo_last")
    assert SAY["attendance.undone"] in desk.at.info[0].value
    scan(desk, one.badge)
    assert facts(one) == [("present", ""), ("undone", ""), ("present", "")]
    scan(desk.pause(), one.badge, refused=True)


def test_an_undo_tapped_twice_undoes_one_act(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    desk.write(f"{form}.reason", "Ốm").tap(f"{form}.excuse")
    scan(desk, one.badge)
    desk.tap(f"{form}.undo").tap(f"{form}.undo")
    assert facts(one)[-1] == ("excused", "Ốm"), "the excuse counts again"
    assert len(facts(one)) == 3


@pytest.mark.parametrize("typed", ["", "  "])
def test_an_empty_enter_is_nothing(sample, visit, typed):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge).pause()
    scan(desk, typed)
    assert SAY["attendance.in"] in desk.at.success[0].value
    assert facts(one) == [("present", "")]


@pytest.mark.parametrize("form", ["guests", "heads"])
def test_a_number_that_is_none_is_refused_in_one_sentence_and_stays(sample, visit, form):
    desk = open_tool(visit, "desk.ban_1", "doors")
    before = stage.row_counts()
    for typed in ("", "2.7", "1e2", "2,5", "0417B", "0942P", "năm", "5 5", "--5"):
        desk.write(f"attendance.{form}.number", typed)
        submit(desk, f"attendance.{form}_form", refused=True)
        assert stage.row_counts() == before, typed
        assert desk.field(f"attendance.{form}.number").value == typed
        assert (typed or "chưa nhập") in desk.refusal


def test_an_undo_is_refused_with_what_another_desk_recorded_since(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge)
    other, form = in_search(visit, "desk.ban_8", one)
    other.tap(f"{form}.outside")
    desk.tap("attendance.undo_last", refused=True)
    assert "đã ghi ra ngoài" in stop(desk) and "Bàn điểm danh số 8" in stop(desk)
    assert [status for status, _ in facts(one)] == ["present", "present"]
    other.tap(f"{form}.undo")
    assert len(facts(one)) == 3, "each undoes its own"


def test_a_substitute_in_another_room_keeps_name_and_reason(sample, visit):
    desk = show_item(visit("command").open("attendance"), "dien_dan_2")
    given = missing(forum="dien_dan_1")[0]
    search(desk, given.badge)
    form = f"attendance.person.{given.id}"
    instead(desk, f"{form}.instead", "Bà Hoa")
    desk.tap("attendance.answer.finished_mean")
    desk.write("attendance.override", "Được điều sang")
    submit(desk, "attendance.override_form")
    assert facts(given, "dien_dan_2") == [("substitute", "Bà Hoa (Được điều sang)")]


def test_a_badge_scanned_into_a_question_leaves_the_question_open(sample, visit):
    given = missing(forum="dien_dan_1")[0]
    desk = show_item(visit("command").open("attendance"), "dien_dan_2")
    scan(desk, given.badge)
    desk.tap("attendance.answer.finished_mean")
    for said in ("0942P", "…"):
        desk.write("attendance.override", said)
        submit(desk, "attendance.override_form", refused=True)
        assert desk.field("attendance.override").value == said and not facts(given, "dien_dan_2")
    desk.write("attendance.override", "Được điều sang")
    submit(desk, "attendance.override_form")
    assert facts(given, "dien_dan_2") == [("present", "Được điều sang")]


def test_a_whole_delegation_is_undone_at_one_tap_but_for_what_was_recorded_since(sample, visit):
    first = missing()[0]
    those = [one for one in missing() if one.delegation_id == first.delegation_id]
    assert len(those) > 1
    desk = of_delegation(open_tool(visit, "desk.ban_1", "delegation"), first.delegation_id)
    desk.tap("attendance.many.go")
    assert all(facts(one) == [("present", "")] for one in those)
    at_item = {"badge": first.badge, "item_id": stage.item("phien_chinh")}
    stage.give(leave, by="desk.ban_8", when="D+1 06:52", to="outside", **at_item)
    desk.tap("attendance.many.undo")
    assert [facts(one)[-1] for one in those] == [
        ("present", ""),
        *[("undone", "")] * (len(those) - 1),
    ]
    assert not desk.has_button("attendance.many.undo")
    assert desk.shows(f"đã hoàn tác {len(those) - 1} lượt")
