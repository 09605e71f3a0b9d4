"""Coroutines of tests, run where no other loop runs: Playwright keeps one on the test's own
thread.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread


def run(work: Coroutine):
    """What `asyncio.run` would do, on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@contextmanager
def loop() -> Iterator[Callable[[Coroutine], object]]:
    """A loop that goes on by itself; gives the way to run a coroutine on it and wait for what it
    returns.
    """
    running = asyncio.new_event_loop()
    thread = Thread(target=running.run_forever, daemon=True)
    thread.start()

    def run_there(work: Coroutine):
        return asyncio.run_coroutine_threadsafe(work, running).result()

    try:
        yield run_there
    finally:
        run_there(_end_all())
        running.call_soon_threadsafe(running.stop)
        thread.join()
        running.close()


@contextmanager
def server(answer: Callable[..., Coroutine], host: str, **options) -> Iterator[int]:
    """A TCP server on a loop of its own; gives its port. `answer`: what it does with the two
    streams of a connection, until it is cancelled at the end.
    """
    with loop() as run:
        listening = run(asyncio.start_server(answer, host, 0, **options))
        try:
            yield listening.sockets[0].getsockname()[1]
        finally:
            run(_close(listening))


async def _close(listening: asyncio.Server) -> None:
    listening.close()


async def _end_all() -> None:
    """Ends what still goes on; a loop that is closed over it would complain."""
    going_on = asyncio.all_tasks() - {asyncio.current_task()}
    for task in going_on:
        task.cancel()
    await asyncio.gather(*going_on, return_exceptions=True)
