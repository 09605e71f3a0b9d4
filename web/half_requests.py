"""Half requests: a connection whose request does not come whole in time, or has no end, is closed.

uvicorn bounds only the time between two requests. With nginx in front this never comes to pass:
it passes on whole requests.
"""

import asyncio
from typing import Any

from uvicorn import config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_TIME = 15.0  # seconds from a connection, or from a request's first byte, to the head's end
BODY_PAUSE = 15.0  # seconds without a byte of the body
BODY_TIME = 600.0  # seconds for a whole body: 10 MB at 140 kbit/s
MAX_HEAD = 64 * 1024  # bytes


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's own protocol with the bounds above."""

    _timer: asyncio.TimerHandle | None = None
    _head: int | None = 0  # bytes of it so far; None while a body comes, or nothing is asked
    _body_until = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(HEAD_TIME)

    def connection_lost(self, failure: Exception | None) -> None:
        self._stop()
        super().connection_lost(failure)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD + len(data):  # what has come before, without this piece
                self.transport.abort()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._wait(HEAD_TIME)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._head = None
        self._body_until = self.loop.time() + BODY_TIME
        self._wait(BODY_PAUSE)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._wait(min(BODY_PAUSE, self._body_until - self.loop.time()))

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._stop()

    def handle_websocket_upgrade(self) -> None:
        self._stop()
        super().handle_websocket_upgrade()

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(max(seconds, 0), self._end)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        if self.flow.read_paused:  # it is the application that does not read on
            self._wait(BODY_PAUSE)
        else:
            self.transport.abort()


def bound() -> None:
    """From now on uvicorn serves with these bounds, however Streamlit starts it."""
    protocols: dict[Any, str] = config.HTTP_PROTOCOLS
    protocols["auto"] = f"{__name__}:{BoundedProtocol.__name__}"
