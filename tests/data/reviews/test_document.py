"""Tests of data/reviews/document.py: the report of a review, signed or draft, always the same.

The content here is of version 1: what was signed in it keeps its words.
"""

import copy
import json
from zoneinfo import ZoneInfo

import pytest

from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.reviews.document import review_report
from data.words import LANGUAGES, Words
from tests.data.documents.stage import docx_texts, one_line, opened, pdf, rows_of

VI = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
COLUMNS = [
    {"heading": "TT", "width": 0.1, "align": "center"},
    {"heading": "Nội dung", "width": 0.5, "align": "left"},
    {"heading": "Tình hình", "width": 0.4, "align": "left"},
]
ROWS = [
    ["1", "12. Chuẩn bị <b>hội trường", "Chậm tiến độ · quá hạn 3 ngày"],
    ["2", "13. Cấp ủy cử xe", "Đang vướng mắc"],
]
SECTIONS = [
    {
        "heading": "Tình hình chung",
        "paragraphs": ["61/70 đầu việc đã hoàn thành.", "So với hôm qua."],
        "tables": [],
    },
    {
        "heading": "Mới chậm",
        "paragraphs": [],
        "tables": [{"columns": COLUMNS, "rows": ROWS, "total": False}],
    },
    {"heading": "Kết luận", "paragraphs": ["Đủ điều kiện khai mạc"], "tables": []},
]
CONTENT = {
    "version": 1,
    "meta": {
        "number": 7,
        "moment": "2023-07-22T00:00:00+00:00",
        "since": "2023-07-21T00:00:00+00:00",
        "phase": "during",
        "signer": {"vi": "Ban Tổ chức", "en": "The committee"},
        "conclusion": "Đủ điều kiện khai mạc",
        "event": {
            "slug": "nho",
            "run": 1,
            "name": {"vi": "Buổi gặp mặt", "en": "meeting"},
            "place": {"vi": "Vinh", "en": "Vinh"},
            "documents": {
                "profile": "party",
                "parent_vi": "Tỉnh ủy",
                "issuer_vi": "Ban Dân vận",
                "symbol": "BDV",
            },
            "rehearsal": False,
            "time_zone": "Asia/Ho_Chi_Minh",
            "first_day": "2023-07-21",
            "last_day": "2023-07-22",
        },
    },
    "figures": {"late": 2},
    "text": {"vi": SECTIONS, "en": [section | {"heading": "Part"} for section in SECTIONS]},
}


def content(**meta) -> dict:
    made = copy.deepcopy(CONTENT)
    made["meta"] |= meta
    return made


def now(**meta) -> dict:
    """The same review as it is signed now."""
    made = content(**meta) | {"version": 2}
    frame = {
        "summary": "Tình hình",
        "opening": "Báo cáo đến 07 giờ 00 phút, ngày 22/7/2023 như sau:",
        "closing": "Trên đây là tình hình./.",
    }
    if made["meta"]["number"] is None:
        frame["opening"] = f"Ban Dân vận báo cáo tình hình đến {frame['opening'][12:]}"
    made["frame"] = {"vi": frame, "en": frame}
    for sections in made["text"].values():
        sections[1]["annex"] = True
    return made


def word_file(facts: dict, language: str = "vi"):
    return opened(docx_bytes(review_report(facts, language)))


def test_a_report_signed_in_version_1_keeps_every_word_from_its_head_to_its_signature():
    texts = [text for text in docx_texts(word_file(CONTENT)) if text]
    assert texts == [
        "TỈNH ỦY", "BAN DÂN VẬN", "*", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 07-BC/BDV",
        "Vinh, ngày 22 tháng 7 năm 2023",
        "BÁO CÁO", "Tình hình tổ chức Buổi gặp mặt", "-----",
        "Theo kết quả giao ban do Ban Tổ chức ký, Ban Dân vận báo cáo tình hình đến 07:00 ngày 22 "
        "tháng 7 năm 2023 như sau:",
        "I. Tình hình chung", "61/70 đầu việc đã hoàn thành.", "So với hôm qua.",
        "II. Mới chậm", "TT", "Nội dung", "Tình hình",
        "1", "12. Chuẩn bị <b>hội trường", "Chậm tiến độ; quá hạn 3 ngày", "2", "13. Cấp ủy cử xe",
        "Đang vướng mắc",
        "III. Kết luận", "Đủ điều kiện khai mạc",
        "Trên đây là tình hình đến 07:00 ngày 22 tháng 7 năm 2023, kính báo cáo./.",
        "Nơi nhận:", "- Thường trực Ban Tổ chức (để báo cáo);", "- Lưu.",
        "T/M BAN TỔ CHỨC CHƯƠNG TRÌNH", "(Ký, ghi rõ họ tên)",
    ]  # fmt: skip


def test_the_pdf_says_the_same_word_for_word():
    said = one_line(
        " ".join(page.extract_text() for page in pdf(pdf_bytes(review_report(CONTENT, "vi"))).pages)
    )
    for text in docx_texts(word_file(CONTENT)):
        assert one_line(text) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_review_gives_the_same_report_word_for_word(language):
    again = json.loads(json.dumps(CONTENT))
    assert review_report(CONTENT, language) == review_report(again, language)
    assert docx_texts(word_file(CONTENT, language)) == docx_texts(word_file(again, language))


@pytest.mark.parametrize(
    ("phase", "summary"),
    [
        ("before", "Tình hình chuẩn bị Buổi gặp mặt"),
        ("near", "Tình hình chuẩn bị Buổi gặp mặt"),
        ("during", "Tình hình tổ chức Buổi gặp mặt"),
        ("after", "Tình hình thực hiện nhiệm vụ sau Buổi gặp mặt"),
    ],
)
def test_each_phase_has_its_own_summary(phase, summary):
    assert review_report(content(phase=phase), "vi").head.summary == summary


def test_what_was_not_signed_is_a_draft_on_every_page_without_a_number():
    draft = now(number=None, conclusion="")
    draft["text"]["vi"][-1]["paragraphs"] = [""]
    made = word_file(draft)
    texts = docx_texts(made)
    section = made.sections[0]
    assert section.first_page_header.paragraphs[0].text == "DỰ THẢO"
    assert section.header.paragraphs[0].text.startswith("DỰ THẢO")
    assert "Số ……-BC/BDV" in texts and "(Chưa có kết luận.)" in texts
    assert "Vinh, ngày … tháng … năm 2023" in texts, "a draft has no day"
    assert "Ban Dân vận báo cáo tình hình đến 07 giờ 00 phút, ngày 22/7/2023 như sau:" in texts
    assert not any("ký" in text.lower().split() for text in texts)
    assert review_report(CONTENT, "vi").mark == ""


def test_a_rehearsals_report_says_so_on_every_page():
    rehearsed = content()
    rehearsed["meta"]["event"]["rehearsal"] = True
    made = review_report(rehearsed, "vi")
    assert made.mark == "DIỄN TẬP" and made.note.startswith("DIỄN TẬP: ")


def test_the_report_of_now_has_its_own_sentences_around_the_parts_and_its_tables_in_an_annex():
    texts = [text for text in docx_texts(word_file(now())) if text]
    assert texts[8:] == [
        "-----", "Báo cáo đến 07 giờ 00 phút, ngày 22/7/2023 như sau:",
        "I. Tình hình chung", "61/70 đầu việc đã hoàn thành.", "So với hôm qua.",
        "II. Kết luận", "Đủ điều kiện khai mạc",
        "Trên đây là tình hình./.",
        "Nơi nhận:", "- Thường trực Ban Tổ chức (để báo cáo);", "- Lưu Văn phòng Ban.",
        "T/M BAN TỔ CHỨC CHƯƠNG TRÌNH",
        "PHỤ LỤC", "(Kèm theo Báo cáo số 07-BC/BDV)",
        "1. Mới chậm", "TT", "Nội dung", "Tình hình",
        "1", "12. Chuẩn bị <b>hội trường", "Chậm tiến độ; quá hạn 3 ngày", "2", "13. Cấp ủy cử xe",
        "Đang vướng mắc",
    ]  # fmt: skip


def test_a_report_of_now_names_its_addressees_its_bases_and_its_urgency():
    facts = now()
    facts["meta"]["event"]["documents"] |= {
        "profile": "party_2026",
        "urgency": "very_urgent",
        "addressed": ["Thường trực Tỉnh ủy"],
        "basis": ["Căn cứ Kế hoạch số 127-KH/TU"],
    }
    texts = docx_texts(word_file(facts))
    assert "THƯỢNG KHẨN" in texts and "- Căn cứ Kế hoạch số 127-KH/TU;" in texts
    assert texts.index("Kính gửi: Thường trực Tỉnh ủy") < texts.index("I. Tình hình chung")


def test_the_english_report_is_a_translation_under_the_vietnamese_head():
    made = review_report(CONTENT, "en")
    assert (made.head.kind, made.head.heading, made.head.number) == (
        "Report",
        "Đảng Cộng sản Việt Nam",
        "Số 07-BC/BDV",
    )
    assert "translation" in made.blocks[0].text and made.head.summary == "Course of the meeting"


def test_its_tables_are_those_of_the_review_with_headings_on_every_page():
    table = word_file(CONTENT).tables[1]
    assert [row[:2] for row in rows_of(table)] == [["TT", "Nội dung"], *[row[:2] for row in ROWS]]
    assert "w:tblHeader" in table.rows[0]._tr.xml and all(
        "w:cantSplit" in row._tr.xml for row in table.rows
    )


def test_it_follows_the_profile_that_the_event_had_when_it_was_signed():
    facts = content()
    facts["meta"]["event"]["documents"] |= {"profile": "state", "spelling": "uỷ"}
    texts = docx_texts(word_file(facts))
    assert (
        "Số: 07/BC-BDV" in texts
        and "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in texts
        and "13. Cấp uỷ cử xe" in texts
    )
