"""Rapporteurs type at once by keyboard alone, the server is killed meanwhile, nothing is lost."""

import re
from collections import Counter

from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from data.contributions.queries import contributions_at
from data.storage import database
from data.words import catalogue
from models.contributions.contributions import Contribution, State
from models.events.event import View
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import SHOTS, hears, linger, settle

SAY = catalogue("vi")
PATIENCE = 60_000  # ms
BANNER = "[data-testid=live-lost]"
FORUMS = (1, 2, 3)
KEYS = "Ý kiến bằng phím tắt"
LEFT_BEFORE = "Đề nghị hướng dẫn thống nhất việc đánh giá"


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name=SAY["contributions.asked_now"])


def type_question(page: Page, text: str, unit: str) -> None:
    """By keyboard alone: the text, the unit, and back to the text, where Enter records."""
    text_of(page).focus()
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.type(unit)
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")


def row(page: Page, text: str) -> Locator:
    return page.locator("tr.row", has_text=text).first


def record_by_keys(page: Page) -> None:
    """What becomes of what was typed, by keyboard alone; half a question stays as it is."""
    keys, box = page.keyboard, page.locator(".st-key-contributions_forum_table_panel")
    expect(page.get_by_text(SAY["contributions.keys"])).to_be_visible()

    def ask(text: str) -> None:
        type_question(page, text, "Quỳnh Lưu")
        keys.press("Enter")
        expect(box.get_by_text(text, exact=True)).to_be_visible(timeout=PATIENCE)
        expect(text_of(page)).to_be_focused(timeout=PATIENCE)
        keys.type("Đang gõ dở")

    def stands(state: State) -> None:
        expect(box.get_by_text(SAY[f"contribution_state.{state}"], exact=True)).to_be_visible(
            timeout=PATIENCE
        )
        keys.press("Alt+0")
        expect(text_of(page)).to_be_focused()
        expect(text_of(page)).to_have_value("Đang gõ dở")
        keys.press("Control+a")

    ask(f"{KEYS} một")
    keys.press("Alt+2")
    expect(box.get_by_role("textbox", name=SAY["contributions.said"])).to_be_focused()
    keys.type("Đã bố trí vốn")
    keys.press("Tab")
    keys.type("Sở Xây dựng")
    keys.press("Enter")
    stands(State.ANSWERED_HERE)
    ask(f"{KEYS} hai")
    keys.press("Alt+3")
    expect(box.get_by_role("textbox", name=SAY["contributions.owed_by"])).to_be_focused()
    keys.type("Sở Y tế")
    keys.press("Enter")
    stands(State.ANSWER_OWED)
    ask(f"{KEYS} ba")
    keys.press("Alt+4")
    stands(State.LEFT)
    for text in (LEFT_BEFORE, f"{KEYS} ba"):
        row(page, text).get_by_role("button").click()
        box.get_by_role("button", name=SAY["contributions.step_put"]).click()
        stands(State.PUT)
    linger(settle(page))
    box.get_by_role("button", name=SAY["plan.close"]).click()
    expect(box).to_be_hidden()
    linger(settle(page))
    # A second press calls no second one, and where one is open, the key calls no other.
    keys.press("Alt+1")
    keys.press("Alt+1")
    stands(State.ASKED)
    linger(settle(page))
    keys.press("Alt+1")
    stands(State.ASKED)
    called = number(box)
    keys.press("Alt+4")  # who is not there is done with: the key then calls the next
    stands(State.LEFT)
    linger(settle(page))
    keys.press("Alt+1")
    stands(State.ASKED)
    assert number(box) != called


def number(box: Locator) -> str:
    return re.search(r"#\d+", box.inner_text())[0]


def recorded() -> Counter:
    with database.reading() as session:
        return Counter(session.exec(select(Contribution.text)))


def test_three_rapporteurs_type_while_the_server_is_killed_and_nothing_is_lost(servers, tab):
    server = servers()
    pages = {}
    for number in FORUMS:
        page = pages[number] = tab(server, person=f"rapporteur.dien_dan_{number}")
        page.goto(f"{server.address}/contributions")
        hears(settle(page))
    for number, page in pages.items():
        type_question(page, f"Câu một của diễn đàn {number}", "Quỳnh Lưu")
    for page in pages.values():
        text_of(page).press("Enter")
    for number, page in pages.items():
        row(page, f"Câu một của diễn đàn {number}").wait_for(timeout=PATIENCE)
        expect(text_of(page)).to_have_value("", timeout=PATIENCE)
        expect(text_of(page)).to_be_focused(timeout=PATIENCE)
        page.keyboard.type(f"Câu hai của diễn đàn {number}, nửa trước")
    server.kill()
    for page in pages.values():
        page.locator(BANNER, has_text=SAY["live.lost"]).wait_for(timeout=PATIENCE)
        page.keyboard.type(", và lúc mất máy chủ")
    server.start()
    for number, page in pages.items():
        page.locator(BANNER).wait_for(state="hidden", timeout=PATIENCE)
        settle(page)
        half = f"Câu hai của diễn đàn {number}, nửa trước, và lúc mất máy chủ"
        expect(text_of(page)).to_have_value(half, timeout=PATIENCE)
        unit = page.get_by_role("combobox", name=SAY["contributions.unit"])
        unit.focus()
        page.keyboard.type("Đô Lương")
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("End")
        page.keyboard.type(" và nửa sau")
        expect(text_of(page)).to_have_value(f"{half} và nửa sau", timeout=PATIENCE)
        page.keyboard.press("Enter")
        row(page, f"{half} và nửa sau").wait_for(timeout=PATIENCE)
        expect(text_of(page)).to_have_value("", timeout=PATIENCE)
    record_by_keys(pages[1])
    pointed_at(server.database)
    counted = recorded()
    for number in FORUMS:
        assert counted[f"Câu một của diễn đàn {number}"] == 1
        half = f"Câu hai của diễn đàn {number}, nửa trước, và lúc mất máy chủ"
        assert counted[f"{half} và nửa sau"] == 1
    with database.reading() as session:
        found = contributions_at(session, stage.current(), View(stage.at("D+1 09:00")))
    mine = [one for one in found if one.text.startswith("Câu ")]
    assert {one.state for one in mine} == {State.ASKED} and len(mine) == 2 * len(FORUMS)
    assert {one.unit_vi for one in mine} == {"Huyện Quỳnh Lưu", "Huyện Đô Lương"}
    told = {one.text: (one.state, one.said, one.said_by, one.owed_by) for one in found}
    assert told[f"{KEYS} một"] == (State.ANSWERED_HERE, "Đã bố trí vốn", "Sở Xây dựng", "")
    assert told[f"{KEYS} hai"] == (State.ANSWER_OWED, "", "", "Sở Y tế")
    assert told[f"{KEYS} ba"][0] == State.ASKED
    assert [one.state for one in found if one.text.startswith(LEFT_BEFORE)] == [State.LEFT]
    database.dispose()
    pages[1].screenshot(path=SHOTS / "contributions.forum.vi.1440x900.png")
    assert "Traceback" not in server.log
