"""How long the wall takes to its first paint, next to an empty Streamlit application.

From the start of the navigation until the frame with the first text has been painted: the event's
name on the wall (opened by its short address /tv, redirect included), the title of the empty
application, served by the same version of Streamlit in a process of its own. Each time in a fresh
context of Chromium, so with cold caches, in turns; the first pair is thrown away.
"""

from pathlib import Path

from playwright.sync_api import Browser

from tests.bench import browser, servers
from tests.bench.figures import Figure, Floor
from tests.bench.sample import Samples

PAIRS, QUICK = 12, 4
TARGET = 1.2

WALL = browser.painted(f"({browser.FIRST_WALL} ?? {browser.WALL_ROOT})?.querySelector('h1')")
EMPTY = browser.painted("document.querySelector('h1')")


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    wall, empty = [], []
    with (
        servers.product(samples.fresh(), folder) as product,
        servers.plain("empty", folder) as plain,
    ):
        with browser.chromium() as chromium:
            for _ in range((QUICK if quick else PAIRS) + 1):
                wall.append(first_paint(chromium, f"{product.address}/tv", WALL))
                empty.append(first_paint(chromium, plain.address, EMPTY))
    wall, empty = wall[1:], empty[1:]
    floor = Floor("an empty Streamlit application", empty, target=TARGET)
    return [Figure("first paint of the wall", "ms", wall, floor=floor)]


def first_paint(chromium: Browser, address: str, script: str) -> float:
    """Milliseconds, by the page's own clock, which starts with the navigation."""
    with browser.window(chromium) as page:
        page.add_init_script(script)
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.paintedAt")
        return page.evaluate("window.paintedAt")
