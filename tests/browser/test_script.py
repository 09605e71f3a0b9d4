"""A room's screens by their addresses: what is told on one page is seen on the others at once."""

import re

from playwright.sync_api import expect

from data.words import catalogue
from tests.browser.screen import SIDEWAYS, control, hears, linger, photograph, settle

SAY = catalogue("vi")
HALL = "nha_van_hoa"
FACE = "[data-testid=stBidiComponentIsolated] .speaker"
# How far the speaker's number would stand out of its face, an hour and more over the time.
OUT = """left => {
  const known = left.style.getPropertyValue("--letters") === String(left.textContent.length);
  left.textContent = "−10:44:44";
  left.style.setProperty("--letters", left.textContent.length);
  const range = document.createRange();
  range.selectNodeContents(left);
  return known ? Math.max(0, range.getBoundingClientRect().width - left.parentElement.clientWidth)
    : "its letters are not counted";
}"""
PHONE, TALL = (390, 844), (1440, 900)


def test_what_a_controller_tells_is_on_the_clock_and_each_screen_has_its_address(server, tab):
    run = tab(server, person="command")
    run.goto(f"{server.address}/script")
    settle(run)
    screens = {}
    for view in ("speaker", "backstage", "prompter"):
        screens[view] = tab(server, person="command")
        screens[view].goto(f"{server.address}/script?room={HALL}&view={view}")
        screens[view].wait_for_url(re.compile(rf"/clock\?.*view={view}"))
        screens[view].locator(f"{FACE}[data-view={view}]").wait_for()
        hears(screens[view])
    expect(screens["backstage"].locator(f"{FACE} .row").first).to_contain_text("Đón tiếp")
    expect(screens["backstage"].locator(FACE)).to_contain_text("Đội nghi lễ chờ ở cánh gà trái")
    words = screens["prompter"].locator(f"{FACE} .texts")
    expect(words).to_contain_text("Xin trân trọng kính mời toàn thể đại biểu")
    expect(words).to_contain_text(re.compile(r"triệu tập 1\.121 đại biểu\. Đến giờ này có mặt \d"))

    run.get_by_role("combobox", name=SAY["script.room"]).click()
    run.get_by_role("option", name="Nhà Văn hóa Lao động tỉnh").click()
    settle(run)
    for text in ("Còn 5 phút", "Mời kết luận"):
        field = run.get_by_label(SAY["script.message"])
        field.fill(text)
        run.get_by_role("button", name=SAY["script.tell"], exact=True).click()
        message = screens["speaker"].locator(f"{FACE} .message")
        expect(message).to_have_text(text)
        settle(run)
        linger(run)  # a second tap at the same place is the same act
    run.locator(control("script.papers_box")).locator("summary").scroll_into_view_if_needed()
    photograph(run, "script_room")
    for size, name in ((PHONE, "phone"), (TALL, "desk")):
        screens["speaker"].set_viewport_size({"width": size[0], "height": size[1]})
        assert screens["speaker"].locator(f"{FACE} .left").evaluate(OUT) == 0
        for view, page in screens.items():
            page.set_viewport_size({"width": size[0], "height": size[1]})
            photograph(page, f"room_{view}_{name}")
            assert page.evaluate(SIDEWAYS) == []
