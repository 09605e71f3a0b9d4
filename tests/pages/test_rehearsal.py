"""The rehearsal's clock: for the command room and the administrator only."""

from datetime import datetime, timezone

import pytest

from data.events.clock import clock_of
from data.events.current import current_event
from data.storage import database
from data.words import catalogue
from tests import stage

SAY = catalogue("vi")


def unescaped(label: str) -> str:
    return label.replace("\\", "")


def clock():
    with database.reading() as session:
        return clock_of(session, current_event(session))


@pytest.mark.parametrize("role", ["command", "admin"])
def test_the_clock_runs_pauses_and_changes_its_speed(sample, visit, role):
    visitor = visit(role).open("rehearsal")
    assert visitor.shows(SAY["rehearsal.paused"])
    visitor.tap("rehearsal.resume")
    assert clock().speed == 1.0
    row = next(
        one for one in visitor.at.get("button_group") if one.key.startswith("rehearsal.speed.")
    )
    visitor.choose(row.key, 20.0)
    assert clock().speed == 20.0 and visitor.shows(SAY["rehearsal.running"].format(speed="20"))
    visitor.tap("rehearsal.pause")
    assert clock().paused and clock().resume_speed == 20.0


def test_a_jump_forward_performs_what_lies_between(sample, visit):
    run, before = sample.run, stage.revision()
    visitor = visit("command").open("rehearsal")
    label = SAY["rehearsal.point_start"].format(item="Phiên chính", at="07:30")
    visitor.tap(next(one.key for one in visitor.at.button if unescaped(one.label) == label))
    assert clock().shows(datetime.now(timezone.utc)) == stage.at("D+1 07:30")
    assert stage.revision() > before + 500
    assert stage.current().run == run


def test_a_jump_back_begins_a_new_run(sample, visit):
    visit("command").open("rehearsal").tap("rehearsal.point_0")
    assert stage.current().run == sample.run + 1
    assert clock().shows(datetime.now(timezone.utc)) == stage.at("D-7 08:00")


def test_a_jump_outside_of_the_script_is_refused(sample, visit):
    visitor = visit("command").open("rehearsal")
    visitor.at.selectbox(key="rehearsal.to.day").select_index(0)
    visitor.tap("rehearsal.jump", refused=True)
    assert visitor.refusal.startswith("Thời điểm phải nằm trong kịch bản")
    assert stage.current().run == sample.run


def test_restart_begins_again_and_says_so(sample, visit):
    visit("admin").open("rehearsal").tap("rehearsal.restart")
    assert stage.current().run == sample.run + 1


@pytest.mark.parametrize("role", ["committee", "lead.an_ninh", "desk.ban_1", "media"])
def test_other_roles_only_read(sample, visit, role):
    visitor = visit(role).open("rehearsal")
    assert [one.value for one in visitor.at.info] == [SAY["rehearsal.looking"]]
    assert not [
        one.key for one in visitor.at.button if one.key and one.key.startswith("rehearsal.")
    ]
