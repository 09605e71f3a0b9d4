"""Tests of data/reviews/commands.py: signing a review, and that a signed one never changes."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data import erasure, incidents
from data.attendance import commands
from data.readiness import tasks
from data.reviews.commands import sign_review, withdraw_review
from data.reviews.directives import give_directive
from data.reviews.queries import last_signed, next_number, reviews_until, signed_review
from data.storage import database
from models.events.event import Event, View
from models.refusals import Refusal
from tests.stage import (
    VAN,
    at,
    current,
    give,
    item,
    nothing_written,
    one_change,
    person,
    refused,
    section,
    task,
)


def sign(conclusion="Đạt", *, by="committee", when="D-2 07:30", **facts):
    return give(sign_review, by=by, when=when, conclusion=conclusion, **facts)


def read(review_id: int):
    with database.reading() as session:
        return signed_review(session, current(), review_id, View(at("D+9 00:00")))


def take_back(review_id: int, reason="Ký nhầm", **facts):
    by = {"by": "committee", "when": "D-2 08:00"}
    return give(withdraw_review, review_id=review_id, reason=reason, **by | facts)


def words(frozen) -> str:
    return json.dumps(frozen.text("vi"), ensure_ascii=False)


def test_a_signed_review_keeps_the_moment_its_figures_and_its_words(event):
    give(
        tasks.report_status,
        by="command",
        when="D-3 09:00",
        task_id=task(3),
        status="blocked",
        note="Trùng lịch",
    )
    with one_change("sign_review"):
        signed = sign(" Tiến độ\nđạt ", number=" 12 ", since=at("D-3 07:30"))
    frozen = read(signed.id)
    assert (frozen.number, frozen.moment, frozen.since, frozen.phase) == (
        12,
        at("D-2 07:30"),
        at("D-3 07:30"),
        "near",
    )
    assert (
        frozen.figures == frozen.content["figures"]
        and frozen.figures["tasks"] == 5
        and frozen.figures["late"] == 2
    )
    assert frozen.intact and not frozen.erased
    meta = frozen.content["meta"]
    assert (meta["number"], meta["conclusion"], meta["phase"]) == (12, "Tiến độ đạt", "near")
    assert meta["signer"]["vi"] and meta["event"]["name"]["vi"] == event.name_vi
    parts = [part for part in frozen.text("vi") if not part.get("annex")]
    assert [part["heading"] for part in parts] == [
        "Tình hình chung",
        "Khó khăn, vướng mắc",
        "Kết quả",
        "Nhiệm vụ trọng tâm",
        "Kết luận, kiến nghị",
    ]
    assert parts[-1]["paragraphs"][0] == "Tiến độ đạt."
    assert all(part["tables"] == [] and part["paragraphs"] for part in parts)
    frame = frozen.content["frame"]["vi"]
    assert "chủ trì, Ban Tổ chức Chương trình báo cáo" in frame["opening"]
    assert "Trùng lịch" in words(frozen)
    assert [len(part["tables"]) for part in frozen.text("vi")] == [
        len(part["tables"]) for part in frozen.text("en")
    ]


def test_every_row_of_a_signed_review_is_as_wide_as_its_table(sample):
    frozen = read(sign(when="D+1 06:55").id)
    tables = [
        table
        for language in ("vi", "en")
        for part in frozen.text(language)
        for table in part["tables"]
    ]
    assert tables
    for table in tables:
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
        assert sum(column["width"] for column in table["columns"]) == pytest.approx(1)


def test_the_next_review_compares_with_the_last_signed_one_and_takes_the_next_number(event):
    sign(when="D-3 07:30", number="7")
    second = read(sign(when="D-2 07:30").id)
    assert (second.since, second.number) == (at("D-3 07:30"), 8)
    with database.reading() as session:
        assert last_signed(session, current(), at("D-2 07:30")) == at("D-3 07:30")
        assert next_number(session, current()) == 9
        assert [
            (one.number, one.at)
            for one in reviews_until(session, current(), View(at("D-2 07:29"), past=True))
        ] == [(7, at("D-3 07:30"))]


def test_a_withdrawn_review_keeps_its_number_and_words_and_no_longer_counts(event):
    sign(when="D-3 07:30", number="7")
    second = sign(when="D-2 07:30")
    before = read(second.id).content
    with one_change("withdraw_review"):
        take_back(second.id, " Ký\nnhầm ")
    kept = read(second.id)
    assert (kept.number, kept.content, kept.intact) == (8, before, True)
    told = kept.withdrawal
    assert (told.at, told.reason, told.by["vi"]) == (
        at("D-2 08:00"),
        "Ký nhầm",
        person("committee").name_vi,
    )
    with database.reading() as session:
        assert last_signed(session, current(), at("D-2 09:00")) == at("D-3 07:30")
        assert last_signed(session, current(), at("D-2 07:59")) == at("D-2 07:30")  # as it was then
        held = [
            [
                (one.number, one.counts)
                for one in reviews_until(session, current(), View(at(when), past=True))
            ]
            for when in ("D-2 07:59", "D-2 08:00")
        ]
        assert (
            signed_review(
                session, current(), second.id, View(at("D-2 07:59"), past=True)
            ).withdrawal
            is None
        )
    assert held == [[(8, True), (7, True)], [(8, False), (7, True)]]
    with refused("review_number_taken", number=8, free="9"):
        sign(when="D-2 09:00", number="8")
    third = read(sign(when="D-2 09:00").id)
    assert (third.number, third.since) == (9, at("D-3 07:30"))


def test_a_withdrawal_needs_a_reason_and_happens_once(event):
    signed = sign()
    with refused("withdrawal_reason_needed"):
        take_back(signed.id, "\u200b")
    with refused("withdrawal_reason_too_long", length=201, limit=200):
        take_back(signed.id, "x" * 201)
    with refused("review_unknown"):
        take_back(signed.id + 1)
    first = take_back(signed.id, once="tap")
    with nothing_written():
        assert take_back(signed.id, once="tap").model_dump() == first.model_dump()
    with refused("review_withdrawn", number=1, at=at("D-2 08:00")):
        take_back(signed.id)


@pytest.mark.one_database
@pytest.mark.parametrize("number", ["", "0", "-1", "1,5", "mười", "10000", "²", "12" * 9])
def test_a_document_number_is_a_whole_number(event, number):
    with refused("review_number_needed"):
        sign(number=number)


def test_a_number_that_is_taken_is_refused_with_the_next_free_one(event):
    sign(when="D-3 07:30", number="7")
    with refused("review_number_taken", number=7, free="8"):
        sign(number="07")


def test_a_review_is_compared_with_what_lies_before_it(event):
    with refused("review_since_later"):
        sign(since=at("D-2 07:30"))


def test_a_repeated_key_returns_the_first_answer_and_writes_nothing(event):
    first = sign(once="same")
    with nothing_written():
        assert sign("Khác", once="same").model_dump() == first.model_dump()


def test_a_review_without_a_conclusion_or_without_the_permission_is_refused(event):
    with refused("conclusion_needed"):
        sign(" \u200b")
    with refused("conclusion_too_long", length=501, limit=500):
        sign("x" * 501)
    for key in ("admin", "command", "lead.an_ninh", "deputy.an_ninh", "media", "desk.ban_1"):
        with refused("not_permitted"):
            sign(by=key)
    with refused("sign_in_needed"):
        sign(by=None)
    with refused("review_unknown"):
        read(99)


# --- what was signed never changes ---------------------------------------------------------------


LATER = ("report", "entry", "scan", "order", "sign", "rename", "move", "unname", "change_text")


def happen(what: str, number: int) -> None:
    """Something that is recorded, renamed or moved after the signing."""
    when = at("D-2 07:30") + timedelta(minutes=number + 1)
    with database.writing() as session:
        statement = {
            "rename": "UPDATE task SET title_vi = 'Khác', title_en = 'Other', owner = 'Khác'",
            "move": "UPDATE task SET due_at = (SELECT max(due_at) FROM task), due = 'D+9 09:00'",
            "unname": "UPDATE event SET name_vi = 'Khác', first_day = '2031-01-01', last_day = "
            "'2031-01-02'",
            "change_text": "UPDATE section SET name_vi = 'Khác', short_vi = 'Khác', short_en = "
            "'Other'",
        }.get(what)
        if statement:
            session.execute(text(statement))
            return
    facts = {"by": "command", "when": when}
    order = {
        "kind": "directive",
        "text": "Mới",
        "why": "",
        "section_id": section("an_ninh"),
        "office_id": None,
    }
    try:
        match what:
            case "report":
                give(
                    tasks.report_status,
                    task_id=task(1 + number % 5),
                    status="blocked",
                    note="Sau",
                    **facts,
                )
            case "entry":
                give(
                    incidents.open_entry,
                    section_id=section("hau_can"),
                    priority=1,
                    text="Sau",
                    **facts,
                )
            case "scan":
                give(commands.admit, badge=VAN, item_id=item("phien_chinh"), **facts)
            case "order":
                give(give_directive, due_at=when + timedelta(days=1), **order, **facts)
            case "sign":
                sign(when=when)
    except Refusal:
        pass  # the same badge twice


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(st.sampled_from(LATER), max_size=6))
def test_a_signed_review_never_changes_whatever_happens_later(event, later):
    give(
        tasks.report_status,
        by="command",
        when="D-3 09:00",
        task_id=task(3),
        status="blocked",
        note="Trùng lịch",
    )
    with database.reading() as session:
        known = reviews_until(session, current(), View(at("D+9 00:00")))
    first = known[-1].id if known else sign().id  # the database is one for all examples
    before = read(first)
    for number, what in enumerate(later):
        happen(what, number)
    after = read(first)
    assert after == before and after.intact


def test_after_the_erasure_its_figures_and_its_digest_are_left(event):
    give(
        tasks.report_status,
        by="command",
        when="D-3 09:00",
        task_id=task(3),
        status="blocked",
        note="Ông Ba ốm",
    )
    before = read(sign().id)
    database.run(erasure.erase_event, slug=event.slug, keep=None, now=at("D+60 00:00"))
    after = read(before.id)
    assert after.erased and not after.intact and after.text("vi") == []
    assert (after.figures, after.digest, after.number, after.moment, after.since, after.phase) == (
        before.figures,
        before.digest,
        before.number,
        before.moment,
        before.since,
        before.phase,
    )


def test_a_text_that_was_changed_in_the_database_is_noticed(event):
    """The control: the digest differs."""
    signed = sign()
    assert read(signed.id).intact
    with database.writing() as session:
        content = session.execute(text("SELECT content FROM signedreview")).scalar_one()
        content = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        changed = content.replace("Đạt", "Không đạt").replace(json.dumps("Đạt")[1:-1], "Không đạt")
        statement = "UPDATE signedreview SET content = CAST(:changed AS json)"
        if session.get_bind().dialect.name == "sqlite":
            statement = "UPDATE signedreview SET content = :changed"
        session.execute(text(statement), {"changed": changed})
    assert not read(signed.id).intact


def test_an_event_has_the_name_that_it_had_when_it_was_signed(event):
    signed = sign()
    happen("unname", 0)
    assert isinstance(current(), Event) and current().name_vi == "Khác"
    assert read(signed.id).content["meta"]["event"]["name"]["vi"] == event.name_vi
