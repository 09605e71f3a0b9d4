"""Deletes the imports that were prepared and left, and lets go of those that another process
deleted: their files hold names.
"""

from data.events.clock import real_now
from data.imports import work
from data.imports.drafts import forget_old_drafts
from data.storage import database
from jobs.runner import Job

INTERVAL = 6 * 3600.0


def forget() -> float:
    """Deletes drafts that are older than they may be; returns the seconds until the next look."""
    database.run(forget_old_drafts, now=real_now())
    return INTERVAL


def let_go() -> float:
    """Lets go of what was read of drafts that are there no more, when anything became of one."""
    work.forget_deleted()
    return INTERVAL


JOB = Job("imports", forget)
READ = Job("imports_read", let_go, frozenset({"imports", "event"}))
