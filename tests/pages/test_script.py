"""The script's page: a room is taken and run, lines are written, the speaker's clock follows."""

import json

import pytest

from data.plan.items import add_item, edit_item
from data.programme import finish_item, start_item
from data.words import catalogue
from models.programme import PlannedItem
from tests import stage

SAY = catalogue("vi")
TABLE = "script.table"


def venue(item: str) -> tuple[int, str]:
    from data.storage import database
    from models.events.event import Venue
    from models.programme import ProgrammeItem

    with database.reading() as session:
        found = session.get(Venue, session.get(ProgrammeItem, stage.item(item)).venue_id)
        return found.id, found.key


def room(visit, item: str = "khai_mac", person: str = "command"):
    page = visit(person).open("script")
    return page.select(f"script.room.{stage.current().id}", venue(item)[1])


def face(visit, item: str = "khai_mac", person: str = "lead.an_ninh"):
    """What the browser is given of a room's clock."""
    page = visit(person)
    page.at.query_params["room"] = venue(item)[1]
    (one,) = [
        found
        for found in page.open("clock").at.get("bidi_component")
        if found.proto.component_name == "san_sang_clock"
    ]
    return json.loads(one.proto.json)


@pytest.mark.one_database
def test_all_rooms_stand_side_by_side_and_one_is_run(sample, visit):
    page = visit("command").open("script")
    assert page.shows(SAY["script.run_by_none"])
    number, _ = venue("khai_mac")
    page = room(visit).tap(f"script.turn.{number}.take")
    assert page.has_button(f"script.turn.{number}.leave")
    item = stage.item("khai_mac")
    page.tap(f"programme.start.script.{item}")
    assert page.has_button(f"programme.finish.script.{item}")
    page.tap(f"script.hold.script.{item}")
    assert page.shows("tạm dừng từ 06:52")
    page.tap(f"script.release.script.{item}").tap(f"programme.finish.script.{item}")
    page.tap(f"undo.finish.script.{item}")
    assert page.has_button(f"programme.finish.script.{item}")


@pytest.mark.one_database
def test_who_is_needed_in_two_rooms_at_once_is_named_with_both(sample, visit):
    """Who opens the session, by its line, chairs something in another room by then."""
    assert not visit("command").open("script").shows("cùng lúc ở hai nơi")
    begins, ends = stage.at("D+1 07:40"), stage.at("D+1 08:10")
    plan = {"title_vi": "Họp báo", "title_en": "", "starts_at": begins, "ends_at": ends}
    by = {"by": "command", "when": "D+1 06:52"}
    item_id = stage.give(add_item, **by, kind="session", **plan).item_id
    post, room_id = "CHÁNH VĂN PHÒNG Tỉnh uỷ", venue("dien_dan_1")[0]
    planned = PlannedItem(**plan, short_vi="", short_en="", venue_id=room_id, chair=post)
    stage.give(edit_item, **by, item_id=item_id, version=1, planned=planned)
    told = (
        "Chánh Văn phòng Tỉnh ủy được phân công cùng lúc ở hai nơi: Khai mạc (Nhà Văn hóa Lao động "
        "tỉnh, 07:30–07:50) và Họp báo ("
    )
    assert visit("command").open("script").shows(told) and room(visit).shows(told)
    assert not room(visit, "dien_dan_2").shows("cùng lúc ở hai nơi")


@pytest.mark.one_database
def test_two_items_in_one_room_at_once_are_named_until_one_of_them_is_over(sample, visit):
    odd = "cùng giờ, cùng địa điểm (Nhà Văn hóa Lao động tỉnh)"
    assert not room(visit).shows(odd)
    begins, ends = stage.at("D+1 07:40"), stage.at("D+1 08:10")
    plan = {"title_vi": "Họp báo", "title_en": "", "starts_at": begins, "ends_at": ends}
    by = {"by": "command", "when": "D+1 06:52"}
    added = stage.give(add_item, **by, kind="session", **plan).item_id
    hall = venue("khai_mac")[0]
    planned = PlannedItem(**plan, short_vi="", short_en="", venue_id=hall, chair="")
    stage.give(edit_item, **by, item_id=added, version=1, planned=planned)
    assert visit("command").open("script").shows(odd)
    assert not room(visit, "dien_dan_2").shows(odd)
    stage.give(start_item, **by, item_id=added)
    assert room(visit).shows(odd)
    stage.give(finish_item, **by, item_id=added)
    assert not room(visit).shows(odd)


@pytest.mark.one_database
def test_another_person_sees_who_runs_the_room_and_takes_it_over(sample, visit):
    number, _ = venue("khai_mac")
    room(visit).tap(f"script.turn.{number}.take")
    other = room(visit, person="admin")
    assert not other.has_button(f"programme.start.script.{stage.item('khai_mac')}")
    other.tap(f"script.turn.{number}.take")
    assert other.has_button(f"programme.start.script.{stage.item('khai_mac')}")


@pytest.mark.one_database
def test_a_line_is_written_in_its_place(sample, visit):
    item = stage.item("khai_mac")
    page = room(visit).open_row(TABLE, item)
    page.write(f"script.line.{item}.1.who", "Người dẫn chương trình").tap("script.save")
    page.select("script.view", "run")
    assert page.shows("Người dẫn chương trình")


@pytest.mark.one_database
def test_a_start_just_recorded_is_taken_back_by_one_tap_with_that_of_its_whole(sample, visit):
    item, whole = stage.item("khai_mac"), stage.item("phien_chinh")
    page = room(visit).tap(f"programme.start.script.{item}")
    assert not page.has_button(f"undo.just_start.{whole}")
    page.tap(f"undo.just_start.{item}")
    assert page.has_button(f"programme.start.script.{item}")


@pytest.mark.one_database
def test_papers_are_registered_called_and_ended_and_the_clock_counts_the_papers_time(sample, visit):
    item, key = stage.item("khai_mac"), "script.papers"
    page = room(visit)
    page.at.session_state["script.papers_box"] = True  # unfolded
    page.run()
    page.select(f"script.papers_of.{venue('khai_mac')[0]}", item)
    page.write(f"script.paper_add.{item}.0.who", "Đảng ủy xã Nghi Thái")
    page.tap(f"script.paper_add.{item}.go")
    page.tap(f"programme.start.script.{item}")
    (paper,) = [one for one in papers() if one.item_id == item]
    page.tap(f"script.paper_called.now.{paper.id}")
    assert page.shows("Đảng ủy xã Nghi Thái đang trình bày, còn 7 phút")
    drawn = face(visit)
    assert drawn["speaker"] == "Đảng ủy xã Nghi Thái"
    page.tap(f"script.paper_ended.now.{paper.id}").open_row(key, paper.id)
    page.tap(f"undo.paper_ended.{paper.id}")
    assert page.has_button(f"script.paper_ended.now.{paper.id}")
    assert face(visit)["due"] == drawn["due"]


def papers():
    from data.script.papers import papers_at
    from data.storage import database
    from models.events.event import View

    with database.reading() as session:
        view = View(stage.at("D+1 12:00"))
        found = papers_at(session, stage.current(), view)
        return [one for several in found.values() for one in several]


@pytest.mark.one_database
def test_the_speakers_clock_counts_what_the_room_runs_and_shows_its_message(sample, visit):
    number, _ = venue("khai_mac")
    page = room(visit)
    page.write(f"script.message.{number}.text", "Còn 5 phút")
    page.tap(f"FormSubmitter:script.message.{number}-{SAY['script.tell']}")
    page.tap(f"programme.start.script.{stage.item('khai_mac')}")
    drawn = face(visit)
    assert drawn["message"] == "Còn 5 phút" and drawn["due"] and drawn["held"] is None
