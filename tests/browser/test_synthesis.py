"""The approval in Chromium: gathered and submitted by the command room, read, approved and proved
by the committee.
"""

import pytest
from playwright.sync_api import Page, expect

from data.storage import database
from data.words import catalogue
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIDEWAYS, control, photograph, settle
from tests.data.synthesis.stage import after_the_forums, found
from tests.pages.conftest import stand
from tests.stage import item

SAY = catalogue("vi")
PHONE = (390, 844)
EVENING = "D+0 18:00"


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own, on the evening of the forums."""
    started = servers()
    pointed_at(started.database)
    stand(EVENING)
    after_the_forums()
    database.dispose()
    return started


def tap(page: Page, key: str) -> None:
    page.locator(control(key)).get_by_role("button").first.click()


def test_the_synthesis_is_gathered_submitted_read_and_approved(server, tab):
    writer = tab(server, person="command")
    writer.goto(f"{server.address}/synthesis")
    settle(writer)
    for forum in ("dien_dan_1", "dien_dan_2"):
        pointed_at(server.database)
        key = f"synthesis.sign.{item(forum)}"
        tap(writer, key)
        expect(writer.locator(control(key))).to_have_count(0)
    tap(writer, "synthesis.gather")
    expect(writer.get_by_text(SAY["synthesis.all_placed"])).to_be_visible()
    writer.locator("tr.row td.opens").first.click()
    expect(writer.get_by_label(SAY["synthesis.field_text"]).first).to_be_visible()
    settle(writer)
    photograph(writer, "synthesis-paragraph")
    assert writer.evaluate(SIDEWAYS) == []
    tap(writer, "synthesis.close")
    tap(writer, "synthesis.step.submit")
    expect(writer.locator(control("synthesis.step.recall.box"))).to_be_visible()

    chair = tab(server, size=PHONE, person="committee")
    chair.goto(f"{server.address}/synthesis")
    settle(chair)
    expect(chair.locator(control("synthesis_read")).get_by_text("Đã tiếp nhận")).to_be_visible()
    photograph(chair, "synthesis-approval")
    assert chair.evaluate(SIDEWAYS) == []
    tap(chair, "synthesis.step.approve")
    expect(chair.locator(control("synthesis.step.withdraw.box"))).to_be_visible()
    pointed_at(server.database)
    (version,) = found(EVENING).versions
    database.dispose()
    assert version.approved is not None and version.approved.by["vi"]
