"""The rehearsal's player: performs the scenario's steps as they fall due by the rehearsal's
clock.
"""

from data.commands import Origin, run
from data.events.clock import clock_of, real_now
from data.events.current import current_event
from data.events.scenario import next_moment
from data.rehearsal.player import perform_due
from data.storage import database
from jobs.runner import Job

BATCH = 100  # steps in one transaction, so that people's writes get in between while many are due
MAX_PAUSE = 5.0  # seconds; another process may have set the clock


def perform() -> float:
    """Performs the steps that are due; returns the real seconds until the next look."""
    with database.reading() as session:
        event = current_event(session)
        if event is None or event.is_over or not event.rehearsal:
            return MAX_PAUSE
        clock, due_at = clock_of(session, event), next_moment(session, event)
    if due_at is None or clock.paused:
        return MAX_PAUSE
    wait = clock.real_time_until(due_at, real=real_now())
    if wait > 0:
        return min(wait, MAX_PAUSE)
    run(Origin(), perform_due, most=BATCH)
    return 0.0


JOB = Job("scenario", perform, frozenset({"clock", "event"}))
