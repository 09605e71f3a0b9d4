"""The daily review: what changed, any past moment, what is ordered, and its signing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.reviews.directives import directives_at
from data.storage import database
from data.words import catalogue
from models.events.event import View
from models.reviews.directives import State
from models.reviews.reviews import Review, SignedReview
from tests import stage

SAY = catalogue("vi")


def signed() -> list[tuple[int, str]]:
    query = select(SignedReview.number, Review.conclusion).join(
        Review, Review.id == SignedReview.review_id
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query.order_by(Review.id))]


def directives() -> list:
    with database.reading() as session:
        return directives_at(session, stage.current(), View(stage.at("D+9 00:00")))


def counts(visitor) -> int:
    """How many rows of a part of the page are drawn."""
    return len([one for one in visitor.at.get("expander") if one.label[:1].isdigit()])


def test_a_review_compares_with_the_last_signed_one_a_day_before_or_the_beginning(sample, visit):
    visitor = visit("committee").open("review")
    row = next(one for one in visitor.at.get("button_group") if one.key.startswith("review.since."))
    assert len(row.options) == 3
    assert visitor.shows(SAY["review.part_new_red"])
    visitor.choose(row.key, "start")
    assert visitor.shows(SAY["review.part_done"])


def test_a_past_moment_is_shown_as_past_with_its_own_figures(sample, visit):
    visitor = visit("committee").open("review")
    now = [text for text in visitor.texts() if "đầu việc đã hoàn thành" in text]
    slider = visitor.at.select_slider(key="at")
    then = next(option for option in slider.options if option.startswith("11/07/2023"))
    slider.set_value(then)
    visitor.run()
    assert [one.value for one in visitor.at.warning] == [
        SAY["review.past_notice"].format(at=f"{then[-5:]} ngày 11/7/2023")
    ]
    assert [text for text in visitor.texts() if "đầu việc đã hoàn thành" in text] != now
    assert not visitor.has_button("review.sign") and not visitor.has_button("directive.give")


def test_a_step_back_and_on_leads_to_the_past_and_back_to_now(sample, visit):
    visitor = visit("committee").open("review").tap("travel.back")
    assert [one.value for one in visitor.at.warning] == [
        SAY["review.past_notice"].format(at="06:42 ngày 22/7/2023")
    ]
    visitor.tap("travel.forward")
    assert not visitor.at.warning
    visitor.tap("travel.back").tap("travel.live")
    assert not visitor.at.warning and visitor.at.select_slider(key="at").value == "now"


def test_the_slider_stops_where_a_thumb_can(sample, visit):
    options = visit("committee").open("review").at.select_slider(key="at").options
    assert 30 < len(options) <= 61 and options[-1] == SAY["review.now"]


def test_a_directive_is_recorded_and_its_owner_acknowledges_and_reports_it(sample, visit):
    visitor = visit("committee").open("review")
    visitor.write("directive.text", "Tăng cường bàn số 4")
    visitor.at.selectbox(key="directive.owner").set_value(f"section {stage.section('thu_ky')}")
    visitor.tap("directive.give")
    given = next(one for one in directives() if one.text == "Tăng cường bàn số 4")
    assert (given.state, given.due_at) == (State.GIVEN, stage.at("D+2 17:00"))
    assert visitor.shows(f"Chỉ đạo {given.number}: Tăng cường bàn số 4") or visitor.at.get(
        "expander"
    )
    lead = visit("lead.thu_ky").open("update").tap(f"directive.acknowledge.{given.id}")
    lead.write(f"directive.note.{given.id}", "Đã có hai người").tap(f"directive.report.{given.id}")
    after = next(one for one in directives() if one.id == given.id)
    assert (after.state, after.note) == (State.DONE, "Đã có hai người")
    assert not lead.has_button(f"directive.report.{given.id}")


def opened(visitor, row: str):
    """The review with one of its rows open."""
    return visitor.open("review").open_row("review.table", row.removeprefix("review.row."))


def unfolded(visitor, row: str):
    """The same page with something of it unfolded."""
    visitor.at.session_state[row] = True
    return visitor.run()


def test_a_wrong_directive_is_withdrawn_where_it_is_read(sample, visit):
    given = next(one for one in directives() if one.open)
    row = f"review.row.directives.directive.{given.id}"
    visitor = opened(visit("committee"), row)
    visitor.write(f"{row}.note", "Đã có chỉ đạo khác").tap(f"{row}.withdraw")
    after = next(one for one in directives() if one.id == given.id)
    assert (after.state, after.note) == (State.WITHDRAWN, "Đã có chỉ đạo khác")
    assert not visitor.has_button(f"{row}.withdraw")


def test_an_item_opens_its_arrivals_by_quarter_of_an_hour(sample, visit):
    row = f"review.row.attendance.item.{stage.item('phien_chinh')}"
    visitor = opened(visit("committee"), row)
    assert visitor.shows("06:52 · 434 có mặt")


def test_a_person_without_the_permission_sees_no_button_to_withdraw_a_directive(sample, visit):
    given = next(one for one in directives() if one.open)
    row = f"review.row.directives.directive.{given.id}"
    visitor = opened(visit("lead.an_ninh"), row)
    assert not visitor.has_button(f"{row}.withdraw")


def test_a_directive_without_an_owner_is_refused_and_what_was_typed_stays(sample, visit):
    visitor = visit("committee").open("review")
    visitor.write("directive.text", "Việc không ai nhận").tap("directive.give", refused=True)
    assert visitor.refusal == SAY["refusal.directive_owner_needed"]
    assert visitor.field("directive.text").value == "Việc không ai nhận"


def test_a_review_is_signed_with_one_line_and_a_number_and_read_again(sample, visit):
    before = signed()
    visitor = visit("committee").open("review")
    number = before[-1][0] + 1
    assert visitor.field(f"review.number.{number}").value == str(number)
    visitor.write("review.conclusion", "Đủ điều kiện khai mạc").tap("review.preview.show")
    assert signed() == before and visitor.shows("Đủ điều kiện khai mạc")
    visitor.tap("review.cancel").tap("review.preview.show").tap("review.sign")
    assert signed() == [*before, (number, "Đủ điều kiện khai mạc")]
    assert visitor.field("review.conclusion").value == ""
    assert visitor.shows("Giao ban 06:52: Đủ điều kiện khai mạc")
    files = [
        one for one in visitor.at.get("download_button") if "review.signed_files" in one.proto.id
    ]
    assert len(files) == 2 and not visitor.shows(SAY["review.draft_why"])


def test_a_signed_review_is_withdrawn_with_a_reason_and_says_so_from_then_on(sample, visit):
    visitor = visit("committee").open("review")
    visitor.write("review.conclusion", "Ký vội").tap("review.preview.show").tap("review.sign")
    with database.reading() as session:
        review = session.execute(select(Review).order_by(Review.id.desc())).scalars().first()
    key, number = f"review.withdraw.{review.id}", signed()[-1][0]
    visitor = unfolded(visitor, f"review.signed.{review.id}").tap(key, refused=True)
    assert visitor.refusal == SAY["refusal.withdrawal_reason_needed"]
    visitor.write(f"{key}.reason", "Ký nhầm số liệu").tap(key)
    assert visitor.shows(f"ĐÃ RÚT · Giao ban số {number}")
    visitor = unfolded(visitor, f"review.signed.{review.id}")
    assert visitor.shows("Lý do: Ký nhầm số liệu") and not visitor.has_button(key)
    assert visitor.field(f"review.number.{number + 1}").value == str(number + 1)


def test_a_review_without_a_conclusion_or_with_a_taken_number_is_refused(sample, visit):
    before = signed()
    visitor = visit("committee").open("review").tap("review.preview.show")
    visitor.tap("review.sign", refused=True)
    assert visitor.refusal == SAY["refusal.conclusion_needed"]
    number = before[-1][0] + 1
    visitor.write("review.conclusion", "Đạt").write(f"review.number.{number}", "1").tap(
        "review.sign", refused=True
    )
    assert visitor.refusal == SAY["refusal.review_number_taken"].format(number=1, free=number)
    assert signed() == before


@pytest.mark.parametrize("role", ["lead.an_ninh", "deputy.an_ninh", "command"])
def test_other_roles_read_the_review_and_cannot_sign_it(sample, visit, role):
    visitor = visit(role).open("review")
    assert not visitor.has_button("review.sign")
    assert visitor.has_button("directive.give") is (role == "command")
    assert len(visitor.at.get("vega_lite_chart")) == 2


def test_an_event_without_reports_is_reviewed_as_well(unreported, visit):
    visitor = visit("committee").open("review")
    assert visitor.shows(SAY["review.part_silent"]) and visitor.shows(SAY["review.no_figures"])
    assert stage.current().first_day - timedelta(days=7) == stage.at("D-7 08:00").date()
