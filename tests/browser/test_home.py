"""The first page and the way to every other one: the menu with what waits, on a phone the bar at
its foot; a desk's way to the gate.
"""

import pytest
from playwright.sync_api import expect

from data.incidents import open_entry
from data.words import LANGUAGES, catalogue
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIDEWAYS, SIZES, control, photograph, settle

NOW = "D+1 06:52"
ROLES = {
    "lead.giao_thong": f"{control('update.no_change')} button",
    "desk.ban_1": f"{control('waiting.gate')} button",
    "command": f"{control('home_waiting')} button",
    "committee": f"{control('waiting_review')} a",
    None: f"{control('home.sign_in')} button",
}
"""The act that waits for a role on the first page."""
SAID = "one => getComputedStyle(one, '::after').content"
# How far from the foot of the screen something ends.
FOOT = "one => innerHeight - one.getBoundingClientRect().bottom"


@pytest.mark.parametrize("role", ROLES)
def test_on_a_phone_what_waits_is_within_the_first_screen_with_its_act(server, tab, role):
    """In both languages; with the pages of the role at the foot, and nothing too wide."""
    for language in LANGUAGES:
        one = tab(server, size=SIZES["phone"], language=language, person=role)
        one.goto(server.address)
        settle(one)
        expect(one.locator(ROLES[role]).filter(visible=True).first).to_be_in_viewport(ratio=1)
        bar = one.locator(control("frame_pages"))
        assert bar.locator("a").count() >= 2
        assert {0 <= link.evaluate(FOOT) < 8 for link in bar.locator("a").all()} == {True}
        menu = one.get_by_test_id("stExpandSidebarButton")
        expect(menu).to_be_in_viewport(ratio=1)
        assert menu.evaluate(SAID).startswith('"Menu"')
        assert one.evaluate(SIDEWAYS) == []
        photograph(one, f"home-{role}.{language}.390x844")


def test_the_menu_of_a_phone_closes_on_a_choice(server, tab):
    one = tab(server, size=SIZES["phone"], person="command")
    one.goto(server.address)
    settle(one)
    one.get_by_role("button", name=catalogue("vi")["framework.expand"], exact=True).click()
    entry = one.get_by_test_id("stSidebarNavLink").filter(has_text=catalogue("vi")["page.plan"])
    expect(entry).to_be_in_viewport(ratio=1)
    photograph(one, "home-menu.vi.390x844")
    entry.click()
    one.wait_for_url(f"{server.address}/plan")
    expect(one.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


def test_an_entry_says_how_much_waits_and_goes_on_with_it(servers, tab):
    server = servers(NOW)
    pointed_at(server.database)
    room = tab(server, person="command")
    room.goto(f"{server.address}/plan")
    settle(room)
    entry = room.get_by_test_id("stTopNavLink").filter(has_text=catalogue("vi")["page.log"])
    expect(entry).to_have_attribute("data-waiting", "5")  # 4 incidents and a silent section
    assert entry.evaluate(SAID) == '"5" / "5 việc đang chờ"'
    facts = {"section_id": stage.section("an_ninh"), "priority": 1, "text": "Mất điện cổng A"}
    stage.give(open_entry, by="command", when=NOW, **facts)
    expect(entry).to_have_attribute("data-waiting", "6")
    room.set_viewport_size({"width": 390, "height": 844})
    foot = room.locator(f"{control('frame_pages')} a", has_text=catalogue("vi")["page.log"])
    expect(foot).to_have_attribute("data-waiting", "6")


@pytest.mark.parametrize("touch", [True, False])
def test_a_desk_starts_at_the_gate_where_there_is_a_touch_screen(server, chromium, touch):
    size = SIZES["phone" if touch else "desk"]
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, has_touch=touch, is_mobile=touch
    )
    one = context.new_page()
    one.goto(f"{server.address}/sign-in")
    one.get_by_role("button", name="Tổ điểm danh bàn số 1", exact=True).click()
    gate, page = f"{server.address}/gate", f"{server.address}/attendance"
    one.wait_for_url(gate if touch else page)
    if touch:
        one.get_by_role("link", name=catalogue("vi")["gate.desk_page"]).click()
        one.wait_for_url(page)
    settle(one)
    one.locator(f"{control('attendance.gate')} button").click()
    one.wait_for_url(gate)
    context.close()
