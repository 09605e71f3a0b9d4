"""What fifty walls cost the server: idle, and at one change a second.

Fifty clients (`wall_client`), each with a Streamlit session that ran the wall's page and with the
live feed, are held by this process; the server is another one. Its CPU time is read from the
system, in percent of one core, over windows of several seconds; the worst window counts. Then a
headline is set once a second, and every client's delay from the commit to the board that carries it
is taken. For information also the server without any wall.
"""

import asyncio
import re
import time
from pathlib import Path

import psutil

from tests.bench import servers
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.bench.wall_client import WallClient

WALLS = 50
SETTLE = 4
WINDOW = 12.0  # seconds: four heartbeats; the system counts CPU time in hundredths of a second
IDLE_WINDOWS, CHANGES = 3, 60
QUICK_WINDOWS, QUICK_CHANGES = 1, 12
IDLE_TARGET, DELAY_TARGET = 2, 600  # percent of one core; ms
HEADLINE = re.compile(r"Thước đo (\d{4})")


class Arrivals:
    """When each headline first came, per wall, in ms since 1970."""

    def __init__(self) -> None:
        self.per_wall: list[dict[str, float]] = []

    def hearing(self):
        """The ear of one more wall."""
        came: dict[str, float] = {}
        self.per_wall.append(came)

        def hear(payload: dict, moment: float) -> None:
            for section in payload["board"]["sections"] if payload["kind"] == "board" else ():
                for number in HEADLINE.findall(section["headline"]):
                    came.setdefault(number, moment)

        return hear


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    with servers.product(samples.fresh(), folder) as product:
        return asyncio.run(_measure(product, quick=quick))


async def _measure(product: servers.Server, *, quick: bool) -> list[Figure]:
    process, arrivals = psutil.Process(product.process.pid), Arrivals()
    walls = [WallClient(product.port, arrivals.hearing()) for _ in range(WALLS)]
    await asyncio.sleep(SETTLE)
    alone = await cpu_share(process, WINDOW / 2)
    for wall in walls:
        await wall.enter()
    await asyncio.sleep(SETTLE)
    idle = [
        await cpu_share(process, WINDOW) for _ in range(QUICK_WINDOWS if quick else IDLE_WINDOWS)
    ]
    busy = asyncio.create_task(_cpu_until(process, done := asyncio.Event()))
    committed = await change(product, QUICK_CHANGES if quick else CHANGES)
    done.set()
    for wall in walls:
        wall.require_connected()
        await wall.leave()
    return [
        Figure(f"server CPU with {WALLS} idle walls, of one core", "%", idle, IDLE_TARGET),
        Figure("  without any wall", "%", [alone]),
        Figure(
            f"{WALLS} walls, 1 change/s: commit → board",
            "ms",
            delays(arrivals, committed),
            DELAY_TARGET,
        ),
        Figure("  server CPU meanwhile, of one core", "%", await busy),
    ]


async def cpu_share(process: psutil.Process, seconds: float) -> float:
    """The CPU time of a process in percent of one core, over some seconds."""
    before, began = cpu_seconds(process), time.monotonic()
    await asyncio.sleep(seconds)
    return (cpu_seconds(process) - before) / (time.monotonic() - began) * 100


async def _cpu_until(process: psutil.Process, done: asyncio.Event) -> list[float]:
    shares = []
    while not done.is_set():
        shares.append(await cpu_share(process, WINDOW / 2))
    return shares[:-1] or shares  # the last window reaches past the end


def cpu_seconds(process: psutil.Process) -> float:
    """The CPU time that a process has used so far."""
    times = process.cpu_times()
    return times.user + times.system


async def change(product: servers.Server, number: int) -> dict[str, float]:
    """Sets a headline once a second; returns the moment of the commit of each."""
    committed = {}
    for turn in range(number):
        due = time.monotonic() + 1
        committed[f"{turn:04d}"] = await asyncio.to_thread(
            product.set_headline, turn, f"Thước đo {turn:04d}"
        )
        await asyncio.sleep(max(due - time.monotonic(), 0))
    await asyncio.sleep(1)
    return committed


def delays(arrivals: Arrivals, committed: dict[str, float]) -> list[float]:
    """Milliseconds from every commit to its board at every wall. A board that never came is an
    error, not a gap.
    """
    return [
        came[number] - moment for came in arrivals.per_wall for number, moment in committed.items()
    ]
