"""How many scans a second the API makes durable for ten clients, one badge each time, and what each costs the server.

Every answer is given after the sync to the disk (SQLite `synchronous=FULL`, PostgreSQL `synchronous_commit=on`). The clients run
in this process beside the server on the same two cores. Then all ten fire the same badge at once: one of them is let in, each
of the others is told when and where.
"""

import asyncio
import time
from datetime import datetime, timezone
from pathlib import Path

import psutil

from data import database, migrate, rehearsal
from data.event import real_now
from tests.bench import board_time, sample, servers
from tests.bench.check_ins import Doorway, doorways
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.bench.scan_client import ScanClient

CLIENTS = 10
ENOUGH, QUICK = 1121, 200
RATE_TARGET, DELAY_TARGET, CPU_TARGET = 800, 20, 1.5  # a second at least; ms; ms of CPU of a scan
SAME, QUICK_SAME = 60, 10
BEFORE_ANYBODY_CAME = datetime(2023, 6, 1, tzinfo=timezone.utc)  # of the sample's event, in July


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    figures = _measure("SQLite", sample.sqlite_address(folder / "scans.db"), folder, quick=quick)
    with board_time.postgresql() as server:
        board_time.make_durable(server)
        return figures + _measure("PostgreSQL", board_time.address("PostgreSQL", 0, folder, server), folder, quick=quick)


def _measure(kind: str, address: str, folder: Path, *, quick: bool) -> list[Figure]:
    sample.use(address)
    migrate.upgrade()
    database.run(rehearsal.start_run, real=real_now(), until=BEFORE_ANYBODY_CAME)
    sample.let_people_act(address)
    sample.use(address)
    door = doorways(2 * ENOUGH)[0]
    database.dispose()
    with servers.product(address, folder) as product:
        scans, rate, cpu, raced = asyncio.run(_spend(product, door, quick=quick))
    return [
        Figure(f"scans by API, {CLIENTS} clients, {kind}", "/s", [rate], RATE_TARGET, judged="at_least"),
        Figure("  each, to its answer", "ms", scans, DELAY_TARGET),
        Figure("  server CPU of each", "ms", [cpu], CPU_TARGET, judged="median"),
        Figure("  ten at once with one badge, to all answers", "ms", raced),
    ]


async def _spend(product: servers.Server, door: Doorway, *, quick: bool) -> tuple[list[float], float, float, list[float]]:
    process = psutil.Process(product.process.pid)
    clients = [ScanClient(product.port, product.sign_in(door.desk.key)) for _ in range(CLIENTS)]
    for client in clients:
        await client.__aenter__()
    badges = door.badges[: QUICK if quick else ENOUGH]
    raced, rest = badges[: QUICK_SAME if quick else SAME], badges[QUICK_SAME if quick else SAME :]
    await asyncio.gather(*(client.scan(raced[0], door.item_id) for client in clients))  # the first request of a server is dearer
    for client in clients:
        client.delays.clear()
    before, began = _cpu(process), time.perf_counter()
    shares = [rest[number::CLIENTS] for number in range(CLIENTS)]
    await asyncio.gather(*(_all(client, share, door.item_id) for client, share in zip(clients, shares, strict=True)))
    took, spent = time.perf_counter() - began, _cpu(process) - before
    delays = [delay for client in clients for delay in client.delays]
    _require_all_in(clients, len(rest))
    together = []
    for badge in raced[1:]:
        began = time.perf_counter()
        told = await asyncio.gather(*(client.scan(badge, door.item_id) for client in clients))
        together.append((time.perf_counter() - began) * 1000)
        _require_one_in(told)
    for client in clients:
        await client.__aexit__()
    return delays, len(rest) / took, spent / len(rest) * 1000, together


async def _all(client: ScanClient, badges: list[str], item: int) -> None:
    for badge in badges:
        await client.scan(badge, item)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _require_all_in(clients: list[ScanClient], number: int) -> None:
    told = [answer for client in clients for answer in client.answers[1:]]
    good = [body for status, body in told if status == 200 and body["outcome"] == "recorded"]
    if len(good) != number:
        raise RuntimeError(f"{number - len(good)} scans were not recorded: {[one for one in told if one[0] != 200][:2]}")


def _require_one_in(told: list[tuple[int, dict]]) -> None:
    refused = [body for status, body in told if status == 409]
    if len(refused) != CLIENTS - 1 or not all(body["facts"].get("at") for body in refused):
        raise RuntimeError(f"one badge of ten at once was not let in once: {told}")
