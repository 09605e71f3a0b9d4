"""Tests of data/programme.py: what began and ended when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from data import programme
from data.attendance.queries import closed_rolls
from data.events import loading
from data.plan.move import move_of
from data.programme import finish_item, start_item, undo_finish, undo_start
from data.storage import database
from models.events.event import View
from models.refusals import Refusal
from tests.stage import (
    REAL,
    SMALL,
    at,
    give,
    item,
    nothing_written,
    one_change,
    person,
    refused,
    row_counts,
)


def start(key="phien_chinh", *, by="command", when="D+1 07:33", **facts):
    return give(start_item, by=by, when=when, item_id=item(key), **facts)


def finish(key="phien_chinh", *, by="command", when="D+1 11:25", **facts):
    return give(finish_item, by=by, when=when, item_id=item(key), **facts)


def undo(command, key="phien_chinh", *, by="command", when="D+1 11:40", **facts):
    return give(command, by=by, when=when, item_id=item(key), **facts)


def snapshot(event, key="phien_chinh", when="D+1 12:00", *, past=False):
    with database.reading() as session:
        return next(
            one
            for one in programme.items_at(session, event, View(at(when), past))
            if one.key == key
        )


def test_an_item_that_began_and_ended_says_so_with_its_drift(event):
    with one_change("start_item"):
        assert start().mark == "started"
    assert snapshot(event).running
    with one_change("finish_item"):
        finish()
    found = snapshot(event)
    assert (found.started_at, found.finished_at, found.drift) == (
        at("D+1 07:33"),
        at("D+1 11:25"),
        3,
    )
    assert not found.running


def test_a_part_that_begins_begins_its_whole_and_takes_that_back_with_itself(event):
    start("khai_mac", by="command", when="D+1 07:33")
    assert snapshot(event).started_at == at("D+1 07:33")
    undo(undo_start, "khai_mac", when="D+1 07:34")
    assert snapshot(event).started_at is None
    start("khai_mac", when="D+1 07:35")
    finish("khai_mac", when="D+1 08:00")
    start("doi_thoai", when="D+1 08:01")
    undo(undo_finish, "khai_mac")
    undo(undo_start, "khai_mac")  # another part goes on, and so does the whole
    assert snapshot(event).started_at == at("D+1 07:35")
    assert snapshot(event, past=True, when="D+1 07:34:30").started_at is None


def test_a_whole_stops_with_the_last_of_its_parts_whichever_began_it(event):
    for key in ("khai_mac", "doi_thoai"):
        start(key)
    for key, began in (("khai_mac", at("D+1 07:33")), ("doi_thoai", None)):
        undo(undo_start, key)
        assert snapshot(event).started_at == began


def test_a_whole_that_began_by_itself_goes_on_without_its_part(event):
    start(when="D+1 07:30")
    with one_change("start_item"):
        start("khai_mac", when="D+1 07:33")
    undo(undo_start, "khai_mac")
    assert snapshot(event).started_at == at("D+1 07:30")


def test_an_item_that_should_have_begun_drifts_by_the_clock(event):
    assert [
        snapshot(event, when=when).drift for when in ("D+1 07:00", "D+1 07:30", "D+1 07:41:30")
    ] == [0, 0, 11]


def test_items_come_by_planned_start_with_their_venue(event):
    with database.reading() as session:
        found = programme.items_at(session, event, View(at("D+0 00:00")))
    assert [one.key for one in found][:5] == [
        "don_tiep",
        "dang_hoa",
        "dien_dan_1",
        "dien_dan_2",
        "truyen_hinh",
    ]
    assert [one.starts_at for one in found] == sorted(one.starts_at for one in found)
    assert (snapshot(event, "dien_dan_1").venue_vi, snapshot(event, "dang_hoa").venue_vi) == (
        "Phòng số 1",
        "",
    )
    assert snapshot(event, "khai_mac").parent_id == item("phien_chinh")


def test_a_past_moment_shows_what_was_going_on_then(event):
    start()
    finish()
    moments = ["D+1 07:32", "D+1 07:33", "D+1 11:24", "D+1 11:25"]
    assert [snapshot(event, when=when, past=True).running for when in moments] == [
        False,
        True,
        True,
        False,
    ]


def test_a_start_recorded_by_mistake_is_taken_back_and_recorded_again(event):
    start()
    with one_change("undo_start"):
        undo(undo_start, when="D+1 07:34")
    assert snapshot(event, when="D+1 07:34").started_at is None
    start(when="D+1 07:36")
    assert [
        snapshot(event, when=when, past=True).started_at
        for when in ("D+1 07:33", "D+1 07:35", "D+1 07:36")
    ] == [at("D+1 07:33"), None, at("D+1 07:36")]


def test_an_end_recorded_by_mistake_is_taken_back_and_the_item_goes_on(event):
    start()
    finish()
    with one_change("undo_finish"):
        undo(undo_finish)
    found = snapshot(event)
    assert found.running and found.started_at == at("D+1 07:33")
    finish(when="D+1 11:50")
    assert snapshot(event).finished_at == at("D+1 11:50")


def test_an_end_that_was_taken_back_closes_no_roll_and_a_start_keeps_no_item_from_moving(event):
    number, rolls = item("phien_chinh"), []
    start()
    finish()
    for command in (None, undo_finish, undo_start):
        if command:
            undo(command)
        with database.reading() as session:
            rolls.append(number in closed_rolls(session, [number], View(at("D+1 12:00"))))
            moved = move_of(
                session, event, first_day=event.first_day + timedelta(days=1),
                last_day=event.last_day + timedelta(days=1),
            )  # fmt: skip
    assert rolls == [True, False, False]
    assert number in {one.id for one in moved.moving if one.kind == "item"}


def test_what_is_not_recorded_is_not_taken_back(event):
    with refused("start_not_recorded", item="Phiên chính"):
        undo(undo_start)
    with refused("end_not_recorded", item="Phiên chính"):
        undo(undo_finish)
    start()
    finish()
    with refused("end_recorded_since", item="Phiên chính", at=at("D+1 11:25")):
        undo(undo_start)
    undo(undo_finish)
    undo(undo_start)
    with refused("start_not_recorded"):
        undo(undo_start)


@pytest.mark.parametrize("command", [start, finish])
def test_a_repeated_key_returns_the_first_answer_and_writes_nothing(event, command):
    if command is finish:
        start()
    first = command(once="same")
    with nothing_written():
        assert command(once="same").model_dump() == first.model_dump()


def test_a_mark_that_makes_no_sense_is_refused(event):
    with refused("item_not_started", item="Phiên chính"):
        finish()
    start()
    with refused("item_already_started", item="Phiên chính", at=at("D+1 07:33")):
        start(when="D+1 07:40")
    finish()
    with refused("item_already_finished", at=at("D+1 11:25")):
        finish(when="D+1 11:30")
    with refused("item_already_started"):
        start(when="D+1 11:31")


@pytest.mark.one_database
@pytest.mark.parametrize("command", [start, finish])
def test_only_the_command_room_marks_items(event, command):
    for key in ("lead.an_ninh", "deputy.an_ninh", "committee", "media", "desk.ban_1"):
        with refused("not_permitted"):
            command(by=key)
    with refused("sign_in_needed"):
        command(by=None)


def test_an_item_that_does_not_exist_or_is_of_an_earlier_run_is_refused(event):
    old = item("phien_chinh")
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    for number in (old, 4711):
        for command in (start_item, finish_item):
            with refused("item_unknown", item=number):
                give(command, by="admin", when="D+1 07:30", item_id=number)


def test_sixteen_at_once_start_an_item_once(event):
    who, number, now = person("command"), item("phien_chinh"), at("D+1 07:33")

    def attempt(_) -> str:
        try:
            give(start_item, by=who, when=now, item_id=number)
        except Refusal as refusal:
            return refusal.code
        return "started"

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(attempt, range(16))) == ["item_already_started"] * 15 + ["started"]
    assert row_counts()["programmemark"] == 1
