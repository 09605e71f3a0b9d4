"""The programme's plan is changed in place: items and venues, their conflicts, and what follows."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from data import audit
from data.attendance.commands import admit, excuse_many
from data.attendance.queries import desks_of, headcounts_at
from data.attendance.roster import items_for, roster_for, roster_mark
from data.plan.commands import pin_item
from data.plan.items import (
    Changed,
    add_item,
    cancel_item,
    cancelled_items,
    edit_item,
    restore_item,
    version_and_plan,
)
from data.plan.move import move_event, move_of
from data.plan.venues import add_venue, rename_venue, version_and_name
from data.programme import items_at, start_item
from data.storage import database
from models.attendance.ledger import Headcount
from models.events.event import VenueName, View
from models.programme import ItemSnapshot, PlannedItem, conflicts
from tests import stage
from tests.stage import VAN, one_change, refused, require_state_equals_facts

DAY = "D-1 09:00"
MAIN = "phien_chinh"


def row_of(key: str) -> tuple[int, PlannedItem]:
    with database.reading() as session:
        return version_and_plan(session, stage.item(key))


def edit(key: str, when: str = DAY, **changed: object) -> Changed:
    version, planned = row_of(key)
    facts = {"item_id": stage.item(key), "version": version}
    return stage.give(
        edit_item, by="command", when=when, planned=replace(planned, **changed), **facts
    )


def cancel(key: str, when: str = DAY, reason: str = "Mưa bão") -> Changed:
    facts = {"item_id": stage.item(key), "version": row_of(key)[0], "reason": reason}
    return stage.give(cancel_item, by="command", when=when, **facts)


def restore(key: str, when: str = "D-1 10:00") -> Changed:
    facts = {"item_id": stage.item(key), "version": row_of(key)[0]}
    return stage.give(restore_item, by="command", when=when, **facts)


def shown(key: str, *, when: str | None = None) -> ItemSnapshot | None:
    """An item as it is, or as at a past moment; None where the programme has none."""
    view = View(stage.at(when or "D-1 12:00"), past=when is not None)
    with database.reading() as session:
        items = items_at(session, stage.current(), view)
    return next((one for one in items if one.key == key), None)


def venue_id(key: str = "phong_1") -> int:
    return row_of({"phong_1": "dien_dan_1", "hoi_truong": MAIN}[key])[1].venue_id


def new_item(**changed: object) -> dict:
    facts = {
        "title_vi": "Họp báo",
        "title_en": "",
        "kind": "session",
        "starts_at": stage.at("D+1 13:00"),
        "ends_at": stage.at("D+1 14:00"),
    }
    return facts | changed


def add(**changed: object) -> Changed:
    return stage.give(add_item, by="command", when=DAY, **new_item(**changed))


def test_an_item_is_changed_and_a_past_moment_shows_it_as_it_was(event):
    before = shown("dien_dan_1")
    later = before.starts_at + timedelta(hours=1)
    with one_change("edit_item"):
        edit("dien_dan_1", title_vi="Diễn đàn mở rộng", starts_at=later, venue_id=None, chair="")
    now, then = shown("dien_dan_1"), shown("dien_dan_1", when="D-1 08:59")
    assert (now.title_vi, now.starts_at, now.venue_vi, now.chair) == (
        "Diễn đàn mở rộng",
        later,
        "",
        "",
    )
    assert replace(then, drift=0) == replace(before, drift=0)
    with database.reading() as session:
        told = audit.rows(session, event, audit.Filter(), limit=1)[0]
    assert told.what["fields"] == [
        f"item.{name}" for name in ("title_vi", "venue_id", "chair", "starts_at")
    ]
    assert told.about["vi"] == "Diễn đàn mở rộng"
    require_state_equals_facts(stage.at("D-1 12:00"))


def test_a_form_that_was_overtaken_is_refused_with_both_plans(event):
    version, planned = row_of(MAIN)
    edit(MAIN, chair="Phó Bí thư")
    facts = {"item_id": stage.item(MAIN), "version": version}
    with refused("item_moved", version=2, by="Phòng điều hành"):
        mine = replace(planned, chair="Bí thư")
        stage.give(edit_item, by="admin", when=DAY, planned=mine, **facts)
    with refused("item_moved"):
        stage.give(cancel_item, by="admin", when=DAY, reason="Mưa", **facts)
    stage.give(pin_item, by="admin", when=DAY, item_id=stage.item(MAIN), pinned=True)
    days = {"first_day": event.first_day + timedelta(7), "last_day": event.last_day + timedelta(7)}
    with database.reading() as session:
        seal = move_of(session, event, **days).seal
    stage.give(move_event, by="admin", when=DAY, seal=seal, **days)
    assert (row_of(MAIN)[0], row_of("dien_dan_1")[0]) == (3, 2), "a pinned one did not move"


@pytest.mark.one_database
def test_what_is_no_plan_of_an_item_is_refused(event):
    with refused("item_title_needed"):
        edit(MAIN, title_vi="…")
    with refused("item_title_too_long", limit=300):
        edit(MAIN, title_vi="x" * 301)
    with refused("item_short_too_long", limit=60):
        edit(MAIN, short_en="x" * 61)
    with refused("item_chair_too_long"):
        edit(MAIN, chair="x" * 201)
    with refused("item_ends_before_start"):
        edit(MAIN, ends_at=stage.at("D+1 07:30"))
    with refused("venue_unknown"):
        edit(MAIN, venue_id=999)
    with refused("item_unchanged", item="Phiên chính"):
        edit(MAIN)
    with refused("cancellation_needed"):
        cancel(MAIN, reason=" ")
    with refused("item_not_cancelled"):
        restore(MAIN)
    for wrong in ({"kind": "x"}, {"expects": "forum"}, {"parent_id": 999}, {"expects": "district"}):
        with refused("item_unknown"):
            add(**wrong)
    with refused("desk_unknown"):
        add(desk_ids=(999,))


def test_an_added_item_expects_who_is_listed_and_its_desk_serves_it_at_once(event):
    with database.reading() as session:
        desk = stage.person("desk.ban_1")
        mark = roster_mark(session, event, desk)
        desk_id = desks_of(session, event)["ban_1"][0].id
    with one_change("add_item"):
        added = add(expects="all", desk_ids=(desk_id,))
    group = add(title_vi="Tổ 1", expects="forum", as_item_id=stage.item("dien_dan_1"))
    with database.reading() as session:
        counts = headcounts_at(session, [added.item_id, group.item_id], View(stage.at(DAY)))
        served = [one.id for one in items_for(session, event, desk)]
        assert roster_mark(session, event, desk) != mark
    assert sum(
        (one for (item, _), one in counts.items() if item == added.item_id), Headcount()
    ) == (Headcount(expected=12))
    assert sum(one.expected for (item, _), one in counts.items() if item == group.item_id) == 6
    assert added.item_id in served and group.item_id not in served
    stage.give(admit, by="desk.ban_1", when="D+1 12:50", badge=VAN, item_id=added.item_id)
    view = View(stage.at("D-1 08:59"), past=True)
    with database.reading() as session:
        keys = [one.id for one in items_at(session, event, view)]
    assert added.item_id not in keys
    require_state_equals_facts(stage.at("D+1 15:00"))


def test_a_cancelled_item_with_its_parts_admits_no_one_and_comes_back_with_them(event):
    cancel("khai_mac", reason="Bỏ phần khai mạc")
    cancel(MAIN)
    assert shown(MAIN) is None and shown("doi_thoai") is None
    assert shown(MAIN, when="D-1 08:00") is not None
    with refused("item_unknown"):
        stage.give(admit, by="command", when="D+1 07:00", badge=VAN, item_id=stage.item(MAIN))
    excused = stage.give(
        excuse_many, by="command", when="D-1 09:30", badges=[VAN], item_ids=[], reason="Ốm"
    )
    assert stage.item(MAIN) not in [one.item_id for one in excused]
    with database.reading() as session:
        held = roster_for(session, event, stage.person("desk.ban_2"))
        gone = [one.title_vi for one in cancelled_items(session, event)]
    assert stage.item(MAIN) not in [one.id for one in held.items] and gone == ["Phiên chính"]
    with refused("item_is_cancelled"):
        edit(MAIN, chair="Ai đó")
    with refused("item_whole_cancelled", item="Phiên chính"):
        restore("doi_thoai")
    restore(MAIN)
    assert shown(MAIN) and shown("doi_thoai") and shown("khai_mac") is None
    require_state_equals_facts(stage.at("D-1 12:00"))


def test_a_delegate_of_a_cancelled_forum_is_no_longer_sent_there(event):
    cancel("dien_dan_1")
    with refused("not_expected"):
        stage.give(
            admit, by="command", when="D+0 14:05", badge=VAN, item_id=stage.item("dien_dan_2")
        )


def test_an_item_that_began_is_changed_and_not_cancelled(event):
    stage.give(start_item, by="command", when="D+1 07:31", item_id=stage.item(MAIN))
    with refused("item_already_started", item="Phiên chính"):
        cancel(MAIN, "D+1 07:40")
    assert edit(MAIN, "D+1 07:45", chair="Bí thư Tỉnh ủy").version == 2


def test_a_venue_is_added_and_renamed_and_the_past_has_its_old_name(event):
    added = stage.give(add_venue, by="command", when=DAY, name_vi="Phòng số 9", name_en="")
    edit(MAIN, venue_id=added.id)
    facts = {"venue_id": added.id, "name": VenueName("Hội trường A", "Hall A")}
    with one_change("rename_venue"):
        stage.give(rename_venue, by="command", when="D-1 09:30", version=1, **facts)
    assert shown(MAIN).venue_vi == "Hội trường A"
    assert shown(MAIN, when="D-1 09:10").venue_vi == "Phòng số 9"
    with refused("venue_moved", version=2):
        stage.give(rename_venue, by="command", when="D-1 09:31", version=1, **facts)
    with refused("venue_unchanged"):
        stage.give(rename_venue, by="command", when="D-1 09:31", version=2, **facts)
    with refused("venue_double", venue="Hội trường A"):
        stage.give(add_venue, by="command", when=DAY, name_vi="hội trường a", name_en="")
    with refused("venue_needed"):
        stage.give(add_venue, by="command", when=DAY, name_vi=" ", name_en="")
    with database.reading() as session:
        assert version_and_name(session, added.id) == (2, facts["name"])


def test_conflicts_are_told_and_refuse_nothing(event):
    """Two items in one room, a person in two, outside the days, a part outside its whole; a
    broadcast is none."""
    begins, ends = stage.at("D+0 00:00"), stage.at("D+2 00:00")

    def found() -> list[tuple[str, str, str | None]]:
        with database.reading() as session:
            items = items_at(session, event, View(stage.at("D-1 12:00")))
        told = conflicts(items, begins=begins, ends=ends)
        return [(one.kind, one.item.key, one.other.key if one.other else None) for one in told]

    assert found() == []
    edit("dien_dan_1", chair="Chủ tịch UBND tỉnh")
    edit("dien_dan_2", chair="Phó Bí thư Tỉnh ủy, Chủ tịch Ủy ban nhân dân tỉnh")
    assert found() == [("same_person", "dien_dan_1", "dien_dan_2")]
    edit("dien_dan_2", venue_id=venue_id("phong_1"))
    edit("doi_thoai", ends_at=stage.at("D+1 12:00"))
    late = add(starts_at=stage.at("D+2 08:00"), ends_at=stage.at("D+2 09:00"))
    assert found() == [
        ("outside_days", f"item_{8}", None),
        ("outside_whole", "doi_thoai", MAIN),
        ("same_room", "dien_dan_1", "dien_dan_2"),
    ]
    assert late.version == 1


@pytest.mark.one_database
def test_the_same_key_adds_one_item(event):
    facts = {"by": "command", "when": DAY, "once": "one"}
    first = stage.give(add_item, **facts, **new_item())
    with stage.nothing_written():
        assert stage.give(add_item, **facts, **new_item()) == first
    assert asdict(first)["title_en"] == "Họp báo"
