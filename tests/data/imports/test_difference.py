"""Tests of an import into the current event: what differs, how it is applied, how it is taken
back.
"""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from cli.command_line import main
from data.attendance import badges, delegates
from data.attendance.roster import roster_mark
from data.bootstrap import Door, create_event
from data.imports import drafts
from data.imports.commands import apply_files, apply_import, imports_of, undo_import
from data.imports.compared import difference_of
from data.imports.preview import Preview, preview
from data.plan.commands import edit_task, version_and_plan
from data.readiness.tasks import report_status
from data.script.lines import lines, write_script_line
from data.storage import database
from data.words import Words, catalogue
from models.attendance.delegates import DelegateStep
from models.attendance.ledger import Expectation
from models.events.event import Draft, zone
from models.imports.difference import (
    Difference,
    Part,
    Present,
    Wanted,
    add_part,
    cell,
    delegate_keys,
    paired,
)
from models.imports.frame import Frame
from models.imports.times import Days
from models.programme import ProgrammeItem
from models.script.lines import Line
from tests import stage
from tests.data.imports.quirks import HEADER, PEOPLE, SCRIPT, docx, xlsx
from tests.stage import REAL, refused, row_counts

pytestmark = pytest.mark.slow  # each imports whole lists, one edition after the other

NAME, FIRST, LAST = "Hội nghị thử", date(2026, 12, 17), date(2026, 12, 18)
FRAME = Frame(NAME, Days(FIRST, LAST), expected=4)
WHEN = REAL + timedelta(days=1)
TASKS = [
    ["I. Nội dung"],
    [1, "Kế hoạch tổ chức", "Văn phòng", "10/12"],
    [2, "In thẻ đại biểu", "Tổ Thư ký", "14/12"],
    ["II. Hậu cần"],
    [3, "Thuê xe", "Sở Xây dựng", "12/12"],
]
LIST = [
    [1, "Nguyễn Văn A", "Bí thư Đảng ủy", "Xã Anh Sơn", ""],
    [2, "Trần Thị B", "Chủ tịch UBND xã", "Xã Anh Sơn", ""],
    [3, "Lê Văn C", "Bí thư Đảng ủy", "Xã Con Cuông", ""],
    [4, "Phạm Thị D", "Chủ tịch UBND xã", "Xã Con Cuông", ""],
]
DAY = [
    ["1", "8h00-9h00", "Phiên toàn thể", "Bí thư", "Hội trường lớn"],
    ["2", "8h10", "Phát biểu khai mạc", "Bí thư", ""],
    ["3", "14h00-15h00", "Thảo luận Tổ 1", "Phó Bí thư", "Phòng 1"],
    ["4", "14h00-15h00", "Thảo luận Tổ 2", "Phó Bí thư", "Phòng 2"],
]


def files(*, tasks=TASKS, people=LIST, day=DAY) -> list[tuple[str, bytes]]:
    """The three files of an office; None leaves one out."""
    wide = tuple(f"A{n}:D{n}" for n, row in enumerate(tasks or [], 2) if len(row) == 1)
    made = [
        ("viec.xlsx", xlsx([HEADER, *tasks], wide)) if tasks else None,
        ("danh-sach.xlsx", xlsx([PEOPLE, *people])) if people else None,
        ("kich-ban.docx", docx([SCRIPT, *day])) if day else None,
    ]
    return [one for one in made if one]


def shown(frame: Frame = FRAME, **rows) -> Preview:
    return preview(files(**rows), frame, {}, now=REAL)


def compared(one: Preview) -> Difference:
    with database.reading() as session:
        return difference_of(session, stage.current(), one)


def apply(one: Preview, **facts):
    return stage.give(apply_files, by="admin", when=WHEN, shown=one, **facts)


def report(number: int) -> None:
    facts = {"task_id": stage.task(number), "status": "on_track", "note": ""}
    stage.give(report_status, by="admin", when=WHEN, **facts)


def edit(number: int, **changed: object) -> None:
    version, planned = read(version_and_plan, stage.task(number))
    facts = {"version": version, "planned": replace(planned, **changed)}
    stage.give(edit_task, by="admin", when=WHEN, task_id=stage.task(number), **facts)


def read(query, *arguments):
    with database.reading() as session:
        return query(session, *arguments)


def undo(import_id: int, **facts):
    return stage.give(undo_import, by="admin", when=WHEN, import_id=import_id, **facts)


def notes() -> dict[str, str]:
    """What the script notes at each item that has a line, by its title."""
    with database.reading() as session:
        return {
            session.get(ProgrammeItem, item_id).title_vi: line.note
            for item_id, (_, line) in lines(session, stage.current()).items()
        }


@pytest.fixture
def empty(db):
    """An event as the first start makes it: a name and days."""
    draft = Draft(NAME, FIRST, LAST)
    database.run(create_event, door=Door(from_machine=True), draft=draft)


def grew(before: dict[str, int]) -> dict[str, int]:
    counts = {name: count - before[name] for name, count in row_counts().items()}
    return {name: count for name, count in counts.items() if count}


# --- matching ------------------------------------------------------------------------------------

KEYS = st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 3))))


@given(KEYS, KEYS)
def test_rows_are_paired_one_to_one_and_those_of_one_key_in_their_order(present, wanted):
    pairs = paired(present, wanted)
    assert len(set(pairs.values())) == len(pairs)
    for line, place in pairs.items():
        assert any(one == other is not None for one, other in zip(wanted[line], present[place]))
    assert paired(present, present) == {place: place for place in range(len(present))}


OFFICES = st.lists(
    st.tuples(st.sampled_from(["Xã Hòa", "Xã Hoà", "Xã Bính"]), st.sampled_from(["Bí thư", "Uỷ"])),
    max_size=12,
)


@given(OFFICES)
def test_a_list_that_is_imported_twice_differs_in_nothing(rows):
    """Whatever stands twice in it."""
    keys = [delegate_keys("", unit, unit, title, n) for n, (unit, title) in enumerate(rows)]
    fields = [{"title_vi": cell(title)} for _, title in rows]
    present = [Present(n, 1, "", *one) for n, one in enumerate(zip(keys, fields), 1)]
    found = Difference()
    add_part(found, Part.DELEGATES, present, [Wanted("", *one) for one in zip(keys, fields)])
    assert found.is_empty and not found.missing


def test_a_delegate_is_found_by_badge_then_by_unit_and_title_then_by_number():
    def keys(badge, unit, title, number):
        return delegate_keys(badge, unit, f"Xã {unit}", title, number)

    present = [
        keys("0001G", 1, "Bí thư", 1),
        keys("0002K", 1, "Chủ tịch", 2),
        keys("0003M", 2, "Bí thư", 3),
        keys("0004P", 2, "Trưởng ban", 4),
    ]
    wanted = [
        keys("", 1, "Chủ tịch", 1),  # another row's number: its title counts
        keys("0003M", 1, "Chánh Văn phòng", 9),  # its badge counts, whatever else it says
        keys("", 2, "Phó Trưởng ban", 4),
        keys("", 7, "Bí thư", 1),  # the unit was put right
    ]
    assert paired(present, wanted) == {0: 1, 1: 2, 2: 3, 3: 0}


# --- applied -------------------------------------------------------------------------------------


def test_an_empty_event_gets_everything_and_the_same_files_again_change_nothing(empty):
    before = row_counts()
    one = shown()
    found = compared(one)
    assert found.counts[Part.DELEGATES] == (4, 0, 0) and not found.missing
    fact = apply(one, seal=found.seal)
    added = grew(before)
    assert (added["task"], added["section"], added["delegate"]) == (3, 2, 4)
    assert added["programmeitem"] == 4
    assert (added["delegation"], added["venue"], added["desk"]) == (2, 3, 1)
    assert (added["person"], added["expectation"]) == (5, 8)  # two leads, a desk, two rapporteurs
    assert "delegatechange" not in added  # loaded as an event is, and not added one by one
    assert fact.counts["delegates"] == {"added": 4}
    event = stage.current()
    assert (event.name_vi, event.first_day, event.expected_delegates) == (NAME, FIRST, 4)
    again = compared(one)
    assert again.is_empty and not again.missing
    with refused("import_unchanged"):
        apply(one)
    with refused("import_moved"):
        apply(shown(people=LIST[:3]), seal=found.seal)
    with database.reading() as session:
        (row,) = imports_of(session, event)
    assert row.files == ("viec.xlsx", "danh-sach.xlsx", "kich-ban.docx")
    assert (row.counts["tasks"], row.undone_at) == ({"added": 3}, None)


def test_the_next_edition_changes_adds_and_retires_and_is_taken_back_as_a_whole(empty):
    apply(shown())
    report(1)
    before = row_counts()
    tasks = [
        *TASKS[:3],
        [4, "Mua hoa", "Văn phòng", "16/12"],
        TASKS[3],
        [3, "Thuê hai xe", *TASKS[4][2:]],
    ]
    people = [
        LIST[2],
        [2, "", "Chủ tịch UBND", "Xã Anh Sơn", ""],
        [3, "", "Chánh Văn phòng", "Xã Nghi Lộc", ""],
    ]
    people.append(LIST[0])
    day = [["1", "8h30-9h30", *DAY[0][2:]], *DAY[1:3]]
    one = shown(tasks=tasks, people=people, day=day)
    found = compared(one)
    assert found.counts[Part.TASKS] == (1, 1, 0)
    assert found.counts[Part.DELEGATES] == (1, 1, 1)
    assert found.counts[Part.DELEGATIONS] == (1, 0, 0)
    assert [row.name for row in found.missing if row.part is Part.ITEMS] == ["Thảo luận Tổ 2"]
    changed = {
        (row.part, row.name, field.name): (str(field.old), str(field.new))
        for row in found.changed
        for field in row.fields
    }
    assert changed[Part.TASKS, "3. Thuê xe", "title_vi"] == ("Thuê xe", "Thuê hai xe")
    with refused("import_missing_open", count=2):
        apply(one, choices={"delegates": "ask", "items": "ask"})
    with refused("import_choice_unknown", choice="bỏ"):
        apply(one, choices={"delegates": "bỏ"})
    fact = apply(one, seal=found.seal, choices={"delegates": "retire", "items": "retire"})
    assert fact.counts["delegates"] == {"added": 1, "changed": 1, "retired": 1}
    with database.reading() as session:
        size = delegates.roster_size(session, stage.current())
        rows = delegates.roster_rows(session, stage.current(), changed=True, limit=9)
    assert (size.listed, size.retired, size.added) == (4, 1, 1)
    assert sorted(row.step for row in rows if row.step) == [
        DelegateStep.ADDED,
        DelegateStep.CORRECTED,
        DelegateStep.RETIRED,
    ]
    assert compared(one).is_empty
    stage.require_state_equals_facts(WHEN + timedelta(hours=1))
    undo(fact.id)
    facts = "change import importedrow importundo delegatechange rosterstep itemplan taskplan"
    assert set(grew(before)) == set(facts.split())
    assert compared(shown()).is_empty
    stage.require_state_equals_facts(WHEN + timedelta(hours=1))
    with refused("import_undone"):
        undo(fact.id)


@pytest.mark.one_database
def test_what_was_changed_by_hand_and_what_a_choice_keeps_stays(empty):
    apply(shown())
    edit(1, due="D-1 17:00")
    found = compared(shown())
    (row,) = found.changed
    assert [(one.name, one.old, one.new) for one in row.fields] == [
        ("due", "D-1 17:00", "D-7 17:00")
    ]
    with refused("import_unchanged"):
        apply(shown(), choices={row.mark: "keep"})


@pytest.mark.one_database
def test_a_list_alone_says_nothing_of_the_plan_and_a_plan_alone_nothing_of_the_list(empty):
    apply(shown(people=None, day=None))
    apply(shown(tasks=None, day=None))
    assert compared(shown(day=None)).is_empty
    apply(shown(tasks=None, people=None))
    found = compared(shown(tasks=None, people=None))
    assert found.is_empty and not found.missing
    counts = row_counts()
    assert (counts["section"], counts["delegate"], counts["programmeitem"]) == (2, 4, 4)
    assert counts["expectation"] == 4  # those who were listed are expected at the new session
    apply(shown())  # and belong to their groups once the list and the script come together
    assert row_counts()["expectation"] == 8


@pytest.mark.one_database
def test_a_delegate_who_was_retired_and_is_listed_again_comes_back_with_the_same_badge(empty):
    apply(shown())
    apply(shown(people=LIST[:3]), choices={"delegates": "retire"})
    found = compared(shown())
    (row,) = found.changed
    assert row.restored and not found.new
    fact = apply(shown())
    with database.reading() as session:
        assert delegates.roster_size(session, stage.current()).listed == 4
    undo(fact.id)
    with database.reading() as session:
        assert delegates.roster_size(session, stage.current()).listed == 3


@pytest.mark.one_database
def test_days_of_an_empty_event_follow_the_files_and_those_of_a_planned_one_do_not(empty):
    later = replace(FRAME, days=Days(FIRST + timedelta(days=1), LAST + timedelta(days=1)))
    one = apply(shown(later, people=None, day=None))
    assert stage.current().first_day == FIRST + timedelta(days=1)
    with refused("import_days_differ"):
        apply(shown())
    undo(one.id)  # and go back with it
    assert (stage.current().first_day, stage.current().last_day) == (FIRST, LAST)


@pytest.mark.one_database
def test_a_list_without_a_script_names_the_groups_of_the_event_and_the_issuer_heads_documents(
    empty,
):
    apply(shown(people=None))
    columns = [[*PEOPLE, "Tổ thảo luận"], [*LIST[0], "Tổ 2"], [*LIST[1], "Tổ 1"], [*LIST[2], ""]]
    with database.reading() as session:
        groups = drafts.groups_of(session, stage.current())
    frame = replace(FRAME, groups=groups, issuer="Tỉnh ủy Nghệ An")
    one = preview([("danh-sach.xlsx", xlsx(columns))], frame, {}, now=REAL)
    fact = apply(one)
    expected = {title: row_counts_of(number) for number, title in groups}
    assert list(expected.values()) == [1, 1]
    assert stage.current().documents["issuer_vi"] == "Tỉnh ủy Nghệ An"
    assert compared(one).is_empty
    undo(fact.id)
    assert row_counts()["expectation"] == 0


def row_counts_of(key: str) -> int:
    query = select(Expectation).where(Expectation.item_id == int(key.removeprefix("#")))
    with database.reading() as session:
        return len(session.exec(query).all())


@pytest.mark.one_database
def test_the_command_line_applies_files_to_the_current_event(empty, tmp_path, monkeypatch, capsys):
    for name, raw in files():
        (tmp_path / name).write_bytes(raw)
    paths = [str(one) for one in sorted(tmp_path.iterdir())]
    for steps, said in ((["--load"], "Đại biểu: 4 mới"), ([], catalogue("vi")["imports.same"])):
        monkeypatch.setattr("sys.argv", ["cli", "import", *paths, "--into-current", *steps])
        assert main() == 0
        assert said in capsys.readouterr().out
    assert row_counts()["delegate"] == 4


class Terminal(io.StringIO):
    """A window whose person presses Ctrl-C as soon as it shows a text."""

    def __init__(self, until: str) -> None:
        super().__init__()
        self.until = until

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.until in text:
            raise KeyboardInterrupt
        return super().write(text)


@pytest.mark.one_database
def test_a_long_import_shows_how_far_it_is_and_is_cancelled_with_nothing_written(
    empty, tmp_path, monkeypatch, capsys
):
    rows = [[n, f"Cán bộ {n}", "Chuyên viên", "Xã Anh Sơn", ""] for n in range(1, 1201)]
    (tmp_path / "nhieu.xlsx").write_bytes(xlsx([PEOPLE, *rows]))
    command = ["cli", "import", str(tmp_path / "nhieu.xlsx"), "--into-current", "--load"]
    before = row_counts()
    for until in ("%", catalogue("vi")["run.writes"]):
        monkeypatch.setattr("sys.argv", command)
        monkeypatch.setattr("sys.stderr", terminal := Terminal(until))
        with pytest.raises(SystemExit):
            main()
        assert catalogue("vi")["run.cancelled"] in capsys.readouterr().out
        assert row_counts() == before
    assert "nhieu.xlsx" in terminal.getvalue()  # the bar, before what it was cancelled at


# --- taken back ----------------------------------------------------------------------------------


def test_an_import_into_an_empty_event_is_taken_back_and_made_again(empty):
    before = row_counts()
    mark = read(roster_mark, stage.current(), stage.person("admin"))
    fact = apply(shown())
    undo(fact.id)
    left = grew(before)
    assert set(left) == {"change", "import", "importedrow", "importundo", "eventchange"}
    again = apply(shown())
    assert again.counts == fact.counts
    assert read(roster_mark, stage.current(), stage.person("admin")) != mark


@pytest.mark.one_database
def test_an_import_is_not_taken_back_once_something_was_recorded_upon_it(empty):
    fact = apply(shown())
    report(3)
    with refused("import_built_upon", part="tasks", name="3. Thuê xe"):
        undo(fact.id)
    words = Words("vi", zone(stage.current()))
    stage.give(badges.export_badges, by="admin", when=WHEN, delegation_id=None, words=words)
    with refused("import_badges_printed"):
        undo(fact.id)
    later = apply(shown(tasks=[*TASKS, [9, "Mua hoa", "Văn phòng", "16/12"]]))
    edit(9, owner="Sở Nội vụ")
    with refused("import_built_upon", part="tasks", name="9. Mua hoa"):
        undo(later.id)


def test_what_a_script_says_differs_is_changed_and_is_taken_back_with_its_import(empty):
    first = apply(shown())
    assert first.counts["lines"] == {"added": 3}  # the fourth row has no note
    day = [[*DAY[0][:4], "Hội trường lớn; tắt micro bục"], [*DAY[1][:4], "Mời đứng"], *DAY[2:]]
    found = compared(shown(day=day))
    assert [(row.part, row.name) for row in found.changed] == [
        (Part.LINES, "Phiên toàn thể"),
        (Part.LINES, "Phát biểu khai mạc"),
    ]
    assert [field.name for row in found.changed for field in row.fields] == ["note", "note"]
    later = apply(shown(day=day), seal=found.seal)
    assert notes()["Phát biểu khai mạc"] == "Mời đứng" and compared(shown(day=day)).is_empty
    assert compared(shown(day=[day[0], *DAY[1:]])).is_empty  # an empty cell says nothing
    undo(later.id)
    assert notes()["Phiên toàn thể"] == "Hội trường lớn" and not notes()["Phát biểu khai mạc"]
    assert compared(shown()).is_empty
    stage.require_state_equals_facts(WHEN + timedelta(hours=1))


@pytest.mark.one_database
@pytest.mark.parametrize("title", ["Phiên toàn thể", "Phát biểu khai mạc"])
def test_an_import_is_not_taken_back_once_a_person_wrote_its_script(empty, title):
    """Over a note of the files, or where they had none."""
    fact = apply(shown())
    with database.reading() as session:
        found = select(ProgrammeItem).where(ProgrammeItem.title_vi == title)
        item_id = session.exec(found).one().id
        version, line = lines(session, stage.current()).get(item_id, (0, Line()))
    facts = {"item_id": item_id, "version": version, "line": replace(line, technique="Đèn")}
    stage.give(write_script_line, by="admin", when=WHEN, **facts)
    part = "lines" if version else "items"
    with refused("import_built_upon", part=part, name=title):
        undo(fact.id)


@pytest.mark.one_database
def test_a_prepared_import_is_applied_with_the_version_that_was_shown_and_its_files_go(empty):
    draft = stage.give(drafts.begin_import, by="admin", when=WHEN, issuer="", desks=0)
    sent = {"draft_id": draft.id, "files": files()}
    version = stage.give(drafts.add_import_files, by="admin", when=WHEN, **sent).version
    facts = {"draft_id": draft.id, "version": version}
    with refused("import_moved"):
        stage.give(apply_import, by="admin", when=WHEN, **facts | {"version": version - 1})
    stage.give(apply_import, by="admin", when=WHEN, once="again", **facts)
    counts = row_counts()
    assert (counts["task"], counts["delegate"], counts["importfile"]) == (3, 4, 0)
    stage.give(apply_import, by="admin", when=WHEN, once="again", **facts)  # a second tap
    with refused("import_gone"):
        stage.give(apply_import, by="admin", when=WHEN, **facts)
