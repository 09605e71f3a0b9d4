"""The script in files: an office's columns become the lines of items, and go out with the event."""

import pytest

from data.events.loading import load_event
from data.exports.event_files import event_files
from data.imports.preview import load_preview, preview
from data.script.lines import lines, write_script_line
from data.storage import database
from models.imports.frame import Frame
from models.imports.times import Days
from models.programme import ProgrammeItem
from models.script.lines import Line
from tests.stage import REAL, give, item

WRITTEN = """TT;Thời gian;Nội dung;Người thực hiện;Lời dẫn;Âm thanh, ánh sáng
1;8h00-8h30;Phiên khai mạc;Ban Tổ chức;Kính thưa quý vị đại biểu;Nhạc hiệu
2;8h30-9h00;Phiên bế mạc;Chủ tọa;;
"""


@pytest.mark.one_database
def test_what_a_script_says_is_read_loaded_and_goes_out_again(db):
    first = REAL.date().replace(month=12)
    frame = Frame("Hội nghị thử", Days(first, first))
    shown = preview([("kich_ban.csv", WRITTEN.encode())], frame, {}, now=REAL)
    event = database.run(load_preview, shown=shown, now=REAL)
    with database.reading() as session:
        found = {
            session.get(ProgrammeItem, number).title_vi: line
            for number, (_, line) in lines(session, event).items()
        }
        rows = event_files(session, event).rows["programme.csv"]
    line = Line(words="Kính thưa quý vị đại biểu", technique="Nhạc hiệu")
    assert found == {"Phiên khai mạc": line}
    out = {row["title_vi"]: (row["words"], row["technique"]) for row in rows if row["words"]}
    assert out == {"Phiên khai mạc": (line.words, line.technique)}


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
