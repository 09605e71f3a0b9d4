"""What one person does, the others see: without a reload, without a wait, and without disturbing
what they are doing.
"""

import pytest
from playwright.sync_api import expect

from data.attendance.commands import admit
from data.programme import start_item
from data.readiness.tasks import report_status
from data.storage import database
from data.words import catalogue
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import choose, control, hears, settle, settle_wall, unfold
from tests.pages.test_attendance import missing

PHONE, WALL = (390, 844), (1920, 1080)
SAY = catalogue("vi")


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own: they write."""
    return servers()


@pytest.fixture(autouse=True)
def _same_database(server):
    pointed_at(server.database)
    yield
    database.dispose()


@pytest.fixture
def wall(server, tab):
    shown = tab(server, size=WALL)
    shown.goto(f"{server.address}/tv")
    shown.evaluate("window.neverReloaded = true")
    return hears(settle_wall(shown))


@pytest.fixture
def phone(server, tab):
    shown = tab(server, size=PHONE, person="lead.giao_thong")
    shown.goto(f"{server.address}/update")
    return hears(settle(shown))


def tile(wall, name: str):
    return wall.locator(".tile", has_text=name)


def card(phone, number: int):
    return phone.locator(f".st-key-task_{stage.task(number)}")


def test_a_tap_on_the_phone_shows_on_the_wall_without_a_reload(wall, phone):
    task = card(phone, 52)  # the section's one late task
    assert tile(wall, "Giao thông").locator(".chip").inner_text() == "✕ Chậm"
    task.get_by_role("radio", name="Đã hoàn thành").click()
    phone.get_by_test_id("stToast").get_by_text("Đã lưu").wait_for()
    tile(wall, "Giao thông").get_by_text(
        "báo: Sẵn sàng"
    ).wait_for()  # the open P1 keeps the tile red all the same
    expect(tile(wall, "Giao thông")).to_contain_text("5/5", use_inner_text=True)
    expect(tile(wall, "Giao thông").locator(".chip")).to_have_text("✕ Chậm", use_inner_text=True)
    assert wall.evaluate("window.neverReloaded")


def unfold_done(phone) -> None:
    unfold(phone.locator(control("update.done_tasks")).locator("summary"))


def test_a_note_shows_on_the_wall(wall, phone):
    unfold_done(phone)
    task = card(phone, 52)
    task.get_by_role("button", name=SAY["update.reopen"]).click()
    choose(task.get_by_role("radio", name="Có nguy cơ chậm"))
    task.get_by_role("textbox").fill("Cầu Bến Thủy đang sửa")
    task.get_by_role("button", name="Lưu").click()
    wall.locator(".change", has_text="Cầu Bến Thủy đang sửa").wait_for()
    tile(wall, "Giao thông").get_by_text("4/5").wait_for()


def test_a_headline_shows_on_the_wall(wall, phone):
    unfold(phone.locator("summary", has_text=SAY["update.headline_edit"]))
    phone.locator(control("update.headline_box")).get_by_role("textbox").fill("Đường đã thông")
    phone.get_by_role("button", name=SAY["update.headline_save"]).click()
    tile(wall, "Giao thông").get_by_text("Đường đã thông").wait_for()


def test_no_change_renews_the_age_on_the_wall(wall, server, tab):
    doctor = tab(server, size=PHONE, person="lead.y_te")
    doctor.goto(f"{server.address}/update")
    settle(doctor)
    expect(tile(wall, "Y tế")).to_contain_class("hatched")
    doctor.get_by_role("button", name=SAY["update.no_change"]).click()
    wall.locator(".tile:not(.hatched)", has_text="Y tế").wait_for()


def test_a_scan_at_the_desk_raises_the_walls_count(wall, server, tab):
    badge = missing_badge()
    before = int(wall.locator(".here").inner_text().replace(".", ""))
    desk = tab(server, person="desk.ban_1")
    desk.goto(f"{server.address}/attendance")
    field = settle(desk).get_by_role("textbox", name="Mã thẻ")
    field.fill(badge)
    field.press("Enter")  # as a scanner does
    wall.locator(".here", has_text=f"{before + 1}").wait_for()
    desk.get_by_test_id("stAlertContentSuccess").get_by_text("CÓ MẶT", exact=True).wait_for()
    desk.wait_for_function(
        "() => document.querySelector('input[aria-label=\"Mã thẻ\"]').value === ''"
    )
    desk.get_by_text(f"{before + 1} / 1.121").wait_for()


def test_a_telephone_is_woken_by_its_own_section_and_by_no_other(server, tab, phone):
    """Within one process, which knows whose page a change concerns. The own one is heard last."""
    revisions = []
    for person in ("lead.y_te", "deputy.giao_thong"):
        other = tab(server, size=PHONE, person=person)
        other.goto(f"{server.address}/update")
        settle(other).get_by_role("button", name="Không thay đổi").click()
        other.get_by_test_id("stToast").first.wait_for()
        revisions.append(stage.revision())
    heard(phone)
    heard_of = phone.evaluate("Object.fromEntries(window.sanSangLive.changedAt)")
    assert heard_of[f"readiness:{stage.section('giao_thong')}"] == revisions[1]
    assert revisions[0] not in heard_of.values()


def missing_badge() -> str:
    return missing()[0].badge


def test_a_log_entry_shows_on_the_wall_worst_first(wall, server, tab):
    room = tab(server, person="command")
    room.goto(f"{server.address}/log")
    settle(room).get_by_role("textbox", name="Nội dung").fill("Mất điện hội trường")
    room.locator(control("log.section")).get_by_role("radio").first.click()
    room.get_by_role("radio", name="P1").click()
    room.get_by_role("button", name=SAY["log.save"], exact=True).click()
    wall.locator(".entry.p1", has_text="Mất điện hội trường").wait_for()
    expect(wall.locator(".entry").first).to_contain_text("Mất điện hội trường")


def test_what_i_type_survives_what_others_record(server, phone):
    """A region waits for who types in it: one that is drawn anew just then may drop half a line."""
    unfold_done(phone)  # the others, where they stay as long as somebody types
    task = card(phone, 52)
    choose(task.get_by_role("radio", name="Đang vướng mắc"))
    typing = task.get_by_role("textbox")
    settle(phone)
    typing.click()
    typing.press_sequentially("Đang gõ dở", delay=5)
    for number in (51, 50):
        told = {"task_id": stage.task(number), "status": "on_track", "note": f"Ghi chú {number}"}
        stage.give(report_status, by="command", when="D+1 06:52", **told)
        heard(phone)
    settle(phone)
    assert typing.input_value() == "Đang gõ dở"
    assert typing.evaluate("one => one === document.activeElement")
    assert not phone.get_by_text("Ghi chú 51").count()
    typing.press_sequentially(" và xong", delay=5)
    typing.blur()
    phone.get_by_text("Ghi chú 51").wait_for(state="attached")
    expect(card(phone, 52).get_by_role("textbox")).to_have_value("Đang gõ dở và xong")


def heard(page) -> None:
    """Waits until the page has heard of the newest revision; a region that watches other topics
    has not.
    """
    seen = (
        "revision => [...(window.sanSangLive?.watchers.values() ?? [])]"
        ".some(one => one.seen >= revision)"
    )
    page.wait_for_function(seen, arg=stage.revision())


def settled_revision(page) -> None:
    """Waits until the page has heard of the newest revision and drawn it."""
    heard(page)
    settle(page)


GREYEST = """() => {
  window.greyest = 1;
  const parts = ['[data-stale="true"]', '[data-testid="stElementContainer"]',
    '[data-testid="stVerticalBlock"]'].join();
  const look = () => {
    for (const one of document.querySelectorAll(parts))
      window.greyest = Math.min(window.greyest, Number(getComputedStyle(one).opacity));
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.mark.parametrize("page", ["attendance", "review", ""])
def test_a_page_does_not_grey_out_while_it_follows(server, tab, page):
    shown = tab(server, person="command")
    shown.goto(f"{server.address}/{page}")
    hears(settle(shown)).evaluate(GREYEST)
    for _ in range(2):
        told = {"badge": missing_badge(), "item_id": stage.item("phien_chinh")}
        stage.give(admit, by="command", when="D+1 06:52", **told)
        settled_revision(shown)
    assert shown.evaluate("window.greyest") == 1


def test_a_change_brings_no_flicker_of_the_other_parts(server, tab):
    """What did not change is not drawn anew: the field of the desk stays the same element."""
    desk = tab(server, person="desk.ban_1")
    desk.goto(f"{server.address}/attendance")
    hears(settle(desk))
    desk.evaluate("document.querySelector('input[aria-label=\"Mã thẻ\"]').kept = true")
    stage.give(
        admit,
        by="desk.ban_7",
        when="D+1 06:52",
        badge=missing_badge(),
        item_id=stage.item("phien_chinh"),
    )
    settled_revision(desk)
    assert desk.evaluate("document.querySelector('input[aria-label=\"Mã thẻ\"]').kept")


def test_the_servers_log_is_clean(server):
    for word in ("Traceback", "ERROR", "WARNING", "Warning", "Exception"):
        assert word not in server.log, server.log[-3000:]


WOKEN_APART = """async () => {
  const { watch } = await import(location.origin + '/assets/live.js');
  const turns = [];
  let turn = 0;
  for (const name of ['one', 'other']) {
    const place = document.body.appendChild(document.createElement('div'));
    const data = { topics: ['programme'], rest: 0, revision: 1, words: {}, language: 'vi' };
    watch({ data, parentElement: place, setTriggerValue: () => {
      turns.push(turn); setTimeout(() => turn++, 0); } });
  }
  window.turns = turns;
}"""


def test_regions_that_hear_of_one_change_are_not_woken_in_one_turn(phone):
    """Streamlit sends what is asked for in one turn by the name of one region: the other one
    would stay as it was.
    """
    phone.evaluate(WOKEN_APART)
    stage.give(start_item, by="command", when="D+1 06:52", item_id=stage.item("khai_mac"))
    phone.wait_for_function("() => window.turns.length >= 2")
    turns = phone.evaluate("window.turns")  # once: they may be woken again meanwhile
    assert len(set(turns)) == len(turns)
