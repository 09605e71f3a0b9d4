"""The end of roll-calls: closes each at its moment by the event's clock."""

from data.commands import Origin, run
from data.events.clock import clock_of, real_now
from data.events.current import current_event
from data.roll_calls.commands import end_due_roll_calls
from data.roll_calls.queries import next_end
from data.storage import database
from jobs.runner import Job

MAX_PAUSE = 5.0  # seconds; another process may have opened a roll-call


def end_due() -> float:
    """Ends the roll-calls that are due; returns the real seconds until the next look.

    Several processes may look at once: each roll-call ends once.
    """
    with database.reading() as session:
        event = current_event(session)
        if event is None or event.is_over:
            return MAX_PAUSE
        clock, ends_at = clock_of(session, event), next_end(session, event)
    real = real_now()
    if ends_at is None:
        return MAX_PAUSE
    if clock.shows(real) < ends_at:
        wait = clock.real_time_until(ends_at, real=real)
        return MAX_PAUSE if wait is None else min(wait, MAX_PAUSE)
    run(Origin(at=clock.shows(real), real=real), end_due_roll_calls)
    return 0.0


JOB = Job("roll_calls", end_due, frozenset({"roll_calls", "clock", "event"}))
