"""Whether the server lives, and whether it is ready to serve."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from data import monitoring
from data.storage.listeners import Listener
from web.questions import Question

NOT_KEPT = {"Cache-Control": "no-store"}


async def alive(request: Request) -> JSONResponse:
    """Answers as long as the process does; says nothing of the database."""
    return JSONResponse({"status": "ok"}, headers=NOT_KEPT)


class Readiness:
    """What has to be in order before a proxy sends visitors here. `listener` is set as long as the server runs."""

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.question = Question(monitoring.is_current)

    async def checks(self) -> dict[str, bool]:
        current = await self.question.answer()
        return {
            "database": current is not None,
            "migrations": current is True,
            "listener": self.listener is not None and self.listener.alive,
        }


readiness = Readiness()


async def ready(request: Request) -> JSONResponse:
    """200 where every check holds, else 503; names the checks and nothing else, since anybody may ask."""
    checks = await readiness.checks()
    told = {name: "ok" if holds else "failed" for name, holds in checks.items()}
    whole = all(checks.values())
    answer = {"status": "ok" if whole else "failed", "checks": told}
    return JSONResponse(answer, status_code=200 if whole else 503, headers=NOT_KEPT)
