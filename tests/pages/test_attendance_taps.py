"""A second tap at a desk: the same act within two seconds, and an act of its own after them."""

import pytest
from sqlmodel import select

from data.storage import database
from data.words import catalogue
from models.attendance.rooms import GuestFact
from tests.pages.test_attendance import facts, in_search, missing, open_tool, scan, submit

pytestmark = pytest.mark.one_database
SAY = catalogue("vi")


def guests() -> list[tuple[int, str]]:
    with database.reading() as session:
        query = select(GuestFact.number, GuestFact.words).order_by(GuestFact.id)
        return [tuple(row) for row in session.execute(query)]


def guests_in(desk, number: int, words: str = ""):
    desk.at.number_input(key="attendance.guests.number").set_value(number)
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
