"""A WebSocket that only listens, as lean as a client can be.

Thousands of walls live in one process of the benchmark; on the day each has a machine of its own.
What they are sent is the same for all, so equal bytes are unpacked once.
"""

import asyncio
import base64
import json
import os
import struct
import time
import zlib
from functools import lru_cache

from tests.bench.arrivals import Hearing
from tests.bench.servers import HOST

HANDSHAKE = (
    "GET /{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n{cookie}\r\n"
)
TEXT, CLOSE, PING = 0x1, 0x8, 0x9
PONG = 0x8A
COMPRESSED = 0x40


@lru_cache(maxsize=32)
def unpacked(content: bytes, *, compressed: bool) -> dict:
    """A message of the feed."""
    if compressed:
        content = zlib.decompressobj(wbits=-15).decompress(content + b"\x00\x00\xff\xff")
    return json.loads(content)


class LeanSocket(asyncio.Protocol):
    """`hear` is called with every message and the moment it came, in ms since 1970. `lost` is set
    when the server has gone."""

    def __init__(self, hear: Hearing) -> None:
        self.hear = hear
        self.buffer = bytearray()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = asyncio.Event()

    @classmethod
    async def open(cls, port: int, path: str, hear: Hearing, *, cookie: str = "") -> "LeanSocket":
        loop = asyncio.get_running_loop()
        transport, socket = await loop.create_connection(lambda: cls(hear), HOST, port)
        key = base64.b64encode(os.urandom(16)).decode()
        sent = f"Cookie: {cookie}\r\n" if cookie else ""
        head = HANDSHAKE.format(path=path, host=f"{HOST}:{port}", key=key, cookie=sent)
        transport.write(head.encode())
        await socket.opened
        return socket

    def close(self) -> None:
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def connection_lost(self, failure: Exception | None) -> None:
        self.lost.set()
        if not self.opened.done():
            self.opened.set_exception(failure or ConnectionError("closed at the handshake"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.opened.done() and not self._open():
            return
        moment = time.time() * 1000
        while (frame := self._next()) is not None:
            self._take(*frame, moment)

    def _open(self) -> bool:
        head, ended, rest = self.buffer.partition(b"\r\n\r\n")
        if not ended:
            return False
        if not head.startswith(b"HTTP/1.1 101") or self._shares_no_context(head):
            self.opened.set_exception(ConnectionError(head.decode()))
            return False
        self.buffer = rest
        self.opened.set_result(None)
        return True

    @staticmethod
    def _shares_no_context(head: bytes) -> bool:
        """Whether a message could only be unpacked after those before it, which no two walls have
        in common."""
        return b"permessage-deflate" in head and b"server_no_context_takeover" not in head

    def _next(self) -> tuple[int, bytes] | None:
        """The first byte and the content of the next frame, once it has come whole."""
        if len(self.buffer) < 2:
            return None
        length, begins = self.buffer[1], 2
        if length == 126:
            begins = 4
        elif length == 127:
            begins = 10
        if len(self.buffer) < begins:
            return None
        if begins > 2:
            kind = ">H" if begins == 4 else ">Q"
            (length,) = struct.unpack_from(kind, self.buffer, 2)
        if len(self.buffer) < begins + length:
            return None
        first, content = self.buffer[0], bytes(self.buffer[begins : begins + length])
        del self.buffer[: begins + length]
        return first, content

    def _take(self, first: int, content: bytes, moment: float) -> None:
        kind = first & 0x0F
        if kind == TEXT:
            self.hear(unpacked(content, compressed=bool(first & COMPRESSED)), moment)
        elif kind == PING:  # what a client sends is masked, here with zeros
            self.transport.write(bytes([PONG, 0x80 | len(content)]) + bytes(4) + content)
        elif kind == CLOSE:
            self.transport.close()
