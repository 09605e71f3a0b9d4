"""The watcher of roll-calls: it ends each at its moment by the event's clock, once, however many
processes watch.
"""

import subprocess
import time
from datetime import timedelta

import pytest
from sqlmodel import select

from data.events.clock import real_now, record_setting
from data.events.current import current_event
from data.roll_calls.commands import open_roll_call
from data.roll_calls.queries import roll_call_outcome
from data.storage import database
from jobs.roll_calls import MAX_PAUSE, end_due
from models.roll_calls import Outcome, RollCallEnd
from tests import stage, warm


def set_clock(offset: str, speed: float) -> None:
    with database.writing() as session:
        event = current_event(session)
        record_setting(
            session,
            event,
            event_at=stage.at(offset),
            speed=speed,
            resume_speed=1.0,
            real=real_now(),
            by=None,
        )


def call_up(about: str = "D+1 06:30") -> int:
    facts = {
        "question": "Mở cửa",
        "about_at": stage.at(about),
        "holds_minutes": 30,
        "section_ids": [],
    }
    return stage.give(open_roll_call, by="committee", when="D+1 06:00", **facts).id


def ends() -> int:
    return stage.row_counts()["rollcallend"]


def test_it_comes_back_when_the_next_one_has_to_end(event):
    set_clock("D+1 06:00", 0.0)
    assert end_due() == MAX_PAUSE
    number = call_up()
    assert end_due() == MAX_PAUSE  # a clock that stands reaches nothing
    set_clock("D+1 06:00", 600.0)
    assert 2.0 < end_due() <= 3.0 and ends() == 0
    set_clock("D+1 06:31", 1.0)
    assert end_due() == 0.0 and end_due() == MAX_PAUSE
    with database.reading() as session:
        found = roll_call_outcome(session, number)
    assert (found.outcome, found.ended_at, found.ended_by) == (
        Outcome.NOT_READY,
        stage.at("D+1 06:30"),
        None,
    )
    assert stage.row_counts()["entry"] == 1


def test_before_an_event_there_is_nothing_to_watch(db):
    assert end_due() == MAX_PAUSE


@pytest.mark.parametrize("processes", [4])
def test_of_several_processes_one_ends_it(event, processes):
    call_up()
    set_clock("D+1 06:31", 1.0)
    database.dispose()
    program = "from jobs.roll_calls import end_due; end_due()"
    running = [warm.start("-c", program, stderr=subprocess.PIPE) for _ in range(processes)]
    errors = [one.communicate(timeout=120)[1] for one in running]
    assert [one.returncode for one in running] == [0] * processes, errors
    assert ends() == 1 and stage.row_counts()["entry"] == 1


@pytest.mark.xdist_group("web")
def test_a_server_ends_it_without_anybody_looking(server):
    """By its own watcher, which hears of the roll-call and of the clock."""
    number = call_up()
    with database.writing() as session:
        event, nearly = current_event(session), stage.at("D+1 06:30") - timedelta(seconds=1)
        record_setting(
            session, event, event_at=nearly, speed=1.0, resume_speed=1.0, real=real_now(), by=None
        )
    until = time.monotonic() + 20
    while not ended(number) and time.monotonic() < until:
        time.sleep(0.2)
    assert ended(number)
    set_clock("D+1 07:00", 0.0)


def ended(number: int) -> bool:
    with database.reading() as session:
        return (
            session.exec(select(RollCallEnd).where(RollCallEnd.roll_call_id == number)).first()
            is not None
        )
