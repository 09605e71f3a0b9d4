"""The second port, by plain http: how to trust the server; everything else is led to https.

A telephone that does not trust the server yet would show a warning where it should read the steps.
"""

import contextlib
from collections.abc import Iterator

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from data import certificates
from web.certificates import page
from web.certificates.names import host
from web.requests_log import RequestsLog
from web.security import Guard
from web.static_files import MemoryFiles

application = Starlette(
    routes=[
        Route("/trust", page.page),
        Route(page.FILE, page.authority),
        Route("/{path:path}", page.to_https),
    ],
    middleware=[Middleware(RequestsLog), Middleware(Guard), Middleware(MemoryFiles)],
)


class PlainServer(uvicorn.Server):
    """uvicorn's server as a part of another one, which alone hears the system's signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve() -> None:
    """Serve until cancelled; nothing where no own authority is in use, or no port is for it."""
    served = certificates.own_one()
    if served is None or not served.plain_port:
        return
    config = uvicorn.Config(
        application,
        host=host(),
        port=served.plain_port,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
    )
    server = PlainServer(config)
    try:
        await server.serve()
    finally:
        if server.started:
            with anyio.CancelScope(shield=True):
                await server.shutdown()
