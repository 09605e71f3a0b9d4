"""Backups at intervals, each made by a process of its own, so that no request waits for it."""

import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from data.backup import backup
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from jobs.runner import Job

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent
INTERVAL = 60.0  # seconds between two looks at whether a backup is due
INTERVAL_AFTER_FAILURE = 300.0  # what failed once mostly fails again at once


def keep() -> float:
    """Makes a backup where the newest is older than `backup.interval`; returns the seconds until
    the next look.

    A backup that fails is a warning in the log, and so is one that does not come.
    """
    try:
        interval = due()
        made = interval is None or make(interval)
        missing = is_missing()
    # A folder that cannot be read, a process that cannot be started: the server goes on.
    except OSError as failure:
        log.warning("the backup failed: %s", failure.strerror)
        return INTERVAL_AFTER_FAILURE
    return INTERVAL if made and not missing else INTERVAL_AFTER_FAILURE


def is_missing() -> bool:
    """Whether the newest backup is older than it may be; says so in the log."""
    with database.reading() as session:
        event = current_event(session)
    age = backup.overdue(event, now=real_now()) if event else None
    if age is not None:
        minutes = age // timedelta(minutes=1)
        log.warning("the newest backup of this database is %s minutes old", minutes)
    return age is not None


def due() -> timedelta | None:
    """The greatest age of the newest backup, where no backup of this database is younger; None
    where none is due.
    """
    with database.reading() as session:
        event = current_event(session)
    interval = backup.interval(rehearsal=event.is_open) if event else None
    return (
        interval
        if interval and not backup.is_young(backup.folder(), interval, now=real_now())
        else None
    )


def make(interval: timedelta) -> bool:
    """Make a backup unless another process has just made one; whether that succeeded.

    In a process of its own with low priority: reading a copy takes long, and in this process it
    would hold up the viewers.
    """
    minutes = str(int(interval / timedelta(minutes=1)))
    command = [sys.executable, "-m", "cli", "backup", "--gently", "--unless-younger", minutes]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        _under_way.append(process)
        output = process.communicate()[1].decode("utf-8", errors="replace").strip()
    if process not in _under_way:
        return True  # ended by `stop`
    _under_way.remove(process)
    if process.returncode:
        reason = output.splitlines()[-1] if output else f"exit code {process.returncode}"
        log.warning("the backup failed: %s", reason)
    return process.returncode == 0


_under_way: list[subprocess.Popen[bytes]] = []


def stop() -> None:
    """End the backup that is under way: else a server that was stopped would wait for it.

    What is left of it is removed by the next one.
    """
    while _under_way:
        _under_way.pop().terminate()


JOB = Job("backups", keep, stop=stop)
