"""Tests of jobs/runner.py: a job that fails is repeated, the others go on, and a commit wakes
those whom it concerns.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError

from data.readiness.tasks import confirm_section
from jobs import JOBS, runner
from jobs.runner import Job
from tests import apart
from tests.stage import give, section

WITHIN = 20.0  # seconds
LONG = 600.0  # a pause that no test waits for


class Counted:
    """Work that counts how often it was done, and fails as often as it is asked to."""

    def __init__(self, *failures: Exception, pause: float = 0.01) -> None:
        self.failures, self.pause, self.times = list(failures), pause, 0

    def __call__(self) -> float:
        self.times += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.pause


def run_until(done: Callable[[], bool], *jobs: Job) -> None:
    """Runs jobs until something is so."""

    async def watch() -> None:
        async with runner.running(jobs):
            until = time.monotonic() + WITHIN
            while not done() and time.monotonic() < until:
                await asyncio.sleep(0.005)

    apart.run(watch())
    assert done()


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    monkeypatch.setattr(runner, "RETRY", 0.01)


def unreachable() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("no server"))


def test_a_job_that_fails_is_repeated_and_the_others_go_on(caplog):
    failing, other = Counted(KeyError("a bug"), KeyError("another")), Counted()
    run_until(
        lambda: failing.times >= 4 and other.times >= 4,
        Job("failing", failing),
        Job("other", other),
    )
    messages = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert messages == ["the job failing failed"] * 2


@pytest.mark.parametrize("failure", [unreachable(), TimeoutError()])
def test_a_database_that_does_not_answer_is_a_warning_and_no_more(caplog, failure):
    work = Counted(failure)
    run_until(lambda: work.times >= 2, Job("waiting", work))
    [record] = [one for one in caplog.records if one.name == runner.log.name]
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)
    assert record.getMessage() == "the job waiting waits: the database does not answer"


def test_another_refusal_of_the_database_is_not_said_to_be_its_silence(caplog):
    work = Counted(IntegrityError("INSERT", {}, Exception("unique")))
    run_until(lambda: work.times >= 2, Job("broken", work))
    assert "does not answer" not in caplog.text and "the job broken failed" in caplog.text


def test_a_commit_wakes_the_jobs_of_its_topic_and_no_others(event):
    concerned, other = Counted(pause=LONG), Counted(pause=LONG)

    def confirm() -> None:
        until = time.monotonic() + WITHIN
        while not (concerned.times and other.times) and time.monotonic() < until:
            time.sleep(0.01)  # both have looked once, and wait
        give(confirm_section, by="command", when="D-12 09:00", section_id=section("an_ninh"))

    writer = threading.Thread(target=confirm)
    writer.start()
    run_until(
        lambda: concerned.times >= 2,
        Job("concerned", concerned, frozenset({"readiness"})),
        Job("other", other, frozenset({"media"})),
    )
    writer.join()
    assert (concerned.times, other.times) == (2, 1)


def test_what_is_committed_while_a_job_works_is_seen_by_its_next_look(event):
    """Else the change would wait for the whole pause."""
    times = []

    def work() -> float:
        times.append(1)
        if len(times) == 1:
            give(confirm_section, by="command", when="D-12 09:00", section_id=section("an_ninh"))
        return LONG

    run_until(lambda: len(times) >= 2, Job("busy", work, frozenset({"readiness"})))


def test_the_jobs_have_names_of_their_own():
    assert len({job.name for job in JOBS}) == len(JOBS)
