"""Small files with one quirk each, made in memory: what is awkward, the file, what comes of it."""

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import xlwt
from docx import Document
from openpyxl import Workbook

from models.imports import encodings

MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
HEADER = ["TT", "Nội dung công việc", "Đơn vị chủ trì", "Thời gian hoàn thành"]
TASKS = [
    [1, "Kế hoạch tổ chức", "Văn phòng", "10/12"],
    [2, "In thẻ đại biểu", "Tổ Thư ký", "14/12"],
]
PEOPLE = ["STT", "Họ và tên", "Chức vụ", "Đơn vị", "SĐT"]
ONE = [1, "Nguyễn Văn A", "Bí thư Đảng ủy", "Xã Anh Sơn", "0900 000001"]
TWO = [2, "Trần Thị B", "Chủ tịch UBND xã", "Xã Anh Sơn", "0900 000002"]
SCRIPT = ["TT", "Thời gian", "Nội dung", "Người thực hiện", "Ghi chú"]


@dataclass(frozen=True)
class Quirk:
    """`kind` and `rows` of the one table, or the refusal's `code`; `says`: codes of findings or
    kinds of questions that have to come up; `dues`: due dates as days and hours from the first."""

    name: str
    file: str
    make: Callable[[], bytes]
    kind: str = ""
    rows: int = 0
    code: str = ""
    says: tuple[str, ...] = ()
    dues: tuple[str, ...] = ()

    @cached_property
    def raw(self) -> bytes:
        """The file: made by the test that reads it, and not by everyone who collects the tests."""
        return self.make()


def xlsx(
    rows: list[list[Any]], merged: tuple[str, ...] = (), change: Callable[..., None] = id
) -> bytes:
    book = Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    for one in merged:
        page.merge_cells(one)
    change(page)
    return saved(book)


def saved(book: Any) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def xls(rows: list[list[Any]], merged: tuple[tuple[int, int, int, int], ...] = ()) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("Trang 1")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                page.write(number, column, value)
    for one in merged:
        page.merge(*one)
    return saved(book)


def ods(rows: list[list[Any]], repeated: int = 1) -> bytes:
    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        text_cell = '<table:table-cell office:value-type="string"><text:p>'
        return f"{text_cell}{value}</text:p></table:table-cell>"

    lines = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated}">'
        + "".join(map(cell, row))
        + "</table:table-row>"
        for row in rows
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="Trang">'
        f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": MANIFEST,
        }
    )


def zipped(parts: dict[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def docx(rows: list[list[str]], wide: tuple[int, ...] = (), before: tuple[str, ...] = ()) -> bytes:
    document = Document()
    for text in before:
        document.add_paragraph(text)
    table = document.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        cells = table.rows[number].cells
        if number in wide:
            cells = [cells[0].merge(cells[-1])]
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
    return saved(document)


def text(rows: list[list[Any]], delimiter: str = ",") -> str:
    return "\n".join(
        delimiter.join(f'"{one}"' if delimiter in str(one) else str(one or "") for one in row)
        for row in rows
    )


def in_tcvn3(written: str) -> str:
    codes = {letter: code for code, letter in encodings._TCVN3.items()}
    return "".join(codes.get(one, one) for one in written)


def in_cp1258(written: str) -> bytes:
    def split(one: str) -> str:
        marks = unicodedata.normalize("NFD", one)
        tones = "".join(mark for mark in marks if mark in encodings.TONE_MARKS)
        return (
            unicodedata.normalize("NFC", marks.translate({ord(tone): None for tone in tones}))
            + tones
        )

    return "".join(map(split, written)).encode("cp1258")


def rezipped(raw: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return zipped({name: change(name, archive.read(name)) for name in archive.namelist()})


def tasks(name: str, rows: list[list[Any]], count: int, **more: Any) -> Quirk:
    merged = more.pop("merged", ())
    return Quirk(name, "bang.xlsx", lambda: xlsx(rows, merged), "tasks", count, **more)


def due(name: str, written: Any, *dues: str, says: tuple[str, ...] = ()) -> Quirk:
    return tasks(
        f"due {name}", [HEADER, [1, "Việc", "Văn phòng", written]], 1, dues=dues, says=says
    )


def people(name: str, rows: list[list[Any]], count: int, **more: Any) -> Quirk:
    merged = more.pop("merged", ())
    return Quirk(name, "ds.xlsx", lambda: xlsx(rows, merged), "delegates", count, **more)


def script(
    name: str, rows: list[list[str]], count: int, wide: tuple[int, ...] = (), **more: Any
) -> Quirk:
    return Quirk(name, "kb.docx", lambda: docx([SCRIPT, *rows], wide), "script", count, **more)


PLAIN = [HEADER, *TASKS]


def _lying(page: str, raw: bytes) -> bytes:
    return (
        raw.replace(b'<dimension ref="A1:D3"', b'<dimension ref="A1:B1"')
        if "sheet1" in page
        else raw
    )


def _formula(page: Any) -> None:
    page["B2"] = "=A1&A2"


def _far(page: Any) -> None:
    page["XFD1000"] = "x"


def _filled(rows: bytes) -> bytes:
    """A workbook whose sheet holds these rows."""

    def change(page: str, raw: bytes) -> bytes:
        start, _, rest = raw.partition(b"<sheetData>")
        return start + b"<sheetData>" + rows + rest[rest.index(b"</sheetData>") :] if rest else raw

    return rezipped(xlsx(PLAIN), change)


def _formats(page: str, raw: bytes) -> bytes:
    return raw.replace(b"<cellXfs", b"<fonts2>" + b"<font/>" * 50_000 + b"</fonts2><cellXfs")


def _merges(page: str, raw: bytes) -> bytes:
    ranges = b'<mergeCell ref="F1:H9999"/>' * 2_000
    merges = b"</sheetData><mergeCells>" + ranges + b"</mergeCells>"
    return raw.replace(b"</sheetData>", merges)


ROMAN = [
    HEADER,
    ["I", "Công tác nội dung"],
    *TASKS,
    ["II", "Công tác hậu cần"],
    [3, "Xe", "Sở", "12/12"],
]
WIDE = [HEADER, ["I. Nội dung"], *TASKS]
REAL = [HEADER, [1, "Việc", "Văn phòng", datetime(2026, 12, 8)]]
QUIRKS = [
    tasks("plain", PLAIN, 2, dues=("D-7 17:00", "D-3 17:00")),
    tasks("title rows above", [["TỈNH ỦY"], ["BẢNG PHÂN CÔNG"], [], *PLAIN], 2),
    tasks(
        "line break in a header",
        [["TT", "Nội dung\ncông việc", "Chủ\ntrì", "Thời gian\nhoàn thành"], *TASKS],
        2,
    ),
    tasks("no accents", [["TT", "Noi dung cong viec", "Don vi chu tri", "Thoi gian"], *TASKS], 2),
    tasks("English names", [["No.", "Task", "Owner", "Due date"], *TASKS], 2),
    tasks("capital headers", [[one.upper() for one in HEADER], *TASKS], 2),
    tasks("merged group rows", WIDE, 2, merged=("A2:D2",)),
    tasks("roman group rows", ROMAN, 3),
    tasks("capital group row", [HEADER, [None, "CÔNG TÁC Y TẾ"], *TASKS], 2),
    tasks("phase group rows", [HEADER, ["TRƯỚC SỰ KIỆN"], *TASKS], 2, merged=("A2:D2",)),
    tasks("total below", [*PLAIN, [None, "Tổng cộng: 2 nhiệm vụ"]], 2),
    tasks("remark below", [*PLAIN, [None, "Các tiểu ban báo cáo hằng ngày."]], 2),
    tasks(
        "signature below",
        [*PLAIN, [], [None, None, "Nghệ An, ngày 1 tháng 12 năm 2026"], [None, None, "NGƯỜI LẬP"]],
        2,
    ),
    tasks("header repeated", [*PLAIN, HEADER, [3, "Xe", "Sở", "12/12"]], 3),
    tasks("letters of columns", [HEADER, ["a", "b", "c", "d"], *TASKS], 2),
    tasks(
        "row torn by a page",
        [*PLAIN, [None, "và sắp xếp theo đơn vị"], [3, "Xe", "Sở", "12/12"]],
        3,
        says=("row_joined",),
    ),
    tasks("numbering restarts", [*PLAIN, [1, "Xe", "Sở", "12/12"]], 3, says=("number_twice",)),
    tasks("no numbers", [HEADER[1:], *(one[1:] for one in TASKS)], 2),
    tasks(
        "unknown column",
        [[*HEADER, "Mã hồ sơ"], *([*one, "x"] for one in TASKS)],
        2,
        says=("column_unknown",),
    ),
    tasks("task without a title", [*PLAIN, [3, None, "Sở", "12/12"]], 3, says=("task_untitled",)),
    tasks(
        "abolished body",
        [HEADER, [1, "Việc", "Ban Dân vận Tỉnh ủy", "10/12"]],
        1,
        says=("body_abolished",),
    ),
    tasks(
        "two spellings",
        [HEADER, [1, "Việc", "Tỉnh uỷ", "10/12"], [2, "Xe", "Tỉnh ủy", "10/12"]],
        2,
        says=("spelling",),
    ),
    tasks("error value", [HEADER, [1, "#REF!", "Sở", "10/12"]], 1),
    due("before", "trước 05/12", "D-13 17:00", says=("time_before",)),
    due("range", "17-18/12", "D+1 17:00"),
    due("evening clock", "20h00 ngày 17/12", "D+0 20:00"),
    due("after the event", "sau Hội nghị 5 ngày", "D+6 17:00"),
    due("ongoing", "thường xuyên", "D+1 17:00", says=("time_ongoing",)),
    due("empty", None, "D-1 17:00", says=("time_empty",)),
    due("unread", "xem sau", "D-1 17:00", says=("time_unread",)),
    due("serial number", 46364, "D-9 17:00"),
    due("serial as text", "46364", "D-9 17:00"),
    due("words", "ngày 10 tháng 12 năm 2026", "D-7 17:00"),
    due("points", "10.12.2026", "D-7 17:00"),
    due("month first", "12/25", "D+8 17:00"),
    due("evening", "Tối 17/12", "D+0 21:00"),
    due("week of a month", "tuần 2 tháng 12", "D-6 17:00", says=("time_vague",)),
    due("weekday before", "Thứ Hai, 14/12", "D-3 17:00"),
    due("end of a month", "cuối tháng 11", "D-17 17:00", says=("time_vague",)),
    Quirk("due real date", "bang.xlsx", lambda: xlsx(REAL), "tasks", 1, dues=("D-9 17:00",)),
    people("plain list", [PEOPLE, ONE, TWO], 2, says=("private_left",)),
    people("merged units", [PEOPLE, ONE, [*TWO[:3], None, TWO[4]]], 2, merged=("D2:D3",)),
    people(
        "unit above without a merge",
        [PEOPLE, ONE, [*TWO[:3], None, TWO[4]]],
        2,
        says=("unit_above",),
    ),
    people(
        "listed twice",
        [PEOPLE, ONE, [2, "Nguyễn Văn A", "Bí thư Đảng uỷ", "Xã Anh Sơn", None]],
        2,
        says=("double",),
    ),
    people(
        "unit misspelt",
        [PEOPLE, ONE, [*TWO[:3], "Xã Anh Sơm", None], [3, "C", "Bí thư", "Xã Con Cuông", None]],
        3,
        says=("unit_unknown",),
    ),
    people(
        "township", [PEOPLE, ONE, [*TWO[:3], "Thị trấn Anh Sơn", None]], 2, says=("unit_abolished",)
    ),
    people(
        "total differs",
        [PEOPLE, ONE, TWO, [None, "Tổng cộng: 5 đại biểu"]],
        2,
        says=("total_differs",),
    ),
    people(
        "other names of columns", [["STT", "Họ & tên", "Chức danh", "Cơ quan"], ONE[:4], TWO[:4]], 2
    ),
    people(
        "groups A and B",
        [PEOPLE, ["A. CẤP TỈNH"], ONE, ["B. CẤP XÃ"], [1, *TWO[1:]]],
        2,
        merged=("A2:E2", "A4:E4"),
    ),
    script(
        "script",
        [
            ["1", "7h30'", "Chào cờ", "MC", ""],
            ["2", "8h00-8h15", "Phát biểu khai mạc", "Bí thư", ""],
        ],
        2,
        says=("session_made",),
    ),
    script(
        "day rows",
        [["NGÀY 18/12/2026 (Thứ Sáu)"], ["1", "8h00", "Phiên toàn thể", "", ""]],
        1,
        (1,),
    ),
    script("words for a day", [["NGÀY THỨ HAI"], ["1", "8h00", "Phiên toàn thể", "", ""]], 1, (1,)),
    script(
        "evening words",
        [["1", "Tối 17/12", "Tổng hợp báo cáo", "Thư ký", ""]],
        1,
        says=("item_time",),
    ),
    script(
        "minutes from the start",
        [["1", "8h00", "Phiên toàn thể", "", ""], ["2", "05-15", "Phát biểu", "", ""]],
        2,
    ),
    script(
        "outside the days",
        [["1", "8h00 ngày 25/12", "Phiên toàn thể", "", ""]],
        1,
        says=("outside_days",),
    ),
    script(
        "one room twice",
        [
            ["1", "8h00-9h00", "Thảo luận Tổ 1", "", "Phòng 1"],
            ["2", "8h00-9h00", "Thảo luận Tổ 2", "", "Phòng 1"],
        ],
        2,
        says=("room_twice",),
    ),
    script(
        "one person in two rooms",
        [
            ["1", "8h00-9h00", "Thảo luận Tổ 1", "Chủ trì: Bí thư Tỉnh ủy; Thư ký Tổ", "Phòng 1"],
            ["2", "8h30-9h30", "Thảo luận Tổ 2", "BÍ THƯ TỈNH UỶ, Thư ký Tổ", "Phòng 2"],
            ["3", "9h00-9h30", "Thảo luận Tổ 3", "Thư ký Tổ", "Phòng 1"],
        ],
        3,
        says=("person_twice",),
    ),
    Quirk("comma", "a.csv", lambda: text(PLAIN).encode(), "tasks", 2),
    Quirk(
        "semicolon and mark",
        "a.csv",
        lambda: b"\xef\xbb\xbf" + text(PLAIN, ";").encode(),
        "tasks",
        2,
    ),
    Quirk("tab", "a.txt", lambda: text(PLAIN, "\t").encode(), "tasks", 2),
    Quirk("UTF-16", "a.csv", lambda: text(PLAIN, "\t").encode("utf-16"), "tasks", 2),
    Quirk("Windows-1258", "a.csv", lambda: in_cp1258(text(PLAIN)), "tasks", 2, says=("decoded",)),
    Quirk(
        "TCVN3",
        "a.csv",
        lambda: in_tcvn3(text(PLAIN)).encode("cp1252"),
        "tasks",
        2,
        says=("decoded",),
    ),
    Quirk(
        "TCVN3 in cells",
        "a.xlsx",
        lambda: xlsx(
            [[in_tcvn3(str(c)) if isinstance(c, str) else c for c in row] for row in PLAIN]
        ),
        "tasks",
        2,
        says=("decoded",),
    ),
    Quirk("sep line", "a.csv", lambda: b"sep=;\n" + text(PLAIN, ";").encode(), "tasks", 2),
    Quirk("XLS", "a.xls", lambda: xls(PLAIN), "tasks", 2),
    Quirk(
        "XLS with merged units",
        "a.xls",
        lambda: xls([PEOPLE, ONE, [*TWO[:3], None, TWO[4]]]),
        "delegates",
        2,
    ),
    Quirk("ODS", "a.ods", lambda: ods(PLAIN), "tasks", 2),
    Quirk("wrong extension", "a.xls", lambda: xlsx(PLAIN), "tasks", 2),
    Quirk("lying dimensions", "a.xlsx", lambda: rezipped(xlsx(PLAIN), _lying), "tasks", 2),
    Quirk(
        "stray cell", "a.xlsx", lambda: xlsx(PLAIN, change=_far), "tasks", 2, says=("stray_cell",)
    ),
    Quirk(
        "formula without a value",
        "a.xlsx",
        lambda: xlsx(PLAIN, change=_formula),
        "tasks",
        2,
        says=("formula_empty",),
    ),
    Quirk("empty file", "a.xlsx", lambda: b"", code="import_empty"),
    Quirk("truncated", "a.xlsx", lambda: xlsx(PLAIN)[:-200], code="import_broken"),
    Quirk("picture", "a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), code="import_picture"),
    Quirk("PDF", "a.pdf", lambda: b"%PDF-1.7 scan", code="import_picture"),
    Quirk(
        "web page",
        "a.xls",
        lambda: b"<html><table><tr><td>TT</td></tr></table></html>",
        code="import_web_page",
    ),
    Quirk(
        "encrypted",
        "a.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        code="import_encrypted",
    ),
    Quirk(
        "old Word",
        "a.doc",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        code="import_old_word",
    ),
    Quirk(
        "zip bomb",
        "a.xlsx",
        lambda: zipped({"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b"0" * 170 * 2**20}),
        code="import_bomb",
    ),
    Quirk(
        "entities",
        "a.xlsx",
        lambda: rezipped(
            xlsx(PLAIN),
            lambda name, raw: (
                raw.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1)
                if "sheet1" in name
                else raw
            ),
        ),
        code="import_broken",
    ),
    Quirk(
        "million empty rows",
        "a.xlsx",
        lambda: _filled(b'<row r="1"/>' * 1_100_000),
        code="import_bomb",
    ),
    Quirk(
        "row of a million cells",
        "a.xlsx",
        lambda: _filled(b'<row r="1">' + b'<c r="A1"/>' * 1_000_000 + b"</row>"),
        code="import_bomb",
    ),
    Quirk(
        "deep nesting",
        "a.xlsx",
        lambda: _filled(b"<a>" * 9_000 + b"</a>" * 9_000),
        code="import_bomb",
    ),
    Quirk("many formats", "a.xlsx", lambda: rezipped(xlsx(PLAIN), _formats), code="import_bomb"),
    Quirk(
        "document of a million rows",
        "a.docx",
        lambda: rezipped(
            docx([SCRIPT]), lambda _, raw: raw.replace(b"<w:tbl>", b"<w:tbl>" + b"<w:tr/>" * 10**6)
        ),
        code="import_bomb",
    ),
    Quirk(
        "line of a million letters",
        "a.csv",
        lambda: b"a," * 600_000 + b"\nb,c",
        code="import_broken",
    ),
    Quirk("nested quotation", "a.csv", lambda: b'a,b\n"' + b"x,\n" * 99_999, code="import_broken"),
    Quirk("macros", "a.xlsm", lambda: rezipped(xlsx(PLAIN), lambda _, raw: raw), "tasks", 2),
    tasks(
        "link",
        [HEADER, [1, '=HYPERLINK("http://a.vn","Việc")', "Sở", "12/12"]],
        1,
        says=("formula_empty",),
    ),
    Quirk("overlapping merges", "a.xlsx", lambda: rezipped(xlsx(PLAIN), _merges), "tasks", 2),
    Quirk("repeated rows", "a.ods", lambda: ods(PLAIN, 900_000), code="import_bomb"),
    Quirk("document without a table", "a.docx", lambda: saved(Document()), code="import_no_table"),
    Quirk("another archive", "a.zip", lambda: zipped({"a.txt": "x"}), code="import_unknown_format"),
    Quirk("noise", "a.csv", lambda: bytes(range(1, 32)) * 40, code="import_broken"),
    Quirk("one column", "a.csv", lambda: "một\nhai".encode(), code="import_no_table"),
]
