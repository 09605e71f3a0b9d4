"""Tests of data/reviews/five_parts.py: the sentences of a report, and what they leave out."""

import re
from zoneinfo import ZoneInfo

import pytest

from data import incidents
from data.documents.docx import docx_bytes
from data.readiness import tasks
from data.reviews.comparison import compare
from data.reviews.content import content_of
from data.reviews.directives import give_directive
from data.reviews.document import review_report
from data.reviews.five_parts import text_of
from data.roll_calls.commands import end_roll_call
from data.storage import database
from data.words import LANGUAGES, Words
from models.events.event import View
from tests.data.documents.stage import docx_texts, opened
from tests.data.roll_calls.test_commands import call_up
from tests.stage import at, current, give, section, task

VINH = ZoneInfo("Asia/Ho_Chi_Minh")


def parts(since: str | None, moment: str, language: str = "vi", *, past: bool = False) -> dict:
    """The paragraphs of the parts and of the annex's tables, by their headings."""
    with database.reading() as session:
        before = at(since) if since else None
        found = compare(session, current(), before, View(at(moment), past))
    made = text_of(found, Words(language, VINH), conclusion="Đạt yêu cầu")
    return {
        one["heading"]: [
            *one["paragraphs"],
            *(row for table in one["tables"] for row in table["rows"]),
        ]
        for one in made
    }


def report(number: int, status: str, when: str, note: str = "") -> None:
    facts = {"task_id": task(number), "status": status, "note": note}
    give(tasks.report_status, by="command", when=when, **facts)


def enter(priority: int, text: str, when: str) -> None:
    facts = {"section_id": section("an_ninh"), "priority": priority, "text": text}
    give(incidents.open_entry, by="command", when=when, **facts)


def test_the_first_part_says_how_many_tasks_are_done_and_what_changed_since(event):
    report(1, "done", "D-12 08:00")
    assert parts("D-13 08:00", "D-12 09:00")["Tình hình chung"][0] == (
        "Đến 09 giờ 00 phút, ngày 22/2/2024 đã hoàn thành 1/5 đầu việc (20%), tăng 01 việc so với "
        "kỳ giao ban trước (08 giờ 00 phút, ngày 21/2/2024); không có việc quá hạn."
    )
    report(2, "blocked", "D-11 08:00", "Chờ duyệt")
    report(3, "at_risk", "D-11 08:00", "Thiếu người")
    said = parts("D-12 09:00", "D-11 09:00")["Tình hình chung"][0]
    assert "không thay đổi so với kỳ giao ban trước" in said
    assert "; còn 01 việc chậm hoặc vướng mắc, 01 việc có nguy cơ chậm; không có việc quá" in said
    assert parts("D-10 09:00", "D-1 09:00")["Tình hình chung"][0].endswith(
        ", trong đó 02 việc quá hạn."
    )


def test_difficulties_are_named_with_their_one_owner_and_the_office_is_asked_to_help(event):
    report(2, "blocked", "D-11 08:00", "Chờ duyệt")
    found = parts("D-12 09:00", "D-11 09:00")
    trouble = found["Khó khăn, vướng mắc"]
    assert trouble[0].removeprefix("1. ") == "Nhiệm vụ chậm hoặc vướng mắc: 01 việc."
    assert re.fullmatch(
        r"- .+ \(việc số 2, [^();]+\): đang vướng mắc; hạn .+; Chờ duyệt\.", trouble[1]
    )
    assert found["Kết luận, kiến nghị"] == [
        "Đạt yêu cầu.",
        "Đề nghị Thường trực Ban Tổ chức chỉ đạo tháo gỡ các nhiệm vụ đang vướng mắc nêu tại mục "
        "II.",
    ]
    (row,) = [row for row in found["Tình hình thực hiện nhiệm vụ"] if "việc số 2)" in row[1]]
    assert row[3].startswith("Đang vướng mắc; hạn "), "once, beginning with a capital"


def test_an_incident_is_named_by_its_gravity_and_number(event):
    enter(1, "Cháy tại quầy đón tiếp", "D+1 06:00")
    enter(3, "Thiếu ghế", "D+1 06:01")
    found = parts(None, "D+1 06:10")
    assert (
        "Có 02 sự cố chưa xử lý xong, trong đó 01 sự cố đặc biệt nghiêm trọng."
        in (found["Tình hình chung"])
    )
    named = [one for one in found["Khó khăn, vướng mắc"] if "ự cố" in one]
    assert any(
        one.startswith("- Sự cố đặc biệt nghiêm trọng (số 1): Cháy tại quầy đón tiếp (")
        for one in named
    )
    assert any(one.startswith("- Sự cố (số 2): Thiếu ghế") for one in named)


def test_a_roll_call_that_ended_not_ready_is_no_incident(event):
    call = call_up("an_ninh", "hau_can", by="committee")
    give(end_roll_call, by="committee", when="D+1 06:10", roll_call_id=call.id)
    found = parts(None, "D+1 06:20")
    assert not any("sự cố" in one for one in found["Tình hình chung"])
    assert any("Kiểm tra mức độ sẵn sàng chưa đạt: 01 lượt." in one
               for one in found["Khó khăn, vướng mắc"])  # fmt: skip
    assert "Sự cố chưa xử lý xong" not in found


def test_what_was_directed_stands_once_in_the_conclusion_and_later_among_the_tasks_ahead(event):
    order = {"kind": "directive", "text": "Rà soát", "why": "", "office_id": None}
    give(give_directive, by="committee", when="D-11 08:00", section_id=section("an_ninh"),
         due_at=at("D-9 08:00"), **order)  # fmt: skip
    first, later = parts("D-12 08:00", "D-11 09:00"), parts("D-11 09:00", "D-11 10:00")
    line = "- Chỉ đạo 1: Rà soát ("
    assert [one.startswith(line) for one in first["Kết luận, kiến nghị"]] == [False, False, True]
    assert not any(one.startswith(line) for one in first["Nhiệm vụ trọng tâm"])
    assert any(one.startswith(line) for one in later["Nhiệm vụ trọng tâm"])
    assert not any(one.startswith(line) for one in later["Kết luận, kiến nghị"])


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", ["D-30 08:00", "D+1 06:52", "D+3 08:00"])
def test_a_report_of_the_sample_has_five_parts_and_no_nought_and_no_sign_of_a_screen(
    sample, language, moment
):
    with database.reading() as session:
        found = compare(session, sample, at("D-32 07:00"), View(at(moment), past=True))
    signer = {"vi": "Ban Tổ chức", "en": "the committee"}
    content = content_of(found, conclusion="Đạt", number=24, signer=signer)
    made = review_report(content, language)
    texts = docx_texts(opened(docx_bytes(made)))
    headings = [text for text in texts if re.match(r"(I|II|III|IV|V)\. ", text)]
    assert len(headings) == 5 and headings[4].startswith("V. ")
    sentences = [block.text for block in made.blocks if hasattr(block, "text")]
    for text in sentences:
        assert " · " not in text and "#" not in text and "{" not in text, text
        assert not re.search(r"\b00? (việc|sự cố|đại biểu|tin|tiểu ban)|: 0\.", text), text
        assert not re.search(r"\d\d:\d\d, ", text), "a time as on a screen"
    rows = [row for block in made.annex if hasattr(block, "rows") for row in block.rows]
    assert rows and all(row[1] and row[3] for row in rows)
