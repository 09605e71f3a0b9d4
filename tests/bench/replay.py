"""How long the first start takes to replay the sample by the commands. For information."""

import time
from pathlib import Path

from data import rehearsal
from data.events.clock import real_now
from data.storage import database, migrate
from tests.bench import sample
from tests.bench.figures import Figure
from tests.bench.sample import Samples


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    times = [_replay(folder / f"replay{turn}.db") for turn in range(1 if quick else 3)]
    return [Figure("replay of the sample up to its start", "s", times)]


def _replay(file: Path) -> float:
    sample.use(sample.sqlite_address(file))
    migrate.upgrade()
    began = time.perf_counter()
    database.run(rehearsal.start_run, real=real_now())
    took = time.perf_counter() - began
    database.dispose()
    return took
