"""Tests of data/rehearsal: scenario, player, restart and jump; and the sample as shipped."""

import logging
import os
import signal
import subprocess
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from data.answers.queries import overdue_petitions
from data.attendance.commands import admit
from data.attendance.queries import headcounts_at
from data.attendance.search import delegate_index, search_delegates
from data.commands import Origin, execute, run
from data.distribution.files import digest_of
from data.distribution.queries import Received, distributions_at, received_at
from data.distribution.synthesis import outgoing_synthesis
from data.events import loading, scenario
from data.events.clock import clock_of
from data.events.scenario import next_moment
from data.programme import items_at
from data.readiness.sections import sections_at
from data.readiness.tasks import tasks_at
from data.rehearsal import clock, player, runs
from data.reviews.queries import reviews_until, signed_review
from data.script.lanes import lanes_at
from data.script.rooms import rooms_at
from data.storage import database
from data.synthesis.queries import version_in_force
from models.attendance.ledger import Headcount
from models.events.event import Event, View
from models.readiness.tasks import Level
from models.script.forecast import State
from tests import warm
from tests.data.events.test_loading import edited
from tests.stage import (
    REAL,
    SMALL,
    at,
    content,
    current,
    give,
    item,
    minutes,
    nothing_written,
    person,
    refused,
    require_state_equals_facts,
    revision,
    row_counts,
)

pytestmark = pytest.mark.slow

FACTS = (
    "taskreport",
    "sectionreport",
    "attendancefact",
    "entry",
    "entryupdate",
    "programmemark",
    "mediapublication",
    "review",
    "directive",
    "directivestep",
    "rollcall",
    "rollcallanswer",
    "rollcallend",
    "vehiclearrival",
    "contribution",
    "contributionmerge",
    "contributionstate",
    "signedminutes",
    "paragraphedit",
    "synthesisversion",
    "synthesisstep",
    "petitionedit",
    "answer",
    "forumorientation",
    "topicchange",
    "roomturn",
    "scriptmark",
    "speakermessage",
    "paperchange",
    "papermark",
)


FURTHER = "idempotency_key LIKE '%/%' AND idempotency_key NOT LIKE '%/0'"


@pytest.fixture
def staged(databases):
    """The small event as a rehearsal, its small scenario performed up to its start."""
    for _ in databases.fresh("staged", start_small, of="tables"):
        yield current()


def start_small() -> None:
    database.run(runs.start_run, folder=SMALL, real=REAL, speed=20.0)


def play(until, *, most=None) -> int:
    return run(Origin(at=at(until)), player.perform_due, most=most)


def performed() -> int:
    with database.reading() as session:
        query = text("SELECT performed FROM rehearsalprogress WHERE event_id = :event")
        return session.execute(query, {"event": current().id}).scalar_one()


def clock_now():
    with database.reading() as session:
        return clock_of(session, current())


def jump(to, *, by="command", real=REAL):
    return run(Origin(person(by), real=real), clock.jump, to=at(to))


def facts() -> dict[str, int]:
    """How many facts each table holds, without those that others brought about.

    Such are a scan in another room, and a roll-call's end in the log.
    """
    brought_about = {
        "attendancefact": "SELECT count(*) FROM attendancefact WHERE idempotency_key LIKE '%/_'",
        "entry": "SELECT count(*) FROM entry WHERE idempotency_key LIKE '%-entry'",
        # What one step gathers or registers of several: each row but the first.
        "paragraphedit": f"SELECT count(*) FROM paragraphedit WHERE {FURTHER}",
        "petitionedit": f"SELECT count(*) FROM petitionedit WHERE {FURTHER}",
        "contributionstate": "SELECT count(*) FROM contributionstate "
        "WHERE idempotency_key LIKE '%/asked'",
        "entryupdate": "SELECT count(*) FROM entryupdate "
        "WHERE idempotency_key LIKE '%-entry-closed'",
    }
    counts = row_counts()
    with database.reading() as session:
        aside = {
            name: session.execute(text(query)).scalar_one() for name, query in brought_about.items()
        }
        keys = session.execute(text("SELECT idempotency_key FROM distribution")).scalars().all()
        keys += session.execute(text("SELECT idempotency_key FROM distributionmark")).scalars()
    acts = {key.partition("/")[0] for key in keys}  # each marks many rows
    found = {name: counts[name] - aside.get(name, 0) for name in FACTS}
    return found | {"distribution": len(acts)}


def what_happened() -> list[tuple]:
    """The facts of the current run in words that another run of the same scenario shares."""
    with database.reading() as session:
        return [
            tuple(row)
            for row in session.execute(
                text(
                    'SELECT topic, at, person_id, subject FROM "change" '
                    "WHERE event_id = :event AND topic <> :own ORDER BY id"
                ),
                {"event": current().id, "own": "clock"},
            )
        ][1:]


# --- the small scenario --------------------------------------------------------------------------


def test_a_run_starts_with_its_history_and_its_clock_set(staged):
    assert clock_now().shows(REAL + minutes(1)) == at("D+1 07:20")
    assert {name: number for name, number in facts().items() if number} == {
        "taskreport": 7,
        "sectionreport": 2,
        "attendancefact": 7,
        "entry": 1,
        "entryupdate": 2,
        "programmemark": 2,
        "review": 1,
    }
    assert (
        performed()
        == sum(step.at <= at("D+1 07:00") for step in scenario.steps_of(staged))
        == sum(facts().values())
    )
    require_state_equals_facts(at("D+1 07:00"))


def test_facts_carry_the_moment_of_the_scenario_and_not_the_real_one(staged):
    with database.reading() as session:
        first = session.execute(text("SELECT min(at) FROM taskreport")).scalar_one()
    assert str(first).startswith("2024-02-22 02:00")


def test_what_falls_due_is_performed_once(staged):
    before = performed()
    assert play("D+1 07:10") == 3
    assert play("D+1 07:10") == 0
    assert performed() == before + 3
    require_state_equals_facts(at("D+1 07:10"))


def test_a_player_that_takes_small_steps_comes_to_the_same_as_one_that_takes_all(staged):
    while play("D+2 10:00", most=1):
        pass
    slowly = what_happened()
    database.run(runs.start_run, folder=SMALL, real=REAL, until=at("D+2 10:00"))
    assert what_happened() == slowly
    assert performed() == len(scenario.steps_of(current())) == 31


def test_after_the_last_step_nothing_is_due(staged):
    with database.reading() as session:
        assert next_moment(session, current()) == at("D+1 07:05")
    play("D+7 00:00")
    with database.reading() as session:
        assert next_moment(session, current()) is None
    assert play("D+9 00:00") == 0


def test_a_player_that_dies_in_a_step_leaves_no_half_of_it(staged):
    with nothing_written(), pytest.raises(KeyboardInterrupt):
        with database.writing() as session:
            execute(session, Origin(at=at("D+1 07:10")), player.perform_due)
            raise KeyboardInterrupt
    assert play("D+1 07:10") == 3


def test_a_step_performed_again_by_a_player_that_lost_its_place_counts_once(staged):
    play("D+2 10:00")
    before, number = facts(), revision()
    with database.writing() as session:
        session.execute(text("UPDATE rehearsalprogress SET performed = 0"))
    play("D+2 10:00")
    assert (facts(), revision()) == (before, number)


def test_a_step_without_its_key_would_count_twice(staged):
    """The control: the same steps as another run's, and every fact is there again."""
    play("D+2 10:00")
    before = sum(facts().values())
    database.run(runs.start_run, folder=SMALL, real=REAL, until=at("D+2 10:00"))
    assert sum(facts().values()) == 2 * before


def test_a_step_that_a_person_did_by_hand_is_passed_over(staged, caplog):
    give(admit, by="command", when="D+1 07:04", badge="0001G", item_id=item("phien_chinh"))
    caplog.set_level(logging.INFO, logger="data.rehearsal")
    assert play("D+1 07:10") == 3
    assert "arrivals.csv:9 passed over: already_in" in caplog.text
    assert facts()["attendancefact"] == 7 + 3
    require_state_equals_facts(at("D+1 07:10"))


PLAYER = """
import sys
from datetime import datetime
from data.commands import Origin, run
from data.rehearsal import player
while run(Origin(at=datetime.fromisoformat(sys.argv[1])), player.perform_due, most=1):
    print("step", flush=True)
"""


def test_a_player_that_is_killed_again_and_again_performs_each_step_once(staged):
    """SIGKILL between and within steps; the next player goes on where the last one was."""
    begun, due = performed(), len(scenario.steps_of(current()))
    database.dispose()
    for _ in range(3):
        started = warm.start("-c", PLAYER, at("D+2 10:00").isoformat(), stdout=subprocess.PIPE)
        for _ in range(2):
            started.stdout.readline()
        os.kill(started.pid, signal.SIGKILL)
        started.wait(timeout=20)
        started.stdout.close()
    assert begun + 6 <= performed() <= due
    play("D+2 10:00")
    assert performed() == due == sum(facts().values())
    require_state_equals_facts(at("D+2 10:00"))


def test_two_players_at_once_perform_each_step_once(staged):
    asked = ["-c", PLAYER, at("D+2 10:00").isoformat()]
    players = [warm.start(*asked, stdout=subprocess.PIPE) for _ in range(2)]
    by_each = [player.communicate(timeout=60)[0].count("step") for player in players]
    assert [player.returncode for player in players] == [0, 0]
    begun = performed() - sum(by_each)
    assert sum(by_each) == len(scenario.steps_of(current())) - begun
    assert performed() == 31 == sum(facts().values())


def test_a_restart_is_a_new_run_and_keeps_what_the_old_one_recorded(staged):
    play("D+1 07:30")
    old, former = current(), content(*FACTS)
    fresh = run(Origin(person("admin"), real=REAL + timedelta(hours=3)), clock.restart)
    assert (fresh.run, fresh.rehearsal, fresh.id) == (2, True, current().id)
    assert clock_now().shows(REAL + timedelta(hours=3)) == at("D+1 07:00")
    assert clock_now().speed == 20.0
    assert all(
        set(before) <= set(after) for before, after in zip(former, content(*FACTS), strict=True)
    )
    with database.reading() as session:
        was = text(
            "SELECT count(*) FROM attendancefact f JOIN programmeitem i ON i.id = f.item_id "
            "WHERE i.event_id = :event AND f.idempotency_key NOT LIKE '%/_'"
        )
        assert session.execute(was, {"event": old.id}).scalar_one() == 11
        assert session.execute(was, {"event": fresh.id}).scalar_one() == 7
    require_state_equals_facts(at("D+1 07:00"))


def test_a_restart_of_a_paused_rehearsal_runs_again_at_its_former_speed(staged):
    run(Origin(person("command"), real=REAL), clock.pause_clock)
    run(Origin(person("command"), real=REAL), clock.restart)
    assert clock_now().speed == 20.0


def test_a_jump_forward_performs_what_lies_between_in_the_same_run(staged):
    jump("D+1 07:33")
    assert (current().id, clock_now().shows(REAL), clock_now().speed) == (
        staged.id,
        at("D+1 07:33"),
        20.0,
    )
    assert performed() == sum(step.at <= at("D+1 07:33") for step in scenario.steps_of(staged))
    assert facts()["mediapublication"] == 1
    require_state_equals_facts(at("D+1 07:33"))


def test_a_jump_back_is_a_new_run_up_to_there(staged):
    jump("D-5 12:00")
    assert (current().run, clock_now().shows(REAL), clock_now().speed) == (2, at("D-5 12:00"), 20.0)
    assert (
        performed() == sum(step.at <= at("D-5 12:00") for step in scenario.steps_of(current())) == 4
    )
    require_state_equals_facts(at("D-5 12:00"))


@pytest.mark.parametrize("to", ["D+1 07:33", "D-5 12:00"])
def test_a_jump_of_a_paused_rehearsal_stays_paused_and_knows_its_speed(staged, to):
    run(Origin(person("command"), real=REAL), clock.pause_clock)
    jump(to)
    assert (clock_now().paused, clock_now().resume_speed) == (True, 20.0)


@pytest.mark.parametrize("to", ["D-12 08:59", "D+2 09:01", "D+90 00:00"])
def test_a_jump_outside_the_scenario_is_refused(staged, to):
    with refused("jump_outside", first=at("D-12 09:00"), last=at("D+2 09:00")):
        jump(to)


def test_who_may_not_set_the_clock_is_refused(staged):
    for key in ("committee", "media", "lead.an_ninh", "desk.ban_1"):
        with refused("not_permitted"):
            jump("D+1 07:10", by=key)
        with refused("not_permitted"):
            run(Origin(person(key), real=REAL), clock.restart)


def test_a_real_event_refuses_restart_and_jump(staged):
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    with refused("not_a_rehearsal"):
        jump("D+1 07:10")
    with refused("not_a_rehearsal"):
        run(Origin(person("admin"), real=REAL), clock.restart)


def test_two_runs_do_not_mix(staged):
    """What is done in the new run leaves the board of the old one as it was."""
    old = current()
    run(Origin(person("admin"), real=REAL), clock.restart)
    give(admit, by="command", when="D+1 07:03", badge="0003M", item_id=item("phien_chinh"))
    with database.reading() as session:
        query = text(
            "SELECT sum(c.present) FROM attendancecount c "
            "JOIN programmeitem i ON i.id = c.item_id WHERE i.event_id = :e"
        )
        present = [
            session.execute(query, {"e": number}).scalar_one() for number in (old.id, current().id)
        ]
    assert present[1] == present[0] + 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("file", "old", "new", "code", "facts"),
    [
        (
            "scenario.csv",
            "D-10 16:00",
            "soon",
            "file_field",
            {"line": 3, "field": "when", "why": "offset_malformed"},
        ),
        (
            "scenario.csv",
            ",open_entry,",
            ",shout,",
            "file_field",
            {"line": 12, "field": "command", "why": "not_among"},
        ),
        (
            "arrivals.csv",
            ",excused,",
            ",ill,",
            "file_field",
            {"line": 2, "field": "kind", "why": "not_among"},
        ),
        ("arrivals.csv", "badge", "the", "file_column_missing", {"line": 1, "field": "badge"}),
        (
            "scenario.csv",
            "lead.an_ninh,report_status,1,,on_track",
            "lead.an,report_status,1,,on_track",
            "file_field",
            {"line": 2, "field": "by"},
        ),
        (
            "scenario.csv",
            "report_status,3,,blocked",
            "report_status,33,,blocked",
            "file_field",
            {"line": 4, "field": "subject"},
        ),
        (
            "scenario.csv",
            "report_status,3,,blocked",
            "report_status,3,,stuck",
            "file_field",
            {"line": 4, "field": "value"},
        ),
        (
            "arrivals.csv",
            "phien_chinh,0012N,",
            "phien_chinh,0012K,",
            "file_field",
            {"line": 2, "field": "badge"},
        ),
        (
            "arrivals.csv",
            "excused,Ốm",
            "excused,",
            "file_field",
            {"line": 2, "field": "text", "why": "empty"},
        ),
        (
            "scenario.csv",
            "update_entry,mat_dien,,closed",
            "update_entry,mat_nuoc,,closed",
            "file_field",
            {"line": 14, "field": "subject"},
        ),
        (
            "scenario.csv",
            "D+2 09:00,committee",
            "D+2 09:00,chair",
            "file_field",
            {"line": 20, "field": "by"},
        ),
        (
            "arrivals.csv",
            "phien_chinh,0012N,excused",
            "phien,0012N,excused",
            "file_field",
            {"line": 2, "field": "item"},
        ),
    ],
)
def test_a_malformed_scenario_is_refused_with_its_line_and_nothing_is_written(
    event, tmp_path, file, old, new, code, facts
):
    with refused(code, file=file, **facts):
        database.run(runs.start_run, folder=edited(tmp_path, file, (old, new)), real=REAL)


# --- the real sample -----------------------------------------------------------------------------


def counted(where: str, *, when: str = "D+1 06:52", past: bool = False) -> Headcount:
    with database.reading() as session:
        counts = headcounts_at(session, [item(where)], View(at(when), past))
    return sum(counts.values(), Headcount())


def test_the_sample_starts_with_1121_expected_and_a_current_state_that_equals_the_log(sample):
    assert counted("phien_chinh").expected == 1121
    assert counted("phien_chinh") == counted("phien_chinh", past=True)
    assert counted("phien_chinh").here > 0
    assert (
        sum((counted(f"dien_dan_{number}") for number in (1, 2, 3)), Headcount()).expected == 1121
    )
    assert counted("le_dang_hoa").expected == 93
    require_state_equals_facts(sample.rehearsal_starts)


def test_the_sample_has_all_460_units_and_93_of_the_districts(sample):
    query = "SELECT count(*), count(DISTINCT folded) FROM delegate"
    with database.reading() as session:
        assert tuple(session.execute(text(query)).one()) == (1121, 1121)


def test_the_whole_scenario_of_the_sample_is_played_without_a_step_passed_over(sample, caplog):
    """A step that the rules refuse is passed over: the wall would lack it."""
    if database.engine().dialect.name == "postgresql":
        return  # the rules are the same; once is enough for what takes this long
    caplog.set_level(logging.INFO, logger="data.rehearsal")
    last = scenario.steps_of(sample)[-1].at
    run(Origin(at=last), player.perform_due)
    assert "passed over" not in caplog.text
    assert performed() == len(scenario.steps_of(sample)) == sum(facts().values())
    require_state_equals_facts(last)
    then, now = received(at("D+7 10:00"), past=True), received(last)
    assert (then.acknowledged, then.expected) == (640, 1121)
    assert now == received(last, past=True) and now.acknowledged > 640
    require_sent_is_approved(sample, last)


def require_sent_is_approved(event: Event, moment: datetime) -> None:
    with database.reading() as session:
        approved = version_in_force(session, event, View(moment))
        (sent,) = distributions_at(session, event, View(moment))
    document = outgoing_synthesis(approved, sent.title)
    assert (sent.version, sent.file_name) == (document.version, document.file_name)
    assert sent.digest == digest_of(document.content), "what was sent is what was approved"


@pytest.mark.one_database
def test_the_second_sample_is_played_from_its_script_to_the_answer_that_comes_back(db, caplog):
    """Its script came from an office's DOCX; three rooms run by it, and its synthesis is sent."""
    caplog.set_level(logging.INFO, logger="data.rehearsal")
    folder = loading.SAMPLE.parent / "hoi_nghi_2026"
    event = database.run(runs.start_run, real=REAL, folder=folder)
    play("D+1 09:00")
    with database.reading() as session:
        view = View(at("D+1 09:00"))
        found = lanes_at(session, event, view, items_at(session, event, view))
        keys = {room.id: room.key for room in rooms_at(session, event, view)}
    lanes = {keys[room]: lane for room, lane in found.items() if room is not None}
    rooms = ("phong_hop_so_1", "phong_hop_so_2", "hoi_truong_lon")
    done = [sum(step.state is State.DONE for step in lanes[room].steps) for room in rooms]
    assert done == [4, 4, 5]
    going = lanes["hoi_truong_lon"].going
    assert going.line.words.startswith("Tiếp theo chương trình, Hội nghị nghe 6 ý kiến tham luận")
    assert (going.item.drift, going.speaking.plan.who) == (8, "Đảng ủy xã Kim Liên")
    last = scenario.steps_of(event)[-1].at
    play("D+30 09:00")
    assert "passed over" not in caplog.text and performed() == len(scenario.steps_of(event))
    assert at("D+30 09:00") == last
    sent = received(last)
    assert (sent.expected, sent.acknowledged) == (565, 551)
    for where in ("phien_sang_18_12", "phien_giao_nhiem_vu_ky"):
        count = counted(where, when="D+30 09:00")
        assert (count.present, count.substituted, count.excused) == (534, 15, 11)
    with database.reading() as session:
        tasks = tasks_at(session, event, View(last))
        levels = {one.level for one in sections_at(session, event, View(last), tasks)}
    assert levels == {Level.READY}, "every task was reported, and every section confirms"
    require_sent_is_approved(event, last)
    with database.reading() as session:
        (review,) = reviews_until(session, event, View(last))
        told = str(signed_review(session, event, review.id, View(last)).text("vi"))
        late = overdue_petitions(session, event, View(last))
    assert [(one.number, one.entered.body) for one in late] == [(2, "UBND tỉnh")]
    assert "đã phân cấp cho xã nhưng chưa có hướng dẫn" in told and "UBND tỉnh" in told


def received(moment, *, past: bool = False) -> Received:
    with database.reading() as session:
        return received_at(session, current(), View(moment, past))


def test_nothing_was_passed_over_up_to_the_start_of_the_sample(sample):
    assert performed() == sum(facts().values())


def test_a_search_in_the_sample_finds_nghi_văn_and_nghi_vạn_and_ranks_what_was_typed(sample):
    with database.reading() as session:
        found = search_delegates(
            session, delegate_index(session, sample), item_id=item("phien_chinh"), query="nghi van"
        )
        dotted = search_delegates(
            session, delegate_index(session, sample), item_id=item("phien_chinh"), query="Nghi Vạn"
        )
    assert {name for name in ("Nghi Văn", "Nghi Vạn") for one in found if name in one.title_vi} == {
        "Nghi Văn",
        "Nghi Vạn",
    }
    assert "Nghi Vạn" in dotted[0].title_vi
