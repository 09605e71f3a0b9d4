"""A plain broadcast: what it costs to send the same text to as many sockets, without the product.

A Starlette program, served by uvicorn as Streamlit is. What is posted to /say goes to every socket
of /live, one after the other.
"""

import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

sockets: set[WebSocket] = set()


async def listen(socket: WebSocket) -> None:
    await socket.accept()
    sockets.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        sockets.discard(socket)


async def say(request: Request) -> JSONResponse:
    """Answers with `said`: when it began, in ms since 1970."""
    text, began = (await request.body()).decode(), time.time() * 1000
    for socket in list(sockets):
        await socket.send_text(text)
    return JSONResponse({"said": began})


async def alive(request: Request) -> JSONResponse:
    return JSONResponse({})


app = Starlette(
    routes=[
        WebSocketRoute("/live", listen),
        Route("/say", say, methods=["POST"]),
        Route("/healthz", alive),
    ]
)
