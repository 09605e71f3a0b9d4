"""Tests of exports: the whole event out and back in, and its tables as an office has them."""

import io
import shutil
from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import select

from cli import events as events_cli
from cli import exports as exports_cli
from cli import imports as imports_cli
from data import bootstrap
from data.commands import export
from data.contributions.queries import contributions_at, topics
from data.documents.docx import docx_bytes
from data.events import loading
from data.events.folder import write_folder
from data.events.orientations import orientations
from data.exports.commands import export_delegates, export_plan, exported
from data.exports.event_files import event_files
from data.exports.workbook import event_workbook, table_document, table_workbook
from data.files import MemoryFolder, read_csv
from data.readiness.tasks import report_status
from data.rehearsal import runs
from data.script.papers import papers_at
from data.storage import database
from data.words import Words
from models.attendance.badges import badge_of
from models.attendance.ledger import Delegate, Delegation, Desk, DeskItem, Expectation
from models.contributions.topics import Topic
from models.events.event import Draft, Event, Venue, View
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Status, Task, TaskPrerequisite
from models.refusals import Refusal
from models.script.lines import ScriptLine
from models.script.papers import Paper
from tests.stage import REAL, SMALL, at, current, give, origin, task

VI = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh"))

# --- an event of any files -----------------------------------------------------------------------

said = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=12)
names = said.map(lambda text: f"Tên {text} =1+1;\"'|\\")
offsets = st.builds(
    lambda day, minute: f"D{day:+d} {minute // 60:02d}:{minute % 60:02d}",
    st.integers(-40, 5),
    st.integers(0, 1439),
)


def many(rows, most: int):
    return st.lists(rows, min_size=1, max_size=most)


@st.composite
def folders(draw) -> MemoryFolder:
    """The files of an event: every kind, with texts that files find hard."""
    sections = [
        {"key": f"s{place}", "name_vi": name, "name_en": draw(names), "short_vi": "S",
         "cadence_before_hours": "168", "cadence_near_hours": "24.5", "cadence_day_hours": "0.5"}
        for place, name in enumerate(draw(many(names, 3)))
    ]  # fmt: skip
    tasks = [
        {"id": str(number), "section": draw(st.sampled_from(sections))["key"], "task_vi": title,
         "phase": "before", "start": "", "due": draw(offsets), "owner_role": draw(names),
         "critical": draw(st.sampled_from("01")), "basis": "import",
         "pinned": draw(st.sampled_from(["", "1"])),
         "depends_on": draw(st.sampled_from(["", "1"])) if number > 1 else "",
         "written.due": draw(st.sampled_from(["", "thường xuyên"])),
         "written.group": draw(st.sampled_from(["", "I. Nhóm", "A. TRƯỚC\nI. Nhóm"]))}
        for number, title in enumerate(draw(many(names, 4)), start=1)
    ]  # fmt: skip
    items = [
        {"key": f"i{place}", "parent": "i0" if place == 1 else "", "title_vi": title,
         "kind": "forum", "short_vi": "I", "venue": draw(st.sampled_from(["", "v"])),
         "start": f"D+0 {8 + place:02d}:00", "end": f"D+0 {8 + place:02d}:45:10", "chair": "",
         "expects": draw(st.sampled_from(["all", "none", "forum", "cap_tinh"])),
         "words": draw(st.sampled_from(["", "Kính thưa!\n\nXin mời."])),
         "technique": draw(st.sampled_from(["", "=đèn"])),
         "fixed": draw(st.sampled_from(["", "1"])),
         "orientation": draw(st.sampled_from(["", "Trọng tâm\n- đất đai"]))}
        for place, title in enumerate(draw(many(names, 4)))
    ]  # fmt: skip
    forums = [one["key"] for one in items if one["expects"] == "forum"]
    roster = [
        {"badge": badge_of(number), "delegation": draw(st.sampled_from("ab")), "title_vi": title,
         "level": draw(st.sampled_from(["cap_tinh", "cap_xa"])) if number > 1 else "cap_tinh",
         "position": draw(st.sampled_from(["", "2"])),
         "forum": draw(st.sampled_from(["", *forums])),
         "written.number": draw(st.sampled_from(["", "7"]))}
        for number, title in enumerate(draw(many(names, 5)), start=1)
    ]  # fmt: skip
    papers = [
        {"item": draw(st.sampled_from(items))["key"], "position": str(place), "who": who,
         "title": draw(st.sampled_from(["", "@Công khai"])), "minutes": "7"}
        for place, who in enumerate(draw(st.lists(names, max_size=3)), start=1)
    ]  # fmt: skip
    topics = [
        {"key": f"k{place}", "parent": "k0" if place == 1 else "", "name_vi": name,
         "name_en": draw(names), "position": "0", "retired": draw(st.sampled_from(["", "1"]))}
        for place, name in enumerate(draw(st.lists(names, max_size=3)))
    ]  # fmt: skip
    first = draw(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
    names_of = {name: {"vi": draw(names), "en": draw(names)} for name in ("name", "short_name")}
    settings = {
        "slug": "thu", "first_day": first, "last_day": first + timedelta(days=1),
        "time_zone": "Asia/Ho_Chi_Minh", "expected_delegates": draw(st.integers(1, 9999)),
        **names_of, "theme": {"vi": draw(names)}, "place": {"vi": "Vinh"},
        "documents": {"profile": "state", "symbol": draw(names), "recipients": [draw(names)]},
        "silence": {"near": {"lead": 0, "deputy": 2.5, "command": 7}},
        "sheets": {"tasks": {"title": [draw(names)], "columns": [["number", "TT"]]}},
    }  # fmt: skip
    rows = {
        "sections.csv": sections, "tasks.csv": tasks, "programme.csv": items, "roster.csv": roster,
        "papers.csv": papers, "topics.csv": topics,
        "venues.csv": [{"key": "v", "name_vi": draw(names), "illustrative": "x"}],
        "desks.csv": [{"key": "d", "name_vi": "Bàn", "items": ";".join(forums)}],
        "people.csv": [
            {"key": "x", "role": "lead", "section": "s0", "desk": "", "name_vi": draw(names),
             "more_sections": ";".join(one["key"] for one in sections[1:])}
        ],
        "delegations.csv": [
            {"code": code, "name_vi": draw(names), "type_vi": "Xã", "group_vi": draw(said),
             "position": draw(st.sampled_from(["", "3"]))}
            for code in "ab"
        ],
        "media.csv": [
            {"key": "m", "outlet": draw(names), "kind": "web", "title_vi": draw(names),
             "phase": "after", "planned": draw(offsets), "illustrative": ""}
        ],
    }  # fmt: skip
    return MemoryFolder(settings, rows)


def loaded(event: Event) -> dict[str, object]:
    """All that an event was loaded with, without the numbers of its rows."""
    plain = {"id", "event_id", "run", "folder", "loaded_at"}
    found: dict[str, object] = {"event": event.model_dump(exclude=plain)}
    with database.reading() as session:
        keys: dict[str, dict[int, object]] = {}
        for table, key in (
            (Venue, "key"), (Section, "key"), (ProgrammeItem, "key"), (Desk, "key"),
            (Delegation, "code"), (Task, "number"), (Delegate, "badge"), (MediaItem, "key"),
            (Topic, "name_vi"),
        ):  # fmt: skip
            name = table.__tablename__
            rows = session.exec(select(table).where(table.event_id == event.id)).all()
            keys[name] = {one.id: getattr(one, key) for one in rows}
            found[name] = {
                getattr(one, key): {
                    column: value
                    for column, value in one.model_dump(exclude=plain).items()
                    if not column.endswith("_id")
                }
                for one in rows
            }
            for one in rows:
                for column, of in (("section_id", "section"), ("venue_id", "venue"),
                                   ("parent_id", "topic" if table is Topic else "programmeitem"),
                                   ("delegation_id", "delegation")):  # fmt: skip
                    if hasattr(one, column):
                        of_row = keys[of].get(getattr(one, column))
                        found[name][getattr(one, key)][column] = of_row
        for table, first, second in (
            (Expectation, ("item_id", "programmeitem"), ("delegate_id", "delegate")),
            (DeskItem, ("desk_id", "desk"), ("item_id", "programmeitem")),
            (TaskPrerequisite, ("task_id", "task"), ("needs_id", "task")),
        ):
            pairs = [
                tuple(keys[of].get(getattr(one, column)) for column, of in (first, second))
                for one in session.exec(select(table))
            ]
            found[table.__tablename__] = {pair for pair in pairs if None not in pair}
        for table in (Paper, ScriptLine):
            own = select(table).join(ProgrammeItem).where(ProgrammeItem.event_id == event.id)
            found[table.__tablename__] = sorted(
                (
                    keys["programmeitem"][one.item_id],
                    sorted(one.model_dump(exclude=plain | {"item_id"}).items(), key=str),
                )
                for one in session.exec(own)
            )
    return found


def load(folder) -> Event:
    return database.run(loading.load_event, folder=folder, rehearsal=False, now=REAL)


@pytest.mark.one_database
@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=folders())
def test_an_event_goes_out_as_a_folder_or_a_workbook_and_comes_back_as_the_same_event(
    db, tmp_path, files
):
    event = load(files)
    before = loaded(event)
    with database.reading() as session:
        out = exported(session, event, REAL, VI)
    write_folder(out.files, tmp_path / "out")
    (tmp_path / "out.xlsx").write_bytes(event_workbook(event, out.files, out.tables, VI))
    for written in (tmp_path / "out", events_cli.files_of(tmp_path / "out.xlsx")):
        assert loading.problems_of(written, now=REAL) == []
        again = load(written)
        assert loaded(again) == before
        with database.reading() as session:
            assert event_files(session, again) == out.files


def test_an_event_that_was_made_in_place_and_holds_nothing_yet_comes_back(db, tmp_path):
    draft = Draft("Hội nghị thử", date(2026, 12, 17), date(2026, 12, 18), "Vinh", 2)
    database.run(bootstrap.create_event, door=bootstrap.Door(from_machine=True), draft=draft)
    bootstrap.mark().unlink()
    event = current()
    with database.reading() as session:
        out = exported(session, event, REAL, VI)
    write_folder(out.files, tmp_path / "out")
    book = tmp_path / "out.xlsx"
    book.write_bytes(event_workbook(event, out.files, out.tables, VI))
    for written in (tmp_path / "out", events_cli.files_of(book)):
        assert loading.problems_of(written, now=REAL) == []
        assert load(written).name_vi == event.name_vi
    damaged = load_workbook(book)
    damaged["sections.csv"].delete_rows(1)
    damaged.save(book)
    with pytest.raises(Refusal, match="file_empty") as caught:
        events_cli.files_of(book)
    assert caught.value.facts == {"file": "sections.csv"}


def test_the_command_line_exports_the_current_event_and_writes_over_nothing(event, tmp_path):
    exports_cli.export_event(Namespace(folder=tmp_path / "out"))
    imports_cli.check(Namespace(files=[tmp_path / "out"], days=""))
    book = load_workbook(tmp_path / "out" / exports_cli.WORKBOOK)
    shown = [one.title for one in book.worksheets if one.sheet_state == "visible"]
    assert len(shown) == 8 and "event.toml" in book.sheetnames
    before = {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()}
    with pytest.raises(Refusal, match="export_folder_full"):
        exports_cli.export_event(Namespace(folder=tmp_path / "out"))
    assert {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()} == before
    assert [row.values["when"] for row in read_csv(tmp_path / "out", "scenario.csv", ())] == [
        row.values["when"] for row in read_csv(SMALL, "scenario.csv", ())
    ]


PAPERS = """D-5 08:00,command,register_paper,khai_mac/1,,7,Đảng ủy xã A; Công khai
D-4 08:00,command,mark_paper,khai_mac/1,,received,
"""
TOPICS = """when,by,command,subject,forum,topic,into,unit,office,field,body,level,kind,text,until
D-6 08:00,command,add_topic,dat,,,,,,,,,,Đất đai,
D-6 08:05,command,orient_forum,,dien_dan_1,,,,,,,,,Trọng tâm: đất đai,
D-5 08:00,command,register_contribution,a,dien_dan_1,dat,,429,,,,,question,Bao giờ cấp sổ?,
"""


@pytest.mark.one_database
def test_a_rehearsal_goes_out_with_its_scenario_which_finds_what_the_event_came_with(db, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(SMALL, folder)
    (folder / "contributions.csv").write_text(TOPICS, encoding="utf-8")
    with (folder / "scenario.csv").open("a", encoding="utf-8") as scenario:
        scenario.write(PAPERS)
    found = []
    for one in (folder, out):
        database.run(runs.start_run, folder=one, real=REAL)
        with database.reading() as session:
            event, view = current(), View(REAL)
            names = {one.id: one.name_vi for one in topics(session, event)}
            found.append(
                [
                    sorted(names.values()),
                    [
                        (names[one.topic_id], one.text)
                        for one in contributions_at(session, event, view)
                    ],
                    [
                        (one.plan, one.state)
                        for papers in papers_at(session, event, view).values()
                        for one in papers
                    ],
                    sorted(orientations(session, event, view).values()),
                ]
            )
        if one is folder:
            exports_cli.export_event(Namespace(folder=out))
    assert found[0] == found[1] and all(found[0])
    assert {"papers.csv", "topics.csv", "scenario.csv"} <= {one.name for one in out.iterdir()}


# --- the tables of an office ---------------------------------------------------------------------


@pytest.mark.one_database
def test_the_plan_goes_out_with_its_progress_and_no_cell_of_it_is_a_formula(event):
    facts = {"task_id": task(3), "status": Status.BLOCKED, "note": "=1+1 trùng"}
    give(report_status, by="lead.hau_can", when="D-5 16:00", **facts)
    by, facts = origin("command", at("D-5 18:00")), {"language": "vi"}
    book = load_workbook(
        io.BytesIO(
            export(by, export_plan, lambda one: table_workbook(one.event, one.table, VI), **facts)
        )
    )
    page = book.worksheets[0]
    heads = [cell.value for cell in page[3]]
    assert heads[:4] == ["TT", "Nội dung công việc", "Đơn vị chủ trì", "Thời gian hoàn thành"]
    assert heads[4:] == ["Trạng thái thực hiện", "Cập nhật gần nhất"]
    assert (page.print_title_rows, page["A4"].value) == ("$3:$3", "I. Tiểu ban An ninh")
    assert "A4:F4" in [str(one) for one in page.merged_cells.ranges]
    row = next(line for line in page.iter_rows(min_row=4) if line[0].value == 3)
    assert (row[3].value, row[4].value) == ("29/02/2024", "Quá hạn")
    assert row[5].value.startswith("=1+1 trùng") and row[5].data_type == "s"


@pytest.mark.one_database
def test_a_document_repeats_its_headings_and_splits_no_row(event):
    made = export(
        origin("command"),
        export_plan,
        lambda one: docx_bytes(table_document(one.event, one.table, one.at, VI)),
        language="vi",
    )
    document = open_docx(io.BytesIO(made))
    section = document.sections[0]
    assert section.page_width > section.page_height
    (table,) = [one for one in document.tables if one.cell(0, 0).text == "TT"]
    rows = [row._tr for row in table.rows]
    assert rows[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    heading = rows[1].find(qn("w:tc"))
    assert heading.find(qn("w:tcPr")).find(qn("w:gridSpan")).get(qn("w:val")) == "6"


@pytest.mark.one_database
def test_a_unit_stands_once_over_its_delegates(event):
    made = export(
        origin("command"),
        export_delegates,
        lambda one: table_workbook(one.event, one.table, VI),
        language="vi",
    )
    page = load_workbook(io.BytesIO(made)).worksheets[0]
    units = [cell.value for cell in page["C"][3:] if cell.value]
    assert units == ["Nghi Lộc", "Quỳ Hợp"] and page.max_row == 15
    assert {str(one) for one in page.merged_cells.ranges} == {"C4:C9", "C10:C15"}
    assert current().id == event.id and Path(event.folder) == SMALL
