"""The programme: what began, what ended, and the forums side by side."""

import pytest
from sqlalchemy import select

from data.storage import database
from data.words import catalogue
from models.programme import ProgrammeMark
from tests import stage

SAY = catalogue("vi")


def marks(item_id: int) -> list[str]:
    with database.reading() as session:
        return list(
            session.execute(
                select(ProgrammeMark.mark)
                .where(ProgrammeMark.item_id == item_id)
                .order_by(ProgrammeMark.id)
            ).scalars()
        )


def test_an_item_is_started_and_finished(sample, visit):
    item = stage.item("phien_chinh")
    room = visit("command").open("programme").tap(f"programme.start.{item}")
    assert marks(item) == ["started"]
    assert room.shows(SAY["programme.started"].format(at="06:52"))
    assert room.shows(SAY["programme.early"].format(number=38))
    room.tap(f"programme.finish.{item}")
    assert marks(item) == ["started", "finished"]
    assert not room.has_button(f"programme.start.{item}") and not room.has_button(
        f"programme.finish.{item}"
    )


def test_a_mark_made_by_mistake_is_taken_back_step_by_step(sample, visit):
    item = stage.item("phien_chinh")
    room = visit("command").open("programme").tap(f"programme.start.{item}")
    room.tap(f"programme.finish.{item}").tap(f"undo.finish.{item}")
    assert room.has_button(f"programme.finish.{item}")
    room.tap(f"undo.start.{item}")
    assert room.has_button(f"programme.start.{item}") and not room.has_button(f"undo.start.{item}")
    assert marks(item) == ["started", "finished", "finished", "started"]


def test_a_second_start_is_refused_with_the_time_of_the_first(sample, visit):
    item = stage.item("phien_chinh")
    first, second = visit("command").open("programme"), visit("admin").open("programme")
    first.tap(f"programme.start.{item}")
    second.tap(f"programme.start.{item}", refused=True)
    assert "06:52" in second.refusal and "đã được ghi bắt đầu" in second.refusal
    assert marks(item) == ["started"]


@pytest.mark.parametrize("role", ["lead.an_ninh", "desk.ban_1", "media", "committee"])
def test_only_the_command_room_marks_the_programme(sample, visit, role):
    visitor = visit(role).open("programme")
    assert not [
        one.key for one in visitor.at.button if one.key and one.key.startswith("programme.")
    ]


def test_the_three_forums_are_shown_side_by_side_with_their_counts(sample, visit):
    shown = visit("committee").open("programme").at.metric
    assert len(shown) == 3
    assert (
        sum(int(one.value.split(" / ")[1].replace(".", "")) for one in shown)
        == sample.expected_delegates
    )


def test_the_day_can_be_chosen_and_has_its_chart(sample, visit):
    room = visit("command").open("programme")
    assert len(room.at.get("vega_lite_chart")) == 1
    first = room.at.button_group(key="programme.day").options[0]
    room.choose("programme.day", first)
    assert room.has_button(f"programme.start.{stage.item('le_dang_hoa')}") is False  # it is over
    assert room.shows("Lễ dâng hoa tưởng niệm Chủ tịch Hồ Chí Minh")
    assert len(room.at.get("vega_lite_chart")) == 1
