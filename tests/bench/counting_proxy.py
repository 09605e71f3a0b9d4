"""A TCP proxy on this machine that counts the bytes it passes on."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.servers import HOST


class Count:
    """Bytes passed on so far, in both directions."""

    def __init__(self) -> None:
        self.bytes = 0
        self.port = 0


@contextmanager
def counting(to_port: int) -> Iterator[Count]:
    """Passes everything on to a port of this machine, on a thread of its own."""
    count, ready, loop = Count(), threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(lambda *ends: _pass_on(count, to_port, *ends), HOST, 0)
        count.port = server.sockets[0].getsockname()[1]
        ready.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(serve())
        loop.run_forever()

    thread = threading.Thread(target=work, name="counting-proxy", daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield count
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _pass_on(count: Count, to_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    far_reader, far_writer = await asyncio.open_connection(HOST, to_port)
    await asyncio.gather(_pump(count, reader, far_writer), _pump(count, far_reader, writer))


async def _pump(count: Count, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            count.bytes += len(chunk)
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass  # one end is gone, and with it the other
    finally:
        writer.close()
