"""Tests of an import that is being prepared: what is saved, what comes of it, and its end."""

from datetime import timedelta

import pytest

from data.imports import drafts
from data.imports.reading import MAX_PAGE_ROWS, OLE, require_for_page
from data.storage import database
from models.imports.choices import shape_of, sheet_key
from models.imports.drafts import MAX_FILES, ImportDraft, Step
from tests.data.imports.quirks import PLAIN, text, xlsx, zipped
from tests.stage import REAL, give, refused, row_counts

TASKS = ("viec.csv", text(PLAIN).encode())
ODD = ("la.csv", text([["Mã", "Ghi", "Ai làm"], ["1", "In thẻ", "Sở Nội vụ"]]).encode())


def begun(*files: tuple[str, bytes]) -> int:
    draft = give(drafts.begin_import, by="admin", when=REAL, issuer="Tỉnh ủy", desks=3)
    act(drafts.add_import_files, draft.id, files=list(files))
    return draft.id


def act(command, draft_id: int, **facts):
    return give(command, by="admin", when=REAL, draft_id=draft_id, **facts)


def previewed(draft_id: int):
    with database.reading() as session:
        return drafts.preview_of(session, session.get_one(ImportDraft, draft_id), REAL)


def test_what_was_saved_is_found_again_and_its_preview_with_it(event):
    draft_id = begun(TASKS)
    act(drafts.answer_import, draft_id, answers={"critical": "none", "time_empty": "x"})
    act(drafts.answer_import, draft_id, answers={"time_empty": ""})
    act(drafts.reach_import_step, draft_id, step="questions")
    with database.reading() as session:
        draft = drafts.open_draft(session, event.id)
        assert [one.name for one in drafts.files_of(session, draft.id)] == ["viec.csv"]
        frame = drafts.frame_of(session, event, draft)
    assert (draft.step, draft.answers) == (Step.QUESTIONS, {"critical": "none"})
    assert (frame.name, frame.issuer, frame.desks) == (event.name_vi, "Tỉnh ủy", 3)
    shown = previewed(draft_id)
    assert shown.loadable and shown.outcome.counts["tasks"] == 2
    assert previewed(draft_id) is shown
    act(drafts.drop_import_file, draft_id, file_id=1)
    assert previewed(draft_id).tables == []


def test_columns_that_a_person_named_are_read_so_also_in_the_next_file_of_that_shape(event):
    draft_id = begun(ODD)
    sheet = previewed(draft_id).passed_over[0]
    headers = {0: "Mã", 1: "Ghi", 2: "Ai làm"}
    named = {"kind": "tasks", "header": 1, "columns": {0: "number", 1: "title", 2: "owner"}}
    said = {"sheet": sheet_key(sheet), "shape": shape_of(headers)}
    act(drafts.choose_import_columns, draft_id, **said, **named)
    table = previewed(draft_id).tables[0]
    assert table.text(table.rows[0], "title") == "In thẻ"
    act(drafts.drop_import, draft_id)
    again = begun(("khac.csv", ODD[1].replace("In thẻ".encode(), "In sách".encode())))
    table = previewed(again).tables[0]
    assert table.text(table.rows[0], "title") == "In sách"
    named["columns"] = {0: "title", 1: "title"}
    with refused("import_column_twice", field="title", kind="tasks"):
        act(drafts.choose_import_columns, again, **said, **named)


def test_files_are_bounded_and_one_of_the_same_name_takes_the_place_of_the_other(event):
    draft_id = begun(TASKS, ("thu/viec.csv", b"a,b\n1,2"))
    with database.reading() as session:
        assert [one.size for one in drafts.files_of(session, draft_id)] == [7]
    with refused("import_files_many", limit=MAX_FILES):
        act(drafts.add_import_files, draft_id, files=[(f"{n}.csv", b"a") for n in range(MAX_FILES)])
    with refused("import_empty", file="trong.csv"):
        act(drafts.add_import_files, draft_id, files=[("trong.csv", b"")])


def test_a_draft_that_was_left_is_deleted_with_its_files_and_no_sooner(event):
    draft_id = begun(TASKS)
    with database.reading() as session:
        at = session.get_one(ImportDraft, draft_id).at
    assert database.run(drafts.forget_old_drafts, now=at + timedelta(days=14)) == 0
    assert database.run(drafts.forget_old_drafts, now=at + timedelta(days=15)) == 1
    counts = row_counts()
    assert (counts["importdraft"], counts["importfile"]) == (0, 0)
    with refused("import_gone"):
        act(drafts.answer_import, draft_id, answers={})


@pytest.mark.one_database
def test_a_page_takes_no_file_that_would_hold_up_other_visitors(event):
    few = [["TT", "Nội dung"], *([n, "Việc"] for n in range(50))]
    many = text([few[0], *([n, "Việc"] for n in range(MAX_PAGE_ROWS + 1))]).encode()
    parts = {"xl/worksheets/sheet1.xml": "<row r='1'/>" * (MAX_PAGE_ROWS + 1)}
    for name, raw in (("a.csv", many), ("a.xlsx", zipped(parts)), ("a.xls", OLE + b"x" * 700_000)):
        with refused("import_rows_for_page", file=name, limit=MAX_PAGE_ROWS):
            require_for_page(name, raw)
    for name, raw in (("a.xlsx", xlsx(few)), ("b.xlsx", zipped(parts)[:-60]), ("c.csv", b"a,b")):
        require_for_page(name, raw)
