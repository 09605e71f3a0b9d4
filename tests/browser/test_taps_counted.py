"""How many taps the acts of the day take: real clicks in Chromium, each on what is on the screen
already, so that no act is followed by a scroll.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import SQLModel, col, select

from data.storage import database
from data.words import catalogue
from models.incidents import Entry, EntryUpdate
from models.readiness.tasks import SectionReport, TaskReport
from models.reviews.reviews import Review
from models.roll_calls import RollCall
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIZES, control, linger, settle
from tests.pages.test_attendance import facts, missing

SAY = catalogue("vi")
COUNTING = """
window.taps = 0;
addEventListener('click', event => { if (event.isTrusted) taps += 1; }, true);
"""


@dataclass
class Hand:
    """A person's hand: it taps what the screen shows, and types where the focus is."""

    page: Page

    @property
    def taps(self) -> int:
        return self.page.evaluate("taps")

    def tap(self, target: Locator | str) -> None:
        one = self.page.locator(control(target)) if isinstance(target, str) else target
        settle(self.page)
        expect(one).to_be_in_viewport(ratio=0.9)  # nobody has to scroll to it
        box = one.bounding_box()
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def types(self, text: str, *, key: str) -> None:
        """Types into a field that has the focus already."""
        expect(self.page.locator(f"{control(key)} :is(input, textarea)")).to_be_focused()
        self.page.keyboard.type(text)
        settle(self.page)


@pytest.fixture(scope="module")
def server(servers) -> Iterator:
    """A server of these tests' own: they write."""
    return servers()


@pytest.fixture
def hand(server, new_tab):
    """Opens a page as a person has it before them, with nothing tapped yet."""

    def opened(person: str, page: str = "", size: str = "desk") -> Hand:
        pointed_at(server.database)
        one = new_tab(server, size=SIZES[size], person=person)
        one.add_init_script(COUNTING)
        one.goto(f"{server.address}/{page}")
        return Hand(settle(one))

    yield opened
    database.dispose()


def newest(table: type[SQLModel]) -> SQLModel | None:
    with database.reading() as session:
        found = session.exec(select(table).order_by(col(table.id).desc())).first()
        if found is not None:
            session.expunge(found)
        return found


def answered(page: Page) -> None:
    page.get_by_test_id("stToast").first.wait_for()


def test_a_lead_confirms_no_change_from_the_first_page_in_one_tap(hand):
    lead = hand("lead.y_te", size="phone")
    lead.tap("update.no_change")
    answered(lead.page)
    assert newest(SectionReport).section_id == stage.section("y_te")
    assert lead.taps == 1


def test_a_lead_reports_a_trouble_from_the_first_page_in_two_taps_and_its_text(hand):
    lead, task = hand("lead.thu_ky", size="phone"), stage.task(28)  # one that presses nobody yet
    lead.tap("update.trouble")
    lead.types("Thiếu 2 máy quét", key="update.trouble.note")
    lead.tap(f"update.trouble.{task}")
    answered(lead.page)
    found = newest(TaskReport)
    assert (found.task_id, found.status, found.note) == (task, "blocked", "Thiếu 2 máy quét")
    assert lead.taps == 2


def test_a_lead_reports_on_a_tasks_own_card_in_two_taps_and_its_text(hand):
    lead, task = hand("lead.tuyen_truyen", "update", "phone"), stage.task(65)
    card = lead.page.locator(control(f"task_{task}"))
    lead.tap(card.get_by_role("radio", name=SAY["status.off_track"]))
    lead.types("Đường truyền hỏng", key=f"update.note.{task}")
    lead.tap(f"update.save.{task}")
    answered(lead.page)
    found = newest(TaskReport)
    assert (found.task_id, found.status) == (task, "off_track")
    assert lead.taps == 2


def test_a_desk_admits_by_a_scan_without_a_tap_and_undoes_it_in_one(hand):
    desk = hand("desk.ban_1", "attendance")
    one = missing()[0]
    desk.types(one.badge, key="attendance.badge_typed")
    desk.page.keyboard.press("Enter")
    answer = desk.page.locator(control("attendance_answer"))
    expect(answer).to_contain_text(SAY["attendance.in"])
    assert desk.taps == 0
    desk.tap("attendance.undo_last")
    expect(answer).to_contain_text(SAY["attendance.undone"])
    assert [status for status, _ in facts(one)] == ["present", "undone"]
    assert desk.taps == 1


def test_a_desk_records_a_substitute_in_two_taps_and_its_text(hand):
    desk = hand("desk.ban_1", "attendance")
    one = missing()[1]
    desk.types(one.badge, key="attendance.badge_typed")
    desk.page.keyboard.press("Enter")
    desk.tap("attendance.instead")
    desk.types("Phó Chủ tịch UBND xã", key="attendance.substitute_name")
    form = desk.page.get_by_test_id("stForm").filter(has_text=SAY["attendance.substitute_in"])
    desk.tap(form.get_by_role("button", name=SAY["attendance.substitute_in"], exact=True))
    answer = desk.page.locator(control("attendance_answer"))
    expect(answer).to_contain_text(SAY["attendance.in_substitute"])
    assert facts(one)[-1] == ("substitute", "Phó Chủ tịch UBND xã")
    assert desk.taps == 2


def test_the_command_room_logs_an_incident_in_three_acts_and_closes_it_with_its_word(hand):
    room = hand("command", "log")
    room.tap("log.text")
    room.types("Mất điện hội trường", key="log.text")
    room.tap(room.page.locator(control("log.section")).get_by_role("radio").first)
    room.tap("log.save")
    answered(room.page)
    assert room.taps == 3
    row = room.page.locator("tr.row", has_text="Mất điện hội trường")
    room.tap(row.locator("button.opens"))
    entry = newest(Entry).id
    room.types("Đã có điện", key=f"log.said.{entry}")
    room.page.keyboard.press("Enter")
    expect(row).to_have_count(0)  # the list shows what is open
    found = newest(EntryUpdate)
    assert (found.entry_id, found.status, found.text) == (entry, "closed", "Đã có điện")
    assert room.taps == 3 + 1
    linger(room.page)
    room.tap(f"log.mistake.{entry}")  # what took one tap is taken back where it was
    linger(room.page)
    room.tap(f"log.reopened.{entry}")
    expect(row).to_have_count(1)


def test_the_committee_signs_a_review_within_one_screen(hand):
    """A tap on the conclusion's field, the preview, the signature; then both files are there."""
    committee = hand("committee", "review")
    committee.tap("review.conclusion")
    committee.types("Đủ điều kiện khai mạc", key="review.conclusion")
    committee.tap("review.preview.show")
    expect(committee.page.locator(control("review_preview"))).to_contain_text("Đủ điều kiện")
    linger(committee.page)
    committee.tap("review.sign")
    panel = committee.page.locator(control("review_table_panel"))
    for kind in ("Word", "PDF"):
        expect(panel.get_by_role("button", name=kind)).to_be_in_viewport(ratio=1)
    assert newest(Review).conclusion == "Đủ điều kiện khai mạc"
    assert committee.taps == 3


def test_the_chair_opens_a_roll_call_in_two_taps_and_ends_it_in_two(hand):
    chair, item = hand("committee", "roll_call"), stage.item("phien_chinh")
    chair.tap(f"roll_call.coming.{item}")
    expect(chair.page.locator(f"{control('roll_call.question')} input")).not_to_have_value("")
    chair.tap("roll_call.open")
    chair.page.locator(control("roll_call.end.box")).wait_for()
    assert newest(RollCall).about_at == stage.at("D+1 07:30")
    assert chair.taps == 2
    linger(chair.page)
    chair.tap("roll_call.end.box")
    linger(chair.page)
    chair.tap("roll_call.end")
    expect(chair.page.locator(control("roll_call.open"))).to_be_visible()
    assert chair.taps == 4
