"""Tests of data/reviews/directives.py: what a meeting orders, and the steps of its owners."""

import pytest

from data.reviews.directives import (
    acknowledge_directive,
    directives_at,
    give_directive,
    report_directive,
    undo_directive_step,
    withdraw_directive,
)
from data.reviews.history import history_of
from data.storage import database
from models.events.event import View
from models.reviews.directives import State
from tests.stage import at, current, give, nothing_written, one_change, person, refused, section


def order(*, when="D-3 08:00", by="committee", once=None, **facts):
    texts = {
        "kind": "directive",
        "text": "Rà soát phương án",
        "why": "Mưa lớn",
        "office_id": None,
        "due_at": at("D-2 17:00"),
    }
    owner = {} if "section_id" in facts else {"section_id": section("an_ninh")}
    return give(give_directive, by=by, when=when, once=once, **texts | owner | facts)


def section_snapshots(moment: str) -> list:
    with database.reading() as session:
        return directives_at(session, current(), View(at(moment), past=True))


def test_a_directive_is_given_acknowledged_and_reported_done_and_the_past_stays(event):
    with one_change("give_directive"):
        given = order(text=" Rà soát\nphương án ")
    assert (given.number, given.text) == (1, "Rà soát phương án")
    with one_change("acknowledge_directive"):
        give(acknowledge_directive, directive_id=given.id, by="lead.an_ninh", when="D-3 09:00")
    with one_change("report_directive"):
        give(
            report_directive,
            directive_id=given.id,
            note="Đã rà",
            by="deputy.an_ninh",
            when="D-2 10:00",
        )
    seen = [
        (one.state, one.note, one.open)
        for moment in ("D-3 08:30", "D-3 09:30", "D-1 00:00")
        for one in section_snapshots(moment)
    ]
    assert seen == [
        (State.GIVEN, "", True),
        (State.ACKNOWLEDGED, "", True),
        (State.DONE, "Đã rà", False),
    ]
    assert section_snapshots("D-3 07:59") == []


def test_one_not_acknowledged_or_overdue_returns_until_it_is_done_or_withdrawn(event):
    first, second = order(), order(text="Chốt xe", due_at=at("D-1 17:00"))
    give(acknowledge_directive, directive_id=first.id, by="lead.an_ninh", when="D-3 09:00")
    assert {one.number: one.returns for one in section_snapshots("D-3 10:00")} == {
        1: False,
        2: True,
    }
    late = section_snapshots("D-2 18:00")
    assert {one.number: (one.returns, one.overdue) for one in late} == {
        1: (True, True),
        2: (True, False),
    }
    assert [one.number for one in late] == [1, 2]  # the overdue one first
    give(report_directive, directive_id=first.id, note="", by="lead.an_ninh", when="D-1 08:00")
    give(
        withdraw_directive,
        directive_id=second.id,
        note="Không cần nữa",
        by="committee",
        when="D-1 08:10",
    )
    assert [one.returns for one in section_snapshots("D+1 09:00")] == [False, False]


def test_a_decision_has_no_owner_and_no_due_time_and_can_only_be_withdrawn(event):
    with one_change("give_decision"):
        given = order(kind="decision", section_id=section("an_ninh"))
    assert (given.section_id, given.due_at) == (None, None)
    assert [(one.open, one.returns) for one in section_snapshots("D+1 09:00")] == [(False, False)]
    with refused("not_permitted"):
        give(acknowledge_directive, directive_id=given.id, by="lead.an_ninh", when="D-3 09:00")
    give(withdraw_directive, directive_id=given.id, note="", by="committee", when="D-3 10:00")


def test_an_office_owns_what_it_was_given_and_no_one_else_does(event):
    given = order(section_id=None, office_id=person("command").id)
    for key in ("admin", "committee", "lead.an_ninh"):
        with refused("not_permitted"):
            give(acknowledge_directive, directive_id=given.id, by=key, when="D-3 09:00")
    give(acknowledge_directive, directive_id=given.id, by="command", when="D-3 09:00")
    assert section_snapshots("D-3 10:00")[0].office["vi"] == person("command").name_vi


def undo(number: int, seen: State, *, by="lead.an_ninh", when="D-3 09:05"):
    return give(undo_directive_step, directive_id=number, seen=seen.value, by=by, when=when)


def test_a_step_taken_by_mistake_is_taken_back_and_the_past_stays(event):
    given = order()
    give(acknowledge_directive, directive_id=given.id, by="lead.an_ninh", when="D-3 09:00")
    with one_change("undo_directive_step"):
        undo(given.id, State.ACKNOWLEDGED, by="deputy.an_ninh")
    give(acknowledge_directive, directive_id=given.id, by="lead.an_ninh", when="D-3 09:10")
    give(report_directive, directive_id=given.id, note="Xong", by="lead.an_ninh", when="D-3 09:20")
    undo(given.id, State.DONE, when="D-3 09:25")
    seen = [
        section_snapshots(f"D-3 09:{minute}")[0].state for minute in ("00", "05", "10", "20", "25")
    ]
    assert seen == [
        State.ACKNOWLEDGED,
        State.GIVEN,
        State.ACKNOWLEDGED,
        State.DONE,
        State.ACKNOWLEDGED,
    ]
    with database.reading() as session:
        steps = history_of(
            session, current(), "directive", given.id, View(at("D-3 10:00"), past=True)
        )
    assert [step.what for step in steps][-1] == "acknowledged" and len(steps) == 6


def test_what_is_no_step_of_the_owners_or_has_moved_on_is_not_taken_back(event):
    given = order()
    with refused("directive_step", number=1):
        undo(given.id, State.GIVEN)
    give(acknowledge_directive, directive_id=given.id, by="lead.an_ninh", when="D-3 09:00")
    with refused("not_permitted"):
        undo(given.id, State.ACKNOWLEDGED, by="lead.hau_can")
    give(report_directive, directive_id=given.id, note="", by="lead.an_ninh", when="D-3 09:02")
    with refused("directive_step", number=1):
        undo(given.id, State.ACKNOWLEDGED)
    undo(given.id, State.DONE)
    give(withdraw_directive, directive_id=given.id, note="", by="committee", when="D-3 09:10")
    with refused("directive_step", number=1):
        undo(given.id, State.WITHDRAWN)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"text": " "}, "directive_text_needed"),
        ({"text": "x" * 301}, "directive_text_too_long"),
        ({"why": "x" * 201}, "directive_text_too_long"),
        ({"kind": "order"}, "directive_kind_unknown"),
        ({"section_id": None}, "directive_owner_needed"),
        ({"due_at": None}, "directive_due_needed"),
        ({"section_id": 9999}, "section_unknown"),
    ],
)
def test_an_incomplete_directive_is_refused(event, facts, code):
    with refused(code):
        order(**facts)


def test_a_directive_needs_a_due_time_to_come_and_an_owner_who_can_see_it(event):
    with refused("directive_due_needed"):
        order(due_at=at("D-3 08:00"))
    with refused("directive_owner_needed"):
        order(section_id=None, office_id=person("desk.ban_1").id)
    with refused("directive_owner_needed"):
        order(office_id=person("command").id)


def test_a_step_that_makes_no_sense_is_refused(event):
    given = order()
    give(report_directive, directive_id=given.id, note="", by="lead.an_ninh", when="D-3 09:00")
    for command in (acknowledge_directive, report_directive, withdraw_directive):
        facts = {"note": ""} if command is not acknowledge_directive else {}
        with refused("directive_step", number=1):
            who = "committee" if command is withdraw_directive else "lead.an_ninh"
            give(command, directive_id=given.id, by=who, when="D-3 09:10", **facts)
    with refused("directive_unknown"):
        give(acknowledge_directive, directive_id=99, by="lead.an_ninh", when="D-3 09:10")


def test_a_repeated_key_changes_nothing(event):
    given = order(once="same")
    step = give(
        acknowledge_directive,
        directive_id=given.id,
        by="lead.an_ninh",
        when="D-3 09:00",
        once="tap",
    )
    with nothing_written():
        assert order(once="same").model_dump() == given.model_dump()
        again = give(
            acknowledge_directive,
            directive_id=given.id,
            by="lead.an_ninh",
            when="D-3 09:30",
            once="tap",
        )
        assert again.model_dump() == step.model_dump()
