"""From an office's three files to the wall: what a person does on the way, counted, with the page
closed in the middle and opened again on a telephone.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from data.storage import database
from data.words import catalogue
from models.attendance.ledger import Delegate
from models.imports.drafts import ImportFile
from tests.browser.conftest import new_context
from tests.browser.screen import (
    SIDEWAYS,
    SIZES,
    control,
    linger,
    photograph,
    settle,
    settle_wall,
)
from tests.serving import Server
from tests.stage import row_counts

SAY = catalogue("vi")
OFFICE = Path(__file__).parents[1] / "data" / "imports" / "office"
FILES = (
    "1_Bang_phan_cong_nhiem_vu.xlsx",
    "2_Danh_sach_dai_bieu.xlsx",
    "3_Kich_ban_dieu_hanh.docx",
)
EVENT = {
    "name": "Hội nghị toàn tỉnh tổng kết công tác xã, phường",
    "first_day": "2026-12-17",
    "last_day": "2026-12-18",
    "place": "Nhà văn hóa tỉnh, phường Trường Vinh",
    "expected": "565",
}
ANSWERS = {"event_questions_spelling": "ủy, hòa", "event_questions_time_before": "same_day"}
"""The recorded answers: what differs from what is proposed."""
MAX_ACTS = 25


@dataclass
class Person:
    """Whoever sits at the page; each tap, each field typed into and each choice of files counts."""

    page: Page
    acts: int = 0

    def tap(self, target: Locator, then: Locator) -> None:
        """Taps, and waits for what the tap is to bring: the last thing of the next step."""
        target.scroll_into_view_if_needed()  # as a person does first: a list closes as it scrolls
        settle(self.page)
        linger(self.page)
        target.click()
        self.acts += 1
        then.wait_for()
        settle(self.page)

    def types(self, field: str, text: str) -> None:
        self.page.locator(f"[name={field}]").fill(text)
        self.acts += 1

    def sends(self, *files: Path) -> None:
        self.page.locator('input[type="file"]').set_input_files(list(files))
        self.acts += 1

    def button(self, key: str) -> Locator:
        return self.page.locator(f"{control(key)} button")

    def chooses(self, region: str, answer: str, then: Locator) -> None:
        """Of the first list of choices in a region of the page."""
        name = SAY.get(f"imports.answer.{answer}", answer)
        option = self.page.get_by_role("option", name=name, exact=True)
        self.tap(self.page.locator(control(region)).get_by_role("combobox").first, option)
        self.tap(option, then)


def size_of(kind: str) -> dict[str, int]:
    width, height = SIZES[kind]
    return {"width": width, "height": height}


@pytest.fixture
def fresh(tmp_path):
    """A server on which nothing was ever done."""
    server = Server(f"sqlite:///{tmp_path / 'first.db'}", tmp_path / "first.log")
    server.options = ()
    os.environ["DATABASE_URL"] = server.database
    database.dispose()
    yield server.start()
    server.stop()
    database.dispose()


def test_from_three_office_files_to_the_wall_with_an_interruption(fresh, chromium, capsys):
    context = new_context(chromium)
    person = Person(context.new_page())
    person.page.goto(f"{fresh.address}/first-start")
    for field, text in EVENT.items():
        person.types(field, text)
    person.tap(person.page.locator('button[value="own"]'), person.button("event.onward.files"))
    photograph(person.page, "event_1_name")
    person.tap(person.button("event.onward.files"), person.button("event.drop_box"))
    person.sends(*(OFFICE / name for name in FILES))
    expect(person.page.locator('[class*="st-key-event_file_"]')).to_have_count(len(FILES))
    expect(person.button("event.onward.columns")).to_be_enabled()
    photograph(settle(person.page), "event_2_files")
    person.tap(person.button("event.onward.columns"), person.button("event.onward.questions"))

    person.page.close()  # and taken up again where it was left, on a telephone
    person.page = context.new_page()
    person.page.set_viewport_size(size_of("phone"))
    person.page.goto(f"{fresh.address}/event")
    person.acts += 1
    person.button("event.onward.questions").wait_for()
    expect(person.page.locator('[class*="st-key-event_grid_"]')).to_have_count(len(FILES))
    photograph(settle(person.page), "event_3_columns_phone")
    assert person.page.evaluate(SIDEWAYS) == []
    person.tap(person.button("event.onward.questions"), person.button("event.onward.preview"))
    for number, (region, answer) in enumerate(ANSWERS.items(), 1):
        saved = person.page.get_by_text(SAY["event_page.answered"].format(number=number))
        person.chooses(region, answer, saved)
    photograph(person.page, "event_4_questions_phone")
    assert person.page.evaluate(SIDEWAYS) == []

    person.page.set_viewport_size(size_of("desk"))
    person.tap(person.button("event.onward.preview"), person.button("event.apply"))
    expect(person.button("event.apply")).to_be_enabled()
    photograph(person.page, "event_5_preview")
    wall = person.page.get_by_role("link", name=SAY["event_page.to_wall"])
    person.tap(person.button("event.apply"), wall)
    photograph(person.page, "event_6_ready")
    wall.click()
    person.acts += 1
    settle_wall(person.page)
    photograph(person.page, "event_7_wall")
    context.close()
    counts = row_counts()
    assert (counts[Delegate.__tablename__], counts[ImportFile.__tablename__]) == (565, 0)
    with capsys.disabled():
        print(f"\nfrom three files to the wall: {person.acts} acts")
    assert person.acts <= MAX_ACTS
