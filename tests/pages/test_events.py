"""The page of events, as an administrator sees it: where each stands, and that what is over is
only read.
"""

import pytest

from data.words import catalogue
from models.events.event import EventState
from tests import stage

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
