"""Writers under load are killed with SIGKILL a thousand times, on SQLite and on PostgreSQL."""

import json
from pathlib import Path

from data.storage import database
from tests import warm
from tests.bench import sample
from tests.bench.figures import Figure
from tests.soak.cluster import cluster
from tests.soak.ledger import require_whole
from tests.soak.small import load

KILLS, QUICK_KILLS = 1_000, 40
LIVES = 0.6  # seconds that a writer lives on average


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    kills = QUICK_KILLS if quick else KILLS
    figures = survive(
        "SQLite", sample.sqlite_address(folder / "sigkill.db"), folder / "sqlite", kills
    )
    with cluster() as postgres:
        figures += survive("PostgreSQL", postgres.address, folder / "postgresql", kills)
        database.dispose()
    return figures


def survive(kind: str, address: str, folder: Path, kills: int) -> list[Figure]:
    """Anything lost, doubled, half or broken is an error and no figure."""
    folder.mkdir()
    load(address)
    storm(folder, kills=kills, lives=LIVES, seed=kills)
    tally = require_whole(folder)
    return [
        Figure(f"{kind}: writers killed, all facts whole", "", [kills]),
        Figure("  facts acknowledged, each there once", "", [tally.acknowledged]),
        Figure("  facts that a successor gave again", "", [tally.repeated]),
    ]


def storm(folder: Path, **plan: object) -> None:
    """Runs `tests.soak.storm` on the database of `DATABASE_URL`; whatever a writer complained of
    is an error.
    """
    ended = warm.run("-m", "tests.soak.storm", str(folder), json.dumps(plan), timeout=3600)
    assert ended.returncode == 0 and "Traceback" not in ended.stderr, ended.stderr[-3000:]
