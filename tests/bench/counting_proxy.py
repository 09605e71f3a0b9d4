"""A TCP proxy on this machine that counts the bytes it passes on, and can fall silent as a
network does that is half open.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tests import apart
from tests.bench.servers import HOST


class Count:
    """Bytes passed on so far, in both directions, and whether any are."""

    def __init__(self) -> None:
        self.bytes = 0
        self.port = 0
        self.silent = False
        self.silences = 0

    def fall_silent(self) -> None:
        """From here on everything vanishes without a word: no end of a connection, no
        refusal.
        """
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
    count = Count()
    with apart.server(lambda *ends: _pass_on(count, to_port, *ends), HOST) as count.port:
        yield count


async def _pass_on(
    count: Count, to_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    since = -1 if count.silent else count.silences
    far_reader, far_writer = await asyncio.open_connection(HOST, to_port)
    try:
        await asyncio.gather(
            _pump(count, since, reader, far_writer), _pump(count, since, far_reader, writer)
        )
        if not count.alive(since):  # no end of it is heard: both stay open while the proxy does
            await asyncio.Event().wait()
    except asyncio.CancelledError:  # the proxy ends; asyncio's streams would complain of it
        for end in (writer, far_writer):
            end.transport.abort()


async def _pump(
    count: Count, since: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
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
