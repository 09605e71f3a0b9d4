"""How far a long command is: one line on standard error, where someone looks."""

import sys
import time
from types import TracebackType

from cli.words import BOTH, say

WIDTH = 24
PAUSE = 0.2
"""Seconds between two drawings: a terminal is slower than the work."""


class Progress:
    """A bar of what was read of how much, and what is done after it; nothing in a file or a pipe.

    Ctrl-C cancels: what was begun in the database is taken back with its transaction.
    """

    def __init__(self) -> None:
        self._drawn = 0.0
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _failure: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.done()
        if kind is KeyboardInterrupt:
            say("run.cancelled")
            raise SystemExit(130) from None

    def read(self, file: str, rows: int, total: int) -> None:
        """`rows` of about `total` of a file were read; by no name, all of them are checked now."""
        if not file:
            self.step("checks")
            return
        now = time.monotonic()
        if now - self._drawn < PAUSE:
            return
        self._drawn = now
        share = min(rows / total, 1.0) if total else 0.0
        bar = "#" * round(share * WIDTH)
        self._write(f"[{bar:-<{WIDTH}}] {share:4.0%} {file}")

    def step(self, name: str) -> None:
        """What is done now, by the key of its sentence."""
        self._write(" · ".join(words(f"run.{name}") for words in BOTH))

    def done(self) -> None:
        """What is printed next begins a line of its own."""
        self._write("")

    def _write(self, line: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
