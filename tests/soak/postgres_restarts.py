"""PostgreSQL is killed and started again fifty times under six walls and two writers; the
application goes on.

Every process of PostgreSQL gets a SIGKILL at once, so that it has to recover from its log. The
writers hold on to what was not acknowledged and give it again until it is, as a telephone does. A
wall is live again when a board with a revision that was committed after the return has come to it;
that counts from the moment when PostgreSQL first accepted a connection.
"""

import asyncio
import time
from pathlib import Path
from threading import Event, Thread

from data.storage import database
from tests import apart, stage
from tests.bench.figures import Figure
from tests.bench.wall_client import WallClient
from tests.serving import Server
from tests.soak import small
from tests.soak.cluster import Cluster, cluster
from tests.soak.ledger import Tally, require_whole
from tests.soak.writers import Writer, the_place

ROUNDS, QUICK_ROUNDS = 50, 3
WALLS, WRITERS = 6, 2
PAUSE = 0.1  # seconds between two orders of a writer, and before one is given again
UNDISTURBED = 1.0  # seconds between two rounds
LIVE_WITHIN, PATIENCE = 10.0, 60.0  # seconds


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    with cluster() as postgres:
        small.load(postgres.address)
        returns, tally = survive(postgres, folder, QUICK_ROUNDS if quick else ROUNDS)
        database.dispose()
    return [
        Figure(
            "PostgreSQL killed: back → each wall live", "s", returns, LIVE_WITHIN, judged="most"
        ),
        Figure("  facts acknowledged, each there once", "", [tally.acknowledged]),
    ]


def survive(postgres: Cluster, folder: Path, rounds: int) -> tuple[list[float], Tally]:
    """Seconds until each wall was live again, round by round; and what was at stake."""
    server = Server(postgres.address, folder / "server.log").start()
    try:
        stop, place = Event(), the_place()
        writers = [
            Thread(target=keep_writing, args=(Writer(place, folder, number), stop))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        try:
            returns = apart.run(watch(server, postgres, rounds))
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        assert "Traceback" not in server.log, server.log[-3000:]
    finally:
        server.stop()
    return returns, require_whole(folder)


def keep_writing(writer: Writer, stop: Event) -> None:
    while not stop.is_set():
        try:
            writer.repeat()
            writer.work(1)
        except database.UNREACHABLE:
            pass
        stop.wait(PAUSE)
    writer.repeat()


async def watch(server: Server, postgres: Cluster, rounds: int) -> list[float]:
    boards: list[list[tuple[int, float]]] = [[] for _ in range(WALLS)]
    walls = [WallClient(server.port, hearing(heard)) for heard in boards]
    for wall in walls:
        await wall.enter()
    returns = []
    for _ in range(rounds):
        await asyncio.sleep(UNDISTURBED)
        await asyncio.to_thread(postgres.kill)
        accepted = await asyncio.to_thread(postgres.start)
        fresh = await asyncio.to_thread(next_revision)
        for heard in boards:
            returns.append(max(await shown(heard, fresh) - accepted, 0.0))
    for wall in walls:
        wall.require_connected()
        await wall.leave()
    return returns


def hearing(heard: list[tuple[int, float]]):
    def hear(payload: dict, _moment: float) -> None:
        if payload["kind"] == "board":
            heard.append((payload["board"]["revision"], time.monotonic()))

    return hear


def next_revision() -> int:
    """One that is committed from now on."""
    until, before = time.monotonic() + PATIENCE, 0
    while not before or newest() <= before:
        assert time.monotonic() < until, "no one could write any more"
        before = before or newest()
        time.sleep(0.02)
    return newest()


def newest() -> int:
    """The revision; 0 as long as the database does not answer this process."""
    try:
        return stage.revision()
    except database.UNREACHABLE:
        return 0


async def shown(heard: list[tuple[int, float]], revision: int) -> float:
    """When a wall first got a board of this revision or a later one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if found := [moment for number, moment in heard if number >= revision]:
                return found[0]
            await asyncio.sleep(0.02)
