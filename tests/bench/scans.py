"""How many scans a second the API makes durable for ten clients, one badge each time, and what each
costs the server.

Every answer is given after the sync to the disk (SQLite `synchronous=FULL`, PostgreSQL
`synchronous_commit=on`). The clients run in this process next to the server on the same two cores.
A server over the event's own 1,121 delegates and one over a hundred thousand with a million scans
behind them (`many`) take turns, so that both meet the same noise. Then all ten fire the same badge
at once: one of them is admitted, each of the others learns when and where. The floor is plain SQL
on the same disk in the same turns: the bare statements of a scan, a transaction each.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import psutil

from data.events.clock import real_now
from data.rehearsal import runs
from data.storage import database, migrate
from tests.bench import board_time, cpu, many_delegates, sample, servers
from tests.bench.check_ins import Doorway, doorways
from tests.bench.figures import Figure
from tests.bench.plain_sql import Alone, Plain
from tests.bench.sample import Samples
from tests.bench.scan_client import ScanClient

CLIENTS = 10
ROUNDS, QUICK_ROUNDS = 5, 2
SHARE, QUICK_SHARE = 170, 40  # badges of all clients in one round
RATE_TARGET, DELAY_TARGET = 1000, 20  # a second at least; ms
CPU_TARGETS = {"SQLite": 0.5, "PostgreSQL": 1.0}  # ms of CPU of a scan
MANY_TARGET = 1.5  # p95 among many delegates ÷ that of the event
SAME, QUICK_SAME = 60, 10
BEFORE_ANYBODY_CAME = datetime(2023, 6, 1, tzinfo=timezone.utc)  # of the sample's event, in July


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    addresses = {
        size: sample.sqlite_address(folder / f"scans-{size}.db") for size in ("event", "many")
    }
    with Plain.sqlite(folder / "scans-plain.db") as plain:
        figures = _measure("SQLite", addresses, folder, plain, quick=quick)
    with board_time.postgresql() as server:
        addresses = {
            size: board_time.address("PostgreSQL", number, folder, server)
            for number, size in enumerate(addresses)
        }
        _fill(addresses, quick=quick)
        board_time.make_durable(server)
        with Plain.postgresql(server, "plain") as plain:
            return figures + _measure(
                "PostgreSQL", addresses, folder, plain, quick=quick, filled=True
            )


def _fill(addresses: dict[str, str], *, quick: bool) -> None:
    sample.use(addresses["event"])
    migrate.upgrade()
    database.run(runs.start_run, real=real_now(), until=BEFORE_ANYBODY_CAME)
    sample.let_people_act(addresses["event"])
    size = {"delegates": 5_000, "scans": 20_000} if quick else {}
    many_delegates.make(addresses["many"], until=BEFORE_ANYBODY_CAME, **size)


def _measure(
    kind: str,
    addresses: dict[str, str],
    folder: Path,
    plain: Plain,
    *,
    quick: bool,
    filled: bool = False,
) -> list[Figure]:
    if not filled:
        _fill(addresses, quick=quick)
    with ExitStack() as after:
        doors = {size: _door(address) for size, address in addresses.items()}
        served = {
            size: after.enter_context(servers.product(address, folder))
            for size, address in addresses.items()
        }
        took, alone, raced = asyncio.run(_spend(served, doors, plain, quick=quick))
    event, many = took["event"], took["many"]
    ratio = Figure("", "", many.delays).p95 / Figure("", "", event.delays).p95
    return [
        Figure(
            f"scans by API, {CLIENTS} clients, {kind}",
            "/s",
            event.rates,
            RATE_TARGET,
            judged="at_least",
            floor=alone.floor("rates"),
        ),
        Figure(
            "  each, to its answer",
            "ms",
            event.delays,
            DELAY_TARGET,
            floor=alone.floor("delays"),
        ),
        Figure(
            "  server CPU of each",
            "ms",
            event.cpu,
            CPU_TARGETS[kind],
            judged="median",
            floor=alone.floor("cpu"),
        ),
        Figure(
            "  among 100,000 delegates and 1 million scans",
            "/s",
            many.rates,
            floor=alone.floor("rates"),
        ),
        Figure("  … each, to its answer", "ms", many.delays, floor=alone.floor("delays")),
        Figure("  … p95 ÷ that among 1,121", "×", [ratio], MANY_TARGET, judged="median"),
        Figure("  ten at once with one badge, to all answers", "ms", raced),
    ]


def _door(address: str) -> Doorway:
    sample.use(address)
    door = doorways((ROUNDS + 1) * SHARE + SAME)[0]
    database.dispose()
    return door


@dataclass
class Took:
    """Of each round: scans a second and ms of the server's CPU of each; of each scan: ms to its
    answer.
    """

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)


async def _spend(
    served: dict[str, servers.Server], doors: dict[str, Doorway], plain: Plain, *, quick: bool
) -> tuple[dict[str, Took], Alone, list[float]]:
    rounds, share = (QUICK_ROUNDS, QUICK_SHARE) if quick else (ROUNDS, SHARE)
    cookies = {size: server.sign_in(doors[size].desk.key) for size, server in served.items()}
    badges = {size: iter(door.badges) for size, door in doors.items()}
    took, alone = {size: Took() for size in served}, Alone()
    for number in range(rounds + 1):
        alone.take(plain, [f"{number}/{turn}" for turn in range(share)])
        for size, server in served.items():
            some = [next(badges[size]) for _ in range(share)]
            async with _clients(server, cookies[size]) as clients:
                took_one = await _round(server, clients, some, doors[size].item_id)
            if number:  # the first round of a server is dearer
                took[size].rates.append(took_one.rates[0])
                took[size].cpu.append(took_one.cpu[0])
                took[size].delays += took_one.delays
    async with _clients(served["event"], cookies["event"]) as clients:
        raced = [
            await _race(clients, next(badges["event"]), doors["event"].item_id)
            for _ in range(QUICK_SAME if quick else SAME)
        ]
    return took, alone, raced


@asynccontextmanager
async def _clients(server: servers.Server, cookie: str) -> AsyncIterator[list[ScanClient]]:
    """Connected anew each time: the server closes a connection that rests for five seconds, as one
    does while others have their turn on a slow machine."""
    async with AsyncExitStack() as after:
        yield [
            await after.enter_async_context(ScanClient(server.port, cookie)) for _ in range(CLIENTS)
        ]


async def _round(
    server: servers.Server, clients: list[ScanClient], badges: list[str], item: int
) -> Took:
    process = psutil.Process(server.process.pid)
    for client in clients:
        client.delays.clear()
        client.answers.clear()
    before, began = cpu.seconds(process), time.perf_counter()
    shares = [badges[number::CLIENTS] for number in range(CLIENTS)]
    await asyncio.gather(
        *(_all(client, share, item) for client, share in zip(clients, shares, strict=True))
    )
    took, spent = time.perf_counter() - began, cpu.seconds(process) - before
    _require_all_in(clients, len(badges))
    return Took(
        [len(badges) / took],
        [spent / len(badges) * 1000],
        [delay for client in clients for delay in client.delays],
    )


async def _all(client: ScanClient, badges: list[str], item: int) -> None:
    for badge in badges:
        await client.scan(badge, item)


async def _race(clients: list[ScanClient], badge: str, item: int) -> float:
    began = time.perf_counter()
    answers = await asyncio.gather(*(client.scan(badge, item) for client in clients))
    took = (time.perf_counter() - began) * 1000
    _require_one_in(answers)
    return took


def _require_all_in(clients: list[ScanClient], number: int) -> None:
    answers = [answer for client in clients for answer in client.answers]
    good = [body for status, body in answers if status == 200 and body["outcome"] == "recorded"]
    if len(good) != number:
        raise RuntimeError(
            f"{number - len(good)} scans were not recorded: "
            f"{[one for one in answers if one[0] != 200][:2]}"
        )


def _require_one_in(answers: list[tuple[int, dict]]) -> None:
    refused = [body for status, body in answers if status == 409]
    if len(refused) != CLIENTS - 1 or not all(body["facts"].get("at") for body in refused):
        raise RuntimeError(f"one badge of ten at once was not let in once: {answers}")
