"""The watcher of silence: calls lead, deputy and command room when their turn comes, for as long as the server runs."""

import logging

import anyio
from sqlalchemy.exc import SQLAlchemyError

from data.events.current import clock_of, current_event, real_now
from data.readiness import escalation as ladder
from data.storage import database
from models.events.event import View

log = logging.getLogger(__name__)

SHORTEST_NAP, LONGEST_NAP = (
    1.0,
    15.0,
)  # seconds; a confirmation given meanwhile, or a clock that was set, is seen at the next look


async def watch() -> None:
    """Looks again and again, in every process: who is called is called once, whichever of them looks first."""
    while True:
        try:
            nap = await anyio.to_thread.run_sync(look)
        except SQLAlchemyError:
            log.warning("nobody is called: the database does not answer")
            nap = LONGEST_NAP
        await anyio.sleep(nap)


def look() -> float:
    """Calls who is due and says in how many real seconds to look again."""
    with database.reading() as session:
        event = current_event(session)
        if event is None:
            return LONGEST_NAP
        clock, real = clock_of(session, event), real_now()
        now = clock.shows(real)
        due = ladder.due_calls(session, event, View(now))
    if not due:
        return LONGEST_NAP
    if due[0][2] <= now and database.run(ladder.call_due, event=event, now=now):
        return SHORTEST_NAP
    wait = clock.real_time_until(due[0][2], real=real)
    return LONGEST_NAP if wait is None or wait <= 0 else min(max(wait, SHORTEST_NAP), LONGEST_NAP)
