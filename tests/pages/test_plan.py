"""Tests of the plan page: slips, held up tasks, overtaken edits, a move after its preview."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.events.current import current_event
from data.plan import commands
from data.plan import sections as plan_sections
from data.storage import database
from data.words import catalogue
from models.readiness.tasks import Task
from tests import stage
from tests.pages.visitor import Visitor

SAY = catalogue("vi")
TABLE = "plan.table"
OPEN = 29  # a task that is open at the sample's start


def row(number: int) -> Task:
    with database.reading() as session:
        return session.get(Task, stage.task(number))


def edit(number: int, *, by: str = "command", **fields) -> None:
    with database.reading() as session:
        task = session.get(Task, stage.task(number))
        planned = replace(commands.planned_of(session, task), **fields)
    stage.give(
        commands.edit_task,
        by=by,
        when="D+1 06:52",
        task_id=task.id,
        version=task.version,
        planned=planned,
    )


def opened(visit, number: int = OPEN, **who) -> tuple[Visitor, str]:
    """The form of a task, and the beginning of its fields' keys."""
    page = visit(who.get("by", "committee")).open("plan").open_row(TABLE, stage.task(number))
    return page, f"plan.{stage.task(number)}.{row(number).version}"


def test_a_lead_reads_the_plan_of_their_section_and_edits_nothing(sample, visit):
    lead = visit("lead.thu_ky").open("plan")
    assert lead.shows(row(OPEN).title_vi)
    assert not lead.has_button("plan.move.confirm")
    lead.open_row(TABLE, stage.task(OPEN))
    assert lead.has_button("plan.close") and not lead.has_button("plan.save")
    assert lead.tap("plan.close").at.session_state[f"{TABLE}.chosen"] == ""


def test_the_plan_and_the_list_are_taken_as_files_by_those_who_may(sample, visit):
    for by, page, files in (
        ("lead.thu_ky", "plan", ["xlsx", "docx"]),
        ("committee", "roster", ["xlsx", "docx"]),
        ("media", "media", []),
    ):
        buttons = visit(by).open(page).at.get("download_button")
        assert [one.label for one in buttons] == [SAY[f"minutes.{kind}"] for kind in files]


def test_an_edit_is_recorded(sample, visit):
    page, key = opened(visit)
    page.write(f"{key}.owner", "Văn phòng Tỉnh ủy").write(f"{key}.due.time", "9:30").tap(
        "plan.save"
    )
    now = row(OPEN)
    assert (now.owner, now.due, now.version) == ("Văn phòng Tỉnh ủy", "D+8 09:30", 2)
    assert not page.has_button("plan.save")
    page.open_row(TABLE, stage.task(OPEN))
    assert page.shows("so với kế hoạch gốc")


def test_an_invalid_time_is_refused_and_what_was_typed_stays(sample, visit):
    page, key = opened(visit)
    page.write(f"{key}.due.time", "trưa").tap("plan.save", refused=True)
    assert page.field(f"{key}.due.time").value == "trưa"
    assert row(OPEN).version == 1


def test_an_edit_that_was_overtaken_shows_both_and_one_tap_records_it(sample, visit):
    page, key = opened(visit)
    page.write(f"{key}.owner", "Đơn vị của tôi")
    edit(OPEN, owner="Đơn vị khác")
    page.tap("plan.save", refused=True)
    assert page.shows("Đơn vị của tôi") and page.shows("Đơn vị khác")
    assert page.field(f"{key}.owner").value == "Đơn vị của tôi"
    assert row(OPEN).owner == "Đơn vị khác"
    page.tap("plan.record_mine")
    assert (row(OPEN).owner, row(OPEN).version) == ("Đơn vị của tôi", 3)


def test_an_edit_that_was_overtaken_can_be_begun_again(sample, visit):
    page, key = opened(visit)
    page.write(f"{key}.owner", "Đơn vị của tôi")
    edit(OPEN, owner="Đơn vị khác")
    page.tap("plan.save", refused=True).tap("plan.take_theirs")
    assert page.field(f"plan.{stage.task(OPEN)}.2.owner").value == "Đơn vị khác"


def test_a_late_task_names_what_it_holds_up(sample, visit):
    edit(28, due="D+0 17:00", start=None)
    page = visit("committee").open("plan").open_row(TABLE, stage.task(28))
    assert page.shows(SAY["plan.holds_up"].format(count=1))
    page.tap(f"plan.holds_up.{stage.task(29)}")
    assert page.at.session_state[f"{TABLE}.chosen"] == str(stage.task(29))


def test_the_plan_is_filtered_by_section_status_due_time_and_text(sample, visit):
    page = visit("committee").open("plan")
    every = page.rows(TABLE)
    assert len(every) == len(set(every)) and str(stage.task(OPEN)) in every
    done = page.select("plan.status", "done").rows(TABLE)
    assert done and not set(done) & set(every)
    page.select("plan.status", "every")
    assert set(page.rows(TABLE)) == {*every, *done}
    edit(OPEN, due="D+0 17:00", start=None)
    overdue = page.select("plan.due", "overdue").rows(TABLE)
    assert str(stage.task(OPEN)) in overdue and len(overdue) < len(every)
    page.select("plan.due", "any").write("plan.find", row(OPEN).title_vi.upper()).run()
    assert page.rows(TABLE) == [str(stage.task(OPEN))]
    page.write("plan.find", "không có việc này").run()
    assert page.rows(TABLE) == [] and page.shows(SAY["plan.none"])


def test_moving_the_event_is_shown_first_and_then_done(sample, visit):
    page = visit("committee").open("plan")
    field = next(one for one in page.at.selectbox if one.key.startswith("plan.move.first."))
    field.set_value(sample.first_day + timedelta(days=14))
    page.run()
    assert row(OPEN).version == 1
    assert page.shows("Sẽ điều chỉnh")
    page.tap("plan.move.confirm")
    with database.reading() as session:
        assert current_event(session).first_day == sample.first_day + timedelta(days=14)
    assert page.shows("ban đầu")


@pytest.mark.parametrize("drawn_again", [False, True])
def test_an_event_that_moves_under_an_open_form_takes_its_days_along(sample, visit, drawn_again):
    page, key = opened(visit)
    before = row(OPEN).due
    page.write(f"{key}.owner", "Văn phòng Tỉnh ủy").run()
    other = visit("committee").open("plan")
    field = next(one for one in other.at.selectbox if one.key.startswith("plan.move.first."))
    field.set_value(sample.first_day + timedelta(days=14))
    other.run().tap("plan.move.confirm")
    if drawn_again:
        page.run()
    page.tap("plan.save")
    assert (row(OPEN).owner, row(OPEN).due) == ("Văn phòng Tỉnh ủy", before)


def test_ticks_are_pinned_each_once_when_they_are_saved(sample, visit):
    page = visit("committee").open("plan")
    ticks = [one for one in page.at.checkbox if one.key.startswith("plan.pin.")][:2]
    before = stage.row_counts()
    for tick in ticks:
        tick.check()
    page.tap("plan.pins.save")
    after = stage.row_counts()
    assert sum(after[one] - before[one] for one in ("itemplan", "mediaplan")) == 2
    kept = {key for one in page.at.checkbox if one.value and (key := one.key)}
    assert {one.key.replace("False", "True") for one in ticks} <= kept


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_burn_up_shows_what_is_done_and_when_the_rest_will_be(sample, visit, language):
    page = visit("committee", language).open("plan")
    assert page.shows({"vi": "dự báo xong", "en": "expected done"}[language])
    assert page.at.get("vega_lite_chart")


@pytest.mark.one_database
def test_what_the_event_expects_is_changed_on_the_page_of_the_plan(event, visit):
    page = visit("command").open("plan")
    page.at.session_state["plan.event_box"] = True  # unfolded
    page.run()
    key = f"plan.event.{stage.current().id}.1.fields"
    page.at.number_input(key=f"{key}.expected_delegates").set_value(565)
    page.write(f"{key}.day_to", "21h").tap("plan.event_save")
    now = stage.current()
    assert (now.expected_delegates, now.day_to.hour, now.version) == (565, 21, 2)
    assert not visit("lead.an_ninh").open("plan").shows(SAY["event.change"])


@pytest.mark.one_database
def test_a_task_is_added_moved_to_another_section_retired_and_put_back(event, visit):
    page = visit("command").open("plan")
    page.at.session_state["plan.add_box"] = True  # unfolded
    page.run().write("plan.new.new.title_vi", "Sơ đồ chỗ ngồi")
    page.write("plan.new.new.owner", "Văn phòng").tap("plan.add_go")
    assert (row(6).title_vi, row(6).due) == ("Sơ đồ chỗ ngồi", "D-1 17:00")
    assert page.field("plan.new.new.title_vi").value == ""
    page.open_row(TABLE, stage.task(6))
    section, form = stage.section("hau_can"), f"plan.{stage.task(6)}"
    page.select(f"{form}.1.section_id", section).tap("plan.save")
    assert (row(6).section_id, row(6).version) == (section, 2)
    page.open_row(TABLE, stage.task(6)).tap("plan.retire", refused=True)
    page.write(f"{form}.retire.reason", "Không còn cần").tap("plan.retire")
    assert row(6).retired and str(stage.task(6)) not in page.rows(TABLE)
    assert page.shows("Không còn cần")
    page.tap(f"plan.restore.{stage.task(6)}")
    assert not row(6).retired and str(stage.task(6)) in page.rows(TABLE)
    lead = visit("lead.an_ninh").open("plan")
    assert not lead.shows(SAY["plan.add"]) and not lead.has_button("plan.retire")


@pytest.mark.one_database
def test_a_section_is_changed_and_added_and_an_overtaken_form_shows_both(event, visit):
    page = visit("command").open("plan")
    page.at.session_state["plan.sections_box"] = True  # unfolded
    page.run()
    section = stage.section("an_ninh")
    key = f"plan.section_row.{section}.1.fields"
    page.write(f"{key}.short_vi", "An toàn")
    facts = {"section_id": section, "version": 1}
    with database.reading() as session:
        plan = plan_sections.version_and_section(session, section)[1]
    renamed = replace(plan, short_vi="Trật tự")
    stage.give(plan_sections.change_section, by="admin", when="D-12 09:00", plan=renamed, **facts)
    page.tap("plan.section_save", refused=True)
    assert page.shows("Trật tự") and page.shows("An toàn")
    page.tap("plan.section_row.record_mine")
    page.write("plan.section_new.name_vi", "Tiểu ban Y tế").tap("plan.section_add")
    with database.reading() as session:
        found = plan_sections.sections(session, stage.current())
    assert [one.short_vi for one in found] == ["An toàn", "Hậu cần", "Tiểu ban Y tế"]


@pytest.mark.one_database
def test_how_documents_are_headed_is_changed_on_the_page_of_the_plan(event, visit):
    page = visit("command").open("plan")
    page.at.session_state["plan.documents_box"] = True  # unfolded
    page.run()
    key = f"plan.documents.{stage.current().id}.1.fields"
    page.select(f"{key}.profile", "state").select(f"{key}.authority", "by_order")
    page.write(f"{key}.position", "Chánh Văn phòng").write(f"{key}.recipients", "Như trên\nLưu VT")
    page.tap("plan.documents_save")
    found = stage.current().documents
    assert (found["profile"], found["authority"], found["position"]) == (
        "state",
        "by_order",
        "Chánh Văn phòng",
    )
    assert found["recipients"] == ["Như trên", "Lưu VT"]
