"""Tests of data/readiness/burn_up.py: since when a task is done, how late it was by the plan of
then, and the past.
"""

from datetime import timedelta

from data.readiness.burn_up import burn_up_at
from data.readiness.tasks import report_status
from data.storage import database
from models.events.event import View
from tests.data.plan.test_commands import edit, move
from tests.stage import at, current, give, task


def burn_up(when: str, *, past: bool = False):
    with database.reading() as session:
        return burn_up_at(session, current(), View(at(when), past))


def report(number: int, status: str, when: str) -> None:
    give(report_status, by="command", when=when, task_id=task(number), status=status, note="")


def lateness(found) -> list:
    return [work.lateness for work in found.works if work.done_at]


def test_a_task_is_done_since_the_first_word_of_it_after_anything_else(event):
    report(1, "done", "D-12 09:00")
    report(1, "on_track", "D-11 09:00")
    report(1, "done", "D-10 18:00")
    report(1, "done", "D-9 09:00")
    found = burn_up("D-8 09:00")
    assert [work.done_at for work in found.works if work.done_at] == [at("D-10 18:00")]
    assert lateness(found) == [timedelta(hours=1)]
    assert (found.total, found.done, found.planned) == (5, 1, 1)


def test_how_late_it_was_is_measured_by_the_plan_that_counted_then(event):
    report(1, "done", "D-10 18:00")
    report(2, "done", "D-10 18:00")
    edit(2, due="D-1 17:00", when="D-9 08:00")
    before = burn_up("D-9 09:00")
    moment = at("D-9 09:30")
    move(14, when=moment)
    assert (
        lateness(burn_up("D-23 09:31"))
        == lateness(before)
        == [timedelta(hours=1), timedelta(days=-7, hours=1)]
    )


def test_a_past_moment_has_the_burn_up_of_then(event):
    report(1, "done", "D-12 09:00")
    before = burn_up("D-11 09:00", past=True)
    report(2, "done", "D-10 09:00")
    edit(1, due="D+1 17:00", when="D-10 10:00")
    assert burn_up("D-11 09:00", past=True) == before
    assert burn_up("D-9 09:00").done == 2
