"""Who else is in a room: guests apart from the roster, counts by hand, and how far they are from
the ledger.
"""

import pytest

from data.attendance.commands import admit, leave
from data.attendance.rooms import Room, add_guests, count_heads, rooms_at
from data.programme import finish_item, items_at, start_item
from data.storage import database
from models.attendance.rooms import MAX_AT_ONCE, MAX_COUNTED, WORDS_LENGTH
from models.events.event import View
from tests.stage import (
    VAN,
    VAN_CHAIR,
    at,
    current,
    give,
    item,
    nothing_written,
    one_change,
    refused,
)

WHERE, NOW = "phien_chinh", "D+1 07:00"
FIRST, SECOND = "desk.ban_1", "desk.ban_2"


def guests(number: int, words: str = "", *, by: str = FIRST, when: str = NOW, **facts):
    return give(
        add_guests, by=by, when=when, item_id=item(WHERE), number=number, words=words, **facts
    )


def heads(number: int, *, by: str = FIRST, when: str = NOW, **facts):
    return give(count_heads, by=by, when=when, item_id=item(WHERE), number=number, **facts)


def let_in(badge: str, when: str = "D+1 06:55") -> None:
    give(admit, by=FIRST, when=when, badge=badge, item_id=item(WHERE))


def room(moment: str = "D+1 07:20", *, past: bool = False) -> Room:
    view = View(at(moment), past)
    with database.reading() as session:
        found = rooms_at(session, current(), items_at(session, current(), view), view)
    return next(one for one in found if one.item_id == item(WHERE))


def test_guests_are_counted_apart_from_who_is_expected(event):
    let_in(VAN)
    with one_change("add_guests"):
        guests(12, "Phóng viên báo Nghệ An")
    guests(-2)
    assert (room().guests, room().inside) == (10, 1)


def test_at_an_item_that_is_over_nothing_is_counted_unless_it_is_meant(event):
    give(start_item, by="command", when="D+1 06:40", item_id=item(WHERE))
    give(finish_item, by="command", when="D+1 06:50", item_id=item(WHERE))
    for counting in (guests, heads):
        with refused("item_finished", at=at("D+1 06:50")):
            counting(3)
        assert counting(3, confirmed=True).number == 3


def test_a_badge_code_is_no_word_about_guests(event):
    with refused("words_are_badge", badge=VAN):
        guests(3, VAN.lower())


def test_guests_who_never_came_in_are_not_counted_out(event):
    guests(3)
    for number in (0, -4, MAX_AT_ONCE + 1):
        with (
            nothing_written(),
            refused("guests_number", number=number, known=3, limit=MAX_AT_ONCE),
        ):
            guests(number)
    with refused("guests_words_too_long", limit=WORDS_LENGTH):
        guests(1, "x" * (WORDS_LENGTH + 1))


def test_a_tap_that_is_given_twice_counts_once(event):
    assert guests(3, once="same-tap").id == guests(3, once="same-tap").id
    assert heads(7, once="same-count").id == heads(7, once="same-count").id
    assert (room().guests, room().counted) == (3, 7)


def test_the_doors_counts_add_up_and_the_newest_of_each_holds(event):
    heads(40, by=FIRST)
    heads(30, by=SECOND)
    heads(45, by=FIRST, when="D+1 07:05")
    found = room()
    assert found.counted == 75
    assert [(door.desk.key, door.number, door.at) for door in found.doors] == [
        ("ban_2", 30, at(NOW)),
        ("ban_1", 45, at("D+1 07:05")),
    ]


def test_a_count_of_the_whole_room_is_not_added_to_those_of_its_doors(event):
    heads(40, by=FIRST)
    heads(30, by=SECOND)
    heads(72, by="command", when="D+1 07:05")
    assert room().counted == 72
    heads(50, by=FIRST, when="D+1 07:10")
    assert room().counted == 80, "a door that was counted since knows better"


def test_the_difference_is_to_what_the_ledger_knew_when_it_was_counted(event):
    let_in(VAN)
    let_in(VAN_CHAIR)
    guests(5)
    heads(9)
    assert room().difference == 9 - 2 - 5
    give(leave, by=FIRST, when="D+1 07:10", badge=VAN, item_id=item(WHERE), to="outside")
    found = room()
    assert (found.difference, found.inside) == (2, 1), "who left since changes nothing of that"


def test_where_no_one_counted_nothing_is_compared(event):
    assert (room().counted, room().difference, room().doors) == (None, None, ())
    heads(0)
    assert (room().counted, room().difference) == (0, 0), (
        "an empty room that was counted is known to be empty"
    )


def test_no_clicker_shows_that(event):
    for number in (-1, MAX_COUNTED + 1):
        with nothing_written(), refused("count_number", number=number, limit=MAX_COUNTED):
            heads(number)


def test_a_past_moment_is_as_it_was(event):
    guests(4, when="D+1 06:50")
    heads(4, when="D+1 06:52")
    before = room("D+1 06:55", past=True)
    guests(6, when="D+1 07:00")
    heads(11, by=SECOND, when="D+1 07:02")
    assert room("D+1 06:55", past=True) == before
    assert (before.guests, before.counted, room("D+1 06:51", past=True).counted) == (4, 4, None)


@pytest.mark.parametrize("by", ["media", "lead.an_ninh", None])
def test_only_who_stands_at_the_door_counts(event, by):
    with nothing_written(), refused("not_permitted" if by else "sign_in_needed"):
        guests(1, by=by)
    with nothing_written(), refused("not_permitted" if by else "sign_in_needed"):
        heads(1, by=by)


def test_a_desk_counts_at_the_items_that_it_serves(event):
    with refused("desk_not_for_item"):
        give(count_heads, by=FIRST, when=NOW, item_id=item("dien_dan_2"), number=3)
