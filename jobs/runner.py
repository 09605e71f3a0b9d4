"""The runner of all jobs: repeats each, at intervals or when a change wakes it, while the server
runs.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio

from data.storage import changes, database

log = logging.getLogger(__name__)

RETRY = 5.0  # seconds until a job that failed is tried again


@dataclass(frozen=True)
class Job:
    """One job: `work` does what is due and returns the seconds until the next look.

    A commit that touches one of `topics` wakes the job earlier. Another process may do the same
    work at the same time: `work` must be safe to repeat. `stop` cuts work short that may take
    long: it runs in a thread, for which a stopping server would wait.
    """

    name: str
    work: Callable[[], float]
    topics: frozenset[str] = frozenset()
    stop: Callable[[], None] = lambda: None


@asynccontextmanager
async def running(jobs: Sequence[Job]) -> AsyncIterator[None]:
    """Runs the jobs for as long as the context lasts."""
    async with anyio.create_task_group() as tasks:
        for job in jobs:
            tasks.start_soon(repeat, job)
        yield
        tasks.cancel_scope.cancel()
        for job in jobs:
            job.stop()


async def repeat(job: Job) -> None:
    """Repeats a job until cancelled. A failure is logged, and the job is tried again."""
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def hear(_revision: int, topics: frozenset[str]) -> None:
        if topics & job.topics and not loop.is_closed():
            loop.call_soon_threadsafe(woken.set)

    stop = changes.subscribe(hear)
    try:
        while True:
            pause = await attempt(job)
            try:
                await asyncio.wait_for(woken.wait(), timeout=pause)
            except TimeoutError:
                pass
            woken.clear()
    finally:
        stop()


async def attempt(job: Job) -> float:
    """Does a job's work once, in a thread; returns the seconds until the next look."""
    # A future keeps the failure: a bug in one job must not end the task group, and with it the
    # server.
    done = asyncio.get_running_loop().run_in_executor(None, job.work)
    await asyncio.wait([done])
    failure = done.exception()
    if failure is None:
        return done.result()
    if isinstance(failure, database.UNREACHABLE):
        log.warning("the job %s waits: the database does not answer", job.name)
    else:
        log.error("the job %s failed", job.name, exc_info=failure)
    return RETRY
