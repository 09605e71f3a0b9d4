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

ENTRIES = 64  # enough for every page of both languages at a few moments; old revisions fall out

Answer = TypeVar("Answer")

_all: list[OrderedDict] = []


def shared(most: int) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Keeps the newest `most` answers of a read, by all of its arguments but the last, which only says where to read and
    whose name therefore begins with an underscore."""

    def decorated(read: Callable[..., Answer]) -> Callable[..., Answer]:
        *by, where = inspect.signature(read).parameters
        if not by or not where.startswith("_"):
            raise TypeError(f"{read.__qualname__} has no key, or no argument beside it")
        kept: OrderedDict[tuple, Future] = OrderedDict()
        door = threading.Lock()
        _all.append(kept)

        @functools.wraps(read)
        def ask(*told) -> Answer:
            key, mine = told[:-1], Future()
            with door:
                answer = kept.setdefault(key, mine)
                if len(kept) > most:
                    kept.popitem(last=False)
            if answer is mine:
                return _compute(read, told, mine, lambda: kept.pop(key, None))
            try:
                return answer.result()
            except (
                CancelledError
            ):  # whoever computed it met a lost database, and was told so himself
                return read(*told)

        return ask

    return decorated


def _compute(
    read: Callable[..., Answer], told: tuple, mine: Future, forget: Callable[[], object]
) -> Answer:
    try:
        mine.set_result(read(*told))
    finally:
        if not mine.done():
            forget()
            mine.cancel()
    return mine.result()


def forget_all() -> None:
    """Forgets every answer: for who goes on with another database in the same process."""
    for kept in _all:
        kept.clear()
