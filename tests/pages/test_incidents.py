"""The log: an entry is opened, handled, closed and opened again."""

import pytest
from sqlalchemy import func, select

from data.storage import database
from data.words import catalogue
from models.incidents import Entry, EntryState
from tests import stage

SAY = catalogue("vi")
TABLE = "log.table"


def newest() -> Entry:
    with database.reading() as session:
        found = session.execute(select(Entry).order_by(Entry.id.desc()).limit(1)).scalar_one()
        session.expunge(found)
        return found


def status(entry: Entry) -> str:
    with database.reading() as session:
        return session.get(EntryState, entry.id).status


def count() -> int:
    with database.reading() as session:
        return session.execute(select(func.count(Entry.id))).scalar_one()


def enter(visitor, text: str, *, priority: int = 3, section: str = "an_ninh"):
    visitor.choose("log.section", stage.section(section)).choose("log.priority", priority)
    return visitor.write("log.text", text).tap("log.save")


def test_an_entry_is_opened_handled_and_closed(sample, visit):
    room = enter(visit("command").open("log"), "Mất điện cửa số 2", priority=2)
    entry = newest()
    assert (entry.text, entry.priority, status(entry)) == ("Mất điện cửa số 2", 2, "open")
    assert room.field("log.text").value == ""
    assert room.shows(SAY["log.saved"].format(number=f"{entry.number:03d}"))
    said, add = f"log.said.{entry.id}", f"log.handling.{entry.id}"
    room.open_row(TABLE, entry.id)
    assert room.shows(f"#{entry.number:03d} Mất điện cửa số 2")
    assert room.at.button(key=add).label == SAY["log.handling"]
    room.write(said, "Đang chạy máy nổ").tap(add)
    assert status(entry) == "handling" and room.shows("Đang chạy máy nổ")
    assert room.at.button(key=add).label == SAY["log.add"]
    room.pause().write(said, "Có điện lại ở tầng một").tap(add)
    assert room.shows("Đang chạy máy nổ") and room.shows("Có điện lại ở tầng một")


def test_an_end_and_a_further_line_need_words_and_the_end_can_be_taken_back(sample, visit):
    room = enter(visit("command").open("log"), "Mất điện cửa số 2", priority=2)
    entry = newest()
    said, close = f"log.said.{entry.id}", f"log.closed.{entry.id}"
    room.open_row(TABLE, entry.id).tap(close, refused=True)
    assert room.refusal == SAY["refusal.entry_words_needed"]
    room.tap(f"log.handling.{entry.id}").pause().tap(f"log.handling.{entry.id}", refused=True)
    room.write(said, "Đã có điện").tap(close)
    assert status(entry) == "closed" and not room.has_button(close)
    assert str(entry.id) not in room.rows(TABLE) and room.shows("Mất điện cửa số 2")
    room.tap(f"log.reopened.{entry.id}")
    assert status(entry) == "reopened"


def test_an_entry_without_section_or_words_is_refused_and_nothing_is_written(sample, visit):
    before = count()
    room = visit("command").open("log").write("log.text", "Mất điện").tap("log.save", refused=True)
    assert room.refusal == SAY["refusal.entry_section_needed"]
    room.choose("log.section", stage.section("y_te"), refused=True)
    room.write("log.text", "").tap("log.save", refused=True)
    assert room.refusal == SAY["refusal.entry_text_needed"]
    assert count() == before


def test_a_step_that_another_person_took_first_is_refused_and_the_comment_stays(sample, visit):
    first = enter(visit("command").open("log"), "Kẹt xe cầu Bến Thủy")
    entry = newest()
    second = visit("admin").open("log")
    second.open_row(TABLE, entry.id)
    first.open_row(TABLE, entry.id).write(f"log.said.{entry.id}", "Đã thông")
    first.tap(f"log.closed.{entry.id}")
    second.write(f"log.said.{entry.id}", "Tôi cũng xong").tap(
        f"log.closed.{entry.id}", refused=True
    )
    assert second.refusal == SAY["refusal.entry_step"].format(number=entry.number)
    assert second.field(f"log.said.{entry.id}").value == "Tôi cũng xong"


def test_the_worst_and_newest_entry_is_on_top(sample, visit):
    room = visit("command").open("log")
    enter(room, "Chuyện nhỏ", priority=4)
    enter(room, "Chuyện lớn", priority=1)
    shown = [text for text in room.texts() if "Chuyện" in text]
    assert shown == ["Chuyện lớn", "Chuyện nhỏ"]
    room.write("log.find", "chuyen nho").run()
    assert room.rows(TABLE) == [str(newest().id - 1)]


@pytest.mark.parametrize("role", ["lead.an_ninh", "desk.ban_1", "media", "committee"])
def test_every_signed_in_role_may_open_an_entry(sample, visit, role):
    enter(visit(role).open("log"), f"Dòng của {role}")
    assert newest().text == f"Dòng của {role}"


def test_a_lead_handles_entries_of_their_own_section_only(sample, visit):
    room = visit("command").open("log")
    for key in ("an_ninh", "hau_can"):
        enter(room, f"Việc của {key}", section=key)
    theirs = newest()
    own_id = theirs.id - 1
    lead = visit("lead.an_ninh").open("log").open_row(TABLE, theirs.id)
    assert not lead.has_button(f"log.handling.{theirs.id}")
    lead.open_row(TABLE, own_id).tap(f"log.handling.{own_id}")


def test_typed_text_is_no_markup(sample, visit):
    text = "**Đậm** ![x](http://ngoai.vn/a.png) :red[đỏ] $x$"
    room = enter(visit("command").open("log"), text).open_row(TABLE, newest().id)
    (shown,) = (one.value for one in room.at.markdown if "ngoai" in one.value)
    assert "![" not in shown.replace("\\!\\[", "") and ":red" not in shown.replace("\\:red", "")


def test_an_event_without_entries_says_so(unreported, visit):
    assert visit("command").open("log").shows(SAY["log.empty"])
