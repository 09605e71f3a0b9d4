"""A wall without a browser: it holds the two WebSockets that a wall's tab holds, and says when a board came.

It speaks Streamlit's own protocol: connects, asks for the page `wall` as the browser does, receives what the script sends and
stays connected, answering pings. Then it opens the live feed. What it lacks of a browser is the drawing, and the files that
were loaded before.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.servers import HOST

Hearing = Callable[[str, float], None]


class WallClient:
    """One wall. `hear` is called with every message of the live feed and the moment it came, in ms since 1970."""

    def __init__(self, port: int, hear: Hearing) -> None:
        self.port = port
        self.hear = hear
        self.open = AsyncExitStack()
        self.listening: list[asyncio.Task] = []

    async def enter(self) -> None:
        """Opens the page and then its live feed."""
        page = await self._connect("_stcore/stream", subprotocols=["streamlit"])
        await page.send(_open_page())
        await _await_wall(page)
        feed = await self._connect("live?topics=wall,event,clock")
        self.listening = [asyncio.create_task(self._drain(page)), asyncio.create_task(self._listen(feed))]

    async def leave(self) -> None:
        for task in self.listening:
            task.cancel()
        await self.open.aclose()

    def require_connected(self) -> None:
        """A client that fell out would make the server look idle."""
        if any(task.done() for task in self.listening):
            raise RuntimeError("a wall lost its connection during the measurement")

    async def _connect(self, path: str, **options) -> ClientConnection:
        origin = f"http://{HOST}:{self.port}"
        socket = connect(f"ws://{HOST}:{self.port}/{path}", origin=origin, max_size=None, ping_interval=None, **options)
        return await self.open.enter_async_context(socket)

    async def _drain(self, page: ClientConnection) -> None:
        async for _ in page:
            pass

    async def _listen(self, feed: ClientConnection) -> None:
        async for message in feed:
            self.hear(message, time.time() * 1000)


def _open_page() -> bytes:
    """What a television's browser sends first."""
    message = BackMsg()
    message.rerun_script.page_name = "wall"
    message.rerun_script.query_string = "embed=true&embed_options=dark_theme"
    message.rerun_script.context_info.is_embedded = True
    return message.SerializeToString()


async def _await_wall(page: ClientConnection) -> None:
    """Until the script has ended; it has to have mounted the wall, or this would be no wall."""
    mounted = False
    async for raw in page:
        mounted = mounted or b"san_sang_wall" in raw
        if ForwardMsg.FromString(raw).WhichOneof("type") == "script_finished":
            break
    if not mounted:
        raise RuntimeError("the page that a client opened is not the wall")
