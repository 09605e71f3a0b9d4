"""What fifty walls cost the server: idle, and at one change a second.

Fifty clients (`wall_client`), each with a Streamlit session that ran the wall's page and with the
live feed, are held by this process; the server is another one. Its CPU time is read from the
system, in percent of one core, over windows of several seconds; the worst window counts. Then a
headline is set once a second, and every client's delay from the commit to the board that carries it
is taken. For information also the server without any wall. The floor is a plain broadcast of the
same texts to as many sockets.
"""

import asyncio
import time
from pathlib import Path

import psutil

from tests.bench import servers
from tests.bench.arrivals import Arrivals, headline
from tests.bench.broadcast import broadcast
from tests.bench.cpu import cpu_share
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.bench.wall_client import WallClient

WALLS = 50
SETTLE = 4
WINDOW = 12.0  # seconds: four heartbeats
IDLE_WINDOWS, CHANGES = 3, 60
QUICK_WINDOWS, QUICK_CHANGES = 1, 12
IDLE_TARGET, DELAY_TARGET = 2, 600  # percent of one core; ms


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    with servers.product(samples.fresh(), folder) as product, servers.broadcast(folder) as plain:
        return asyncio.run(_measure(product, plain, quick=quick))


async def _measure(product: servers.Server, plain: servers.Server, *, quick: bool) -> list[Figure]:
    process, arrivals = psutil.Process(product.process.pid), Arrivals()
    changes = QUICK_CHANGES if quick else CHANGES
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
    committed = await change(product, changes)
    done.set()
    for wall in walls:
        wall.require_connected()
        await wall.leave()
    floor = await broadcast(plain, WALLS, arrivals.last, changes)
    return [
        Figure(f"server CPU with {WALLS} idle walls, of one core", "%", idle, IDLE_TARGET),
        Figure("  without any wall", "%", [alone]),
        Figure(
            f"{WALLS} walls, 1 change/s: commit → board",
            "ms",
            arrivals.delays(committed),
            DELAY_TARGET,
            floor=floor.delays,
        ),
        Figure("  server CPU meanwhile, of one core", "%", await busy, floor=floor.cpu),
    ]


async def _cpu_until(process: psutil.Process, done: asyncio.Event) -> list[float]:
    shares = []
    while not done.is_set():
        shares.append(await cpu_share(process, WINDOW / 2))
    return shares[:-1] or shares  # the last window reaches past the end


async def change(product: servers.Server, number: int, *, first: int = 0) -> dict[str, float]:
    """Sets a headline once a second; the moment of the commit of each, by its number."""
    committed = {}
    for turn in range(first, first + number):
        due, numbered = time.monotonic() + 1, f"{turn:04d}"
        committed[numbered] = await asyncio.to_thread(
            product.set_headline, turn, headline(numbered)
        )
        await asyncio.sleep(max(due - time.monotonic(), 0))
    await asyncio.sleep(1)
    return committed
