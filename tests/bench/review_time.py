"""The time of a comparison of two moments over a million facts, on SQLite and on PostgreSQL.

The databases are those of `board_time`, each read by a process of its own in turns. Timed is a page
that no one has opened before: open a session, find the event, compare. Both moments are past, where
only the log and the state per minute hold; the review of now, which reads the current state for one
of the two, is for information.
"""

from pathlib import Path

from tests.bench import many_facts
from tests.bench.board_reader import BoardReader
from tests.bench.board_time import address, floor, in_turns, postgresql, settle, spent, took
from tests.bench.figures import Figure
from tests.bench.sample import Samples

FACTS = 1_000_000
RUNS, QUICK_RUNS = 40, 8
TARGET = 100  # ms
KINDS = ("SQLite", "PostgreSQL")


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    place = folder / "review"
    place.mkdir()
    with postgresql() as server:
        addresses = {kind: address(kind, FACTS, place, server) for kind in KINDS}
        for one in addresses.values():
            many_facts.make(one, FACTS)
        settle(server)
        readers = {kind: BoardReader(one) for kind, one in addresses.items()}
        taken = {
            which: in_turns(readers, which, QUICK_RUNS if quick else RUNS)
            for name in ("review", "review of now", "past")
            for which in (name, f"plain {name}")
        }
        for reader in readers.values():
            reader.stop()
    return [
        figure
        for kind in KINDS
        for figure in _figures(kind, {which: times[kind] for which, times in taken.items()})
    ]


def _figures(kind: str, taken: dict[str, list[tuple[float, float]]]) -> list[Figure]:
    plain = {name: taken[f"plain {name}"] for name in ("review", "review of now", "past")}
    return [
        Figure(
            f"review of two past moments, 1 million facts, {kind}",
            "ms",
            took(taken["review"]),
            TARGET,
            floor=floor(took(plain["review"])),
        ),
        Figure(
            "  CPU time of it", "ms", spent(taken["review"]), floor=floor(spent(plain["review"]))
        ),
        *(
            Figure(what, "ms", took(taken[name]), floor=floor(took(plain[name])))
            for what, name in (
                ("  review of now and a day before", "review of now"),
                ("  the whole board of a past moment", "past"),
            )
        ),
    ]
