"""The escalation of silent sections: reminds lead, deputy and command room when each is due."""

from data.events.clock import clock_of, real_now
from data.events.current import current_event
from data.readiness import escalation
from data.storage import database
from jobs.runner import Job
from models.events.event import View

# Seconds; a confirmation given meanwhile, or a clock that was set, is seen at the next look.
MIN_PAUSE, MAX_PAUSE = 1.0, 15.0


def remind() -> float:
    """Reminds whoever is due; returns the real seconds until the next look."""
    with database.reading() as session:
        event = current_event(session)
        if event is None:
            return MAX_PAUSE
        clock, real = clock_of(session, event), real_now()
        now = clock.shows(real)
        due = escalation.due_calls(session, event, View(now))
    if not due:
        return MAX_PAUSE
    if due[0][2] <= now and database.run(escalation.call_due, event=event, now=now):
        return MIN_PAUSE
    wait = clock.real_time_until(due[0][2], real=real)
    return MAX_PAUSE if wait is None or wait <= 0 else min(max(wait, MIN_PAUSE), MAX_PAUSE)


JOB = Job("escalation", remind)
