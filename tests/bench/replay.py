"""How long the first start takes to replay the sample by the commands. For information.

The floor is plain SQL on the same disk: the rows that the replay leaves, written table by table in
one transaction.
"""

import time
from pathlib import Path

from data.events.clock import real_now
from data.rehearsal import runs
from data.storage import database, migrate
from tests.bench import sample
from tests.bench.figures import Figure, Floor
from tests.bench.sample import Samples


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    times, plain = [], []
    for turn in range(1 if quick else 3):
        file = folder / f"replay{turn}.db"
        times.append(_replay(file))
        plain.append(_copy(file, folder / f"replay{turn}-plain.db"))
    floor = Floor("its rows by plain SQL", plain)
    return [Figure("replay of the sample up to its start", "s", times, floor=floor)]


def _replay(file: Path) -> float:
    sample.use(sample.sqlite_address(file))
    migrate.upgrade()
    began = time.perf_counter()
    database.run(runs.start_run, real=real_now())
    took = time.perf_counter() - began
    database.dispose()
    return took


def _copy(file: Path, copy: Path) -> float:
    """Seconds to write every row of a database into an empty one of the same shape."""
    found, made = (database.sqlite.connect(one, isolation_level=None) for one in (file, copy))
    shape = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL"
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        made.execute(f"PRAGMA {setting}")
    rows = {}
    for name, kind, sql in found.execute(shape).fetchall():
        made.execute(sql)
        if kind == "table":
            rows[name] = found.execute(f'SELECT * FROM "{name}"').fetchall()
    began = time.perf_counter()
    made.execute("BEGIN IMMEDIATE")
    for name, some in rows.items():
        if some:
            marks = ", ".join("?" * len(some[0]))
            made.executemany(f'INSERT INTO "{name}" VALUES ({marks})', some)
    made.execute("COMMIT")
    took = time.perf_counter() - began
    found.close()
    made.close()
    return took
