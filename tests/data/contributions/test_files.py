"""Contributions from a unit's file and out again: matched, refused row by row, never twice."""

import io

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from data.commands import export
from data.contributions.queries import contributions_at
from data.contributions.topics import add_topic
from data.documents.docx import docx_bytes
from data.exports.contributions import export_contributions
from data.exports.workbook import table_document, table_workbook
from data.imports.contributions import import_contributions, read_contributions
from data.storage import database
from data.words import Words
from models.contributions.topics import TopicPlan
from models.events.event import View, zone
from models.refusals import Refusal
from tests.stage import at, current, give, item, one_change, origin, refused

WHEN = "D-3 08:00"
HEAD = (
    "TT|Đơn vị|Chức danh|Nội dung ý kiến, kiến nghị|Loại|Diễn đàn|Nhóm vấn đề|Lĩnh vực|"
    "Cơ quan có thẩm quyền|Cấp thẩm quyền|Ngày tiếp nhận"
)
ROWS = (
    "1|Nghi Lộc|Bí thư xã|Đường hỏng, bao giờ sửa?|Câu hỏi|Diễn đàn 1|Đất đai|Giao thông|"
    "Sở Xây dựng|Cấp tỉnh|01/03/2024",
    "2|Xã Kim Liên||Đề nghị xây trạm y tế|Kiến nghị|DĐ 2||||xã|",
    "3|Xã Nam Giang||Hỏi lạc||Diễn đàn 9|||||",
    "4|Xã Nam Giang||Hỏi sai nhóm|||Nhóm lạ||||",
    "5|Xã Nam Giang||Hỏi sai cấp||||||cấp trên|",
    "6|Xã Nam Giang||Hỏi ngày mai|||||||30/12/2024",
    "7|Xã Nam Giang|Bí thư|…|||||||",
)


def workbook(rows=ROWS) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["TỔNG HỢP Ý KIẾN, KIẾN NGHỊ"])
    for row in (HEAD, *rows):
        sheet.append(row.split("|"))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def document() -> bytes:
    made = Document()
    table = made.add_table(0, 3)
    for row in (["TT", "Đơn vị", "Nội dung kiến nghị"], ["1", "Xã Vĩnh Tường", "Sửa cầu treo"]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def read(name: str, raw: bytes):
    with database.reading() as session:
        return read_contributions(session, current(), [(name, raw)], View(at(WHEN)))


def everything():
    with database.reading() as session:
        return contributions_at(session, current(), View(at("D+0 15:00")))


def test_a_workbook_is_matched_and_each_row_that_is_none_says_why(event):
    topic = give(add_topic, by="command", when=WHEN, plan=TopicPlan("Đất đai"))
    found = read("y-kien.xlsx", workbook())
    assert [(line, refusal.code) for _, line, refusal in found.refused] == [
        (5, "forum_not_found"),
        (6, "topic_not_found"),
        (7, "level_not_found"),
        (8, "received_later"),
        (9, "contribution_text_needed"),
    ]
    for refusal in (refusal for *_, refusal in found.refused):
        assert Words("vi", zone(current())).refusal(refusal).endswith(".")
    with one_change("import_contributions"):
        done = give(import_contributions, by="command", when=WHEN, received=found.received)
    assert (done.added, done.known) == (2, 0)
    first, second = sorted(everything(), key=lambda one: one.number)
    assert (first.item_id, first.topic_id, first.unit_vi) == (
        item("dien_dan_1"),
        topic.id,
        "Huyện Nghi Lộc",
    )
    assert first.unit_id is not None and first.level == "province"
    assert first.received_at < at("D-3 08:00")
    assert (second.kind, second.unit_vi, second.level) == ("petition", "Xã Kim Liên", "commune")


def test_a_file_that_is_sent_again_brings_only_what_is_new(event):
    give(add_topic, by="command", when=WHEN, plan=TopicPlan("Đất đai"))
    facts = {"by": "command", "when": WHEN}
    first = read("a.xlsx", workbook(ROWS[:1])).received
    again = give(import_contributions, once="sent", received=first, **facts)
    assert give(import_contributions, once="sent", received=first, **facts) == again
    both = read("a.xlsx", workbook(ROWS[:2])).received
    assert give(import_contributions, received=both, **facts).known == 1
    with refused("contributions_all_known"):
        give(import_contributions, received=both, **facts)
    assert len(everything()) == 2


@pytest.mark.one_database
def test_a_document_is_read_and_a_file_without_such_a_table_is_refused(event):
    (one,) = read("kien-nghi.docx", document()).received
    assert (one.submission.text, one.submission.unit) == ("Sửa cầu treo", "Xã Vĩnh Tường")
    with pytest.raises(Refusal, match="contributions_not_found"):
        read("khac.csv", b"a;b\n1;2\n")


@pytest.mark.one_database
def test_the_list_goes_out_in_columns_that_come_back_as_nothing_new(event):
    give(add_topic, by="command", when=WHEN, plan=TopicPlan("Đất đai"))
    received = read("a.xlsx", workbook()).received
    give(import_contributions, by="command", when=WHEN, received=received)
    words, facts = Words("vi", zone(current())), {"language": "vi"}
    write = lambda one: table_workbook(one.event, one.table, words)  # noqa: E731
    out = export(origin("command", at(WHEN)), export_contributions, write, **facts)
    cells = [cell.value for row in load_workbook(io.BytesIO(out)).active for cell in row]
    assert "Đường hỏng, bao giờ sửa?" in cells and "chờ nêu" in cells
    back = read("ra.xlsx", out)
    assert len(back.received) == 2 and not back.refused
    with refused("contributions_all_known"):
        give(import_contributions, by="command", when=WHEN, received=back.received)
    paper = lambda one: docx_bytes(table_document(one.event, one.table, one.at, words))  # noqa: E731
    raw = export(origin("command", at(WHEN)), export_contributions, paper, **facts)
    texts = [c.text for row in Document(io.BytesIO(raw)).tables[-1].rows for c in row.cells]
    assert len(read("ra.docx", raw).received) == 2, texts
