"""Tests of models/access/people.py: the matrix of role and command."""

import pytest

from models.access.people import PERMISSIONS, Person, Role, may, require_may
from models.refusals import Refusal
from tests.rows import every_row

ROLES = (
    "admin",
    "command",
    "committee",
    "media",
    "lead",
    "deputy",
    "rapporteur",
    "desk",
    "display",
)
# "yes" anywhere, "own" within the own section, forum or desk, "low" on people below the two that
# run the house, "no" never
MATRIX = {
    "see_wall": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes"),
    "see_update": ("yes", "yes", "yes", "no", "yes", "yes", "no", "no", "no"),
    "see_plan": ("yes", "yes", "yes", "no", "yes", "yes", "no", "no", "no"),
    "see_attendance": ("yes", "yes", "yes", "no", "yes", "yes", "yes", "yes", "no"),
    "see_roster": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "see_log": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "see_programme": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "see_script": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "see_clock": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes"),
    "see_contributions": ("yes", "yes", "yes", "no", "yes", "yes", "yes", "no", "no"),
    "see_synthesis": ("yes", "yes", "yes", "no", "yes", "yes", "yes", "no", "no"),
    "see_answers": ("yes", "yes", "yes", "no", "yes", "yes", "no", "no", "no"),
    "see_distribution": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "see_media": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "see_review": ("yes", "yes", "yes", "no", "yes", "yes", "no", "no", "no"),
    "see_rehearsal": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "see_people": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "see_events": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "see_event": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "see_audit": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "see_roll_call": ("yes", "yes", "yes", "no", "yes", "yes", "no", "no", "no"),
    "prepare_import": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "edit_task": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "change_office": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "plan_section": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "move_event": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "edit_event": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "pin_item": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "pin_media": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "plan_item": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "report_status": ("yes", "yes", "no", "no", "own", "own", "no", "no", "no"),
    "confirm_section": ("yes", "yes", "no", "no", "own", "own", "no", "no", "no"),
    "acknowledge_silence": ("yes", "yes", "no", "no", "own", "own", "no", "no", "no"),
    "set_headline": ("yes", "yes", "no", "no", "own", "own", "no", "no", "no"),
    "admit": ("yes", "yes", "no", "no", "no", "no", "no", "own", "no"),
    "excuse": ("yes", "yes", "no", "no", "no", "no", "no", "own", "no"),
    "undo_attendance": ("yes", "yes", "no", "no", "no", "no", "no", "own", "no"),
    "settle_conflict": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "close_roll": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "replace_badge": ("yes", "yes", "no", "no", "no", "no", "no", "own", "no"),
    "export_badges": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "add_delegate": ("yes", "yes", "no", "no", "no", "no", "no", "own", "no"),
    "change_delegate": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "open_entry": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "update_entry": ("yes", "yes", "no", "no", "own", "own", "no", "no", "no"),
    "start_item": ("yes", "yes", "no", "no", "no", "no", "own", "no", "no"),
    "finish_item": ("yes", "yes", "no", "no", "no", "no", "own", "no", "no"),
    "run_script": ("yes", "yes", "no", "no", "no", "no", "own", "no", "no"),
    "run_room": ("yes", "yes", "no", "no", "no", "no", "own", "no", "no"),
    "open_calendar": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "publish_programme": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "write_script": ("yes", "yes", "yes", "no", "no", "no", "own", "no", "no"),
    "register_contribution": ("yes", "yes", "yes", "no", "no", "no", "own", "no", "no"),
    "merge_contribution": ("yes", "yes", "yes", "no", "no", "no", "own", "no", "no"),
    "moderate_contribution": ("yes", "yes", "yes", "no", "no", "no", "own", "no", "no"),
    "export_contributions": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "open_questions": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "lead_forum": ("yes", "yes", "yes", "no", "no", "no", "own", "no", "no"),
    "edit_topics": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "orient_forum": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "sign_minutes": ("yes", "yes", "no", "no", "no", "no", "own", "no", "no"),
    "write_synthesis": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "approve_synthesis": ("no", "no", "yes", "no", "no", "no", "no", "no", "no"),
    "register_petition": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "record_answer": ("yes", "yes", "yes", "no", "own", "own", "no", "no", "no"),
    "distribute": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "handle_addresses": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "plan_media": ("yes", "yes", "no", "yes", "no", "no", "no", "no", "no"),
    "publish_media": ("yes", "yes", "no", "yes", "no", "no", "no", "no", "no"),
    "open_roll_call": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "answer_roll_call": ("no", "no", "no", "no", "own", "own", "no", "no", "no"),
    "sign_review": ("no", "no", "yes", "no", "no", "no", "no", "no", "no"),
    "withdraw_review": ("no", "no", "yes", "no", "no", "no", "no", "no", "no"),
    "give_directive": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "acknowledge_directive": ("no", "no", "no", "no", "own", "own", "no", "no", "no"),
    "report_directive": ("no", "no", "no", "no", "own", "own", "no", "no", "no"),
    "withdraw_directive": ("no", "no", "yes", "no", "no", "no", "no", "no", "no"),
    "set_clock": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "apply_import": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "undo_import": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "switch_event": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "set_event_state": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "make_trial": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "invite": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "withdraw": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "set_pin": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "give_token": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "set_email": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "end_sign_in": ("yes", "low", "no", "no", "no", "no", "no", "no", "no"),
    "open_display": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "set_password": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "no"),
    "lock": ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes"),
    "export_audit": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "export_plan": ("yes", "yes", "yes", "no", "yes", "yes", "no", "no", "no"),
    "export_delegates": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "export_archive": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "handle_personal_data": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "export_personal_data": ("yes", "yes", "no", "no", "no", "no", "no", "no", "no"),
    "erase_delegate": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "keep_particulars": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "export_event": ("yes", "no", "no", "no", "no", "no", "no", "no", "no"),
    "export_distribution": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "export_review": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "export_synthesis": ("yes", "yes", "yes", "no", "no", "no", "own", "no", "no"),
    "export_answers": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "export_roll_call": ("yes", "yes", "yes", "no", "no", "no", "no", "no", "no"),
    "export_attendance": ("yes", "yes", "yes", "no", "no", "no", "no", "own", "no"),
}
CASES = [
    (command, role, cell)
    for command, row in MATRIX.items()
    for role, cell in zip(ROLES, row, strict=True)
]


def person_with(role: str) -> Person:
    return Person(
        key=role,
        role=role,
        section_key="an_ninh",
        desk_key="ban_1",
        item_key="dien_dan_1",
        name_vi="",
        name_en="",
    )


def test_the_matrix_has_every_command_and_every_role():
    assert set(MATRIX) == set(PERMISSIONS)
    assert set(ROLES) == {role.value for role in Role}


@every_row(("command", "role", "cell"), CASES)
def test_who_may_do_what(command, role, cell):
    own = {"section": "an_ninh", "desk": "ban_1", "item": "dien_dan_1", "role": "lead"}
    foreign = {"section": "hau_can", "desk": "ban_2", "item": "dien_dan_2", "role": "admin"}
    assert may(person_with(role), command, **own) is (cell != "no")
    assert may(person_with(role), command, **foreign) is (cell == "yes")


@every_row("command", MATRIX)
def test_no_one_does_anything_without_signing_in(command):
    assert not may(None, command, section="an_ninh", desk="ban_1", item="dien_dan_1", role="lead")
    with pytest.raises(Refusal, match="sign_in_needed"):
        require_may(None, command)


def test_who_may_not_is_refused_with_the_command():
    with pytest.raises(Refusal) as caught:
        require_may(person_with("lead"), "report_status", section="hau_can")
    assert (caught.value.code, caught.value.facts) == (
        "not_permitted",
        {"command": "report_status"},
    )
    require_may(person_with("lead"), "report_status", section="an_ninh")


@pytest.mark.parametrize("role", ["lead", "deputy", "desk", "rapporteur"])
def test_a_command_without_a_scope_is_no_ones_own(role):
    """A lead without a section, asked about no section, must not match by having nothing in
    common.
    """
    nobodys = Person(key=role, role=role, name_vi="", name_en="")
    assert not any(
        may(nobodys, command) for command, row in MATRIX.items() if row[ROLES.index(role)] == "own"
    )


@pytest.mark.parametrize("managed", ["admin", "command"])
def test_the_command_room_cannot_make_itself_administrator(managed):
    """Anyone who may invite an administrator is one."""
    assert not may(person_with("command"), "invite", role=managed) and may(
        person_with("admin"), "invite", role=managed
    )
