"""What a browser sends before it has drawn the newest run: it taps once, and takes back nothing
that others reported.

Without a browser, as the bench's clients do it: a test decides itself which controls a message
carries.
"""

import asyncio
from copy import deepcopy

from sqlalchemy import text

from data.readiness.tasks import report_status
from data.storage import database
from tests import apart, stage
from tests.bench.phone_client import PhoneClient

BEFORE, NOW = "D+1 06:50", "D+1 07:00"  # a control is new with every report, by its moment


class PhoneOfOldSight(PhoneClient):
    """A telephone that does not follow the feed, and can send the controls that it once showed."""

    async def _wake(self) -> None:
        pass

    def shows(self) -> dict:
        return deepcopy(self.states)

    async def draw_anew(self) -> None:
        await self._rerun(self.widget("live.readiness.incidents.reviews"))
        await self.until(self.finished)

    async def confirm(self, *, with_controls: dict) -> None:
        """Presses "no change" with what it showed before."""
        self.states = with_controls | self.states
        await self.tap(0)


def reports(task: int) -> list[str]:
    with database.reading() as session:
        query = text("SELECT status FROM taskreport WHERE task_id = :task ORDER BY id")
        return [status for (status,) in session.execute(query, {"task": task})]


def confirmations() -> int:
    with database.reading() as session:
        return session.execute(text("SELECT count(*) FROM sectionreport")).scalar_one()


def report(task: int, status: str, when: str) -> None:
    stage.give(report_status, by="lead.an_ninh", when=when, task_id=task, status=status, note="")


def with_phone(server, task: int, act) -> None:
    async def run() -> None:
        cookie = f"san_sang={server.sign_in('deputy.an_ninh')}"
        phone = PhoneOfOldSight(
            server.port, cookie=cookie, section=stage.section("an_ninh"), task=task
        )
        await phone.enter()
        try:
            await act(phone)
        finally:
            await phone.leave()

    apart.run(run())


def test_a_control_that_was_replaced_does_not_take_back_what_another_reported(server):
    task = stage.task(1)
    earlier = len(reports(task))  # other tests share the server
    report(task, "done", BEFORE)
    confirmed = confirmations()

    async def act(phone: PhoneOfOldSight) -> None:
        old = phone.shows()
        await asyncio.to_thread(report, task, "on_track", NOW)
        await (
            phone.draw_anew()
        )  # at the server; the message that is under way still carries what was shown
        await phone.confirm(with_controls=old)

    with_phone(server, task, act)
    assert reports(task)[earlier:] == ["done", "on_track"]
    assert confirmations() == confirmed + 1


def test_a_tap_that_is_sent_again_with_another_is_recorded_once(server):
    task = stage.task(2)
    earlier = len(reports(task))  # other tests share the server
    report(task, "done", BEFORE)
    confirmed = confirmations()

    async def act(phone: PhoneOfOldSight) -> None:
        await phone.choose(phone.choices, "Đúng tiến độ")
        old = phone.shows()
        await phone.until(phone.finished)
        await phone.confirm(with_controls=old)

    with_phone(server, task, act)
    assert reports(task)[earlier:] == ["done", "on_track"]
    assert confirmations() == confirmed + 1


def test_a_tap_on_a_control_that_was_replaced_does_not_overwrite_what_another_reported(server):
    task = stage.task(1)
    earlier = len(reports(task))  # other tests share the server
    report(task, "done", "D+1 07:01")
    confirmed = confirmations()

    async def act(phone: PhoneOfOldSight) -> None:
        old, control = phone.shows(), phone.widget(phone.choices)
        await asyncio.to_thread(report, task, "on_track", "D+1 07:02")
        await phone.draw_anew()
        old[control].string_array_value.data[:] = ["Đúng tiến độ"]
        await phone.confirm(with_controls=old)

    with_phone(server, task, act)
    assert reports(task)[earlier:] == ["done", "on_track"]
    assert confirmations() == confirmed + 1
