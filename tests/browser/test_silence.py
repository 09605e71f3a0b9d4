"""A section that keeps silent: its tile reads right, whoever is called answers by name, and one
tap renews it.
"""

import pytest
from playwright.sync_api import Page, expect

from data.words import catalogue
from tests.browser.screen import (
    SIDEWAYS,
    SMALL_TARGETS,
    WALL_FAULTS,
    photograph,
    settle,
    settle_wall,
)

SAY = catalogue("vi")


@pytest.fixture(scope="module")
def quiet(servers):
    """At 06:52 the medical section has not confirmed since the evening; the watcher calls its
    lead as soon as the server runs.
    """
    return servers("D+1 06:52")


def opened(tab, server, path: str, **told) -> Page:
    page = tab(server, **told)
    page.goto(server.address + path)
    return (settle_wall if path.startswith("/tv") else settle)(page)


def test_a_silent_tile_reads_right_and_a_tap_renews_it(quiet, tab):
    wall = opened(tab, quiet, "/tv", size=(1440, 900))
    tile = wall.locator(".tile", has_text="Y tế")
    for told in (
        "Chưa cập nhật",
        "2 giờ",
        "Trưởng Tiểu ban báo: sẵn sàng",
        "Đã nhắc Trưởng Tiểu ban 06:52",
        "3/4 đầu việc",
    ):
        expect(tile).to_contain_text(told)
    assert {"silent", "hatched"} <= set(tile.get_attribute("class").split())
    assert wall.locator(".wall").evaluate(WALL_FAULTS)["faults"] == []
    photograph(wall, "wall-silent.vi.1440x900")

    lead = opened(tab, quiet, "/update", size=(390, 844), person="lead.y_te")
    lead.get_by_text("Đã nhắc Trưởng Tiểu ban lúc 06:52").wait_for()
    assert lead.evaluate(SIDEWAYS) == [] and lead.evaluate(SMALL_TARGETS, 44) == []
    photograph(lead, "update-silent.vi.390x844")
    lead.get_by_role("button", name="Đã nhận lời nhắc").click()
    expect(tile).to_contain_text("Trưởng Tiểu ban đã nhận 06:52")
    room = opened(tab, quiet, "/log", person="command")
    room.get_by_text("Trưởng Tiểu ban Y tế đã nhận lúc 06:52").wait_for()
    photograph(room, "log-silent.vi.1440x900")

    lead.get_by_role("button", name=SAY["update.no_change"]).click()
    wall.locator(".tile.ready:not(.hatched)", has_text="Y tế").wait_for()
    expect(tile).to_contain_text("vừa xong")
    expect(room.get_by_text("Tiểu ban chưa cập nhật (1)")).to_have_count(0)
