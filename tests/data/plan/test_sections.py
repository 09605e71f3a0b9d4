"""Sections are added, changed, dissolved and put back in place."""

from dataclasses import replace

import pytest

from data.incidents import open_entry, update_entry
from data.plan import sections as plan_sections
from data.readiness.tasks import confirm_section, report_status
from data.storage import database
from data.wall.board import board_at
from models.events.event import View
from models.readiness.tasks import Section, SectionPlan
from tests.stage import (
    at,
    boards,
    current,
    entry,
    give,
    one_change,
    refused,
    require_state_equals_facts,
    section,
    task,
)

MEDICAL = SectionPlan("Tiểu ban Y tế", "", "Y tế", "", position=1, cadence_day_hours=1)


def add(plan: SectionPlan = MEDICAL, *, when: str = "D-12 09:00") -> Section:
    return give(plan_sections.add_section, by="committee", when=when, plan=plan)


def row(key: str) -> tuple[int, SectionPlan]:
    with database.reading() as session:
        return plan_sections.version_and_section(session, section(key))


def change(key: str, *, when: str = "D-12 10:00", version: int = 0, **fields: object) -> Section:
    now, plan = row(key)
    facts = {"section_id": section(key), "version": version or now}
    plan = replace(plan, **fields)
    return give(plan_sections.change_section, by="committee", when=when, plan=plan, **facts)


def dissolve(key: str, to: str, *, when: str) -> Section:
    facts = {"section_id": section(key), "version": row(key)[0], "to_section_id": section(to)}
    return give(plan_sections.retire_section, by="committee", when=when, **facts)


def restore(key: str, *, when: str) -> Section:
    facts = {"section_id": section(key), "version": row(key)[0]}
    return give(plan_sections.restore_section, by="committee", when=when, **facts)


def names(when: str, *, past: bool = False) -> list[str]:
    with database.reading() as session:
        found = plan_sections.sections(session, current(), View(at(when), past))
        return [one.short_vi for one in found]


def test_a_section_is_added_renamed_and_put_in_order_and_past_moments_stay(event):
    with one_change("add_section"):
        added = add()
    assert (added.key, added.name_en, added.short_en) == ("section_3", "Tiểu ban Y tế", "Y tế")
    assert names("D-12 09:00") == ["An ninh", "Hậu cần", "Y tế"]
    with one_change("change_section"):
        change("section_3", short_vi="Quân dân y", position=0)
    change("an_ninh", cadence_near_hours=6, when="D-12 10:30")
    change("hau_can", position=0, when="D-12 10:30")
    assert names("D-12 11:00") == ["An ninh", "Hậu cần", "Quân dân y"]
    assert names("D-12 08:59", past=True) == ["An ninh", "Hậu cần"]
    assert names("D-12 09:30", past=True) == ["An ninh", "Hậu cần", "Y tế"]
    with database.reading() as session:
        board = board_at(session, current(), at("D-12 09:30"))
    assert [one["name"]["vi"] for one in board["sections"]] == ["An ninh", "Hậu cần", "Y tế"]
    give(confirm_section, by="command", when="D-12 11:00", section_id=section("section_3"))
    require_state_equals_facts(at("D-12 12:00"))


def test_a_section_is_dissolved_without_open_work_and_what_it_has_done_goes_to_another(event):
    facts = {"section_id": section("hau_can"), "priority": 2, "text": "Mất điện"}
    give(open_entry, by="command", when="D-12 08:00", **facts)
    with refused("section_has_open", tasks=3, entries=1, directives=0):
        dissolve("hau_can", "an_ninh", when="D-12 09:00")
    give(update_entry, by="command", when="D-12 09:00", entry_id=entry(1), status="closed", text="")
    for number in (3, 4, 5):
        report = {"task_id": task(number), "status": "done", "note": ""}
        give(report_status, by="lead.hau_can", when="D-12 09:30", **report)
    with refused("section_same"):
        dissolve("hau_can", "hau_can", when="D-12 09:30")
    dissolve("hau_can", "an_ninh", when="D-12 10:00")
    assert names("D-12 10:00") == ["An ninh"]
    assert names("D-12 09:59", past=True) == ["An ninh", "Hậu cần"]
    now, past = boards(at("D-12 11:00"))
    assert now == past and [one["total"] for one in now["sections"]] == [5]
    with refused("section_unknown"):
        give(confirm_section, by="command", when="D-12 11:00", section_id=section("hau_can"))
    with refused("section_unknown"):
        give(open_entry, by="command", when="D-12 11:00", **facts)
    require_state_equals_facts(at("D-12 11:00"))
    with one_change("restore_section"):
        restore("hau_can", when="D-12 12:00")
    assert names("D-12 12:00") == ["An ninh", "Hậu cần"]
    assert names("D-12 11:00", past=True) == ["An ninh"]


@pytest.mark.one_database
def test_what_no_section_can_be_is_refused(event):
    with refused("section_double", section="Tiểu ban An ninh"):
        add(replace(MEDICAL, name_vi="tiểu ban an ninh"))
    with refused("section_name_needed"):
        add(replace(MEDICAL, name_vi=" . "))
    with refused("section_name_too_long", limit=40):
        add(replace(MEDICAL, short_vi="x" * 41))
    with refused("cadence_unknown"):
        change("an_ninh", cadence_day_hours=0)
    with refused("position_unknown"):
        change("an_ninh", position=1000)
    with refused("section_unchanged"):
        change("an_ninh")
    with refused("section_not_retired"):
        restore("an_ninh", when="D-12 09:00")
    change("an_ninh", name_vi="Tiểu ban An ninh, trật tự", name_en="")
    with refused("section_moved", version=2, by="Thường trực Ban Tổ chức"):
        change("an_ninh", version=1, short_vi="An toàn")
