"""The script in files: an office's columns become the lines of items, and go out with the event."""

from zoneinfo import ZoneInfo

import pytest

from data.documents.docx import docx_bytes
from data.events.loading import load_event
from data.exports.event_files import event_files
from data.exports.office import script_table
from data.exports.workbook import table_document
from data.imports.compared import difference_of
from data.imports.preview import load_preview, preview
from data.script.lines import lines, write_script_line
from data.storage import database
from data.words import Words
from models.imports.frame import Frame
from models.imports.times import Days
from models.programme import ProgrammeItem
from models.script.lines import Line
from tests.data.imports.quirks import docx
from tests.stage import REAL, give, item

VI = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
HEADS = ["TT", "Thời gian", "Nội dung", "Người thực hiện"]
HEADS += ["Lời dẫn", "Âm thanh, ánh sáng", "Hậu trường", "Ghi chú"]
SAID = ["Kính thưa quý vị đại biểu", "Nhạc hiệu", "Chờ ở cánh gà", "Tắt micro bục"]
LONG = "Dài " * 150
WRITTEN = [
    HEADS,
    ["1", "8h00-8h30", "Phiên khai mạc", "Ban Tổ chức", *SAID],
    ["2", "8h30-9h00", "Phiên bế mạc", "Chủ tọa", "", "", "", LONG.strip()],
]


@pytest.mark.one_database
def test_what_a_script_says_is_read_loaded_and_goes_out_again(db):
    first = REAL.date().replace(month=12)
    frame = Frame("Hội nghị thử", Days(first, first))
    shown = preview([("kich_ban.docx", docx(WRITTEN))], frame, {}, now=REAL)
    event = database.run(load_preview, shown=shown, now=REAL)
    with database.reading() as session:
        found = {
            session.get(ProgrammeItem, number).title_vi: line
            for number, (_, line) in lines(session, event).items()
        }
        rows = event_files(session, event).rows["programme.csv"]
        table = script_table(session, event, VI)
    line = Line("", *SAID)
    assert found == {"Phiên khai mạc": line}
    out = {row["title_vi"]: (row["words"], row["technique"]) for row in rows if row["words"]}
    assert out == {"Phiên khai mạc": (line.words, line.technique)}
    # The same columns in the same order, also with what is longer than a line of the script holds.
    assert [heading for _, heading in table.columns] == HEADS
    cells = [[one.cells.get(name, "") for name, _ in table.columns] for one in table.lines]
    assert [HEADS, *(row for row in cells if any(row))] == WRITTEN
    made = docx_bytes(table_document(event, table, REAL, VI))
    again = preview([("lai.docx", made)], frame, {}, now=REAL)
    with database.reading() as session:
        assert difference_of(session, event, again).is_empty


@pytest.mark.one_database
def test_a_script_that_came_of_no_file_goes_out_with_the_columns_that_hold_anything(event):
    line = {"item_id": item("khai_mac"), "version": 0, "line": Line(note="Tắt micro bục")}
    give(write_script_line, by="command", when="D-5 08:00", **line)
    with database.reading() as session:
        table = script_table(session, event, VI)
    assert table.columns[-1] == ("note", "Ghi chú")
    assert [one.cells["note"] for one in table.lines if one.cells.get("note")] == ["Tắt micro bục"]


@pytest.mark.one_database
def test_words_keep_their_paragraphs_on_their_way_in_and_out(event):
    said = "Kính thưa đại biểu!\nXin mời đứng lên."
    line = {"item_id": item("khai_mac"), "version": 0, "line": Line(words=said)}
    give(write_script_line, by="command", when="D-5 08:00", **line)
    with database.reading() as session:
        written = event_files(session, event)
    written.settings["slug"] = "khac"
    written.settings.pop("documents", None)  # an event without a profile names none
    loaded = database.run(load_event, folder=written, rehearsal=False, now=REAL)
    with database.reading() as session:
        found = [one for _, one in lines(session, loaded).values()]
    assert [one.words for one in found] == [said]
