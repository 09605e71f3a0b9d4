"""The morning review: what changed, what is in trouble, any past moment, and its conclusion."""

import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.words import catalogue
from models.reviews import Review
from tests import stage

SAY = catalogue("vi")


def conclusions() -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(Review.conclusion).order_by(Review.id)).scalars())


def test_it_compares_with_the_last_review_a_day_before_or_the_beginning(sample, visit):
    visitor = visit("committee").open("review")
    row = next(one for one in visitor.at.get("button_group") if one.key.startswith("review.since."))
    assert len(row.options) == 3
    assert visitor.shows("Thay đổi từ ")
    counted = {}
    for name in ("last_review", "yesterday", "start"):
        visitor.choose(row.key, name)
        told = [re.fullmatch(rf"{SAY['review.done']} · (\d+)", text) for text in visitor.texts()]
        counted[name] = sum(int(one[1]) for one in told if one)
    assert counted["last_review"] <= counted["start"] and counted["start"] > 30


def test_a_past_moment_is_shown_as_past_with_its_own_figures(sample, visit):
    visitor = visit("committee").open("review")
    now = [text for text in visitor.texts() if " / " in text]
    visitor.choose("review.kind", "past")
    visitor.at.selectbox(key="review.past.day").set_value(sample.first_day - timedelta(days=10))
    visitor.at.slider(key="review.past.time").set_value(time(8, 0))
    visitor.run()
    assert [one.value for one in visitor.at.warning] == [SAY["review.past_notice"].format(at="08:00, 11/7/2023")]
    assert [text for text in visitor.texts() if " / " in text] != now
    assert not visitor.has_button("review.hold")


def test_a_past_before_everything_opens_too(sample, visit):
    visitor = visit("committee").open("review").choose("review.kind", "past")
    visitor.at.selectbox(key="review.past.day").select_index(0)
    visitor.run()
    assert visitor.shows(SAY["review.nothing_changed"]) or visitor.at.warning


def test_a_later_time_of_today_is_now_and_not_the_future(sample, visit):
    visitor = visit("committee").open("review").choose("review.kind", "past")
    visitor.at.selectbox(key="review.past.day").set_value(sample.last_day)
    visitor.at.slider(key="review.past.time").set_value(time(23, 0))
    visitor.run()
    assert [one.value for one in visitor.at.warning] == [SAY["review.past_notice"].format(at="06:52, 22/7/2023")]


def test_a_review_is_held_with_one_line(sample, visit):
    before = conclusions()
    visitor = visit("committee").open("review")
    visitor.write("review.conclusion", "Đủ điều kiện khai mạc").tap("review.hold")
    assert conclusions() == [*before, "Đủ điều kiện khai mạc"]
    assert visitor.field("review.conclusion").value == ""
    assert visitor.shows("Giao ban 06:52, 22/7/2023: Đủ điều kiện khai mạc")


def test_a_review_without_a_conclusion_is_refused(sample, visit):
    before = conclusions()
    visitor = visit("committee").open("review").tap("review.hold", refused=True)
    assert visitor.refusal == SAY["refusal.conclusion_needed"]
    assert conclusions() == before


@pytest.mark.parametrize("role", ["lead.an_ninh", "deputy.an_ninh"])
def test_others_may_look_and_not_conclude(sample, visit, role):
    visitor = visit(role).open("review")
    assert not visitor.has_button("review.hold")
    assert len(visitor.at.get("vega_lite_chart")) == 1


def test_an_event_without_reports_is_reviewed_as_well(unreported, visit):
    visitor = visit("committee").open("review")
    assert visitor.shows(SAY["review.nothing_changed"])
    assert stage.current().first_day == date(2024, 3, 5)
