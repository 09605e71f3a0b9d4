"""Scans under a server that is killed every few seconds, and a gate that was cut off for half an
hour.

Ten clients take 1,121 badges through the API in random order, one in five of them twice by another
client, one in five once more with the same `scan_id`. Meanwhile the server is killed (SIGKILL) and
started again every few seconds; who got no answer asks again with the same `scan_id`, as a gate
does. At the end each badge was admitted once, and after each restart every scan was there that
had been acknowledged before the kill.

The gate let 400 delegates in by itself over thirty minutes and sends its queue in batches when the
network is back; the server is killed while it does, and the answer to every third batch is lost on
its way. All 400 arrive, each once, with the device's time.
"""

import asyncio
import json
import random
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import func, select

from data.events.clock import real_now
from data.rehearsal import runs
from data.storage import database, migrate
from models.attendance.ledger import AttendanceFact, AttendanceState, Delegate
from models.attendance.offline_scans import LateScan
from tests.bench import board_time, sample
from tests.bench.check_ins import Doorway, doorways
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.bench.scan_client import ScanClient
from tests.bench.scans import BEFORE_ANYBODY_CAME, CLIENTS
from tests.serving import Server

BADGES, QUICK_BADGES = 1121, 150
AGAIN = 0.2  # of the badges at another door as well; of the scans sent once more
KILL_EVERY = (1.5, 3.5)  # seconds
PACE = 0.12  # seconds between two scans of a client, so that the storm sees many kills
QUEUED, OFFLINE, BATCH = 400, timedelta(minutes=30), 50
GIVE_UP = 60.0  # seconds for one scan to be answered
LOST = (ConnectionError, asyncio.IncompleteReadError, OSError)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    figures = _measure("SQLite", sample.sqlite_address(folder / "storm.db"), folder, quick=quick)
    with board_time.postgresql() as server:
        board_time.make_durable(server)
        return figures + _measure(
            "PostgreSQL", board_time.address("PostgreSQL", 0, folder, server), folder, quick=quick
        )


def _measure(kind: str, address: str, folder: Path, *, quick: bool) -> list[Figure]:
    sample.use(address)
    migrate.upgrade()
    database.run(runs.start_run, real=real_now(), until=BEFORE_ANYBODY_CAME)
    sample.let_people_act(address)
    sample.use(address)
    door, other = doorways(BADGES)
    server = Server(address, folder / f"storm-{kind}.log").start()
    try:
        storm = Storm(server, door, badges=QUICK_BADGES if quick else BADGES)
        asyncio.run(storm.rage())
        storm.require_each_once()  # before the gate's people enter another room and leave this one
        gate = Gate(server, other)
        asyncio.run(gate.come_back())
    finally:
        server.stop()
    gate.require_each_once()
    database.dispose()
    return [
        Figure(
            f"scans under SIGKILL, {kind}: admitted of {len(storm.badges)} badges",
            "",
            [float(len(storm.admitted))],
        ),
        Figure(
            "  kills; acknowledged scans that were lost or twice: none", "", [float(storm.kills)]
        ),
        Figure("  a scan to its answer, kills included", "ms", storm.delays),
        Figure(
            f"  gate cut off for 30 minutes, {QUEUED} scans: all arrived once after",
            "s",
            [gate.took],
        ),
    ]


class Storm:
    """The doors, who kills, and what was acknowledged to whom."""

    def __init__(self, server: Server, door: Doorway, *, badges: int) -> None:
        self.server, self.door = server, door
        self.chance = random.Random(1)
        self.badges = door.badges[:badges]
        self.cookie = f"san_sang={server.sign_in(door.desk.key)}"
        self.acknowledged: dict[
            str, str
        ] = {}  # scan_id -> badge, of scans that were answered as recorded
        self.admitted: set[str] = set()
        self.delays: list[float] = []
        self.kills = 0

    async def rage(self) -> None:
        queues = self._queues()
        done = asyncio.Event()
        killing = asyncio.create_task(self._kill(done))
        await asyncio.gather(*(self._work(queue) for queue in queues))
        done.set()
        await killing

    def _queues(self) -> list[list[tuple[str, str]]]:
        """For each client the (badge, scan_id) that it sends, in its order."""
        scans = [(badge, uuid.uuid4().hex) for badge in self.badges]
        scans += [
            (badge, uuid.uuid4().hex) for badge in self.badges if self.chance.random() < AGAIN
        ]
        self.chance.shuffle(scans)
        queues = [scans[number::CLIENTS] for number in range(CLIENTS)]
        for queue in queues:  # replays: the same scan once more, later
            queue += self.chance.sample(queue, int(len(queue) * AGAIN))
        return queues

    async def _work(self, queue: list[tuple[str, str]]) -> None:
        client = PatientClient(self.server.port, self.cookie)
        for badge, scan_id in queue:
            began = time.perf_counter()
            status, body = await client.scan_until_answered(badge, self.door.item_id, scan_id)
            self.delays.append((time.perf_counter() - began) * 1000)
            self._note(badge, scan_id, status, body)
            await asyncio.sleep(PACE * self.chance.random() * 2)
        await client.leave()

    def _note(self, badge: str, scan_id: str, status: int, body: dict) -> None:
        if status == 200 and body["outcome"] == "recorded":
            self.acknowledged[scan_id] = badge
            self.admitted.add(badge)
        elif status != 409 or not body["facts"].get("at"):
            raise RuntimeError(
                f"a scan was answered with neither yes nor the time of arrival: {status} {body}"
            )

    async def _kill(self, done: asyncio.Event) -> None:
        while not done.is_set():
            try:
                await asyncio.wait_for(done.wait(), self.chance.uniform(*KILL_EVERY))
            except TimeoutError:
                await asyncio.to_thread(self.server.kill)
                self._require_recorded(dict(self.acknowledged))
                self.kills += 1
                await asyncio.to_thread(self.server.start)

    def _require_recorded(self, acknowledged: dict[str, str]) -> None:
        """While the server is down, every scan that it acknowledged is in the database."""
        with database.reading() as session:
            query = select(AttendanceFact.idempotency_key, Delegate.badge).join(
                Delegate, Delegate.id == AttendanceFact.delegate_id
            )
            stored = dict(session.execute(query).all())
        if lost := {scan for scan, badge in acknowledged.items() if stored.get(scan) != badge}:
            raise RuntimeError(f"{len(lost)} acknowledged scans were lost: {list(lost)[:3]}")

    def require_each_once(self) -> None:
        self._require_recorded(self.acknowledged)
        with database.reading() as session:
            of_item = AttendanceFact.item_id == self.door.item_id
            facts = session.execute(
                select(func.count()).select_from(AttendanceFact).where(of_item)
            ).scalar_one()
            at_item = (
                AttendanceState.item_id == self.door.item_id,
                AttendanceState.status == "present",
            )
            states = session.execute(
                select(func.count()).select_from(AttendanceState).where(*at_item)
            ).scalar_one()
        if not facts == states == len(self.admitted) == len(self.badges):
            raise RuntimeError(
                f"{len(self.badges)} badges: {facts} facts, {states} present, "
                f"{len(self.admitted)} acknowledged"
            )


class PatientClient(ScanClient):
    """Asks again, with the same `scan_id` (the API's name of the key), until it is answered."""

    connected = False

    async def scan_until_answered(self, badge: str, item: int, scan_id: str) -> tuple[int, dict]:
        async def once() -> tuple[int, dict]:
            return await self.scan(badge, item, scan_id=scan_id)

        return await self.until_answered(once)

    async def until_answered(self, ask) -> tuple[int, dict]:
        until = time.monotonic() + GIVE_UP
        while time.monotonic() < until:
            try:
                if not self.connected:
                    await self.__aenter__()
                    self.connected = True
                status, body = await ask()
                if status != 503:  # the server lives, its database does not answer yet
                    return status, body
            except LOST:
                self.connected = False
            await asyncio.sleep(0.05)
        raise RuntimeError(f"no answer within {GIVE_UP} s")

    async def leave(self) -> None:
        if self.connected:
            await self.__aexit__()


class Gate:
    """A gate's queue of half an hour, and its way to the server."""

    def __init__(self, server: Server, door: Doorway) -> None:
        self.server, self.door = server, door
        cut_off = datetime.now(timezone.utc) - OFFLINE
        self.queue = [
            {
                "scan_id": uuid.uuid4().hex,
                "badge": badge,
                "item": door.item_id,
                "device_at": (cut_off + OFFLINE * place / QUEUED).isoformat(),
                "offline": True,
            }
            for place, badge in enumerate(door.badges[:QUEUED])
        ]
        self.took = 0.0

    async def come_back(self) -> None:
        client = PatientClient(
            self.server.port, f"san_sang={self.server.sign_in(self.door.desk.key)}"
        )
        began = time.perf_counter()
        batches = [self.queue[start : start + BATCH] for start in range(0, len(self.queue), BATCH)]
        for number, batch in enumerate(batches):
            if number == len(batches) // 2:
                self.server.kill()
                self.server.start()
            for _ in range(
                2 if number % 3 == 0 else 1
            ):  # the answer was lost: the gate sends the batch again
                _, result = await client.until_answered(
                    lambda batch=batch: client.send(json.dumps({"scans": batch}).encode())
                )
                if result["recorded"] != len(batch):
                    raise RuntimeError(
                        f"a batch of {len(batch)} late scans was answered with "
                        f"{result['recorded']} recorded"
                    )
        self.took = time.perf_counter() - began
        await client.leave()

    def require_each_once(self) -> None:
        with database.reading() as session:
            late = session.execute(select(LateScan.idempotency_key, LateScan.outcome)).all()
            facts = (
                session.execute(
                    select(AttendanceFact.idempotency_key).where(
                        AttendanceFact.device_at.is_not(None)
                    )
                )
                .scalars()
                .all()
            )
        sent = {one["scan_id"] for one in self.queue}
        arrived = [scan for scan, outcome in late if outcome == "recorded"]
        if not (sorted(arrived) == sorted(sent) and sent <= set(facts)):
            raise RuntimeError(
                f"{len(sent)} scans were queued, {len(arrived)} arrived, {len(sent & set(facts))} "
                f"are in the ledger"
            )
