"""A wall without a browser: a tab that says when a board came."""

import asyncio

from tests.bench.arrivals import Hearing
from tests.bench.lean_socket import LeanSocket
from tests.bench.tab import Tab


class WallClient(Tab):
    """One wall. `hear` is called with every message of the live feed and the moment it came, in
    ms since 1970.
    """

    page = "wall"
    query = "embed=true&embed_options=dark_theme"
    embedded = True

    def __init__(self, port: int, hear: Hearing, *, cookie: str = "") -> None:
        super().__init__(port, cookie=cookie)
        self.hear = hear

    async def enter(self) -> None:
        await super().enter()
        if not any("wall" in topics for topics in self.watching.values()):
            raise RuntimeError("the page that a client opened is not the wall")

    def hear_feed(self, payload: dict, moment: float) -> None:
        self.hear(payload, moment)


class LeanWall(WallClient):
    """One of thousands: its feed is a lean socket, which unpacks what all walls get once."""

    async def _open_feed(self, path: str) -> None:
        self.lean = await LeanSocket.open(self.port, path, self.hear_feed, cookie=self.cookie)
        self.listening.append(asyncio.create_task(self._notice_loss()))

    def hear_with(self, hear: Hearing) -> None:
        """From now on something else hears it."""
        self.hear = hear

    async def _notice_loss(self) -> None:
        await self.lean.lost.wait()
        raise ConnectionError("the server closed the feed")

    async def leave(self) -> None:
        await super().leave()
        self.lean.close()
