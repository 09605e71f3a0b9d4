"""The frames of the live feed: a text that many sockets get is compressed and framed once for all.

uvicorn would encode, compress and frame it for each socket anew, and Streamlit serves without any
compression. On the feed's sockets each message is compressed by itself (RFC 7692,
`server_no_context_takeover`), so the bytes of a board are the same for every wall. Streamlit's own
sockets are left as they are, but that what a run tells a browser in one turn of the loop goes out
by one call of the system.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from starlette.types import Scope
from uvicorn import config
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from web.paths import FEED

# Neither side keeps what it has read: a window for each of thousands of walls is memory for little.
DEFLATE = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True, client_no_context_takeover=True
)
CLIENT_WINDOW = 15  # bits; nothing is read here


Writer = Callable[[str], bool]
"""Sends a text at once; False where the socket is slow and has to be waited for."""

WRITE = "san_sang.write"  # of the connection's extensions, as ASGI calls what a server offers


def never(_text: str) -> bool:
    """The writer of a server that offers none."""
    return False


def writer(scope: Scope) -> Writer:
    """How to send at once to a connection, past what is made anew for each message on its way
    through the middleware."""
    found: Writer = scope.get("extensions", {}).get(WRITE, never)
    return found


@lru_cache(maxsize=16)  # the newest boards, heartbeats and wake-ups
def framed(text: str, window: int | None) -> bytes:
    """The frame of a text; `window` in bits, None where the client takes no compression."""
    extensions = [] if window is None else [PerMessageDeflate(True, True, CLIENT_WINDOW, window)]
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False, extensions=extensions)


class FeedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's own protocol, with shared frames on the feed's sockets."""

    on_feed = False

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self.gathered: list[bytes] = []  # frames of this turn of the loop

    def handle_connect(self, event: Request) -> None:
        self.on_feed = event.path.partition("?")[0] == FEED
        if self.on_feed:
            self.conn.available_extensions = [DEFLATE]
        super().handle_connect(event)
        if self.on_feed and not self.close_sent:  # the handshake is one
            self.scope["extensions"][WRITE] = self.write

    async def send(self, message: ASGISendEvent) -> None:
        data = message.get("bytes")
        if data is not None and self._is_open and not self.on_feed:
            await self.writable.wait()
            self.gather(data)
            return
        self.write_gathered()  # it comes before this message, the end of the connection above all
        text = message.get("text") if self.on_feed else None
        if text is None or self.conn.state is not State.OPEN:
            await super().send(message)
            return
        await self.writable.wait()  # a slow one waits here and holds up no other
        if not self._is_open:
            raise ClientDisconnected
        self.transport.write(framed(text, self._window))

    def gather(self, data: bytes) -> None:
        """Sends a binary message at the end of this turn, with the others of it: a run's thirty
        messages are most of them shorter than what the system takes for a call."""
        if not self.gathered:
            self.loop.call_soon(self.write_gathered)
        extensions = self.conn.extensions
        frame = Frame(Opcode.BINARY, data).serialize(mask=False, extensions=extensions)
        self.gathered.append(frame)

    def write_gathered(self) -> None:
        frames, self.gathered = self.gathered, []
        if frames and self._is_open:
            self.transport.write(b"".join(frames))

    def write(self, text: str) -> bool:
        """Sends at once, unless the socket is slow. What is closed takes everything, for nothing:
        the one who listens on it hears of the end."""
        if not self.writable.is_set():
            return False
        if self._is_open:
            self.transport.write(framed(text, self._window))
        return True

    @property
    def _is_open(self) -> bool:
        return self.conn.state is State.OPEN and not self.disconnected

    @property
    def _window(self) -> int | None:
        for extension in self.conn.extensions:
            if isinstance(extension, PerMessageDeflate):
                return extension.local_max_window_bits
        return None


def share() -> None:
    """From now on uvicorn serves WebSockets so, however Streamlit starts it."""
    protocols: dict[str, Any] = config.WS_PROTOCOLS
    for name in ("auto", "websockets-sansio"):
        protocols[name] = f"{__name__}:{FeedProtocol.__name__}"
