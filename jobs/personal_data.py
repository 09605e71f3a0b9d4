"""Erases delegates' names and telephone numbers on the day that was set for it."""

from data.events.clock import real_now
from data.personal_data.particulars import erase_due
from data.storage import database
from jobs.runner import Job

INTERVAL = 600.0


def erase() -> float:
    """Erases what is due; returns the seconds until the next look."""
    database.run(erase_due, now=real_now())
    return INTERVAL


JOB = Job("personal_data", erase)
