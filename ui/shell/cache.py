"""Reads whose answers are shared: one of a key is computed once and handed to everybody as it is.

`st.cache_data` gives each reader a copy of his own and works out its key anew, which on an event day was a tenth of the server's
work. What is shared here must never be changed by whoever reads it: frozen rows, in a tuple or a dict.
"""

import functools
import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TypeVar

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
            except CancelledError:  # whoever computed it met a lost database, and was told so himself
                return read(*told)

        return ask

    return decorated


def _compute(read: Callable[..., Answer], told: tuple, mine: Future, forget: Callable[[], object]) -> Answer:
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
