"""The page of contributions: registered, found, sorted, merged; typed, led and put in a forum."""

import pytest

from data.contributions.phone import open_questions, send_question
from data.contributions.queries import contributions_at
from data.rehearsal.clock import restart
from data.storage import database
from data.words import catalogue
from models.contributions.contributions import State
from models.contributions.phone import Telephone
from models.events.event import View
from tests import stage
from tests.stage import REAL, at, current, give, item

SAY = catalogue("vi")
LIST, HALL = "contributions.table", "contributions.forum_table"

pytestmark = pytest.mark.one_database


def everything(when: str = "D+1 06:53"):
    with database.reading() as session:
        return contributions_at(session, current(), View(at(when)))


def newest():
    return max(everything(), key=lambda one: one.number)


def of_state(state: State, forum: str = "dien_dan_1"):
    return next(one for one in everything() if one.state is state and one.item_id == item(forum))


def test_the_secretariat_registers_finds_sorts_and_merges(sample, visit):
    page = visit("command").open("contributions")
    page.at.session_state["contributions.add_box"] = True
    page.run()
    page.write("contributions.new.text", "Đường vào bản hỏng").at.selectbox(
        key="contributions.new.unit"
    ).set_value(newest().unit_id)
    page.tap("contributions.new.go")
    made = newest()
    assert (made.text, made.state, made.channel) == ("Đường vào bản hỏng", State.WAITING, "unit")
    assert page.field("contributions.new.text").value == ""
    page.write("contributions.find", "duong vao ban").run()
    assert str(made.id) in page.rows(LIST) and len(page.rows(LIST)) < len(everything())
    page.open_row(LIST, made.id)
    page.at.session_state["contributions.edit_box"] = True
    page.run()
    field = f"contributions.row.{made.id}.1.fields"
    page.write(f"{field}.text", "Đường vào bản hỏng nặng").tap("contributions.save")
    assert newest().version == 2
    other = of_state(State.LEFT)
    page.select(f"contributions.merge.{made.id}.into", other.id)
    page.tap(f"contributions.merge.{made.id}.go")
    assert newest().merged_into == other.id and page.shows("Đã gộp vào ý kiến số")
    page.tap(f"contributions.undo_merge.{made.id}")
    assert newest().merged_into is None


def test_near_duplicates_are_shown_side_by_side_and_merged_by_a_tap(unreported, visit):
    from data.contributions.commands import register_contribution
    from models.contributions.contributions import Submission

    texts = ("Đề nghị sửa đường vào bản đang hỏng", "Đường vào bản đang hỏng, đề nghị sửa")
    first, other = (
        give(
            register_contribution,
            by="command",
            when="D-8 08:00",
            submission=Submission(text, unit="Xã A"),
        )
        for text in texts
    )
    page = visit("command").open("contributions")
    page.at.session_state["contributions.likeness_box"] = True
    page.run().tap(f"contributions.alike.{first.id}.{other.id}.{first.id}")
    found = {one.id: one for one in everything("D-6 08:00")}
    assert found[other.id].merged_into == first.id


def test_a_rapporteur_types_leads_and_takes_back(sample, visit):
    page = visit("rapporteur.dien_dan_1").open("contributions")
    place, before = f"contributions.typed.{item('dien_dan_1')}", newest().number
    unit = newest().unit_vi
    last = page.at.session_state[f"{place}.last"]
    page.write(f"{place}.{last}.text", "Bao giờ sửa cầu?")
    page.at.selectbox(key=f"{place}.{last}.unit").set_value(newest().unit_id)
    page.tap(f"{place}.go")
    made = newest()
    assert (made.number, made.state, made.unit_vi) == (before + 1, State.ASKED, unit)
    assert page.field(f"{place}.{made.id}.text").value == ""
    form = f"contributions.answer.{made.id}"  # its panel opened by itself
    page.tap(f"{form}.go", refused=True)
    assert page.refusal == SAY["refusal.answer_needed"]
    page.write(f"{form}.said", "Quý bốn").write(f"{form}.said_by", "Sở Xây dựng").tap(f"{form}.go")
    assert newest().state is State.ANSWERED_HERE
    page.tap(f"contributions.undo.{made.id}")
    assert newest().state is State.ASKED
    owe = f"contributions.owe.{made.id}"
    page.write(f"{owe}.by", "Sở Xây dựng").tap(f"{owe}.go")
    assert newest().state is State.ANSWER_OWED and newest().due_on is not None


def test_a_page_that_was_open_is_of_the_new_run_when_the_rehearsal_begins_again(unreported, visit):
    page = visit("command").open("contributions").choose("contributions.view", "forum")
    before = item("dien_dan_1")
    give(restart, by="admin", when="D-7 08:00")
    assert item("dien_dan_1") != before
    page.tap(f"contributions.typed.{before}.go")
    assert f"contributions.typed.{item('dien_dan_1')}.last" in page.at.session_state


def test_the_chair_sees_what_is_next_with_its_criteria_and_who_is_silent(sample, visit):
    page = visit("committee").open("contributions")
    assert page.shows(SAY["contributions.criteria"])
    left = of_state(State.LEFT)
    page = visit("command").open("contributions").choose("contributions.view", "forum")
    page.open_row(HALL, left.id).tap(f"contributions.put.{left.id}")
    page = visit("committee").open("contributions")
    assert page.rows("contributions.chair_table")[0] == str(left.id)
    assert page.shows(SAY["contributions.group_put"])
    assert page.shows(SAY["contributions.silent_named"].format(units=left.unit_vi))


def test_topics_and_orientations_are_edited_in_their_view(sample, visit):
    page = visit("command").open("contributions").choose("contributions.view", "topics")
    page.at.session_state["contributions.topic_new.box"] = True
    page.run().write("contributions.topic_new.name_vi", "Chuyển đổi số")
    page.tap("contributions.topic_new.go")
    assert page.shows("Chuyển đổi số")
    row = page.rows("contributions.topics")[0]
    page.open_row("contributions.topics", row).tap("contributions.topic_retire")
    assert page.shows(SAY["contributions.topic_retired"])
    key = f"contributions.orient.{item('dien_dan_1')}"
    page.write(f"{key}.text", "Cán bộ cơ sở").tap(f"{key}.go")
    assert page.field(f"{key}.text").value == "Cán bộ cơ sở"


def test_a_question_by_telephone_is_seen_by_moderators_alone(unreported, visit):
    forum = item("dien_dan_1")
    token = give(open_questions, by="command", when="D-8 08:00", item_id=forum).token
    facts = {"badge": stage.VAN, "unit": "Nghi Lộc", "consent": False, "phone": Telephone("")}
    send_question(token=token, text="Câu kín", now=REAL, **facts)
    (one,) = everything("D+900 08:00")
    give(open_questions, by="command", when="D-8 08:00", item_id=item("dien_dan_2"))
    assert one.state is State.SUBMITTED
    from tests.pages.conftest import stand

    stand("D+900 08:00")
    assert not visit("lead.an_ninh").open("contributions").shows("Câu kín")
    page = visit("rapporteur.dien_dan_1").open("contributions").open_row(HALL, one.id)
    page.tap(f"contributions.accept.{one.id}")
    assert everything("D+900 08:00")[0].state is State.WAITING
    page = visit("command").open("contributions").choose("contributions.view", "forum")
    page.at.session_state["contributions.phone_box"] = True
    page.run().tap(f"contributions.phone.{forum}.close")
    assert page.shows(SAY["contributions.phone_off"])
