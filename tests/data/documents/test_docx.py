"""Tests of data/documents/docx.py: a document of each profile, read back value by value.

The expected values are those of the rules, and are not taken from the profiles.
"""

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Length, Mm, Pt

from data.documents import fonts, lengths
from data.documents.content import (
    Column,
    Document,
    Paragraph,
    Table,
    addressed,
    listed,
    of_minutes,
    official,
    rewritten,
    roman,
    spelled_text,
    tied,
    with_source,
)
from data.documents.docx import docx_bytes
from data.documents.profiles import profiles
from data.words import Words
from tests.data.documents.stage import docx_texts, event, opened, rows_of

VINH = ZoneInfo("Asia/Ho_Chi_Minh")
VI, EN = Words("vi", VINH), Words("en", VINH)
AT = datetime(2024, 2, 5, 0, 0, tzinfo=timezone.utc)
TWIP = 700  # a length is with_next in twentieths of a point
CENTER, JUSTIFY, LEFT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.LEFT,
)
SUMMARY = "Điểm danh đại biểu dự hội nghị"
COLUMNS = (Column("TT", 0.1, "center"), Column("Nội dung", 0.6), Column("Số", 0.3, "right"))
BLOCKS = (
    Paragraph("I. Tình hình", bold=True, keep_with_next=True),
    Paragraph("Đến sáng nay Tỉnh ủy đã nhận đủ báo cáo."),
    Table(COLUMNS, (("1", "Đoàn Nghi Lộc", "12"), ("", "Cộng", "12")), total=True),
)
SIGNED = {
    "authority": "deputy",
    "authority_body": "Trưởng Ban",
    "position": "Phó Trưởng Ban",
    "signer": "Nguyễn Văn Ấy",
}
MARGINS = {"party": (20, 20, 30, 15), "state": (20, 20, 30, 20)}
HEADING = {"party": "ĐẢNG CỘNG SẢN VIỆT NAM", "state": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"}
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DAY = "Nghệ An, ngày 05 tháng 02 năm 2024"

every_profile = pytest.mark.parametrize("profile", ["party", "state"])


def document(profile: str = "party", words: Words = VI, **settings) -> Document:
    facts = {"parent_vi": "Tỉnh ủy Nghệ An", "issuer_vi": "Ban Dân vận"} | SIGNED | settings
    return official(
        event(profile=profile, **facts),
        words,
        kind="minutes",
        at=AT,
        summary=SUMMARY,
        blocks=BLOCKS,
    )


def made(profile: str = "party", **settings):
    return opened(docx_bytes(document(profile, **settings)))


def lines(where) -> dict[str, object]:
    """The paragraphs of a body or a cell by their texts, any space a plain one."""
    return {one.text.replace("\u00a0", " "): one for one in where.paragraphs if one.text}


def halves(table) -> tuple[dict, dict]:
    """The lines at the left and at the right of the head or the foot."""
    left = [lines(row.cells[0]) for row in table.rows]
    right = [lines(row.cells[1]) for row in table.rows]
    return {k: v for one in left for k, v in one.items()}, {
        k: v for one in right for k, v in one.items()
    }


def letters(paragraph) -> tuple:
    """Size in points, bold, italic, underlined, and how the line is set."""
    (run,) = paragraph.runs
    return (
        run.font.size.pt,
        bool(run.font.bold),
        bool(run.font.italic),
        bool(run.font.underline),
        paragraph.alignment,
    )


def rules(where, within: Length) -> list[float]:
    """The lengths of the rules in a cell or body, in millimetres; a rule has to be centred."""
    found = []
    for paragraph in where.paragraphs:
        if "w:pBdr" in paragraph._p.xml:
            layout = paragraph.paragraph_format
            assert layout.left_indent == layout.right_indent and re.search(
                r'<w:top w:val="single"', paragraph._p.xml
            )
            found.append((within - layout.left_indent - layout.right_indent) / Mm(1))
    return found


def width(text: str, size: float, *, bold: bool = True) -> float:
    return fonts.width(text, size=size, bold=bold) / 72 * 25.4


@every_profile
def test_paper_and_margins(profile):
    section = made(profile).sections[0]
    assert abs(section.page_width - Mm(210)) < TWIP and abs(section.page_height - Mm(297)) < TWIP
    for side, millimetres in zip(("top", "bottom", "left", "right"), MARGINS[profile], strict=True):
        assert abs(getattr(section, f"{side}_margin") - Mm(millimetres)) < TWIP, side


@every_profile
def test_every_letter_is_times_new_roman_and_black(profile):
    found = made(profile)
    fonts_named = set(
        re.findall(r'w:(?:ascii|hAnsi|eastAsia|cs)="([^"]+)"', found.styles["Normal"].element.xml)
    )
    assert fonts_named == {"Times New Roman"}
    assert "w:rFonts" not in found.element.xml and "w:color w:val" not in found.element.xml
    assert 'w:lang w:val="vi-VN"' in found.styles["Normal"].element.xml


@every_profile
def test_the_head_at_the_left(profile):
    left, _ = halves(made(profile).tables[0])
    assert list(left) == {
        "party": ["TỈNH ỦY NGHỆ AN", "BAN DÂN VẬN", "*", "Số ……-BB/BDVTU"],
        "state": ["TỈNH ỦY NGHỆ AN", "BAN DÂN VẬN", "Số: ……/BB-BDVTU"],
    }[profile]  # fmt: skip
    size = {"party": 14, "state": 13}[profile]
    assert letters(left["TỈNH ỦY NGHỆ AN"]) == (size, False, False, False, CENTER)
    assert letters(left["BAN DÂN VẬN"]) == (size, True, False, False, CENTER)
    assert letters(left[list(left)[-1]]) == (size, False, False, False, CENTER)
    if profile == "party":
        assert letters(left["*"])[1:] == (False, False, False, CENTER)


@every_profile
def test_the_head_at_the_right(profile):
    _, right = halves(made(profile).tables[0])
    assert list(right) == [HEADING[profile], *([MOTTO] if profile == "state" else []), DAY]
    assert letters(right[HEADING[profile]]) == (
        {"party": 15, "state": 13}[profile],
        True,
        False,
        False,
        CENTER,
    )
    assert letters(right[DAY]) == (14, False, True, False, CENTER)
    if profile == "state":
        assert letters(right[MOTTO]) == (14, True, False, False, CENTER)


def test_the_partys_rule_is_as_long_as_its_heading_and_there_is_no_other():
    table = made("party").tables[0]
    (rule,) = rules(table.cell(0, 1), table.cell(0, 1).width)
    assert rule == pytest.approx(width(HEADING["party"], 15), abs=0.1)
    assert (
        rules(table.cell(0, 0), table.cell(0, 0).width)
        == []
        == rules(table.cell(1, 0), table.cell(1, 0).width)
    )


def test_the_states_rules_are_as_long_as_the_motto_and_a_third_to_half_of_the_issuer():
    table = made("state").tables[0]
    (rule,) = rules(table.cell(0, 1), table.cell(0, 1).width)
    assert rule == pytest.approx(width(MOTTO, 14), abs=0.1)
    (short,) = rules(table.cell(0, 0), table.cell(0, 0).width)
    assert width("BAN DÂN VẬN", 13) / 3 <= short <= width("BAN DÂN VẬN", 13) / 2


@every_profile
def test_no_line_of_the_head_is_wider_than_its_half(profile):
    table = made(profile).tables[0]
    assert width(HEADING[profile], {"party": 15, "state": 13}[profile]) < table.cell(
        0, 1
    ).width / Mm(1)
    assert sum(cell.width for cell in table.rows[0].cells) == pytest.approx(
        Mm(210 - sum(MARGINS[profile][2:])), abs=2 * TWIP
    )


@every_profile
def test_type_and_summary(profile):
    found = made(profile)
    written = lines(found)
    assert letters(written["BIÊN BẢN"]) == (
        {"party": 16, "state": 14}[profile],
        True,
        False,
        False,
        CENTER,
    )
    assert letters(written[SUMMARY]) == (14, True, False, False, CENTER)
    assert ("-----" in written) is (profile == "party")
    marked = rules(found, Mm(210 - sum(MARGINS[profile][2:])))
    assert len(marked) == (profile == "state")
    for rule in marked:
        assert width(SUMMARY, 14) / 3 <= rule <= width(SUMMARY, 14) / 2


def test_a_summary_of_several_lines_has_a_rule_by_its_longest_line():
    written = replace(
        document("state"),
        head=replace(document("state").head, summary=f"{SUMMARY} {SUMMARY} {SUMMARY}"),
    )
    (rule,) = rules(opened(docx_bytes(written)), Mm(160))
    assert 144 / 3.3 < rule <= 144 / 2, "the lines are broken at 144 mm"


@every_profile
def test_the_text_is_justified_with_an_indented_first_line(profile):
    found = made(profile)
    written = lines(found)["Đến sáng nay Tỉnh ủy đã nhận đủ báo cáo."]
    layout = written.paragraph_format
    assert found.styles["Normal"].font.size == Pt(14) and written.runs[0].font.size is None
    assert (
        written.alignment == JUSTIFY
        and abs(layout.first_line_indent - Mm(10)) < TWIP
        and layout.space_after == Pt(6)
    )
    if profile == "party":
        assert (layout.line_spacing_rule, layout.line_spacing) == (WD_LINE_SPACING.EXACTLY, Pt(18))
    else:
        assert (
            layout.line_spacing_rule == WD_LINE_SPACING.MULTIPLE and 1 <= layout.line_spacing <= 1.5
        )
    assert (
        lines(found)["I. Tình hình"].paragraph_format.keep_with_next
        and lines(found)["I. Tình hình"].runs[0].font.bold
    )


def test_lines_have_no_air_but_what_the_rules_say():
    """The library's own empty document puts 10 points after every paragraph."""
    layout = made().styles["Normal"].paragraph_format
    assert (layout.space_before, layout.space_after, layout.line_spacing) == (0, 0, 1.0)


@every_profile
def test_who_signs(profile):
    _, right = halves(made(profile).tables[-1])
    form = {"party": "K/T TRƯỞNG BAN", "state": "KT. TRƯỞNG BAN"}[profile]
    assert list(right) == [form, "PHÓ TRƯỞNG BAN", "Nguyễn Văn Ấy"]
    assert letters(right[form]) == (14, True, False, False, CENTER)
    assert letters(right["PHÓ TRƯỞNG BAN"]) == (14, profile == "state", False, False, CENTER)
    assert letters(right["Nguyễn Văn Ấy"]) == (14, True, False, False, CENTER)


@pytest.mark.parametrize(
    ("profile", "form", "line"),
    [
        ("party", "on_behalf", "T/M BAN THƯỜNG VỤ"),
        ("party", "deputy", "K/T BAN THƯỜNG VỤ"),
        ("party", "by_order", "T/L BAN THƯỜNG VỤ"),
        ("party_2026", "on_behalf", "T/M BAN THƯỜNG VỤ"),
        ("party_2026", "acting", "Q. BAN THƯỜNG VỤ"),
        ("state", "on_behalf", "TM. BAN THƯỜNG VỤ"),
        ("state", "deputy", "KT. BAN THƯỜNG VỤ"),
        ("state", "by_order", "TL. BAN THƯỜNG VỤ"),
        ("state", "by_delegation", "TUQ. BAN THƯỜNG VỤ"),
        ("state", "acting", "Q. BAN THƯỜNG VỤ"),
    ],
)
def test_every_form_of_authority(profile, form, line):
    _, right = halves(made(profile, authority=form, authority_body="Ban Thường vụ").tables[-1])
    assert next(iter(right)) == line


def test_where_no_one_is_named_the_name_is_written_by_hand_below_the_signature():
    no_one = dict.fromkeys(SIGNED, "")
    _, right = halves(made(**no_one).tables[-1])
    assert list(right) == ["T/M BAN TỔ CHỨC CHƯƠNG TRÌNH"]
    table = made(**no_one | {"position": "Trưởng Ban"}).tables[-1]
    position, room, name = table.cell(0, 1).paragraphs
    assert (position.text, room.text, name.text) == ("TRƯỞNG BAN", "", "")
    assert room.paragraph_format.line_spacing == Pt(60)
    _, right = halves(made(**no_one | {"signer": "Nguyễn Văn Ấy"}).tables[-1])
    assert list(right) == ["Nguyễn Văn Ấy"]


@every_profile
def test_who_receives_it(profile):
    left, _ = halves(
        made(
            profile, recipients=["Thường trực Tỉnh ủy (để báo cáo);", "Các tiểu ban", "Lưu"]
        ).tables[-1]
    )
    assert list(left) == [
        "Nơi nhận:",
        "- Thường trực Tỉnh ủy (để báo cáo);",
        "- Các tiểu ban;",
        "- Lưu.",
    ]
    label = {"party": (14, False, False, True, LEFT), "state": (12, True, True, False, LEFT)}[
        profile
    ]
    assert letters(left["Nơi nhận:"]) == label
    assert letters(left["- Lưu."]) == (
        {"party": 12, "state": 11}[profile],
        False,
        False,
        False,
        LEFT,
    )


@every_profile
def test_pages_are_numbered_in_the_middle_ten_millimetres_from_the_top_but_for_the_first(profile):
    section = made(profile).sections[0]
    (number,) = section.header.paragraphs
    assert (
        abs(section.header_distance - Mm(10)) < TWIP
        and section.header_distance < section.top_margin
    )
    assert (
        number.alignment == CENTER
        and "PAGE" in number._p.xml
        and number.runs[0].font.size == Pt(14)
    )
    assert (
        section.different_first_page_header_footer
        and "PAGE" not in section.first_page_header._element.xml
    )


def test_what_is_a_draft_says_so_at_the_head_of_every_page_and_what_is_none_does_not():
    marked = opened(docx_bytes(replace(document(), mark="DỰ THẢO"))).sections[0]
    assert marked.first_page_header.paragraphs[0].text == "DỰ THẢO"
    assert marked.header.paragraphs[0].text == "DỰ THẢO\t" and "PAGE" in marked.header._element.xml
    plain = made().sections[0]
    assert plain.first_page_header.is_linked_to_previous


def test_a_rehearsal_says_so_at_the_head_and_the_foot_of_every_page():
    rehearsed = event()
    rehearsed.rehearsal = True
    shown = official(rehearsed, VI, kind="minutes", at=AT, summary=SUMMARY, blocks=BLOCKS)
    section = opened(docx_bytes(shown)).sections[0]
    for header in (section.first_page_header, section.header):
        assert header.paragraphs[0].text.startswith("DIỄN TẬP")
    for footer in (section.first_page_footer, section.footer):
        assert footer.paragraphs[0].text.startswith("DIỄN TẬP: ")
    plain = made().sections[0]
    assert plain.first_page_footer.is_linked_to_previous and plain.footer.is_linked_to_previous


def test_nothing_of_the_librarys_own_is_left_in_the_file():
    """Its empty document has a picture, another program's name and dates of 2013."""
    with zipfile.ZipFile(io.BytesIO(docx_bytes(document()))) as file:
        names = file.namelist()
        properties = file.read("docProps/app.xml").decode()
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]
    assert not [name for name in names if "stylesWithEffects" in name]
    assert "Macintosh" not in properties and "Microsoft" not in properties.split("<App")[1]
    facts = made().core_properties
    assert facts.created == facts.modified == AT
    assert (facts.last_modified_by, facts.comments) == ("Ban Dân vận", "")


def test_what_has_two_sides_is_mirrored_and_has_room_for_a_seal():
    found = made("party_2026")
    assert "w:mirrorMargins" in found.settings.element.xml
    assert found.tables[-1].cell(0, 1).paragraphs[2].paragraph_format.line_spacing == Pt(85)
    assert "w:mirrorMargins" not in made("party").settings.element.xml


def test_urgency_addressees_and_bases_of_a_report():
    settings = {"addressed": ["Thường trực Tỉnh ủy"], "basis": ["Căn cứ Quy định số 399-QĐ/TW;"]}
    of_2026 = event(profile="party_2026", **settings)
    found = opened(
        docx_bytes(
            official(of_2026, VI, kind="report", at=AT, summary=SUMMARY, urgency="express",
                     blocks=addressed(of_2026, VI))
        )
    )  # fmt: skip
    left, _ = halves(found.tables[0])
    assert letters(left["HỎA TỐC"]) == (14, True, False, False, CENTER)
    assert list(left)[-2:] == ["Số ……-BC/BDVTU", "HỎA TỐC"]
    written = lines(found)
    assert letters(written["Kính gửi: Thường trực Tỉnh ủy"]) == (14, False, True, False, CENTER)
    assert letters(written["- Căn cứ Quy định số 399-QĐ/TW;"])[:3] == (14, False, False)
    several = event(profile="state", addressed=["A;", "B"], basis=["Căn cứ Nghị định"])
    assert [one.text for one in addressed(several, VI)] == [
        "Kính gửi:", "- A;", "- B.", "Căn cứ Nghị định;",
    ]  # fmt: skip


def test_a_line_is_not_torn_within_a_time_a_number_or_a_short_compound():
    text = "Lúc 06 giờ 50 phút, ngày 22 tháng 7 năm 2023 ở thị trấn: 6 việc, số 27"
    assert tied(text).replace("\u00a0", "_") == (
        "Lúc 06_giờ_50_phút, ngày_22 tháng_7 năm_2023 ở thị_trấn: 6_việc, số_27"
    )


def test_a_table_is_as_wide_as_the_text_repeats_its_headings_and_breaks_no_row():
    table = opened(docx_bytes(replace(document(), blocks=(*BLOCKS, Paragraph("Hết"))))).tables[1]
    widths = [int(one) for one in re.findall(r'<w:gridCol w:w="(\d+)"', table._tbl.xml)]
    assert sum(widths) == pytest.approx(Mm(165) / 635, abs=3)
    assert rows_of(table) == [
        ["TT", "Nội dung", "Số"],
        ["1", "Đoàn Nghi Lộc", "12"],
        ["", "Cộng", "12"],
    ]
    heading, row, total = (one._tr.xml for one in table.rows)
    assert "w:tblHeader" in heading and "w:tblHeader" not in row and "w:keepNext" in heading
    assert all("w:cantSplit" in one for one in (heading, row, total))
    assert "w:keepNext" in row and "w:keepNext" not in total, "no last row alone on a page"
    assert "<w:b/>" in heading and "<w:b/>" in total and "<w:b/>" not in row
    assert set(re.findall(r'w:sz w:val="(\d+)"', row)) == {"24"}
    assert re.findall(r'w:jc w:val="(\w+)"', row) == [
        "center", "left", "right",
    ]  # fmt: skip


# --- what it says --------------------------------------------------------------------------------


def test_the_head_and_the_signature_stay_vietnamese_in_english():
    found = opened(docx_bytes(document(words=EN)))
    left, right = halves(found.tables[0])
    assert "TỈNH ỦY NGHỆ AN" in left and HEADING["party"] in right and DAY in right
    assert "MINUTES" in lines(found) and "PHÓ TRƯỞNG BAN" in halves(found.tables[-1])[1]
    assert any("translation" in text for text in lines(found))
    assert 'w:lang w:val="en-GB"' in found.styles["Normal"].element.xml


def test_one_spelling_holds_in_the_whole_document():
    for spelling, other in (("ủy", "uỷ"), ("uỷ", "ủy")):
        written = " ".join(docx_texts(made(spelling=spelling)))
        assert spelling in written.casefold() and other not in written.casefold()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Tỉnh ủy, Đảng ủy; Ủy ban; ỦY BAN", "Tỉnh uỷ, Đảng uỷ; Uỷ ban; UỶ BAN"),
        ("Nguyễn Thị Thủy, xã Lũy, suỷ", "Nguyễn Thị Thủy, xã Lũy, suỷ"),
        ("(ủy)", "(uỷ)"),
    ],
)
def test_only_the_word_itself_is_spelled_and_both_ways_lead_back(text, written):
    assert spelled_text(text, "uỷ") == written and spelled_text(written, "ủy") == text


def test_recipients_are_punctuated_as_a_list():
    assert (
        listed(["A", "B;", "C ."]) == ("A;", "B;", "C.")
        and listed(["A"]) == ("A.",)
        and listed([]) == ()
    )


def test_the_same_document_gives_the_same_text_word_for_word():
    assert docx_texts(made()) == docx_texts(made())


@pytest.mark.parametrize(
    ("profile", "number", "written"),
    [
        ("party", 127, "Số 127-BB/BDVTU"),
        ("party", 5, "Số 05-BB/BDVTU"),
        ("state", 15, "Số: 15/BB-BDVTU"),
        ("state", 1, "Số: 01/BB-BDVTU"),
        ("party", None, "Số ……-BB/BDVTU"),
    ],
)
def test_a_number_that_was_given_stands_in_its_place(profile, number, written):
    made = official(
        event(profile=profile), VI, kind="minutes", at=AT, summary=SUMMARY, blocks=(), number=number
    )
    assert made.head.number == written


def test_the_parts_are_counted_in_roman_numerals():
    assert [roman(number) for number in (1, 2, 3, 4, 5, 6, 8, 9, 10, 14, 19)] == [
        "I", "II", "III", "IV", "V", "VI", "VIII", "IX", "X", "XIV", "XIX",
    ]  # fmt: skip


def test_no_column_wraps_beside_one_that_is_empty():
    columns = (Column("TT", 0.1), Column("Chức vụ, đơn vị", 0.3), Column("Ghi chú", 0.6))
    title = "Phó Bí thư Thường trực Huyện ủy, Chủ tịch Hội đồng nhân dân huyện Anh Sơn"
    profile = profiles()["party"]
    widths = lengths.columns(Table(columns, (("1", title, ""),)), profile)
    assert sum(widths) == pytest.approx(165)
    assert widths[1] > width(title, 12, bold=False) > 165 * 0.3
    full = lengths.columns(Table(columns, (("1", title * 3, title * 3),)), profile)
    assert sum(full) == pytest.approx(165) and full[2] > full[1] > full[0]


def test_the_last_rows_of_a_table_at_the_end_stay_with_the_signature():
    ends = opened(docx_bytes(replace(document(), blocks=BLOCKS)))
    before, last = (row._tr.xml for row in ends.tables[1].rows[-2:])
    assert "w:keepNext" in before and "w:keepNext" in last
    gaps = [one for one in ends.paragraphs if not one.text][-3:]
    assert all(one.paragraph_format.keep_with_next for one in gaps[:2])


def test_minutes_are_signed_by_who_wrote_them_and_by_who_chaired():
    signed = official(
        event(), VI, kind="minutes", at=AT, summary=SUMMARY, blocks=BLOCKS,
        signatures=of_minutes(event(), VI),
    )  # fmt: skip
    foot = opened(docx_bytes(signed)).tables[-1]
    assert [cell.paragraphs[0].text for cell in foot.rows[0].cells] == [
        "NGƯỜI GHI BIÊN BẢN", "CHỦ TRÌ",
    ]  # fmt: skip
    assert foot.cell(1, 0).paragraphs[0].text == "Nơi nhận:"


def test_an_annex_begins_on_a_page_of_its_own_and_says_to_what_it_belongs():
    annexed = official(
        event(), VI, kind="report", at=AT, summary=SUMMARY, blocks=(), number=24, annex=BLOCKS
    )
    found = opened(docx_bytes(annexed))
    assert "w:pageBreakBefore" in found.paragraphs[-6]._p.xml
    assert "PHỤ LỤC" in lines(found) and "(Kèm theo Báo cáo số 24-BC/BDVTU)" in lines(found)


def test_the_last_line_of_the_text_stays_with_the_signature():
    written = official(
        event(),
        VI,
        kind="minutes",
        at=AT,
        summary=SUMMARY,
        blocks=(Paragraph("Một"), Paragraph("Hai")),
    )
    found = opened(docx_bytes(written))
    with_next = {one.text: bool(one.paragraph_format.keep_with_next) for one in found.paragraphs}
    assert with_next["Hai"] and not with_next["Một"]
    gap, _ = [one for one in found.paragraphs if not one.text][-2:]
    assert gap.paragraph_format.keep_with_next, "the gap above the signature too"
    assert "w:cantSplit" in found.tables[-1].rows[0]._tr.xml


@every_profile
def test_rows_stored_before_with_what_xml_forbids_are_written_without_it(profile):
    """A note typed in an earlier version must not take a signed review's file away for good."""
    held = rewritten(document(profile), lambda text: f"{text}\x00\ufffe\uffff" if text else text)
    assert docx_texts(opened(docx_bytes(held))) == docx_texts(opened(docx_bytes(document(profile))))


@pytest.mark.parametrize(
    ("text", "who", "written"),
    [
        ("Đề nghị sửa đường.", "Xã Nghi Văn", "Đề nghị sửa đường (xã Nghi Văn)."),
        ("Bao giờ\nsửa cầu?", "Vinh", "Bao giờ sửa cầu? (Vinh)."),
        ("Đề nghị sửa đường.", "", "Đề nghị sửa đường."),
    ],
)
def test_what_is_asked_is_one_sentence_with_who_asks(text, who, written):
    assert with_source(text, who) == written
