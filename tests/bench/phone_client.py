"""A section lead's telephone without a browser: it taps, and says when each tap was sent and
answered.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from data.words import catalogue
from models.readiness.tasks import Status
from tests.bench.tab import PATIENCE, Tab, now_ms

SAY = catalogue("vi")
RECORDED = tuple(SAY[key].partition("{")[0] for key in ("update.saved", "update.confirmed"))
TROUBLE, FINE = (Status.AT_RISK, Status.OFF_TRACK), (Status.ON_TRACK, Status.DONE)


@dataclass
class Tap:
    """One tap: what it should have recorded, and when it was sent and answered, in ms since
    1970.
    """

    subject: str  # "section" or "task"
    subject_id: int
    sent: float
    answered: float = 0.0


class PhoneClient(Tab):
    """One telephone, which taps "no change", statuses of one task, and now and then a status
    with a note; one without a task of its own only "no change".
    """

    page = "update"

    def __init__(self, port: int, *, cookie: str, section: int, task: int | None) -> None:
        super().__init__(port, cookie=cookie)
        self.section = section
        self.task = task
        self.taps: list[Tap] = []
        self.refusals: list[str] = []
        self.answered = asyncio.Event()

    @property
    def choices(self) -> str:
        """The beginning of the key of the task's row of choices."""
        return f"update.status.{self.task}."

    def hear_words(self, kind: str, words: str, moment: float) -> None:
        if kind == "error" and self.taps and not self.taps[-1].answered:
            self.refusals.append(words)
            self.answered.set()
        if (
            kind == "toast"
            and words.startswith(RECORDED)
            and self.taps
            and not self.taps[-1].answered
        ):
            self.taps[-1].answered = moment
            self.answered.set()

    async def tap(self, turn: int) -> None:
        """Six of ten taps are "no change", three a status, one a status with a note; returns
        when it was answered.
        """
        self.answered.clear()
        match turn % 10 if self.task else 0:
            case 3 | 6 | 8:
                await self._status()
            case 9:
                await self._note(f"Ghi chú lần {turn} của việc {self.task}")
            case _:
                self.taps.append(Tap("section", self.section, now_ms()))
                await self.press("update.no_change")
        await self.until(self.answered)

    async def _find(self) -> None:
        """A task that does not matter now lies folded away, until a person opens that; then it
        stays open. One that is done is opened again.
        """
        reopen, pause = f"update.reopen.{self.task}", 0.2
        async with asyncio.timeout(PATIENCE):
            while not self.is_shown(self.choices):
                if self.is_shown(reopen):
                    await self.press(reopen)
                    await self.until(self.finished)
                else:
                    await self._unfold()
                # The end may have been that of another run; to ask again ends the one asked for.
                await asyncio.sleep(pause)
                pause *= 2

    async def _unfold(self) -> None:
        for fold in ("update.rest", "update.done_tasks"):
            if not self.is_shown(self.choices) and self.is_shown(fold):
                await self.unfold(fold)

    async def _status(self) -> None:
        await self._find()
        other = self._other(FINE)
        self.taps.append(Tap("task", self.task, now_ms()))
        await self.choose(self.choices, other)

    def _other(self, statuses: tuple[Status, ...]) -> str:
        """One that is not chosen yet: a second tap on a choice would take it back."""
        shown = self.states[self.widget(self.choices)].string_array_value.data
        return next(
            words for status in statuses if (words := SAY[f"status.{status.value}"]) not in shown
        )

    async def _note(self, words: str) -> None:
        """A trouble asks for a note first; the tap that counts is the one that saves it."""
        await self._find()
        await self.choose(self.choices, self._other(TROUBLE))
        save = f"update.save.{self.task}"
        await self._until_shown(
            lambda: self.is_shown(save)
        )  # drawn after the field: what is sent before may stop its run
        self.fill(f"update.note.{self.task}", words)
        await self.send_field(f"update.note.{self.task}")
        await self.until(self.finished)
        self.taps.append(Tap("task", self.task, now_ms()))
        await self.press(f"update.save.{self.task}")

    async def _until_shown(self, shown: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not shown():
                await asyncio.sleep(0.02)
