"""A door's program without a browser: one connection to the API, one scan after the other, as
lean as a client can be.
"""

import asyncio
import json
import time
import uuid
from datetime import datetime, timezone

from tests.bench.servers import HOST

HEAD = (
    "POST /api/v1/scans HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
    "Content-Type: application/json\r\nAccept-Language: vi\r\nContent-Length: {length}\r\n\r\n"
)


class ScanClient:
    """`delays` holds the milliseconds of each answered scan, `answers` each (status, body)."""

    def __init__(self, port: int, cookie: str) -> None:
        self.host = f"{HOST}:{port}"
        self.port = port
        self.cookie = cookie
        self.delays: list[float] = []
        self.answers: list[tuple[int, dict]] = []

    async def __aenter__(self) -> "ScanClient":
        self.reader, self.writer = await asyncio.open_connection(HOST, self.port)
        return self

    async def __aexit__(self, *_) -> None:
        self.writer.close()

    async def scan(self, badge: str, item: int, *, scan_id: str | None = None) -> tuple[int, dict]:
        asked = {
            "scan_id": scan_id or uuid.uuid4().hex,
            "badge": badge,
            "item": item,
            "device_at": datetime.now(timezone.utc).isoformat(),
        }
        return await self.send(json.dumps(asked).encode())

    async def send(self, body: bytes) -> tuple[int, dict]:
        """One request with that body."""
        began = time.perf_counter()
        self.writer.write(
            HEAD.format(host=self.host, cookie=self.cookie, length=len(body)).encode() + body
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        content = await self.reader.readexactly(length)
        self.delays.append((time.perf_counter() - began) * 1000)
        self.answers.append((int(head.split(b" ", 2)[1]), json.loads(content)))
        return self.answers[-1]
