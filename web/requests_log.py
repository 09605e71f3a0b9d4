"""A line in the log for each request: its route, how it ended, how long it took.

Nothing of who asked or what for.
"""

import logging
import re
import sys
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.logs import TOKEN_FOLDERS

log = logging.getLogger(__name__)

LEFT = 499  # the caller left before there was an answer: what proxies write for it
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FOLDERS = frozenset({"_stcore", "api", "assets", "gate", "media", "static", "component"})
PAGE = re.compile(r"/[a-z_-]{0,20}")
# Logged at the level of debugging, unless they fail.
OFTEN = frozenset({"/healthz", "/readyz", "/metrics", "/_stcore/*", "/assets/*", "/static/*"})


def route(path: str) -> str:
    """The path without anything that varies: what is not known to be harmless is left out."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in TOKEN_FOLDERS and rest:
        return f"/{first}/{{token}}"
    if first in FOLDERS and rest:
        return f"/{first}/*"
    return path if PAGE.fullmatch(path) else "/*"


class RequestsLog:
    """Writes its line when a request has been answered or a WebSocket was closed.

    The outermost of the middleware.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            status = _status(message, status)
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            unanswered = 500 if isinstance(sys.exception(), Exception) else LEFT
            _write(scope, status or unanswered, (time.perf_counter() - started) * 1000)


def _status(message: Message, before: int) -> int:
    match message["type"]:
        case "http.response.start":
            return message["status"]
        case "websocket.accept":
            return 101
        case "websocket.close" if before != 101:
            return 403
        case _:
            return before


def _write(scope: Scope, status: int, ms: float) -> None:
    socket = scope["type"] == "websocket"
    method = "WEBSOCKET" if socket else scope["method"] if scope["method"] in METHODS else "OTHER"
    where = route(scope["path"])
    level = (
        logging.WARNING
        if status >= 500
        else logging.DEBUG
        if where in OFTEN and status < 400
        else logging.INFO
    )
    facts = {"method": method, "route": where, "status": status, "ms": round(ms)}
    log.log(level, "%(method)s %(route)s %(status)s, %(ms)s ms", facts, extra=facts)
