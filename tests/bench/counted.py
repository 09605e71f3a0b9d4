"""The benchmark's server that also counts its SQL statements: python -m tests.bench.counted.

The two hooks cost some microseconds a statement, so its figures are a profile's and no others.
"""

import re
import threading
import time
from collections import defaultdict

from sqlalchemy import Engine, event
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from web import routes, starting

_lock = threading.Lock()
_counts: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])


def _begin(_connection, _cursor, _statement, _parameters, context, _many) -> None:
    if context is not None:
        context.began = time.perf_counter()


def _end(_connection, _cursor, statement, _parameters, context, _many) -> None:
    took = time.perf_counter() - context.began if context is not None else 0.0
    with _lock:
        count = _counts[re.sub(r"\s+", " ", statement)]
        count[0] += 1
        count[1] += took


def statements(_request: Request) -> JSONResponse:
    """Each statement's text with how often it was executed and the seconds it took, then
    forgotten.
    """
    with _lock:
        counted = [[text, int(number), seconds] for text, (number, seconds) in _counts.items()]
        _counts.clear()
    return JSONResponse(counted)


if __name__ == "__main__":
    event.listen(Engine, "before_cursor_execute", _begin)
    event.listen(Engine, "after_cursor_execute", _end)
    routes.insert(0, Route("/bench/statements", statements))
    starting.main()
