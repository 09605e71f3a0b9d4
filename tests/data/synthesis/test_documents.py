"""Tests of data/synthesis/documents.py: each document by its structure, in both kinds of file."""

import pytest

from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.synthesis import commands
from data.synthesis.documents import KINDS, forum_minutes, synthesis_document
from data.synthesis.report import export_minutes, export_synthesis
from models.synthesis.paragraphs import Paragraph
from tests.data.documents.stage import docx_texts, one_line, opened, pdf, rows_of
from tests.data.synthesis.stage import AFTER, after_the_forums
from tests.stage import give, item

pytestmark = pytest.mark.one_database


@pytest.fixture
def written(event):
    """The small event with a synthesis that is written, and its minutes signed."""
    made = after_the_forums()
    facts = {"by": "command", "when": AFTER}
    give(commands.gather_paragraphs, **facts)
    conclusion = Paragraph("Giao Sở Xây dựng rà soát.\nBáo cáo trước 30/3.", part="conclusion")
    give(commands.add_paragraph, paragraph=conclusion, **facts)
    for forum in ("dien_dan_1", "dien_dan_2"):
        give(commands.sign_minutes, item_id=item(forum), **facts)
    return made


def taken(version_id: int | None = None, when: str = "D+2 08:00") -> dict:
    return give(export_synthesis, by="command", when=when, version_id=version_id)


def texts(document) -> list[str]:
    return docx_texts(opened(docx_bytes(document)))


def test_the_minutes_of_a_forum_read_as_a_clerk_expects_and_two_sign_them(written):
    content = give(
        export_minutes, by="rapporteur.dien_dan_1", when=AFTER, item_id=item("dien_dan_1")
    )
    found = texts(forum_minutes(content, "vi"))
    for line in (
        "BIÊN BẢN",
        "Thảo luận tại Diễn đàn 1",
        "Địa điểm: Phòng số 1",
        "Chủ trì: Chủ tọa 1",
        "Người ghi biên bản: Phòng điều hành",
        "Thành phần phát biểu: 3 ý kiến của 2 đơn vị.",
        "I. Ý kiến phát biểu và trả lời tại diễn đàn",
        "- Chủ tọa trả lời: Trong quý II",
        "II. Nội dung trả lời bằng văn bản",
        "III. Ý kiến gửi đến chưa trình bày tại diễn đàn",
        "NGƯỜI GHI BIÊN BẢN",
        "CHỦ TRÌ",
    ):
        assert line in found, line
    owed = opened(docx_bytes(forum_minutes(content, "vi"))).tables[1]
    assert rows_of(owed)[1] == ["1", "Sửa đường liên xã", "Sở Xây dựng", "20/3/2024"]
    assert forum_minutes(content, "vi").mark == "DIỄN TẬP"


def test_the_three_documents_of_a_synthesis_have_their_parts_and_marks(written):
    report, notice, petitions = (texts(synthesis_document(taken(), kind, "vi")) for kind in KINDS)
    for line in (
        "BÁO CÁO",
        "Tổng hợp ý kiến, kiến nghị tại Buổi gặp mặt nhỏ",
        "I. Khái quát chung",
        "Đã tiếp nhận 5 ý kiến của 2 đơn vị, trong đó có 2 kiến nghị.",
        "II. Ý kiến, kiến nghị theo nhóm vấn đề",
        "1. Đất đai",
        "2. Giao thông",
        "3. Vấn đề khác",
        "III. Kiến nghị theo thẩm quyền giải quyết",
        "PHỤ LỤC",
        "1. Kiến nghị thuộc thẩm quyền cấp xã",
    ):
        assert line in report, line
    for line in (
        "THÔNG BÁO",
        "Kết luận tại Buổi gặp mặt nhỏ",
        "Giao Sở Xây dựng rà soát.",
        "Báo cáo trước 30/3.",
        "II. Giao trả lời ý kiến, kiến nghị",
    ):
        assert line in notice, line
    for line in (
        "DANH MỤC",
        "I. Kiến nghị thuộc thẩm quyền cấp xã",
        "II. Kiến nghị thuộc thẩm quyền cấp tỉnh",
    ):
        assert line in petitions, line
    listed = opened(docx_bytes(synthesis_document(taken(), "petitions", "vi"))).tables[1:3]
    assert [rows_of(table)[1] for table in listed] == [
        ["1", "Thiếu giáo viên", "Xã Nghi Văn", "UBND xã"],
        ["1", "Sửa đường liên xã", "Xã Nghi Văn", "Sở Xây dựng"],
    ]


def test_a_document_says_whether_it_counts(written):
    assert "DỰ THẢO" in synthesis_document(taken(), "synthesis", "vi").mark
    first = give(commands.submit_synthesis, by="command", when=AFTER)
    assert "DỰ THẢO" in synthesis_document(taken(first.id), "synthesis", "vi").mark
    give(commands.approve_synthesis, by="committee", when="D+1 08:00", digest=first.digest)
    approved = synthesis_document(taken(first.id), "conclusion", "vi")
    assert approved.mark == "DIỄN TẬP" and "ngày 05 tháng 3 năm 2024" in approved.head.place_date
    give(commands.reopen_synthesis, by="command", when="D+1 09:00")
    second = give(commands.submit_synthesis, by="command", when="D+1 10:00")
    give(commands.approve_synthesis, by="committee", when="D+1 11:00", digest=second.digest)
    assert "ĐÃ THAY THẾ" in synthesis_document(taken(first.id), "synthesis", "vi").mark
    facts = {"by": "committee", "when": "D+1 12:00"}
    give(commands.withdraw_synthesis, note="Sai", digest=second.digest, **facts)
    assert "ĐÃ RÚT" in synthesis_document(taken(second.id), "synthesis", "vi").mark


@pytest.mark.parametrize("profile", ["party", "state"])
def test_the_pdf_of_each_says_the_same(written, profile):
    content = taken()
    content["meta"]["event"]["documents"] |= {"profile": profile}
    for kind in KINDS:
        document = synthesis_document(content, kind, "en" if kind == "conclusion" else "vi")
        said = "".join(
            "".join(page.extract_text() for page in pdf(pdf_bytes(document)).pages).split()
        )
        for line in texts(document):
            assert "".join(one_line(line).split()) in said, (kind, line)
