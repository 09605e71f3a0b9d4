"""A trial: a rehearsal of a real event from what it holds, which neither hides nor opens it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from data import erasure
from data.access import events, invitations, sign_ins
from data.attendance import commands, delegates
from data.commands import Origin, run
from data.contributions.topics import add_topic
from data.events import loading
from data.events.clock import clock_of
from data.events.copied import COPIED
from data.events.listed import listed_events
from data.plan import items
from data.rehearsal import clock, player, runs, trials
from data.storage import database
from models.contributions.topics import TopicPlan
from models.events.event import Event, EventState
from models.storage import Fact, Record
from tests import stage
from tests.stage import REAL, SMALL, current, refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_EVENT = [model.__tablename__ for model in COPIED if "event_id" in model.__table__.c]
# What is another row's number, or begins again.
OWN = ("id", "event_id", "parent_id", "venue_id", "section_id", "delegation_id", "version")


# Of an event's tables what is a state that facts give, or no part of what it plans.
LEFT_OUT = {
    "answerfile", "delegateparticulars", "petition", "petitionreminder", "synthesisparagraph",
    "arrivalminute", "attendancecount", "attendancestate", "attendancestep", "change",
    "clocksetting", "delegateaddress", "distributionfile", "distributionlink",
    "distributionstate", "entrystate", "eventchoice", "eventstep", "importdraft", "importedrow",
    "importfile", "photograph", "photographbytes", "rehearsalprogress", "rollcallresult",
    "rollcallsection", "rosterstep", "sectionstate", "signedreview", "silencereminder", "taskstate",
    "writtenrow", "writtensheet",
}  # fmt: skip


def test_every_table_of_what_an_event_plans_is_copied():
    """A new one is added to `COPIED`, or to those that are left out."""
    tables = Record.metadata.tables
    facts = {one.__tablename__ for one in Fact.__subclasses__()}
    of_event, size = {"event"}, 0
    while size != len(of_event):  # what refers to an event, or to what does
        size = len(of_event)
        of_event |= {
            name
            for name, table in tables.items()
            if {key.column.table.name for key in table.foreign_keys} & of_event
        }
    copied = {one.__tablename__ for one in COPIED}
    assert of_event - facts - {"event"} - LEFT_OUT == copied


@pytest.fixture
def real(db) -> Event:
    """The small event, loaded for real."""
    return database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)


def made(real: Event, *, when: datetime = REAL) -> Event:
    return stage.manage(trials.make_trial, by="admin", when=when, event_id=real.id)


def switch(event: Event, *, sign_in_id: int | None = None) -> str | None:
    origin = Origin(stage.person("admin"), sign_in_id, stage.idempotency_key(), real=REAL)
    return run(origin, events.switch_event, event_id=event.id, name="nho")


def held(event: Event) -> dict[str, list]:
    """What an event holds, by table, without the numbers of rows."""
    with database.reading() as session:
        return {
            name: [
                {key: value for key, value in row.items() if key not in OWN}
                for row in session.execute(
                    text(f'SELECT * FROM "{name}" WHERE event_id = :id ORDER BY id'),
                    {"id": event.id},
                ).mappings()
            ]
            for name in OF_EVENT
        }


def counted(event: Event) -> list:
    """Whom each item expects of each delegation, by their keys."""
    query = (
        'SELECT i."key", d.code, c.expected, c.present FROM attendancecount c'
        " JOIN programmeitem i ON i.id = c.item_id JOIN delegation d ON d.id = c.delegation_id"
        " WHERE i.event_id = :id AND c.expected > 0 ORDER BY 1, 2"
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(query), {"id": event.id})]


def joined(key: str) -> str:
    link = run(Origin(real=REAL), invitations.invite_from_command_line, key=key)
    return database.run(invitations.join, token=link, now=REAL)


def signed_in(token: str, *, now: datetime = REAL) -> tuple[str | None, int | None]:
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token, now=now)
        person = sign_ins.visitor_of(session, number, now=now).person
        return person and person.key, number


def shown() -> datetime:
    with database.reading() as session:
        return clock_of(session, current()).shows(REAL)


def test_it_holds_what_the_event_holds_now_and_none_of_its_facts(real):
    stage.give(add_topic, by="command", when="D-3 08:00", plan=TopicPlan("Đất đai"))
    before = held(real)
    trial = made(real)
    assert (trial.mark, trial.is_open, trial.origin_id, trial.run) == ("trial", False, real.id, 2)
    assert held(trial) == before == held(real) and all(before.values())
    assert counted(trial) == counted(real)
    stage.give(commands.admit, by="command", when="D+1 07:00", item_id=stage.item("phien_chinh"),
               badge=stage.VAN)  # fmt: skip
    stage.give(items.cancel_item, by="command", when="D-1 07:00", item_id=stage.item("dien_dan_2"),
               version=1, reason="Mưa bão")  # fmt: skip
    gone = {"delegate_id": stage.delegate(stage.DISTRICT), "version": 1, "reason": "Nghỉ hưu"}
    stage.give(delegates.retire_delegate, by="command", when="D-1 07:00", **gone)
    later = held(made(real, when=REAL + HOUR))
    assert {one["key"] for one in later["programmeitem"]} == {
        one["key"] for one in before["programmeitem"]
    } - {"dien_dan_2"}
    assert len(later["delegate"]) == len(before["delegate"]) - 1
    assert all(present == 0 for *_, present in counted(newest_trial()))
    with database.reading() as session:
        (listed, origin) = [one for one in listed_events(session) if one.slug == "nho"]
        both = {one.id: one for one in (listed, origin)}
        assert both[newest_trial().id].recorded.count == 0 and both[real.id].recorded.count == 4


def newest_trial() -> Event:
    with database.reading() as session:
        rows = [one for one in listed_events(session) if one.mark == "trial"]
        assert len(rows) == 1, "a former one is put away"
        return session.get_one(Event, rows[0].id)


def test_it_stays_aside_until_it_is_chosen_and_admits_the_events_own_people_alone(real):
    token = joined("admin")
    trial = made(real)
    assert current().id == real.id
    with refused("event_not_named"):
        stage.manage(events.switch_event, by="admin", event_id=trial.id, name="tập thử")
    assert switch(trial) is None and current().id == trial.id
    assert signed_in(token)[0] == "admin", "by the sign-in that they have"
    with refused("not_a_rehearsal"):
        database.run(sign_ins.enter_rehearsal, event=current(), key="admin", now=REAL)
    assert switch(real, sign_in_id=signed_in(token)[1]) is None
    assert (current().id, signed_in(token)[0]) == (real.id, "admin")


@pytest.mark.one_database
def test_what_is_recorded_in_it_never_reaches_the_event(real):
    trial = made(real)
    switch(trial)
    tried = {"item_id": stage.item("phien_chinh"), "badge": stage.VAN}
    stage.give(commands.admit, by="desk.ban_1", when="D+1 07:00", **tried)
    assert sum(present for *_, present in counted(trial)) == 1
    switch(real)
    assert sum(present for *_, present in counted(real)) == 0
    with refused("item_unknown"):  # of a tab that was left open, or a gate that comes back
        stage.give(commands.admit, by="desk.ban_1", when="D+1 07:00", **tried)


@pytest.mark.one_database
def test_its_clock_goes_anywhere_and_back_in_time_means_a_new_one_of_what_the_event_holds(real):
    switch(made(real))
    assert shown() == REAL
    for offset, number in (("D+1 07:30", 3), ("D+2 09:00", 3), ("D-300 07:00", 4)):
        stage.manage(clock.jump, by="command", to=stage.at(offset))
        assert (shown(), current().run, current().mark) == (stage.at(offset), number, "trial")
    with refused("jump_outside"):
        stage.manage(clock.jump, by="command", to=stage.at("D+400 07:00"))
    stage.manage(clock.restart, by="command")
    assert (current().run, shown()) == (5, REAL)
    assert run(Origin(at=stage.at("D+3 07:00")), player.perform_due) == 0


@pytest.mark.one_database
def test_an_event_that_runs_is_not_hidden_and_a_rehearsal_of_others_takes_no_place(real, tmp_path):
    trial = made(real)
    stage.manage(events.set_event_state, by="admin", event_id=real.id, state=EventState.RUNNING)
    with refused("rehearsal_hides_event"):
        switch(trial)
    stage.manage(events.set_event_state, by="admin", event_id=real.id, state=EventState.PREPARING)
    switch(trial)
    with refused("trial_is_current"):  # it would run unseen
        stage.manage(events.set_event_state, by="admin", event_id=real.id, state=EventState.RUNNING)
    with refused("real_event_is_current"):  # it would be open to everybody, with the event behind
        database.run(runs.start_run, folder=SMALL, real=REAL)
    made(real)
    assert current().origin_id == real.id, "a new trial takes the former one's place"


@pytest.mark.one_database
def test_it_is_removed_and_only_it(real):
    trial = made(real)
    switch(trial)
    with refused("event_is_current"):
        stage.manage(trials.remove_trial, by="admin", event_id=trial.id)
    switch(real)
    with refused("not_a_trial"):
        stage.manage(trials.remove_trial, by="admin", event_id=real.id)
    stage.manage(trials.remove_trial, by="admin", event_id=trial.id)
    with database.reading() as session:
        assert [one.id for one in listed_events(session)] == [real.id]
    erased = database.run(erasure.erase_event, slug="nho", keep=None, now=REAL + 4000 * DAY)
    assert erased.slug == "nho"
    titles = {one["title_vi"] for one in held(trial)["delegate"]}
    assert len(titles) == 1 and not titles & {one["title_vi"] for one in held(real)["task"]}


@pytest.mark.one_database
def test_it_is_made_of_a_real_event_and_by_a_real_sign_in(event):
    with refused("trial_of_rehearsal"):
        made(event)
    token = database.run(sign_ins.enter_rehearsal, event=event, key="admin", now=REAL)
    origin = Origin(stage.person("admin"), signed_in(token)[1], real=REAL)
    with refused("not_permitted"):
        run(origin, trials.make_trial, event_id=event.id)
