"""Tests of jobs/escalation.py: it reminds by the event's clock, in a rehearsal as for a real
event, and pauses in between.
"""

from datetime import timedelta

import pytest
from sqlmodel import select

from data.events import loading
from data.events.clock import real_now, record_setting
from data.readiness.tasks import confirm_section
from data.storage import database
from jobs import escalation
from models.readiness.escalation import SilenceReminder
from tests.stage import SMALL, at, current, give, row_counts, section


def set_clock(offset: str, *, speed: float = 0.0) -> None:
    with database.writing() as session:
        values = {
            "event_at": at(offset),
            "speed": speed,
            "resume_speed": 1.0,
            "real": real_now(),
            "by": None,
        }
        record_setting(session, current(), **values)


def confirm(*keys: str, when: str) -> None:
    for key in keys:
        give(confirm_section, by="command", when=when, section_id=section(key))


def called() -> list[tuple[str, str]]:
    with database.reading() as session:
        return [
            (one.level, one.at.isoformat())
            for one in session.exec(select(SilenceReminder).order_by(SilenceReminder.id))
        ]


def test_without_an_event_there_is_nothing_to_do(db):
    assert escalation.remind() == escalation.MAX_PAUSE


def test_it_reminds_by_the_rehearsal_clock_and_looks_again_soon(event):
    confirm("an_ninh", when="D-19 09:00")
    confirm("hau_can", when="D-12 08:00")
    set_clock("D-12 09:30")
    assert escalation.remind() == escalation.MIN_PAUSE
    assert [level for level, _ in called()] == ["lead"]
    changes = row_counts()["change"]
    assert escalation.remind() == escalation.MAX_PAUSE
    assert row_counts()["change"] == changes


@pytest.mark.one_database
@pytest.mark.parametrize(("speed", "pause"), [(0.0, 15.0), (1.0, 15.0), (60.0, 10.0), (600.0, 1.0)])
def test_it_pauses_until_the_next_call_is_due_but_not_for_long(event, speed, pause):
    confirm("an_ninh", when="D-19 09:00")
    confirm("hau_can", when="D-12 08:00")
    set_clock("D-12 08:50", speed=speed)
    assert escalation.remind() == pytest.approx(pause, abs=0.5)
    assert called() == []


def test_a_real_event_is_watched_by_the_real_clock(db):
    database.run(
        loading.load_event, folder=SMALL, rehearsal=False, now=real_now() - timedelta(days=1)
    )
    escalation.remind()  # its days are long over, and no one ever confirmed anything
    assert {level for level, _ in called()} == {"lead"}
