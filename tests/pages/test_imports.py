"""The page that leads from an office's files to the event, as an administrator goes through it:
each step is saved, and taken up by another browser where it was left.
"""

from datetime import date, datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from data import bootstrap
from data.bootstrap import Door
from data.imports import drafts, work
from data.imports.bounds import MAX_PARTS
from data.imports.drafts import open_draft
from data.storage import database
from data.words import Words, catalogue
from models.events.event import WAKING_HOURS, Draft
from models.imports.difference import Choice
from models.imports.drafts import DRAFT_DAYS, ImportDraft, Step
from models.imports.recognition import FIELDS, Kind
from models.storage import Change
from tests.data.imports.quirks import PEOPLE, PLAIN, zipped
from tests.data.imports.quirks import text as csv_of
from tests.stage import REAL, current, give, row_counts
from ui.imports.columns import field_name
from ui.imports.questions import OTHER

pytestmark = pytest.mark.one_database

SAY = catalogue("vi")
OFFICE = Path(__file__).parents[1] / "data" / "imports" / "office"
COLUMNS = "event.columns.1"  # of the first draft
TYPES = {"csv": "text/csv", "xlsx": "application/octet-stream", "docx": "application/octet-stream"}


@pytest.fixture
def empty_event(db):
    """An event that holds its name and days alone, in which a test enters without an invitation."""
    draft = Draft("Hội nghị tổng kết", date(2026, 12, 17), date(2026, 12, 18), "Vinh", 565)
    database.run(bootstrap.create_event, door=Door(from_machine=True), draft=draft)
    bootstrap.mark().unlink()
    with database.writing() as session:
        session.execute(text("UPDATE event SET rehearsal = TRUE"))
    return current()


def sent(page, *files: tuple[str, bytes]):
    (field,) = page.at.get("file_uploader")
    field.set_value([(name, raw, TYPES[name.rpartition(".")[2]]) for name, raw in files])
    return page.run()


def drafted(event) -> ImportDraft:
    with database.reading() as session:
        draft = open_draft(session, event.id)
        session.expunge(draft)
        return draft


def office(*names: str) -> list[tuple[str, bytes]]:
    return [(name, (OFFICE / name).read_bytes()) for name in names]


def test_from_an_offices_files_to_the_event_with_another_browser_in_between(empty_event, visit):
    page = visit("admin", "vi").open("event")
    field = "event.beginning.1"
    page.write(f"{field}.name_vi", "Hội nghị toàn tỉnh").write(f"{field}.issuer", "Tỉnh ủy")
    page.select("event.beginning.first.2026-12-17.2026-12-18", date(2026, 12, 18))
    page.tap("event.onward.files")
    assert (current().name_vi, current().short_name_en) == ("Hội nghị toàn tỉnh",) * 2
    assert current().first_day == date(2026, 12, 18)
    sent(page, *office("1_Bang_phan_cong_nhiem_vu.xlsx", "3_Kich_ban_dieu_hanh.docx"))
    sent(page, ("la.csv", csv_of([["Mã", "Ghi", "Ai làm"], ["1", "In thẻ", "Sở"]]).encode()))
    assert page.shows("38 dòng") and page.shows(SAY["event_page.sheet_unknown"].split("{")[0])
    page.tap("event.onward.columns")

    page = visit("admin", "en").open("event")  # another device goes on where this one was left
    page.select(f"{COLUMNS}.2.kind.skipped", "tasks")
    page.select(f"{COLUMNS}.2.tasks.1.", "title").select(f"{COLUMNS}.2.tasks.2.", "owner")
    assert drafted(empty_event).choices["la.csv/CSV"]["columns"] == {"1": "title", "2": "owner"}
    page.select(f"{COLUMNS}.2.kind.tasks", "skipped")
    page.tap("event.onward.questions")
    page.select("event.questions.all.time_before.", "same_day")
    (field,) = (one for one in page.at.selectbox if ".time_ongoing:" in (one.key or ""))
    assert field.value == "2026-12-19 17:00"
    field.set_value(OTHER)
    page.run().write(f"{field.key}.typed", "18/12").run()
    answers = drafted(empty_event).answers
    assert list(answers.values()) == ["same_day", "18/12"]
    page.tap("event.onward.preview")
    assert len(page.rows("event.findings")) > 1
    page.tap("event.apply")
    counts = row_counts()
    assert (counts["task"], counts["programmeitem"]) == (38, 24)
    assert (counts["importdraft"], counts["importfile"]) == (0, 0)
    nouns, hours = current().nouns, (current().day_from, current().day_to)
    assert (nouns.section, nouns.forum, hours) == ("team", "discussion", WAKING_HOURS)
    assert page.shows(catalogue("vi")["event_page.point_gate"])  # a new event is Vietnamese only

    rows = [[n, f"Người {n}", f"Cán bộ {n}", "Xã Anh Sơn"] for n in range(1, 4)]
    for listed in (rows, rows[:2]):  # the list, and then what is left of it
        page.tap("event.again")
        sent(page, ("danh-sach.csv", csv_of([PEOPLE[:4], *listed]).encode()))
        page.at.button_group(key="event.step.files").set_value(Step.PREVIEW)
        page.run()
        if listed is rows:
            page.tap("event.apply")
    assert page.shows(SAY["event_page.only_missing"]) and not page.shows(SAY["imports.same"])
    assert not page.shows(SAY["imports.finding.no_tasks"]), "the event has its tasks already"
    assert page.at.button(key="event.apply").disabled
    page.select("event.difference.delegates.keep", Choice.RETIRE)
    assert not page.at.button(key="event.apply").disabled


def test_what_cannot_be_loaded_says_why_in_each_cell_and_has_no_button(empty_event, visit):
    page = visit("admin", "vi").open("event").tap("event.onward.files")
    sent(page, ("a.csv", csv_of([*PLAIN, [3, None, "Sở", "12/12"]]).encode()))
    page.at.button_group(key="event.step.files").set_value(Step.PREVIEW)
    page.run()
    assert page.shows(SAY["imports.finding.task_untitled"])
    assert page.at.button(key="event.apply").disabled
    page.at.button_group(key="event.step.preview").set_value(Step.FILES)
    page.run()
    (field,) = page.at.get("file_uploader")
    scan = ("ban-quet.pdf", b"%PDF-1.7 ...", "application/pdf")  # of no type that is read
    bomb = ("bom.xlsx", zipped({f"{n}.xml": "" for n in range(MAX_PARTS + 1)}), "")
    field.set_value([("anh.csv", b"\x89PNG.....", "text/csv"), scan, bomb])
    page.run(refused=True)
    for name in ("anh.csv", "ban-quet.pdf"):
        assert page.shows(SAY["refusal.import_picture"].format(file=name))
    assert page.shows(SAY["refusal.import_bomb"].format(file="bom.xlsx"))
    assert page.shows(SAY["event_page.erased_after"].format(days=DRAFT_DAYS)), "and can be dropped"


def test_a_long_list_says_before_the_button_who_waits_and_is_read_again_by_one_who_may(
    empty_event, visit, monkeypatch
):
    monkeypatch.setattr(drafts, "MAX_ROWS_HERE", 1)
    page = visit("admin", "vi").open("event").tap("event.onward.files")
    sent(page, ("a.csv", csv_of(PLAIN).encode()))
    number = drafted(empty_event).id
    look = work._drafts[number].look
    assert look.over.wait(120)
    page.run()
    page.at.button_group(key="event.step.files").set_value(Step.PREVIEW)
    page.run()
    assert page.shows(SAY["event_page.apply_long"].split("{")[0])
    cut_off = SAY["event_page.apply_cut_off"].split("{")[0]
    confirmed = {"draft_id": number, "version": drafted(empty_event).version}
    give(drafts.confirm_import, by="admin", when=REAL, **confirmed)
    assert not page.run().shows(cut_off)
    monkeypatch.setattr(work, "STARTED", datetime.now(timezone.utc))  # another server
    assert page.run().shows(cut_off)
    look.end = work.End.STOPPED
    page.run().tap("event.work_again")
    again = work._drafts[number].look
    assert again is not look and again.over.wait(120) and again.end is work.End.DONE
    with database.reading() as session:
        last = session.exec(select(Change).order_by(col(Change.id).desc())).first()
    assert last.what["command"] == "read_import_again" and last.person_id is not None
    work.forget(number)


OWN_KINDS = set(Kind) - {Kind.CONTRIBUTIONS}  # which are sent to an event that is there


def test_every_field_and_every_question_has_its_words():
    words = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
    assert all(field_name(words, kind, name) for kind in OWN_KINDS for name in FIELDS[kind])
    kinds = words.group("imports.question")
    assert kinds.keys() == {
        name.removeprefix("ask_") for name in words.group("event_page") if name.startswith("ask_")
    }
