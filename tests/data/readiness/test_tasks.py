"""Tests of data/readiness/tasks.py: reports, confirmations, headlines, and the status of sections
at a moment.
"""

import pytest

from data.events import loading
from data.readiness import sections as readiness_sections
from data.readiness import tasks as readiness_tasks
from data.readiness.tasks import confirm_section, report_status, set_headline
from data.storage import database
from models.events.event import View
from models.readiness.tasks import Level, Status
from tests.stage import (
    REAL,
    SMALL,
    at,
    give,
    minutes,
    nothing_written,
    one_change,
    person,
    refused,
    row_counts,
    section,
    task,
)


def report(number=1, status="on_track", note="", *, by="lead.an_ninh", when="D-12 09:00", **facts):
    return give(
        report_status, by=by, when=when, task_id=task(number), status=status, note=note, **facts
    )


def confirm(key="an_ninh", *, by="lead.an_ninh", when="D-12 10:00", **facts):
    return give(confirm_section, by=by, when=when, section_id=section(key), **facts)


def headline(words="Đã sẵn sàng", *, key="an_ninh", by="lead.an_ninh", when="D-12 11:00", **facts):
    return give(set_headline, by=by, when=when, section_id=section(key), headline=words, **facts)


def tasks(event, when, *, past=False):
    with database.reading() as session:
        return {
            one.number: one
            for one in readiness_tasks.tasks_at(session, event, View(at(when), past))
        }


def sections(event, when, *, past=False):
    view = View(at(when), past)
    with database.reading() as session:
        snapshots = readiness_sections.sections_at(
            session, event, view, readiness_tasks.tasks_at(session, event, view)
        )
    return {one.key: one for one in snapshots}


# --- writes ---------------------------------------------------------------------------------------


def test_a_report_is_recorded_and_changes_how_the_task_stands(event):
    with one_change("report_status"):
        fact = report(1, "blocked", " chờ  duyệt ")
    assert (fact.status, fact.note, fact.at) == ("blocked", "chờ duyệt", at("D-12 09:00"))
    stands = tasks(event, "D-12 09:01")[1]
    assert (stands.status, stands.note, stands.level) == (Status.BLOCKED, "chờ duyệt", Level.RED)
    assert stands.reported_at == at("D-12 09:00")


def test_a_confirmation_is_recorded_and_renews_the_section(event):
    with one_change("confirm_section"):
        confirm()
    assert sections(event, "D-12 10:01")["an_ninh"].confirmed_at == at("D-12 10:00")
    assert sections(event, "D-12 10:01")["hau_can"].confirmed_at is None


def test_a_headline_is_recorded_and_shown_and_renews_the_section_too(event):
    with one_change("set_headline"):
        headline("  Chốt  phương án ")
    stands = sections(event, "D-12 11:01")["an_ninh"]
    assert (stands.headline, stands.confirmed_at) == ("Chốt phương án", at("D-12 11:00"))
    confirm(when="D-12 12:00")
    assert sections(event, "D-12 12:01")["an_ninh"].headline == "Chốt phương án"


@pytest.mark.parametrize("command", [report, confirm, headline])
def test_a_repeated_idempotency_key_returns_the_first_answer_and_writes_nothing(event, command):
    first = command(once="same")
    with nothing_written():
        again = command(once="same")
    assert again.model_dump() == first.model_dump()


def test_a_double_tap_with_another_status_still_returns_the_first_answer(event):
    first = report(1, "on_track", once="same")
    with nothing_written():
        assert report(1, "done", once="same", when="D-12 09:05").id == first.id


@pytest.mark.one_database
@pytest.mark.parametrize("command", [report, confirm, headline])
def test_who_may_not_speak_for_a_section_is_refused(event, command):
    for key in ("lead.hau_can", "committee", "media", "desk.ban_1"):
        with refused("not_permitted"):
            command(by=key)
    with refused("sign_in_needed"):
        command(by=None)


@pytest.mark.one_database
@pytest.mark.parametrize("key", ["admin", "command", "lead.an_ninh", "deputy.an_ninh"])
def test_who_may_speak_for_a_section_is_heard(event, key):
    report(by=key)
    confirm(by=key)
    headline(by=key)


def test_a_report_that_breaks_a_rule_is_refused(event):
    with refused("status_unknown", status="fine"):
        report(1, "fine")
    for status in ("at_risk", "off_track", "blocked"):
        with refused("note_needed", status=status):
            report(1, status, " \u200b")
    with refused("note_too_long", length=301, limit=300):
        report(1, "blocked", "x" * 301)
    with refused("headline_needed"):
        headline(" ")
    with refused("headline_too_long", length=91, limit=90):
        headline("x" * 91)


def test_what_does_not_exist_or_belongs_to_an_earlier_run_is_refused(event):
    old_task, old_section = task(1), section("an_ninh")
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    for number in (old_task, 4711):
        with refused("task_unknown", task=number):
            give(
                report_status, by="admin", when="D-12 09:00", task_id=number, status="done", note=""
            )
    for number in (old_section, 4711):
        with refused("section_unknown", section=number):
            give(confirm_section, by="admin", when="D-12 09:00", section_id=number)
        with refused("section_unknown", section=number):
            give(set_headline, by="admin", when="D-12 09:00", section_id=number, headline="x")


def test_a_report_that_another_has_overtaken_is_refused_with_both(event):
    first = report(1, "on_track")
    theirs = report(1, "at_risk", "Thiếu xe", by="deputy.an_ninh", when="D-12 09:30")
    facts = {
        "status": "done",
        "theirs": "at_risk",
        "theirs_note": "Thiếu xe",
        "number": 1,
        "report": theirs.id,
    }
    with refused(
        "report_overtaken", **facts, by=person("deputy.an_ninh").name_vi, at=at("D-12 09:30")
    ):
        report(1, "done", when="D-12 09:31", seen=first.id)
    with refused("report_overtaken", mine_note="Mưa"):
        report(1, "blocked", " Mưa ", when="D-12 09:31", seen=0)
    report(1, "done", when="D-12 09:32", seen=theirs.id)
    assert tasks(event, "D-12 09:33")[1].status is Status.DONE


def test_what_one_reported_oneself_overtakes_no_one(event):
    first = report(1, "on_track")
    report(1, "at_risk", "Thiếu xe", when="D-12 09:30")
    report(1, "done", when="D-12 09:31", seen=first.id)
    report(2, "on_track", seen=0)


# --- reads ----------------------------------------------------------------------------------------


def test_every_task_of_a_fresh_event_has_not_been_started(event):
    stands = tasks(event, "D-20 00:00")
    assert [one.status for one in stands.values()] == [Status.NOT_STARTED] * 5
    assert [one.key for one in sections(event, "D-20 00:00").values()] == ["an_ninh", "hau_can"]
    assert {one.level for one in sections(event, "D-20 00:00").values()} == {Level.NOT_STARTED}


def test_a_task_falls_overdue_by_the_clock_alone(event):
    report(1, "on_track")
    assert tasks(event, "D-10 16:59:59")[1].level is Level.ON_TRACK
    assert tasks(event, "D-10 17:00")[1].level is Level.RED
    assert tasks(event, "D-3 17:00")[2].level is Level.AT_RISK  # not critical


def test_a_section_counts_its_tasks_and_shows_the_worst(event):
    report(1, "done", by="command")
    report(3, "at_risk", "Trùng lịch", by="command")
    report(4, "blocked", "Chờ hội trường", by="command", when="D-12 09:30")
    stands = sections(event, "D-11 00:00")
    assert (stands["hau_can"].level, stands["hau_can"].done, stands["hau_can"].total) == (
        Level.AT_RISK,
        0,
        3,
    )
    assert (stands["hau_can"].late, stands["hau_can"].at_risk) == (1, 1)
    assert (stands["an_ninh"].level, stands["an_ninh"].done, stands["an_ninh"].total) == (
        Level.READY,
        1,
        2,
    )


@pytest.mark.parametrize(
    ("confirmed", "silent_from"), [("D-12 10:00", "D-5 10:00"), ("D-2 10:00", "D-1 10:00")]
)
def test_a_section_that_does_not_confirm_in_time_falls_silent(event, confirmed, silent_from):
    confirm(when=confirmed)
    before = sections(event, silent_from)["an_ninh"].silent_at - minutes(0.001)
    assert sections(event, silent_from)["an_ninh"].silent
    with database.reading() as session:
        view = View(before)
        then = readiness_sections.sections_at(session, event, view, [])[0]
    assert not then.silent
    assert then.silent_at == at(silent_from)


def test_a_report_of_a_task_is_a_confirmation_of_its_section(event):
    confirm(when="D-12 10:00")
    report(2, "done", when="D-6 10:00")
    for past in (False, True):
        assert sections(event, "D-5 10:00", past=past)["an_ninh"].confirmed_at == at("D-6 10:00")


def test_a_past_moment_shows_what_was_known_then(event):
    report(1, "blocked", "chờ", when="D-12 09:00")
    report(1, "done", when="D-11 09:00")
    headline("Cũ", when="D-12 10:00")
    headline("Mới", when="D-11 10:00")
    assert tasks(event, "D-12 08:59", past=True)[1].status is Status.NOT_STARTED
    assert tasks(event, "D-12 09:00", past=True)[1].status is Status.BLOCKED
    assert tasks(event, "D-11 09:00", past=True)[1].status is Status.DONE
    assert [
        sections(event, when, past=True)["an_ninh"].headline
        for when in ("D-12 09:30", "D-11 09:59", "D-11 10:00")
    ] == [
        "",
        "Cũ",
        "Mới",
    ]


def test_a_report_that_arrives_late_does_not_undo_a_newer_one(event):
    """Two phones whose taps arrive in the other order: the later moment counts, in the
    current state as in the log.
    """
    report(1, "done", when="D-11 09:00")
    report(1, "at_risk", "cũ", when="D-11 08:59")
    headline("Mới", when="D-11 10:00")
    headline("Cũ", when="D-11 09:59")
    for past in (False, True):
        assert tasks(event, "D-11 12:00", past=past)[1].status is Status.DONE
        assert sections(event, "D-11 12:00", past=past)["an_ninh"].headline == "Mới"
        assert sections(event, "D-11 12:00", past=past)["an_ninh"].confirmed_at == at("D-11 10:00")


def test_what_needs_what(event):
    with database.reading() as session:
        needs = readiness_tasks.prerequisites(session, event, View(at("D-12 09:00")))
    assert needs == {
        task(2): [task(1)],
        task(4): [task(3), task(1)],
        task(5): [task(4)],
    } or needs == {
        task(2): [task(1)],
        task(4): [task(1), task(3)],
        task(5): [task(4)],
    }


def test_the_reports_until_a_moment_come_oldest_first(event):
    report(1, "on_track", when="D-12 09:00")
    report(1, "done", when="D-11 09:00")
    report(2, "on_track", when="D-11 08:00")
    with database.reading() as session:
        reports = readiness_tasks.reports_until(session, event, at("D-11 08:30"))
    assert reports == [
        (task(1), "on_track", at("D-12 09:00")),
        (task(2), "on_track", at("D-11 08:00")),
    ]


def test_another_run_does_not_mix_in(event):
    report(1, "done")
    confirm()
    later = database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    for past in (False, True):
        assert {one.status for one in tasks(later, "D+1 00:00", past=past).values()} == {
            Status.NOT_STARTED
        }
        assert {one.confirmed_at for one in sections(later, "D+1 00:00", past=past).values()} == {
            None
        }
        assert tasks(event, "D+1 00:00", past=past)[1].status is Status.DONE
    assert row_counts()["taskreport"] == 1
