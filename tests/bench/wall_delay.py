"""How long after a commit a wall in Chromium shows it, next to a page that polls every two seconds.

A section's headline is set inside the product's server about once a second, at uneven intervals so
that they do not fall into step with the polling. Both pages, in windows of their own at 1920×1080,
show the same database, so each commit is timed on both: from the moment after the commit until a
MutationObserver in the wall's shadow root (in the other page's body) finds the new words. For
information also until the frame that shows them has been painted.
"""

import random
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.bench import browser, servers
from tests.bench.arrivals import headline
from tests.bench.figures import Figure, Floor
from tests.bench.sample import Samples

SAMPLES, QUICK = 62, 15
TARGET = 250  # ms
LAST_WORD = 3.0  # seconds for the polling page to show the last change

WATCH = """root => {
    window.seen = {};
    window.painted = {};
    const look = () => {
        for (const [, number] of root.textContent.matchAll(/Thước đo (\\d{4})/g)) {
            if (number in window.seen) continue;
            window.seen[number] = Date.now();
            requestAnimationFrame(() => {
                const after = new MessageChannel();
                after.port1.onmessage = () => { window.painted[number] = Date.now(); };
                after.port2.postMessage(0);
            });
        }
    };
    new MutationObserver(look).observe(root, { subtree: true, childList: true,
      characterData: true });
}"""


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    address = samples.fresh()
    with (
        servers.product(address, folder) as product,
        servers.plain("polling", folder, DATABASE_URL=address) as polling,
    ):
        with (
            browser.chromium() as chromium,
            browser.window(chromium) as wall,
            browser.window(chromium) as other,
        ):
            browser.open_wall(wall, product.address)
            wall.evaluate(f"({WATCH})({browser.WALL_ROOT})")
            other.goto(polling.address)
            other.wait_for_selector("[data-testid=stText]")
            other.evaluate(f"({WATCH})(document.body)")
            committed = commit(product, QUICK if quick else SAMPLES)
            return [
                _figure("commit → changed wall", "seen", wall, other, committed, TARGET),
                _figure("  … and painted", "painted", wall, other, committed),
            ]


def _figure(
    what: str,
    record: str,
    wall: Page,
    polling: Page,
    committed: dict[str, float],
    target: float | None = None,
) -> Figure:
    floor = Floor("a page that polls every 2 s", delays(polling, record, committed))
    return Figure(what, "ms", delays(wall, record, committed), target, floor=floor)


def commit(product: servers.Server, number: int) -> dict[str, float]:
    """Sets headlines; returns the moment of the commit of each."""
    uneven = random.Random(1)
    committed = {}
    for turn in range(number):
        committed[f"{turn:04d}"] = product.set_headline(turn, headline(f"{turn:04d}"))
        time.sleep(uneven.uniform(0.7, 1.3))
    time.sleep(LAST_WORD)
    return committed


def delays(page: Page, record: str, committed: dict[str, float]) -> list[float]:
    """Milliseconds from each commit to what the page wrote down. A change that never came is an
    error, not a gap.
    """
    shown = page.evaluate(f"window.{record}")
    return [shown[number] - moment for number, moment in committed.items()]
