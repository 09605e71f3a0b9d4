"""Tests of data/documents/pdf.py: A4, Vietnamese letters embedded and readable, whole rows."""

import re
from dataclasses import replace

import pytest

from data.documents.content import Column, Paragraph, Table
from data.documents.pdf import pdf_bytes
from tests.data.documents.stage import one_line, pdf
from tests.data.documents.test_docx import DAY, EN, HEADING, MOTTO, SUMMARY, document, every_profile

pytestmark = pytest.mark.slow  # each lays whole documents out

VOWELS = [
    "aàáảãạ", "ăằắẳẵặ", "âầấẩẫậ", "eèéẻẽẹ", "êềếểễệ", "iìíỉĩị", "oòóỏõọ", "ôồốổỗộ", "ơờớởỡợ",
    "uùúủũụ", "ưừứửữự", "yỳýỷỹỵ",
]  # fmt: skip
ALPHABET = [*VOWELS, "bcdđ", "ghkl", "mnpq", "rstv", "x"]
LONG = Table(
    (Column("TT", 0.1, "center"), Column("Nội dung", 0.9)),
    tuple((str(number), f"Dòng {number} ủy") for number in range(1, 121)),
)


def made(*blocks, profile: str = "party", **changes):
    return pdf(pdf_bytes(replace(document(profile), blocks=blocks or document().blocks, **changes)))


def texts(found) -> list[str]:
    return [page.extract_text() for page in found.pages]


@every_profile
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("italic", [False, True])
def test_every_vietnamese_letter_can_be_read_back(profile, bold, italic):
    letters = " ".join([*ALPHABET, *(one.upper() for one in ALPHABET)])
    written, *_ = texts(made(Paragraph(letters, bold=bold, italic=italic), profile=profile))
    assert letters in one_line(written)


def test_every_typeface_is_embedded():
    embedded = {}
    faces = [
        Paragraph("ắ", bold=bold, italic=italic)
        for bold in (False, True)
        for italic in (False, True)
    ]
    for page in made(*faces).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            embedded[font["/BaseFont"].lstrip("/").split("+")[-1]] = "/FontFile2" in font.get(
                "/FontDescriptor", {}
            )
    names = {"", "-Bold", "-Italic", "-BoldItalic"}
    assert embedded == {f"LiberationSerif{name}": True for name in names}


@every_profile
def test_the_paper_is_a4_and_pages_are_numbered_from_the_second(profile):
    found = made(LONG, profile=profile)
    assert len(found.pages) > 2
    for number, page in enumerate(found.pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        assert page.extract_text().split("\n")[0].strip() == (
            str(number) if number > 1 else "TỈNH ỦY NGHỆ AN"
        )


@every_profile
def test_a_number_stands_in_the_middle_ten_millimetres_from_the_top(profile):
    places = []
    made(LONG, profile=profile).pages[1].extract_text(
        visitor_text=lambda text, _, matrix, *__: places.append(
            (text.strip(), matrix[4], matrix[5])
        )
    )
    x, y = next((x, y) for text, x, y in places if text == "2")
    middle = {"party": 112.5, "state": 110}[profile]
    assert x + 3.5 == pytest.approx(middle / 25.4 * 72, abs=1), (
        "the text's middle, less half a figure"
    )
    assert 297 - 20 < y / 72 * 25.4 < 297 - 10


@every_profile
def test_it_says_what_the_word_file_says(profile):
    written = one_line(" ".join(texts(made(profile=profile))))
    number = {"party": "Số ……-BB/BDVTU", "state": "Số: ……/BB-BDVTU"}[profile]
    for text in ("TỈNH ỦY NGHỆ AN", "BAN DÂN VẬN", HEADING[profile], number, DAY, "BIÊN BẢN",
                 "I. Tình hình", "Đoàn Nghi Lộc",
                 "PHÓ TRƯỞNG BAN", "Nguyễn Văn Ấy", "Nơi nhận:"):  # fmt: skip
        assert text in written, text
    assert (MOTTO in written) is (profile == "state") and ("-----" in written) is (
        profile == "party"
    )


def test_headings_come_again_on_every_page_of_a_table_and_every_row_comes_once():
    pages = texts(made(LONG))
    assert all("Nội dung" in page for page in pages if "Dòng" in page)
    written = " ".join(pages)
    assert [written.count(f"Dòng {number} ") for number in range(1, 121)] == [1] * 120


def test_no_last_row_of_a_table_stands_alone_on_a_page():
    columns = (Column("A", 0.5), Column("B", 0.5))
    for lines in range(25, 45):
        rows = tuple((f"Dòng {number}", "x") for number in range(lines))
        (page,) = (
            text
            for text in texts(made(Table(columns, rows), Paragraph("Hết")))
            if f"Dòng {lines - 1}" in text
        )
        assert f"Dòng {lines - 2}" in page


def test_a_cell_longer_than_a_page_is_broken_rather_than_refused():
    words = " ".join(f"chữ{number}" for number in range(4000))
    written = one_line(
        " ".join(
            texts(made(Table((Column("A", 0.2), Column("B", 0.8)), (("1", words), ("2", "ngắn")))))
        )
    )
    assert "chữ0 " in written and "chữ3999" in written and "ngắn" in written


def test_what_is_a_draft_says_so_on_every_page():
    assert all("DỰ THẢO" in page for page in texts(made(LONG, mark="DỰ THẢO")))
    assert not any("DỰ THẢO" in page for page in texts(made(LONG)))


def test_what_people_typed_is_no_markup():
    written = one_line(
        texts(
            made(
                Paragraph("<b>a & b</b> <i"), Table((Column("<u>", 1.0),), (("<font>&amp;" * 9,),))
            )
        )[0]
    )
    assert "<b>a & b</b> <i" in written and "<u>" in written and "<font>&amp;" in written


def test_its_properties_name_its_language_and_its_kind():
    found = pdf(pdf_bytes(document(words=EN)))
    assert found.metadata.title.startswith("Minutes") and found.metadata.author == "Ban Dân vận"
    assert found.trailer["/Root"]["/Lang"] == "en"


def test_a_signature_stands_on_no_page_without_a_line_or_two_rows_of_what_is_signed():
    for lines in range(20, 45):
        last = texts(made(*[Paragraph(f"Đoạn {number}") for number in range(lines)]))[-1]
        assert f"Đoạn {lines - 1}" in last and "Nguyễn Văn Ấy" in last and "Nơi nhận:" in last
    columns = (Column("A", 0.5), Column("B", 0.5))
    for rows in (1, 2, *range(22, 40)):
        table = Table(columns, tuple((f"Dòng {number}", "x") for number in range(rows)))
        pages = texts(made(table))
        assert f"Dòng {rows - 1}" in pages[-1] and "Nguyễn Văn Ấy" in pages[-1]
        assert rows == 1 or f"Dòng {rows - 2}" in pages[-1]
        assert sum(page.count("Dòng ") for page in pages) == rows, "each row once"


def test_no_paragraph_leaves_one_line_alone_and_a_line_stays_with_the_list_that_it_names():
    """As a word processor does, so that both files have the same pages."""
    three = Paragraph(" ".join(["đầu", *["chữ"] * 45, "cuối"]))
    label = Paragraph("Gồm:", keep_with_next=True)
    for lines in range(22, 30):
        before = [Paragraph(f"Đoạn {number}") for number in range(lines)]
        pages = texts(made(*before, label, three, Paragraph("Hết")))
        (page,) = (text for text in pages if "đầu" in text)
        assert "cuối" in page and "Gồm:" in page


# --- for an archive and for those who hear it ----------------------------------------------------


def tree(found, kind: str) -> list:
    """The parts of a kind in the structure of a file, in the order of reading."""
    parts, todo = [], [found.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while todo:
        part = todo.pop().get_object()
        if part.get("/S") == f"/{kind}":
            parts.append(part)
        todo += [one for one in reversed(part.get("/K", [])) if "/S" in one.get_object()]
    return parts


def test_it_is_an_archives_file_with_its_facts_and_its_colours():
    found = made(LONG)
    root = found.trailer["/Root"]
    facts = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in facts
    assert SUMMARY in facts and "Ban Dân vận" in facts and "2024-02-05T00:00:00Z" in facts
    assert found.metadata.creation_date.isoformat() == "2024-02-05T00:00:00+00:00"
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1" and intent["/DestOutputProfile"].get_object().get_data()
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_stream_of_the_file_ends_a_line_and_every_letter_is_in_an_embedded_typeface():
    written = pdf_bytes(document())
    assert written.count(b"\nendstream") == written.count(b"endstream") > 5
    assert b"Helvetica" not in written and written.startswith(b"%PDF-1.7")


def test_its_text_stands_in_a_tree_headings_tables_and_every_mark_of_every_page():
    head = Paragraph("I. Tình hình", bold=True, keep_with_next=True, level=2)
    found = made(head, LONG, Paragraph("Hết"))
    assert len(tree(found, "H1")) == len(tree(found, "H2")) == len(tree(found, "Table")) == 1
    assert len(tree(found, "TR")) == 121, "the headings of later pages are not read out again"
    assert len(tree(found, "TH")) == 2 and len(tree(found, "TD")) == 240
    numbers = found.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for number, page in enumerate(found.pages):
        drawn = page.get_contents().get_data().decode("latin-1")
        marks = [int(one) for one in re.findall(r"<</MCID (\d+)>> BDC", drawn)]
        assert marks == list(range(len(marks))) and page["/StructParents"] == number
        assert len(numbers[2 * number + 1]) == len(marks)
        assert drawn.count("EMC") == len(marks) + drawn.count("/Artifact BMC")


def test_the_same_document_gives_the_same_file():
    assert pdf_bytes(document()) == pdf_bytes(document())


def test_what_has_two_sides_has_its_margins_mirrored_on_the_back():
    lefts = []
    for page in made(LONG, profile="party_2026").pages[:3]:
        places = []
        page.extract_text(
            visitor_text=lambda text, moved, matrix, *_, places=places: places.append(
                (text.strip(), moved[4] + matrix[4])
            )
        )
        lefts.append(min(x for text, x in places if text.startswith("Dòng")))
    assert lefts[0] == pytest.approx(lefts[2]) and lefts[0] - lefts[1] == pytest.approx(
        15 / 25.4 * 72, abs=0.5
    )


def test_an_annex_follows_the_signature_on_a_page_of_its_own():
    before, after = texts(made(Paragraph("Một"), annex=(Paragraph("Phụ lục một"),)))
    assert "Nguyễn Văn Ấy" in before and "Phụ lục một" in after


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("⚠️ Cháy", "(!) Cháy"),
        ("✓ xong ✔ ✅", "√ xong √ √"),
        ("🔴 đỏ 👍", "● đỏ (+)"),
        ("\uf0b7 Ý một", "• Ý một"),  # pasted from a word processor's list
        ("👩‍🚒 tới\ufffe", "□□ tới"),
    ],
)
def test_a_sign_that_the_typeface_lacks_leaves_no_gap(typed, read):
    cells = Table((Column(typed, 0.5), Column("Nội dung", 0.5)), ((typed, "x"),))
    written = " ".join(texts(made(Paragraph(typed), cells, mark=typed)))
    assert one_line(written).count(read) == 4
