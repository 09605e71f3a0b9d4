"""The network between a wall and its server falls silent without closing: the wall says so, and
recovers by itself.
"""

import time
from pathlib import Path

from playwright.sync_api import Page

from data.incidents import open_entry
from data.storage import database
from data.words import catalogue
from tests import stage
from tests.bench import sample
from tests.bench.browser import chromium, open_wall, window
from tests.bench.counting_proxy import Count, counting
from tests.bench.figures import Figure
from tests.browser.screen import settle_wall
from tests.serving import Server
from tests.soak import small

ROUNDS, QUICK_ROUNDS = 10, 1
SAID_WITHIN = 10.0  # seconds
PATIENCE = 60_000  # ms; what takes longer than it may is measured, not cut off
NOW = "D-4 09:00"
SAY = catalogue("vi")
NOTICE = ".notice .cut"


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    small.load(sample.sqlite_address(folder / "live.db"), NOW)
    server = Server(sample.sqlite_address(folder / "live.db"), folder / "server.log").start()
    try:
        with counting(server.port) as network, chromium() as browser, window(browser) as wall:
            open_wall(wall, f"http://127.0.0.1:{network.port}")
            times = [
                lose_the_network(network, settle_wall(wall))
                for _ in range(QUICK_ROUNDS if quick else ROUNDS)
            ]
        assert "Traceback" not in server.log, server.log[-3000:]
    finally:
        server.stop()
        database.dispose()
    return [
        Figure(
            "network half open: silence → wall says so",
            "s",
            [said for said, _ in times],
            SAID_WITHIN,
            judged="most",
        ),
        Figure("  network back → wall live", "s", [back for _, back in times]),
    ]


def lose_the_network(network: Count, wall: Page) -> tuple[float, float]:
    """Seconds until the wall said that it was cut off, and from the network's return until it
    showed what it had missed.
    """
    network.fall_silent()
    began = time.monotonic()
    missed = f"Sự cố {stage.idempotency_key()}"
    where = stage.section("an_ninh")
    stage.give(open_entry, by="command", when=NOW, section_id=where, priority=1, text=missed)
    wall.locator(NOTICE, has_text=SAY["wall.lost"]).wait_for(timeout=PATIENCE)
    said = time.monotonic() - began
    assert not wall.locator(".entry", has_text=missed).count()
    network.speak_again()
    began = time.monotonic()
    wall.locator(".entry.p1", has_text=missed).wait_for(timeout=PATIENCE)
    wall.locator(NOTICE).wait_for(state="detached", timeout=PATIENCE)
    return said, time.monotonic() - began
