"""How long the log takes to hide secrets, by the length of the text: texts that would keep a
pattern busy that backtracks.

Each figure has a value for each of those texts. That the time of 1,000 characters is the same at
every length is what matters; the last figure is what a request can cost, since a record is cut
before it is looked at.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.web.hostile import HOSTILE, repeated
from web import logs

LENGTHS = (1_000, 8_000, 64_000)  # characters
LINE = 24_000  # characters: took 53 s in the worst case before the patterns were linear
RUNS = 3
TARGET = 50  # ms for the worst of them


def measure(_folder: Path, _samples: Samples, *, quick: bool) -> list[Figure]:
    fragments = HOSTILE[::8] if quick else HOSTILE
    return [
        *(
            Figure(
                f"hiding secrets, of 1,000 characters in {length:,}",
                "ms",
                _of_a_thousand(fragments, length),
            )
            for length in LENGTHS
        ),
        Figure(
            f"  a log record of {LINE:,} characters",
            "ms",
            _each(_logged, fragments, LINE),
            TARGET,
            "most",
        ),
    ]


def _of_a_thousand(fragments: tuple[str, ...], length: int) -> list[float]:
    return [1_000 * taken / length for taken in _each(_hidden, fragments, length)]


def _each(work: Callable[[str], object], fragments: tuple[str, ...], length: int) -> list[float]:
    return [_fastest(work, repeated(fragment, length)) for fragment in fragments]


def _fastest(work: Callable[[str], object], text: str) -> float:
    """Milliseconds of the processor, of the run that was disturbed least."""
    times = []
    for _ in range(RUNS):
        began = time.thread_time()
        work(text)
        times.append(1000 * (time.thread_time() - began))
    return min(times)


def _hidden(text: str) -> None:
    """Every pattern, on the whole text."""
    for pattern, instead in logs.SECRETS:
        text = pattern.sub(instead, text)


def _logged(text: str) -> str:
    record = logs._record("bench", logging.WARNING, __file__, 1, "%s", (text,), None)
    return logs.JsonLines().format(record)
