"""Tests of data/reviews/report.py: the export of a signed review or a draft, and its record."""

import pytest
from sqlalchemy import text

from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.readiness import tasks
from data.reviews.commands import sign_review, withdraw_review
from data.reviews.document import review_report
from data.reviews.report import export_review, export_review_draft
from data.storage import database
from data.words import LANGUAGES
from models.reviews.reviews import Review
from tests.data.documents.stage import docx_texts, opened, pdf
from tests.stage import at, content, give, one_change, person, refused, task


def sign(when: str = "D-2 07:30", **facts) -> Review:
    return give(sign_review, by="committee", when=when, conclusion="Đạt", number="7", **facts)


def take(review_id: int, *, by: str = "committee") -> dict:
    return give(export_review, by=by, when="D-2 08:00", review_id=review_id)


def draft(conclusion: str = "", *, by: str = "committee") -> dict:
    facts = {"since": at("D-60 07:30"), "conclusion": conclusion}
    return give(export_review_draft, by=by, when="D-2 08:00", **facts)


def test_a_signed_review_is_taken_as_it_was_signed_and_that_is_recorded(event):
    signed = sign()
    with one_change("export_review"):
        taken = take(signed.id)
    assert (taken["meta"]["number"], taken["meta"]["conclusion"]) == (7, "Đạt")
    rows = sum(len(table["rows"]) for part in taken["text"]["vi"] for table in part["tables"])
    assert rows and (
        f"'rows': {rows}" in str(content("change")) or f'"rows": {rows}' in str(content("change"))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_document_is_the_same_word_for_word_whatever_is_recorded_renamed_or_moved_later(
    event, language
):
    signed = sign()
    before = docx_texts(opened(docx_bytes(review_report(take(signed.id), language))))
    give(
        tasks.report_status,
        by="command",
        when="D-2 09:00",
        task_id=task(3),
        status="blocked",
        note="Trùng lịch",
    )
    give(sign_review, by="committee", when="D-2 10:00", conclusion="Khác", number="8")
    with database.writing() as session:
        session.execute(
            text("UPDATE task SET title_vi = 'Khác', title_en = 'Other', owner = 'Khác'")
        )
        session.execute(
            text(
                "UPDATE event SET name_vi = 'Khác', name_en = 'Other', first_day = '2024-03-01', "
                "documents = '{}'"
            )
        )
    assert docx_texts(opened(docx_bytes(review_report(take(signed.id), language)))) == before


def test_a_draft_holds_what_signing_freezes_but_for_number_and_signer(event):
    with one_change("export_review"):
        taken = draft("Đạt ")
    assert (taken["meta"]["number"], taken["meta"]["signer"], taken["meta"]["conclusion"]) == (
        None,
        None,
        "Đạt",
    )
    made = review_report(taken, "vi")
    assert made.mark.endswith("DỰ THẢO") and "……" in made.head.number
    assert all("DỰ THẢO" in page.extract_text() for page in pdf(pdf_bytes(made)).pages)


@pytest.mark.parametrize(("language", "mark"), [("vi", "ĐÃ RÚT"), ("en", "WITHDRAWN")])
def test_the_document_of_a_withdrawn_review_says_so_on_every_page_and_why(event, language, mark):
    signed = sign()
    assert mark not in review_report(take(signed.id), language).mark
    give(withdraw_review, by="committee", when="D-2 07:45", review_id=signed.id, reason="Ký nhầm")
    made = review_report(take(signed.id), language)
    assert mark in made.mark
    assert all(mark in page.extract_text() for page in pdf(pdf_bytes(made)).pages)
    texts = docx_texts(opened(docx_bytes(made)))
    assert any("Ký nhầm" in text and person("committee").name_vi in text for text in texts) is (
        language == "vi"
    )
    assert any("Ký nhầm" in text for text in texts)


def test_no_file_is_made_of_what_is_no_longer_what_was_signed(event):
    signed = sign()
    with database.writing() as session:
        session.execute(text("UPDATE signedreview SET digest = 'x'"))
    with refused("review_altered"):
        take(signed.id)


def test_one_whose_words_were_erased_is_refused_and_so_is_an_unknown_one(event):
    signed = sign()
    with database.writing() as session:
        session.execute(
            text("UPDATE signedreview SET content = '{}'")
        )  # as `data.retention` leaves it
    with refused("review_erased"):
        take(signed.id)
    with refused("review_unknown"):
        take(signed.id + 1)


def test_anyone_who_may_not_take_it_is_refused(event):
    signed = sign()
    for key in ("lead.an_ninh", "deputy.an_ninh", "media", "desk.ban_1"):
        with refused("not_permitted"):
            take(signed.id, by=key)
        with refused("not_permitted"):
            draft(by=key)
