"""A meeting: two moments compared, a directive given and acknowledged, the review signed."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from data.reviews.directives import directives_at
from data.reviews.queries import reviews_until
from data.storage import database
from data.words import catalogue
from models.events.event import View
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import (
    SIDEWAYS,
    WALL_FAULTS,
    control,
    linger,
    open_row,
    photograph,
    settle,
    settle_wall,
    unfold,
)

PHONE, WALL = (390, 844), (1920, 1080)
SAY = catalogue("vi")
PAST = "?travel=1&at=21/07/2023%2014:00"


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own: they write."""
    return servers()


def test_a_meeting_compares_orders_signs_and_its_owner_acknowledges(server, tab):
    page = tab(server, person="committee")
    page.goto(f"{server.address}/review")
    settle(page)
    open_row(page, "52.")
    panel = page.locator(control("review_table_panel"))
    expect(panel.get_by_text("Trưởng Tiểu ban Giao thông").first).to_be_visible()
    page.locator(control("review.close")).get_by_role("button").click()
    settle(page)

    unfold(page.locator(control("directive.form")).locator("summary"))
    page.get_by_label("Nội dung, một dòng").fill("Mở thêm bàn điểm danh số 9")
    page.keyboard.press("Tab")
    settle(page)  # a run that ends while a list lies open closes it
    owner = page.get_by_role("combobox", name="Giao cho")
    owner.fill("Thư ký")
    if owner.get_attribute("aria-expanded") != "true":
        owner.press("ArrowDown")
    page.get_by_role("option", name="Thư ký").first.click()
    page.locator(control("directive.give")).get_by_role("button").click()
    page.get_by_test_id("stToast").get_by_text("Đã ghi số").wait_for()
    page.get_by_label("Kết luận", exact=True).fill("Đủ điều kiện khai mạc")
    page.locator(control("review.preview.show")).get_by_role("button").click()
    preview = page.locator(control("review_preview"))
    expect(preview.get_by_text("Đủ điều kiện khai mạc")).to_be_visible()
    linger(page)
    page.locator(control("review.sign")).get_by_role("button").click()
    panel.get_by_role("button", name="Word").wait_for()
    expect(panel.get_by_role("button", name="PDF")).to_be_in_viewport()

    phone = tab(server, size=PHONE, person="lead.thu_ky")
    phone.goto(f"{server.address}/update")
    settle(phone)
    given = phone.locator(
        "[class*='st-key-directive_']", has_text="Mở thêm bàn điểm danh số 9"
    ).last
    photograph(phone, "directive")
    given.get_by_role("button", name="Đã nhận").click()
    given.locator("summary", has_text=SAY["directive.report"]).wait_for()
    assert phone.evaluate(SIDEWAYS) == []

    pointed_at(server.database)
    with database.reading() as session:
        known = directives_at(session, stage.current(), View(stage.at("D+1 09:00")))
        held = reviews_until(session, stage.current(), View(stage.at("D+1 09:00")))[0]
    database.dispose()
    assert (
        next(one for one in known if one.text == "Mở thêm bàn điểm danh số 9").state.value
        == "acknowledged"
    )
    assert (held.conclusion, held.number is not None) == ("Đủ điều kiện khai mạc", True)


def test_the_past_is_marked_on_the_wall_and_its_clock_is_paused(server, tab):
    wall = tab(server, size=WALL, person="command")
    wall.goto(f"{server.address}/wall{PAST}")
    settle_wall(wall)
    told = SAY["wall.viewing_past"].split("{")[0]
    expect(wall.locator(".band")).to_have_text(re.compile(f"{told}14:00.+21/7/2023"))
    expect(wall.locator(".clock .time")).to_have_text("14:00")
    wall.locator(control("travel.back")).get_by_role("button").click()
    expect(wall.locator(".clock .time")).to_have_text("13:50")
    assert parse_qs(urlsplit(wall.url).query)["at"] == ["21/07/2023 13:50"]
    photograph(wall, "wall-past")
    assert [
        fault
        for fault in wall.locator(".wall").evaluate(WALL_FAULTS)["faults"]
        if " cut by " in fault or " lies on " in fault
    ] == []
    wall.locator(control("travel.live")).get_by_role("button").click()
    expect(wall.locator(".band")).to_have_count(0)
    expect(wall.locator(".clock .time")).to_have_text("06:52")


def test_a_television_has_no_slider_whatever_its_address_says(server, tab):
    wall = tab(server, size=WALL)
    wall.goto(f"{server.address}/wall{PAST}&embed=true")
    settle_wall(wall)
    assert wall.locator(control("travel")).count() == 0 and wall.locator(".band").count() == 0
    expect(wall.locator(".clock .time")).to_have_text("06:52")
