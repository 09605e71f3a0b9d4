"""Ask the database with a timeout: a hung one holds up one thread, however many ask."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

TIMEOUT = 2.0  # seconds

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """A repeated read. While one is under way, everyone who asks waits for that one."""

    def __init__(self, read: Callable[[], Answer]) -> None:
        self.read = read
        self.asked: Future[Answer | None] | None = None

    async def answer(self) -> Answer | None:
        """None where the database does not answer in time, or not at all."""
        if self.asked is None or self.asked.done():
            self.asked = Future()
            threading.Thread(
                target=self._ask, args=[self.asked], name="question", daemon=True
            ).start()
        try:
            return await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(self.asked)), timeout=TIMEOUT
            )
        except TimeoutError:
            return None

    def _ask(self, asked: Future[Answer | None]) -> None:
        answer = None
        try:
            answer = self.read()
        except SQLAlchemyError as failure:
            log.warning("the database could not be read (%s)", type(failure).__name__)
        finally:
            asked.set_result(answer)
