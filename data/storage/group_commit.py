"""Many who wait share one durable transaction: what a busy doorway needs of a disk that syncs a few hundred times a second.

A command given here is written and synced before its answer is told, as with `database.run`, and either whole or not at all.
Only commands that check everything before they write their first row may come this way: a refusal must leave the transaction as
it found it, since the others go on in it.

A command marked as `gathering` is called once for all who wait with it, so that it may ask the database once for all of them.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby

from data.storage import database, measures
from models.refusals import Refusal

MOST = 64  # commands in one transaction: the first of them waits for the last
LINGER = 0.002  # seconds that a transaction waits at most for those who were in the crowd before it


@dataclass(eq=False, kw_only=True)
class Order:
    """One command that waits for its turn, from which browser or program, and where its answer is told."""

    command: Callable
    facts: dict
    sign_in: int | None = None
    weight: int = 1  # how many ordinary commands it is worth
    told: Future = field(default_factory=Future)


@dataclass(eq=False)
class _Outcome:
    """What came of work that was done for somebody else: a failure is kept, to be raised where he waits for it."""

    answers: list[object] = field(default_factory=list)
    failure: Exception | None = None

    def __enter__(self) -> None:
        self.failure = None

    def __exit__(self, _kind, failure: BaseException | None, _trace) -> bool:
        if isinstance(failure, Exception):
            self.failure = failure
        return self.failure is not None


_queue: deque[Order] = deque()
_crowd = 0  # how many were in the last transaction or waited behind it
_writer = ThreadPoolExecutor(1, thread_name_prefix="together")


def gathering(command: Callable) -> Callable:
    """Marks a command that takes the orders of all who wait with it (`session, orders`) and returns an answer or a refusal for each."""
    command.gathers = True
    return command


def submit(
    command: Callable, /, *, sign_in: int | None = None, weight: int = 1, **facts: object
) -> Future:
    """Lets a command wait for a transaction that others may share; the future tells its answer, or raises what it raised.

    `sign_in` tells from which browser. If more wait than one transaction takes, those at the end go with the next one.
    """
    mine = Order(command=command, facts=facts, sign_in=sign_in, weight=weight)
    _queue.append(mine)
    _writer.submit(_take_along)
    return mine.told


def run(command: Callable, /, *, sign_in: int | None = None, **facts: object):
    """The same for those who can do nothing else meanwhile: waits for the answer and returns it."""
    return submit(command, sign_in=sign_in, **facts).result()


def _take_along() -> None:
    """Whoever's turn it is takes all who have come meanwhile along; these find the queue empty when it is theirs."""
    global _crowd
    if _queue:
        _linger()
    if batch := _next_batch():
        whole = _Outcome()
        with whole:
            whole.answers = _run_batch(batch)
        _crowd = (
            len(batch) + len(_queue) if len(batch) > 1 else 0
        )  # before they are told: they may be back at once
        if whole.failure is None:
            for one, answer in zip(batch, whole.answers, strict=True):
                _tell(one, answer)
        else:  # one of them must not cost the others their answer: each once more, by itself
            for one in batch:
                _run_alone(one)


def _linger() -> None:
    """Waits a moment for a crowd to be whole again.

    Who was just answered comes back with the next badge at once. Begun without them, a transaction would carry the half of a crowd
    that missed the one before, and the crowd would stay in halves: twice the transactions, and a sync for each. Somebody who comes
    alone waits for nobody.
    """
    until = time.monotonic() + LINGER
    while len(_queue) < _crowd and time.monotonic() < until:
        time.sleep(LINGER / 10)


def _next_batch() -> list[Order]:
    batch, weight = [], 0
    while _queue and (not batch or weight + _queue[0].weight <= MOST):
        one = _queue.popleft()
        if one.told.set_running_or_notify_cancel():
            batch.append(one)
            weight += one.weight
    if _queue:  # the turns of those who stay may be over already
        _writer.submit(_take_along)
    return batch


def _run_batch(batch: list[Order]) -> list[object]:
    """The answers and refusals of one transaction, which is synced when this returns."""
    told: list[object] = []
    with database.writing() as session:
        for command, waiting in groupby(batch, key=lambda one: one.command):
            orders = list(waiting)
            told += (
                _gathered(session, command, orders)
                if _gathers(command)
                else [_one(session, one) for one in orders]
            )
    return told


def _gathers(command: Callable) -> bool:
    return getattr(command, "gathers", False)


def _gathered(session, command: Callable, orders: list[Order]) -> list[object]:
    answers = command(session, orders)
    if len(answers) != len(orders):
        raise RuntimeError(f"{len(answers)} answers to {len(orders)} orders")
    return answers


def _one(session, order: Order) -> object:
    session.info["sign_in"] = order.sign_in
    try:
        with measures.counting_refusals():
            return order.command(session, **order.facts)
    except Refusal as refusal:
        return refusal


def _run_alone(order: Order) -> None:
    alone = _Outcome()
    with alone:
        alone.answers = [database.run(_from_there, order=order)]
    _tell(order, alone.failure or alone.answers[0])


def _from_there(session, *, order: Order):
    if _gathers(order.command):
        return _gathered(session, order.command, [order])[0]
    session.info["sign_in"] = order.sign_in
    return order.command(session, **order.facts)


def _tell(order: Order, answer: object) -> None:
    if isinstance(answer, Exception):
        order.told.set_exception(answer)
    else:
        order.told.set_result(answer)
