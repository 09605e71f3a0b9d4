"""Tests of data/events: the current event and its clock."""

from datetime import timedelta

import pytest

from data import commands
from data.commands import Origin
from data.events import loading
from data.events.clock import clock_of, event_now, real_now, record_setting
from data.events.current import current_event, require_event
from data.rehearsal.clock import pause_clock, run_clock
from data.storage import database
from models.events.event import SPEEDS
from models.refusals import Refusal
from tests.stage import REAL, SMALL, at, current, minutes, one_change, person, refused

HOUR = timedelta(hours=1)


def set_clock(event_at, speed=1.0) -> None:
    with database.writing() as session:
        record_setting(
            session,
            current(),
            event_at=event_at,
            speed=speed,
            resume_speed=speed,
            real=REAL,
            by=None,
        )


def clock():
    with database.reading() as session:
        return clock_of(session, current())


def pause(real, by="command"):
    commands.run(Origin(person(by) if by else None, real=real), pause_clock)


def run(speed, real, by="command"):
    commands.run(Origin(person(by) if by else None, real=real), run_clock, speed=speed)


def test_before_an_event_is_loaded_there_is_none(db):
    with database.reading() as session:
        assert current_event(session) is None
        with pytest.raises(Refusal, match="no_event"):
            require_event(session)


def test_the_newest_event_is_the_current_one(event):
    later = database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    assert (current().id, current().run, current().rehearsal) == (later.id, 2, False)


def test_a_real_event_shows_real_time(db):
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    with database.reading() as session:
        assert abs(event_now(session, current()) - real_now()) < timedelta(seconds=5)


def test_the_clock_of_a_real_event_reads_alike_each_time(db):
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    assert clock() == clock()
    assert clock().shows(REAL + HOUR) == REAL + HOUR


def test_the_clock_pauses_and_goes_on_from_where_it_was(event):
    set_clock(at("D+1 07:00"), speed=5.0)
    with one_change("set_clock"):
        pause(REAL + HOUR)
    assert clock().paused
    assert clock().shows(REAL + 9 * HOUR) == at("D+1 12:00")
    assert clock().resume_speed == 5.0
    pause(REAL + 2 * HOUR)
    assert clock().resume_speed == 5.0  # a second pause does not forget it
    with one_change("set_clock"):
        run(1.0, REAL + 10 * HOUR)
    assert clock().shows(REAL + 11 * HOUR) == at("D+1 13:00")


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_clock_changes_its_speed_without_a_leap(event, speed):
    set_clock(at("D+1 07:00"), speed=20.0)
    run(speed, REAL + minutes(1))
    assert clock().shows(REAL + minutes(1)) == at("D+1 07:20")
    assert clock().shows(REAL + minutes(2)) == at("D+1 07:20") + speed * minutes(1)


def test_who_may_not_set_the_clock_is_refused(event):
    set_clock(at("D+1 07:00"))
    for key in ("committee", "media", "lead.an_ninh", "deputy.an_ninh", "desk.ban_1"):
        with refused("not_permitted"):
            pause(REAL, by=key)
        with refused("not_permitted"):
            run(1.0, REAL, by=key)
    with refused("sign_in_needed"):
        pause(REAL, by=None)
    with refused("speed_unknown", value=7.0):
        run(7.0, REAL)


def test_a_real_event_refuses_every_command_of_the_clock(event):
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    with refused("not_a_rehearsal"):
        pause(REAL)
    with refused("not_a_rehearsal"):
        run(1.0, REAL)


def test_each_event_has_its_own_clock(event):
    set_clock(at("D+1 07:00"), speed=0.0)
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    assert not clock().paused
