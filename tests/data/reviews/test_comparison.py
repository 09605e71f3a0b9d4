"""Tests of comparison, text and history of data/reviews: the differences of two moments."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from data import incidents, media
from data.attendance import commands
from data.readiness import tasks
from data.reviews.comparison import compare
from data.reviews.directives import give_directive
from data.reviews.history import history_of
from data.reviews.text import parts_of
from data.storage import database
from data.words import LANGUAGES, Words
from models.events.event import View
from models.reviews.reviews import ORDER, Part
from tests.stage import VAN, at, current, give, item, section, task
from tests.stage import media as media_id

VINH = ZoneInfo("Asia/Ho_Chi_Minh")


def compared(since: str | None, moment: str, *, past: bool = False):
    with database.reading() as session:
        return compare(session, current(), at(since) if since else None, View(at(moment), past))


def report(number: int, status: str, when: str, note: str = "") -> None:
    give(
        tasks.report_status, by="command", when=when, task_id=task(number), status=status, note=note
    )


def turns(found, part: Part) -> list[int]:
    return [turn.task.number for turn in found.turns if turn.part is part]


def test_each_changed_task_is_named_once_and_worst_first(event):
    report(1, "on_track", "D-12 08:00")
    report(2, "at_risk", "D-12 08:00", "Thiếu người")
    report(3, "on_track", "D-12 08:00")
    report(1, "blocked", "D-11 09:00", "Chờ duyệt")
    report(2, "on_track", "D-11 09:00")
    report(3, "at_risk", "D-11 09:00", "Trùng lịch")
    report(4, "done", "D-11 09:00")
    found = compared("D-12 09:00", "D-11 10:00")
    assert {
        part: turns(found, part)
        for part in (Part.NEW_RED, Part.WORSENED, Part.RECOVERED, Part.DONE)
    } == {
        Part.NEW_RED: [1],
        Part.WORSENED: [3],
        Part.RECOVERED: [2],
        Part.DONE: [4],
    }
    assert (found.reds, found.ambers) == ((), ())
    later = compared("D-11 10:00", "D-11 11:00")
    assert (
        [one.number for one in later.reds] == [1]
        and [one.number for one in later.ambers] == [3]
        and later.turns == ()
    )


def test_what_fell_overdue_since_has_slipped_and_what_is_due_comes_next(event):
    report(1, "on_track", "D-11 08:00")
    found = compared("D-10 07:00", "D-10 18:00")  # task 1 was due at 17:00
    assert [(slip.task.number, slip.due_before) for slip in found.slips] == [(1, at("D-10 17:00"))]
    assert [one.number for one in compared("D-9 07:00", "D-8 07:00").due_next] == []
    assert [one.number for one in compared("D-7 07:00", "D-5 07:00").due_next] == [3]  # at 17:00
    assert compared("D-10 18:00", "D-10 19:00").slips == ()


def test_a_section_that_fell_silent_since_is_new_and_one_that_was_silent_is_not(event):
    for key in ("an_ninh", "hau_can"):
        give(tasks.confirm_section, by="command", when="D-30 08:00", section_id=section(key))
    give(tasks.confirm_section, by="command", when="D-15 08:00", section_id=section("hau_can"))
    silent = compared("D-15 09:00", "D-2 08:00").silent
    assert {one.section.key: one.new for one in silent} == {"an_ninh": False, "hau_can": True}
    assert [one.section.key for one in silent] == ["an_ninh", "hau_can"]  # the longer silence first


def test_open_incidents_attendance_media_and_directives_are_compared(event):
    give(
        incidents.open_entry,
        by="command",
        when="D+1 06:00",
        section_id=section("an_ninh"),
        priority=2,
        text="Mất điện",
    )
    give(commands.admit, by="command", when="D+1 07:00", badge=VAN, item_id=item("phien_chinh"))
    give(media.publish_media, by="media", when="D+1 07:10", media_id=media_id("m1"))
    order = {
        "kind": "directive",
        "text": "Rà soát",
        "why": "",
        "section_id": section("an_ninh"),
        "office_id": None,
    }
    give(give_directive, by="committee", when="D+1 06:30", due_at=at("D+1 09:00"), **order)
    found = compared("D+1 06:10", "D+1 07:20")
    assert (len(found.entries), found.entries_new) == (1, 0)
    assert [(one.before.here, one.after.here) for one in found.attendance] == [(0, 1)]
    assert media_id("m1") in {one.id for one in found.media if one.published_at}
    assert [one.text for one in found.directives] == ["Rà soát"]
    assert (found.figures["here"], found.figures["entries"], found.figures["published"]) == (
        1,
        1,
        1,
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("moment", "first"),
    [("D-5 08:00", Part.NEW_RED), ("D+1 08:00", Part.INCIDENTS), ("D+3 08:00", Part.OWED)],
)
def test_each_phase_asks_in_an_order_of_its_own(event, moment, first):
    found = compared(None, moment)
    assert ORDER[found.phase][0] is first
    assert [part.part for part in parts_of(found, Words("vi", VINH))] == list(ORDER[found.phase])
    assert [one.number for one in found.owed] == ([5] if moment == "D+3 08:00" else [])


def test_after_the_event_it_is_said_to_whom_the_synthesis_report_goes(event):
    owed = parts_of(compared(None, "D+3 08:00"), Words("vi", VINH))[0]
    assert f"tất cả đại biểu (dự kiến khoảng {event.expected_delegates})" in owed.note


def test_without_another_moment_everything_since_the_beginning_is_compared(event):
    report(1, "done", "D-12 08:00")
    assert turns(compared(None, "D-11 08:00"), Part.DONE) == [1]


def test_a_comparison_by_the_log_is_the_one_by_the_current_state(sample):
    now, past = compared("D+0 07:00", "D+1 06:52"), compared("D+0 07:00", "D+1 06:52", past=True)
    assert now == past
    assert now.turns and now.directives and now.silent and now.media


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_has_words_and_leads_to_its_history(sample, language):
    words = Words(language, VINH)
    for moment in ("D-10 08:00", "D-1 08:00", "D+1 06:52"):
        found = compared("D-30 08:00", moment, past=True)
        for part in parts_of(found, words):
            for line in part.lines:
                assert line.title and line.state and "{" not in line.title + line.state
                with database.reading() as session:
                    steps = history_of(
                        session, sample, line.subject, line.id, View(found.moment, past=True)
                    )
                assert [step.at for step in steps] == sorted(step.at for step in steps)
                assert all(step.at <= found.moment for step in steps)


def test_a_history_names_who_reported_what_in_order_and_nothing_of_another_event(event):
    report(1, "blocked", "D-12 08:00", "Chờ duyệt")
    report(1, "done", "D-11 08:00")
    with database.reading() as session:
        steps = history_of(session, event, "task", task(1), View(at("D-10 08:00"), past=True))
        assert [(step.what, step.words, step.at) for step in steps] == [
            ("blocked", "Chờ duyệt", at("D-12 08:00")),
            ("done", "", at("D-11 08:00")),
        ]
        assert all(step.who["vi"] for step in steps)
        assert (
            len(
                history_of(
                    session,
                    event,
                    "task",
                    task(1),
                    View(at("D-11 08:00") - timedelta(seconds=1), past=True),
                )
            )
            == 1
        )
        other = event.model_copy(update={"id": event.id + 1})
        assert history_of(session, other, "task", task(1), View(at("D-10 08:00"), past=True)) == []
        assert history_of(session, event, "nothing", 1, View(at("D-10 08:00"))) == []
