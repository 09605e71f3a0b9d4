"""A wall without a browser: a tab that says when a board came."""

from collections.abc import Callable

from tests.bench.tab import Tab

Hearing = Callable[[dict, float], None]


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
