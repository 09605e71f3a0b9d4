"""Erases delegates' names and telephone numbers on the day that was set for it."""

from data.events.clock import real_now
from data.personal_data.particulars import erase_due
from data.storage import database
from jobs.runner import Job

INTERVAL = 600.0
RETRY = 20.0  # seconds, while a reader holds SQLite's log


def erase() -> float:
    """Erases what is due, also from SQLite's log; returns the seconds until the next look."""
    database.run(erase_due, now=real_now())
    if database.log_holds_erased and not database.empty_log():
        return RETRY
    return INTERVAL


JOB = Job("personal_data", erase)
