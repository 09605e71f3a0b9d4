"""Tests of the files of the review page: a draft of now and signed ones, by permission."""

import pytest

from data.reviews.commands import sign_review
from data.words import LANGUAGES, catalogue
from tests import stage


def offered(visitor, language: str = "vi") -> list[str]:
    labels = {catalogue(language)[f"minutes.{kind}"] for kind in ("docx", "pdf")}
    return [one.label for one in visitor.at.get("download_button") if one.label in labels]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("role", "files"),
    [("committee", 2), ("command", 2), ("lead.an_ninh", 0), ("deputy.an_ninh", 0)],
)
def test_a_draft_is_offered_to_anyone_with_the_permission(sample, visit, role, files, language):
    visitor = visit(role, language).open("review")
    assert len(offered(visitor, language)) == files
    assert visitor.shows(catalogue(language)["review.draft_why"]) is bool(files)


def test_a_signed_review_has_its_files_where_it_is_read_again(sample, visit):
    facts = {"conclusion": "Đạt", "number": "77"}
    signed = stage.give(sign_review, by="committee", when="D+1 06:51", **facts)
    visitor = visit("committee").open("review")
    assert len(offered(visitor)) == 2
    visitor.at.session_state[f"review.signed.{signed.id}"] = True
    visitor.run()
    assert len(offered(visitor)) == 4


def test_a_past_moment_offers_no_draft(sample, visit):
    visitor = visit("committee").open("review").tap("travel.back")
    assert offered(visitor) == []
