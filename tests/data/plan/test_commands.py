"""Tests of data/plan: edits, moves of the event, pins, and the plan of a past moment."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from data.attendance import roster
from data.commands import Origin, run
from data.events import loading
from data.events.current import current_event
from data.events.scenario import next_moment
from data.media import media_at, publish_media
from data.plan import commands, history
from data.plan import move as plan_move
from data.programme import items_at, start_item
from data.readiness import tasks as readiness_tasks
from data.readiness.sections import sections_at
from data.readiness.tasks import report_status
from data.rehearsal import clock, player, runs
from data.storage import database
from data.wall.board import board_at
from models.events.event import Event, Phase, View, phase_at, zone
from models.media import MediaItem
from models.plan import EventPlan, ItemPlan, MediaPlan, Planned, TaskPlan, slip
from models.programme import ProgrammeItem
from models.readiness.tasks import Level, Section, Task
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress
from tests import stage
from tests.stage import (
    REAL,
    SMALL,
    at,
    content,
    current,
    give,
    item,
    media,
    nothing_written,
    one_change,
    refused,
    require_state_equals_facts,
    task,
)

SEGMENTS = ("khai_mac", "doi_thoai")  # of the main session


def row(number: int) -> Task:
    with database.reading() as session:
        return session.get(Task, task(number))


def plan_of(number: int) -> Planned:
    with database.reading() as session:
        return commands.planned_of(session, session.get(Task, task(number)))


def edit(number=2, *, version=None, by="committee", when="D-12 09:00", once=None, **fields):
    version = row(number).version if version is None else version
    facts = {
        "task_id": task(number),
        "version": version,
        "planned": replace(plan_of(number), **fields),
    }
    return give(commands.edit_task, by=by, when=when, once=once, **facts)


def days_off(days: int, *, longer: int = 0) -> dict:
    event = current()
    first = event.first_day + timedelta(days=days)
    return {"first_day": first, "last_day": event.last_day + timedelta(days=days + longer)}


def preview(days: int, **longer: int):
    with database.reading() as session:
        return plan_move.move_of(session, current_event(session), **days_off(days, **longer))


def move(days: int, *, longer: int = 0, by="committee", when="D-12 09:00", once=None, seal=None):
    seal = seal or preview(days, longer=longer).seal
    moment = at(when) if isinstance(when, str) else when
    return give(
        plan_move.move_event,
        by=by,
        when=moment,
        once=once,
        seal=seal,
        **days_off(days, longer=longer),
    )


def tasks(moment, *, past=False) -> dict:
    event = current()
    with database.reading() as session:
        return {
            one.number: one for one in readiness_tasks.tasks_at(session, event, View(moment, past))
        }


# --- one task ------------------------------------------------------------------------------------


def test_an_edit_changes_the_row_and_keeps_what_it_replaced(event):
    with one_change("edit_task"):
        edit(
            2,
            due="D-2 9:05",
            start="D-9 08:00",
            owner="  Công an  thành phố ",
            pinned=True,
            critical=True,
            needs=(1, 3),
        )
    now = row(2)
    assert (now.due, now.due_at, now.start, now.start_at) == (
        "D-2 09:05",
        at("D-2 09:05"),
        "D-9 08:00",
        at("D-9 08:00"),
    )
    assert (now.owner, now.pinned, now.critical, now.version) == (
        "Công an thành phố",
        True,
        True,
        2,
    )
    assert plan_of(2).needs == (1, 3)
    with database.reading() as session:
        (was,) = session.exec(select(TaskPlan)).all()
    assert (was.due, was.due_at, was.start, was.owner, was.pinned) == (
        "D-3 17:00",
        at("D-3 17:00"),
        None,
        "Công an tỉnh",
        False,
    )
    assert (was.version, was.needs, was.at, was.person_id) == (
        1,
        [task(1)],
        at("D-12 09:00"),
        stage.person("committee").id,
    )


def test_the_baseline_stays_and_the_slip_counts_from_it(event):
    edit(2, due="D-1 17:00")
    now = row(2)
    assert (now.baseline_due, now.baseline_due_at) == ("D-3 17:00", at("D-3 17:00"))
    by = slip(now.due_at, now.baseline_due_at, carried_days=now.carried_days, time_zone=zone(event))
    assert (by.own, by.event) == (timedelta(days=2), timedelta(0))


def test_a_repeated_edit_is_made_once(event):
    first = edit(2, owner="Bộ đội", once="same")
    with nothing_written():
        assert edit(2, owner="Ai khác", once="same").owner == first.owner


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "plan_unchanged"),
        ({"title_vi": " \u200b"}, "title_needed"),
        ({"title_en": "x" * 301}, "title_too_long"),
        ({"owner": ""}, "owner_needed"),
        ({"owner": "x" * 201}, "owner_too_long"),
        ({"due": "mai"}, "offset_malformed"),
        ({"start": "D-3 17:01"}, "start_after_due"),
        ({"needs": (1, 99)}, "needs_unknown"),
    ],
)
def test_an_edit_that_breaks_a_rule_is_refused(event, fields, code):
    with refused(code):
        edit(2, **fields)


def test_a_task_of_an_earlier_run_is_refused(event):
    old = {"task_id": task(2), "version": 1, "planned": plan_of(2)}
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    with refused("task_unknown", task=old["task_id"]):
        give(commands.edit_task, by="committee", when="D-12 09:00", **old)


@pytest.mark.one_database
@pytest.mark.parametrize("by", ["lead.an_ninh", "deputy.an_ninh", "media", "desk.ban_1"])
def test_who_is_measured_by_the_plan_does_not_change_it(event, by):
    with refused("not_permitted"):
        edit(2, owner="Ai khác", by=by)
    with refused("not_permitted"):
        move(1, by=by)


def test_a_cycle_is_refused_on_an_edit_in_numbers(event):
    for number, needs, cycle in (
        (3, (3,), "3 → 3"),
        (3, (5,), "3 → 5 → 4 → 3"),
        (1, (2, 4), "1 → 2 → 1"),
    ):
        with refused("prerequisite_cycle", cycle=cycle):
            edit(number, needs=needs)
    edit(4, needs=(3,))
    edit(3, needs=(1,))


def test_an_edit_of_a_row_that_moved_is_refused_with_both_versions(event):
    edit(2, owner="Bộ đội biên phòng", by="command", when="D-12 08:30")
    before = row(2)
    with pytest.raises(Refusal) as caught:
        edit(2, version=1, owner="Quân sự tỉnh", when="D-12 08:40")
    facts = caught.value.facts
    assert (caught.value.code, facts["version"], facts["at"], facts["by"]["vi"]) == (
        "task_moved", 2, at("D-12 08:30"), stage.person("command").name_vi,
    )  # fmt: skip
    assert (facts["mine"].owner, facts["theirs"].owner) == ("Quân sự tỉnh", "Bộ đội biên phòng")
    assert row(2).model_dump() == before.model_dump()
    edit(2, version=2, owner="Quân sự tỉnh")  # one more tap records it all the same
    assert (row(2).owner, row(2).version) == ("Quân sự tỉnh", 3)


def test_a_move_of_the_event_is_a_change_of_each_row_for_who_was_editing_it(event):
    move(1)
    with refused("task_moved", version=2):
        edit(2, version=1, owner="Quân sự tỉnh")


# --- moving the event ----------------------------------------------------------------------------


def test_a_move_re_dates_everything_that_is_not_pinned(event):
    edit(2, pinned=True)
    give(
        commands.pin_item,
        by="committee",
        when="D-12 09:00",
        item_id=item("phien_chinh"),
        pinned=True,
    )
    give(commands.pin_media, by="committee", when="D-12 09:00", media_id=media("m1"), pinned=True)
    were = {one.id: one for one in _dated()}
    shown = preview(14)
    with one_change("move_event"):
        move(14)
    assert current().first_day == event.first_day + timedelta(days=14)
    assert current().last_day == event.last_day + timedelta(days=14)
    for one in _dated():
        was, stays = (
            were[one.id],
            one.id in {("task", task(2)), ("item", item("phien_chinh")), ("media", media("m1"))},
        )
        assert one.at - was.at == timedelta(days=0 if stays else 14), one
    assert row(1).due == "D-10 17:00"
    assert (row(2).due, row(2).carried_days, row(1).carried_days) == ("D-17 17:00", 0, 14)
    assert {(one.kind, one.id): one.next_at for one in shown.dated} == {
        one.id: one.at for one in _dated()
    }


class Dated:
    def __init__(self, kind: str, number: int, moment) -> None:
        self.id, self.at = (kind, number), moment

    def __repr__(self) -> str:
        return f"{self.id} {self.at}"


def _dated() -> list[Dated]:
    kinds = (
        ("task", Task, "due_at"),
        ("item", ProgrammeItem, "starts_at"),
        ("media", MediaItem, "planned_at"),
    )
    with database.reading() as session:
        return [
            Dated(kind, one.id, getattr(one, name))
            for kind, table, name in kinds
            for one in session.exec(select(table))
        ]


def test_what_has_begun_or_been_published_stays(event):
    give(start_item, by="command", when="D-12 08:00", item_id=item("phien_chinh"))
    give(publish_media, by="media", when="D-12 08:00", media_id=media("m1"))
    stays = {(one.kind, one.id): one.stays for one in preview(3).staying}
    segments = {("item", item(key)): "begun" for key in SEGMENTS}
    assert (
        stays
        == {("item", item("phien_chinh")): "begun", ("media", media("m1")): "published"} | segments
    )
    before = {one.id: one.at for one in _dated()}
    move(3)
    after = {one.id: one.at for one in _dated()}
    assert {key for key in before if before[key] == after[key]} == set(stays)


def test_slips_are_split_by_their_cause(event):
    move(14)
    edit(1, due="D-8 17:00", when="D-12 10:00")
    now = row(1)
    by = slip(now.due_at, now.baseline_due_at, carried_days=now.carried_days, time_zone=zone(event))
    assert (by.event, by.own, by.whole) == (
        timedelta(days=14),
        timedelta(days=2),
        timedelta(days=16),
    )


def test_a_longer_event_moves_nothing(event):
    before = content("task", "programmeitem", "mediaitem")
    move(0, longer=1)
    assert current().last_day == event.last_day + timedelta(days=1)
    assert content("task", "programmeitem", "mediaitem") == before
    assert stage.row_counts()["taskplan"] == 0


@pytest.mark.slow
@given(days=st.integers(1, 4000), pinned=st.sets(st.integers(1, 5)), longer=st.integers(0, 3))
@settings(max_examples=6)
def test_moving_forth_and_back_changes_nothing(databases, days, pinned, longer):
    for _ in databases.fresh("small"):
        for number in pinned:
            edit(number, pinned=True)
        before = _without_versions()
        for _ in range(2):
            moment = at("D-12 09:00")
            move(days, longer=longer, when=moment)
            move(-days, longer=-longer, when=moment)
        assert _without_versions() == before


def _without_versions() -> list:
    with database.reading() as session:
        rows = [
            one.model_dump()
            for table in (Event, Task, ProgrammeItem, MediaItem)
            for one in session.exec(select(table).order_by(table.id))
        ]
    return [{name: value for name, value in one.items() if name != "version"} for one in rows]


def test_a_move_that_is_not_the_one_that_was_shown_is_refused(event):
    seal = preview(7).seal
    edit(2, due="D-2 17:00")
    with refused("move_changed"):
        move(7, seal=seal)
    with refused("move_changed"):
        move(6, seal=preview(7).seal)
    move(7)


@pytest.mark.one_database
def test_days_that_cannot_be_are_refused(event):
    first = {"by": "committee", "when": "D-12 09:00", "seal": ""}
    with refused("last_day_before_first"):
        give(plan_move.move_event, first_day=date(2024, 3, 7), last_day=date(2024, 3, 6), **first)
    with refused("event_days_same"):
        give(plan_move.move_event, first_day=event.first_day, last_day=event.last_day, **first)
    edit(2, pinned=True)
    with refused("moved_too_far"):
        give(
            plan_move.move_event, first_day=date(9999, 12, 30), last_day=date(9999, 12, 31), **first
        )


def test_a_repeated_move_moves_once(event):
    seal = preview(7).seal
    first = move(7, once="same", seal=seal)
    with nothing_written():
        assert move(7, once="same", seal=seal).id == first.id


# --- the past ------------------------------------------------------------------------------------


def seen(moment) -> dict:
    """All that a past moment shows, of the plan above all."""
    view = View(moment, past=True)
    with database.reading() as session:
        then = history.event_at(session, current_event(session), view)
        seen = {
            "days": (then.first_day, then.last_day, phase_at(then, moment)),
            "tasks": readiness_tasks.tasks_at(session, then, view),
            "sections": sections_at(
                session, then, view, readiness_tasks.tasks_at(session, then, view)
            ),
            "needs": readiness_tasks.prerequisites(session, then, view),
            "items": items_at(session, then, view),
            "media": media_at(session, then, view),
            "board": board_at(session, current_event(session), moment),
        }
    del seen["board"]["revision"]
    return seen


def test_a_past_moment_shows_the_plan_of_then_whatever_is_changed_later(event):
    moments = [at("D-12 09:30"), at("D-1 12:00"), at("D+0 12:00")]
    give(
        report_status, by="command", when="D-12 09:00", task_id=task(1), status="on_track", note=""
    )
    before = [seen(moment) for moment in moments]
    edit(
        1,
        due="D+3 17:00",
        critical=False,
        title_vi="Khác",
        needs=(3,),
        when=moments[-1] + timedelta(minutes=1),
    )
    give(
        commands.pin_item,
        by="command",
        when=moments[-1] + timedelta(minutes=1),
        item_id=item("phien_chinh"),
        pinned=True,
    )
    assert [seen(moment) for moment in moments] == before
    move(14, when=moments[-1] + timedelta(minutes=2))
    edit(2, owner="Khác", when=moments[-1] + timedelta(minutes=3))
    assert [seen(moment) for moment in moments] == before
    assert before[2]["days"][2] is Phase.DURING
    assert phase_at(current(), moments[2]) is Phase.BEFORE


def test_each_past_moment_has_the_plan_between_two_changes(event):
    edit(1, due="D-9 17:00", when="D-12 09:00")
    edit(1, due="D-8 17:00", when="D-12 10:00")
    due = [
        tasks(at(when), past=True)[1].due_at
        for when in ("D-12 08:59", "D-12 09:00", "D-12 09:59", "D-12 10:00")
    ]
    assert due == [at("D-10 17:00"), at("D-9 17:00"), at("D-9 17:00"), at("D-8 17:00")]


def test_the_current_plan_is_what_the_log_gives(event):
    edit(1, due="D-9 17:00", needs=(3,))
    move(5)
    move(-3, when=at("D-12 09:00"))
    require_state_equals_facts(at("D+1 00:00"))


def test_a_task_that_was_postponed_is_not_late_and_was(event):
    assert tasks(at("D-10 18:00"))[1].level is Level.RED
    moment = at("D-10 18:00")
    edit(1, due="D-7 17:00", when="D-10 18:00")
    assert tasks(moment)[1].level is Level.NOT_STARTED
    assert tasks(moment - timedelta(seconds=1), past=True)[1].level is Level.RED


# --- a rehearsal's steps -------------------------------------------------------------------------


def performed() -> int:
    with database.reading() as session:
        return session.get(RehearsalProgress, current().id).performed


def test_the_steps_of_a_rehearsal_that_lie_ahead_move_with_the_event(db):
    database.run(runs.start_run, real=REAL, folder=SMALL)
    with database.reading() as session:
        before = next_moment(session, current())
    done = performed()
    move(3, when=before - timedelta(hours=1))
    with database.reading() as session:
        assert next_moment(session, current()) == before + timedelta(days=3)
    run(Origin(at=before + timedelta(days=2, hours=23)), player.perform_due)
    assert performed() == done
    run(Origin(at=before + timedelta(days=3)), player.perform_due)
    assert performed() > done


def test_a_move_that_would_bring_steps_into_the_past_is_refused_with_the_earliest_day(db):
    database.run(runs.start_run, real=REAL, folder=SMALL)
    with database.reading() as session:
        following = next_moment(session, current())
    now = following - timedelta(days=2, hours=1)
    with refused("move_skips_steps", day=current().first_day - timedelta(days=2)):
        move(-3, when=now)
    move(-2, when=now)


def test_a_rehearsal_that_is_begun_again_has_the_days_of_its_files(db):
    event = database.run(runs.start_run, real=REAL, folder=SMALL)
    move(30, when="D+1 07:00")
    again = run(Origin(stage.person("command"), real=REAL), clock.jump, to=at("D-31 07:10"))
    assert again.id != event.id
    assert current().first_day == event.first_day


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_thousand_tasks_are_moved_and_read_as_they_were(event):
    _many(1000)
    moment = at("D-12 09:00")
    before = tasks(moment, past=True)
    move(7, when=moment + timedelta(minutes=1))
    assert tasks(moment, past=True) == before


def _many(number: int) -> None:
    with database.writing() as session:
        one = session.exec(select(Task).where(Task.number == 1)).one()
        fields = one.model_dump(exclude={"id", "number"})
        section = session.exec(select(Section.id)).first()
        session.add_all(
            Task(**{**fields, "number": 100 + place, "section_id": section})
            for place in range(number)
        )


def test_every_fact_of_the_plan_belongs_to_an_event(event):
    move(1)
    edit(1, owner="Khác", when="D-12 10:00")
    with database.reading() as session:
        for table in (EventPlan, TaskPlan, ItemPlan, MediaPlan):
            assert {one.event_id for one in session.exec(select(table))} == {event.id}


def test_the_roster_of_a_gate_is_another_one_once_the_event_was_moved(event):
    """A device would else go on showing the hours of the days before."""

    def mark() -> str:
        with database.reading() as session:
            return roster.roster_mark(session, current_event(session), stage.person("desk.ban_1"))

    before = mark()
    move(1)
    assert mark() != before
