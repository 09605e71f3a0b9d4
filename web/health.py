"""Whether the server lives, and whether it is ready to serve."""

import time

from starlette.requests import Request
from starlette.responses import JSONResponse

from data import monitoring
from data.storage import database
from data.storage.listeners import Listener
from web.questions import Question

PROBE_INTERVAL = 10.0  # seconds between two probes of a database that takes writes
NO_STORE = {"Cache-Control": "no-store"}


async def alive(request: Request) -> JSONResponse:
    """Answers as long as the process does; says nothing of the database."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


class Readiness:
    """What has to be in order before a proxy sends visitors here.

    `listener` is set while the server runs.
    """

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.question = Question(monitoring.is_current)
        self.writes = Question(monitoring.is_writable)
        self.wrote_at = -PROBE_INTERVAL

    async def is_writable(self) -> bool:
        """Whether a write succeeded within `PROBE_INTERVAL`: anyone may ask, however often."""
        if time.monotonic() - self.wrote_at >= PROBE_INTERVAL or database.fault:
            if not await self.writes.answer():
                return False
            self.wrote_at = time.monotonic()
        return True

    async def checks(self) -> dict[str, bool]:
        current, is_writable = await self.question.answer(), await self.is_writable()
        return {
            "database": current is not None,
            "migrations": current is True,
            "writable": is_writable,
            "listener": self.listener is not None and self.listener.alive,
        }


readiness = Readiness()


async def ready(request: Request) -> JSONResponse:
    """200 where every check passes, else 503; names the checks and no more: anyone may ask."""
    checks = await readiness.checks()
    results = {name: "ok" if passed else "failed" for name, passed in checks.items()}
    is_ready = all(checks.values())
    answer = {"status": "ok" if is_ready else "failed", "checks": results}
    return JSONResponse(answer, status_code=200 if is_ready else 503, headers=NO_STORE)
