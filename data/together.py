"""Many who wait share one durable transaction: what a busy doorway needs of a disk that syncs a few hundred times a second.

A command given here is written and synced before its answer is returned, as with `database.run`, and either whole or not at all.
Only commands that check everything before they write their first row may come this way: a refusal must leave the transaction as
it found it, since the others go on in it.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from data import database, measures
from models.errors import Refusal

MOST = 64  # commands in one transaction: the first of them waits for the last


@dataclass(eq=False)
class _Outcome:
    """What came of a piece of work that was done for somebody else: a failure is kept, to be raised where he waits for it."""

    failure: Exception | None = None

    def __enter__(self) -> None:
        self.failure = None

    def __exit__(self, _kind, failure: BaseException | None, _trace) -> bool:
        if isinstance(failure, Exception):
            self.failure = failure
        return self.failure is not None


@dataclass(eq=False, kw_only=True)
class _Waiting(_Outcome):
    """One command that waits for its turn, and its answer."""

    command: Callable
    facts: dict
    sign_in: int | None
    answer: object = None
    done: threading.Event = field(default_factory=threading.Event)


_queue: deque[_Waiting] = deque()
_turn = threading.Lock()


def run(command: Callable, /, *, sign_in: int | None = None, **facts: object):
    """Runs one command in a transaction that others who wait at this moment may share; `sign_in` tells from which browser.

    If the queue is longer than one transaction takes, those at its end go with the next one.
    """
    mine = _Waiting(command=command, facts=facts, sign_in=sign_in)
    _queue.append(mine)
    with _turn:  # whoever comes first takes everybody along who has come meanwhile; they find it done when it is their turn
        while not mine.done.is_set():
            _take_along()
    if mine.failure is not None:
        raise mine.failure
    return mine.answer


def _take_along() -> None:
    batch = [_queue.popleft() for _ in range(min(len(_queue), MOST))]
    whole = _Outcome()
    with whole:
        _run_batch(batch)
    if whole.failure:  # one of them must not cost the others their answer: each once more, by itself
        for one in batch:
            with one:
                one.answer = database.run(_from_there, sign_in=one.sign_in, work=one)
    for one in batch:
        one.done.set()


def _run_batch(batch: list[_Waiting]) -> None:
    with database.writing() as session:
        for one in batch:
            session.info["sign_in"] = one.sign_in
            one.answer = one.failure = None
            try:
                with measures.counting_refusals():
                    one.answer = one.command(session, **one.facts)
            except Refusal as refusal:
                one.failure = refusal


def _from_there(session, *, sign_in: int | None, work: _Waiting):
    session.info["sign_in"] = sign_in
    return work.command(session, **work.facts)
