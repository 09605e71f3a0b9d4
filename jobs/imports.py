"""Deletes the imports that were prepared and left: their files hold names."""

from data.events.clock import real_now
from data.imports.drafts import forget_old_drafts
from data.storage import database
from jobs.runner import Job

INTERVAL = 6 * 3600.0


def forget() -> float:
    """Deletes drafts that are older than they may be; returns the seconds until the next look."""
    database.run(forget_old_drafts, now=real_now())
    return INTERVAL


JOB = Job("imports", forget)
