"""What people type stays as it is: under a switch of language, and where it looks like markup."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select, update

from data.storage import database
from data.words import catalogue
from models.incidents import Entry
from models.media import MediaItem
from models.programme import ProgrammeMark
from models.readiness.tasks import Task, TaskPrerequisite, TaskReport
from models.reviews.directives import Directive
from models.roll_calls import RollCall
from models.storage import Record
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import choose, control, open_row, settle, unfold
from tests.pages.test_attendance import missing

VI, EN = catalogue("vi"), catalogue("en")
HALF = "Nửa câu: 5 xe, *chưa* đủ"

# Every field of a page by its key: texts, choices, ticks, and what is unfolded.
FIELDS = """() => [...document.querySelectorAll('[data-testid="stMain"] [class*="st-key-"]')]
  .filter(one => one.matches('.stElementContainer, [data-testid="stElementContainer"]'))
  .map(one => [
    [...one.classList].find(name => name.startsWith('st-key-')),
    ...[...one.querySelectorAll('input, textarea')].map(field => field.value),
    ...[...one.querySelectorAll('[data-testid="stMultiSelect"]')].map(field => field.innerText),
    ...[...one.querySelectorAll('[role="radio"]')].map(field => field.getAttribute('aria-checked')),
  ]).filter(one => one.length > 1)
  .concat([...document.querySelectorAll('[data-testid="stMain"] details')]
    .map(one => [one.open]))"""


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own: they write."""
    return servers()


def within(page: Page, key: str) -> Locator:
    return page.locator(control(key))


def write(page: Page, key: str, text: str) -> None:
    within(page, key).locator("input, textarea").first.fill(text)


def pick(page: Page, key: str, label: str) -> None:
    within(page, key).get_by_role("combobox").click()
    page.keyboard.type(label)
    page.get_by_role("option", name=label).first.click()
    settle(page)


def tap(page: Page, key: str) -> None:
    within(page, key).get_by_role("button").first.click()


def newest(table):
    with database.reading() as session:
        found = session.exec(select(table).order_by(table.id.desc())).first()
        session.expunge(found)
        return found


def day(offset: int) -> date:
    return stage.current().first_day + timedelta(days=offset)


def written(offset: int) -> str:
    """A day of the event as the lists of days have it."""
    one = day(offset)
    return f"{one.day}/{one.month}/{one.year}"


# --- a form of each page half filled, and the act that ends it -----------------------------------


def fill_update(page: Page) -> None:
    pick(page, f"update.section.{stage.current().id}", "Y tế")
    unfold(within(page, "update.done_tasks").locator("summary"))
    card = within(page, f"task_{stage.task(70)}")  # the one that is not done
    choose(card.get_by_role("radio", name=VI["status.blocked"]))
    card.get_by_role("textbox", name=VI["status.blocked"]).fill(HALF)


def report(page: Page) -> None:
    page.get_by_role("button", name=EN["update.note_save"], exact=True).click()
    page.get_by_test_id("stToast").wait_for()
    assert newest(TaskReport).note == HALF


def fill_plan(page: Page) -> None:
    open_row(page, stage.task(29))
    form = f"plan.{stage.task(29)}.1"
    within(page, "plan.save").wait_for()
    write(page, f"{form}.owner", HALF)
    pick(page, f"{form}.needs", "52. ")
    page.keyboard.press("Escape")
    pick(page, f"{form}.due.day.{stage.current().first_day}", written(9))


def edit(page: Page) -> None:
    tap(page, "plan.save")
    page.get_by_test_id("stToast").wait_for()
    with database.reading() as session:
        task = session.get(Task, stage.task(29))
        needs = session.exec(select(TaskPrerequisite).where(TaskPrerequisite.task_id == task.id))
        assert (task.owner, stage.task(52) in {one.needs_id for one in needs}) == (HALF, True)


def fill_attendance(page: Page) -> None:
    key = f"attendance.item.{stage.current().id}"
    pick(page, key, "14:00")
    write(page, "attendance.query", "Quỳnh Lưu")


def check_in(page: Page) -> None:
    write(page, "attendance.badge_typed", missing(forum="dien_dan_1")[0].badge)
    page.get_by_role("button", name=EN["attendance.badge_go"], exact=True).click()
    expect(within(page, "attendance_answer")).not_to_contain_text(EN["gate.ready"])
    settle(page)


def fill_log(page: Page) -> None:
    write(page, "log.text", HALF)
    choose(within(page, "log.section").get_by_role("radio", name="Y tế"))
    choose(within(page, "log.priority").get_by_role("radio", name="P2"))


def log(page: Page) -> None:
    tap(page, "log.save")
    page.get_by_test_id("stToast").wait_for()
    entry = newest(Entry)
    assert (entry.text, entry.section_id, entry.priority) == (HALF, stage.section("y_te"), 2)


def fill_programme(page: Page) -> None:
    choose(within(page, "programme.day").get_by_role("radio").last)


def start(page: Page) -> None:
    page.locator("tr.row td.opens").last.click()
    button = settle(page).locator("[class*='st-key-programme-start']").last
    button.get_by_role("button").click()
    expect(page.locator("[class*='st-key-programme-finish']").last).to_be_visible()
    assert newest(ProgrammeMark)


def fill_media(page: Page) -> None:
    unfold(page.locator("summary", has_text=VI["media.add"]))
    write(page, "media.title", HALF)
    write(page, "media.outlet", "Báo Nghệ An")
    choose(within(page, "media.kind").get_by_role("radio").last)
    pick(page, "media.planned.day", written(3))


def plan_item(page: Page) -> None:
    tap(page, "media.save")
    page.get_by_test_id("stToast").wait_for()
    item = newest(MediaItem)
    assert (item.title_vi, item.outlet) == (HALF, "Báo Nghệ An")


def fill_review(page: Page) -> None:
    unfold(within(page, "directive.form").locator("summary"))
    write(page, "directive.text", HALF)
    pick(page, "directive.owner", "Thư ký")
    pick(page, "directive.due.day", written(3))
    write(page, "review.conclusion", HALF)
    open_row(page, "52.")


def direct(page: Page) -> None:
    tap(page, "directive.give")
    page.get_by_test_id("stToast").wait_for()
    given = newest(Directive)
    assert (given.text, given.section_id) == (HALF, stage.section("thu_ky"))


def fill_roll_call(page: Page) -> None:
    write(page, "roll_call.question", HALF)
    key = f"roll_call.sections.{stage.current().id}"
    pick(page, key, "Y tế")
    page.keyboard.press("Escape")
    choose(within(page, "roll_call.holds").get_by_role("radio").first)


def ask(page: Page) -> None:
    tap(page, "roll_call.open")
    page.get_by_test_id("stToast").wait_for()
    assert newest(RollCall).question == HALF


def fill_people(page: Page) -> None:
    open_row(page, "Phòng điều hành")
    expect(within(page, "people.invite")).to_be_visible()


def invite(page: Page) -> None:
    tap(page, "people.invite")
    expect(within(page, "people_table_panel").get_by_text("/join/")).to_be_visible()


def fill_audit(page: Page) -> None:
    pick(page, "audit.person", "Phòng điều hành")
    pick(page, "audit.topic", VI["audit.topic_incidents"])


def trail(page: Page) -> None:
    expect(page.locator("tr.row").first).to_be_visible()
    assert page.get_by_text(EN["audit.none"]).count() == 0


def fill_rehearsal(page: Page) -> None:
    pick(page, "rehearsal.to.day", written(2))


def jump(page: Page) -> None:
    tap(page, "rehearsal.jump")
    page.get_by_test_id("stToast").wait_for()


PAGES: dict[str, tuple[str, Callable[[Page], None], Callable[[Page], None]]] = {
    "update": ("command", fill_update, report),
    "plan": ("committee", fill_plan, edit),
    "attendance": ("command", fill_attendance, check_in),
    "log": ("command", fill_log, log),
    "programme": ("command", fill_programme, start),
    "media": ("command", fill_media, plan_item),
    "review": ("committee", fill_review, direct),
    "roll_call": ("committee", fill_roll_call, ask),
    "audit": ("committee", fill_audit, trail),
    "people": ("admin", fill_people, invite),
    "rehearsal": ("command", fill_rehearsal, jump),
}


def switch(page: Page, to: dict[str, str]) -> None:
    within(page, "frame.language").get_by_role("button").click()
    expect(within(page, "frame.language")).to_contain_text(to["app.language"])
    settle(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_switch_of_language_leaves_what_was_typed_and_chosen(server, tab, name):
    """Half a form in Vietnamese, English, Vietnamese again, English; then the act succeeds."""
    pointed_at(server.database)
    role, fill, act = PAGES[name]
    page = tab(server, person=role)
    page.goto(f"{server.address}/{name}?lang=vi")  # another test may have left it at English
    settle(page)
    fill(page)
    settle(page)
    filled = page.evaluate(FIELDS)
    switch(page, EN)
    english = page.evaluate(FIELDS)
    assert [one[0] for one in english] == [one[0] for one in filled]
    switch(page, VI)
    assert page.evaluate(FIELDS) == filled
    switch(page, EN)
    act(page)
    assert page.get_by_text(EN["app.failed"]).count() == 0
    database.dispose()


# --- half a sentence, and a page without its connection ------------------------------------------


def test_half_a_sentence_survives_a_reload_and_another_page(server, tab):
    """And a text that is too long to paste is said."""
    page = tab(server, person="command")
    page.goto(f"{server.address}/log")
    settle(page)
    assert page.evaluate("document.documentElement.translate") is False
    text = within(page, "log.text").locator("input")
    text.fill(HALF)
    settle(page.reload() and page)
    expect(text).to_have_value(HALF)
    page.get_by_test_id("stTopNavLink").filter(has_text=VI["page.media"]).first.click()
    page.get_by_role("heading", name=VI["media.outlets"]).wait_for()
    page.get_by_test_id("stTopNavLink").filter(has_text=VI["page.log"]).first.click()
    expect(text).to_have_value(HALF)
    text.evaluate(
        "(field, text) => { const data = new DataTransfer(); data.setData('text', text);"
        " field.dispatchEvent("
        "new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))}",
        "dài " * 500,
    )
    expect(page.get_by_test_id("too-long")).to_have_text(VI["live.too_long"])


def test_a_page_whose_socket_is_refused_says_so(server, new_tab):
    page = new_tab(server, person="command")
    page.route_web_socket("**/_stcore/stream", lambda socket: socket.close())
    page.goto(f"{server.address}/log")
    waits = page.get_by_test_id("page-waits")
    expect(waits).to_have_text(VI["live.waiting"], timeout=20_000)


# --- nothing typed is markup ---------------------------------------------------------------------

HOSTILE = (
    "Ω![a](/x.png) [b](https://x.vn) https://x.vn www.x.vn a@x.vn :red[c] :material/home: :tada: "
    "$x^2$ *d* _e_ `f` ~~g~~ <i>h</i> -> -- &amp; 1. #k Ω"
)
TYPED = re.compile(
    r"(title|name|short|short_name|theme|place)_(vi|en)|note|headline|text|why|words|question"
    r"|conclusion|owner|outlet|chair|contact|vehicle|device"
)
READ = """() => {
  const main = document.querySelector('[data-testid="stMain"], .wall');
  const tables = [...main.querySelectorAll('*')].map(one => one.shadowRoot).filter(Boolean)
    .map(root => root.querySelector('table')).filter(Boolean);
  const copy = main.cloneNode(true);
  copy.querySelectorAll('svg').forEach(chart => chart.remove()); // they shorten long names
  const text = [copy, ...tables].map(one => one.textContent).join(' ')
    .replaceAll('\\u2060', '').replaceAll('\\u00a0', ' ');
  const drawn = 'a[href*="x.vn"], img[src*="x.png"], .katex, em, del, main i i, '
    + '[data-testid="stMarkdown"] code';
  return { text, drawn: [main, ...tables].flatMap(one => [...one.querySelectorAll(drawn)])
    .map(one => one.outerHTML) };
}"""


def write_everywhere(session) -> None:
    """Every text that people type becomes hostile, also what was loaded from files."""
    for table in Record.metadata.tables.values():
        for column in table.columns:
            if TYPED.fullmatch(column.name):
                session.execute(update(table).where(column != "").values({column.name: HOSTILE}))


@pytest.fixture(scope="module")
def hostile(servers):
    """A server whose database holds hostile text in every column that people fill."""
    server = servers()
    pointed_at(server.database)
    database.run(write_everywhere)
    database.dispose()
    return server


def require_literal(page: Page) -> None:
    """What was typed is shown letter by letter, and nothing of it is drawn."""
    settle(page)
    shown = page.evaluate(READ)
    assert shown["drawn"] == []
    assert shown["text"].count("Ω") > 1
    assert shown["text"].replace(HOSTILE, "").count("Ω") == 0, shown["text"].replace(HOSTILE, "…")


OPENED = {
    "home": "command",
    "update": "command",
    "plan": "committee",
    "attendance": "command",
    "log": "command",
    "programme": "command",
    "media": "command",
    "review": "committee",
    "roll_call": "committee",
    "people": "admin",
}


@pytest.mark.parametrize("name", OPENED)
def test_what_people_typed_is_never_markup(hostile, tab, name):
    """On the page as it opens, in what unfolds, in a toast, and in a refusal."""
    page = tab(hostile, person=OPENED[name])
    page.goto(hostile.address if name == "home" else f"{hostile.address}/{name}")
    settle(page)
    if name == "attendance":
        choose(within(page, "attendance.tool").get_by_role("radio").first)
        write(page, "attendance.query", "0001")
        page.keyboard.press("Enter")
    if name == "update":  # who reports for all of them chooses first
        page.get_by_role("combobox").first.click()
        page.get_by_role("option").first.click()
        within(page, "update.trouble").wait_for()
    if name == "media":
        page.locator("tr.row td.opens").first.click()
        page.locator("[class*='st-key-media-publish']").first.get_by_role("button").click()
        toast = page.get_by_test_id("stToast")
        toast.wait_for()
        assert HOSTILE in toast.text_content().replace("\u2060", "")
    if page.locator("tr.row td.opens .opens").count():
        page.locator("tr.row td.opens").first.click()
        page.locator("[class*='_table_panel']").wait_for()
    require_literal(page)
