"""A check-in desk without a browser: it types badges, presses Enter, and says how long each
answer took.
"""

import asyncio

from data.words import catalogue
from tests.bench.tab import Tab, now_ms

ADMITTED = catalogue("vi")["attendance.in"]


class DeskClient(Tab):
    """One desk."""

    page = "attendance"

    def __init__(self, port: int, *, cookie: str) -> None:
        super().__init__(port, cookie=cookie)
        self.badge = ""
        self.answer = asyncio.Event()
        self.answered = 0.0
        self.delays: list[float] = []
        self.admitted: list[str] = []
        self.refusals: list[str] = []

    def hear_words(self, kind: str, words: str, moment: float) -> None:
        if kind == "toast" or not self.badge or self.badge not in words or self.answer.is_set():
            return
        self.answered = moment
        (self.admitted if ADMITTED in words else self.refusals).append(self.badge)
        self.answer.set()

    async def scan(self, badge: str) -> None:
        """Types a badge, presses Enter and waits for the answer that names it."""
        self.badge = badge
        self.answer.clear()
        self.fill("attendance.badge_typed", badge)
        sent = now_ms()
        await self.press("FormSubmitter:attendance.badge-")
        await self.until(self.answer)
        self.delays.append(self.answered - sent)
