"""The desk: a badge, a search, a substitute, an excuse, and every refusal in one sentence."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.attendance.badges import replace_badge
from data.attendance.commands import admit, announce_substitute, excuse
from data.attendance.offline_scans import take_late
from data.commands import run
from data.storage import database
from data.words import catalogue
from models.attendance.badges import badge_of, check_letter
from models.attendance.ledger import (
    AttendanceCount,
    AttendanceFact,
    AttendanceState,
    Delegate,
    Expectation,
)
from tests import stage
from tests.pages.visitor import MARKUP

SAY = catalogue("vi")
ITEM = "phien_chinh"


def missing(*, forum: str | None = None) -> list[Delegate]:
    """Delegates who have not been recorded at the main session; expected at a forum where one is
    named.
    """
    recorded = select(AttendanceState.delegate_id).where(
        AttendanceState.item_id == stage.item(ITEM)
    )
    query = select(Delegate).where(Delegate.id.not_in(recorded)).order_by(Delegate.id)
    if forum:
        query = query.join(Expectation, Expectation.delegate_id == Delegate.id).where(
            Expectation.item_id == stage.item(forum)
        )
    with database.reading() as session:
        found = list(session.execute(query).scalars())
        session.expunge_all()
        return found


def facts(delegate: Delegate, item: str = ITEM) -> list[tuple]:
    query = select(AttendanceFact.status, AttendanceFact.words).where(
        AttendanceFact.delegate_id == delegate.id, AttendanceFact.item_id == stage.item(item)
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query.order_by(AttendanceFact.id))]


def count() -> int:
    with database.reading() as session:
        return len(session.execute(select(AttendanceFact.id)).all())


def scan(visitor, badge: str, *, refused: bool = False):
    visitor.write("attendance.badge_typed", badge)
    submit = next(
        one
        for one in visitor.at.button
        if one.key and one.key.startswith("FormSubmitter:attendance.badge")
    )
    submit.click()
    return visitor.run(refused=refused)


def stop(visitor) -> str:
    """The one sentence that says why a badge is refused, in red or amber, without Markdown."""
    (sentence,) = (one.value for one in [*visitor.at.error, *visitor.at.warning])
    return MARKUP.sub("", sentence)


def show_item(visitor, key: str):
    visitor.at.selectbox(key=f"attendance.item.{stage.current().id}").set_value(stage.item(key))
    return visitor.run()


def search(visitor, query: str):
    return visitor.write("attendance.query", query).run()


def found(visitor) -> list[str]:
    """The people that a search shows, in bold."""
    return [
        one.value
        for one in visitor.at.markdown
        if one.value.startswith("**") and one.value.count("·") == 2
    ]


def test_a_scan_admits_names_the_delegate_and_empties_the_field(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge.lower())
    assert facts(one) == [("present", "")]
    (answer,) = (shown.value for shown in desk.at.success)
    assert SAY["attendance.in"] in answer and one.badge in answer
    assert desk.field("attendance.badge_typed").value == ""
    assert desk.shows(f"06:52 · {one.badge}")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("hello", "badge_malformed"),
        ("9999" + check_letter("9999"), "badge_unknown"),
    ],
)
def test_an_invalid_badge_is_refused_and_stays_in_the_field(sample, visit, typed, code):
    before = count()
    desk = scan(visit("desk.ban_1").open("attendance"), typed, refused=True)
    assert SAY[f"refusal.{code}"].format(badge=typed) in stop(desk)
    assert SAY["attendance.stop_unknown"] in stop(desk)
    assert desk.field("attendance.badge_typed").value == typed
    assert count() == before


def test_a_mistyped_badge_is_refused_as_mistyped(sample, visit):
    one = missing()[0]
    wrong = one.badge[:3] + str((int(one.badge[3]) + 1) % 10) + one.badge[4]
    desk = scan(visit("desk.ban_1").open("attendance"), wrong, refused=True)
    assert SAY["refusal.badge_mistyped"].format(badge=wrong) in stop(desk)


@pytest.mark.parametrize(
    ("language", "name"),
    [("vi", "Diễn đàn về công tác xây dựng Đảng"), ("en", "Forum on Party building")],
)
def test_the_wrong_forum_names_the_right_one_in_the_readers_language(sample, visit, language, name):
    one = missing(forum="dien_dan_1")[0]
    room = show_item(visit("command", language).open("attendance"), "dien_dan_2")
    scan(room, one.badge).tap("attendance.answer.finished_mean")
    assert catalogue(language)["attendance.stop_room"] in stop(room)
    assert name in stop(room) and one.badge in stop(room)
    assert not facts(one, "dien_dan_2")


def test_a_second_scan_says_when_and_at_which_desk_the_first_was(sample, visit):
    one = missing()[0]
    scan(visit("desk.ban_1").open("attendance"), one.badge)
    second = scan(visit("desk.ban_7").open("attendance"), one.badge, refused=True)
    assert SAY["attendance.stop_already"] in stop(second)
    assert "06:52" in stop(second) and "Bàn điểm danh số 1" in stop(second)
    assert facts(one) == [("present", "")]


def test_the_next_scan_replaces_the_refusal(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), "hello", refused=True)
    scan(desk, one.badge)
    assert facts(one) == [("present", "")]


def test_a_desk_starts_with_the_item_that_it_serves_and_is_refused_at_others(sample, visit):
    desk = visit("desk.ban_7").open("attendance")
    assert desk.at.selectbox[0].value == stage.item(ITEM)
    one = missing(forum="dien_dan_1")[0]
    scan(show_item(desk, "dien_dan_1"), one.badge, refused=True)
    assert stop(desk).startswith(SAY["refusal.desk_not_for_item"].split("{")[0])


def test_a_search_without_accents_finds_both_and_distinguishes_them(sample, visit):
    desk = search(visit("desk.ban_1").open("attendance"), "nghi van")
    names = " ".join(found(desk))
    assert "Nghi Văn" in names and "Nghi Vạn" in names
    exact = found(search(desk, "nghi vạn"))
    assert "Nghi Vạn" in exact[0] and "Nghi Văn" not in exact[0]


def test_a_search_without_results_says_so(sample, visit):
    desk = search(visit("desk.ban_1").open("attendance"), "xyzzy")
    assert desk.shows(SAY["attendance.nobody"].format(query="xyzzy"))


def in_search(visit, role: str, delegate: Delegate):
    return search(
        visit(role).open("attendance"), delegate.badge
    ), f"attendance.person.{delegate.id}"


def instead(desk, form: str, name: str):
    """Says of a delegate who came in their place: a tap, a name, a tap."""
    desk.tap(form)
    desk.write("attendance.substitute_name", name)
    return submit(desk, "attendance.substitute_name_form")


def test_a_substitute_needs_an_office(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    instead(desk, f"{form}.instead", "")
    assert SAY["attendance.stop_substitute"] in stop(desk)
    assert not facts(one)
    instead(desk, f"{form}.instead", "Phó Chủ tịch UBND xã")
    assert facts(one) == [("substitute", "Phó Chủ tịch UBND xã")]
    assert SAY["attendance.in_substitute"] in desk.at.success[0].value


def test_a_badge_just_scanned_turns_out_to_be_carried_by_a_substitute(sample, visit):
    """The delegate is taken back only once the name is known, and not by a question cancelled."""
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge)
    desk.tap("attendance.instead")
    desk.tap("attendance.substitute_name_cancel")
    assert facts(one) == [("present", "")]
    scan(desk.pause(), one.badge, refused=True)
    other = missing()[1]
    scan(desk, other.badge)
    instead(desk, "attendance.instead", "Phó Chủ tịch UBND xã")
    assert facts(other) == [
        ("present", ""),
        ("undone", ""),
        ("substitute", "Phó Chủ tịch UBND xã"),
    ]


def test_an_excuse_needs_a_reason(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "command", one)
    desk.tap(f"{form}.excuse", refused=True)
    assert stop(desk) == SAY["refusal.reason_needed"]
    desk.write(f"{form}.reason", "Ốm").tap(f"{form}.excuse")
    assert facts(one) == [("excused", "Ốm")]
    assert SAY["attendance.in_excused"] in desk.at.info[0].value


def test_what_was_recorded_can_be_undone_and_stays_in_the_log(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    desk.tap(f"{form}.admit").tap(f"{form}.undo")
    assert facts(one) == [("present", ""), ("undone", "")]
    assert SAY["attendance.undone"] in desk.at.info[0].value
    desk.tap(f"{form}.admit")
    assert facts(one)[-1] == ("present", "")


def test_the_figures_follow_a_scan(sample, visit):
    one = missing()[0]
    desk = visit("desk.ban_1").open("attendance")
    before = int(desk.at.metric[0].value.split(" / ")[0].replace(".", ""))
    scan(desk, one.badge)
    assert int(desk.at.metric[0].value.split(" / ")[0].replace(".", "")) == before + 1
    assert len(desk.at.get("vega_lite_chart")) == 1


def test_numbers_are_written_as_the_language_writes_them(sample, visit):
    assert visit("command").open("attendance").at.metric[0].value.endswith(" / 1.121")
    assert visit("command", "en").open("attendance").at.metric[0].value.endswith(" / 1,121")


@pytest.mark.parametrize("role", ["committee", "lead.an_ninh", "rapporteur.dien_dan_1"])
def test_other_roles_only_read(sample, visit, role):
    visitor = visit(role).open("attendance")
    assert [one.value for one in visitor.at.caption][0] == SAY["attendance.read_only"]
    assert not visitor.at.text_input
    assert not [one for one in visitor.at.button_group if one.key == "attendance.tool"]


def test_the_table_lists_every_delegation_worst_first(sample, visit):
    table = visit("command").open("attendance").table("attendance.delegations")
    column = [one["label"] for one in table["columns"]].index(SAY["attendance.not_yet"])
    left = [row["cells"][column]["sort"] for row in table["rows"]]
    assert len(left) == 21 and left == sorted(left, reverse=True)


# --- what an answer asks for ----------------------------------------------------------------------


def submit(visitor, form: str, *, refused: bool = False):
    """Taps the button of a form; of several the first."""
    button = next(
        one for one in visitor.at.button if one.key and one.key.startswith(f"FormSubmitter:{form}")
    )
    button.click()
    return visitor.run(refused=refused)


def give(command, *, by: str = "command", **facts):
    return stage.give(command, by=by, when="D+1 06:51", item_id=stage.item(ITEM), **facts)


def test_admission_to_another_room_needs_a_reason(sample, visit):
    one = missing(forum="dien_dan_1")[0]
    room = scan(show_item(visit("command").open("attendance"), "dien_dan_2"), one.badge)
    room.tap("attendance.answer.finished_mean")
    submit(room, "attendance.override_form")
    assert SAY["attendance.stop_room"] in stop(room) and not facts(one, "dien_dan_2")
    room.write("attendance.override", "Trưởng đoàn phát biểu")
    submit(room, "attendance.override_form")
    assert facts(one, "dien_dan_2") == [("present", "Trưởng đoàn phát biểu")]
    assert SAY["attendance.in"] in room.at.success[0].value


def test_an_excused_delegate_who_comes_is_admitted_and_the_answer_says_so(sample, visit):
    one = missing()[0]
    give(excuse, badge=one.badge, reason="Ốm")
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge)
    assert SAY["attendance.in_excused_before"] in desk.at.success[0].value
    assert facts(one)[-1] == ("present", "")


def test_the_door_asks_for_the_name_of_an_announced_substitute_without_one(sample, visit):
    one = missing()[0]
    give(announce_substitute, badge=one.badge, substitute="")
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge)
    assert SAY["attendance.stop_substitute"] in stop(desk)
    submit(desk, "attendance.substitute_name_form")
    assert SAY["attendance.stop_substitute"] in stop(desk)  # it asks again, for the same badge
    desk.write("attendance.substitute_name", "Phó Chánh Văn phòng")
    submit(desk, "attendance.substitute_name_form")
    assert facts(one)[-1] == ("substitute", "Phó Chánh Văn phòng")
    assert "Phó Chánh Văn phòng" in desk.at.success[0].value


def test_a_replaced_badge_says_when_it_was_replaced(sample, visit):
    one = missing()[0]
    stage.give(replace_badge, by="command", when="D+1 06:51", badge=one.badge)
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge, refused=True)
    assert SAY["attendance.stop_replaced"] in stop(desk) and "06:51" in stop(desk)


def test_one_tap_undoes_the_last_act(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge).tap("attendance.undo_last")
    assert facts(one) == [("present", ""), ("undone", "")]
    assert SAY["attendance.undone"] in desk.at.info[0].value
    assert not desk.has_button("attendance.undo_last")


def test_each_of_the_last_ten_can_be_undone(sample, visit):
    first, second = missing()[:2]
    desk = visit("desk.ban_1").open("attendance")
    scan(scan(desk, first.badge), second.badge)
    assert desk.shows(first.badge) and not desk.has_button(f"attendance.newest.{first.id}.undo")
    desk.at.session_state["attendance.newest_undo"] = True  # unfolded
    desk.run().tap(f"attendance.newest.{first.id}.undo")
    assert facts(first)[-1] == ("undone", "") and facts(second) == [("present", "")]
    assert (
        len([one for one in desk.at.button if one.key and one.key.startswith("attendance.newest.")])
        == 10
    )


def test_a_delegate_who_leaves_is_shown_as_outside_and_may_enter_again(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    desk.tap(f"{form}.admit").tap(f"{form}.common")
    assert SAY["attendance.in_left"] in desk.at.info[0].value and desk.shows(
        SAY["attendance.place_common"]
    )
    desk.tap(f"{form}.outside").tap(f"{form}.admit")
    assert SAY["attendance.in"] in desk.at.success[0].value
    assert [standing for standing, _ in facts(one)] == ["present"] * 4


def test_the_command_room_excuses_from_the_whole_event_and_a_desk_does_not(sample, visit):
    one = missing(forum="dien_dan_1")[0]
    room, form = in_search(visit, "command", one)
    room.at.checkbox(key=f"{form}.whole").check()
    room.write(f"{form}.reason", "Công tác nước ngoài").tap(f"{form}.excuse")
    assert facts(one) == [
        ("excused", "Công tác nước ngoài")
    ]  # the forums have ended by then; the main session has not
    desk, form = in_search(visit, "desk.ban_1", missing()[0])
    assert not [one for one in desk.at.checkbox if one.key == f"{form}.whole"]


def test_a_substitute_announced_for_the_whole_event_counts_again_when_their_coming_is_undone(
    sample, visit
):
    one = missing(forum="dien_dan_1")[0]
    room, form = in_search(visit, "command", one)
    room.at.checkbox(key=f"{form}.whole").check()
    room.write(f"{form}.substitute", "Bà Trần Thị Lan, Phó Chủ tịch").tap(f"{form}.announce")
    assert facts(one) == [("announced", "Bà Trần Thị Lan, Phó Chủ tịch")]
    assert SAY["attendance.in_announced"] in room.at.info[0].value
    scan(room, one.badge)
    other, form = in_search(visit, "command", one)
    other.tap(f"{form}.undo")
    assert [standing for standing, _ in facts(one)] == ["announced", "substitute", "announced"]


def test_a_badge_is_replaced_from_the_search_and_the_card_shows_the_new_one(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    desk.tap(f"{form}.badge")
    with database.reading() as session:
        new = session.get(Delegate, one.id).badge
    assert new == badge_of(1122) and desk.shows(new)
    assert desk.field("attendance.query").value == new


# --- further tools of a desk ----------------------------------------------------------------------


def open_tool(visit, role: str, tool: str, language: str = "vi"):
    return visit(role, language).open("attendance").choose("attendance.tool", tool)


def of_delegation(visitor, delegation_id: int):
    visitor.at.selectbox(key="attendance.many.delegation").set_value(delegation_id)
    return visitor.run()


def test_one_tap_admits_a_whole_delegation_except_the_unticked(sample, visit):
    first = missing()[0]
    those = [one for one in missing() if one.delegation_id == first.delegation_id]
    desk = of_delegation(open_tool(visit, "desk.ban_1", "delegation"), first.delegation_id)
    desk.at.checkbox(key=f"attendance.many.tick.{first.id}").uncheck()
    desk.run()
    (button,) = (one for one in desk.at.button if one.key == "attendance.many.go")
    assert button.label == SAY["attendance.many_go_admit"].format(number=len(those) - 1)
    desk.tap("attendance.many.go")
    assert not facts(first) and all(facts(one) == [("present", "")] for one in those[1:])
    assert f"{len(those) - 1}" in desk.at.success[0].value


def test_one_reason_excuses_several_delegates_and_none_is_excused_without(sample, visit):
    first = missing()[0]
    those = [one for one in missing() if one.delegation_id == first.delegation_id]
    room = of_delegation(open_tool(visit, "command", "delegation"), first.delegation_id)
    room.choose("attendance.many.how", "excuse").tap("attendance.many.go", refused=True)
    assert stop(room) == SAY["refusal.reason_needed"] and not facts(first)
    room.write("attendance.many.excuse", "Mưa lũ").tap("attendance.many.go")
    assert all(facts(one) == [("excused", "Mưa lũ")] for one in those)


def test_substitutes_are_announced_for_several_delegates_without_a_name(sample, visit):
    first = missing()[0]
    desk = of_delegation(open_tool(visit, "desk.ban_1", "delegation"), first.delegation_id)
    desk.choose("attendance.many.how", "announce").tap("attendance.many.go")
    assert facts(first) == [("announced", "")]


def test_guests_are_counted_separately_and_the_difference_at_the_doors_is_in_words(sample, visit):
    desk = open_tool(visit, "desk.ban_1", "doors")
    expected = desk.at.metric[0].value
    desk.write("attendance.guests.number", str(5))
    submit(desk, "attendance.guests_form")
    assert desk.at.metric[0].value == expected
    assert desk.shows(SAY["attendance.inside"].rpartition(";")[2].strip().format(guests=5))
    with database.reading() as session:
        inside = sum(
            one.inside
            for one in session.execute(
                select(AttendanceCount).where(AttendanceCount.item_id == stage.item(ITEM))
            ).scalars()
        )
    desk.write("attendance.heads.number", str(inside + 5 + 3))
    submit(desk, "attendance.heads_form")
    assert desk.shows(SAY["attendance.heads_more"].format(difference=3))


def test_more_guests_out_than_in_are_refused(sample, visit):
    desk = open_tool(visit, "desk.ban_1", "doors")
    desk.write("attendance.guests.number", str(-2))
    submit(desk, "attendance.guests_form", refused=True)
    assert "-2" in stop(desk)


def test_the_parts_add_up_to_the_expected_with_the_roll_open_and_closed(sample, visit):
    def parts(page) -> list[int]:
        (equation,) = (one.value for one in page.at.caption if " = " in one.value)
        return [int(number.replace(".", "")) for number in re.findall(r"[\d.]+", equation)]

    room = visit("command").open("attendance")
    expected, *rest = parts(room)
    assert expected == 1121 == sum(rest) and rest[3] == 0 and rest[4] > 0
    room.tap("attendance.roll.close")
    expected, *rest = parts(room)
    assert expected == 1121 == sum(rest) and rest[4] == 0 and rest[3] > 0
    assert room.shows(SAY["attendance.roll_closed"])
    assert parts(room.tap("attendance.roll.open"))[4] == 0


def test_a_desk_sees_the_roll_and_cannot_close_it(sample, visit):
    desk = visit("desk.ban_1").open("attendance")
    assert desk.shows(SAY["attendance.roll_open"]) and not desk.has_button("attendance.roll.close")


@pytest.mark.parametrize(("role", "sheets"), [("command", True), ("desk.ban_1", False)])
def test_a_badge_is_replaced_by_its_code_and_sheets_are_for_the_command_room(
    sample, visit, role, sheets
):
    one = missing()[0]
    desk = open_tool(visit, role, "badges")
    desk.write("attendance.badges.code", one.badge)
    submit(desk, "attendance.badges")
    assert one.badge in desk.at.success[0].value and badge_of(1122) in desk.at.success[0].value
    labels = [one.label for one in desk.at.get("download_button")]
    assert any(badge_of(1122) in label for label in labels)
    assert (SAY["badges.print"] in labels) is sheets


def test_contradicting_scans_are_settled_by_the_command_room_and_hidden_from_a_desk(sample, visit):
    one = missing()[0]
    give(admit, badge=one.badge, by="desk.ban_7")
    now = stage.REAL + timedelta(days=1)
    origin = replace(stage.origin("desk.ban_1", stage.at("D+1 06:51")), real=now)
    device_at = now - timedelta(minutes=1)
    run(origin, take_late, badge=one.badge, item_id=stage.item(ITEM), device_at=device_at)
    room = open_tool(visit, "command", "conflicts")
    assert (
        room.shows(one.badge)
        and room.shows("Bàn điểm danh số 7")
        and room.shows("Bàn điểm danh số 1")
    )
    (form,) = {
        one.key.split(".form")[0].split(":")[1]
        for one in room.at.button
        if one.key and ":attendance.conflict." in one.key
    }
    submit(room, f"{form}.form", refused=True)
    assert stop(room) == SAY["refusal.finding_needed"]
    room.write(f"{form}.words", "Một người quẹt hai lần")
    submit(room, f"{form}.form")
    assert room.shows(SAY["attendance.conflicts_none"])
    (tools,) = (
        one
        for one in visit("desk.ban_1").open("attendance").at.button_group
        if one.key == "attendance.tool"
    )
    assert SAY["attendance.tool_conflicts"] not in list(tools.options)


@pytest.mark.parametrize("tool", ["delegation", "doors", "badges", "conflicts"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_tool_opens_in_both_languages(sample, visit, tool, language):
    room = open_tool(visit, "command", tool, language)
    other = catalogue("en" if language == "vi" else "vi")
    mine = catalogue(language)
    label = {
        "delegation": "attendance.choose_delegation",
        "doors": "attendance.heads_number_room",
        "badges": "badges.print",
    }
    key = label.get(tool, "attendance.conflicts_none")
    assert room.shows(mine[key]) and not room.shows(other[key])
