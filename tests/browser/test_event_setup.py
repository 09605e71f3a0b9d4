"""From an office's three files to the wall (`office_walk`), and what the event holds then."""

import os

import pytest
from playwright.sync_api import Page

from data.events.current import require_event
from data.imports.drafts import MAX_ROWS_HERE
from data.storage import database
from data.words import catalogue
from models.attendance.ledger import Delegate
from models.imports.drafts import ImportFile
from models.imports.imported import Import
from tests.browser.conftest import new_context
from tests.browser.office_walk import MAX_ACTS, from_files_to_wall
from tests.browser.screen import SIDEWAYS, control, photograph, settle
from tests.serving import Server
from tests.stage import row_counts

SAY = catalogue("vi")
STOP = f"{control('event.work_stop')} button"
VERY_MANY = 150_000  # so many are not read before they are stopped
LONG = 120_000  # ms


@pytest.fixture
def fresh(tmp_path):
    """A server on which nothing was ever done."""
    server = Server(f"sqlite:///{tmp_path / 'first.db'}", tmp_path / "first.log")
    server.options = ()
    os.environ["DATABASE_URL"] = server.database
    database.dispose()
    yield server.start()
    server.stop()
    database.dispose()


def test_from_three_office_files_to_the_wall_with_an_interruption(fresh, chromium, capsys):
    context = new_context(chromium)
    acts = from_files_to_wall(context, fresh.address, look)
    counts = row_counts()
    assert (counts[Delegate.__tablename__], counts[ImportFile.__tablename__]) == (565, 0)
    with database.reading() as session:
        event = require_event(session)
    assert (event.event_noun, event.vietnamese_only) == ("conference", True)
    with capsys.disabled():
        print(f"\nfrom three files to the wall: {acts} acts")
    assert acts <= MAX_ACTS
    long_list(context, fresh.address)
    context.close()


def long_list(context, address: str) -> None:
    """A list of so many rows that it is read apart: seen from two devices, stopped on one, and
    loaded once however often the button is tapped.
    """
    page, phone = (context.new_page() for _ in range(2))
    phone.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/event")
    page.locator(f"{control('event.again')} button").click()
    page.locator('input[type="file"]').set_input_files([listed(VERY_MANY)])
    page.locator(STOP).wait_for()
    page.reload()  # it goes on, and is not begun again
    page.locator(STOP).wait_for()
    phone.goto(f"{address}/event")
    phone.locator(STOP).wait_for()
    photograph(settle(page), "event_8_reading")
    look(settle(phone), "event_8_reading_phone")
    assert phone.locator(STOP).bounding_box()["height"] >= 44
    phone.locator(STOP).click()
    for one in (page, phone):
        one.get_by_text(SAY["event_page.work_stopped"]).wait_for()
    look(settle(phone), "event_9_stopped_phone")
    assert row_counts()[Delegate.__tablename__] == 565

    phone.get_by_role("button", name=SAY["event_page.file_drop"]).click()
    phone.locator('input[type="file"]').wait_for(state="attached")
    phone.locator('input[type="file"]').set_input_files([listed(MAX_ROWS_HERE + 1)])
    page.locator(f"{control('event.onward.columns')} button:enabled").wait_for(timeout=LONG)
    page.locator('[role="radiogroup"]').get_by_text(SAY["event_page.step_preview"]).click()
    page.locator(f"{control('event.apply')} button:enabled").dblclick(timeout=LONG)
    page.get_by_role("link", name=SAY["event_page.to_wall"]).wait_for(timeout=LONG)
    counts = row_counts()
    assert counts[Import.__tablename__] == 2
    assert counts[Delegate.__tablename__] == 565 + MAX_ROWS_HERE + 1


def listed(rows: int) -> dict[str, object]:
    """A list of delegates as text, which is made at once."""
    lines = "".join(f"{n},Cán bộ {n},Xã Số {n // 70}\n" for n in range(1, rows + 1))
    raw = f"STT,Chức vụ,Đơn vị\n{lines}".encode()
    return {"name": f"danh-sach-{rows}.csv", "mimeType": "text/csv", "buffer": raw}


def look(page: Page, name: str) -> None:
    photograph(page, name)
    assert page.locator(control("frame.language")).count() == 0, "a new event is Vietnamese only"
    if name.endswith("phone"):
        assert page.evaluate(SIDEWAYS) == []
