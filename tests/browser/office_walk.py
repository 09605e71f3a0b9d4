"""From an office's three files to the wall, by recorded answers: what a person does on the way,
counted, with the page closed in the middle and opened again on a telephone.

The tests walk it and look at every step; the bench counts the acts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from data.words import catalogue
from tests.browser.screen import SIZES, control, linger, settle, settle_wall

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


def from_files_to_wall(
    context: BrowserContext, address: str, look: Callable[[Page, str], None]
) -> int:
    """How many acts it takes; `look` sees the page at each step, by its name."""
    person = Person(context.new_page())
    person.page.goto(f"{address}/first-start")
    for field, text in EVENT.items():
        person.types(field, text)
    person.tap(person.page.locator('button[value="own"]'), person.button("event.onward.files"))
    look(person.page, "event_1_name")
    person.tap(person.button("event.onward.files"), person.button("event.drop_box"))
    person.sends(*(OFFICE / name for name in FILES))
    expect(person.page.locator('[class*="st-key-event_file_"]')).to_have_count(len(FILES))
    expect(person.button("event.onward.columns")).to_be_enabled()
    look(settle(person.page), "event_2_files")
    person.tap(person.button("event.onward.columns"), person.button("event.onward.questions"))

    person.page.close()  # and taken up again where it was left, on a telephone
    person.page = context.new_page()
    person.page.set_viewport_size(size_of("phone"))
    person.page.goto(f"{address}/event")
    person.acts += 1
    person.button("event.onward.questions").wait_for()
    expect(person.page.locator('[class*="st-key-event_grid_"]')).to_have_count(len(FILES))
    look(settle(person.page), "event_3_columns_phone")
    person.tap(person.button("event.onward.questions"), person.button("event.onward.preview"))
    for number, (region, answer) in enumerate(ANSWERS.items(), 1):
        saved = person.page.get_by_text(SAY["event_page.answered"].format(number=number))
        person.chooses(region, answer, saved)
    look(person.page, "event_4_questions_phone")

    person.page.set_viewport_size(size_of("desk"))
    person.tap(person.button("event.onward.preview"), person.button("event.apply"))
    expect(person.button("event.apply")).to_be_enabled()
    look(person.page, "event_5_preview")
    wall = person.page.get_by_role("link", name=SAY["event_page.to_wall"])
    person.tap(person.button("event.apply"), wall)
    look(person.page, "event_6_ready")
    wall.click()
    person.acts += 1
    settle_wall(person.page)
    look(person.page, "event_7_wall")
    return person.acts
