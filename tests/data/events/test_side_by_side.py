"""Tests of events side by side: no load, rehearsal or switch loses one, and what is over is only
read.
"""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.access import events, invitations, people, sign_ins
from data.attendance import commands, scans
from data.bootstrap import Door, create_event, open_sample
from data.commands import Origin, run
from data.events import loading
from data.events.listed import listed_events
from data.incidents import open_entry
from data.rehearsal import runs
from data.storage import database
from models.access.people import Visitor
from models.access.sign_ins import UNKNOWN_CLIENT, SignIn, SignInMethod
from models.events.event import Draft, EventState
from tests import stage
from tests.stage import REAL, SMALL, current, refused

HOUR = timedelta(hours=1)


def load(folder: Path = SMALL, *, rehearsal: bool = False, **facts):
    facts = {"folder": folder, "rehearsal": rehearsal, "now": REAL, **facts}
    return database.run(loading.load_event, **facts)


@pytest.fixture
def other(tmp_path) -> Path:
    """A folder with another event: its own slug, and one lead fewer."""
    folder = tmp_path / "other"
    shutil.copytree(SMALL, folder)
    for name, old, new in (
        ("event.toml", 'slug = "nho"', 'slug = "khac"'),
        ("event.toml", "Gặp mặt nhỏ", "Hội nghị khác"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    people_csv = (folder / "people.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    left = [line for line in people_csv if not line.startswith("deputy.")]
    (folder / "people.csv").write_text("".join(left), encoding="utf-8")
    return folder


def listed() -> list[tuple[str, int, str, bool]]:
    with database.reading() as session:
        return [(one.slug, one.run, one.state.value, one.current) for one in listed_events(session)]


def tell(text: str = "Mất điện", by: str = "command") -> None:
    facts = {"section_id": stage.section("an_ninh"), "priority": 2, "text": text}
    stage.give(open_entry, by=by, when=REAL, **facts)


def switch(event, name: str, *, by: str | None = "admin", sign_in_id: int | None = None):
    origin = Origin(stage.person(by) if by else None, sign_in_id, real=REAL)
    command = events.switch_event if by else events.switch_from_command_line
    return run(origin, command, event_id=event.id, name=name)


def put(state: str, *, name: str = "", by: str = "admin", event=None) -> None:
    facts = {"event_id": (event or current()).id, "state": EventState(state), "name": name}
    stage.manage(events.set_event_state, by=by, **facts)


# --- loading -------------------------------------------------------------------------------------


def test_loading_what_holds_facts_is_refused_until_its_name_replaces_it(db):
    first = load()
    again = load()  # nothing was recorded: the new version takes its place
    assert (current().id, again.run) == (again.id, 2)
    tell()
    with refused("event_has_facts", event="nho", count=1):
        load()
    with refused("event_not_named"):
        load(replaces="Gặp mặt")
    third = load(replaces="  gặp mặt nhỏ ")
    assert current().id == third.id
    assert listed() == [
        ("nho", 3, "preparing", True),
        ("nho", 2, "archived", False),
        ("nho", 1, "archived", False),
    ]
    with database.reading() as session:
        rows = {one.id: one for one in listed_events(session)}
    assert (rows[again.id].recorded.count, rows[first.id].recorded.count) == (1, 0)
    assert rows[again.id].replaced and not rows[third.id].replaced


def test_a_second_real_event_waits_beside_the_first_and_a_rehearsal_takes_no_place(db, other):
    load()
    tell()
    load(other)
    assert [(slug, chosen) for slug, _, _, chosen in listed()] == [("nho", True), ("khac", False)]
    for folder in (SMALL, other):
        with refused("real_event_is_current", name="Gặp mặt nhỏ"):
            load(folder, rehearsal=True)
        with refused("real_event_is_current"):
            database.run(runs.start_run, folder=folder, real=REAL)
    with refused("not_a_rehearsal"):
        database.run(sign_ins.enter_rehearsal, event=current(), key="admin", now=REAL)


def test_who_looked_at_the_sample_first_makes_the_first_real_event_all_the_same(event):
    door, draft = Door(from_machine=True), Draft("Hội nghị", event.first_day, event.last_day)
    for refusal, asked in (("setup_over", open_sample), ("setup_code_wrong", create_event)):
        facts = {"door": Door(code="x")} | ({"draft": draft} if asked is create_event else {})
        with refused(refusal):
            database.run(asked, **facts | ({"door": door} if asked is open_sample else {}))
    link = database.run(create_event, door=door, draft=draft)
    assert listed() == [("hoi_nghi", 1, "preparing", True), ("nho", 1, "running", False)]
    assert signed_in(database.run(invitations.join, token=link, now=REAL)) == "admin"
    for again in (create_event, open_sample):
        with refused("setup_over"):
            database.run(again, door=door, **({"draft": draft} if again is create_event else {}))


def test_the_next_event_is_made_beside_the_one_in_use_and_entered_by_switching(db):
    first = load()
    tell()
    draft = Draft("Đại hội nhiệm kỳ", first.first_day, first.first_day, "Vinh", 300)
    made = stage.manage(events.add_event, by="admin", draft=draft)
    assert listed() == [("nho", 1, "preparing", True), ("dai_hoi_nhiem_ky", 1, "preparing", False)]
    with refused("event_is_there", name="Đại hội nhiệm kỳ"):
        stage.manage(events.add_event, by="admin", draft=draft)
    with refused("event_name_needed"):
        stage.manage(events.add_event, by="admin", draft=replace(draft, name=" – "))
    with database.writing() as session:
        number = sign_ins.sign_in_of(
            session,
            sign_ins.begin(
                session, stage.person("admin"), how=SignInMethod.INVITATION,
                client_info=UNKNOWN_CLIENT, now=REAL,
            ),
            now=REAL,
        )  # fmt: skip
        session.get_one(SignIn, number).rehearsal = True
    with refused("not_permitted"):
        later = replace(draft, name="Lễ khác")
        run(Origin(stage.person("admin"), number, real=REAL), events.add_event, draft=later)
    with database.reading() as session:
        event = events.event_by_id(session, made)
    assert switch(event, "Đại hội nhiệm kỳ") and current().event_noun == "congress"


# --- which one is current ------------------------------------------------------------------------


def signed_in(token: str) -> str | None:
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token, now=REAL)
        person = sign_ins.visitor_of(session, number, now=REAL).person
        return person.key if person else None


def joined(key: str) -> str:
    link = run(Origin(real=REAL), invitations.invite_from_command_line, key=key)
    return database.run(invitations.join, token=link, now=REAL)


def test_switching_asks_for_the_name_loses_nothing_and_lets_only_the_own_people_in(db, other):
    first = load()
    tell()
    deputy, admin = joined("deputy.an_ninh"), joined("admin")
    waiting = run(Origin(real=REAL), invitations.invite_from_command_line, key="lead.an_ninh")
    second = load(other)
    with refused("event_not_named", name="Hội nghị khác"):
        switch(second, "Gặp mặt nhỏ")
    with refused("event_is_current", name="Gặp mặt nhỏ"):
        switch(first, "nho")
    link = switch(second, "Hội nghị khác")
    assert listed()[0] == ("khac", 1, "preparing", True)
    assert signed_in(database.run(invitations.join, token=link, now=REAL)) == "admin"
    assert (signed_in(deputy), signed_in(admin)) == (None, None), "people of another event"
    with refused("invitation_unknown"):
        database.run(invitations.join, token=waiting, now=REAL)
    with refused("person_unknown"):
        stage.person("deputy.an_ninh")
    with database.reading() as session:
        assert len(people.people(session)) == 9, "no ghosts of the other event"
    with refused("sign_in_needed"):
        run(Origin(real=REAL), events.switch_event, event_id=first.id, name="nho")
    switch(first, "NHO", by=None)
    assert listed()[0] == ("nho", 1, "preparing", True)
    assert (signed_in(deputy), signed_in(admin)) == ("deputy.an_ninh", "admin"), "as it was left"
    with refused("event_has_facts", count=1):
        load()


def test_a_rehearsal_neither_hides_a_real_event_nor_leads_into_one(event, other):
    real = load(other)  # takes the place of a rehearsal, which stays in the list
    assert listed() == [("khac", 1, "preparing", True), ("nho", 1, "running", False)]
    with refused("rehearsal_hides_event", name="Hội nghị khác"):
        switch(event, "nho")
    with database.writing() as session:  # as in a database of before: the rehearsal is current
        loading.record_choice(session, event, now=REAL, by=None)
    token = database.run(sign_ins.enter_rehearsal, event=event, key="admin", now=REAL)
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token, now=REAL)
    with refused("not_permitted"):
        switch(real, "khac", sign_in_id=number)
    with refused("not_permitted"):
        origin = Origin(stage.person("admin"), number, real=REAL)
        run(origin, events.set_event_state, event_id=real.id, state=EventState.DONE, name="khac")


# --- what is over --------------------------------------------------------------------------------


def test_an_event_that_is_over_is_only_read_until_it_is_opened_again(db):
    load()
    tell()
    put("running")
    with refused("event_not_named"):
        put("done", name="nhỏ")
    with refused("event_state_same"):
        put("running")
    put("done", name="nho")
    one = {"badge": stage.VAN, "item_id": stage.item("phien_chinh")}
    with refused("event_is_over", state="done"):
        tell("Muộn")
    with refused("event_is_over"):
        stage.give(commands.admit, by="command", when=REAL, **one)
    request = scans.DeviceScan("k", one["badge"], one["item_id"], REAL)
    visitor = Visitor(stage.person("desk.ban_1"))
    with stage.nothing_written():
        (outcome,) = scans.submit(scans.ScanRequest(visitor, (request,))).result()
    assert outcome.code == "event_is_over"
    assert joined("command"), "people still come in to read"
    put("archived")  # from one that is over to the other no name is asked
    put("running")
    tell("Đã mở lại")
    with database.reading() as session:
        assert listed_events(session)[0].recorded.count == 2, "a state is no fact of the event"
