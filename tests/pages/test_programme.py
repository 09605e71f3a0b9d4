"""The programme: what began, what ended, and the forums side by side."""

import pytest
from sqlalchemy import select

from data.attendance.queries import desks_of
from data.plan.items import cancel_item
from data.storage import database
from data.words import catalogue
from models.programme import ProgrammeItem, ProgrammeMark
from tests import stage

SAY = catalogue("vi")
TABLE = "programme.table"


def room_at(visit, item: int, person: str = "command"):
    """The programme with one of its items open."""
    return visit(person).open("programme").open_row(TABLE, item)


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
    room = room_at(visit, item).tap(f"programme.start.{item}")
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
    room = room_at(visit, item).tap(f"programme.start.{item}")
    room.tap(f"programme.finish.{item}").tap(f"undo.finish.{item}")
    assert room.has_button(f"programme.finish.{item}")
    room.tap(f"undo.start.{item}")
    assert room.has_button(f"programme.start.{item}") and not room.has_button(f"undo.start.{item}")
    assert marks(item) == ["started", "finished", "finished", "started"]


def test_a_second_start_is_refused_with_the_time_of_the_first(sample, visit):
    item = stage.item("phien_chinh")
    first, second = room_at(visit, item), room_at(visit, item, "admin")
    first.tap(f"programme.start.{item}")
    second.tap(f"programme.start.{item}", refused=True)
    assert "06:52" in second.refusal and "đã được ghi bắt đầu" in second.refusal
    assert marks(item) == ["started"]


@pytest.mark.parametrize("role", ["lead.an_ninh", "desk.ban_1", "media", "committee"])
def test_only_the_command_room_marks_the_programme(sample, visit, role):
    visitor = room_at(visit, stage.item("phien_chinh"), role)
    keys = [one.key for one in visitor.at.button if one.key and one.key.startswith("programme.")]
    assert keys == ["programme.close"]


def test_the_next_item_of_today_has_the_one_start_and_what_runs_its_end(sample, visit):
    room = visit("command").open("programme")
    (start,) = (one.key for one in room.at.button if one.key and "start_now" in one.key)
    running = [one.key for one in room.at.button if one.key and "finish_now" in one.key]
    item = start.rpartition(".")[2]
    room.tap(start)
    assert marks(int(item)) == ["started"]
    assert room.has_button(f"programme.finish_now.{item}") and not room.has_button(start)
    assert all(room.has_button(key) for key in running)


def test_a_start_weeks_ahead_asks_first_and_one_about_to_begin_does_not(sample, visit):
    asks = SAY["undo.ahead"].partition("{")[0]
    assert not room_at(visit, stage.item("phien_chinh")).shows(asks)
    coming = stage.item("ket_luan")
    room = room_at(visit, coming)
    assert room.shows(asks)
    room.tap(f"programme.start.{coming}")
    assert marks(coming) == ["started"]


def test_what_runs_and_what_comes_next_is_marked_in_the_table(sample, visit):
    room = visit("command").open("programme")
    texts = room.texts()
    assert texts.count(SAY["programme.now"]) == texts.count(SAY["programme.next"]) == 2


def test_weeks_before_nothing_is_offered_a_start(unreported, visit):
    room = visit("command").open("programme")
    assert not [one for one in room.at.button if one.key and "start_now" in one.key]
    assert room.shows("còn 7 ngày") or room.shows("còn 8 ngày")


def test_the_three_forums_are_shown_on_their_day_with_their_counts(sample, visit):
    committee = visit("committee").open("programme")
    assert not committee.at.metric
    first = committee.at.button_group(key="programme.day").options[0]
    shown = committee.choose("programme.day", first).at.metric
    assert len(shown) == 3
    assert (
        sum(int(one.value.split(" / ")[1].replace(".", "")) for one in shown)
        == sample.expected_delegates
    )


def test_the_day_can_be_chosen_and_says_what_ran_over_and_under(sample, visit):
    room = visit("command").open("programme")
    today = room.rows(TABLE)
    room.choose("programme.day", room.at.button_group(key="programme.day").options[0])
    before = room.rows(TABLE)
    assert before and not set(before) & set(today)
    flowers = stage.item("le_dang_hoa")
    assert str(flowers) in before and room.shows(SAY["programme.on_time"])
    room.open_row(TABLE, flowers)
    assert not room.has_button(f"programme.start.{flowers}")  # it is over
    assert room.shows("Lễ dâng hoa tưởng niệm Chủ tịch Hồ Chí Minh")


# --- changing the programme ----------------------------------------------------------------------


def changing(visit, item: int):
    """The programme with an item's form open, and the beginning of the keys of its fields."""
    page = room_at(visit, item)
    page.at.session_state["programme.change"] = True  # unfolded
    page.run()
    return page, f"programme.item.{item}.1.fields"


@pytest.mark.one_database
def test_an_item_is_changed_and_what_is_odd_about_it_is_shown(event, visit):
    item = stage.item("doi_thoai")
    page, key = changing(visit, item)
    page.write(f"{key}.ends_at.time", "trưa").tap("programme.save", refused=True)
    page.write(f"{key}.ends_at.time", "12h").write(f"{key}.chair", "Bí thư").tap("programme.save")
    assert page.shows("07:30–11:30") or page.shows("08:00–12:00")
    assert page.shows("nằm ngoài thời gian của")
    with database.reading() as session:
        now = session.get(ProgrammeItem, item)
    assert (now.chair, now.version) == ("Bí thư", 2)


@pytest.mark.one_database
def test_an_item_is_added_cancelled_and_restored(event, visit):
    page = visit("command").open("programme")
    page.at.session_state["programme.add_box"] = True
    page.run().write("programme.add.title_vi", "Họp báo").select("programme.add.expects", "all")
    page.tap("programme.add.go")
    assert page.field("programme.add.title_vi").value == ""
    with database.reading() as session:
        added = session.execute(
            select(ProgrammeItem).where(ProgrammeItem.title_vi == "Họp báo")
        ).scalar_one()
    page, _ = changing(visit, added.id)
    form = f"programme.item.{added.id}.cancel"
    page.write(f"{form}.reason", "Không kịp").tap("programme.cancel")
    assert page.shows("Nội dung đã hủy: 1") and page.shows("Không kịp")
    page.tap(f"programme.restore.{added.id}")
    assert not page.shows("Nội dung đã hủy")


@pytest.mark.one_database
def test_a_venue_is_renamed_and_another_added(event, visit):
    page = visit("command").open("programme")
    page.at.session_state["programme.venues"] = True
    page.run()
    page.write("programme.venue.1.1.fields.name_vi", "Nhà hát").tap("programme.venue_rename")
    assert page.shows("Nhà hát")
    page.write("programme.venue_add.name_vi", "Phòng số 9").tap("programme.venue_add.go")
    assert page.shows("Phòng số 9")
    assert not visit("lead.an_ninh").open("programme").shows(SAY["item.add"])


@pytest.mark.one_database
def test_pages_draw_while_their_item_is_cancelled_and_with_no_item_left(event, visit):
    desk = visit("command").open("attendance")
    origin = {"by": "admin", "when": "D-1 08:00", "reason": "Bão", "version": 1}
    for key in ("phien_chinh", "dien_dan_1", "dien_dan_2", "dang_hoa", "don_tiep", "truyen_hinh"):
        stage.give(cancel_item, item_id=stage.item(key), **origin)
        desk.run()
    assert desk.shows(SAY["attendance.no_items"])
    for page in ("home", "programme", "wall", "plan", "roster", "review"):
        visit("committee").open(page)


@pytest.mark.one_database
def test_a_desk_is_given_other_items_and_another_one_is_added(event, visit):
    page = visit("command").open("programme")
    page.at.session_state["programme.desks_box"] = True  # unfolded
    page.run()
    with database.reading() as session:
        before = desks_of(session, event)["ban_1"][0]
    key = f"programme.desk.{before.id}.1.fields.items"
    page.at.multiselect(key=key).set_value([stage.item("dien_dan_1")])
    page.tap("programme.desk_save").write("programme.desk_new.name_vi", "Bàn cửa phụ")
    page.tap("programme.desk_add")
    with database.reading() as session:
        now = desks_of(session, event)
    assert now["ban_1"][1] == {stage.item("dien_dan_1")}
    assert now["desk_3"][0].name_vi == "Bàn cửa phụ"
