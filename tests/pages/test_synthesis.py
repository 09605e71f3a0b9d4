"""The synthesis and the register as visitors: each role does its step, and what was typed stays."""

import pytest

from data.words import catalogue
from tests import stage
from tests.data.synthesis.stage import after_the_forums, found
from tests.pages.conftest import stand

pytestmark = pytest.mark.one_database

SAY = catalogue("vi")
TABLE, REGISTER = "synthesis.table", "answers.table"


@pytest.fixture
def forums(unreported) -> dict[str, int]:
    """The small event on the evening of its forums; the ids of their contributions."""
    made = after_the_forums()
    stand("D+0 18:00")
    return made


def test_from_the_minutes_to_the_approved_synthesis(forums, visit):
    own, other = stage.item("dien_dan_1"), stage.item("dien_dan_2")
    rapporteur = visit("rapporteur.dien_dan_1").open("home")
    assert rapporteur.shows(SAY["waiting.minutes_owed"])
    rapporteur.open("synthesis")
    assert not rapporteur.has_button(f"synthesis.sign.{other}")
    rapporteur.tap(f"synthesis.sign.{own}")
    assert rapporteur.shows("Thư ký Diễn đàn 1 ký lúc 18:00")
    assert not rapporteur.has_button("synthesis.gather")

    writer = visit("command").open("synthesis")
    assert writer.shows("5 ý kiến chưa có trong đoạn nào")
    writer.tap("synthesis.gather")
    assert writer.shows(SAY["synthesis.all_placed"])
    writer.tap("synthesis.step.submit", refused=True)
    assert "Diễn đàn 2" in writer.refusal
    writer.tap(f"synthesis.sign.{other}", refused=True)  # which stays until it is tried again
    writer.tap("synthesis.step.submit")
    assert not writer.has_button("synthesis.write")

    chair = visit("committee").open("home")
    assert chair.shows("bản 1 đang chờ phê duyệt")
    chair.open("synthesis")
    assert chair.shows("Đã tiếp nhận 5 ý kiến của 2 đơn vị, trong đó có 2 kiến nghị.")
    chair.tap("synthesis.step.approve")
    assert chair.shows("đã được phê duyệt")
    assert chair.has_button("synthesis.step.withdraw") and not chair.has_button(
        "synthesis.step.reopen"
    )
    assert writer.open("synthesis").has_button("synthesis.step.reopen")

    sender = visit("command").open("distribution")
    sender.at.session_state["distribution.publish_box"] = True
    sender.run()
    assert not sender.at.get("file_uploader"), "what was approved is sent, and no other file"
    sender.write("distribution.title", "Tổng hợp ý kiến").tap("distribution.publish")
    assert sender.shows("Báo cáo tổng hợp, lần 1: Tổng hợp ý kiến")
    assert sender.shows("bao-cao-tong-hop-1.pdf")
    sender.tap("distribution.publish", refused=True)
    assert sender.refusal.startswith(SAY["refusal.document_title_needed"][:10])


def test_a_paragraph_is_written_beside_its_sources_and_both_versions_are_shown(forums, visit):
    one = visit("command").open("synthesis").tap("synthesis.gather")
    first = found("D+0 18:00").paragraphs[0]
    one.open_row(TABLE, f"p{first.id}")
    assert one.shows("Khi nào giao đất ở?") and one.shows("Ý kiến làm căn cứ (2)")
    other = visit("admin").open("synthesis").open_row(TABLE, f"p{first.id}")
    field = f"synthesis.paragraph.{first.id}.1.text"
    other.write(field, "Bản của quản trị").tap("synthesis.write")
    one.write(field, "Bản của phòng điều hành").tap("synthesis.write", refused=True)
    assert one.shows("Bản của quản trị") and one.field(field).value == "Bản của phòng điều hành"
    one.tap("synthesis.paragraph.record_mine")
    assert found("D+0 18:00").paragraphs[0].paragraph.text == "Bản của phòng điều hành"
    one.pause().tap(f"synthesis.remove.{first.id}")
    assert one.shows("2 ý kiến chưa có trong đoạn nào")
    last = found("D+0 18:00")
    into = last.paragraphs[0]
    one.open_row(TABLE, f"c{last.unplaced[0].id}").tap(f"synthesis.put.{last.unplaced[0].id}")
    placed = found("D+0 18:00").paragraphs[0].paragraph
    assert into.paragraph.sources + (last.unplaced[0].id,) == placed.sources


def test_what_is_owed_is_registered_answered_and_taken_back(forums, visit):
    room = visit("command").open("answers")
    assert room.shows("1 kiến nghị phải trả lời bằng văn bản chưa vào sổ")
    room.tap("answers.register_owed")
    (number,) = room.rows(REGISTER)
    room.open_row(REGISTER, number)
    form = f"answers.record.{number}"
    room.write(f"{form}.text", "Đã trả lời ông Nguyễn Văn An").tap(form, refused=True)
    assert "ông Nguyễn Văn An" in room.refusal
    room.write(f"{form}.signed", "mai").tap(form, refused=True)
    assert "mai" in room.refusal
    room.write(f"{form}.signed", "5/3/2024").write(f"{form}.text", "Đã bố trí vốn").tap(form)
    room.select("answers.filter", "settled")
    assert room.rows(REGISTER) == [number] and room.shows("ngày 5/3/2024")


def test_an_overdue_answer_waits_for_its_section_and_for_the_committee(forums, visit):
    room = visit("command").open("answers")
    room.write("answers.enter.0.0.text", "Sửa cầu tràn").write("answers.enter.0.0.body", "UBND xã")
    room.write("answers.enter.0.0.due_on", "8/3/2024")
    room.select("answers.enter.0.0.section_id", stage.section("hau_can"))
    room.tap("answers.enter.go")
    stand("D+4 08:00")
    lead, other = visit("lead.hau_can").open("home"), visit("lead.an_ninh").open("home")
    assert lead.shows("Sửa cầu tràn") and not other.shows("Sửa cầu tràn")
    assert visit("committee").open("home").shows("1 kiến nghị quá hạn trả lời")
    assert visit("committee").open("review").shows("Kiến nghị số 1: Sửa cầu tràn")
    lead.open("answers")
    (number,) = lead.rows(REGISTER)
    lead.open_row(REGISTER, number)
    lead.write(f"answers.record.{number}.text", "Đã sửa xong").tap(f"answers.record.{number}")
    assert not visit("lead.hau_can").open("home").shows("Sửa cầu tràn")
