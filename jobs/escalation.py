"""The escalation of silent sections: reminds lead, deputy and command room when each is due."""

from data.events.clock import event_and_clock, real_now
from data.readiness import escalation
from data.storage import database
from jobs.runner import Job
from models.events.event import View

# Seconds; a confirmation given meanwhile, or a clock that was set, is seen at the next look.
MIN_PAUSE, MAX_PAUSE = 1.0, 15.0


def remind() -> float:
    """Sends the reminders that are due; returns the real seconds until the next look."""
    with database.reading() as session:
        current = event_and_clock(session)
        if current is None:
            return MAX_PAUSE
        event, clock = current
        if event.is_over:
            return MAX_PAUSE
        now = clock.shows(real_now())
        due = escalation.due_reminders(session, event, View(now))
    if not due:
        return MAX_PAUSE
    if due[0].at <= now and escalation.send_due_reminders(now):
        return MIN_PAUSE
    wait = clock.real_time_until(due[0].at, real=real_now())
    return MAX_PAUSE if wait is None or wait <= 0 else min(max(wait, MIN_PAUSE), MAX_PAUSE)


JOB = Job("escalation", remind, frozenset({"clock", "event"}))
