"""A process that computes boards of one database and says how long each took, as the server
would: warm, collector tamed.
"""

import gc
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import event as happening

from data.events.current import current_event
from data.reviews.comparison import compare
from data.storage import database
from data.wall.board import board_at, board_now
from models.events.event import View
from tests.bench import sample

BEFORE_NOW = timedelta(hours=15)  # the afternoon before: the forums
DAY = timedelta(days=1)


class BoardReader:
    """Speaks to such a process."""

    def __init__(self, address: str) -> None:
        spawning = get_context("spawn")
        self.ours, theirs = spawning.Pipe()
        self.process = spawning.Process(target=_serve, args=(address, theirs), daemon=True)
        self.process.start()

    def time(self, which: str) -> tuple[float, float]:
        """Milliseconds for the board of `now` or of the `past`, or for a `review` of two past
        moments or `of now`: how long it took, and the CPU time of this process within. With
        `plain ` before it: the statements of that one alone, by the driver."""
        self.ours.send(which)
        return self.ours.recv()

    def stop(self) -> None:
        self.ours.send("stop")
        self.process.join(10)


def _serve(address: str, asked: Connection) -> None:
    sample.use(address)
    gc.collect()
    gc.freeze()
    boards = {"now": _now, "past": _past, "review": _review, "review of now": _review_of_now}
    boards |= {f"plain {which}": _Plain(board) for which, board in boards.items()}
    while (which := asked.recv()) != "stop":
        asked.send(_timed(boards[which]))
    database.dispose()


def _timed(board: Callable[[], None]) -> tuple[float, float]:
    """From an idle connection pool to the finished document."""
    began, cpu_began = time.perf_counter(), time.process_time()
    board()
    return (time.perf_counter() - began) * 1000, (time.process_time() - cpu_began) * 1000


def _now() -> None:
    with database.reading() as session:
        board_now(session, current_event(session))


def _past() -> None:
    with database.reading() as session:
        event = current_event(session)
        board_at(session, event, event.rehearsal_starts - BEFORE_NOW)


def _review() -> None:
    with database.reading() as session:
        event = current_event(session)
        moment = event.rehearsal_starts - BEFORE_NOW
        compare(session, event, moment - DAY, View(moment, past=True))


def _review_of_now() -> None:
    with database.reading() as session:
        event = current_event(session)
        compare(session, event, event.rehearsal_starts - DAY, View(event.rehearsal_starts))


class _Plain:
    """The statements of a board with their parameters, as the driver gets them: asked again without
    the product and without SQLAlchemy, every row fetched."""

    def __init__(self, board: Callable[[], None]) -> None:
        self.board = board
        self.statements: list[tuple[str, Any]] = []

    def __call__(self) -> None:
        if not self.statements:
            self._record()
        with closing(database.engine().raw_connection()) as connection:
            cursor = connection.cursor()
            for statement, facts in self.statements:
                cursor.execute(statement, facts)
                cursor.fetchall()

    def _record(self) -> None:
        def note(_connection, _cursor, statement, facts, _context, _many) -> None:
            if statement.startswith(("SELECT", "WITH")):
                self.statements.append((statement, facts))

        happening.listen(database.engine(), "before_cursor_execute", note)
        self.board()
        happening.remove(database.engine(), "before_cursor_execute", note)
