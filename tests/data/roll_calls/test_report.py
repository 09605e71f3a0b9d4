"""Tests of data/roll_calls/report.py: the export of an ended roll-call, and the record of it."""

from data.roll_calls.report import RollCallReport, export_roll_call
from models.roll_calls import Outcome
from tests.data.roll_calls.test_commands import by_itself, call_up, newest_call, reply
from tests.stage import content, give, one_change, refused


def taken(*, by: str = "committee", when: str = "D+1 06:40") -> RollCallReport:
    return give(export_roll_call, by=by, when=when, roll_call_id=newest_call())


def test_an_ended_roll_call_is_taken_as_it_was_frozen_and_that_is_recorded(event):
    call_up("an_ninh", "hau_can")
    reply("an_ninh")
    by_itself()
    with one_change("export_roll_call"):
        report = taken()
    assert report.event.slug == "nho" and report.call.outcome is Outcome.NOT_READY
    assert [one.key for one in report.call.sections] == ["an_ninh", "hau_can"]
    assert "'rows': 2" in str(content("change")) or '"rows": 2' in str(content("change"))


def test_one_that_runs_or_is_unknown_is_refused(event):
    call_up("an_ninh")
    with refused("roll_call_running"):
        taken()
    with refused("roll_call_unknown"):
        give(export_roll_call, by="committee", when="D+1 06:40", roll_call_id=newest_call() + 1)


def test_anyone_who_may_not_take_it_is_refused(event):
    call_up("an_ninh")
    by_itself()
    for key in ("lead.an_ninh", "media", "desk.ban_1"):
        with refused("not_permitted"):
            taken(by=key)
