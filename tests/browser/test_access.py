"""Getting in and out with a browser at a real event: passwords, invitations, displays, desks'
PINs, and the pages of who and what.
"""

import base64
import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, expect

from data import audit
from data.access import accounts, invitations, sign_ins
from data.access.people import person_by_key
from data.commands import Origin, run
from data.events import loading
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database, identity
from data.words import LANGUAGES, catalogue
from models.access.people import OWN_PAGES, Person, Role
from tests.browser import axe
from tests.browser.conftest import pointed_at
from tests.browser.screen import (
    SIDEWAYS,
    SIZES,
    SMALL_TARGETS,
    control,
    open_row,
    photograph,
    settle,
    settle_wall,
    unfold,
)
from tests.models.access.test_people import MATRIX, ROLES
from tests.pages.visitor import PAGES
from tests.serving import Server
from tests.stage import manage
from ui.shell import menu

PASSWORD = "bốn con vịt lội qua sông"
LEAD, DESK = "lead.an_ninh", "desk.ban_1"
THEMES = {"vi": "dark", "en": "light"}  # that a page is looked at in, by its language


@pytest.fixture(scope="module")
def house(sqlite_databases, tmp_path_factory) -> Iterator[Server]:
    """The sample event, loaded for real, on a server of its own."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_databases.template_file("tables"), folder / "live.db")
    address = f"sqlite:///{(folder / 'live.db').as_posix()}"
    pointed_at(address)
    database.run(loading.load_event, folder=loading.SAMPLE, rehearsal=False, now=real_now())
    database.dispose()
    server = Server(address, folder / "server.log")
    yield server.start()
    server.stop()


@pytest.fixture(autouse=True)
def _same_database(house) -> Iterator[None]:
    """This process reads and writes where the server does."""
    pointed_at(house.database)
    yield
    database.dispose()


@pytest.fixture
def somebody(house, tab) -> Callable[..., Page]:
    """A tab of somebody whom an invitation let in, at a size of screen and in a language."""

    def opened(key: str | None = None, *, size: str = "desk", language: str = "vi") -> Page:
        one = tab(house, size=SIZES[size], language=language)
        if key:
            one.context.add_cookies(
                [{"name": "san_sang", "value": joined(house, key), "url": house.address}]
            )
        return one

    return opened


def link_for(key: str) -> str:
    return run(Origin(real=real_now()), invitations.invite_from_command_line, key=key)


def joined(house: Server, key: str) -> str:
    return house.ask(f"/join/{link_for(key)}", method="POST").cookies["san_sang"]


def person(key: str) -> Person:
    with database.reading() as session:
        found = person_by_key(session, key)
        session.expunge(found)
        return found


def choose(page: Page, key: str) -> None:
    """Chooses somebody on the page of people."""
    field = page.locator(f"{control('people.find')} input")
    field.fill(key.replace("_", " "))
    field.press("Enter")
    language = settle(page).evaluate("document.documentElement.lang")
    open_row(page, getattr(person(key), f"name_{language}"))
    settle(page).locator(control("people.invite")).wait_for()


def invite(page: Page, key: str) -> str:
    """Makes an invitation on the page of people; the address that it shows."""
    choose(page, key)
    page.locator(f"{control('people.invite')} button").click()
    return page.get_by_test_id("stCode").inner_text().strip()


# --- in -------------------------------------------------------------------------------------------


def test_one_signs_in_with_name_and_password(house, somebody):
    accounts.change_password(
        Origin(person(LEAD), None, real=real_now()), password=PASSWORD, current=""
    )
    one = somebody(size="phone")
    one.goto(f"{house.address}/update")
    settle(one).get_by_role("button", name=catalogue("vi")["frame.sign_in"]).first.click()
    one.wait_for_url("**/sign-in?next=/update")
    one.get_by_label(catalogue("vi")["sign_in.account"]).fill(LEAD)
    one.get_by_label(catalogue("vi")["sign_in.password"]).fill("sai rồi")
    one.get_by_role("button", name=catalogue("vi")["sign_in.go"]).click()
    expect(one.get_by_role("alert")).to_have_text(catalogue("vi")["refusal.sign_in_wrong"])
    expect(one.get_by_label(catalogue("vi")["sign_in.account"])).to_have_value(LEAD)
    photograph(one, "sign-in-refused.vi.390x844")
    one.get_by_label(catalogue("vi")["sign_in.password"]).fill(PASSWORD)
    one.get_by_role("button", name=catalogue("vi")["sign_in.go"]).click()
    one.wait_for_url(f"{house.address}/update")
    expect(settle(one).get_by_role("heading", name="An ninh").first).to_be_visible()
    known = [
        cookie
        for cookie in one.context.cookies()
        if cookie["name"].startswith("san_sang")
        and not cookie["name"].startswith("san_sang_language")
    ]
    names = {identity.cookie(name) for name in ("san_sang", "san_sang_known")}
    assert {cookie["name"] for cookie in known} == names
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in known)


def test_a_lead_joins_at_the_door_by_a_qr_code_in_two_taps(house, somebody):
    admin, phone = somebody("admin"), somebody(size="phone")
    admin.goto(f"{house.address}/people")
    settle(admin)
    address = invite(admin, "lead.y_te")
    assert address.startswith(f"{house.address}/join/")
    picture = admin.get_by_role("img", name="QR")
    kind, _, encoded = picture.get_attribute("src").partition(",")
    assert kind == "data:image/png;base64", (
        "within the page: at an address of its own it would outlive it, and ask for no sign-in"
    )
    shown = base64.b64decode(encoded)
    assert picture.bounding_box()["width"] == Image.open(io.BytesIO(shown)).width, "not blurred"
    assert modules(shown) == [list(row) for row in segno.make(address, error="m").matrix], (
        "the code says what is written below it"
    )
    settle(admin)
    photograph(admin, "people-invited.vi.1440x900")
    phone.goto(address)  # the first tap, on what the camera found
    photograph(phone, "join.vi.390x844")
    assert axe.in_both_themes(phone) == []
    phone.locator(".language").click()
    phone.get_by_role("button", name=catalogue("en")["sign_in.enter"]).wait_for()
    assert axe.violations(phone) == []
    phone.locator(".language").click()
    phone.get_by_role("button", name=catalogue("vi")["sign_in.enter"]).click()
    phone.wait_for_url(f"{house.address}/")
    expect(settle(phone).locator(control("waiting_confirmation"))).to_contain_text("Y tế")
    again = somebody(size="phone")
    again.goto(address)
    again.get_by_role("button", name=catalogue("vi")["sign_in.enter"]).click()
    expect(again.get_by_role("alert")).to_have_text(catalogue("vi")["refusal.invitation_unknown"])


def modules(png: bytes) -> list[list[int]]:
    """The black and white squares of a QR code's picture: 8 pixels each, with a border of 4
    squares.
    """
    picture = Image.open(io.BytesIO(png)).convert("L")
    scale = picture.width / round(picture.width / 8)
    count = round(picture.width / scale) - 8
    middle = [int((4.5 + number) * scale) for number in range(count)]
    return [[int(picture.getpixel((x, y)) < 128) for x in middle] for y in middle]


@pytest.mark.parametrize("role", ["command", "lead", "display"])
def test_the_menu_lists_what_a_role_may_see_and_nothing_else(house, somebody, role):
    """As it is drawn; what the server lists for each role: tests/web/access/test_access.py."""
    key = {"lead": LEAD}.get(role, role)
    if role == "display":
        one = somebody()
        one.goto(f"{house.address}/d/{display('Trình đơn')}")
        settle_wall(one)
        one.goto(house.address)
    else:
        one = somebody(key)
        one.goto(house.address)
    settle(one)
    seen = [
        page
        for page in PAGES
        if page == "home" or MATRIX[f"see_{page}"][ROLES.index(role)] == "yes"
        if page != "rehearsal"  # a real event has none
    ]
    groups = menu.grouped(seen, OWN_PAGES[Role(role)][0])
    links = one.get_by_test_id("stTopNavLink")
    expect(links).to_have_text([catalogue("vi")[f"page.{page}"] for page in groups.pop("")])
    headings = one.get_by_test_id("stTopNavSection")
    expect(headings).to_have_text([catalogue("vi")[f"menu.{group}"] for group in groups])
    for number, pages in enumerate(groups.values()):
        headings.nth(number).click()
        within = one.get_by_test_id("stTopNavDropdownLink")
        expect(within).to_have_text([catalogue("vi")[f"page.{page}"] for page in pages])
        one.keyboard.press("Escape")
        within.first.wait_for(state="detached")


def display(name: str) -> str:
    return manage(sign_ins.open_display, name=name, by=person("admin"), when=real_now())


# --- and out --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_ending_a_sign_in_closes_the_other_browsers_open_page(house, somebody, language):
    admin, phone = (
        somebody("command"),
        somebody("lead.tuyen_truyen", size="phone", language=language),
    )
    phone.goto(f"{house.address}/update")
    settle(phone)
    admin.goto(f"{house.address}/people")
    choose(admin, "lead.tuyen_truyen")
    unfold(admin.locator(control("people.own_devices")).locator("summary"))
    row = admin.locator("[class*='st-key-people-own_devices-end_']").first
    row.get_by_role("button", name=catalogue("vi")["people.end"]).click()
    phone.wait_for_url("**/sign-in?ended")
    expect(phone.get_by_role("alert")).to_have_text(catalogue(language)["sign_in.ended"])
    photograph(phone, f"sign-in-ended.{language}.390x844")
    phone.goto(f"{house.address}/update")
    phone.wait_for_url("**/sign-in?ended")  # and it does not come back by its address
    expect(row).to_have_count(0)


def test_a_withdrawn_displays_wall_goes(house, somebody):
    admin, screen = somebody("admin"), somebody(size="wall")
    admin.goto(f"{house.address}/people")
    settle(admin).locator(f"{control('people.display_name')} input").fill("Sảnh tầng 1")
    admin.keyboard.press("Enter")
    settle(admin).locator(f"{control('people.display_open')} button").click()
    address = admin.get_by_test_id("stCode").inner_text().strip()
    screen.goto(address)
    settle_wall(screen)
    unfold(settle(admin).locator(control("people.devices")).locator("summary"))
    row = admin.locator("[class*='st-key-people-devices-end_']").filter(has_text="Sảnh tầng 1")
    row.get_by_role("button", name=catalogue("vi")["people.end"]).click()
    screen.wait_for_url("**/sign-in?ended")
    screen.goto(address)
    expect(screen.get_by_role("alert")).to_have_text(catalogue("vi")["refusal.display_unknown"])


def test_withdrawing_somebody_asks_first_and_says_how_many_it_ended(house, somebody):
    admin, phone = somebody("admin"), somebody("lead.hau_can", size="phone")
    phone.goto(f"{house.address}/update")
    settle(phone)
    admin.goto(f"{house.address}/people")
    settle(admin)
    choose(admin, "lead.hau_can")
    admin.get_by_role("button", name=catalogue("vi")["people.withdraw"]).click()
    admin.locator(f"{control('people.withdraw')} button").click()
    phone.wait_for_url("**/sign-in?ended")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_desk_is_locked_with_one_tap_and_unlocked_by_its_pin(house, somebody, language):
    admin, tablet = somebody("command"), somebody(DESK, language=language)
    admin.goto(f"{house.address}/people")
    settle(admin)
    choose(admin, DESK)
    admin.locator(f"{control('people.pin')} button").click()
    pin = admin.get_by_test_id("stMetricValue").inner_text().strip()
    tablet.goto(f"{house.address}/attendance")
    settle(tablet).locator(".st-key-frame_who button").first.click()
    tablet.locator(f"{control('frame.lock')} button").click()
    tablet.wait_for_url("**/unlock")
    tablet.goto(f"{house.address}/attendance")
    tablet.wait_for_url("**/unlock")  # nor is it open by another address
    tablet.get_by_role("button", name=catalogue(language)["frame.unlock"]).click()
    field = tablet.get_by_label(catalogue(language)["sign_in.pin"])
    field.fill("000000" if pin != "000000" else "111111")
    tablet.get_by_role("button", name=catalogue(language)["sign_in.unlock"]).click()
    expect(tablet.get_by_role("alert")).to_be_visible()
    for name, (width, height) in SIZES.items():
        tablet.set_viewport_size({"width": width, "height": height})
        photograph(tablet, f"unlock.{language}.{width}x{height}")
        assert tablet.evaluate(SIDEWAYS) == [], name
    assert axe.violations(axe.in_theme(tablet, THEMES[language])) == []
    field.fill(pin)
    tablet.get_by_role("button", name=catalogue(language)["sign_in.unlock"]).click()
    tablet.wait_for_url("**/attendance")
    expect(settle(tablet).locator(".st-key-frame_who")).to_be_visible()


# --- one's own account ----------------------------------------------------------------------------


def test_a_new_password_ends_ones_other_browsers_and_keeps_this_one(house, somebody):
    here, there = somebody("media"), somebody("media", size="phone")
    there.goto(f"{house.address}/media")
    settle(there)
    here.goto(f"{house.address}/account")
    fields = [
        here.get_by_label(catalogue("vi")[f"account.{name}"], exact=True)
        for name in ("new", "again")
    ]
    for field in fields:
        field.fill("matkhau12345")
    here.get_by_role("button", name=catalogue("vi")["account.save"]).click()
    expect(here.get_by_role("alert")).to_have_text(catalogue("vi")["refusal.password_common"])
    for field in fields:
        field.fill("chiếc thuyền giấy màu cam")
    here.get_by_role("button", name=catalogue("vi")["account.save"]).click()
    expect(here.get_by_role("status")).to_have_text(catalogue("vi")["account.password_set"])
    there.wait_for_url("**/sign-in?ended")


def test_one_ends_ones_other_browser_from_ones_account(house, somebody):
    here, there = somebody("committee"), somebody("committee", size="phone")
    there.goto(f"{house.address}/review")
    settle(there)
    here.goto(f"{house.address}/account")
    here.get_by_role("button", name=catalogue("vi")["account.end"]).first.click()
    there.wait_for_url("**/sign-in?ended")
    here.reload()
    expect(here.get_by_text(catalogue("vi")["account.here"])).to_be_visible()


# --- the trail ------------------------------------------------------------------------------------


def trail(**asked) -> list[audit.AuditRow]:
    with database.reading() as session:
        return audit.rows(session, current_event(session), audit.Filter(**asked), limit=1000)


def test_the_trail_is_asked_by_person_and_topic_and_taken_as_a_file_that_is_in_it(house, somebody):
    one = somebody("committee")
    one.goto(f"{house.address}/audit")
    words = catalogue("vi")
    settle(one).get_by_text(words["audit.count"].format(number=len(trail()))).wait_for()
    pick(one, "audit.topic", words["audit.topic_people"])
    pick(one, "audit.person", person("admin").name_vi)
    wanted = trail(topic="people", person_id=person("admin").id)
    settle(one).get_by_text(words["audit.count"].format(number=len(wanted)), exact=True).wait_for()
    with one.expect_download() as download:
        one.locator(f"{control('audit.export.csv')} button").click()
    assert download.value.suggested_filename == f"{words['audit.file_name']}.csv"
    told = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert len(told) == len(wanted) + 1 and {row[2] for row in told[1:]} == {
        person("admin").name_vi
    }
    assert told[0] == [words[f"audit.{name}"] for name in audit.COLUMNS]
    newest = trail()[0]
    assert (newest.command, newest.what["rows"], newest.person["vi"]) == (
        "export_audit",
        len(wanted),
        person("committee").name_vi,
    )
    assert newest.address == "127.0.0.1" and newest.recorded_at > real_now() - timedelta(minutes=5)


def pick(page: Page, key: str, words: str) -> None:
    field = page.locator(f"{control(key)} input")
    field.click()
    field.fill(words)
    page.get_by_role("option", name=words, exact=True).click()
    settle(page)


# --- how it looks ---------------------------------------------------------------------------------

LOOKED_AT = {
    "people": "admin",
    "sign-in": None,
    "account": LEAD,
    "join/made-up": None,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", LOOKED_AT)
def test_the_pages_of_who_may_enter_in_every_size(house, somebody, page, language):
    one = somebody(LOOKED_AT[page], language=language)
    one.goto(f"{house.address}/{page}")
    settle(one)
    if page == "people":
        choose(one, DESK)
        one.locator(f"{control('people.invite')} button").click()
        one.get_by_test_id("stCode").wait_for()
    for size, (width, height) in SIZES.items():
        one.set_viewport_size({"width": width, "height": height})
        photograph(settle(one), f"{page.partition('/')[0]}-real.{language}.{width}x{height}")
        assert one.evaluate(SIDEWAYS) == [], size
        assert catalogue("en" if language == "vi" else "vi")["app.rehearsal"] not in one.inner_text(
            "body"
        )
        if size == "phone" and page in ("people",):
            assert one.evaluate(SMALL_TARGETS, 32) == []
    assert axe.violations(axe.in_theme(one, THEMES[language])) == []
    assert one.evaluate("document.documentElement.lang") == language


def test_the_servers_log_is_clean_after_all_of_it(house):
    for word in ("Traceback", "ERROR", "WARNING", "Exception"):
        assert word not in house.log, house.log[-3000:]
