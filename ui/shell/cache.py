"""The cache of reads: what all viewers see of one revision is computed once.

Cached reads are declared in `ui/<subject>/queries.py`. Their keys are the event's run, the minute
of its clock (a task falls overdue without any commit) and the newest change of the topics that
they depend on: with a scan every tenth of a second every list would otherwise be read again.
Arguments with a leading underscore are not part of the key.

Reads of nearly every run are `shared`: `st.cache_data` copies the value for each reader and hashes
its key again, a tenth of the server's work on an event day. A shared value is never changed by its
readers: frozen rows in a tuple or a dict. Charts and values that readers take apart stay in
`st.cache_data`.
"""

import functools
import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TypeVar

# Enough for every page of both languages at a few moments; old revisions fall out.
ENTRIES = 64

R = TypeVar("R")

_all: list[OrderedDict[tuple, Future]] = []


def shared(max_entries: int) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Cache the newest `max_entries` answers of a read for all viewers.

    The key is all arguments but the last, which only says where to read and whose name therefore
    begins with an underscore.
    """

    def decorated(read: Callable[..., R]) -> Callable[..., R]:
        *by, where = inspect.signature(read).parameters
        if not by or not where.startswith("_"):
            raise TypeError(f"{read.__qualname__} has no key, or no last argument next to it")
        return _cached(read, max_entries)

    return decorated


def _cached(read: Callable[..., R], max_entries: int) -> Callable[..., R]:
    answers: OrderedDict[tuple, Future] = OrderedDict()
    lock = threading.Lock()
    _all.append(answers)

    @functools.wraps(read)
    def ask(*arguments) -> R:
        key, mine = arguments[:-1], Future()
        with lock:
            answer = answers.setdefault(key, mine)
            if len(answers) > max_entries:
                answers.popitem(last=False)
        if answer is mine:
            return _compute(read, arguments, mine, lambda: answers.pop(key, None))
        try:
            return answer.result()
        except CancelledError:
            # The reader who computed it met a lost database; each reader has to notice that.
            return read(*arguments)

    return ask


def _compute(
    read: Callable[..., R], arguments: tuple, mine: Future, forget: Callable[[], object]
) -> R:
    try:
        mine.set_result(read(*arguments))
    finally:
        if not mine.done():
            forget()
            mine.cancel()
    return mine.result()


def forget_all() -> None:
    """Forget every answer, where the process goes on with another database."""
    for answers in _all:
        answers.clear()
