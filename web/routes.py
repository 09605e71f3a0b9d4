"""The routes beside Streamlit's pages, and what lives as long as the server."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from data import database, starting
from data.changes import PostgresListener
from web import health, sign_in
from web.live import hub
from web.paths import ASSETS
from web.player import Player
from web.security import Guard

log = logging.getLogger(__name__)


def tv(request: Request) -> RedirectResponse:
    """The short address for a television: the wall without any frame, dark."""
    language = "&lang=en" if request.query_params.get("lang") == "en" else ""
    return RedirectResponse(f"/wall?embed=true&embed_options=dark_theme{language}")


routes = [
    Route("/tv", tv),
    Route("/healthz", health.alive),
    Route("/sign-in", sign_in.page, methods=["GET"]),
    Route("/sign-in", sign_in.enter, methods=["POST"]),
    Route("/join/{token}", sign_in.invitation, methods=["GET"]),
    Route("/join/{token}", sign_in.join, methods=["POST"]),
    Route("/sign-out", sign_in.leave, methods=["POST"]),
    WebSocketRoute("/live", hub.connect),
    Mount("/assets", StaticFiles(directory=ASSETS)),
]

middleware = [Middleware(Guard)]


@asynccontextmanager
async def lifespan(app) -> AsyncIterator[None]:
    """Prepares the database, then runs the live feed, the rehearsal's player and the PostgreSQL listener beside the server."""
    await anyio.to_thread.run_sync(starting.prepare)
    listener = None
    if database.engine().dialect.name == "postgresql":
        listener = PostgresListener(database.url().replace("+psycopg", "", 1), on_return=hub.catch_up)
        listener.start()
    player = Player()
    # What was imported stays for good: keeping it out of the collector's rounds halves the cost of a rerun.
    gc.collect()
    gc.freeze()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hub.deliver)
        tasks.start_soon(hub.beat)
        tasks.start_soon(player.play)
        yield
        tasks.cancel_scope.cancel()
    if listener:
        listener.stop()
    database.dispose()
