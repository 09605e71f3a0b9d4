"""A walk through every page, in both languages and three sizes: nothing foreign, nothing wrong,
nothing wider than the screen.
"""

import shutil
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect
from starlette.requests import Request

from data.words import LANGUAGES, catalogue
from tests.browser import axe, gate
from tests.browser.screen import (
    ENGLISH,
    SHIFTED,
    SIDEWAYS,
    SIZES,
    SMALL_TARGETS,
    UNCOVERED,
    choose,
    control,
    photograph,
    settle,
    settle_wall,
    unfold,
    unfold_all,
)
from tests.pages.visitor import FRAMED, PAGES
from tests.serving import Server
from web.access.forms import form_page

ROLE = {
    "update": "lead.giao_thong",
    "attendance": "desk.ban_1",
    "review": "committee",
    "media": "media",
    "events": "admin",
    "event": "admin",
}


# The weights of our own letters that are drawn: a font of the machine's may lack an accent, and is
# as wide as it likes.
LETTERS = """() => [...document.fonts]
  .filter(one => one.family.includes('Be Vietnam Pro') && one.status === 'loaded')
  .map(one => one.weight)"""


# The words of a page's title that take more than one line.
BROKEN_WORDS = r"""bar => {
  const texts = document.createTreeWalker(bar.firstElementChild, NodeFilter.SHOW_TEXT);
  const broken = [], range = document.createRange();
  while (texts.nextNode())
    for (const found of texts.currentNode.data.matchAll(/\S+/g)) {
      range.setStart(texts.currentNode, found.index);
      range.setEnd(texts.currentNode, found.index + found[0].length);
      if (range.getClientRects().length > 1) broken.push(found[0]);
    }
  return broken;
}"""

# The sizes that a page is loaded in: all three, shared by the languages.
LOADED = {"vi": ("phone", "desk"), "en": ("wall",)}
WALKED = [*PAGES, "tv", "sign-in"]
COLOURED = ("home", "wall", "update", "attendance")  # whose colours say what matters
MOST_SHIFT = 0.05  # of Chromium's layout shift, all that happens while a page is drawn together
# The size in which axe looks at a page in a theme: a telephone and a desk have other menus.
LOOKED_AT = {"phone": "light", "desk": "dark"}


def address(page: str) -> str:
    return "/" if page == "home" else f"/{page}"


def themes(page: str, language: str) -> tuple[str, ...]:
    """Those that axe looks at: both where colours matter most, else one in each language."""
    turn = (WALKED.index(page) + LANGUAGES.index(language)) % 2
    return ("light", "dark") if page in COLOURED else (("light", "dark")[turn],)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", WALKED)
def test_every_page_in_every_size(server, tab, page, language, watch_tab):
    one = tab(
        server,
        language=language,
        person=None if page in ("sign-in", "tv") else ROLE.get(page, "command"),
    )
    watch = watch_tab(one, server.address)
    drawn = settle_wall if page in ("wall", "tv") else settle
    for size, (width, height) in sorted(
        SIZES.items(), key=lambda one: one[0] not in LOADED[language]
    ):
        one.set_viewport_size({"width": width, "height": height})
        if size in LOADED[language]:
            one.goto(server.address + address(page) + (f"?lang={language}" if page == "tv" else ""))
        drawn(one)
        if page in FRAMED and size != "phone":
            one.get_by_test_id("stTopNavLink").filter(
                has_text=catalogue(language)["page.home"]
            ).first.wait_for()
        if size in LOADED[language]:
            assert one.evaluate(SHIFTED, MOST_SHIFT) == []
        if size != "wall" or language == "vi":
            photograph(one, f"{page}.{language}.{width}x{height}")
        if page == "tv":
            assert one.locator(".wall").evaluate(UNCOVERED) == []
            assert not one.locator(".wall .way").count()
        assert one.evaluate(SIDEWAYS) == []
        assert {"400", "700"} <= set(one.evaluate(LETTERS)), "drawn in a font of the machine's"
        rehearsal = one.get_by_text(catalogue(language)["app.rehearsal"], exact=True)
        expect(rehearsal.first).to_be_visible()
        if size == "phone" and page in FRAMED:
            require_one_line(one.locator(".st-key-frame_bar"))
        if size == "phone" and page == "update":
            assert one.evaluate(SMALL_TARGETS, 44) == []
        if (theme := LOOKED_AT.get(size)) in themes(page, language):
            if language == "vi":
                if page in FRAMED and page != "review":  # it folds away much
                    unfold_all(one)
                assert one.evaluate(ENGLISH) == []
            assert axe.violations(axe.in_theme(one, theme)) == []
            if theme == "dark":
                photograph(one, f"{page}-dark.{language}.{width}x{height}")
                axe.in_theme(one, "light")
    if page in FRAMED:
        expect(one).to_have_title(f"{catalogue(language)[f'page.{page}']} · Sẵn Sàng")
    assert one.evaluate("document.documentElement.lang") == language
    assert watch.foreign == []
    assert watch.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_without_the_frame_are_open_to_everyone_in_both_themes(server, tab, language):
    one = tab(server, size=SIZES["phone"], language=language, person="desk.ban_1")
    one.route("**/first-start", lambda route: route.fulfill(body=first_start(language)))
    for page in ("first-start", "account", "gate", "api/v1/docs"):
        one.goto(f"{server.address}/{page}")
        (gate.ready if page == "gate" else settle)(one)
        assert axe.in_both_themes(one) == [], page
        photograph(one, f"{page.replace('/', '-')}.{language}.390x844")
        assert language == "en" or page == "api/v1/docs" or one.evaluate(ENGLISH) == [], page


# What says a word by each name that is read out, and as an entry of a list; what they say now.
SAYING = """words => {
  const place = document.createElement('div');
  place.id = 'saying';
  for (const word of words) {
    const one = document.createElement('div');
    one.setAttribute('role', 'option');
    one.textContent = word;
    for (const name of ['aria-label', 'title', 'placeholder']) one.setAttribute(name, word);
    place.append(one);
  }
  document.querySelector('[data-testid="stMain"]').append(place);
}"""
SAID = """() => [...document.querySelectorAll('#saying > *')].map(one =>
  [...new Set([one.textContent, one.ariaLabel, one.title, one.getAttribute('placeholder')])])"""


def test_the_framework_speaks_the_language_of_the_page(server, tab):
    """To the eye and to a screen reader, which hears how many entries an open list has."""
    english, own = (
        [
            text.format(what="Y tế", number=3, size="10 MB")
            for key, text in catalogue(one).items()
            if key.startswith("framework.")
        ]
        for one in ("en", "vi")
    )
    one = tab(server, person="command")
    one.goto(f"{server.address}/roll_call")
    settle(one).evaluate(SAYING, english)
    assert one.evaluate(SAID) == [[text] for text in own]
    assert one.evaluate(ENGLISH) == []
    one.evaluate("document.documentElement.lang = 'en'")
    assert one.evaluate(SAID) == [[text] for text in english]
    assert len(one.evaluate(ENGLISH)) > len(english), "the check finds what is English"
    one.evaluate("document.documentElement.lang = 'vi'")
    one.evaluate("document.getElementById('saying').remove()")
    field = one.get_by_test_id("stMultiSelect").first.get_by_role("combobox")
    field.click()
    one.get_by_role("option").first.wait_for()
    assert one.evaluate(ENGLISH) == []
    field.fill("không có mục nào như thế")
    one.get_by_text(catalogue("vi")["framework.no_results"]).wait_for()
    assert one.evaluate(ENGLISH) == []


def first_start(language: str) -> bytes:
    """The page that a server without any event answers with."""
    scope = {"type": "http", "method": "GET", "path": "/first-start", "headers": []}
    request = Request(scope | {"query_string": f"lang={language}".encode()})
    return form_page(request, "first_start.html", form={}, asks_code=True).body


def require_one_line(bar: Locator) -> None:
    """The bar above a page stays one line on a telephone, and nothing of it is cut."""
    assert bar.evaluate("one => one.getBoundingClientRect().height") < 70
    assert bar.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert bar.evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize(("language", "role"), [("vi", "lead.giao_thong"), ("en", "command")])
def test_every_control_of_the_update_page_fits_a_finger(server, tab, language, role):
    """With everything open: the section's choice, the headline, all tasks, and a note in the
    making.
    """
    one = tab(server, size=SIZES["phone"], language=language, person=role)
    one.goto(f"{server.address}/update")
    settle(one)
    if role == "command":  # who reports for all of them chooses first
        one.get_by_role("combobox").first.click()
        one.get_by_role("option").first.click()
        one.locator(control("update.trouble")).wait_for()
        settle(one)
    for number in range(one.locator("summary").count()):
        unfold(one.locator("summary").nth(number))
    last = (
        one.locator("[class*='st-key-task_']")
        .last.get_attribute("class")
        .split("st-key-")[1]
        .split()[0]
    )
    card = one.locator(control(last))
    card.get_by_role("button", name=catalogue(language)["update.reopen"]).click()
    choose(card.get_by_role("radio", name=catalogue(language)["status.blocked"]))
    card.get_by_role("textbox", name=catalogue(language)["status.blocked"]).wait_for()
    settle(one)
    expect(card).to_be_in_viewport()  # it stays under the finger, in the list where it was
    assert one.evaluate(SMALL_TARGETS, 44) == []
    assert one.evaluate(SIDEWAYS) == []
    photograph(one, f"update-note-{role}.{language}.390x844")


def test_the_wall_on_a_desk_has_a_way_out(server, tab):
    one = tab(server, size=(1920, 1080))
    one.goto(f"{server.address}/wall")
    settle_wall(one)
    one.locator(".wall a.way", has_text="Trang đầu").click()
    one.wait_for_url(f"{server.address}/")
    settle(one)


def test_the_language_survives_a_reload_and_other_pages(server, tab):
    one = tab(server)
    one.goto(server.address)
    settle(one).get_by_role("button", name="English", exact=True).click()
    one.get_by_text("Delegates present").wait_for()
    one.wait_for_function(r"() => /san_sang_language\.\w+=en/.test(document.cookie)")
    settle(one.reload() and one)
    expect(one.get_by_text("Delegates present")).to_be_visible()
    one.goto(f"{server.address}/wall")
    settle_wall(one)
    expect(one.locator(".wall").get_by_text("Delegates present", exact=True)).to_be_visible()
    one.goto(f"{server.address}/sign-in")
    expect(one.get_by_role("heading", name="Sign in")).to_be_visible()


def test_one_signs_in_and_out_by_tapping(server, tab):
    one = tab(server, size=(390, 844))
    one.goto(server.address)
    settle(one).get_by_role("button", name="Đăng nhập").click()
    one.get_by_role("button", name="Trưởng Tiểu ban Y tế", exact=True).click()
    settle(one).get_by_role("heading", name="Việc đang chờ").wait_for()
    one.locator(".st-key-frame_who button").first.click()
    one.get_by_role("button", name="Đăng xuất").click()
    one.wait_for_url(f"{server.address}/")
    expect(settle(one).get_by_role("button", name="Đăng nhập").first).to_be_visible()
    assert not [one for one in one.context.cookies() if one["name"].startswith("san_sang.")]


def test_no_script_can_read_who_is_signed_in(server, tab):
    one = tab(server)
    one.goto(f"{server.address}/sign-in")
    one.get_by_role("button", name="Phòng điều hành", exact=True).click()
    settle(one).get_by_role("heading", name="Việc đang chờ").wait_for()
    kept = [cookie["name"] for cookie in one.context.cookies()]
    assert [name for name in kept if name.startswith("san_sang.")]
    assert "san_sang." not in one.evaluate("document.cookie")


def test_the_servers_log_is_clean_after_the_tour(server):
    told = server.log
    for word in ("Traceback", "ERROR", "WARNING", "Warning", "Exception"):
        assert word not in told, told[-3000:]


def test_two_installations_on_one_machine_sign_nobody_out_of_the_other(
    server, moments, tmp_path, tab
):
    """A browser sends the cookies of a host to each of its ports."""
    shutil.copy(moments("D+1 06:52"), tmp_path / "second.db")
    with closing(sqlite3.connect(tmp_path / "second.db")) as connection, connection:
        connection.execute("DELETE FROM secret")  # as in a database of its own
    second = Server(f"sqlite:///{tmp_path / 'second.db'}", tmp_path / "second.log").start()
    try:
        one = tab(server)
        enter(one, server, "Phòng điều hành")
        enter(one, second, "Tổ báo chí – truyền thông")
        one.get_by_role("button", name="English", exact=True).click()
        one.get_by_role("button", name="Tiếng Việt", exact=True).wait_for()
        one.goto(f"{server.address}/log")
        settle(one).get_by_role("button", name="English", exact=True).wait_for()
        one.locator(".st-key-frame_who").wait_for()
        one.goto(f"{second.address}/media")
        settle(one).locator(".st-key-frame_who button").first.click()
        one.get_by_role("button", name="Sign out").click()
        one.wait_for_url(f"{second.address}/")
        one.goto(f"{server.address}/account")
        one.get_by_text("Phòng điều hành").first.wait_for()
        marks = {cookie["name"].partition(".")[2] for cookie in one.context.cookies()}
        assert len(marks - {""}) == 2, "each has its own mark"
    finally:
        second.stop()


def enter(one: Page, at: Server, role: str) -> None:
    one.goto(f"{at.address}/sign-in")
    one.get_by_role("button", name=role, exact=True).click()
    one.wait_for_url(f"{at.address}/")
    settle(one).locator(".st-key-frame_who").wait_for()
