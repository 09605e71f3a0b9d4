"""The minutes of attendance as XLSX, DOCX and PDF: each file is read back and says what the
report says.
"""

import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from data.attendance.minutes import minutes
from data.attendance.minutes_xlsx import workbook_bytes
from data.attendance.report import AttendanceReport, DelegationReport, ItemReport, Line, LineStatus
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.documents.xlsx import sheet_names
from data.words import LANGUAGES, Words
from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot
from tests.data.documents.stage import docx_texts, event, one_line, opened, pdf, rows_of

VINH = ZoneInfo("Asia/Ho_Chi_Minh")
VI = Words("vi", VINH)
STARTS = datetime(2023, 7, 22, 0, 30, tzinfo=timezone.utc)  # 07:30 in Vinh
CAME = STARTS - timedelta(minutes=18)
LETTERS = "ẮẰẲẴẶ ắằẳẵặ ẾỀỂỄỆ ốồổỗộ ỚỜỞỠỢ ứừửữự ỲỴỶỸÝ đĐ"


def item_snapshot(key: str) -> ItemSnapshot:
    return ItemSnapshot(
        id=1, key=key, parent_id=None, kind="session", title_vi=f"Phiên {key}",
        title_en=f"Session {key}",
        short_vi=f"Phiên: {key}", short_en=f"S/{key}", venue_vi="Nhà Văn hóa", venue_en="Hall",
        chair="Phó Bí thư", expects="all",
        illustrative="", starts_at=STARTS, ends_at=STARTS + timedelta(hours=4), started_at=None,
        finished_at=None, drift=0,
    )  # fmt: skip


def line(number: int, stands: LineStatus, words: str = "", *, announced: bool = False) -> Line:
    title = {
        "vi": f"Bí thư Đảng ủy xã {LETTERS.split()[number % 8]} {number}",
        "en": f"Secretary {number}",
    }
    came = CAME if stands in (LineStatus.PRESENT, LineStatus.SUBSTITUTE) else None
    return Line(f"{number:04d}K", title, stands, came, words, announced)


NGHI_LOC = DelegationReport(
    {"vi": "Nghi Lộc", "en": "Nghi Lộc district"},
    Headcount(5, present=1, substituted=1, excused=1),
    (
        line(1, LineStatus.PRESENT),
        line(2, LineStatus.SUBSTITUTE, "Phó Chủ tịch <b>&"),
        line(3, LineStatus.EXCUSED, "=HYPERLINK(1)"),
        line(4, LineStatus.NOT_YET, "", announced=True),
        line(5, LineStatus.NOT_YET),
    ),
)
DONG = DelegationReport(
    {"vi": "Quỳ Hợp", "en": "Quỳ Hợp district"},
    Headcount(60, present=60),
    tuple(line(number, LineStatus.PRESENT) for number in range(100, 160)),
)


def report(**facts) -> AttendanceReport:
    item = ItemReport(item_snapshot("chính"), closed=False, delegations=(NGHI_LOC, DONG))
    return AttendanceReport(event(**facts), STARTS, (item,))


# --- XLSX -----------------------------------------------------------------------------------------


def book(content: AttendanceReport, words: Words = VI):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(content, words)))


def test_the_first_sheet_has_the_figures_as_numbers_and_their_total():
    sheet = book(report()).worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == (
        "Nội dung", "Đoàn", "Triệu tập", "Có mặt", "Dự thay", "Vắng có lý do", "Vắng không lý do",
        "Chưa đến",
    )  # fmt: skip
    assert rows[1] == ("Phiên chính", "Nghi Lộc", 5, 1, 1, 1, 0, 2)
    assert rows[2] == ("Phiên chính", "Quỳ Hợp", 60, 60, 0, 0, 0, 0)
    assert rows[3] == ("Phiên chính", "Cộng", 65, 61, 1, 1, 0, 2)
    assert len(rows) == 4 and all(row[2] == sum(row[3:]) for row in rows[1:])


def test_each_item_has_a_sheet_with_everybody_in_order():
    sheet = book(report()).worksheets[1]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("TT", "Đoàn", "Chức vụ, đơn vị", "Mã thẻ", "Điểm danh", "Giờ đến", "Ghi chú")
    came = datetime(2023, 7, 22, 7, 12)
    assert rows[1] == (1, "Nghi Lộc", NGHI_LOC.lines[0].title["vi"], "0001K", "Có mặt", came, None)
    assert rows[2][4:] == ("Dự thay", came, "Phó Chủ tịch <b>&")
    assert rows[4][4:] == ("Chưa đến", None, "Đã cử người dự thay")
    assert [row[3] for row in rows[1:]] == [
        one.badge for delegation in (NGHI_LOC, DONG) for one in delegation.lines
    ]
    assert [row[0] for row in rows[1:]] == list(range(1, 66))


def test_what_a_person_typed_is_no_formula():
    sheet = book(report()).worksheets[1]
    (typed,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)")
    assert typed.data_type == "s"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_table_of_the_workbook_keeps_its_headings_and_can_be_filtered():
    for sheet in book(report()):
        assert sheet.freeze_panes == "A4" and sheet.print_title_rows == "$3:$3"
        assert sheet.auto_filter.ref == f"A3:{'H' if sheet.max_column == 8 else 'G'}{sheet.max_row}"
        assert sheet.cell(4, 3).font.name == "Times New Roman"


def test_names_of_sheets_are_such_as_a_spreadsheet_takes():
    names = sheet_names(["Diễn đàn: 1/2 [a]*?", "x" * 50, "X" * 50, "'", "DĐ 1 · Đảng"])
    assert names == ["Diễn đàn 1 2 a", "x" * 31, "X" * 27 + " (2)", "–", "DĐ 1 Đảng"]


def test_a_row_of_the_workbook_is_as_high_as_its_wrapped_text():
    """Without a height an office program prints such a text over the rows below it."""
    held = report()
    long = replace(line(7, LineStatus.PRESENT), title={"vi": "Chủ tịch " * 12, "en": "x"})
    delegations = (replace(DONG, lines=(long, line(8, LineStatus.PRESENT))),)
    sheet = book(replace(held, items=(replace(held.items[0], delegations=delegations),)))
    heights = [sheet.worksheets[1].row_dimensions[row].height for row in (4, 5)]
    assert heights[0] > 2 * 15 and heights[1] < 20


# --- DOCX -----------------------------------------------------------------------------------------


def test_the_word_file_has_the_skeleton_of_minutes_in_order():
    made = opened(docx_bytes(minutes(report(), VI)))
    texts = [text for text in docx_texts(made) if text]
    assert texts[:9] == [
        "TỈNH ỦY NGHỆ AN", "BAN DÂN VẬN", "*", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số ……-BB/BDVTU",
        "Nghệ An, ngày 22 tháng 7 năm 2023",
        "BIÊN BẢN", "Điểm danh đại biểu dự Gặp mặt", "-----",
    ]  # fmt: skip
    assert [text.rstrip("…") for text in texts[9:16]] == [
        "Thời gian: từ 07 giờ 30 phút đến 11 giờ 30 phút, ngày 22/7/2023, theo chương trình",
        "Địa điểm: Nhà Văn hóa",
        "Nội dung: Điểm danh đại biểu dự Phiên chính",
        "Chủ trì: Phó Bí thư",
        "Người ghi biên bản: ",
        "Thành phần: triệu tập 65 đại biểu; có mặt 62 đại biểu (95,4%), gồm 61 đúng thành phần, "
        "1 dự thay; vắng có lý do 1; chưa đến 2. Số liệu chốt lúc 07 giờ 30 phút, ngày 22/7/2023.",
        "1. Tổng hợp theo đoàn",
    ]
    begins = texts.index("3. Diễn biến")
    ends = texts.index("PHỤ LỤC")
    assert texts[begins:ends] == [
        "3. Diễn biến",
        "Đại biểu đầu tiên có mặt lúc 07 giờ 12 phút, ngày 22/7/2023; đến thời điểm chốt số liệu, "
        "đại biểu đến sau cùng có mặt lúc 07 giờ 12 phút, ngày 22/7/2023.",
        "Biên bản lập xong lúc 07 giờ 30 phút, ngày 22/7/2023; danh sách đại biểu theo đoàn tại "
        "Phụ lục.",
        "NGƯỜI GHI BIÊN BẢN",
        "CHỦ TRÌ",
        "Nơi nhận:",
        "- Thường trực Ban Tổ chức (để báo cáo);",
        "- Lưu Văn phòng Ban.",
    ]
    assert texts[ends + 1] == "(Kèm theo Biên bản số ……-BB/BDVTU)"


def test_what_is_nought_is_left_out_and_a_closed_roll_names_the_absent_with_their_reasons():
    (item,) = report().items
    absent = replace(NGHI_LOC.lines[4], status=LineStatus.ABSENT)
    lines = (*NGHI_LOC.lines[:4], absent)
    head = Headcount(5, present=1, substituted=1, excused=1, absent=2)
    shut = replace(item, closed=True, delegations=(replace(NGHI_LOC, lines=lines, head=head),))
    made = opened(docx_bytes(minutes(replace(report(), items=(shut,)), VI)))
    _, figures, missing, *_ = made.tables
    assert rows_of(missing) == [
        ["TT", "Đoàn", "Chức vụ, đơn vị", "Lý do"],
        ["1", "Nghi Lộc", NGHI_LOC.lines[2].title["vi"], "=HYPERLINK(1)"],
        ["2", "Nghi Lộc", absent.title["vi"], "Không lý do"],
    ]
    texts = docx_texts(made)
    assert any("vắng không lý do 2. Số liệu" in text for text in texts)
    full = replace(item, delegations=(DONG,))
    texts = docx_texts(opened(docx_bytes(minutes(replace(report(), items=(full,)), VI))))
    assert any("có mặt 60 đại biểu (100%). Số liệu" in text for text in texts)
    assert "Không có đại biểu báo vắng." in texts


def test_every_item_has_its_own_day_whenever_the_figures_are_taken():
    (item,) = report().items
    flowers = replace(
        item.item,
        title_vi="Lễ dâng hoa",
        started_at=STARTS - timedelta(hours=21),
        finished_at=STARTS - timedelta(hours=20),
    )
    both = replace(report(), items=(replace(item, item=flowers), item))
    texts = docx_texts(opened(docx_bytes(minutes(both, VI))))
    assert "Thời gian: từ 10 giờ 30 phút đến 11 giờ 30 phút, ngày 21/7/2023" in texts
    assert "I. Lễ dâng hoa" in texts and "II. Phiên chính" in texts


def test_the_tables_of_the_word_file_hold_every_figure_and_everybody():
    _, figures, missing, _, first, second = opened(docx_bytes(minutes(report(), VI))).tables
    assert rows_of(figures)[1:] == [
        ["1", "Nghi Lộc", "5", "1", "1", "1", "0", "2"],
        ["2", "Quỳ Hợp", "60", "60", "0", "0", "0", "0"],
        ["", "Cộng", "65", "61", "1", "1", "0", "2"],
    ]
    assert [row[3] for row in rows_of(missing)[1:]] == ["=HYPERLINK(1)"]
    found = rows_of(first)
    assert found[0] == ["TT", "Chức vụ, đơn vị", "Mã thẻ", "Điểm danh", "Giờ đến", "Ghi chú"]
    assert found[2] == [
        "2",
        NGHI_LOC.lines[1].title["vi"],
        "0002K",
        "Dự thay",
        "07:12",
        "Phó Chủ tịch <b>&",
    ]
    assert found[4][3:] == ["Chưa đến", "", "Đã cử người dự thay"]
    assert [row[2] for row in rows_of(second)[1:]] == [one.badge for one in DONG.lines]


def test_a_tables_heading_comes_again_on_every_page_of_the_word_file():
    *tables, foot = opened(docx_bytes(minutes(report(), VI))).tables[1:4]
    tables += opened(docx_bytes(minutes(report(), VI))).tables[4:]
    for table in tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml and "w:tblHeader" not in table.rows[1]._tr.xml


# --- PDF ------------------------------------------------------------------------------------------


def test_the_pdf_says_in_vietnamese_what_the_word_file_says():
    written = one_line(
        " ".join(page.extract_text() for page in pdf(pdf_bytes(minutes(report(), VI))).pages)
    )
    for text in ("TỈNH ỦY NGHỆ AN", "BAN DÂN VẬN", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số ……-BB/BDVTU",
                 "Nghệ An, ngày 22 tháng 7 năm 2023",
                 "BIÊN BẢN", "Chủ trì: Phó Bí thư", "vắng có lý do 1; chưa đến 2.",
                 "Phó Chủ tịch <b>&", "NGƯỜI GHI BIÊN BẢN"):  # fmt: skip
        assert text in written, text
    for one in (*NGHI_LOC.lines, *DONG.lines):
        assert one.badge in written and one.title["vi"] in written


def test_a_tables_heading_comes_again_on_every_page_of_the_pdf():
    pages = pdf(pdf_bytes(minutes(report(), VI))).pages
    assert all(
        "Chức vụ" in page.extract_text()
        for page in pages
        if "0100K" in page.extract_text() or "0155K" in page.extract_text()
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "write",
    [
        workbook_bytes,
        lambda content, words: docx_bytes(minutes(content, words)),
        lambda content, words: pdf_bytes(minutes(content, words)),
    ],
)
def test_a_file_without_anybody_is_a_file_too(language, write):
    empty = ItemReport(item_snapshot("x"), closed=True, delegations=())
    assert write(AttendanceReport(event(), STARTS, (empty,)), Words(language, VINH))[:4] in (
        b"PK\x03\x04",
        b"%PDF",
    )


# --- the document ---------------------------------------------------------------------------------


def test_a_rehearsals_minutes_say_so_on_every_page():
    rehearsed = report()
    rehearsed.event.rehearsal = True
    pages = pdf(pdf_bytes(minutes(rehearsed, VI))).pages
    assert len(pages) > 2 and all("DIỄN TẬP: số liệu" in page.extract_text() for page in pages)
    for sheet in book(rehearsed):
        assert "DIỄN TẬP" in sheet["A2"].value and "DIỄN TẬP" in sheet.oddFooter.center.text
    assert minutes(report(), VI).mark == minutes(report(), VI).note == ""


def test_the_english_minutes_have_the_prescribed_head_and_say_that_they_are_a_translation():
    made = minutes(report(), Words("en", VINH))
    assert (made.head.parent, made.head.kind, made.head.place_date) == (
        "Tỉnh ủy Nghệ An",
        "Minutes",
        "Nghệ An, ngày 22 tháng 7 năm 2023",
    )
    assert "translation" in made.blocks[0].text and made.language == "en"


def test_the_workbook_is_made_of_rows_stored_before_with_what_xml_forbids():
    held = report()
    item = held.items[0]
    texts = {
        "title_vi": f"{item.item.title_vi}\ufffe\x00",
        "short_vi": f"{item.item.short_vi}\uffff",
    }
    broken = replace(item, item=replace(item.item, **texts))
    book = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(replace(held, items=(broken, *held.items[1:])), VI))
    )
    assert book.worksheets[1]["A1"].value == item.item.title_vi
