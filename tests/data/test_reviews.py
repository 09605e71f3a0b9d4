"""Tests of data/reviews.py: that reviews were held."""

from data import database
from data.reviews import hold_review, reviews_until
from tests.stage import at, current, give, nothing_written, one_change, refused


def hold(conclusion="Đạt", *, by="committee", when="D-2 07:30", **facts):
    return give(hold_review, by=by, when=when, conclusion=conclusion, **facts)


def test_a_review_is_recorded_with_its_conclusion(event):
    with one_change("hold_review"):
        assert hold(" Tiến độ\nđạt ").conclusion == "Tiến độ đạt"


def test_reviews_until_a_moment_come_newest_first(event):
    hold("Một", when="D-3 07:30")
    hold("Hai", when="D-2 07:30")
    hold("Ba", when="D-1 07:30")
    with database.reading() as session:
        assert [one.conclusion for one in reviews_until(session, current(), at("D-2 07:30"))] == ["Hai", "Một"]


def test_a_repeated_nonce_returns_the_first_answer_and_writes_nothing(event):
    first = hold(once="same")
    with nothing_written():
        assert hold("Khác", once="same").model_dump() == first.model_dump()


def test_a_review_without_a_conclusion_or_by_somebody_else_is_refused(event):
    with refused("conclusion_needed"):
        hold(" \u200b")
    with refused("conclusion_too_long", length=501, limit=500):
        hold("x" * 501)
    for key in ("lead.an_ninh", "deputy.an_ninh", "media", "desk.ban_1"):
        with refused("not_permitted"):
            hold(by=key)
    with refused("sign_in_needed"):
        hold(by=None)
