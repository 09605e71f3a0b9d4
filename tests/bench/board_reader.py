"""A process that computes boards of one database and says how long each took, as the server would: warm, collector tamed."""

import gc
import time
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection

from data import database
from data.board import board_at, board_now
from data.event import current_event
from tests.bench import sample

BEFORE_NOW = timedelta(hours=15)  # the afternoon before: the forums


class BoardReader:
    """Speaks to such a process."""

    def __init__(self, address: str) -> None:
        spawning = get_context("spawn")
        self.ours, theirs = spawning.Pipe()
        self.process = spawning.Process(target=_serve, args=(address, theirs), daemon=True)
        self.process.start()

    def time(self, which: str) -> float:
        """Milliseconds for the board of `now` or of the `past`."""
        self.ours.send(which)
        return self.ours.recv()

    def stop(self) -> None:
        self.ours.send("stop")
        self.process.join(10)


def _serve(address: str, asked: Connection) -> None:
    sample.use(address)
    gc.collect()
    gc.freeze()
    while (which := asked.recv()) != "stop":
        asked.send(_now() if which == "now" else _past())
    database.dispose()


def _now() -> float:
    """From an idle connection pool to the finished document."""
    began = time.perf_counter()
    with database.reading() as session:
        board_now(session, current_event(session))
    return (time.perf_counter() - began) * 1000


def _past() -> float:
    began = time.perf_counter()
    with database.reading() as session:
        event = current_event(session)
        board_at(session, event, event.rehearsal_starts - BEFORE_NOW)
    return (time.perf_counter() - began) * 1000
