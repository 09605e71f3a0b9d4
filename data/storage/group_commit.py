"""Group commit: concurrent writes batched into one transaction, and so into one sync of the disk.

A busy doorway asks more commits of a disk than the few hundred syncs a second that it gives. Work
submitted here is written and synced before its answer is given, as with `database.run`, and either
whole or not at all. Only work that checks everything before it writes its first row may come this
way: a refusal must leave the transaction as it found it, since the others go on in it.

A `batched` command is called once for all of its requests in a transaction, so that it may ask the
database once for all of them.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from data.storage import database, measures
from models.refusals import Refusal

MAX_BATCH = 64  # the weight of one transaction: its first request waits for its last
COMMIT_DELAY = 0.002  # seconds that a transaction waits at most for those of the batch before it

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Batched(Generic[T, R]):
    """A command that takes all waiting requests at once: an answer, or a refusal, for each."""

    function: Callable[[Session, list[T]], list[R | Refusal]]


def batched(function: Callable[[Session, list[T]], list[R | Refusal]]) -> Batched[T, R]:
    """Declare a function as a batched command."""
    return Batched(function)


@dataclass(eq=False)
class _Order(Generic[T, R]):
    """One request that waits for its turn, and where its answer goes."""

    command: Batched[T, R]
    request: T
    weight: int
    answer: "Future[R]" = field(default_factory=Future)


class _Attempt:
    """Keeps an exception of work that is done for another thread, to be raised where that waits."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    def __enter__(self) -> None:
        self.failure = None

    def __exit__(self, _kind: object, failure: BaseException | None, _trace: object) -> bool:
        if isinstance(failure, Exception):
            self.failure = failure
        return self.failure is not None


Work = Callable[[Session], R]


def _each(session: Session, works: list[Work[Any]]) -> list[Any]:
    answers = []
    for work in works:
        try:
            with measures.counting_refusals():
                answers.append(work(session))
        except Refusal as refusal:
            answers.append(refusal)
    return answers


_EACH: Batched[Work[Any], Any] = Batched(_each)

_queue: deque[_Order[Any, Any]] = deque()
_batch = 0  # how many were in the last transaction or waited behind it
_complete = threading.Event()  # as many wait again
_has_turn = False  # a turn of the writer will yet look at the queue
_writer = ThreadPoolExecutor(1, thread_name_prefix="group_commit")


def submit(work: Work[R], *, weight: int = 1) -> "Future[R]":
    """Submit work to a transaction that others share: a future of its answer or of what it raises.

    `weight`: how many ordinary commands it is worth. What exceeds a transaction goes with the next.
    """
    return submit_batched(_EACH, work, weight=weight)


def submit_batched(command: Batched[T, R], request: T, *, weight: int = 1) -> "Future[R]":
    """Submit a request of a batched command, as `submit` does."""
    order = _Order(command, request, weight)
    _queue.append(order)
    if len(_queue) >= _batch:
        _complete.set()
    _give_turn()
    return order.answer


def _give_turn() -> None:
    """Have the writer look at the queue, unless it is about to. To be called after the queue grew:
    a turn says that it begins before it looks."""
    global _has_turn
    if not _has_turn:
        _has_turn = True
        _writer.submit(_commit_next)


def _commit_next() -> None:
    """Commits all that wait."""
    global _batch, _has_turn
    _delay()
    _has_turn = False
    orders = _next_orders()
    if not orders:
        return
    attempt, answers = _Attempt(), []
    with attempt:
        answers = _run(orders)
    # Before the answers go out: those who wait for them may be back at once.
    _batch = len(orders) + len(_queue) if len(orders) > 1 else 0
    if attempt.failure is None:
        for order, answer in zip(orders, answers, strict=True):
            _reply(order, answer)
    else:  # one must not cost the others their answers: each again, by itself
        for order in orders:
            _run_alone(order)


def _delay() -> None:
    """Waits a moment until the batch before is complete again.

    Who was just answered comes back with the next badge at once. Begun without them, a transaction
    would carry the half of a batch that missed the one before, and the batch would stay in halves:
    twice the transactions, and a sync for each. A request that comes alone waits for no other.
    """
    _complete.clear()
    if len(_queue) < _batch:
        _complete.wait(COMMIT_DELAY)


def _next_orders() -> list[_Order[Any, Any]]:
    orders: list[_Order[Any, Any]] = []
    weight = 0
    while _queue and (not orders or weight + _queue[0].weight <= MAX_BATCH):
        order = _queue.popleft()
        if order.answer.set_running_or_notify_cancel():
            orders.append(order)
            weight += order.weight
    if _queue:
        _give_turn()
    return orders


def _run(orders: list[_Order[Any, Any]]) -> list[Any]:
    """The answers and refusals of one transaction, which is synced when this returns."""
    answers: list[Any] = []
    with database.writing() as session:
        for command, same in groupby(orders, key=lambda order: order.command):
            answers += _answers(session, command, [order.request for order in same])
    return answers


def _answers(session: Session, command: Batched[T, R], requests: list[T]) -> list[R | Refusal]:
    answers = command.function(session, requests)
    if len(answers) != len(requests):
        raise RuntimeError(f"{len(answers)} answers to {len(requests)} requests")
    return answers


def _run_alone(order: _Order[Any, Any]) -> None:
    def work(session: Session) -> Any:
        return _answers(session, order.command, [order.request])[0]

    attempt, answer = _Attempt(), None
    with attempt:
        answer = database.run(work)
    _reply(order, attempt.failure or answer)


def _reply(order: _Order[Any, Any], answer: object) -> None:
    if isinstance(answer, Exception):
        order.answer.set_exception(answer)
    else:
        order.answer.set_result(answer)
