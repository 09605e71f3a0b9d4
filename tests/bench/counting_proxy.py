"""A TCP proxy on this machine that counts the bytes it passes on, and can fall silent as a network does that is half open."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.servers import HOST


class Count:
    """Bytes passed on so far, in both directions, and whether any are."""

    def __init__(self) -> None:
        self.bytes = 0
        self.port = 0
        self.silent = False
        self.silences = 0

    def fall_silent(self) -> None:
        """From here on everything vanishes and nobody is told: no end of a connection, no refusal."""
        self.silences += 1
        self.silent = True

    def speak_again(self) -> None:
        """New connections work; those of before stay dead, as behind a router that forgot them."""
        self.silent = False

    def alive(self, since: int) -> bool:
        """Whether a connection still passes that was opened when so many silences had begun."""
        return not self.silent and since == self.silences


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
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _end_all() -> None:
    """Ends what still passes; a loop that is stopped over it would complain."""
    passing = asyncio.all_tasks() - {asyncio.current_task()}
    for task in passing:
        task.cancel()
    await asyncio.gather(*passing, return_exceptions=True)


async def _pass_on(count: Count, to_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    since = -1 if count.silent else count.silences
    far_reader, far_writer = await asyncio.open_connection(HOST, to_port)
    await asyncio.gather(_pump(count, since, reader, far_writer), _pump(count, since, far_reader, writer))


async def _pump(count: Count, since: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            if count.alive(since):
                count.bytes += len(chunk)
                writer.write(chunk)
                await writer.drain()
    except OSError:
        pass  # one end is gone, and with it the other
    finally:
        if count.alive(since):
            writer.close()
