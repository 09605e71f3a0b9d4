"""The roster's page: a delegate is added, corrected, retired and put back; a desk adds one, too."""

import pytest
from sqlmodel import select

from data.attendance import queries
from data.attendance.delegates import correct_delegate, version_and_row
from data.storage import database
from data.words import catalogue
from models.attendance.badges import badge_of
from models.attendance.ledger import Delegate, Delegation
from models.personal_data import RequestKind
from tests import stage
from tests.pages.test_attendance import scan
from tests.stage import VAN

SAY = catalogue("vi")
TABLE = "roster.table"
CLERK = "Chánh Văn phòng Đảng ủy xã Nghi Văn"

pytestmark = pytest.mark.one_database


def delegate(badge: str) -> Delegate:
    with database.reading() as session:
        return session.exec(select(Delegate).where(Delegate.badge == badge)).one()


def opened(visit, badge: str = VAN):
    """The page with a delegate's row open, and the beginning of the keys of its form."""
    page = visit("command").open("roster").open_row(TABLE, stage.delegate(badge))
    return page, f"roster.row.{stage.delegate(badge)}.{delegate(badge).version}.fields"


def test_both_numbers_are_shown_each_with_what_it_is_and_an_added_one_is_counted(event, visit):
    page = visit("command").open("roster")
    assert page.shows("12 đại biểu trong danh sách") and page.shows("dự kiến khoảng 12")
    page.at.session_state["roster.add_box"] = True  # unfolded
    page.run().write("roster.add.title_vi", CLERK).tap("roster.add.go")
    assert page.shows("13 đại biểu trong danh sách") and page.shows("đã thêm 1")
    assert page.field("roster.add.title_vi").value == ""
    page.pause().write("roster.add.title_vi", CLERK).tap("roster.add.go", refused=True)
    assert badge_of(13) in page.refusal
    page.tap("roster.add.double")
    assert page.shows("đã thêm 2")


def test_a_row_is_corrected_and_an_overtaken_form_shows_both(event, visit):
    page, key = opened(visit)
    with database.reading() as session:
        version, row = version_and_row(session, stage.delegate(VAN))
    page.write(f"{key}.title_vi", "Quyền Bí thư xã Nghi Văn")
    facts = {"delegate_id": stage.delegate(VAN), "version": version}
    stage.give(
        correct_delegate,
        by="admin",
        when="D+1 06:00",
        listed=type(row)(CLERK, row.title_en, row.delegation_id, row.items, row.position),
        **facts,
    )
    page.tap("roster.save", refused=True)
    assert page.shows(CLERK) and page.shows("Quyền Bí thư xã Nghi Văn")
    page.tap("roster.row.record_mine")
    now = delegate(VAN)
    assert (now.title_vi, now.version) == ("Quyền Bí thư xã Nghi Văn", 3)


def test_a_delegation_is_renamed_in_place_and_the_list_and_its_search_have_the_new_name(
    event, visit
):
    page = visit("command").open("roster")
    page.at.session_state["roster.delegations_box"] = True  # unfolded
    with database.reading() as session:
        one = session.exec(select(Delegation).where(Delegation.code == "429")).one()
    page.run().select("roster.delegation_chosen", one.id)
    page.write(f"roster.delegation_row.{one.id}.{one.version}.fields.name_vi", "Đoàn Nghi Phú")
    page.tap("roster.delegation_save")
    assert page.shows("Đoàn Nghi Phú")
    with database.reading() as session:
        assert session.get_one(Delegation, one.id).name_vi == "Đoàn Nghi Phú"
    found = visit("desk.ban_1").open("attendance").write("attendance.query", "doan nghi phu").run()
    assert found.shows("Đoàn Nghi Phú")


def test_a_delegate_is_retired_with_a_reason_and_put_back(event, visit):
    page, _ = opened(visit)
    form = f"roster.row.{stage.delegate(VAN)}.retire"
    page.tap("roster.retire", refused=True).write(f"{form}.reason", "Nghỉ hưu").tap("roster.retire")
    assert delegate(VAN).retired and page.shows("Lý do: Nghỉ hưu")
    page.tap("roster.restore")
    assert not delegate(VAN).retired and page.has_button("roster.save")


def test_a_desk_that_finds_no_one_adds_them_and_admits_them(event, visit):
    desk = visit("desk.ban_1").open("attendance")
    desk.write("attendance.query", "chánh văn phòng").run()
    with database.reading() as session:
        chosen = session.exec(select(Delegation.id).where(Delegation.code == "429")).one()
    desk.at.session_state["attendance.add_box"] = True  # unfolded
    desk.run().write("attendance.add.title_vi", CLERK)
    desk.select("attendance.add.delegation_id", chosen).tap("attendance.add.go")
    added = delegate(badge_of(13))
    assert (added.title_vi, added.delegation_id) == (CLERK, chosen)
    assert desk.has_button(f"attendance.person.{added.id}.admit")


def test_a_request_about_a_delegates_data_is_recorded_with_its_clock_and_said_at_home(event, visit):
    form = f"personal.delegate.{stage.delegate(VAN)}"
    page = visit("admin").open("roster").open_row(TABLE, stage.delegate(VAN))
    page.at.session_state[f"{form}.box"] = True
    page.at.run()
    page.select(f"{form}.kind", RequestKind.ERASE).write(f"{form}.note", "CV 7")
    page.tap(f"{form}.go")
    line = SAY["personal.request"].format(number=1, kind=SAY["personal.request_erase"])
    assert any(line in text for text in visit("admin").open("home").texts())
    assert any(line in text for text in visit("command").open("people").texts())
    assert not any(line in text for text in visit("committee").open("home").texts())


def test_others_see_the_roster_and_change_nothing(event, visit):
    page = visit("committee").open("roster").open_row(TABLE, stage.delegate(VAN))
    assert page.shows("trong danh sách") and not page.has_button("roster.save")
    assert not visit("lead.an_ninh").open("roster").shows("trong danh sách")


def test_a_delegation_is_grouped_and_its_figures_are_counted_by_group(event, visit):
    page = visit("command").open("roster")
    page.at.session_state["roster.delegations_box"] = True  # unfolded
    page.run()
    with database.reading() as session:
        first = queries.delegations(session, event)[0]
    page.write(f"roster.delegation_row.{first.id}.1.fields.group_vi", "Cụm 1")
    page.tap("roster.delegation_save")
    assert page.shows(f"Cụm 1 · {first.name_vi}")
    page.write("roster.delegation_new.name_vi", "Đoàn khách mời").tap("roster.delegation_add")
    with database.reading() as session:
        assert "Đoàn khách mời" in {one.name_vi for one in queries.delegations(session, event)}
    assert visit("command").open("attendance").shows("Cụm 1 · 0/")


def test_names_are_turned_on_with_a_reason_written_in_a_row_and_seen_at_the_desk(event, visit):
    form = "personal.particulars.name"
    admin = visit("admin").open("people")
    admin.at.session_state[f"{form}.box"] = True  # unfolded
    assert not admin.run().has_button(f"{form}.keep"), "anyone may enter a rehearsal"
    database.run(stage.make_real)
    people = visit("admin").open("people")
    assert not people.has_button(f"{form}.keep")
    people.at.session_state[f"{form}.box"] = True  # unfolded
    people.run().tap(f"{form}.keep", refused=True)
    assert people.refusal == SAY["refusal.keeping_reason_needed"]
    people.write(f"{form}.reason", "Gọi xe").tap(f"{form}.keep")
    assert people.shows("Lý do: Gọi xe") and stage.current().particulars.keys() == {"name"}
    page, key = opened(visit)
    assert f"{key}.phone" not in page.at.session_state
    page.write(f"{key}.name", "Nguyễn Thị Hoà").tap("roster.save")
    desk = visit("desk.ban_1").open("attendance")
    desk.write("attendance.query", "thi hoa nghi van").run()
    assert desk.shows("Nguyễn Thị Hoà · Bí thư Đảng ủy")
    scan(desk.write("attendance.query", ""), VAN)
    assert desk.shows("Nguyễn Thị Hoà")  # whom it stops: the item is over
    desk.tap("attendance.answer.finished_mean")
    assert desk.shows("Nguyễn Thị Hoà") and desk.shows(SAY["attendance.in"])
    people.at.session_state[f"{form}.sure"] = True
    people.run().tap(f"{form}.drop")
    assert not stage.current().particulars
    desk.write("attendance.query", "thi hoa nghi van").run()
    assert not desk.shows("Nguyễn Thị Hoà")
