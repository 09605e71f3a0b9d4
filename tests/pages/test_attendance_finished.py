"""A desk at an item that is over: it is asked once, may go to the one that runs, and counts nothing
there by itself.
"""

import pytest

from data.words import catalogue
from tests import stage
from tests.pages.test_attendance import (
    ITEM,
    count,
    facts,
    missing,
    of_delegation,
    open_tool,
    scan,
    show_item,
    stop,
)
from ui.attendance import finished

pytestmark = pytest.mark.one_database
SAY = catalogue("vi")
FORUM = "dien_dan_1"  # of yesterday
SWITCH, MEAN = "attendance.answer.finished_switch", "attendance.answer.finished_mean"


@pytest.fixture
def forum(sample, visit):
    """The command room's page, left open at yesterday's forum."""
    return show_item(visit("command").open("attendance"), FORUM)


def late_for_forum(number: int = 0):
    """A delegate whom the forum missed and the main session waits for."""
    return [one for one in missing(forum=FORUM) if not facts(one, FORUM)][number]


def test_a_badge_is_asked_about_and_admitted_at_the_item_that_runs_by_one_tap(forum):
    one, before = late_for_forum(), count()
    scan(forum, one.badge)
    assert SAY["attendance.stop_finished"] in stop(forum) and count() == before
    forum.tap(SWITCH)
    assert facts(one) == [("present", "")] and not facts(one, FORUM)
    choice = forum.at.selectbox(key=finished.item_key(stage.current().id))
    assert choice.value == stage.item(ITEM)
    assert SAY["attendance.in"] in forum.at.success[0].value


def test_an_item_that_is_meant_all_the_same_is_asked_about_once(forum):
    first, second = late_for_forum(0), late_for_forum(1)
    before = [len(facts(one, FORUM)) for one in (first, second)]
    scan(forum, first.badge)
    forum.tap(MEAN)
    scan(forum, second.badge)
    assert [len(facts(one, FORUM)) for one in (first, second)] == [one + 1 for one in before]
    assert not forum.has_button(MEAN)
    item, said_at = forum.at.session_state[finished.MEANT]
    forum.at.session_state[finished.MEANT] = (item, said_at - finished.MEANT_FOR)
    scan(forum, first.badge)
    assert forum.has_button(MEAN), "asked once more at a desk left open"


def test_guests_a_head_count_and_a_whole_delegation_are_asked_about_too(sample, visit):
    desk = show_item(open_tool(visit, "command", "doors"), FORUM)
    for name, table in (("guests", "guestfact"), ("heads", "doorcount")):
        before = stage.row_counts()[table]
        desk.write(f"attendance.{name}.number", "3")
        submit = next(one for one in desk.at.button if f"attendance.{name}_form" in (one.key or ""))
        submit.click()
        desk.run(refused=True)
        assert stage.row_counts()[table] == before
        desk.tap(f"attendance.{name}.finished_mean")
        assert stage.row_counts()[table] == before + 1
        del desk.at.session_state[finished.MEANT]
    one, before = late_for_forum(), count()
    desk.choose("attendance.tool", "delegation")
    of_delegation(desk, one.delegation_id).tap("attendance.many.go", refused=True)
    assert count() == before
    desk.tap("attendance.many.finished_mean")
    assert count() > before and facts(one, FORUM)[-1][0] == "present"
