"""The update page: a section's lead reports its tasks, mostly in one tap."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from data.readiness.tasks import report_status, tasks_at
from data.storage import database
from data.words import catalogue
from models.access.people import Person
from models.events.event import View
from models.readiness.photographs import Photograph
from models.readiness.tasks import (
    NOTE_LENGTH,
    Section,
    SectionReport,
    SectionState,
    Status,
    TaskReport,
)
from tests import stage
from tests.pages.visitor import Visitor

SAY = catalogue("vi")


def of_section(event, key: str):
    """A section's tasks, by number."""
    with database.reading() as session:
        section = session.execute(
            select(Section.id).where(Section.event_id == event.id, Section.key == key)
        ).scalar_one()
        return [
            task
            for task in tasks_at(session, event, View(stage.at("D+1 06:52")))
            if task.section_id == section
        ]


def some_task(event, key: str = "an_ninh"):
    return of_section(event, key)[0]


def reports(task_id: int) -> list[tuple]:
    with database.reading() as session:
        query = select(TaskReport.status, TaskReport.note, Person.key).join(
            Person, Person.id == TaskReport.person_id
        )
        return [
            tuple(row)
            for row in session.execute(
                query.where(TaskReport.task_id == task_id).order_by(TaskReport.id)
            )
        ]


def section_reports(key: str) -> list[tuple]:
    with database.reading() as session:
        query = select(SectionReport.headline, SectionReport.at).where(
            SectionReport.section_id == stage.section(key)
        )
        return [tuple(row) for row in session.execute(query.order_by(SectionReport.id))]


def key_of(visitor: Visitor, task) -> str:
    """The key of a task's row of statuses; it changes with every report."""
    return next(
        one.key
        for one in visitor.at.get("button_group")
        if one.key.startswith(f"update.status.{task.id}.")
    )  # fmt: skip


def unfold(visitor: Visitor) -> Visitor:
    """Open the folded tasks, which are drawn only then, and again those that are done."""
    for fold in ("update.rest", "update.done_tasks"):
        visitor.at.session_state[fold] = True
    visitor.run()
    for key in [one.key for one in visitor.at.button if one.key.startswith("update.reopen.")]:
        visitor.at.session_state[f"reopened.{key.rpartition('.')[2]}"] = True
    return visitor.run()


def tap_status(visitor: Visitor, task, status: Status, **options) -> Visitor:
    return visitor.choose(key_of(visitor, task), status, **options)


def test_a_lead_sees_the_tasks_of_their_own_section_only(sample, visit):
    lead = visit("lead.an_ninh").open("update")
    shown = {
        int(one.key.split(".")[2])
        for one in lead.at.get("button_group")
        if one.key.startswith("update.status.")
    }
    assert shown == {task.id for task in of_section(sample, "an_ninh")}
    assert not [one for one in lead.at.selectbox if one.key.startswith("update.section")]


def test_folded_tasks_are_drawn_when_they_are_opened(sample, visit):
    task = some_task(sample)
    lead = visit("lead.an_ninh").open("update").run()
    assert not [
        one
        for one in lead.at.get("button_group")
        if one.key.startswith(f"update.status.{task.id}.")
    ]
    assert key_of(unfold(lead), task)


def test_a_task_that_is_done_shows_its_statuses_once_it_is_opened_again(sample, visit):
    task = next(one for one in of_section(sample, "an_ninh") if one.status is Status.DONE)
    lead = visit("lead.an_ninh").open("update").run()
    lead.at.session_state["update.done_tasks"] = True
    lead.run()
    row = f"update.status.{task.id}."
    assert not [one for one in lead.at.get("button_group") if one.key.startswith(row)]
    before = reports(task.id)
    lead.tap(f"update.reopen.{task.id}")
    assert reports(task.id) == before
    tap_status(lead, task, Status.ON_TRACK)
    assert reports(task.id) == [*before, ("on_track", "", "lead.an_ninh")]


def owed_by_traffic(sample):
    return next(one for one in of_section(sample, "giao_thong") if one.status is not Status.DONE)


def test_a_trouble_is_recorded_from_the_foot_by_its_note_and_a_tap_on_its_task(sample, visit):
    task = owed_by_traffic(sample)
    before = reports(task.id)
    lead = visit("lead.giao_thong").open("update").tap("update.trouble")
    lead.tap(f"update.trouble.{task.id}", refused=True)
    assert lead.refusal == SAY["refusal.note_needed"].format(status=SAY["status.blocked"])
    lead.write("update.trouble.note", "Thiếu hai xe").tap(f"update.trouble.{task.id}")
    assert reports(task.id) == [*before, ("blocked", "Thiếu hai xe", "lead.giao_thong")]
    assert lead.has_button("update.trouble") and "trouble" not in lead.at.query_params


def test_a_trouble_that_another_report_overtook_is_settled_where_it_was_written(sample, visit):
    task = owed_by_traffic(sample)
    lead = visit("lead.giao_thong").open("update").tap("update.trouble")
    lead.write("update.trouble.note", "Thiếu hai xe")
    overtake(task, "on_track", by="deputy.giao_thong")
    lead.tap(f"update.trouble.{task.id}", refused=True)
    lead.tap(f"update.anyway.{task.id}")
    assert reports(task.id)[-1] == ("blocked", "Thiếu hai xe", "lead.giao_thong")
    assert lead.has_button("update.trouble")


def test_the_command_room_chooses_a_section_first_and_is_asked_before_it_confirms(sample, visit):
    room = visit("command").open("update")
    assert not room.has_button("update.no_change") and not room.at.get("button_group")
    room.select(f"update.section.{sample.id}", stage.section("hau_can"))
    assert room.shows("Xác nhận thay Tiểu ban Hậu cần")
    before = section_reports("hau_can")
    room.tap("update.no_change")
    assert len(section_reports("hau_can")) == len(before) + 1


def test_one_tap_on_a_status_records_it(sample, visit):
    task = some_task(sample)
    before = reports(task.id)
    lead = tap_status(visit("lead.an_ninh").open("update"), task, Status.ON_TRACK)
    assert reports(task.id) == [*before, ("on_track", "", "lead.an_ninh")]
    assert lead.at.button_group(key=key_of(lead, task)).value is Status.ON_TRACK


def order(visitor: Visitor) -> list[int]:
    """The ids of the tasks whose statuses are drawn, from the top."""
    return [
        int(one.key.split(".")[2])
        for one in visitor.at.get("button_group")
        if one.key.startswith("update.status.")
    ]


def test_no_card_moves_while_a_note_is_being_written(sample, visit):
    """Neither the one that was tapped, nor those that others report meanwhile; all are in order
    again after it.
    """
    last = order(unfold(visit("lead.an_ninh").open("update")))[-1]
    own = of_section(sample, "an_ninh")
    task = next(one for one in own if one.id == last)
    other = next(one for one in own if one.id != last)
    lead = unfold(visit("lead.an_ninh").open("update"))
    before = order(lead)
    tap_status(lead, task, Status.BLOCKED)
    assert order(lead) == before
    stage.give(
        report_status,
        by="deputy.an_ninh",
        when="D+1 06:52",
        task_id=other.id,
        status="off_track",
        note="Mưa",
    )
    assert order(lead.run()) == before
    lead.write(f"update.note.{task.id}", "Thiếu hai xe").tap(f"update.save.{task.id}")
    assert {task.id, other.id} <= set(order(lead)[:3])


def overtake(task, status: str = "done", by: str = "deputy.an_ninh") -> None:
    stage.give(
        report_status,
        by=by,
        when="D+1 06:52",
        task_id=task.id,
        status=status,
        note="",
    )


def test_a_tap_that_another_report_overtook_is_refused_with_both_and_one_tap_records_it(
    sample, visit
):
    task = some_task(sample)
    lead = unfold(visit("lead.an_ninh").open("update"))
    before, key = reports(task.id), key_of(lead, task)
    overtake(task)
    lead.choose(key, Status.ON_TRACK, refused=True)
    assert SAY["status.done"] in lead.refusal and SAY["status.on_track"] in lead.refusal
    assert reports(task.id) == [*before, ("done", "", "deputy.an_ninh")]
    lead.tap(f"update.anyway.{task.id}")
    assert reports(task.id)[-1] == ("on_track", "", "lead.an_ninh")
    assert not lead.has_button(f"update.anyway.{task.id}")


def test_a_note_that_another_report_overtook_is_not_lost(sample, visit):
    task = some_task(sample)
    lead = tap_status(unfold(visit("lead.an_ninh").open("update")), task, Status.BLOCKED)
    overtake(task)
    lead.write(f"update.note.{task.id}", "Thiếu hai xe").tap(f"update.save.{task.id}", refused=True)
    assert lead.field(f"update.note.{task.id}").value == "Thiếu hai xe"
    assert reports(task.id)[-1] == ("done", "", "deputy.an_ninh")
    lead.tap(f"update.anyway.{task.id}")
    assert reports(task.id)[-1] == ("blocked", "Thiếu hai xe", "lead.an_ninh")


def test_the_other_report_can_be_accepted(sample, visit):
    task = some_task(sample)
    lead = unfold(visit("lead.an_ninh").open("update"))
    key = key_of(lead, task)
    overtake(task)
    lead.choose(key, Status.ON_TRACK, refused=True)
    lead.tap(f"update.keep.{task.id}")
    assert reports(task.id)[-1] == ("done", "", "deputy.an_ninh")
    assert not lead.has_button(f"update.anyway.{task.id}")


@pytest.mark.parametrize("status", [Status.AT_RISK, Status.OFF_TRACK, Status.BLOCKED])
def test_a_trouble_asks_for_a_note_before_it_is_recorded(sample, visit, status):
    task = some_task(sample)
    before = reports(task.id)
    lead = tap_status(visit("lead.an_ninh").open("update"), task, status)
    assert reports(task.id) == before
    lead.write(f"update.note.{task.id}", "Thiếu   hai xe").tap(f"update.save.{task.id}")
    assert reports(task.id) == [*before, (status.value, "Thiếu hai xe", "lead.an_ninh")]
    assert lead.shows("Thiếu hai xe")
    assert not lead.has_button(f"update.save.{task.id}")


def test_an_empty_note_is_refused_in_one_sentence_and_nothing_is_written(sample, visit):
    task = some_task(sample)
    before = reports(task.id)
    lead = tap_status(visit("lead.an_ninh").open("update"), task, Status.AT_RISK)
    lead.write(f"update.note.{task.id}", "   ").tap(f"update.save.{task.id}", refused=True)
    assert lead.refusal == SAY["refusal.note_needed"].format(status=SAY["status.at_risk"])
    assert reports(task.id) == before
    assert lead.has_button(f"update.save.{task.id}")


def test_a_note_can_be_as_long_as_the_field_allows(sample, visit):
    task = some_task(sample)
    lead = tap_status(visit("lead.an_ninh").open("update"), task, Status.BLOCKED)
    lead.write(f"update.note.{task.id}", "ạ" * NOTE_LENGTH).tap(f"update.save.{task.id}")
    assert reports(task.id)[-1][1] == "ạ" * NOTE_LENGTH


def test_cancel_forgets_the_trouble_and_shows_what_is_recorded(sample, visit):
    task = some_task(sample)
    before = reports(task.id)
    lead = tap_status(unfold(visit("lead.an_ninh").open("update")), task, Status.OFF_TRACK)
    lead.tap(f"update.cancel.{task.id}")
    assert not lead.has_button(f"update.save.{task.id}")
    shown = unfold(lead).at.button_group(key=key_of(lead, task)).value
    assert shown is (None if task.status is Status.NOT_STARTED else task.status)
    assert reports(task.id) == before


def test_no_change_renews_the_confirmation_in_one_tap(sample, visit):
    before = section_reports("an_ninh")
    lead = visit("lead.an_ninh").open("update").tap("update.no_change")
    assert section_reports("an_ninh") == [*before, (None, stage.at("D+1 06:52"))]
    assert lead.shows(SAY["update.last_confirmed"].format(ago=SAY["age.now"]))


def test_a_headline_goes_to_the_wall_and_leaves_the_field(sample, visit):
    field = f"update.headline.{stage.section('an_ninh')}"
    lead = visit("lead.an_ninh").open("update")
    lead.write(field, "Bốn cửa đã kiểm tra xong").tap("update.headline_save")
    assert section_reports("an_ninh")[-1] == ("Bốn cửa đã kiểm tra xong", stage.at("D+1 06:52"))
    assert lead.field(field).value == ""
    with database.reading() as session:
        assert (
            session.get(SectionState, stage.section("an_ninh")).headline
            == "Bốn cửa đã kiểm tra xong"
        )


def test_an_empty_headline_is_refused(sample, visit):
    before = section_reports("an_ninh")
    lead = visit("lead.an_ninh", "en").open("update").tap("update.headline_save", refused=True)
    assert lead.refusal == catalogue("en")["refusal.headline_needed"]
    assert section_reports("an_ninh") == before


def test_a_lead_cannot_report_for_another_section(sample, visit):
    """The page offers only one's own; a request made by hand all the same is refused by the
    command.
    """
    task = some_task(sample, "hau_can")
    before = reports(task.id)
    lead = visit("lead.an_ninh").open("update")
    assert not [
        one
        for one in lead.at.get("button_group")
        if one.key.startswith(f"update.status.{task.id}.")
    ]
    with stage.refused("not_permitted"):
        stage.give(
            report_status,
            by="lead.an_ninh",
            when="D+1 06:52",
            task_id=task.id,
            status="done",
            note="",
        )
    assert reports(task.id) == before


def test_the_command_room_chooses_the_section_to_report_for(sample, visit):
    task = some_task(sample, "hau_can")
    room = visit("command").open("update")
    room.at.selectbox(key=f"update.section.{sample.id}").set_value(stage.section("hau_can"))
    tap_status(unfold(room.run()), task, Status.ON_TRACK)
    assert reports(task.id)[-1] == ("on_track", "", "command")


def test_a_person_without_a_section_only_reads(sample, visit):
    guest = visit("committee").open("update")
    assert [one.value for one in guest.at.info] == [SAY["update.not_yours"]]
    assert not guest.has_button("update.no_change") and not guest.at.get("button_group")


def test_a_section_that_never_reported_says_so(unreported, visit):
    assert visit("lead.an_ninh").open("update").shows(SAY["update.never_confirmed"])


def test_a_trouble_that_lasts_stays_marked_under_a_tap_and_gets_another_note(sample, visit):
    lead, task = unfold(visit("lead.an_ninh").open("update")), some_task(sample)
    for note in ("Thiếu hai xe", "Thiếu một xe"):
        recorded = reports(task.id)[-1][0]
        tapped = Status.BLOCKED if recorded != Status.BLOCKED else None  # a tap on what is marked
        tap_status(lead, task, tapped)
        assert lead.at.button_group(key=key_of(lead, task)).value == Status.BLOCKED
        lead.write(f"update.note.{task.id}", note).tap(f"update.save.{task.id}")
        assert reports(task.id)[-1] == ("blocked", note, "lead.an_ninh")


# --- photographs ----------------------------------------------------------------------------------


def picture_file(name: str = "anh.jpg", data: bytes | None = None) -> tuple[str, bytes, str]:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(written, "JPEG")
    return (name, data or written.getvalue(), "image/jpeg")


def chosen(visitor: Visitor, task, *files: tuple) -> Visitor:
    """Opens a task's field for photographs and chooses some."""
    visitor.tap(f"evidence.add.{task.id}")
    (field,) = visitor.at.get("file_uploader")
    field.set_value(list(files))
    return visitor.run()


def photographs(task_id: int) -> int:
    with database.reading() as session:
        query = select(func.count(Photograph.id)).join(
            TaskReport, TaskReport.id == Photograph.report_id
        )
        return session.execute(query.where(TaskReport.task_id == task_id)).scalar_one()


def test_photographs_are_sent_with_the_current_status(sample, visit):
    task = some_task(sample)
    before = reports(task.id)
    lead = chosen(
        unfold(visit("lead.an_ninh").open("update")), task, picture_file(), picture_file("b.jpg")
    )
    lead.tap(f"evidence.send.{task.id}")
    assert reports(task.id) == [*before, (task.status.value, task.note, "lead.an_ninh")]
    assert photographs(task.id) == 2
    assert any("/evidence/" in one.value for one in lead.at.markdown)


def test_photographs_are_sent_with_the_next_status(sample, visit):
    task = some_task(sample)
    lead = chosen(unfold(visit("lead.an_ninh").open("update")), task, picture_file())
    tap_status(lead, task, Status.ON_TRACK)
    assert reports(task.id)[-1] == ("on_track", "", "lead.an_ninh") and photographs(task.id) == 1


def test_a_broken_file_is_named_in_one_sentence_and_nothing_that_was_typed_is_lost(sample, visit):
    task = some_task(sample)
    before = reports(task.id)
    lead = chosen(
        unfold(visit("lead.an_ninh").open("update")),
        task,
        picture_file("hỏng.jpg", b"\xff\xd8\xff..."),
    )
    tap_status(lead, task, Status.BLOCKED)
    lead.write(f"update.note.{task.id}", "Thiếu hai xe").tap(f"update.save.{task.id}", refused=True)
    assert lead.refusal == SAY["refusal.photograph_broken"].format(file="hỏng.jpg")
    assert lead.field(f"update.note.{task.id}").value == "Thiếu hai xe"
    assert reports(task.id) == before and photographs(task.id) == 0


def test_the_refusal_of_a_heic_photograph_says_what_to_do(sample, visit):
    task = some_task(sample)
    lead = chosen(
        unfold(visit("lead.an_ninh").open("update")),
        task,
        picture_file("IMG_1.heic", b"\0\0\0\x18ftypheic\0\0"),
    )
    lead.tap(f"evidence.send.{task.id}", refused=True)
    assert lead.refusal == SAY["refusal.photograph_heic"].format(file="IMG_1.heic")


def test_photographs_that_were_lost_with_a_session_are_not_left_out_without_a_word(sample, visit):
    """A telephone that was away comes back as a new session: with the address, not the files."""
    task = some_task(sample)
    lead = chosen(unfold(visit("lead.an_ninh").open("update")), task, picture_file())
    assert str(task.id) in lead.at.query_params["photographs"]
    back = visit("lead.an_ninh")
    back.at.query_params["photographs"] = [str(task.id)]
    unfold(back.open("update"))
    assert SAY["evidence.lost"] in [one.value for one in back.at.warning]
    back.at.get("file_uploader")[0].set_value([picture_file()])
    back.run()
    assert SAY["evidence.lost"] not in [one.value for one in back.at.warning]
    back.tap(f"evidence.cancel.{task.id}")
    assert "photographs" not in back.at.query_params


def test_a_choice_of_photographs_can_be_cancelled(sample, visit):
    task = some_task(sample)
    lead = chosen(unfold(visit("lead.an_ninh").open("update")), task, picture_file())
    lead.tap(f"evidence.cancel.{task.id}")
    assert not lead.at.get("file_uploader") and photographs(task.id) == 0
