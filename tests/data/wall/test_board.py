"""Tests of data/wall/board.py, and of the promise behind it: the current state equals what the
facts say, now and at every moment.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen, remove

from data import incidents, media, programme
from data.attendance import commands, projections
from data.events.clock import event_and_clock
from data.readiness import tasks
from data.reviews import commands as reviews_commands
from data.reviews import directives
from data.reviews.comparison import Comparison, compare
from data.storage import database
from data.wall import board
from data.wall.board import wall_document
from models.access.people import Person
from models.events.event import Clock, View
from models.refusals import Refusal
from tests.stage import (
    VAN,
    at,
    boards,
    content,
    current,
    give,
    item,
    minutes,
    person,
    require_state_equals_facts,
    require_steps_equal_log,
    revision,
    section,
    task,
)


def document(moment, *, past: bool = False) -> dict:
    with database.reading() as session:
        return wall_document(
            session, current(), View(at(moment) if isinstance(moment, str) else moment, past)
        )


# --- the current state and the facts --------------------------------------------------------------


class Storm:
    """Random commands of people who make mistakes, in event time; it counts what was accepted
    and what refused.
    """

    def __init__(self, seed: int, *, starts: str) -> None:
        self.random = random.Random(seed)
        self.now = at(starts)
        self.who: Person = person("command")
        self.committee: Person = person("committee")
        self.sections = [section("an_ninh"), section("hau_can")]
        self.tasks = [task(number) for number in range(1, 6)]
        self.items = [
            item(key) for key in ("dang_hoa", "dien_dan_1", "dien_dan_2", "phien_chinh", "khai_mac")
        ]
        self.badges = ["0001G", "0002K", "0003M", "0005T", "0006C", "0007H", "0005H"]
        self.entries: list[int] = []
        self.orders: list[int] = []
        self.media: list[int] = []
        with database.reading() as session:
            self.media = [one.id for one in media.media_at(session, current(), View(self.now))]
        self.accepted = self.refused = 0

    def step(self, *, clocks_apart: float = 0.0) -> None:
        """One command. `clocks_apart`: by how many minutes the clocks of those who act may
        disagree.
        """
        self.now += minutes(self.random.choice([0, 0, 0.3, 1, 7, 60]))
        when = self.now - minutes(self.random.uniform(0, clocks_apart))
        command, facts = self.random.choice(
            [self.report, self.speak, self.scan, self.scan, self.enter, self.update, self.mark]
        )()
        try:
            by = (
                self.committee
                if command in (reviews_commands.sign_review, directives.withdraw_directive)
                else self.who
            )
            answer = give(command, by=by, when=when, **facts)
        except Refusal:
            self.refused += 1
            return
        self.accepted += 1
        if command is incidents.open_entry:
            self.entries.append(answer.id)
        if command is directives.give_directive:
            self.orders.append(answer.id)

    def order(self) -> dict:
        facts = {"kind": "directive", "text": "Rà soát", "why": "", "office_id": None}
        return facts | {
            "section_id": self.random.choice(self.sections),
            "due_at": self.now + timedelta(hours=30),
        }

    def report(self):
        pick = self.random.choice
        facts = {
            "task_id": pick(self.tasks),
            "status": pick(["on_track", "at_risk", "blocked", "done", "not_started"]),
        }
        return tasks.report_status, facts | {"note": pick(["", "ghi chú"])}

    def speak(self):
        where = {"section_id": self.random.choice(self.sections)}
        if self.random.random() < 0.5:
            return tasks.confirm_section, where
        return tasks.set_headline, where | {"headline": f"Tin {self.random.random():.3f}"}

    def scan(self):
        pick = self.random.choice
        facts = {"badge": pick(self.badges), "item_id": pick(self.items)}
        return pick(
            [
                (commands.admit, facts),
                (commands.admit_substitute, facts | {"substitute": "Phó"}),
                (commands.excuse, facts | {"reason": "Ốm"}),
                (commands.undo_attendance, facts),
                (commands.admit, facts | {"override": "Được điều sang"}),
                (commands.announce_substitute, facts | {"substitute": pick(["", "Phó"])}),
                (commands.leave, facts | {"to": pick(["common", "outside"])}),
            ]
        )

    def enter(self):
        where = {
            "section_id": self.random.choice(self.sections),
            "priority": self.random.randint(1, 4),
        }
        return incidents.open_entry, where | {"text": f"Việc {self.random.random():.3f}"}

    def update(self):
        status = self.random.choice(["handling", "closed", "reopened"])
        return incidents.update_entry, {
            "entry_id": self.random.choice(self.entries or [0]),
            "status": status,
            "text": self.random.choice(["", "xong"]),
        }

    def mark(self):
        pick = self.random.choice
        return pick(
            [
                (programme.start_item, {"item_id": pick(self.items)}),
                (programme.finish_item, {"item_id": pick(self.items)}),
                (commands.close_roll, {"item_id": pick(self.items)}),
                (commands.open_roll, {"item_id": pick(self.items)}),
                (media.publish_media, {"media_id": pick(self.media)}),
                (reviews_commands.sign_review, {"conclusion": "Đạt"}),
                (directives.give_directive, self.order()),
                (
                    directives.withdraw_directive,
                    {"directive_id": pick(self.orders or [0]), "note": ""},
                ),
            ]
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("clocks_apart", [0.0, 5.0])
def test_the_current_state_is_what_the_facts_say_after_any_commands(event, seed, clocks_apart):
    storm = Storm(seed, starts="D-4 08:00")
    before = revision()
    for number in range(120):
        storm.step(clocks_apart=clocks_apart)
        if number % 40 == 39:
            require_state_equals_facts(storm.now)
    assert revision() - before == storm.accepted  # one change row for each command
    assert storm.accepted > 40 and storm.refused > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.one_database
def test_the_board_after_another_is_the_one_that_is_computed_anew(event, seed):
    """After scans and reports it is computed in part; a fact of anything else, or the clock, may
    have changed any of it.
    """
    storm, last, parts, reports = Storm(seed, starts="D+1 06:00"), None, 0, 0
    for _ in range(60):
        storm.step()
        still = Clock(real_at=storm.now, event_at=storm.now, speed=0.0)
        with database.reading() as session:
            before, last = last, board.board_after(session, current(), still, last)
            assert last.document == wall_document(session, current(), View(storm.now), still)
        if before is not None and before.items is last.items:
            parts += 1
            reports += before.newest["readiness"] != last.newest["readiness"]
    assert 10 < parts < 55
    assert 5 < reports < parts


@pytest.mark.slow
def test_a_current_state_that_was_lost_is_noticed(event):
    """The control: the comparison above can fail."""
    give(commands.admit, by="command", when="D+1 07:00", badge=VAN, item_id=item("phien_chinh"))
    require_state_equals_facts(at("D+1 08:00"))
    with database.writing() as session:
        session.execute(text("UPDATE attendancecount SET present = 0"))
    with pytest.raises(AssertionError, match="headcounts"):
        require_state_equals_facts(at("D+1 08:00"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [5])
def test_attendance_of_any_past_moment_adds_up_to_what_the_log_says(event, seed):
    storm, moments = Storm(seed, starts="D-4 08:00"), []
    for _ in range(100):
        storm.step()
        moments += [storm.now, storm.now + minutes(storm.random.uniform(-9, 0.2))]
        storm.now += minutes(0.3)
    for moment in moments:
        require_steps_equal_log(moment)
    steps = content("attendancestep")
    with database.writing() as session:
        projections.rebuild(session)
    assert content("attendancestep") == steps


@pytest.mark.slow
def test_a_step_that_was_lost_is_noticed(event):
    """The control: the comparison above can fail."""
    give(commands.admit, by="command", when="D+1 07:00", badge=VAN, item_id=item("phien_chinh"))
    require_steps_equal_log(at("D+1 08:00"))
    with database.writing() as session:
        session.execute(text("UPDATE attendancestep SET present = 0"))
    with pytest.raises(AssertionError):
        require_steps_equal_log(at("D+1 08:00"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3])
def test_a_past_board_is_the_same_whatever_is_recorded_later(event, seed):
    storm = Storm(seed, starts="D-4 08:00")
    seen = {}
    for number in range(80):
        storm.step()
        if number % 8 == 7:
            storm.now += minutes(1)  # what comes now is later
            moment = storm.now - minutes(0.5)
            seen[moment] = (boards(moment)[0], compared(moment))
    for moment, (board_then, review_then) in seen.items():
        assert compared(moment) == review_then
        later = boards(moment)[1]
        del board_then["revision"], later["revision"]  # which board it is, not what it shows
        assert later == board_then


def compared(moment) -> Comparison:
    """The review of a past moment against a day before."""
    with database.reading() as session:
        return compare(session, current(), moment - timedelta(days=1), View(moment, past=True))


# --- the document ---------------------------------------------------------------------------------


def test_a_document_of_a_fresh_event_is_whole_and_fits_json(event):
    board_document = document("D-20 08:00")
    assert json.loads(json.dumps(board_document)) == board_document
    assert [one["key"] for one in board_document["sections"]] == ["an_ninh", "hau_can"]
    assert (board_document["panel"], board_document["arrivals"]) == ("countdown", None)
    assert board_document["counts"]["not_started"] == 2
    assert (
        board_document["entries"],
        board_document["entries_open"],
        board_document["newest"],
        board_document["running"],
    ) == (
        [],
        0,
        [],
        [],
    )
    assert board_document["next"]["short"] == {"vi": "Đón tiếp", "en": "Reception"}
    assert board_document["event"]["offset"] == 420
    assert board_document["event"]["phase"] == "before"


def test_before_the_event_the_board_counts_down_and_names_what_is_late_and_what_is_due(event):
    shown = document("D-5 15:00")
    work = shown["work"]
    assert (shown["panel"], work["days"], work["total"]) == ("countdown", 5, 5)
    assert (work["done"], work["late"], work["due"], work["named"]) == (0, 1, 3, 4)
    assert [(one["number"], one["overdue"]) for one in work["tasks"]][:2] == [(1, True), (3, False)]
    assert work["planned"] == 1 and work["course"]["planned"][-1] == 4
    give(
        tasks.report_status, by="command", when="D-5 15:01", task_id=task(1), status="done", note=""
    )
    assert document("D-5 15:02")["work"]["done"] == 1
    assert document("D-4 00:00")["work"]["course"]["done"][-1] == 1
    assert document("D-5 15:02", past=True)["work"] == document("D-5 15:02")["work"]


def test_after_the_event_the_board_shows_what_is_owed_and_no_past_programme(event):
    shown = document("D+2 09:00")
    assert (shown["panel"], shown["arrivals"], shown["programme"]) == ("owed", None, [])
    work = shown["work"]
    assert work["named"] == 5 and work["days"] is None and work["course"] is None
    assert work["tasks"][-1]["due"] == max(one["due"] for one in work["tasks"])
    assert document("D+1 23:00")["panel"] == "arrivals"
    for number in range(1, 6):
        facts = {"task_id": task(number), "status": "done", "note": ""}
        give(tasks.report_status, by="command", when="D+2 09:01", **facts)
    done = document("D+2 09:02")
    assert (done["work"]["named"], {one["word"] for one in done["sections"]}) == (0, {"completed"})


def test_a_run_of_sections_that_only_confirm_is_one_line_and_a_line_says_who_acted(event):
    for key in ("an_ninh", "hau_can", "an_ninh"):
        give(tasks.confirm_section, by=f"lead.{key}", when="D+0 08:00", section_id=section(key))
    facts = {"section_id": section("an_ninh"), "priority": 3, "text": "Mất loa"}
    give(incidents.open_entry, by="command", when="D+0 08:01", **facts)
    give(tasks.confirm_section, by="lead.hau_can", when="D+0 08:02", section_id=section("hau_can"))
    lines = [
        (one["command"], one["by"], one["section"], one["others"])
        for one in document("D+0 09:00")["newest"]
    ]
    assert lines == [
        ("confirm_section", None, section("hau_can"), []),
        ("open_entry", "command", section("an_ninh"), []),
        ("confirm_section", None, section("an_ninh"), [section("hau_can")]),
    ]


def test_an_open_incident_is_said_on_a_tile_without_trouble(event):
    facts = {"section_id": section("hau_can"), "priority": 3, "text": "Mất loa"}
    give(incidents.open_entry, by="command", when="D-20 08:01", **facts)
    tiles = {one["key"]: one["aside"] for one in document("D-20 08:02")["sections"]}
    assert tiles == {"an_ninh": None, "hau_can": {"tasks": 0, "incidents": 1}}


def test_parallel_forums_are_counted_together_and_apart(event):
    give(commands.admit, by="desk.ban_1", when="D+0 13:50", badge=VAN, item_id=item("dien_dan_1"))
    arrivals = document("D+0 13:55")["arrivals"]
    assert (arrivals["here"], arrivals["expected"], arrivals["missing"]) == (1, 12, 11)
    assert [(one["here"], one["expected"]) for one in arrivals["per_item"]] == [(1, 6), (0, 6)]
    assert arrivals["curve"] == [[round(at("D+0 13:50").timestamp() * 1000), 1]]
    assert arrivals["plan"][1] == [round(at("D+0 13:30").timestamp() * 1000), 6]
    assert [(one["name"]["vi"], one["missing"]) for one in arrivals["behind"]] == [
        ("Quỳ Hợp", 6),
        ("Nghi Lộc", 5),
    ]


def test_two_items_that_run_side_by_side_are_called_forums_only_where_they_are(event):
    """Also at a past moment; and one whose end nobody recorded is dropped the next day."""
    for key in ("don_tiep", "dang_hoa"):
        give(programme.start_item, by="command", when="D+0 13:50", item_id=item(key))
    for moment in (at("D+0 13:55"), at("D+0 13:51")):
        with database.reading() as session:
            shown = wall_document(session, current(), View(moment, past=moment == at("D+0 13:51")))
        assert (len(shown["running"]), shown["running_forums"]) == (2, False)
    assert document("D+0 13:55")["arrivals"]["forums"]
    assert not document("D+1 07:30")["arrivals"]["forums"]
    assert document("D+28 13:55")["running"] == []


def test_only_a_closed_roll_makes_the_missing_absent(event):
    assert document("D+0 13:55")["arrivals"]["absent"] == 0
    give(commands.close_roll, by="command", when="D+0 13:56", item_id=item("dien_dan_1"))
    arrivals = document("D+0 13:57")["arrivals"]
    assert (arrivals["missing"], arrivals["absent"]) == (12, 6)  # the other forum's roll is open


def test_open_entries_beyond_what_fits_are_given_by_their_number(event):
    for number in range(board.MAX_ENTRIES + 2):
        facts = {"section_id": section("an_ninh"), "priority": 2, "text": f"Việc {number}"}
        give(incidents.open_entry, by="command", when="D+0 08:00", **facts)
    board_document = document("D+0 09:00")
    assert (len(board_document["entries"]), board_document["entries_open"]) == (
        board.MAX_ENTRIES,
        board.MAX_ENTRIES + 2,
    )


def test_the_newest_updates_come_newest_first_and_without_scans(event):
    give(
        tasks.report_status,
        by="command",
        when="D+0 08:00",
        task_id=task(2),
        status="blocked",
        note="chờ",
    )
    give(commands.admit, by="command", when="D+0 08:01", badge=VAN, item_id=item("phien_chinh"))
    give(programme.start_item, by="command", when="D+0 08:02", item_id=item("don_tiep"))
    newest = document("D+0 08:03")["newest"]
    assert [one["command"] for one in newest] == ["start_item", "report_status"]
    assert (newest[1]["status"], newest[1]["text"], newest[1]["subject"]["vi"]) == (
        "blocked",
        "chờ",
        "Tập huấn lực lượng",
    )
    assert [one["command"] for one in document("D+0 08:01", past=True)["newest"]] == [
        "report_status"
    ]


def test_the_days_programme_shows_a_session_by_its_segments(event):
    shown = [(one["short"]["vi"], one["lane"]) for one in document("D+1 06:00")["programme"]]
    assert sorted(shown) == [("Khai mạc", 0), ("Truyền hình", 1), ("Đối thoại", 0)]
    assert len(document("D+0 06:00")["programme"]) == 4


def test_the_document_names_no_person(event):
    give(tasks.confirm_section, by="lead.an_ninh", when="D+0 08:00", section_id=section("an_ninh"))
    written = json.dumps(document("D+0 09:00"), ensure_ascii=False)
    assert "Trưởng Tiểu ban" not in written
    assert "lead." not in written


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("start", ["D-11 12:00", "D-1 12:00", "D+0 16:00"])
def test_nothing_on_the_wall_changes_by_the_clock_alone_before_it_says_so(event, start):
    """Else the wall would go on showing green over a task that fell overdue. A walk from turn to
    turn, up to the end.
    """
    give(tasks.confirm_section, by="command", when="D-11 11:00", section_id=section("an_ninh"))
    give(
        tasks.report_status,
        by="command",
        when="D-11 11:00",
        task_id=task(3),
        status="on_track",
        note="",
    )
    give(tasks.confirm_section, by="command", when="D+0 08:00", section_id=section("hau_can"))
    moment = at(start)
    for _ in range(60):
        board_document = document(moment)
        if board_document["valid_until"] is None:
            break
        turn = moment + timedelta(
            milliseconds=board_document["valid_until"] - board_document["moment"]
        )
        just_before = document(turn - timedelta(milliseconds=1))
        for one in (board_document, just_before):
            del one["moment"]
        assert just_before == board_document
        moment = turn
    assert moment > at("D+0 18:00")


def test_each_turn_of_the_clock_is_announced_with_nothing_left_over(event):
    """A task's due moment and the end of a gathering's grace each show at the very moment
    announced.
    """
    due = at("D-10 17:00")
    assert [document(moment)["sections"][0]["level"] for moment in (due - minutes(0.01), due)] == [
        "not_started",
        "late",
    ]
    grace = at("D+0 17:00") + minutes(30)
    assert [
        len(document(moment)["arrivals"]["titles"]) for moment in (grace - minutes(0.01), grace)
    ] == [2, 1]


def test_the_board_of_now_goes_by_the_events_clock(event):
    with database.reading() as session:
        now = board.board_now(session, event)
        past = board.board_at(session, event, at("D+1 08:00"))
    assert (now["past"], now["clock"]["speed"]) == (False, 1.0)
    assert (past["past"], past["clock"]["speed"], past["moment"]) == (
        True,
        0,
        past["clock"]["event"],
    )


# --- the sample -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [5])
def test_the_sample_looks_back_alike_from_every_moment(sample, seed):
    """At moments of the rehearsal's past: its headcounts add up, and the board draws."""
    chance = random.Random(seed)
    span = sample.rehearsal_starts - at("D-58 00:00")
    during = [at("D+0 15:00"), at("D+1 06:00")]
    for moment in [at("D-58 00:00") + chance.random() * span for _ in range(6)] + during:
        shown = document(moment, past=True)
        arrivals, work = shown["arrivals"], shown["work"]
        if work:
            assert shown["panel"] == "countdown" and work["course"]["done"][-1] <= work["done"]
            assert work["late"] + work["due"] == work["named"] <= work["total"] - work["done"]
            continue
        assert arrivals["here"] + arrivals["excused"] + arrivals["missing"] == arrivals["expected"]
        assert (arrivals["curve"][-1][1] if arrivals["curve"] else 0) == arrivals["here"]


# --- what it costs --------------------------------------------------------------------------------

MAX_STATEMENTS = {"now": 18, "past": 30, "before": 22}
MAX_REPEATED = {
    "now": 0,
    "past": 1,
    "before": 0,
}  # the minute of a past moment: for headcounts and for arrivals


@pytest.mark.parametrize("of", list(MAX_STATEMENTS))
def test_a_board_reads_each_thing_once(sample, of):
    """With the event and its clock, by one statement."""
    moment = at("D-20 08:00" if of == "before" else "D+0 08:00")
    with statements() as asked, database.reading() as session:
        event, clock = event_and_clock(session)
        if of == "now":
            board.board_now(session, event, clock)
        else:
            board.board_at(session, event, moment)
    assert len(asked) <= MAX_STATEMENTS[of], "\n".join(asked)
    assert len(asked) - len(set(asked)) <= MAX_REPEATED[of]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent to the database, without those that open a transaction."""
    asked: list[str] = []

    def hear(_connection, _cursor, statement, *_more) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    engine = database.engine()
    listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        remove(engine, "before_cursor_execute", hear)
