"""How many walls one server serves: more and more of them at one change a second, until a board
comes late.

Every step is a server of its own, on a copy of the same database. The clients (`wall_client`) run
in this process next to the server, on the same two cores, and unpack every board; so the limit
found is a lower bound of the server's own.
"""

import asyncio
from pathlib import Path

import psutil

from tests.bench import servers
from tests.bench.figures import Figure
from tests.bench.many_walls import Arrivals, change, cpu_share, delays
from tests.bench.sample import Samples
from tests.bench.wall_client import WallClient

STEPS, QUICK_STEPS = (100, 400, 1200, 2400), (20, 40)
CHANGES, QUICK_CHANGES = 30, 6
LATE = 1000  # ms, of the 95th percentile
SETTLE = 4
FEWEST = 100
AT_ONCE = 10  # tabs that open at one time: a hall's televisions are not switched on in one second


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    figures, served = [], 0
    for walls in QUICK_STEPS if quick else STEPS:
        with servers.product(samples.fresh(), folder) as product:
            came, cpu = asyncio.run(_step(product, walls, QUICK_CHANGES if quick else CHANGES))
        target = LATE if walls == FEWEST else None
        figures.append(Figure(f"{walls} walls, 1 change/s: commit → board", "ms", came, target))
        figures.append(Figure("  server CPU meanwhile, of one core", "%", [cpu]))
        if figures[-2].p95 > LATE:
            break
        served = walls
    return [*figures, Figure("the most walls with a p95 within a second", "", [served])]


async def _step(product: servers.Server, number: int, changes: int) -> tuple[list[float], float]:
    """Milliseconds from every commit to its board at every wall, and the server's CPU in percent
    of one core.
    """
    arrivals = Arrivals()
    walls = [WallClient(product.port, arrivals.hearing()) for _ in range(number)]
    for begin in range(0, number, AT_ONCE):
        await asyncio.gather(*(wall.enter() for wall in walls[begin : begin + AT_ONCE]))
    await asyncio.sleep(SETTLE)
    process = psutil.Process(product.process.pid)
    cpu = asyncio.create_task(cpu_share(process, float(changes)))
    committed = await change(product, changes)
    for wall in walls:
        wall.require_connected()
    await asyncio.gather(*(wall.leave() for wall in walls))
    return delays(arrivals, committed), await cpu
