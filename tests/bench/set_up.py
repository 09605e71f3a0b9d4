"""From an office's three files to the wall in Chromium, by recorded answers: how many acts.

The walk is that of the tests, with an interruption and a telephone in the middle.
"""

from pathlib import Path

from tests.bench import sample
from tests.bench.browser import SIZE, chromium
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.browser.office_walk import MAX_ACTS, from_files_to_wall
from tests.serving import Server

PATIENCE = 120_000  # ms


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    acts = [_acts(folder)]
    return [Figure("three office files to the wall: acts of a person", "", acts, MAX_ACTS, "most")]


def _acts(folder: Path) -> int:
    server = Server(sample.sqlite_address(folder / "walk.db"), folder / "walk.log")
    server.options = ()
    server.start()
    try:
        with chromium() as browser:
            context = browser.new_context(viewport=SIZE, locale="vi-VN", reduced_motion="reduce")
            context.set_default_timeout(PATIENCE)
            return from_files_to_wall(context, server.address, lambda page, name: None)
    finally:
        server.stop()
