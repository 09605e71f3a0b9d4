"""Whether the server lives."""

from starlette.requests import Request
from starlette.responses import JSONResponse


async def alive(request: Request) -> JSONResponse:
    """Answers as long as the process does; says nothing of the database."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
