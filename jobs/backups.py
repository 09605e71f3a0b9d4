"""Backups at intervals, for as long as the server runs: made by a process of their own, so that nobody waits for them."""

import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import anyio
from sqlalchemy.exc import SQLAlchemyError

from data.backup import backup
from data.events.current import current_event, real_now
from data.storage import database

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent
LOOK = 60.0  # seconds between two looks at whether one is due
AFTER_FAILURE = 300.0  # what failed once mostly fails again at once


async def keep() -> None:
    """Makes a backup whenever the newest is older than `backup.interval` says. One that fails is a warning in the log."""
    while True:
        await anyio.sleep(LOOK if await _done() else AFTER_FAILURE)


async def _done() -> bool:
    """Whether there is nothing to worry about until the next look."""
    try:
        every = await anyio.to_thread.run_sync(due)
        return every is None or await make(every)
    except SQLAlchemyError:
        log.warning("the backup waits: the database does not answer")
        return True
    except OSError as failure:  # a folder that cannot be read, a process that cannot be started: the server goes on
        log.warning("the backup failed: %s", failure.strerror)
        return False


def due() -> timedelta | None:
    """How old the newest backup may be, where none of this database in the folder is younger; None where none is due."""
    with database.reading() as session:
        event = current_event(session)
    every = backup.interval(rehearsal=event.rehearsal) if event else None
    return every if every and not backup.is_young(backup.folder(), every, now=real_now()) else None


async def make(every: timedelta) -> bool:
    """Makes one unless another process just did; says whether that went well.

    In a process of its own and behind all others: reading a copy takes as long as it takes, and in this one it would hold up
    the viewers. What is left of it when the server stops meanwhile is removed by the next one.
    """
    minutes = str(int(every / timedelta(minutes=1)))
    asked = [sys.executable, "-m", "data", "backup", "--gently", "--unless-younger", minutes]
    done = await anyio.run_process(asked, cwd=ROOT, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        log.warning("the backup failed: %s", said[-1] if said else f"exit code {done.returncode}")
    return done.returncode == 0
