"""The page of events, as an administrator sees it: where each stands, and that what is over is
only read.
"""

from datetime import date

import pytest
from sqlalchemy import text

from data import bootstrap
from data.access import sign_ins
from data.bootstrap import Door
from data.events import loading
from data.events.clock import real_now
from data.storage import changes, database
from data.words import catalogue
from models.access.sign_ins import UNKNOWN_CLIENT, SignInMethod
from models.events.event import Draft, Event, EventState
from tests import stage
from tests.pages.visitor import FRAMED

pytestmark = pytest.mark.one_database

SAY = catalogue("vi")


def test_an_event_is_ended_by_its_name_and_opened_again(event, visit):
    page, form = visit("admin", "vi").open("events"), f"events.{event.id}"
    page.select(f"{form}.state", EventState.DONE)
    page.tap(f"{form}.state_set", refused=True)
    assert page.refusal == SAY["refusal.event_not_named"].format(name=event.short_name_vi)
    assert stage.current().state == "running"
    page.write(f"{form}.state_name", event.slug).tap(f"{form}.state_set")
    assert stage.current().state == "done"
    assert page.shows(SAY["events.over"].format(state=SAY["events.done"]))
    page.select(f"{form}.state", EventState.RUNNING).tap(f"{form}.state_set")
    assert stage.current().state == "running"


def test_an_archived_event_is_taken_as_one_file_and_the_day_of_its_erasure_is_said(event, visit):
    due = SAY["erasure.due"].format(day="6/4/2024")
    page, form = visit("admin", "vi").open("events"), f"events.{event.id}"
    assert [one.label for one in page.at.get("download_button")] == [SAY["exports.event_file"]]
    page.select(f"{form}.state", EventState.ARCHIVED).write(f"{form}.state_name", event.slug)
    page.tap(f"{form}.state_set")
    taken = [SAY["exports.event_file"], SAY["archive.take"]]
    assert [one.label for one in page.at.get("download_button")] == taken
    assert page.shows(SAY["archive.why"].format(day="6/4/2024"))
    with database.writing() as session:  # the backup in it holds names, which go earlier
        kept = {"name": {"reason": "Gọi xe", "erase_on": "2024-03-20"}}
        session.get_one(Event, event.id).particulars = kept
        changes.note_of_event(session, event_id=event.id, at=stage.REAL, what={})
    assert page.open("events").shows(SAY["archive.why"].format(day="20/3/2024"))
    assert visit("admin", "vi").open("home").shows(due)
    assert not visit("command", "vi").open("home").shows(due)


def test_from_the_sample_one_is_led_to_where_an_own_event_is_made(event, visit):
    page = visit("admin", "vi").open("events")
    assert page.shows(SAY["events.own_why"]) and page.has_button("events.own")
    assert not page.shows(SAY["events.add_why"])


def test_a_trial_is_made_listed_with_its_mark_and_removed(db, visit):
    real = database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=stage.REAL)
    with database.writing() as session:
        token = sign_ins.begin(
            session, stage.person("admin"), how=SignInMethod.INVITATION, client_info=UNKNOWN_CLIENT,
            now=real_now(),
        )  # fmt: skip
        number = sign_ins.sign_in_of(session, token, now=real_now())
    page = visit()
    page.at.user = {"sign_in": str(number)}  # a real event is entered by invitation
    page.open("events")
    assert not page.shows(SAY["events.trial_of"]) and not page.shows(SAY["events.own_why"])
    form = "events.add.1"
    page.at.session_state["events.add.box"] = True
    page.open("events").select(f"{form}.first", real_now().date())
    page.tap(f"{form}.add", refused=True)
    assert page.refusal == SAY["refusal.event_name_needed"]
    page.write(f"{form}.name", "Đại hội").tap(f"{form}.add")
    assert page.shows("Đại hội") and page.has_button("events.add.2.add")
    page.tap(f"events.{real.id}.make_trial")
    assert page.shows(SAY["events.trial_of"]) and page.shows(SAY["events.trial"])
    trial = real.id + 2
    assert page.has_button(f"events.{trial}.switch")
    assert not page.has_button(f"events.{trial}.make_trial")
    page.tap(f"events.{trial}.remove_trial")
    assert not page.shows(SAY["events.trial_of"]) and stage.current().id == real.id


def test_every_page_opens_at_an_event_that_holds_nothing_but_its_name_and_days(db, visit):
    draft = Draft("Hội nghị tổng kết", date(2026, 12, 17), date(2026, 12, 18), "Vinh", 565)
    database.run(bootstrap.create_event, door=Door(from_machine=True), draft=draft)
    bootstrap.mark().unlink()
    with database.writing() as session:  # in which a test may enter without an invitation
        session.execute(text("UPDATE event SET rehearsal = TRUE"))
    page = visit("admin", "vi")
    failed = []
    for name in FRAMED:
        try:
            page.open(name)
        except AssertionError as failure:
            failed.append((name, str(failure)[-900:]))
    assert not failed
    assert page.open("plan").shows(SAY["wall.work_empty"])  # where all of none is done
