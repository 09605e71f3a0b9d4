"""The open WebSockets: the limit per address, and closing those whose sign-in has ended."""

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
from models.access.accounts import counted_address
from models.access.people import Visitor

log = logging.getLogger(__name__)

# Close codes that web/assets/live.js knows.
ENDED, DENIED, LOCKED, TOO_MANY = 4401, 4403, 4423, 4429
MAX_PER_ADDRESS = 400  # the phones of a whole hall may share one address
# Seconds. Finds what ends by the clock alone, or was ended while a listener was cut off.
POLL_INTERVAL = 1.5


def max_per_address() -> int:
    setting = os.environ.get("CONNECTIONS_PER_ADDRESS", "")
    valid = setting.isascii() and setting.isdigit() and int(setting)
    return int(setting) if valid else MAX_PER_ADDRESS


@dataclass(eq=False)
class Connection:
    """One open WebSocket. After `close` everything still sent to it is dropped."""

    address: str
    visitor: Visitor
    out: Send
    feed: bool
    accepted: bool = False
    closed: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    place: str = field(init=False)

    def __post_init__(self) -> None:
        self.place = counted_address(self.address)

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
        """Accept a connection, unless its address has too many."""
        if self.of_address[connection.place] >= max_per_address():
            log.warning("a connection was turned away: its address has too many")
            return False
        self.open.add(connection)
        self.of_address[connection.place] += 1
        return True

    def leave(self, connection: Connection) -> None:
        self.open.discard(connection)
        self.of_address[connection.place] -= 1
        if self.of_address[connection.place] <= 0:
            del self.of_address[connection.place]

    async def watch(self) -> None:
        """Close the connections of sign-ins that ended, on any machine, or were locked."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def hear(_revision: int, topics: frozenset[str]) -> None:
            if topics & {"people", "event"} and not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)

        stop = changes.subscribe(hear)
        try:
            while True:
                await self._close_ended()
                try:
                    await asyncio.wait_for(woken.wait(), timeout=POLL_INTERVAL)
                except TimeoutError:
                    pass
                woken.clear()
        finally:
            stop()

    async def _close_ended(self) -> None:
        watched = [one for one in self.open if not one.closed]
        if not watched:
            return
        numbers = {one.visitor.sign_in_id for one in watched} - {None}
        try:
            active, wall_is_open = await anyio.to_thread.run_sync(_status, numbers)
        except database.UNREACHABLE:
            return  # nothing can be read either; tried again in a moment
        for one in watched:
            code = _close_code(one, active, wall_is_open=wall_is_open)
            if code is not None:
                await self._close(one, code)

    async def _close(self, connection: Connection, code: int) -> None:
        try:
            await connection.close(code)
        except (RuntimeError, OSError):
            pass  # the browser was gone before


def _close_code(
    connection: Connection, active: dict[int, bool], *, wall_is_open: bool
) -> int | None:
    """The code to close a connection with; None where it may stay. `active`: as of `_status`."""
    number = connection.visitor.sign_in_id
    if number is None:
        return ENDED if connection.feed and not wall_is_open else None
    if number not in active:
        return ENDED
    return LOCKED if active[number] and not connection.visitor.locked else None


def _status(numbers: set[int]) -> tuple[dict[int, bool], bool]:
    """The active ones of some sign-ins, each with whether it is locked; whether the wall is open.

    It is open to anyone in a rehearsal.
    """
    with database.reading() as session:
        event = current_event(session)
        active = sign_ins.active_sign_ins(session, numbers, now=real_now()) if numbers else {}
        return active, event is not None and event.is_open


connections = Connections()
