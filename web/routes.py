"""The routes next to Streamlit's pages, and what lives as long as the server."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from data import bootstrap
from data.storage import database, identity, listeners
from web import (
    calendars,
    contributions,
    distribution,
    gate,
    health,
    metrics,
    readiness,
    static_files,
)
from web.access import account, cookies, events, first_start, forms, sign_in
from web.access.identity import Identity
from web.api.app import Api
from web.certificates import page as certificates_page
from web.certificates import plain_http, renewal
from web.connections import connections
from web.live import hub
from web.paths import ASSETS, FEED
from web.proxies import Named
from web.requests_log import RequestsLog
from web.security import Guard, server_error
from web.start_page import StartPage
from web.static_files import MemoryFiles

log = logging.getLogger(__name__)


routes = [
    Route("/tv", sign_in.tv),
    Route("/d/{token}", sign_in.display),
    Route("/calendar/{token}.ics", calendars.file),
    Route("/calendar/{token}", calendars.page),
    Route("/healthz", health.alive),
    Route("/readyz", health.ready),
    Route("/metrics", metrics.metrics),
    Route("/sign-in", sign_in.page, methods=["GET"]),
    Route("/sign-in", sign_in.enter, methods=["POST"]),
    Route("/join/{token}", sign_in.invitation, methods=["GET"]),
    Route("/join/{token}", sign_in.join, methods=["POST"]),
    Route("/read/{token}", distribution.page, methods=["GET"]),
    Route("/read/{token}", distribution.acknowledge, methods=["POST"]),
    Route("/read/{token}/file", distribution.file),
    Route("/sign-out", sign_in.leave, methods=["POST"]),
    Route("/account", account.page, methods=["GET"]),
    Route("/account", account.change, methods=["POST"]),
    Route("/lock", account.lock, methods=["POST"]),
    Route("/unlock", account.locked, methods=["GET"]),
    Route("/unlock", account.unlock, methods=["POST"]),
    Route("/switch/{event_id:int}", events.page, methods=["GET"]),
    Route("/switch/{event_id:int}", events.switch, methods=["POST"]),
    Route("/first-start", first_start.page, methods=["GET"]),
    Route("/first-start", first_start.choose, methods=["POST"]),
    Route("/trust", certificates_page.page),
    Route(certificates_page.FILE, certificates_page.authority),
    Route("/ask/{token}", contributions.page, methods=["GET"]),
    Route("/ask/{token}", contributions.send, methods=["POST"]),
    Route("/gate", gate.page),
    Route("/gate/worker.js", gate.worker),
    Route("/gate/manifest.webmanifest", gate.manifest),
    Route("/gate/words/{language}.json", gate.words),
    WebSocketRoute(FEED, hub.connect),
    Route("/evidence/{number:int}/{size}", readiness.photograph),
    Mount("/assets", StaticFiles(directory=ASSETS)),
]

middleware = [
    Middleware(RequestsLog),
    Middleware(Named),
    Middleware(Guard),
    Middleware(MemoryFiles),
    Middleware(Identity),
    Middleware(Api),
    Middleware(StartPage),
]
exception_handlers = {Exception: server_error} | dict.fromkeys(database.UNREACHABLE, forms.lost)


@asynccontextmanager
async def lifespan(app) -> AsyncIterator[None]:
    """Prepare the database, then run the live feed, the connections and the listener."""
    await anyio.to_thread.run_sync(bootstrap.prepare)
    await anyio.to_thread.run_sync(cookies.load_secret)
    await anyio.to_thread.run_sync(identity.mark)
    listener = listeners.listener()
    listener.start()
    health.readiness.listener = listener
    # What was imported stays for good: keeping it out of the collector's rounds halves the cost of
    # a rerun.
    gc.collect()
    gc.freeze()
    static_files.prepare()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hub.deliver)
        tasks.start_soon(hub.beat)
        tasks.start_soon(connections.watch)
        tasks.start_soon(renewal.watch)
        tasks.start_soon(plain_http.serve)
        yield
        tasks.cancel_scope.cancel()
    listener.stop()
    database.dispose()
