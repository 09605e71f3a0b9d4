"""How ready a section is, as a lead, the command room and the review see it: companions, both
voices, and whom a silence called.
"""

from sqlalchemy import func, select

from data.readiness import escalation
from data.readiness.tasks import confirm_section
from data.storage import database
from data.words import catalogue
from models.readiness.escalation import SilenceAcknowledgement
from tests.stage import at, give, section

SAY, TELL = catalogue("vi"), catalogue("en")


def called() -> None:
    """What the job does at 06:52, when the medical section has been silent since the evening."""
    escalation.send_due_reminders(at("D+1 06:52"))


def answers() -> int:
    with database.reading() as session:
        return session.execute(select(func.count(SilenceAcknowledgement.id))).scalar_one()


def test_a_lead_sees_both_voices_with_the_reason_and_the_blockers_by_name(sample, visit):
    phone = visit("lead.giao_thong").open("update")
    assert phone.shows("tiểu ban báo: “Có nguy cơ chậm”; số liệu cho thấy “Chậm” do P1 #")
    assert phone.shows("4/5 đầu việc đã hoàn thành, 1 đang triển khai")
    assert phone.shows("52. Ứng trực, phân luồng giao thông sáng 22/7 – chậm tiến độ")


def test_a_section_whose_lead_says_what_the_facts_say_has_one_voice(sample, visit):
    assert not visit("lead.an_ninh").open("update").shows("số liệu cho thấy")


def test_a_reminded_person_answers_with_a_tap_and_no_change_ends_the_silence(sample, visit):
    called()
    phone = visit("lead.y_te").open("update")
    assert phone.shows("Đã nhắc Trưởng Tiểu ban lúc 06:52")
    phone.tap(f"standing.answer.{section('y_te')}")
    assert answers() == 1 and phone.shows("Trưởng Tiểu ban Y tế đã nhận lúc")
    assert not phone.has_button(f"standing.answer.{section('y_te')}")
    phone.tap("update.no_change")
    assert not phone.shows("Đã nhắc") and not phone.shows(SAY["update.silent"])


def test_the_deputy_sees_the_reminder_and_another_section_does_not(sample, visit):
    called()
    assert visit("deputy.y_te").open("update").has_button(f"standing.answer.{section('y_te')}")
    assert not visit("deputy.an_ninh").open("update").shows("Đã nhắc")


def test_the_command_room_sees_the_silent_sections_and_answers_from_the_log(sample, visit):
    called()
    room = visit("command").open("log")
    assert room.shows("Tiểu ban chưa cập nhật (1)")
    room.tap(f"standing.answer.{section('y_te')}")
    assert room.shows("Phòng điều hành đã nhận lúc")
    give(confirm_section, by="lead.y_te", when="D+1 06:53", section_id=section("y_te"))
    assert not room.run().shows("Tiểu ban chưa cập nhật")


def test_a_person_without_the_permission_sees_no_button_to_answer(sample, visit):
    called()
    assert not visit("committee").open("log").has_button(f"standing.answer.{section('y_te')}")


def test_the_review_shows_every_section_worst_first_in_both_languages(sample, visit):
    called()
    review = visit("committee").open("review")
    assert review.shows(SAY["standing.sections"]) and review.shows(
        "1/1 việc trọng tâm được xác nhận đúng hạn"
    )
    english = visit("committee", language="en").open("review")
    assert english.shows("reports: “Ready”; the figures show “No update”: not confirmed.")
    assert english.shows(TELL["rung.lead"])
