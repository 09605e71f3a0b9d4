"""Two people edit the plan at once: both versions are shown, and no typed text is lost."""

from dataclasses import replace

from playwright.sync_api import expect

from data.plan import commands
from data.storage import database
from data.words import catalogue
from models.readiness.tasks import Task
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIDEWAYS, SIZES, linger, open_row, photograph, settle

SAY = catalogue("vi")
NUMBER = 29
MINE, THEIRS = "Văn phòng Tỉnh ủy Nghệ An", "Ban Dân vận Tỉnh ủy"


def test_an_edit_that_another_overtook_shows_both_and_is_recorded_in_one_tap(servers, tab):
    server = servers()
    pointed_at(server.database)
    task = stage.task(NUMBER)
    page = tab(server, size=SIZES["phone"], person="committee")
    page.goto(f"{server.address}/plan")
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
    expect(page.get_by_role("table").get_by_text(THEIRS)).to_be_visible()
    expect(field).to_have_value(MINE)
    assert page.evaluate(SIDEWAYS) == []
    photograph(page, "plan.overtaken.vi.390x844")
    linger(page)
    page.get_by_role("button", name=SAY["plan.record_mine"]).click()
    expect(page.get_by_role("button", name=SAY["plan.save"])).to_have_count(0)
    with database.reading() as session:
        assert (session.get(Task, task).owner, session.get(Task, task).version) == (MINE, 3)
