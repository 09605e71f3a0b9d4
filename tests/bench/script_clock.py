"""The script: a call for the next speaker → the speaker's clock, fifty idle clocks, the forecast.

The clock stands in Chromium, signed in as a display's room would be; a speaker is called inside the
product's server at uneven intervals, from the moment after the commit until a MutationObserver in
the clock's shadow root finds the name. The idle clocks are tabs without a browser (`tab`), each
with a Streamlit session and the live feed; the server's CPU time is read from the system. The
forecast is the pure function on 500 cues in 10 rooms, half of them recorded.
"""

import asyncio
import random
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psutil

from models.script.forecast import Slot, forecast
from tests.bench import browser, servers
from tests.bench.cpu import cpu_share
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.bench.tab import Tab
from tests.bench.wall_delay import LAST_WORD, WATCH, delays

ROOM = "room=nha_van_hoa"  # where something runs at the sample's start
# The page has other components before the clock's own.
FACE = (
    "[...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]"
    ".map(one => one.shadowRoot).find(root => root?.querySelector('.speaker'))"
)
CLOCKS, CUES, QUICK_CUES = 50, 60, 10
SETTLE, WINDOW, WINDOWS = 4, 12.0, 3
DELAY_TARGET, IDLE_TARGET, FORECAST_TARGET = 150, 2, 5  # ms; percent of one core; ms
ROOMS, ITEMS, FORECASTS = 10, 50, 200


class ClockClient(Tab):
    """One clock of a room."""

    page = "clock"
    query = ROOM


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    with servers.product(samples.fresh(), folder) as product:
        cookie = product.sign_in("command")
        idle, alone = asyncio.run(_idle(product, cookie, windows=1 if quick else WINDOWS))
        delay = _delays(product, cookie, QUICK_CUES if quick else CUES)
    return [
        Figure("a speaker is called → the speaker's clock", "ms", delay, DELAY_TARGET),
        Figure(f"server CPU with {CLOCKS} idle clocks, of one core", "%", idle, IDLE_TARGET),
        Figure("  without any clock", "%", alone),
        Figure("forecast of 500 cues in 10 rooms", "ms", _forecasts(), FORECAST_TARGET),
    ]


def _delays(product: servers.Server, cookie: str, number: int) -> list[float]:
    uneven, committed = random.Random(1), {}
    sent = (one.partition("=") for one in cookie.split("; "))
    cookies = [{"name": name, "value": value, "url": product.address} for name, _, value in sent]
    with browser.chromium() as chromium, browser.window(chromium) as page:
        page.context.add_cookies(cookies)
        page.goto(f"{product.address}/clock?{ROOM}")
        page.wait_for_function(f"() => {FACE}?.querySelector('.speaker .left')")
        page.evaluate(f"({WATCH})({FACE})")
        time.sleep(SETTLE)
        for turn in range(number):
            committed[f"{turn:04d}"] = product.call_speaker(f"Thước đo {turn:04d}")
            time.sleep(uneven.uniform(0.7, 1.3))
        time.sleep(LAST_WORD)
        return delays(page, "seen", committed)


async def _idle(
    product: servers.Server, cookie: str, *, windows: int
) -> tuple[list[float], list[float]]:
    """The server's share of a core with the clocks, and before they came."""
    process = psutil.Process(product.process.pid)
    await asyncio.sleep(SETTLE)
    alone = [await cpu_share(process, WINDOW / 2)]
    clocks = [ClockClient(product.port, cookie=cookie) for _ in range(CLOCKS)]
    for clock in clocks:
        await clock.enter()
    await asyncio.sleep(SETTLE)
    idle = [await cpu_share(process, WINDOW) for _ in range(windows)]
    for clock in clocks:
        clock.require_connected()
        await clock.leave()
    return idle, alone


def _forecasts() -> list[float]:
    """Milliseconds of the processor that each forecast takes."""
    nine = datetime(2026, 12, 17, 2, tzinfo=timezone.utc)
    slots, now = _slots(nine), nine + timedelta(minutes=250)
    taken = []
    for _ in range(FORECASTS):
        began = time.process_time()
        forecast(slots, now=now)
        taken.append((time.process_time() - began) * 1000)
    return taken


def _slots(nine: datetime) -> list[Slot]:
    dice, found = random.Random(3), []
    for number in range(ROOMS * ITEMS):
        room, place = divmod(number, ITEMS)
        begins = nine + timedelta(minutes=10 * place)
        real = begins + timedelta(minutes=dice.uniform(0, 4)) if place < ITEMS // 2 else None
        found.append(
            Slot(
                number,
                room,
                begins,
                begins + timedelta(minutes=10),
                fixed=place % 7 == 0,
                started_at=real,
                finished_at=real + timedelta(minutes=8) if real and place % 3 else None,
            )
        )
    return found
