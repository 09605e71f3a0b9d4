"""Tests of admission: the rule by examples, and the table that the gate's JavaScript is run on."""

from datetime import datetime, timedelta, timezone

import pytest

from models.attendance.admission import OVERTIME, ParallelItem, counting_item, is_over
from models.attendance.ledger import AttendanceStatus
from tests.models.attendance import cases
from tests.models.attendance.cases import LATER, NAME, OTHER, OWN, WHY, as_json, decision_of

SECOND = timedelta(seconds=1)
USUAL = {
    "holder": "delegate",
    "assigned": True,
    "status": "undone",
    "place": "outside",
    "words": "",
    "substitute": "",
    "override": "",
    "parallel": [],
    "inside": None,
}
EXPECTED_AT_OTHER = {"assigned": False, "parallel": [[OTHER, True, "undone"]]}
EXAMPLES = [
    ({"holder": "no_one"}, {"stopped": "badge_unknown"}),
    ({"holder": "former"}, {"stopped": "badge_replaced"}),
    ({"holder": "retired"}, {"stopped": "badge_retired"}),
    ({}, {"admitted": "present", "plain": True}),
    ({"status": "excused", "words": "Ốm"}, {"admitted": "present", "words": "", "plain": True}),
    ({"status": "present", "place": "room"}, {"stopped": "already_in"}),
    (
        {"status": "present", "place": "common"},
        {"admitted": "present", "returns": True, "plain": False},
    ),
    (
        {"status": "substitute", "place": "outside", "words": NAME},
        {"admitted": "substitute", "words": NAME, "returns": True},
    ),
    ({"substitute": NAME}, {"admitted": "substitute", "words": NAME, "plain": False}),
    ({"status": "announced"}, {"asked": "substitute", "code": "substitute_needed"}),
    ({"status": "announced", "words": NAME}, {"admitted": "substitute", "words": NAME}),
    ({"status": "announced", "substitute": NAME}, {"admitted": "substitute", "words": NAME}),
    ({"assigned": False}, {"asked": "override", "code": "not_expected", "right": None}),
    (EXPECTED_AT_OTHER, {"asked": "override", "code": "wrong_item", "right": OTHER}),
    (
        EXPECTED_AT_OTHER | {"override": WHY},
        {"admitted": "present", "words": WHY, "moves_from": OTHER, "plain": False},
    ),
    (
        {"status": "moved", "parallel": [[OWN, False, "present"]], "inside": OWN},
        {"admitted": "present", "moves_from": OWN, "leaves": None, "plain": False},
    ),
    ({"over": True}, {"asked": "finished", "code": "item_finished"}),
    ({"over": True, "place": "room", "status": "present"}, {"asked": "finished"}),
    ({"over": True, "confirmed": True}, {"admitted": "present", "plain": True}),
    (
        EXPECTED_AT_OTHER | {"over": True, "override": WHY},
        {"asked": "finished", "code": "item_finished"},
    ),
    (
        EXPECTED_AT_OTHER | {"override": WHY, "substitute": NAME},
        {"admitted": "substitute", "words": f"{NAME} ({WHY})"},
    ),
    ({"inside": LATER}, {"admitted": "present", "leaves": LATER, "plain": False}),
]


@pytest.mark.parametrize(("case", "decision"), EXAMPLES)
def test_the_rule_by_examples(case, decision):
    answer = as_json(decision_of(USUAL | case))
    assert {name: answer.get(name) for name in decision} == decision


def test_the_table_of_cases_is_what_the_rule_decides():
    """After a change of the rule: `python -m tests.models.attendance.cases`, and read the diff."""
    assert cases.FILE.read_text(encoding="utf-8") == cases.as_text()


def test_the_table_holds_every_kind_of_decision():
    """The control: a table in which everything is admitted, or nothing, would pass unseen."""
    kinds = {
        (
            case["decision"].get("stopped"),
            case["decision"].get("code"),
            case["decision"].get("admitted"),
        )
        for case in cases.cases()
    }
    assert kinds == {
        ("badge_unknown", None, None),
        ("badge_replaced", None, None),
        ("badge_retired", None, None),
        ("already_in", None, None),
        (None, "wrong_item", None),
        (None, "not_expected", None),
        (None, "substitute_needed", None),
        (None, "item_finished", None),
        (None, None, "present"),
        (None, None, "substitute"),
    }


def test_an_item_is_over_once_finished_or_long_after_its_planned_end():
    ends_at = datetime(2023, 7, 21, 11, 0, tzinfo=timezone.utc)
    assert not is_over(ends_at=ends_at, finished_at=None, at=ends_at + OVERTIME - SECOND)
    assert is_over(ends_at=ends_at, finished_at=None, at=ends_at + OVERTIME)
    early = ends_at - timedelta(hours=1)
    assert is_over(ends_at=ends_at, finished_at=early, at=early)
    assert not is_over(ends_at=ends_at, finished_at=early, at=early - SECOND), "it came before"


def test_a_delegate_counts_where_they_were_admitted_before_where_the_roster_expects_them():
    expected = ParallelItem(2, True)
    admitted = ParallelItem(3, False, AttendanceStatus.PRESENT)
    moved = ParallelItem(1, True, AttendanceStatus.MOVED)
    undone = ParallelItem(4, False)
    assert counting_item([moved, expected, admitted, undone]) == 3
    assert counting_item([moved, expected, undone]) == 2
    assert counting_item([moved, undone]) is None
