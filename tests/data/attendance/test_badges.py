"""Replaced badges open nothing, and what is printed of badges can be read back: pages, codes,
fonts.
"""

import io
import re
import threading
from dataclasses import replace as replace_facts

import pytest
from pypdf import PdfReader
from sqlmodel import select

from data.attendance.badge_sheets import PrintedBadge, Sheets, badge_sheets
from data.attendance.badges import NewBadge, export_badge, export_badges, replace_badge
from data.attendance.commands import admit, undo_attendance
from data.attendance.search import delegate_index, search_delegates
from data.commands import run
from data.events.current import current_event
from data.storage import database
from data.words import Words, catalogue
from models.attendance.badges import ReplacedBadge, badge_code, badge_number, badge_of
from models.attendance.ledger import AttendanceFact, Delegate, Delegation
from models.attendance.particulars import DelegateParticulars, Particulars, row_of
from models.refusals import Refusal
from models.storage import Change
from tests import stage
from tests.data.access.test_permissions import VINH
from tests.stage import DISTRICT, VAN, one_change, refused

DAY = "D+1 06:30"
SHEETS = Sheets(event="Sự kiện", bearer="Đại biểu", title="Thẻ", language="vi", at=stage.REAL)
MAIN = "phien_chinh"


def replace(
    badge: str, *, by: str = "desk.ban_1", when: str = DAY, once: str | None = None
) -> NewBadge:
    return stage.give(replace_badge, by=by, when=when, once=once, badge=badge)


def scan(badge: str, *, when: str = DAY, by: str = "desk.ban_1"):
    return stage.give(admit, by=by, when=when, badge=badge, item_id=stage.item(MAIN))


def all_badges() -> list[str]:
    with database.reading() as session:
        return list(
            session.exec(select(Delegate.badge).where(Delegate.event_id == stage.current().id))
        )


# --- replacing ------------------------------------------------------------------------------------


def test_a_replaced_badge_is_dead_at_once_and_the_refusal_says_since_when(event):
    given = replace(VAN)
    with refused("badge_replaced", badge=VAN, at=stage.at(DAY)):
        scan(VAN, when="D+1 06:31")
    assert scan(given.badge, when="D+1 06:32").badge == given.badge


@pytest.mark.one_database
def test_the_refusal_names_the_delegate_in_words(event):
    replace(VAN)
    with pytest.raises(Refusal) as caught:
        scan(VAN)
    sentence = Words("vi", VINH).refusal(caught.value)
    assert VAN in sentence and "06:30" in sentence and "Nghi Văn" in sentence


def test_the_new_code_is_the_next_free_serial_with_its_check_letter(event):
    highest = max(badge_number(code) for code in all_badges())
    given = replace(DISTRICT)
    assert given.badge == badge_code(given.badge) == badge_of(highest + 1)
    assert replace(VAN).badge == badge_of(highest + 2)


def test_a_dead_serial_is_never_given_again(event):
    """The delegate with the highest code loses two badges: the second is not the first again."""
    first = replace(max(all_badges())).badge
    second = replace(first).badge
    assert badge_number(second) == badge_number(first) + 1


def test_serials_grow_past_four_digits(event):
    with database.writing() as session:
        one = session.exec(select(Delegate).where(Delegate.badge == VAN)).one()
        one.badge = badge_of(9999)
        session.add(one)
    assert [replace(DISTRICT).badge, replace("0006C").badge] == [badge_of(10_000), badge_of(10_001)]


def test_a_repeated_tap_gives_the_same_badge_and_writes_nothing(event):
    first = replace(VAN, once="tap")
    with stage.nothing_written():
        assert replace(VAN, once="tap") == first
    replace(first.badge, once="later")
    assert replace(VAN, once="tap") == first


@pytest.mark.parametrize(
    ("badge", "code"),
    [("x", "badge_malformed"), ("0005G", "badge_mistyped"), (badge_of(7777), "badge_unknown")],
)
def test_what_is_no_badge_cannot_be_replaced(event, badge, code):
    with refused(code):
        replace(badge)


def test_a_dead_badge_cannot_be_replaced_again(event):
    replace(VAN)
    with refused("badge_replaced", badge=VAN):
        replace(VAN)


def test_what_was_recorded_by_the_old_badge_stays_and_can_be_undone_by_the_new_one(event):
    scan(VAN)
    given = replace(VAN)
    with refused("already_in_at_desk", badge=given.badge):
        scan(given.badge)
    stage.give(
        undo_attendance, by="desk.ban_1", when=DAY, badge=given.badge, item_id=stage.item(MAIN)
    )
    with database.reading() as session:
        assert len(session.exec(select(AttendanceFact)).all()) == 2


def test_the_search_finds_a_delegate_by_their_new_code_only(event):
    given = replace(VAN)
    with database.reading() as session:
        index = delegate_index(session, current_event(session))
        found = {
            code: [
                one.badge
                for one in search_delegates(session, index, item_id=stage.item(MAIN), query=code)
            ]
            for code in (VAN, given.badge)
        }
    assert found == {VAN: [], given.badge: [given.badge]}


def test_the_change_names_both_codes(event):
    with one_change("replace_badge"):
        given = replace(VAN)
    with database.reading() as session:
        what = session.exec(select(Change.what).order_by(Change.id.desc())).first()
    assert (what["replaced"], what["badge"]) == (VAN, given.badge)


def test_two_who_replace_one_badge_at_once_give_one_new_one(event):
    outcomes: list[str] = []

    def one(place: int) -> None:
        try:
            outcomes.append(replace(VAN, by=("command", "desk.ban_1")[place % 2]).badge)
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1:] == ["badge_replaced"] * 5
    with database.reading() as session:
        assert len(session.exec(select(ReplacedBadge)).all()) == 1


# --- printing -------------------------------------------------------------------------------------


def exported(
    command=export_badges, *, language: str = "vi", by: str = "command", **facts
) -> PdfReader:
    given = stage.origin(by, stage.REAL)
    made = run(given, command, words=Words(language, VINH), **facts)
    return PdfReader(io.BytesIO(made))


def text(document: PdfReader) -> str:
    """Everything on its pages, lines and runs of spaces as single spaces."""
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def codes(document: PdfReader) -> list[str]:
    return [
        word
        for page in document.pages
        for word in page.extract_text().split()
        if word[:4].isdigit() and word[-1].isalpha()
    ]


def fonts(document: PdfReader) -> dict[str, object]:
    """The descriptors of the fonts that letters are drawn in, by name."""
    return {
        str(font.get_object()["/BaseFont"]): font.get_object().get("/FontDescriptor")
        for page in document.pages
        for font in page["/Resources"]["/Font"].values()
        if font.get_object()["/Subtype"] == "/TrueType"
    }


@pytest.mark.one_database
def test_everybodys_badges_stand_eight_to_a_sheet(sample):
    """Printed once, since it takes long; in the organiser's order, as the next test asks of both
    databases.
    """
    document = exported(delegation_id=None)
    assert len(document.pages) == 141  # 1,121 badges
    printed = codes(document)
    assert printed == in_the_lists_order() and printed[0] == "0001G"
    assert sorted(printed) == sorted(all_badges())
    assert all(
        page.mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.1) for page in document.pages
    )


def test_delegations_and_delegates_follow_each_other_as_in_the_organisers_lists(event):
    printed = codes(exported(delegation_id=None))
    assert len(printed) > 4 and printed == in_the_lists_order()


def in_the_lists_order() -> list[str]:
    query = select(Delegate.badge).join(Delegation).where(Delegate.event_id == stage.current().id)
    with database.reading() as session:
        return list(session.exec(query.order_by(Delegation.id, Delegate.id)))


def test_one_delegation_is_printed_alone_and_one_badge_too(event):
    with database.reading() as session:
        delegation = session.exec(select(Delegate.delegation_id).where(Delegate.badge == VAN)).one()
        own = session.exec(select(Delegate.badge).where(Delegate.delegation_id == delegation)).all()
    assert sorted(codes(exported(delegation_id=delegation))) == sorted(own)
    assert codes(exported(export_badge, by="desk.ban_1", badge=VAN)) == [VAN]


def test_a_dead_badge_is_not_printed(event):
    given = replace(VAN)
    printed = codes(exported(delegation_id=None))
    assert given.badge in printed and VAN not in printed
    with refused("badge_replaced", badge=VAN):
        exported(export_badge, badge=VAN)


@pytest.mark.one_database
@pytest.mark.parametrize(("language", "words"), [("vi", "Nghi Văn"), ("en", "Party Secretary")])
def test_a_badge_names_event_office_and_delegation_in_the_language_asked_for(
    event, language, words
):
    words_of_file = text(exported(export_badge, language=language, badge=VAN))
    here = stage.current()
    assert words in words_of_file and VAN in words_of_file
    name = here.short_name_vi if language == "vi" else here.short_name_en
    assert "".join(name.split()) in "".join(words_of_file.split()), (
        "in full: the long name would be cut off"
    )


@pytest.mark.one_database
def test_a_badge_bears_the_name_where_the_event_keeps_names_and_the_desk_may_read_it(event):
    name = "Đàm Thị Ngọc Ánh"
    keeping = {"name": {"reason": "Gọi xe", "erase_on": "2999-01-01"}}
    with database.writing() as session:
        own = session.get_one(type(event), event.id)
        own.rehearsal, own.particulars = False, keeping
        known = row_of(event.id, stage.delegate(VAN), Particulars(name, "0912 345 678"))
        session.add(DelegateParticulars(**known))
    for by in ("command", "desk.ban_1"):
        words_of_file = text(exported(export_badge, by=by, badge=VAN))
        assert name in words_of_file and "345" not in words_of_file
        assert "Nghi Văn" in words_of_file and VAN in words_of_file
    with database.writing() as session:
        session.get_one(type(event), event.id).particulars = {}
    assert name not in text(exported(export_badge, badge=VAN))


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_rehearsals_badge_says_so(sample, language):
    mark = catalogue(language)["app.rehearsal"]
    assert mark in text(exported(export_badge, language=language, badge="0001G"))


@pytest.mark.one_database
def test_a_badge_says_that_one_is_a_delegate_and_of_which_group_in_which_room(sample):
    document = exported(export_badge, badge="0001G")
    words_of_file = text(document)
    assert "ĐẠI BIỂU" in words_of_file
    assert "DĐ 1 · Xây dựng Đảng" in words_of_file and "Hội trường số 1" in words_of_file
    colours = {bar(exported(export_badge, badge=code)) for code in ("0001G", "0002K", "0003M")}
    assert len(colours) == 2, "the first two are of one forum, the third of another"


def bar(document: PdfReader) -> str:
    """The colour in which the first area of a sheet is filled, as it is written in the file."""
    drawn = document.pages[0].get_contents().get_data().decode("latin-1")
    return re.search(r"([\d. ]+) rg\s", drawn).group(1)


@pytest.mark.one_database
def test_every_font_is_embedded_and_the_sheets_are_an_archives_file(sample):
    document = exported(export_badge, badge="0001G")
    facts = document.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in facts and document.trailer["/Root"]["/StructTreeRoot"]
    every = [font.get_object() for font in document.pages[0]["/Resources"]["/Font"].values()]
    assert {font["/Subtype"] for font in every} == {"/TrueType"}, "no Helvetica of a reader"
    found = fonts(document)
    assert len(found) >= 2
    assert all(
        descriptor is not None and "/FontFile2" in descriptor.get_object()
        for descriptor in found.values()
    )


def test_every_vietnamese_letter_has_a_shape():
    letters = "ăâđêôơư àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ"
    title = f"{letters} {letters.upper()}"[:100]
    made = badge_sheets([PrintedBadge("0001G", title, letters[-30:])], SHEETS)
    shown = "".join(text(PdfReader(io.BytesIO(made))).split())
    assert not {letter for letter in title + letters[-30:] if letter != " "} - set(shown)


def test_a_very_long_office_stays_on_its_badge():
    long = "Phó Trưởng ban Thường trực Ban Chỉ đạo thực hiện Quy chế dân chủ ở cơ sở " * 3
    sheets = replace_facts(SHEETS, event="Sự kiện " * 30)
    made = badge_sheets([PrintedBadge("0001G", long, "Thành phố Vinh")], sheets)
    document = PdfReader(io.BytesIO(made))
    assert len(document.pages) == 1 and "0001G" in text(document)
    assert text(document).count("…") == 2, "what is cut says so"


def test_a_long_name_and_a_long_unit_stand_whole_and_no_office_is_larger_than_a_name():
    """The last word of a Vietnamese name is the one that a person is called by."""
    names = (
        "Công Tằng Tôn Nữ Thị Huyền Trân Ngọc Diễm Quỳnh Như",
        "Trương Gia Quỳnh Hương Nguyễn Phúc Thùy Đoan Trang Linh Giang Thảo My",
        "NGUYỄN HOÀNG THỊ PHƯƠNG THẢO NGUYÊN BẢO TRÂN",
        "Đỗ Ơ",
    )
    unit = "Ban Tuyên giáo và Dân vận Tỉnh ủy Nghệ An"
    for name in names:
        sizes: dict[float, str] = {}

        def meet(found, _space, _matrix, _font, size, sizes=sizes):
            sizes[size] = sizes.get(size, "") + found

        made = badge_sheets([PrintedBadge("0001G", "Bí thư", unit, name=name)], SHEETS)
        document = PdfReader(io.BytesIO(made))
        words_of_file = " ".join(text(document).split())
        assert name in words_of_file and unit in words_of_file and "…" not in words_of_file
        document.pages[0].extract_text(visitor_text=meet)
        (named,) = [size for size, found in sizes.items() if name.split()[0] in found]
        (title,) = [size for size, found in sizes.items() if "Bí thư" in found]
        assert title < named


@pytest.mark.one_database
def test_the_samples_name_stands_whole_on_its_badges(sample):
    with database.reading() as session:
        name = current_event(session).short_name_vi
    words_of_file = " ".join(text(exported(export_badge, badge="0001G")).split())
    assert name in words_of_file and "…" not in words_of_file


def test_no_one_to_print_gives_an_empty_sheet_not_an_error():
    assert len(PdfReader(io.BytesIO(badge_sheets([], SHEETS))).pages) == 1


def test_that_badges_were_taken_is_recorded(event):
    with one_change("export_badges"):
        exported(delegation_id=None)


def test_a_desk_prints_one_badge_and_never_the_list(event):
    with refused("not_permitted"):
        exported(by="desk.ban_1", delegation_id=None)
