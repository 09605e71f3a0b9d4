"""How many bytes one change costs per wall.

Chromium shows the wall through a proxy that counts everything on the wire, in both directions and
on all its connections: Streamlit's WebSocket, the live feed with its heartbeats, requests, headers
and frames. One change a second, and the bytes of each second are what that change cost. For
information also the seconds without a change, and the largest board of the sample over all its days
(the document alone, in UTF-8).
"""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path

from data.events.current import require_event
from data.events.scenario import steps_of
from data.storage import database
from data.wall.board import board_at
from tests.bench import browser, sample, servers
from tests.bench.arrivals import headline
from tests.bench.counting_proxy import Count, counting
from tests.bench.figures import Figure
from tests.bench.sample import Samples

CHANGES, QUIET_SECONDS = 20, 9
QUICK_CHANGES, QUICK_QUIET = 8, 6
TARGET = 15  # KB of 1,000 bytes
SETTLE = 4  # seconds after which a page that has loaded says no more
STEP = timedelta(minutes=30)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    address = samples.fresh()
    with servers.product(address, folder) as product, counting(product.port) as count:
        with browser.chromium() as chromium, browser.window(chromium) as wall:
            browser.open_wall(wall, f"http://{servers.HOST}:{count.port}")
            time.sleep(SETTLE)
            idle = [second(count) for _ in range(QUICK_QUIET if quick else QUIET_SECONDS)]
            per_change = [
                second(count, product, headline(f"{turn:04d}"))
                for turn in range(QUICK_CHANGES if quick else CHANGES)
            ]
    return [
        Figure("bytes per change and wall, on the wire", "KB", per_change, TARGET),
        Figure("  an idle wall, per second", "KB", [sum(idle) / len(idle)]),
        Figure("  boards of the sample (largest: last)", "KB", board_sizes(address)),
    ]


def second(count: Count, product: servers.Server | None = None, text: str = "") -> float:
    """The kilobytes of one second, in which a headline is set where one is given."""
    before, until = count.bytes, time.monotonic() + 1
    if product:
        product.set_headline(len(text), text)
    time.sleep(max(until - time.monotonic(), 0))
    return (count.bytes - before) / 1000


def board_sizes(address: str) -> list[float]:
    """The kilobytes of the board at every half hour of the event's own days, smallest first."""
    sample.use(address)
    with database.reading() as session:
        event = require_event(session)
        moments = _half_hours(event.first_day, steps_of(event), event.rehearsal_starts)
        boards = [board_at(session, event, moment) for moment in moments]
    database.dispose()
    return sorted(
        len(json.dumps(board, ensure_ascii=False, separators=(",", ":")).encode()) / 1000
        for board in boards
    )


def _half_hours(first_day, steps, until: datetime) -> list[datetime]:
    at = next(step.at for step in steps if step.at.date() >= first_day)
    moments = []
    while at <= until:
        moments.append(at)
        at += STEP
    return moments
