"""The rehearsal's player: performs what falls due by the rehearsal's clock, for as long as the server runs."""

import asyncio
import logging

import anyio
from sqlalchemy.exc import SQLAlchemyError

from data import rehearsal
from data.events.current import clock_of, current_event, real_now
from data.storage import changes, database

log = logging.getLogger(__name__)

BATCH = 100  # steps in one transaction, so that people's writes get in between while much is due
LONGEST_NAP = 5.0  # seconds; another process may have set the clock


class Player:
    """Sleeps until the next step is due or the clock is set."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()

    async def play(self) -> None:
        loop = asyncio.get_running_loop()

        def hear(_revision: int, topics: frozenset[str]) -> None:
            if topics & {"clock", "event"} and not loop.is_closed():
                loop.call_soon_threadsafe(self.woken.set)

        stop = changes.subscribe(hear)
        try:
            while True:
                try:
                    nap = await anyio.to_thread.run_sync(perform)
                except SQLAlchemyError:
                    log.warning("the rehearsal waits: the database does not answer")
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


def perform() -> float:
    """Performs what is due and says in how many real seconds to come back."""
    with database.reading() as session:
        event = current_event(session)
        if event is None or not event.rehearsal:
            return LONGEST_NAP
        clock, due_at = clock_of(session, event), rehearsal.next_moment(session, event)
    if due_at is None or clock.paused:
        return LONGEST_NAP
    real = real_now()
    wait = clock.real_time_until(due_at, real=real)
    if wait > 0:
        return min(wait, LONGEST_NAP)
    database.run(rehearsal.perform_due, event=event, until=clock.shows(real), most=BATCH)
    return 0.0
