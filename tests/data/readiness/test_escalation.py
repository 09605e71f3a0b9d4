"""Tests of data/readiness/escalation.py: who is reminded when a section is silent, once for each
silence, and who answers.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from data.readiness import escalation
from data.readiness.escalation import acknowledge_silence
from data.readiness.sections import sections_at
from data.readiness.tasks import confirm_section, tasks_at
from data.storage import database
from models.events.event import View
from models.readiness.escalation import EscalationLevel, SilenceReminder
from models.readiness.tasks import Section
from tests.stage import (
    at,
    current,
    give,
    minutes,
    nothing_written,
    one_change,
    refused,
    require_state_equals_facts,
    row_counts,
    section,
)

DAY = 24 * 60


def confirm(key="an_ninh", *, when):
    return give(confirm_section, by="command", when=when, section_id=section(key))


def call(event, when) -> int:
    return escalation.send_due_reminders(at(when) if isinstance(when, str) else when)


def answer(*, by="lead.an_ninh", when, key="an_ninh", **facts):
    return give(acknowledge_silence, by=by, when=when, section_id=section(key), **facts)


def calls(event, when, key="an_ninh", *, past=False) -> list:
    view = View(at(when), past)
    with database.reading() as session:
        sections = sections_at(session, event, view, tasks_at(session, event, view))
        by_section = escalation.reminders_at(session, event, view, sections)
    return [
        (one.level, one.at, one.answered_at, one.office_vi)
        for one in by_section.get(section(key), [])
    ]


@pytest.fixture
def silent(event):
    """Security confirmed eight days ago, the other section just now: the first one falls silent
    at D-12 09:00.
    """
    confirm(when="D-19 09:00")
    confirm("hau_can", when="D-12 08:00")
    return event


def test_lead_deputy_and_command_room_are_called_in_turn(silent):
    assert call(silent, "D-12 08:59") == 0
    with one_change("call_silence"):
        assert call(silent, "D-12 09:00") == 1
    assert call(silent, "D-11 08:59") == 0
    assert call(silent, "D-11 09:00") == 1
    assert call(silent, "D-10 09:00") == 1
    expected = [
        (EscalationLevel.LEAD, at("D-12 09:00")),
        (EscalationLevel.DEPUTY, at("D-11 09:00")),
        (EscalationLevel.COMMAND, at("D-10 09:00")),
    ]
    for past in (False, True):
        assert [one[:2] for one in calls(silent, "D-10 10:00", past=past)] == expected
    assert [one[:2] for one in calls(silent, "D-11 10:00", past=True)] == expected[:2]
    assert calls(silent, "D-10 10:00", "hau_can") == []


def test_each_is_called_once_for_each_silence(silent):
    call(silent, "D-12 09:00")
    with nothing_written():
        assert call(silent, "D-12 09:30") == 0
    confirm(when="D-12 10:00")
    assert calls(silent, "D-12 10:00") == []
    with nothing_written():
        assert call(silent, "D-10 10:00") == 0
    assert call(silent, "D-5 10:00") >= 1
    assert calls(silent, "D-5 10:00")[0][:2] == (EscalationLevel.LEAD, at("D-5 10:00"))
    assert calls(silent, "D-12 09:30", past=True) == [
        (EscalationLevel.LEAD, at("D-12 09:00"), None, "")
    ]


def test_a_second_row_for_the_same_call_is_impossible(silent):
    call(silent, "D-12 09:00")
    with pytest.raises(IntegrityError), database.writing() as session:
        first = session.exec(select(SilenceReminder)).one()
        facts = {"section_id": first.section_id, "since": first.since, "level": first.level}
        session.add(SilenceReminder(event_id=silent.id, at=at("D-11 09:00"), **facts))


def test_of_many_who_look_at_once_one_calls(silent):
    now = at("D-12 09:00")
    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda _: call(silent, now), range(8)))
    assert sorted(answers) == [0] * 7 + [1]
    assert row_counts()["silencereminder"] == 1


def test_no_one_is_reminded_at_night(silent):
    with database.writing() as session:
        same_event = session.merge(current())
        same_event.day_from, same_event.day_to = time(5), time(22)
        session.add(same_event)
    event = current()
    with nothing_written():
        assert call(event, "D-12 23:00") == 0
        assert call(event, "D-11 04:59") == 0
    assert call(event, "D-11 05:00") == 1


def test_a_section_without_a_deputy_calls_the_command_room_after_its_lead(silent):
    for when in ("D-5 08:00", "D-4 08:00", "D-3 08:00"):
        call(silent, when)
    assert [one[0] for one in calls(silent, "D-3 09:00", "hau_can")] == [
        EscalationLevel.LEAD,
        EscalationLevel.COMMAND,
    ]


def test_a_call_is_answered_by_name_and_the_next_one_waits_once_more(silent):
    call(silent, "D-12 09:00")
    with one_change("acknowledge_silence"):
        answer(when="D-12 15:00")
    expected = [
        (EscalationLevel.LEAD, at("D-12 09:00"), at("D-12 15:00"), "Trưởng Tiểu ban An ninh")
    ]
    for past in (False, True):
        assert calls(silent, "D-12 16:00", past=past) == expected
    assert calls(silent, "D-12 14:00", past=True) == [
        (EscalationLevel.LEAD, at("D-12 09:00"), None, "")
    ]
    assert call(silent, "D-11 09:00") == 0
    assert call(silent, "D-11 15:00") == 1


def test_an_answer_given_twice_is_refused_with_who_gave_it(silent):
    call(silent, "D-12 09:00")
    first = answer(when="D-12 10:00", once="same")
    with nothing_written():
        assert answer(when="D-12 10:01", once="same").id == first.id
    with refused("silence_answered", office="Trưởng Tiểu ban An ninh", at=at("D-12 10:00")):
        answer(by="deputy.an_ninh", when="D-12 10:02")


def test_what_no_one_was_reminded_of_cannot_be_acknowledged(silent):
    with refused("silence_not_called"):
        answer(when="D-12 09:30")
    call(silent, "D-12 09:30")
    confirm(when="D-12 09:40")
    with refused("silence_not_called"):
        answer(when="D-12 09:45")
    with refused("section_unknown", section=4711):
        give(acknowledge_silence, by="admin", when="D-12 09:45", section_id=4711)


def test_who_may_not_speak_for_a_section_may_not_answer_for_it(silent):
    call(silent, "D-12 09:00")
    for key in ("lead.hau_can", "committee", "media", "desk.ban_1"):
        with refused("not_permitted"):
            answer(by=key, when="D-12 09:30")


def test_who_is_reminded_first_is_shown_before_it_is_due(silent):
    with database.reading() as session:
        first, *_ = escalation.due_reminders(session, silent, View(at("D-12 08:30")))
    assert (first.section.key, first.level, first.at) == (
        "an_ninh",
        EscalationLevel.LEAD,
        at("D-12 09:00"),
    )


STEPS = st.lists(
    st.tuples(st.sampled_from(["call", "confirm", "answer"]), st.integers(1, 9 * DAY)),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=10)
@given(STEPS)
def test_a_board_as_at_a_past_moment_shows_the_same_calls_whatever_happens_later(silent, steps):
    call(silent, "D-12 09:00")
    now, before = at("D-12 10:00"), calls(silent, "D-12 09:30", past=True)
    for kind, later in steps:
        now += minutes(later)
        if kind == "confirm":
            confirm(when=now)
        elif kind == "call":
            call(silent, now)
        elif calls_now := [one for one in _open(silent, now) if one.answered_at is None]:
            assert calls_now
            answer(by="admin", when=now)
    assert calls(silent, "D-12 09:30", past=True) == before
    require_state_equals_facts(now + minutes(90 * DAY))


def _open(event, now) -> list:
    with database.reading() as session:
        sections = sections_at(session, event, View(now), tasks_at(session, event, View(now)))
        return escalation.reminders_at(session, event, View(now), sections).get(
            section("an_ninh"), []
        )[-1:]


# --- one section's failure -----------------------------------------------------------------------

REFUSE = {
    "sqlite": [
        "CREATE TRIGGER refuse BEFORE INSERT ON silencereminder WHEN NEW.section_id = {section}"
        " BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON silencereminder FOR EACH ROW"
        " WHEN (NEW.section_id = {section}) EXECUTE FUNCTION refuse()",
    ],
}


def test_where_one_sections_reminder_fails_the_others_are_reminded(event, caplog):
    confirm(when="D-19 09:00")
    confirm("hau_can", when="D-19 09:00")
    with database.writing() as session:
        for statement in REFUSE[session.get_bind().dialect.name]:
            session.execute(text(statement.format(section=section("an_ninh"))))
    assert call(event, "D-12 09:30") == 1
    assert calls(event, "D-12 09:30", "an_ninh") == []
    assert [one[0] for one in calls(event, "D-12 09:30", "hau_can")] == [EscalationLevel.LEAD]
    [failure] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert failure.getMessage() == "the reminder of section an_ninh failed"
    assert "broken on purpose" in str(failure.exc_info[1])
    assert "does not answer" not in caplog.text


@pytest.mark.parametrize("when", ["D+2 00:30", "D+2 01:30", "D+2 02:30"])
def test_a_longer_cadence_after_the_last_day_reminds_each_level_once(event, when):
    """Cadences of 12, 6 and 2 hours: two definitions of silence reminded a lead again and again."""
    hours = {"cadence_before_hours": 12, "cadence_near_hours": 6, "cadence_day_hours": 2}
    with database.writing() as session:
        session.execute(update(Section).values(**hours))
    confirm(when="D+1 16:00")
    confirm("hau_can", when="D+1 16:00")
    call(event, "D+1 18:00")
    before = row_counts()["silencereminder"]
    for _ in range(2):
        call(event, when)
    assert row_counts()["silencereminder"] == before
    view = View(at(when))
    with database.reading() as session:
        for one in sections_at(session, event, view, tasks_at(session, event, view)):
            assert one.silent == (one.silent_at <= view.moment)
