"""Tests of data/roll_calls/minutes.py: the question, the outcome and every answer."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from data.documents.content import dots_after
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.roll_calls.minutes import roll_call_minutes
from data.roll_calls.queries import AnswerSnapshot, RollCallSnapshot, SectionAnswer
from data.roll_calls.report import RollCallReport
from data.words import LANGUAGES, Words
from models.roll_calls import Answer, Outcome, Stand
from tests.data.documents.stage import docx_texts, event, one_line, opened, pdf, rows_of

VINH = ZoneInfo("Asia/Ho_Chi_Minh")
VI = Words("vi", VINH)
DOORS = datetime(2023, 7, 21, 23, 30, tzinfo=timezone.utc)  # 06:30 on the 22nd in Vinh
CHAIR = {"vi": "Ban Tổ chức", "en": "Committee"}
LEAD = {"vi": "Trưởng Tiểu ban", "en": "Lead"}


def said(answer: Answer, words: str = "", minutes: int = 20) -> AnswerSnapshot:
    return AnswerSnapshot(minutes, answer, words, DOORS - timedelta(minutes=minutes), LEAD)


def section(
    number: int,
    stand: Stand,
    last: AnswerSnapshot | None,
    *earlier: AnswerSnapshot,
    voided_by: int | None = None,
) -> SectionAnswer:
    names = {"vi": f"Tiểu ban {number}", "en": f"Section {number}"}
    return SectionAnswer(number, f"s{number}", names, names, stand, last, earlier, voided_by, None)


CALL = RollCallSnapshot(
    id=1, number=4, question="Mở cửa <b>hội trường", about_at=DOORS, holds_minutes=30,
    opened_at=DOORS - timedelta(minutes=30),
    opened_by=CHAIR, ended_at=DOORS, ended_by=None, outcome=Outcome.NOT_READY, entry_number=17,
    sections=(
        section(1, Stand.GO, said(Answer.GO), said(Answer.NO_GO, "Chưa đủ người", 25)),
        section(2, Stand.VOIDED, said(Answer.GO), voided_by=9),
        section(3, Stand.CONDITIONAL, said(Answer.CONDITIONAL, "Đủ xe cứu thương")),
        section(4, Stand.SILENT, None),
        section(5, Stand.EXPIRED, said(Answer.GO)),
    ),
)  # fmt: skip


def made(call: RollCallSnapshot = CALL, words: Words = VI, **settings):
    return roll_call_minutes(RollCallReport(event(**settings), call), words)


def test_the_minutes_have_their_skeleton_and_two_signatures():
    texts = docx_texts(opened(docx_bytes(made())))
    for text in (
        "BIÊN BẢN",
        "Kiểm tra mức độ sẵn sàng: Mở cửa <b>hội trường",
        "Số ……-BB/BDVTU",
        "Thời gian: từ 06 giờ 00 phút đến 06 giờ 30 phút, ngày 22/7/2023",
        f"Địa điểm: {dots_after('Địa điểm')}",
        "Nội dung: Kiểm tra mức độ sẵn sàng: Mở cửa <b>hội trường, cho thời điểm 06 giờ 30 phút, "
        "ngày 22/7/2023.",
        "Chủ trì: Ban Tổ chức",
        f"Người ghi biên bản: {dots_after('Người ghi biên bản')}",
        "Thành phần: 5 tiểu ban được hỏi; 1 tiểu ban không trả lời: Tiểu ban 4.",
        "I. Diễn biến",
        "Ban Tổ chức gửi yêu cầu xác nhận lúc 06 giờ 00 phút, ngày 22/7/2023; mỗi ý kiến xác nhận "
        "có hiệu lực 30 phút.",
        "II. Kết quả",
        "Kết quả chung: CHƯA SẴN SÀNG.",
        "Trong đó: sẵn sàng 1 tiểu ban; sẵn sàng có điều kiện 1 tiểu ban; chưa trả lời 1 tiểu ban; "
        "hết hiệu lực 1 tiểu ban; mất hiệu lực 1 tiểu ban.",
        "Lượt kiểm tra tự kết thúc lúc 06 giờ 30 phút, ngày 22/7/2023. Kết quả đã ghi vào nhật ký, "
        "mục số 17. Biên bản lập xong lúc 06 giờ 30 phút, ngày 22/7/2023.",
    ):
        assert text in texts, text
    signed = texts.index("NGƯỜI GHI BIÊN BẢN")
    assert texts[signed:].index("CHỦ TRÌ") < texts[signed:].index("Nơi nhận:")


def test_every_section_stands_in_it_once_those_that_hold_it_up_first():
    _, answers, earlier, _ = opened(docx_bytes(made())).tables
    assert rows_of(answers) == [
        ["TT", "Tiểu ban", "Ý kiến", "Điều kiện, lý do", "Người trả lời, giờ"],
        ["1", "Tiểu ban 2", "Mất hiệu lực", "mất hiệu lực vì sự cố số 9", "Trưởng Tiểu ban, 06:10"],
        [
            "2",
            "Tiểu ban 5",
            "Hết hiệu lực",
            "ý kiến lúc 06:10 đã hết hiệu lực",
            "Trưởng Tiểu ban, 06:10",
        ],
        ["3", "Tiểu ban 4", "Chưa trả lời", "", ""],
        ["4", "Tiểu ban 3", "Sẵn sàng có điều kiện", "Đủ xe cứu thương", "Trưởng Tiểu ban, 06:10"],
        ["5", "Tiểu ban 1", "Sẵn sàng", "", "Trưởng Tiểu ban, 06:10"],
    ]
    assert rows_of(earlier)[1:] == [
        ["1", "Tiểu ban 1", "Chưa sẵn sàng", "Chưa đủ người", "Trưởng Tiểu ban, 06:05"]
    ]


def test_who_ended_it_is_named_and_nothing_without_an_earlier_answer():
    sections = tuple(replace(one, earlier=()) for one in CALL.sections)
    texts = docx_texts(opened(docx_bytes(made(replace(CALL, ended_by=CHAIR, sections=sections)))))
    ended = "Ban Tổ chức kết thúc lúc 06 giờ 30 phút, ngày 22/7/2023. Kết quả đã ghi vào nhật ký"
    assert any(text.startswith(ended) for text in texts)
    assert "Các ý kiến trước đó:" not in texts


@pytest.mark.parametrize("profile", ["party", "state"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_the_same(profile, language):
    document = made(words=Words(language, VINH), profile=profile)
    written = "".join(
        "".join(page.extract_text() for page in pdf(pdf_bytes(document)).pages).split()
    )
    for text in docx_texts(opened(docx_bytes(document))):
        assert "".join(one_line(text).split()) in written, text
