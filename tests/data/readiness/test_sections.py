"""Tests of data/readiness/sections.py: sections at a moment, from reports, the log and
confirmations.
"""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.incidents import open_entry, update_entry
from data.readiness import sections as readiness_sections
from data.readiness.tasks import confirm_section, report_status, set_headline, tasks_at
from data.storage import database
from models.events.event import View
from models.readiness.sections import Concern
from models.readiness.tasks import Level, TaskSnapshot
from tests.stage import at, entry, give, minutes, require_state_equals_facts, section, task


def report(number, status, note="vì sao", *, when="D-12 09:00"):
    return give(
        report_status, by="command", when=when, task_id=task(number), status=status, note=note
    )


def confirm(key="an_ninh", *, when="D-12 10:00"):
    return give(confirm_section, by="command", when=when, section_id=section(key))


def sections(event, when, *, past=False):
    view = View(at(when), past)
    with database.reading() as session:
        snapshots = readiness_sections.sections_at(
            session, event, view, tasks_at(session, event, view)
        )
    return {one.key: one for one in snapshots}


def facts(one) -> list[tuple]:
    return [(reason.concern, reason.level, reason.number) for reason in one.reasons]


@pytest.mark.parametrize("past", [False, True])
def test_an_open_entry_speaks_against_its_section_until_it_is_closed(event, past):
    report(1, "on_track")
    asked = {"section_id": section("an_ninh"), "priority": 1, "text": "Ùn tắc cổng chính"}
    give(open_entry, by="command", when="D-12 10:00", **asked)
    stands = sections(event, "D-12 10:01", past=past)["an_ninh"]
    assert (stands.declared, stands.level, stands.differs) == (Level.ON_TRACK, Level.RED, True)
    assert facts(stands) == [(Concern.ENTRY, Level.RED, 1)]
    give(update_entry, by="command", when="D-12 11:00", entry_id=entry(1), status="closed", text="")
    assert sections(event, "D-12 11:01", past=past)["an_ninh"].level is Level.ON_TRACK
    assert sections(event, "D-12 10:30", past=True)["an_ninh"].level is Level.RED


def test_a_task_declared_done_before_what_it_needs_is_shown(event):
    report(2, "done")
    report(4, "done")
    stands = sections(event, "D-12 09:01")
    assert [(one.number, one.needs) for one in stands["an_ninh"].blockers] == [(2, (1,))]
    assert [(one.number, one.needs) for one in stands["hau_can"].blockers] == [(4, (1, 3))]


@pytest.mark.parametrize("past", [False, True])
def test_no_change_renews_the_critical_tasks_and_a_headline_or_another_report_does_not(event, past):
    report(3, "on_track", when="D-20 09:00")
    report(4, "on_track", when="D-14 09:00")
    give(
        set_headline, by="command", when="D-13 09:00", section_id=section("hau_can"), headline="Ổn"
    )
    stands = sections(event, "D-12 09:00", past=past)["hau_can"]
    assert (stands.silent, stands.fresh, stands.asked, stands.silent_owner) == (
        True,
        0,
        1,
        "Văn phòng",
    )
    assert facts(stands) == [
        (Concern.PREREQUISITE, Level.AT_RISK, 4),
        (Concern.STALE, Level.SILENT, 3),
    ] or facts(stands) == [(Concern.STALE, Level.SILENT, 3)]
    confirm("hau_can", when="D-12 10:00")
    stands = sections(event, "D-12 10:00", past=past)["hau_can"]
    assert (stands.silent, stands.fresh, stands.asked) == (False, 1, 1)
    assert sections(event, "D-12 09:00", past=True)["hau_can"].silent


COMMANDS = st.one_of(
    st.tuples(
        st.just("report"),
        st.integers(1, 5),
        st.sampled_from(["on_track", "at_risk", "blocked", "done", "not_started"]),
    ),
    st.tuples(st.just("confirm"), st.sampled_from(["an_ninh", "hau_can"]), st.none()),
    st.tuples(st.just("headline"), st.sampled_from(["an_ninh", "hau_can"]), st.none()),
    st.tuples(st.just("entry"), st.sampled_from(["an_ninh", "hau_can"]), st.integers(1, 4)),
)


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(COMMANDS, min_size=1, max_size=8))
def test_a_board_as_at_a_past_moment_is_the_same_whatever_is_recorded_later(event, commands):
    then, hour = "D-5 09:00", 9
    before = sections(event, then, past=True)
    for kind, what, more in commands:
        hour += 1
        when = at("D-5 00:00") + minutes(60 * hour)
        match kind:
            case "report":
                give(
                    report_status,
                    by="command",
                    when=when,
                    task_id=task(what),
                    status=more,
                    note="vì sao",
                )
            case "confirm":
                give(confirm_section, by="command", when=when, section_id=section(what))
            case "headline":
                give(
                    set_headline, by="command", when=when, section_id=section(what), headline="Tin"
                )
            case "entry":
                give(
                    open_entry,
                    by="command",
                    when=when,
                    section_id=section(what),
                    priority=more,
                    text="Việc",
                )
    assert sections(event, then, past=True) == before
    require_state_equals_facts(at("D-4 12:00"))  # behind the facts of the earlier examples too


def test_how_a_task_stands_has_a_value_for_every_field(event):
    """It is made past its class's own constructor, which would have refused to leave one out."""
    for past in (False, True):
        with database.reading() as session:
            for one in tasks_at(session, event, View(at("D-5 09:00"), past)):
                assert one == TaskSnapshot(**vars(one))
                assert set(vars(one)) == {known.name for known in fields(TaskSnapshot)}
