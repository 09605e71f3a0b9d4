"""The script's page: a room is taken and run, lines are written, the speaker's clock follows."""

import json

import pytest

from data.words import catalogue
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
    page.write(f"script.line.{item}.0.who", "Người dẫn chương trình").tap("script.save")
    page.select("script.view", "run")
    assert page.shows("Người dẫn chương trình")


@pytest.mark.one_database
def test_the_speakers_clock_counts_what_the_room_runs_and_shows_its_message(sample, visit):
    number, _ = venue("khai_mac")
    page = room(visit)
    page.write(f"script.message.{number}.text", "Còn 5 phút")
    page.tap(f"FormSubmitter:script.message.{number}-{SAY['script.tell']}")
    page.tap(f"programme.start.script.{stage.item('khai_mac')}")
    drawn = face(visit)
    assert drawn["message"] == "Còn 5 phút" and drawn["due"] and drawn["held"] is None
