"""The dense tables: sorted, filtered and opened by tap and by key; an incident in three acts; two
people who edit the plan at once.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from data.plan import commands
from data.storage import database
from data.words import catalogue
from models.readiness.tasks import Task
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIDEWAYS, SIZES, control, linger, open_row, photograph, settle

SAY = catalogue("vi")
NUMBER = 29
MINE, THEIRS = "Văn phòng Tỉnh ủy Nghệ An", "Ban Dân vận Tỉnh ủy"
SCREEN = "document.querySelector('[data-testid=stMain]').scrollHeight"
TABLES = {"plan": "committee", "log": "command", "programme": "command", "people": "admin"}


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own: they write."""
    return servers()


def opened(server, tab, name: str, **who) -> Page:
    page = tab(server, **who)
    page.goto(f"{server.address}/{name}")
    return settle(page)


def column(page: Page, number: int) -> list[str]:
    """The texts of a column, from the top."""
    return [
        row.locator("td").nth(number).inner_text().strip() for row in page.locator("tr.row").all()
    ]


def panel(page: Page, name: str) -> Locator:
    return page.locator(control(f"{name}_table_panel"))


@pytest.mark.parametrize("name", TABLES)
def test_a_row_is_opened_and_closed_by_keys_alone_and_on_a_telephone_shown_at_once(
    server, tab, name
):
    page = opened(server, tab, name, person=TABLES[name])
    first, second = (page.locator("tr.row button.opens").nth(number) for number in range(2))
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel(page, name)).to_be_visible()
    settle(page)
    expect(second).to_be_focused()  # the table was drawn again, with the row marked
    expect(second).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")
    expect(panel(page, name)).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    page.locator("tr.row button.opens").nth(2).click()
    expect(panel(page, name)).to_be_in_viewport()
    settle(page)
    expect(panel(page, name).locator("p").first).to_be_in_viewport()
    assert page.evaluate(SIDEWAYS) == []
    photograph(page, f"list.{name}.vi.390x844")


def test_the_plan_is_sorted_by_its_headings_and_found_by_a_word(server, tab):
    page = opened(server, tab, "plan", person="committee")
    assert page.evaluate(SCREEN) < 2500
    by_section = column(page, 0)
    number = page.get_by_role("button", name=SAY["plan.column_number"], exact=True)
    number.click()
    ascending = column(page, 0)
    assert ascending == sorted(by_section, key=int)
    number.click()
    assert column(page, 0) == ascending[::-1]
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    number.click()
    assert column(page, 0) == by_section
    page.get_by_label(SAY["plan.find"], exact=True).fill("quyet toan")
    page.keyboard.press("Enter")
    expect(page.locator("tr.row")).to_have_count(1)
    assert page.locator("tr.row .bars i.plan").count() == 1


def test_an_incident_is_logged_in_three_acts_and_closed_with_a_word_and_its_undo(server, tab):
    page = opened(server, tab, "log", person="command")
    page.get_by_label(SAY["log.text"], exact=True).fill("Mất điện cửa số 2")
    page.locator(control("log.section")).get_by_role("radio", name="Y tế").click()
    page.locator(control("log.save")).get_by_role("button").click()
    row = page.locator("tr.row", has_text="Mất điện cửa số 2")
    expect(row).to_contain_text("#030")
    linger(page)
    open_row(page, "Mất điện cửa số 2")
    one = panel(page, "log")
    one.get_by_role("button", name=SAY["log.close"]).click()
    expect(one.get_by_text(SAY["refusal.entry_words_needed"])).to_be_visible()
    one.get_by_role("textbox").fill("Đã có điện")
    linger(page)
    one.get_by_role("button", name=SAY["log.close"]).click()
    expect(row).to_have_count(0)
    expect(one.get_by_text("Đã có điện")).to_be_visible()
    one.get_by_role("button", name=SAY["undo.by_mistake"]).click()
    linger(page)
    page.get_by_role("button", name=SAY["log.reopen"]).click()
    expect(row).to_contain_text(SAY["entry.reopened"])


def test_what_is_decided_and_signed_stands_within_one_screen(server, tab):
    page = opened(server, tab, "review", person="committee")
    for key in ("review.conclusion", "review.preview.show", "directive.form"):
        expect(page.locator(control(key))).to_be_in_viewport(ratio=1)
    expect(page.locator("tr.row").first).to_be_in_viewport(ratio=1)


def test_an_edit_that_another_overtook_shows_both_and_is_recorded_in_one_tap(server, tab):
    pointed_at(server.database)
    task = stage.task(NUMBER)
    page = opened(server, tab, "plan", size=SIZES["phone"], person="committee")
    page.get_by_label(SAY["plan.find"], exact=True).fill(str(NUMBER))
    page.keyboard.press("Enter")
    open_row(settle(page), task)
    field = settle(page).get_by_label(SAY["plan.owner"])
    field.fill(MINE)
    linger(page)
    with database.reading() as session:
        planned = replace(commands.planned_of(session, session.get(Task, task)), owner=THEIRS)
    stage.give(
        commands.edit_task, by="command", when="D+1 06:52", task_id=task, version=1, planned=planned
    )
    page.get_by_role("button", name=SAY["plan.save"]).click()
    expect(page.get_by_role("button", name=SAY["plan.record_mine"])).to_be_visible()
    expect(page.get_by_test_id("stTable").get_by_text(THEIRS)).to_be_visible()
    expect(field).to_have_value(MINE)
    assert page.evaluate(SIDEWAYS) == []
    photograph(page, "plan.overtaken.vi.390x844")
    linger(page)
    page.get_by_role("button", name=SAY["plan.record_mine"]).click()
    expect(page.get_by_role("button", name=SAY["plan.save"])).to_have_count(0)
    with database.reading() as session:
        assert (session.get(Task, task).owner, session.get(Task, task).version) == (MINE, 3)
    database.dispose()
