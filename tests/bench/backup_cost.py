"""What a backup costs those who write meanwhile, and how long and how large one is at a million
facts.

Ten desks scan at a paced rate, each scan the product's own command in a transaction that is synced
to the disk. Windows without and with backups take turns in one run, so that both meet the same
noise; in the latter a process makes one every few seconds as the server does, which is the harder
case by far. What a backup every five minutes costs is computed from both: the scans that met a
backup count as often as they would there.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from pathlib import Path
from statistics import mean

from data.attendance import commands
from data.backup import backup
from data.commands import Origin, run
from data.storage import database
from models.refusals import Refusal
from tests.bench import board_time, many_facts, sample
from tests.bench.check_ins import Doorway, doorways
from tests.bench.figures import Figure
from tests.bench.machine import ROOT
from tests.bench.sample import Samples
from tests.data.postgres_programs import BIN

FACTS, QUICK_FACTS = 1_000_000, 50_000
WINDOW, QUICK_WINDOW = 20.0, 6.0  # seconds
ROUNDS, QUICK_ROUNDS = 3, 1
DESKS, PER_SECOND = 10, 2.0  # scans a second of each desk
DENSE = 5.0  # seconds from the beginning of one backup to the next
SPARSE = timedelta(minutes=5) / timedelta(seconds=1)
TARGET = 2.0  # ×


@dataclass
class Spans:
    """Backups as (begin, end) by the monotonic clock, and the sizes of their files."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def met(self, begin: float, end: float) -> bool:
        return any(begin < until and end > since for since, until in self.spans)

    @property
    def lengths(self) -> list[float]:
        return [until - since for since, until in self.spans]


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    os.environ |= {"PG_BIN": str(BIN), "BACKUP_TO": str(folder / "backups")}
    figures = cost("SQLite", sample.sqlite_address(folder / "backup_cost.db"), quick=quick)
    with board_time.postgresql() as server:
        address = board_time.address("PostgreSQL", QUICK_FACTS, folder, server)
        return figures + cost(
            "PostgreSQL", address, quick=quick, before=lambda: board_time.make_durable(server)
        )


def cost(
    kind: str, address: str, *, quick: bool, before: Callable[[], None] = os.sync
) -> list[Figure]:
    many_facts.make(address, QUICK_FACTS if quick else FACTS)
    before()
    sample.use(address)
    door = doorways(DESKS * 5)[0]
    window, made = QUICK_WINDOW if quick else WINDOW, Spans()
    without: list[tuple[float, float]] = []
    along: list[tuple[float, float]] = []
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        without += scans(door, window)
        with backups(made):
            along += scans(door, window)
    database.dispose()
    return figures_of(kind, without, along, made, facts="50 thousand" if quick else "1 million")


def figures_of(kind: str, without: list, along: list, made: Spans, *, facts: str) -> list[Figure]:
    quiet = [took(one) for one in without]
    met = [took(one) for one in along if made.met(*one)]
    share = mean(made.lengths) / SPARSE
    base = p99([(one, 1.0) for one in quiet])
    sparse = p99(
        [(one, (1 - share) / len(quiet)) for one in quiet]
        + [(one, share / len(met)) for one in met]
    )
    dense = p99([(took(one), 1.0) for one in along])
    return [
        Figure(f"a scan, {facts} facts, {kind}", "ms", quiet),
        Figure(f"  with a backup every {DENSE:.0f} s", "ms", [took(one) for one in along]),
        Figure("  scans that met a backup", "ms", met),
        Figure(
            "  p99 with a backup every 5 minutes ÷ without",
            "×",
            [sparse / base],
            TARGET,
            judged="median",
        ),
        Figure(f"  p99 with one every {DENSE:.0f} s ÷ without", "×", [dense / base]),
        Figure("  a backup, from its start to verified", "s", made.lengths),
        Figure("  its size", "MB", [size / 2**20 for size in made.sizes]),
    ]


def took(span: tuple[float, float]) -> float:
    return (span[1] - span[0]) * 1000


def p99(weighed: list[tuple[float, float]]) -> float:
    """The smallest value that 99 % of the weight do not exceed."""
    total, passed = sum(weight for _, weight in weighed), 0.0
    for value, weight in sorted(weighed):
        passed += weight
        if passed >= total * 0.99 - 1e-9:
            return value
    raise ValueError("nothing was measured")


# --- the load -------------------------------------------------------------------------------------


def scans(door: Doorway, seconds: float) -> list[tuple[float, float]]:
    """(begin, end) of every scan of all desks together."""
    for badge in door.badges:
        _send_out(door, badge)
    with ThreadPoolExecutor(DESKS) as desks:
        taken = desks.map(lambda number: _desk(door, number, seconds), range(DESKS))
        return [one for desk in taken for one in desk]


def _send_out(door: Doorway, badge: str) -> None:
    """Undoes whatever counts of a delegate, by the scenario or by an earlier window: what counted
    before an undone fact counts again.
    """
    try:
        while True:
            origin = Origin(door.desk, at=door.opens)
            run(origin, commands.undo_attendance, badge=badge, item_id=door.item_id)
    except Refusal:
        pass  # nothing is left to undo


def _desk(door: Doorway, number: int, seconds: float) -> list[tuple[float, float]]:
    """One desk admits its own delegates and undoes that in turns, each at its moment: one late
    does not excuse the next.
    """
    taken = []
    own, gap = door.badges[number::DESKS], 1 / PER_SECOND
    start = time.monotonic() + gap * number / DESKS
    for step in range(ceil(seconds * PER_SECOND)):
        time.sleep(max(start + gap * step - time.monotonic(), 0))
        command = commands.admit if step % 2 == 0 else commands.undo_attendance
        begin = time.monotonic()
        origin = Origin(door.desk, at=door.opens)
        run(origin, command, badge=own[step // 2 % len(own)], item_id=door.item_id)
        taken.append((begin, time.monotonic()))
    return taken


@contextmanager
def backups(made: Spans) -> Iterator[None]:
    """One every few seconds, in processes like those of `web.backups`; each is deleted again
    when it was measured.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_keep_making, args=(stop, made))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_making(stop: threading.Event, made: Spans) -> None:
    while not stop.is_set():
        begin = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "cli", "backup", "--gently"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        made.spans.append((begin, time.monotonic()))
        for one in backup.own_backups(backup.folder()):
            made.sizes.append(one.size)
            backup.delete(one)
        stop.wait(max(begin + DENSE - time.monotonic(), 0))
