"""The escalation of silent sections and of overdue answers: reminds lead, deputy and command room
when each is due.
"""

from datetime import datetime

from data.answers import reminders
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
        now = clock.shows(real_now())
        # Sections fall silent until the event is over; the register of answers outlives it.
        silent = [] if event.is_over else escalation.due_reminders(session, event, View(now))
        owed = reminders.due_petitions(session, event, View(now))
    first = min((one[0].at for one in (silent, owed) if one), default=None)
    if first is None:
        return MAX_PAUSE
    if first <= now and _send(now, sections=bool(silent)):
        return MIN_PAUSE
    wait = clock.real_time_until(first, real=real_now())
    return MAX_PAUSE if wait is None or wait <= 0 else min(max(wait, MIN_PAUSE), MAX_PAUSE)


def _send(now: datetime, *, sections: bool) -> int:
    """Sends what is due of both; returns how many."""
    of_sections = escalation.send_due_reminders(now) if sections else 0
    return of_sections + reminders.send_due_reminders(now)


JOB = Job("escalation", remind, frozenset({"clock", "event"}))
