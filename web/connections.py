"""The open connections: how many an address may have, and how those of an ended sign-in are closed."""

import asyncio
import logging
import os
from collections import Counter
from dataclasses import dataclass, field

import anyio
from starlette.types import Message, Send

from data.access import sign_ins
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import changes, database
from models.access.people import Visitor

log = logging.getLogger(__name__)

ENDED, DENIED, LOCKED, TOO_MANY = (
    4401,
    4403,
    4423,
    4429,
)  # close codes that web/assets/live.js knows
MOST = 400  # per address: the phones of a whole hall may share one
LOOK = 1.5  # seconds between two looks at what ends by the clock alone, or was ended while a listener was cut off


def most_per_address() -> int:
    told = os.environ.get("CONNECTIONS_PER_ADDRESS", "")
    return int(told) if told.isascii() and told.isdigit() and int(told) else MOST


@dataclass(eq=False)
class Connection:
    """One open WebSocket. After `close` whatever is still sent to it goes nowhere."""

    address: str
    visitor: Visitor
    out: Send
    feed: bool
    accepted: bool = False
    closed: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, message: Message) -> None:
        if self.closed:
            return
        self.accepted = self.accepted or message["type"] == "websocket.accept"
        self.closed = message["type"] == "websocket.close"
        await self.out(message)

    async def close(self, code: int) -> None:
        async with self.turn:
            if not self.closed and self.accepted:
                self.closed = True
                await self.out({"type": "websocket.close", "code": code})


class Connections:
    """All connections of this process."""

    def __init__(self) -> None:
        self.open: set[Connection] = set()
        self.of_address: Counter[str] = Counter()

    def admit(self, connection: Connection) -> bool:
        """Takes a connection in, unless its address has too many."""
        if self.of_address[connection.address] >= most_per_address():
            log.warning("a connection was turned away: its address has too many")
            return False
        self.open.add(connection)
        self.of_address[connection.address] += 1
        return True

    def leave(self, connection: Connection) -> None:
        self.open.discard(connection)
        self.of_address[connection.address] -= 1
        if self.of_address[connection.address] <= 0:
            del self.of_address[connection.address]

    async def watch(self) -> None:
        """Closes the connections of sign-ins that ended, on whatever machine, or were locked."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def hear(_revision: int, topics: frozenset[str]) -> None:
            if topics & {"people", "event"} and not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)

        stop = changes.subscribe(hear)
        try:
            while True:
                await self._close_ended()
                try:
                    await asyncio.wait_for(woken.wait(), timeout=LOOK)
                except TimeoutError:
                    pass
                woken.clear()
        finally:
            stop()

    async def _close_ended(self) -> None:
        watched = [one for one in self.open if not one.closed]
        if not watched:
            return
        asked = {one.visitor.sign_in_id for one in watched} - {None}
        try:
            counting, unlocked, house_open = await anyio.to_thread.run_sync(_standing, asked)
        except database.UNREACHABLE:
            return  # nothing can be read either; asked again in a moment
        for one in watched:
            number = one.visitor.sign_in_id
            if (number is None and one.feed and not house_open) or (
                number is not None and number not in counting
            ):
                await self._close(one, ENDED)
            elif number is not None and number not in unlocked and not one.visitor.locked:
                await self._close(one, LOCKED)

    async def _close(self, connection: Connection, code: int) -> None:
        try:
            await connection.close(code)
        except (RuntimeError, OSError):
            pass  # the browser was gone before


def _standing(asked: set[int]) -> tuple[set[int], set[int], bool]:
    """Which sign-ins count, which of them are not locked, and whether anybody may look at the wall."""
    now = real_now()
    with database.reading() as session:
        event = current_event(session)
        counting = sign_ins.active_sign_ins(session, asked, now=now) if asked else {}
        return (
            set(counting),
            {number for number, locked in counting.items() if not locked},
            event is not None and event.rehearsal,
        )


connections = Connections()
