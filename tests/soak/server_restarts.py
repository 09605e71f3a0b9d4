"""The application is killed and started again fifty times under walls and telephones in Chromium,
each with a note half typed.

No one reloads a page. The screens are looked at one after the other, so that the later ones' times
are upper bounds. A wall is live again when it shows what was recorded after the return; a telephone
when its banner is gone, its own connection stands, and it shows the same; and the words that were
being typed are still in the field.
"""

import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from data.incidents import open_entry
from data.readiness.tasks import set_headline
from data.storage import database
from tests import stage
from tests.bench import sample
from tests.bench.browser import chromium
from tests.bench.figures import Figure
from tests.browser.screen import hears, settle, settle_wall
from tests.serving import Server
from tests.soak import small

ROUNDS, QUICK_ROUNDS = 50, 2
LIVE_WITHIN = 10.0  # seconds
PATIENCE = 60_000  # ms; what takes longer than it may is measured, not cut off
NOW = "D-4 09:00"
PHONE, WALL = (390, 844), (1920, 1080)
BANNER = "[data-testid=live-lost]"
CONNECTED = (
    "() => document.querySelector('[data-testid=stApp]').dataset.testConnectionState === "
    "'CONNECTED'"
)


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    small.load(sample.sqlite_address(folder / "live.db"), NOW)
    server = Server(sample.sqlite_address(folder / "live.db"), folder / "server.log").start()
    with chromium() as browser, ExitStack() as after:
        after.callback(database.dispose)
        after.callback(server.stop)
        screens = Screens(browser, server)
        for turn in range(QUICK_ROUNDS if quick else ROUNDS):
            screens.survive(turn)
        screens.close()
        assert "Traceback" not in server.log, server.log[-3000:]
        return [
            Figure(
                "application killed: back → each wall live",
                "s",
                screens.walls_back,
                LIVE_WITHIN,
                judged="most",
            ),
            Figure(
                "  → each telephone live, its words still there",
                "s",
                screens.phones_back,
                LIVE_WITHIN,
                judged="most",
            ),
        ]


class Screens:
    """Two walls and two telephones, and how long each was away after the server answered again,
    in seconds.
    """

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self.server = server
        self.walls = [hears(settle_wall(self._open("/tv", WALL))) for _ in range(2)]
        self.lead = hears(settle(self._open("/update", PHONE, "lead.an_ninh")))
        self.room = hears(settle(self._open("/log", PHONE, "command")))
        task = self.lead.locator(f".st-key-task_{stage.task(2)}")
        task.get_by_role("radio", name="Có nguy cơ chậm").click()
        self.fields = {
            self.lead: task.get_by_role("textbox"),
            self.room: self.room.get_by_role("textbox", name="Nội dung"),
        }
        for page in (*self.walls, *self.fields):
            page.evaluate("window.neverReloaded = true")
        self.walls_back: list[float] = []
        self.phones_back: list[float] = []

    def _open(self, path: str, size: tuple[int, int], person: str = "") -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN"
        )
        cookies = {"san_sang_language": "vi"} | (
            {"san_sang": self.server.sign_in(person)} if person else {}
        )
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.server.address}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        page.goto(f"{self.server.address}{path}")
        return page

    def close(self) -> None:
        for page in (*self.walls, *self.fields):
            page.context.close()

    def survive(self, turn: int) -> None:
        words = {page: f"Gõ dở lần {turn} ở {number}" for number, page in enumerate(self.fields)}
        for page, field in self.fields.items():
            retype(field, words[page])
        self.server.kill()
        self.server.start()
        answered = time.monotonic()
        headline, entry = record(turn)
        for wall in self.walls:
            wall.locator(".entry.p1", has_text=entry).wait_for(timeout=PATIENCE)
            self.walls_back.append(time.monotonic() - answered)
        for page, shown in {self.lead: headline, self.room: entry}.items():
            page.get_by_text(shown).first.wait_for(timeout=PATIENCE)
            page.locator(BANNER).wait_for(state="hidden", timeout=PATIENCE)
            page.wait_for_function(CONNECTED, timeout=PATIENCE)
            self.phones_back.append(time.monotonic() - answered)
        for page, field in self.fields.items():
            assert field.input_value() == words[page]
        for page in self.fields:
            assert page.evaluate("window.neverReloaded")


def retype(field: Locator, words: str) -> None:
    """Key by key, and the field keeps the focus: nothing of it was sent."""
    field.fill("")
    field.press_sequentially(words)


def record(turn: int) -> tuple[str, str]:
    headline, entry = f"Tin sau lần {turn}", f"Sự cố sau lần {turn}"
    where = {"section_id": stage.section("an_ninh")}
    stage.give(set_headline, by="deputy.an_ninh", when=NOW, headline=headline, **where)
    stage.give(open_entry, by="committee", when=NOW, priority=1, text=entry, **where)
    return headline, entry
