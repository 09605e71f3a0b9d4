"""Tests of an import: quirks of files one by one, any bytes, and the way into the database."""

import io
import re
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.attendance.queries import delegations
from data.events import loading
from data.exports.event_files import event_files
from data.exports.office import delegate_table, script_table, task_table
from data.exports.workbook import event_workbook
from data.files import SIGNS, guarded, read_toml, unguarded
from data.imports.compared import difference_of
from data.imports.errors_file import errors_file
from data.imports.folder import write_folder
from data.imports.preview import load_preview, preview
from data.imports.reading import read_file
from data.storage import database
from data.wall.board import wall_document
from data.words import Words
from models.events.event import View, zone
from models.imports.frame import Frame
from models.imports.times import Days
from models.refusals import Refusal
from models.text import writable
from tests.data.imports.quirks import PLAIN, QUIRKS, Quirk, text, xlsx
from tests.stage import current, refused, row_counts

NOW = datetime(2026, 11, 26, 3, tzinfo=timezone.utc)
FRAME = Frame("Hội nghị thử", Days(date(2026, 12, 17), date(2026, 12, 18)), expected=2)


def shown(*files: tuple[str, bytes], answers: dict[str, str] | None = None):
    return preview(files, FRAME, answers or {}, now=NOW)


@pytest.mark.parametrize("quirk", QUIRKS, ids=[one.name for one in QUIRKS])
def test_a_file_with_a_quirk_is_read_or_refused_in_one_sentence(quirk: Quirk):
    found = shown((quirk.file, quirk.raw))
    notes = found.outcome.notes
    said = {one.code for one in notes.findings} | {one.kind for one in notes.questions}
    if quirk.code:
        assert [one.code for one in found.refused] == [quirk.code]
        assert not found.loadable
        return
    assert not found.refused
    assert [(table.kind, len(table.rows)) for table in found.tables] == [(quirk.kind, quirk.rows)]
    assert set(quirk.says) <= said
    if quirk.dues:
        assert tuple(row["due"] for row in found.outcome.files["tasks.csv"]) == quirk.dues


def test_there_are_at_least_sixty_quirks():
    assert len({one.name for one in QUIRKS}) >= 60


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["xlsx", "xls", "ods", "csv", "docx"]))
def test_any_bytes_are_read_or_refused(raw, ending):
    try:
        read_file(f"a.{ending}", raw)
    except Refusal as refusal:
        assert refusal.code.startswith("import_")


@settings(max_examples=40)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=30))
def test_a_workbook_with_damaged_bytes_is_read_or_refused(place, damage):
    raw = bytearray(xlsx(PLAIN))
    place %= len(raw)
    raw[place : place + len(damage)] = damage
    try:
        read_file("a.xlsx", bytes(raw))
    except Refusal as refusal:
        assert refusal.code.startswith("import_")


def test_the_answer_to_all_of_a_kind_counts_for_each():
    rows = [PLAIN[0], [1, "Một", "Sở", "trước 05/12"], [2, "Hai", "Sở", "trước 06/12"]]
    found = shown(("a.xlsx", xlsx(rows)), answers={"time_before": "same_day"})
    dues = [row["due"] for row in found.outcome.files["tasks.csv"]]
    assert dues == ["D-12 17:00", "D-11 17:00"]


def test_a_file_comes_back_with_its_errors_beside_its_lines_and_no_formula():
    rows = [*PLAIN, [3, None, "=1+1", "12/12"]]
    raw = text(rows).encode()
    found = shown(("a.csv", raw))
    words = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
    page = load_workbook(io.BytesIO(errors_file(found, "a.csv", words))).worksheets[0]
    assert page["E1"].value == "Lỗi"
    assert page["E4"].value.startswith("LỖI B4")
    assert page["C4"].value == "'=1+1"


@settings(max_examples=60)
@given(st.text(st.sampled_from("'=+-@＝\t\x00aĐ "), max_size=6))
def test_no_cell_of_an_events_file_is_a_formula_and_each_comes_back_as_it_was(cell):
    written = guarded(cell)
    assert not written.startswith(SIGNS)
    assert unguarded(written) == writable(cell)


def test_every_writer_of_tables_is_one_of_those_that_neutralise():
    """The control: a new one has to guard its cells, and then stands here."""
    makes = re.compile(r"\b(?:Workbook\(|csv\.writer\(|DictWriter\()")
    root = Path(__file__).parents[3]
    floors = [one for floor in ("data", "ui", "web", "cli") for one in (root / floor).rglob("*.py")]
    found = {
        path.relative_to(root).as_posix()
        for path in floors
        if "samples" not in path.parts and makes.search(path.read_text(encoding="utf-8"))
    }
    neutral = {"data/documents/csv.py", "data/documents/xlsx.py", "data/imports/errors_file.py"}
    assert found - neutral <= {"data/imports/folder.py", "data/events/folder.py"}
    for path in found - neutral:
        assert "guarded(" in (root / path).read_text(encoding="utf-8"), path


def test_names_and_telephone_numbers_go_no_further():
    people = next(one for one in QUIRKS if one.name == "plain list")
    assert "Nguyễn Văn A" not in str(shown((people.file, people.raw)).outcome.files)
    assert "0900" not in str(shown((people.file, people.raw)).outcome.files)


def test_an_import_is_loaded_by_the_loader_of_every_event_in_vietnamese_alone(db):
    by_name = {one.name: one for one in QUIRKS}
    files = [(by_name[name].file, by_name[name].raw) for name in ("script", "plain list", "plain")]
    found = shown(*files)
    event = database.run(load_preview, shown=found, now=NOW)
    assert (event.name_en, current().slug) == ("Hội nghị thử", event.slug)
    counts = row_counts()
    assert (counts["task"], counts["delegate"], counts["mediaitem"]) == (2, 2, 0)
    assert (counts["programmeitem"], counts["expectation"]) == (3, 2)


@pytest.mark.one_database
def test_an_import_with_an_error_writes_nothing(db):
    found = shown(("a.csv", text([*PLAIN, [3, None, "Sở", "12/12"]]).encode()))
    with refused("import_not_loadable"):
        database.run(load_preview, shown=found, now=NOW)


@pytest.mark.one_database
def test_an_event_without_delegates_or_programme_is_loaded(db):
    database.run(load_preview, shown=shown(("a.csv", text(PLAIN).encode())), now=NOW)
    counts = row_counts()
    assert (counts["task"], counts["delegate"], counts["programmeitem"]) == (2, 0, 0)


# --- the second sample ---------------------------------------------------------------------------

OFFICE = Path(__file__).parent / "office"
CONFERENCE = loading.SAMPLE.parent / "hoi_nghi_2026"


@pytest.mark.slow
@pytest.mark.one_database
def test_the_sample_of_2026_is_what_the_import_makes_of_the_office_files(db, tmp_path):
    named = read_toml(CONFERENCE, "event.toml").values
    frame = Frame(
        named["name"]["vi"],
        Days(named["first_day"], named["last_day"]),
        short_name=named["short_name"]["vi"],
        place=named["place"]["vi"],
        expected=565,
    )
    names = ("3_Kich_ban_dieu_hanh.docx", "1_Bang_phan_cong_nhiem_vu.xlsx")
    files = [(name, (OFFICE / name).read_bytes()) for name in (*names, "2_Danh_sach_dai_bieu.xlsx")]
    found = preview(files, frame, {"spelling": "ủy, hòa"}, now=NOW)
    write_folder(found.outcome, tmp_path)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (CONFERENCE / made.name).read_bytes(), made.name
    event = database.run(loading.load_event, folder=CONFERENCE, rehearsal=False, now=NOW)
    counts = row_counts()
    assert (event.expected_delegates, counts["delegate"], counts["section"]) == (565, 565, 6)
    assert (counts["task"], counts["delegation"], counts["desk"]) == (38, 157, 4)
    assert counts["expectation"] == 3 * 565  # a discussion group and two sessions each
    with database.reading() as session:
        assert wall_document(session, event, View(NOW))
        kinds = [one.kind_vi for one in delegations(session, event)]
        assert (kinds.count("Xã"), kinds.count("Phường")) == (119, 11)
        # What goes out is what came in: read again it gives the same rows, settings and columns.
        words = Words("vi", zone(event))
        tables = [
            task_table(session, event, View(NOW), words),
            delegate_table(session, event, words),
            script_table(session, event, words),
        ]
        book = event_workbook(event, event_files(session, event), tables, words)
    again = preview([("event.xlsx", book)], frame, {"spelling": "ủy, hòa"}, now=NOW)
    assert again.outcome.files == found.outcome.files
    assert again.outcome.settings == found.outcome.settings
    with database.reading() as session:
        difference = difference_of(session, event, again)
    assert (difference.new, difference.changed, difference.missing) == ([], [], [])
    assert [one.name for one in again.passed_over] == [
        "Tiểu ban", "Địa điểm", "Bàn điểm danh", "Tài khoản", "Truyền thông"
    ]  # fmt: skip


def test_the_list_of_480_is_imported_with_the_number_that_is_expected():
    name = "2b_Danh_sach_dai_bieu_480.xlsx"
    found = preview(
        [(name, (OFFICE / name).read_bytes())], replace(FRAME, expected=565), {}, now=NOW
    )
    assert found.outcome.counts["delegates"] == 480
    assert found.outcome.settings["expected_delegates"] == 565
    assert "total_differs" not in {one.code for one in found.outcome.notes.findings}
