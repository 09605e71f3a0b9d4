"""Tasks are added, moved to another section, retired and restored in place."""

from dataclasses import replace

import pytest

from data.attendance.delegates import add_delegate
from data.plan import commands
from data.plan.items import cancel_item
from data.programme import start_item
from data.readiness.sections import sections_at
from data.readiness.tasks import confirm_section, report_status, tasks_at
from data.reviews.comparison import PlanChanges, compare
from data.reviews.five_parts import text_of
from data.reviews.text import parts_of
from data.storage import database
from data.words import Words
from models.events.event import View, zone
from models.plan import Planned
from models.readiness.tasks import Task
from models.reviews.reviews import Part
from tests.stage import (
    at,
    boards,
    current,
    give,
    item,
    one_change,
    refused,
    require_state_equals_facts,
    section,
    task,
)

SEATS = Planned(
    title_vi="Sơ đồ chỗ ngồi",
    title_en="",
    due="D+8 9h30",
    start=None,
    pinned=False,
    owner="Văn phòng",
    critical=True,
    needs=(3,),
)


def add(planned: Planned = SEATS, *, key: str = "hau_can", when: str = "D-12 09:00") -> Task:
    mine = replace(planned, section_id=section(key))
    return give(commands.add_task, by="committee", when=when, planned=mine)


def row(number: int) -> tuple[int, Planned]:
    with database.reading() as session:
        return commands.version_and_plan(session, task(number))


def move(number: int, key: str, *, when: str) -> None:
    version, planned = row(number)
    facts = {"version": version, "planned": replace(planned, section_id=section(key))}
    give(commands.edit_task, by="committee", when=when, task_id=task(number), **facts)


def retire(number: int, *, when: str, reason: str = "Không còn cần", version: int = 0) -> Task:
    facts = {"task_id": task(number), "version": version or row(number)[0]}
    return give(commands.retire_task, by="committee", when=when, reason=reason, **facts)


def restore(number: int, *, when: str) -> Task:
    facts = {"task_id": task(number), "version": row(number)[0]}
    return give(commands.restore_task, by="committee", when=when, **facts)


def report(number: int, status: str, *, when: str, by: str = "command") -> None:
    facts = {"task_id": task(number), "status": status, "note": "Thiếu người"}
    give(report_status, by=by, when=when, **facts)


def standing(when: str, *, past: bool = False) -> dict[int, str]:
    """Number to the section of every task as at a moment."""
    event, view = current(), View(at(when), past)
    with database.reading() as session:
        tasks = tasks_at(session, event, view)
        keys = {one.id: one.key for one in sections_at(session, event, view, tasks)}
        return {one.number: keys[one.section_id] for one in tasks}


def waiting(when: str, *, past: bool = False) -> dict[int, tuple[int, ...]]:
    """Number of each blocker to the numbers of the tasks that it waits for."""
    event, view = current(), View(at(when), past)
    with database.reading() as session:
        found = sections_at(session, event, view, tasks_at(session, event, view))
    return {one.number: one.needs for section in found for one in section.blockers if one.needs}


def test_what_is_added_retired_and_restored_counts_from_then_on_and_past_moments_stay(event):
    with one_change("add_task"):
        added = add()
    assert (added.number, added.title_en, added.due) == (6, SEATS.title_vi, "D+8 09:30")
    assert (added.phase, added.baseline_due_at) == ("after", added.due_at)
    report(6, "off_track", when="D-12 10:00")
    with one_change("retire_task"):
        retire(6, when="D-12 11:00")
    retire(3, when="D-12 11:00")  # both 4 and 6 need it
    assert {3, 6} & standing("D-12 11:00").keys() == set()
    for moment, there in (("D-12 08:59", False), ("D-12 10:59", True), ("D-12 11:00", False)):
        assert (6 in standing(moment, past=True)) is there
    assert waiting("D-12 11:00") == {} and waiting("D-12 10:59", past=True) == {6: (3,)}
    with one_change("restore_task"):
        restore(6, when="D-12 12:00")
    restore(3, when="D-12 12:00")
    assert standing("D-12 12:00")[6] == "hau_can"
    assert 6 not in standing("D-12 11:30", past=True)
    assert waiting("D-12 12:00") == {6: (3,)}
    with database.reading() as session:
        assert commands.retired_tasks(session, current()) == []
        assert commands.planned_of(session, session.get(Task, task(6))).needs == (3,)
    require_state_equals_facts(at("D-12 13:00"))


def test_a_task_that_moves_takes_its_reports_along_and_leaves_what_its_section_confirmed(event):
    report(1, "on_track", when="D-12 09:00", by="lead.an_ninh")
    move(1, "hau_can", when="D-12 10:00")
    report(1, "off_track", when="D-12 11:00", by="lead.hau_can")
    assert (standing("D-12 09:30", past=True)[1], standing("D-12 11:00")[1]) == (
        "an_ninh",
        "hau_can",
    )
    with refused("not_permitted"):
        report(1, "done", when="D-12 12:00", by="lead.an_ninh")
    require_state_equals_facts(at("D-12 12:00"))
    move(1, "an_ninh", when="D-12 13:00")
    report(1, "on_track", when="D-12 14:00", by="lead.an_ninh")
    give(confirm_section, by="lead.hau_can", when="D-12 15:00", section_id=section("hau_can"))
    require_state_equals_facts(at("D-12 16:00"))
    now, past = boards(at("D-12 16:00"))
    assert now == past


def test_a_review_compares_what_was_changed_in_place_since(event):
    report(2, "off_track", when="D-12 08:00")
    add(when="D-12 09:00")
    report(6, "off_track", when="D-12 10:00")
    retire(2, when="D-12 10:00")
    move(3, "an_ninh", when="D-12 10:00")
    facts = {"item_id": item("dien_dan_1"), "version": 1, "reason": "Mưa bão"}
    give(cancel_item, by="committee", when="D-12 10:00", **facts)
    with refused("item_is_cancelled"):
        give(start_item, by="command", when="D-12 10:00", item_id=item("dien_dan_1"))
    listed = {"title_vi": "Nguyên Bí thư", "title_en": "", "delegation_id": 1, "items": ()}
    give(add_delegate, by="command", when="D-12 10:00", **listed)
    with database.reading() as session:
        found = compare(session, current(), at("D-12 08:30"), View(at("D-12 11:00"), past=True))
        first = compare(session, current(), None, View(at("D-12 11:00"), past=True))
    assert [(turn.task.number, turn.part) for turn in found.turns] == [(6, "new_red")]
    assert (found.reds, found.figures["tasks"], found.figures["late"]) == ((), 5, 1)
    changes = found.changes
    assert [one.number for one in (*changes.tasks_added, *changes.tasks_retired)] == [6, 2]
    assert [(was.number, was.section_id) for was, _ in changes.tasks_changed] == [
        (3, section("hau_can"))
    ]
    assert [one.key for one in changes.items_cancelled] == ["dien_dan_1"]
    assert (changes.delegates, first.changes) == ((("added", 1),), PlanChanges())
    words = Words("vi", zone(current()))
    parts = {one.part: one for one in parts_of(found, words)}
    said = [(one.subject, one.state) for one in parts[Part.CHANGED].lines]
    assert ("roster", "thêm 1") in said and ("task", "mới thêm") in said
    general = text_of(found, words, conclusion="")[0]["paragraphs"]
    assert any("bỏ 01 đầu việc" in one and "hủy 01 nội dung" in one for one in general)


@pytest.mark.one_database
def test_what_no_plan_can_be_is_refused(event):
    with refused("section_unknown"):
        give(commands.add_task, by="committee", when="D-12 09:00", planned=SEATS)
    with refused("title_needed"):
        add(replace(SEATS, title_vi=" "))
    with refused("needs_unknown", task=9):
        add(replace(SEATS, needs=(9,)))
    with refused("task_reason_needed"):
        retire(2, when="D-12 09:00", reason=" – ")
    with refused("reason_too_long", limit=200):
        retire(2, when="D-12 09:00", reason="x" * 201)
    with refused("task_not_retired", number=2):
        restore(2, when="D-12 09:00")
    retire(2, when="D-12 09:00")
    with refused("task_moved", number=2, version=2, by="Thường trực Ban Tổ chức"):
        retire(2, when="D-12 09:00", version=1)
    with refused("task_retired", number=2):
        retire(2, when="D-12 10:00")
    with refused("task_retired", number=2):
        report(2, "done", when="D-12 10:00")
    with refused("task_retired", number=2):
        move(2, "hau_can", when="D-12 10:00")
    with refused("needs_unknown", task=2):
        add(replace(SEATS, needs=(2,)))
