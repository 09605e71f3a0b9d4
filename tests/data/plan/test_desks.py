"""Check-in desks are added, changed, retired and restored in place."""

from dataclasses import replace

import pytest

from data.access import offices
from data.attendance.commands import admit
from data.attendance.queries import desks_of
from data.plan import desks
from data.storage import database
from models.attendance.ledger import Desk, DeskPlan
from tests.stage import VAN, current, give, item, one_change, person, refused

DAY = "D+1 06:00"


def row(key: str) -> tuple[int, int, DeskPlan]:
    with database.reading() as session:
        desk = next(one for one, _ in desks_of(session, current()).values() if one.key == key)
        return desk.id, *desks.version_and_desk(session, desk.id)


def served() -> dict[str, frozenset[int]]:
    with database.reading() as session:
        return {key: items for key, (_, items) in desks_of(session, current()).items()}


def add(name: str, *items: int) -> Desk:
    return give(desks.add_desk, by="command", when=DAY, plan=DeskPlan(name, "", items))


def edit(key: str, *, version: int = 0, by: str = "command", **fields: object) -> Desk:
    number, now, plan = row(key)
    facts = {"desk_id": number, "version": version or now, "plan": replace(plan, **fields)}
    return give(desks.edit_desk, by=by, when=DAY, **facts)


def retire(key: str) -> Desk:
    number, version, _ = row(key)
    return give(desks.retire_desk, by="command", when=DAY, desk_id=number, version=version)


def test_a_desk_serves_other_items_from_then_on_and_is_retired_when_no_one_works_there(event):
    with one_change("add_desk"):
        added = add("Bàn cửa phụ", item("phien_chinh"))
    assert (added.key, added.name_en) == ("desk_3", "Bàn cửa phụ")
    assert served()["desk_3"] == {item("phien_chinh")}
    scan = {"badge": VAN, "item_id": item("phien_chinh")}
    edit("ban_1", items=(item("dien_dan_1"),))
    with refused("desk_not_for_item"):
        give(admit, by="desk.ban_1", when=DAY, **scan)
    with refused("desk_has_office", office="Tổ điểm danh bàn số 1"):
        retire("ban_1")
    office = {"person_id": person("desk.ban_1").id, "version": 1}
    give(offices.retire_office, by="admin", when=DAY, **office)
    gone = retire("ban_1")
    assert "ban_1" not in served()
    give(desks.restore_desk, by="command", when=DAY, desk_id=gone.id, version=gone.version)
    assert served()["ban_1"] == {item("dien_dan_1")}


@pytest.mark.one_database
def test_what_no_desk_can_be_is_refused(event):
    with refused("desk_double"):
        add(row("ban_1")[2].name_vi)
    with refused("desk_name_needed"):
        add(" ")
    with refused("desk_name_too_long", limit=200):
        add("x" * 201)
    with refused("item_unknown"):
        add("Bàn 9", 999)
    with refused("desk_unchanged"):
        edit("ban_1")
    edit("ban_1", name_vi="Bàn chính")
    with refused("desk_moved", version=2, by="Phòng điều hành"):
        edit("ban_1", version=1, name_vi="Bàn lễ tân")
