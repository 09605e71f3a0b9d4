"""The watcher of roll-calls: ends each at its moment by the event's clock, for as long as the server runs."""

import asyncio
import logging

import anyio
from sqlalchemy.exc import SQLAlchemyError

from data.events.current import clock_of, current_event, real_now
from data.roll_calls import commands
from data.storage import changes, database

log = logging.getLogger(__name__)

LONGEST_NAP = 5.0  # seconds; another process may have opened one


class Watcher:
    """Sleeps until the next roll-call has to end, one is opened, or the clock is set."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()

        def hear(_revision: int, topics: frozenset[str]) -> None:
            if topics & {"roll_calls", "clock", "event"} and not loop.is_closed():
                loop.call_soon_threadsafe(self.woken.set)

        stop = changes.subscribe(hear)
        try:
            while True:
                try:
                    nap = await anyio.to_thread.run_sync(end_what_is_due)
                except SQLAlchemyError:
                    log.warning("the roll-calls wait: the database does not answer")
                    nap = LONGEST_NAP
                await self._sleep(nap)
        finally:
            stop()

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.woken.wait(), timeout=seconds)
        except TimeoutError:
            pass
        self.woken.clear()


def end_what_is_due() -> float:
    """Ends what has to end and says in how many real seconds to come back. Several processes may: each ends once."""
    with database.reading() as session:
        event = current_event(session)
        if event is None:
            return LONGEST_NAP
        clock, ends_at = clock_of(session, event), commands.next_end(session, event)
    real = real_now()
    if ends_at is None:
        return LONGEST_NAP
    if clock.shows(real) < ends_at:
        wait = clock.real_time_until(ends_at, real=real)
        return LONGEST_NAP if wait is None else min(wait, LONGEST_NAP)
    database.run(commands.end_due, event=event, now=clock.shows(real))
    return 0.0
