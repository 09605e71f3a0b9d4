"""A telephone's line on this machine: a TCP proxy that lets so many bits a second through and holds
each byte for half a round trip, in both directions, shared by all connections of the telephone.

A new connection costs a round trip, as a handshake does. What it leaves out: TLS, TCP's slow start,
and losses.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests import apart
from tests.bench.servers import HOST

CHUNK = 2048  # bytes that one connection sends before it is another's turn


@dataclass(frozen=True)
class Line:
    """How fast a line is: bits per second, and seconds to the server and back."""

    name: str
    rate: float
    round_trip: float


class Direction:
    """One direction of a line: one chunk after the other, whichever connection it is of."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.bytes = 0
        self.free_at = 0.0

    async def carry(self, chunk: bytes) -> float:
        """Waits until the chunk is on its way; returns when it arrives, by the loop's clock."""
        now = asyncio.get_running_loop().time()
        self.free_at = max(self.free_at, now) + len(chunk) * 8 / self.line.rate
        self.bytes += len(chunk)
        await asyncio.sleep(self.free_at - now)
        return self.free_at + self.line.round_trip / 2


@dataclass
class Phone:
    """The telephone's end of the line: the port to open, and what came over it so far."""

    line: Line
    port: int = 0
    up: Direction = field(init=False)
    down: Direction = field(init=False)

    def __post_init__(self) -> None:
        self.up, self.down = Direction(self.line), Direction(self.line)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def bytes(self) -> int:
        """Received, with all that HTTP and WebSockets add."""
        return self.down.bytes


@contextmanager
def slow(to_port: int, line: Line) -> Iterator[Phone]:
    """A line to a port of this machine, on a thread of its own."""
    phone = Phone(line)
    with apart.server(
        lambda *ends: _pass_on(phone, to_port, *ends), HOST, limit=CHUNK
    ) as phone.port:
        yield phone


async def _pass_on(
    phone: Phone, to_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        await asyncio.sleep(phone.line.round_trip)
        far_reader, far_writer = await asyncio.open_connection(HOST, to_port, limit=CHUNK)
        await asyncio.gather(
            _pump(phone.up, reader, far_writer), _pump(phone.down, far_reader, writer)
        )
    except (asyncio.CancelledError, OSError):
        pass  # the measurement ends, or one end is gone


async def _pump(
    direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    delivering = asyncio.create_task(_deliver(arriving, writer))
    try:
        while chunk := await reader.read(CHUNK):
            arriving.put_nowait((await direction.carry(chunk), chunk))
    except OSError:
        pass
    finally:
        arriving.put_nowait((0.0, b""))
        await delivering


async def _deliver(
    arriving: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
) -> None:
    loop = asyncio.get_running_loop()
    try:
        while True:
            at, chunk = await arriving.get()
            if not chunk:
                return
            await asyncio.sleep(at - loop.time())
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
