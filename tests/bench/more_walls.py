"""How many walls one server serves: more and more of them at one change a second, until a board
comes late.

The walls join one server, step by step, each with a Streamlit session that ran the wall's page and
with the live feed. They run in this process next to the server, on the same two cores, so the limit
found is a lower bound of the server's own; equal boards are unpacked once, since each wall has a
machine of its own on the day. The floor is a plain broadcast of the same texts to as many sockets.
"""

import asyncio
from pathlib import Path

import psutil

from tests.bench import servers
from tests.bench.arrivals import Arrivals
from tests.bench.broadcast import Broadcast, broadcast
from tests.bench.cpu import cpu_share
from tests.bench.figures import Figure
from tests.bench.many_walls import change
from tests.bench.sample import Samples
from tests.bench.wall_client import LeanWall
from web.starting import raise_limit

STEPS, QUICK_STEPS = (100, 2500, 5000), (20, 40)
CHANGES, QUICK_CHANGES = 20, 5
FLOOR_CHANGES = 8
LATE = 1000  # ms, of the 95th percentile
SETTLE = 4
AT_ONCE = 10  # tabs that open at one time: a hall's televisions are not switched on in one second


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    raise_limit()  # of descriptors, here as in the server
    lean = servers.product(samples.fresh(), folder, module="tests.bench.served_lean")
    with lean as product, servers.broadcast(folder) as plain:
        return asyncio.run(_measure(product, plain, quick=quick))


async def _measure(product: servers.Server, plain: servers.Server, *, quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    walls: list[LeanWall] = []
    steps, changes = (QUICK_STEPS, QUICK_CHANGES) if quick else (STEPS, CHANGES)
    for number in steps:
        arrivals = Arrivals()
        await _join(walls, product, arrivals, number)
        came, cpu = await _change(product, arrivals, changes, first=len(figures) * changes)
        floor = await broadcast(plain, number, arrivals.last, min(changes, FLOOR_CHANGES))
        figures += _figures(number, came, cpu, floor)
        if figures[-2].p95 > LATE:
            break
    for wall in walls:
        wall.require_connected()
    await asyncio.gather(*(wall.leave() for wall in walls))
    return figures


async def _join(
    walls: list[LeanWall], product: servers.Server, arrivals: Arrivals, number: int
) -> None:
    """As many more as bring them to a number; all of them are heard by `arrivals` from now on."""
    for wall in walls:
        wall.hear_with(arrivals.hearing())
    new = [LeanWall(product.port, arrivals.hearing()) for _ in range(number - len(walls))]
    for begin in range(0, len(new), AT_ONCE):
        await asyncio.gather(*(wall.enter() for wall in new[begin : begin + AT_ONCE]))
    walls += new
    await asyncio.sleep(SETTLE)


async def _change(
    product: servers.Server, arrivals: Arrivals, changes: int, *, first: int
) -> tuple[list[float], float]:
    """Milliseconds from every commit to its board at every wall, and the server's CPU in percent
    of one core.
    """
    process = psutil.Process(product.process.pid)
    cpu = asyncio.create_task(cpu_share(process, float(changes)))
    committed = await change(product, changes, first=first)
    return arrivals.delays(committed), await cpu


def _figures(number: int, came: list[float], cpu: float, floor: Broadcast) -> list[Figure]:
    return [
        Figure(f"{number} walls, 1 change/s: commit → board", "ms", came, LATE, floor=floor.delays),
        Figure("  server CPU meanwhile, of one core", "%", [cpu], floor=floor.cpu),
    ]
