"""Tests of data/events/loading.py: a good folder loads whole, a malformed one leaves nothing."""

import shutil
import unicodedata
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from data.attendance.queries import delegations, headcounts_at
from data.events import loading
from data.files import read_csv
from data.readiness.tasks import prerequisites
from data.storage import database
from models.attendance.badges import badge_code
from models.attendance.ledger import Headcount
from models.events.event import View
from models.readiness.tasks import Task
from models.refusals import Refusal
from tests.stage import REAL, SMALL, at, current, item, minutes, refused, row_counts, task


def load(folder: Path, *, rehearsal: bool = True):
    return database.run(loading.load_event, folder=folder, rehearsal=rehearsal, now=REAL)


# --- what a good folder gives --------------------------------------------------------------------


def test_a_good_folder_is_loaded_whole(event):
    counts = row_counts()
    assert {
        name: counts[name]
        for name in ("section", "task", "taskprerequisite", "programmeitem", "venue")
    } == {
        "section": 2,
        "task": 5,
        "taskprerequisite": 4,
        "programmeitem": 8,
        "venue": 3,
    }
    assert (counts["delegation"], counts["delegate"], counts["expectation"]) == (
        2,
        12,
        4 + 6 + 6 + 12,
    )
    assert (counts["desk"], counts["deskitem"], counts["person"], counts["mediaitem"]) == (
        2,
        5,
        10,
        3,
    )
    assert (counts["event"], counts["change"]) == (1, 1)


def test_a_second_load_is_a_new_run_and_leaves_the_rows_of_the_first(event):
    load(SMALL)
    counts = row_counts()
    assert (current().run, counts["event"], counts["delegate"], counts["task"]) == (2, 2, 24, 10)
    assert counts["person"] == 10  # people outlive a run
    with database.reading() as session:
        assert [one.name_vi for one in delegations(session, event)] == ["Nghi Lộc", "Quỳ Hợp"]
        assert len(prerequisites(session, event, View(REAL))) == 3


def test_a_person_whose_role_changed_in_the_file_has_the_new_one(event, tmp_path):
    load(
        edited(
            tmp_path, "people.csv", ("deputy.an_ninh,deputy,an_ninh", "deputy.an_ninh,lead,hau_can")
        )
    )
    with database.reading() as session:
        rows = session.execute(
            text("SELECT role, section_key FROM person WHERE key = 'deputy.an_ninh'")
        ).all()
    assert [tuple(row) for row in rows] == [("lead", "hau_can")]


def test_an_event_wakes_and_sleeps_at_the_hours_of_its_file(event, tmp_path):
    assert (event.day_from, event.day_to) == (time(0, 0), time(23, 59, 59))
    load(
        edited(
            tmp_path, "event.toml", ("[theme]", "[hours]\nfrom = 05:00:00\nto = 22:00:00\n[theme]")
        )
    )
    assert (current().day_from, current().day_to) == (time(5), time(22))


def test_a_real_event_needs_no_rehearsal_in_its_file(db, tmp_path):
    load(
        edited(tmp_path, "event.toml", ('[rehearsal]\nstarts = "D+1 07:00"\n', "")), rehearsal=False
    )
    assert current().rehearsal_starts is None


def test_a_key_given_twice_in_a_list_counts_once(db, tmp_path):
    load(edited(tmp_path, "tasks.csv", (",0,3;1,", ",0,3;1;3; 1,")))
    assert row_counts()["taskprerequisite"] == 4
    with database.reading() as session:
        assert len(prerequisites(session, current(), View(REAL))[task(4)]) == 2


def test_a_programme_that_counts_no_one_can_be_loaded(db, tmp_path):
    folder = edited(
        tmp_path,
        "programme.csv",
        (",district,", ",none,"),
        (",forum,venue", ",none,venue"),
        (",all,", ",none,"),
    )
    load(folder)
    assert (row_counts()["expectation"], row_counts()["attendancecount"]) == (0, 0)


def test_files_from_excel_with_a_byte_order_mark_and_windows_lines_load_too(db, tmp_path):
    folder = copied(tmp_path)
    for file in folder.glob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    load(folder)
    assert row_counts()["delegate"] == 12


def test_decomposed_vietnamese_in_a_file_is_composed_when_it_is_read(db, tmp_path):
    folder = copied(tmp_path)
    roster = folder / "roster.csv"
    roster.write_text(
        unicodedata.normalize("NFD", roster.read_text(encoding="utf-8")), encoding="utf-8"
    )
    load(folder)
    with database.reading() as session:
        titles = {title for (title,) in session.execute(text("SELECT title_vi FROM delegate"))}
    assert "Bí thư Đảng ủy xã Nghi Vạn" in titles


# --- malformed files -----------------------------------------------------------------------------


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "event"))


def edited(tmp_path: Path, file: str, *edits: tuple[str, str]) -> Path:
    """A copy of the small event with some texts of one file replaced (each must be there)."""
    folder = copied(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, (file, old)
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


FIELD, SETTING = "file_field", "file_setting"

# file, what is replaced by what, the refusal's code and what it has to name
MALFORMED = [
    # whole files
    (
        "sections.csv",
        "key,name_vi",
        "key,ten",
        "file_column_missing",
        {"line": 1, "field": "name_vi"},
    ),
    ("sections.csv", ",", ";", "file_column_missing", {"line": 1, "field": "key"}),
    (
        "desks.csv",
        "ban_1,Bàn số 1",
        "ban_1,Bàn, số 1",
        "file_width",
        {"line": 2, "cells": 5, "columns": 4},
    ),
    (
        "roster.csv",
        "0007H,429,commune,",
        "0007H,commune,",
        "file_width",
        {"line": 8, "cells": 5, "columns": 6},
    ),
    ("roster.csv", "0005T,429,commune,Bí", '0005T,429,commune,"Bí', "file_not_csv", {"line": 6}),
    ("desks.csv", "ban_1,Bàn số 1,", 'ban_1,"Bàn" số 1,', "file_not_csv", {"line": 2}),
    (
        "people.csv",
        '"Lead, Security"',
        '"Lead,\nSecurity",x',
        "file_width",
        {"line": 6, "cells": 8, "columns": 7},
    ),
    # event.toml
    (
        "event.toml",
        "first_day = 2024-03-05",
        "first_day = 2024-13-05",
        "file_not_toml",
        {"line": 3},
    ),
    ("event.toml", 'vi = "Thử cho kỹ"', "vi = Thử cho kỹ", "file_not_toml", {"line": 17}),
    ("event.toml", "[theme]", "[name]", "file_not_toml", {}),
    ("event.toml", 'slug = "nho"', 'slug = " "', SETTING, {"field": "slug", "why": "empty"}),
    (
        "event.toml",
        "first_day = 2024-03-05",
        'first_day = "5/3/2024"',
        SETTING,
        {"field": "first_day", "why": "not_a_date"},
    ),
    (
        "event.toml",
        "first_day = 2024-03-05",
        "",
        SETTING,
        {"field": "first_day", "why": "not_a_date"},
    ),
    (
        "event.toml",
        "last_day = 2024-03-06",
        "last_day = 2024-03-04",
        SETTING,
        {"field": "last_day", "why": "before_first_day"},
    ),
    (
        "event.toml",
        "Asia/Ho_Chi_Minh",
        "Asia/Vinh",
        SETTING,
        {"field": "time_zone", "why": "unknown_zone"},
    ),
    (
        "event.toml",
        "Asia/Ho_Chi_Minh",
        "../../etc/passwd",
        SETTING,
        {"field": "time_zone", "why": "unknown_zone"},
    ),
    (
        "event.toml",
        "= 12",
        '= "mười hai"',
        SETTING,
        {"field": "expected_delegates", "why": "not_a_number"},
    ),
    ("event.toml", "= 12", "= 0", SETTING, {"field": "expected_delegates", "why": "too_small"}),
    ("event.toml", "= 12", "= 12.5", SETTING, {"field": "expected_delegates", "why": "not_whole"}),
    ("event.toml", "= 12", "= inf", SETTING, {"field": "expected_delegates", "why": "too_large"}),
    ("event.toml", "= 12", "= nan", SETTING, {"field": "expected_delegates", "why": "too_small"}),
    ("event.toml", "[theme]", "[motto]", SETTING, {"field": "theme", "why": "empty"}),
    (
        "event.toml",
        'vi = "Thử cho kỹ"',
        "",
        SETTING,
        {"file": "event.toml [theme]", "field": "vi", "why": "empty"},
    ),
    (
        "event.toml",
        '"D+1 07:00"',
        '"tomorrow"',
        SETTING,
        {"field": "starts", "why": "offset_malformed"},
    ),
    ("event.toml", "[rehearsal]", "[practice]", SETTING, {"field": "rehearsal", "why": "empty"}),
    (
        "event.toml",
        "share = 0.5",
        "share = 1.5",
        SETTING,
        {"field": "arrival_plan", "why": "not_rising"},
    ),
    (
        "event.toml",
        "share = 0.0",
        "share = 0.9",
        SETTING,
        {"field": "arrival_plan", "why": "not_rising"},
    ),
    (
        "event.toml",
        "minutes_before = 60",
        "minutes_before = 6",
        SETTING,
        {"field": "arrival_plan", "why": "not_rising"},
    ),
    (
        "event.toml",
        "share = 0.5",
        'share = "half"',
        SETTING,
        {"field": "share", "why": "not_a_number"},
    ),
    (
        "event.toml",
        "[theme]",
        "[hours]\nfrom = 05:00:00\nto = 04:00:00\n[theme]",
        SETTING,
        {"field": "to"},
    ),
    (
        "event.toml",
        "[theme]",
        '[hours]\nfrom = "5 giờ"\nto = 22:00:00\n[theme]',
        SETTING,
        {"field": "from", "why": "not_a_time"},
    ),
    # sections, venues, desks
    (
        "sections.csv",
        "hau_can,Tiểu",
        "an_ninh,Tiểu",
        FIELD,
        {"line": 3, "field": "key", "why": "used_twice", "first": 2},
    ),
    (
        "sections.csv",
        "Tiểu ban An ninh,",
        ",",
        FIELD,
        {"line": 2, "field": "name_vi", "why": "empty"},
    ),
    (
        "sections.csv",
        "168,24,1,",
        "weekly,24,1,",
        FIELD,
        {"line": 2, "field": "cadence_before_hours", "why": "not_a_number"},
    ),
    (
        "sections.csv",
        "168,24,1,",
        "168,0,1,",
        FIELD,
        {"line": 2, "field": "cadence_near_hours", "why": "too_small"},
    ),
    (
        "sections.csv",
        "168,24,2,",
        "168,24,nan,",
        FIELD,
        {"line": 3, "field": "cadence_day_hours", "why": "too_small"},
    ),
    (
        "sections.csv",
        "168,24,2,",
        "168,24,inf,",
        FIELD,
        {"line": 3, "field": "cadence_day_hours", "why": "too_large"},
    ),
    (
        "sections.csv",
        "168,24,2,",
        "168,24,1e300,",
        FIELD,
        {"line": 3, "field": "cadence_day_hours", "why": "too_large"},
    ),
    (
        "venues.csv",
        "phong_2,",
        "phong_1,",
        FIELD,
        {"line": 4, "field": "key", "why": "used_twice", "first": 3},
    ),
    (
        "desks.csv",
        ";dien_dan_1;",
        ";dien_dan_9;",
        FIELD,
        {"line": 2, "field": "items", "why": "unknown_key"},
    ),
    # programme
    (
        "programme.csv",
        ",forum,Diễn đàn 1",
        ",seminar,Diễn đàn 1",
        FIELD,
        {"line": 4, "field": "kind", "why": "not_among"},
    ),
    (
        "programme.csv",
        ",all,",
        ",everybody,",
        FIELD,
        {"line": 7, "field": "expects", "why": "not_among"},
    ),
    (
        "programme.csv",
        ",phong_1,",
        ",phong_9,",
        FIELD,
        {"line": 4, "field": "venue", "why": "unknown_key"},
    ),
    (
        "programme.csv",
        "khai_mac,phien_chinh,",
        "khai_mac,phien_phu,",
        FIELD,
        {"line": 8, "field": "parent", "why": "unknown_key"},
    ),
    (
        "programme.csv",
        "D+0 10:45",
        "D+0 10:00",
        FIELD,
        {"line": 3, "field": "end", "why": "not_after_start"},
    ),
    (
        "programme.csv",
        "D+0 10:00,",
        "10 giờ,",
        FIELD,
        {"line": 3, "field": "start", "why": "offset_malformed"},
    ),
    (
        "programme.csv",
        "D+0 10:00,",
        "D+0 25:00,",
        FIELD,
        {"line": 3, "field": "start", "why": "offset_malformed"},
    ),
    ("programme.csv", "D+0 10:00,", ",", FIELD, {"line": 3, "field": "start", "why": "empty"}),
    (
        "programme.csv",
        "dang_hoa,",
        "don_tiep,",
        FIELD,
        {"line": 3, "field": "key", "why": "used_twice", "first": 2},
    ),
    # people
    (
        "people.csv",
        "lead.hau_can,lead,",
        "lead.hau_can,boss,",
        FIELD,
        {"line": 7, "field": "role", "why": "not_among"},
    ),
    (
        "people.csv",
        "lead,hau_can,",
        "lead,hau_cau,",
        FIELD,
        {"line": 7, "field": "section", "why": "unknown_key"},
    ),
    (
        "people.csv",
        "lead,hau_can,",
        "lead,,",
        FIELD,
        {"line": 7, "field": "section", "why": "empty"},
    ),
    (
        "people.csv",
        "desk,,ban_2,",
        "desk,,ban_9,",
        FIELD,
        {"line": 10, "field": "desk", "why": "unknown_key"},
    ),
    ("people.csv", "desk,,ban_2,", "desk,,,", FIELD, {"line": 10, "field": "desk", "why": "empty"}),
    (
        "people.csv",
        ",,,dien_dan_1,",
        ",,,dien_dan_9,",
        FIELD,
        {"line": 11, "field": "item", "why": "unknown_key"},
    ),
    ("people.csv", ",,,dien_dan_1,", ",,,,", FIELD, {"line": 11, "field": "item", "why": "empty"}),
    (
        "people.csv",
        "media,media,",
        "admin,media,",
        FIELD,
        {"line": 5, "field": "key", "why": "used_twice", "first": 2},
    ),
    # tasks
    (
        "tasks.csv",
        "\n2,an_ninh",
        "\n2,an_nin",
        FIELD,
        {"line": 3, "field": "section", "why": "unknown_key", "value": "an_nin"},
    ),
    (
        "tasks.csv",
        "\n2,an_ninh",
        "\n1,an_ninh",
        FIELD,
        {"line": 3, "field": "id", "why": "used_twice", "first": 2},
    ),
    (
        "tasks.csv",
        "\n2,an_ninh",
        "\n01,an_ninh",
        FIELD,
        {"line": 3, "field": "id", "why": "used_twice", "first": 2},
    ),
    (
        "tasks.csv",
        "\n2,an_ninh",
        "\n2.5,an_ninh",
        FIELD,
        {"line": 3, "field": "id", "why": "not_whole"},
    ),
    (
        "tasks.csv",
        "\n2,an_ninh",
        "\nhai,an_ninh",
        FIELD,
        {"line": 3, "field": "id", "why": "not_a_number"},
    ),
    (
        "tasks.csv",
        "\n2,an_ninh",
        "\n0,an_ninh",
        FIELD,
        {"line": 3, "field": "id", "why": "too_small"},
    ),
    (
        "tasks.csv",
        "D-3 17:00",
        "D-3 17h",
        FIELD,
        {"line": 3, "field": "due", "why": "offset_malformed", "value": "D-3 17h"},
    ),
    (
        "tasks.csv",
        ",before,D-3",
        ",earlier,D-3",
        FIELD,
        {"line": 3, "field": "phase", "why": "not_among"},
    ),
    (
        "tasks.csv",
        "Công an tỉnh,0,1",
        "Công an tỉnh,no,1",
        FIELD,
        {"line": 3, "field": "critical", "why": "not_among"},
    ),
    (
        "tasks.csv",
        ",0,3;1,",
        ",0,3;9,",
        FIELD,
        {"line": 5, "field": "depends_on", "why": "unknown_key"},
    ),
    (
        "tasks.csv",
        "Công an tỉnh,1,,seed",
        "Công an tỉnh,1,2,seed",
        FIELD,
        {"line": 2, "field": "depends_on", "why": "cycle", "cycle": "1 → 2 → 1"},
    ),
    (
        "tasks.csv",
        "Văn phòng,1,,",
        "Văn phòng,1,5,",
        FIELD,
        {"line": 4, "field": "depends_on", "why": "cycle", "cycle": "3 → 5 → 4 → 3"},
    ),
    # delegations and roster
    (
        "delegations.csv",
        "420,Quỳ",
        "429,Quỳ",
        FIELD,
        {"line": 3, "field": "code", "why": "used_twice", "first": 2},
    ),
    ("delegations.csv", ",Quỳ Hợp,", ",,", FIELD, {"line": 3, "field": "name_vi", "why": "empty"}),
    (
        "roster.csv",
        "0002K,",
        "0001G,",
        FIELD,
        {"line": 3, "field": "badge", "why": "used_twice", "first": 2},
    ),
    (
        "roster.csv",
        "0002K,",
        "0001-g,",
        FIELD,
        {"line": 3, "field": "badge", "why": "used_twice", "first": 2},
    ),
    (
        "roster.csv",
        "0002K,",
        "0002M,",
        FIELD,
        {"line": 3, "field": "badge", "why": "badge_mistyped", "value": "0002M"},
    ),
    ("roster.csv", "0002K,", "2K,", FIELD, {"line": 3, "field": "badge", "why": "badge_malformed"}),
    (
        "roster.csv",
        "0002K,429,",
        "0002K,499,",
        FIELD,
        {"line": 3, "field": "delegation", "why": "unknown_key"},
    ),
    (
        "roster.csv",
        'Nghi Lộc district",dien_dan_1',
        'Nghi Lộc district",dien_dan_3',
        FIELD,
        {"line": 2, "field": "forum"},
    ),
    (
        "roster.csv",
        'Nghi Lộc district",dien_dan_1',
        'Nghi Lộc district",phien_chinh',
        FIELD,
        {"line": 2, "field": "forum"},
    ),
    # media
    ("media.csv", ",article,", ",poster,", FIELD, {"line": 2, "field": "kind", "why": "not_among"}),
    ("media.csv", ",during,", ",near,", FIELD, {"line": 3, "field": "phase", "why": "not_among"}),
    (
        "media.csv",
        "D+2 08:00",
        "D2 08:00",
        FIELD,
        {"line": 4, "field": "planned", "why": "offset_malformed"},
    ),
    (
        "media.csv",
        "m2,",
        "m1,",
        FIELD,
        {"line": 3, "field": "key", "why": "used_twice", "first": 2},
    ),
]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("file", "old", "new", "code", "facts"),
    MALFORMED,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(MALFORMED)],
)
def test_a_malformed_file_is_refused_with_its_line_and_field_and_nothing_is_written(
    event, tmp_path, file, old, new, code, facts
):
    folder = edited(tmp_path, file, (old, new))
    named = {"file": file, **facts} if code != SETTING else facts
    with refused(code, **named):
        load(folder)
    checked = loading.problems_of(folder, now=REAL)
    if named.get("field") == "rehearsal":
        return  # a real event needs none
    assert any(one.code == code and named.items() <= one.facts.items() for one in checked), checked


SEVERAL = {
    "event.toml": [("expected_delegates = 12", 'expected_delegates = "?"'), ('vi = "Vinh"', "")],
    "tasks.csv": [
        ("1,an_ninh,", "1,an_nin,"),
        ("D-10 17:00", "D-10"),
        ("Công an tỉnh,0,1,", "Công an tỉnh,maybe,1,"),
        ("Văn phòng,1,,", "Văn phòng,1,99,"),
    ],
    "roster.csv": [("0002K,429,", "0002K,,429,"), ("0007H,429,commune,", "0007H,commune,")],
    "scenario.csv": [("D-12 09:00", "D-12")],
}


@pytest.mark.one_database
def test_a_check_collects_what_is_wrong_in_every_file_at_once_and_writes_nothing(event, tmp_path):
    folder, counts = copied(tmp_path), row_counts()
    assert loading.problems_of(folder, now=REAL) == []
    for file, edits in SEVERAL.items():
        written = (folder / file).read_text(encoding="utf-8")
        for old, new in edits:
            assert old in written, (file, old)
            written = written.replace(old, new, 1)
        (folder / file).write_text(written, encoding="utf-8")
    (folder / "venues.csv").write_bytes("key,name_vi,illustrative\nx,\xe1,\n".encode("latin-1"))
    found = {
        (one.code, one.facts["file"], one.facts.get("line", 0), one.facts.get("field", ""))
        for one in loading.problems_of(folder, now=REAL)
    }
    # No item is refused for its venue, nor a desk for its items: their files say what is wrong.
    assert found == {
        (SETTING, "event.toml", 0, "expected_delegates"),
        (SETTING, "event.toml [place]", 0, "vi"),
        ("file_not_utf8", "venues.csv", 2, ""),
        (FIELD, "tasks.csv", 2, "section"),
        (FIELD, "tasks.csv", 2, "due"),
        (FIELD, "tasks.csv", 3, "critical"),
        (FIELD, "tasks.csv", 4, "depends_on"),
        ("file_width", "roster.csv", 3, ""),
        ("file_width", "roster.csv", 8, ""),
        (FIELD, "scenario.csv", 2, "when"),
    }
    assert row_counts() == counts


# The optional columns of tasks.csv: each line of the small event's with these columns appended.
OPTIONAL = "start,pinned,cadence_before_hours,cadence_near_hours,cadence_day_hours"
PLANNED = ["D-12 08:00,1,72,24,0.5", "D-9 08:00,0,,,", ",,,,", ",,,,", ",,,,"]


def planned(tmp_path: Path, *lines: str) -> Path:
    """A copy of the small event with optional columns; `lines` replace the first of `PLANNED`."""
    folder, optional = copied(tmp_path), [OPTIONAL, *lines, *PLANNED[len(lines) :]]
    tasks = folder / "tasks.csv"
    before = tasks.read_text(encoding="utf-8").splitlines()
    tasks.write_text(
        "\n".join(f"{line},{more}" for line, more in zip(before, optional, strict=True)),
        encoding="utf-8",
    )
    return folder


def test_a_task_may_have_a_start_a_pin_and_a_cadence_of_its_own(db, tmp_path):
    load(planned(tmp_path))
    with database.reading() as session:
        first, second, third, *_ = session.exec(select(Task).order_by(Task.number)).all()
    assert (first.start, first.start_at, first.pinned) == ("D-12 08:00", at("D-12 08:00"), True)
    assert (first.cadence_before_hours, first.cadence_near_hours, first.cadence_day_hours) == (
        72,
        24,
        0.5,
    )
    assert (second.pinned, second.cadence_day_hours) == (False, None)
    assert (third.start, third.start_at, third.pinned) == (None, None, False)


def test_what_is_loaded_is_the_baseline(event):
    with database.reading() as session:
        tasks = session.exec(select(Task).where(Task.event_id == event.id)).all()
    assert [(one.baseline_due, one.baseline_due_at, one.baseline_start_at) for one in tasks] == [
        (one.due, one.due_at, one.start_at) for one in tasks
    ]
    assert {(one.version, one.carried_days) for one in tasks} == {(1, 0)}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        ("D-12,1,,,", "start", "offset_malformed"),
        ("D-10 17:01,1,,,", "start", "after_due"),
        ("D-12 08:00,yes,,,", "pinned", "not_among"),
        ("D-12 08:00,1,often,,", "cadence_before_hours", "not_a_number"),
        ("D-12 08:00,1,,0,", "cadence_near_hours", "too_small"),
        ("D-12 08:00,1,,,nan", "cadence_day_hours", "too_small"),
    ],
)
def test_a_wrong_optional_field_of_a_task_is_refused_with_its_line_and_field(
    event, tmp_path, line, field, why
):
    with refused(FIELD, file="tasks.csv", line=2, field=field, why=why):
        load(planned(tmp_path, line))


@pytest.mark.one_database
def test_a_cadence_of_a_task_that_is_not_critical_is_refused(event, tmp_path):
    with refused(FIELD, file="tasks.csv", line=3, field="cadence_near_hours", why="only_critical"):
        load(planned(tmp_path, PLANNED[0], ",,,24,"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    "file", sorted(one.name for one in SMALL.iterdir() if one.stem not in ("scenario", "arrivals"))
)
def test_a_missing_file_is_refused_by_its_name_and_folder(event, tmp_path, file):
    folder = copied(tmp_path)
    (folder / file).unlink()
    with refused("file_missing", file=file, folder=str(folder)):
        load(folder)


@pytest.mark.one_database
@pytest.mark.parametrize(("file", "line"), [("event.toml", 9), ("roster.csv", 2), ("tasks.csv", 2)])
def test_a_file_in_another_encoding_is_refused_with_the_first_line_that_is_not_utf8(
    event, tmp_path, file, line
):
    folder = copied(tmp_path)
    words = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_bytes(
        bytes(min(ord(letter), 0xE1) for letter in words)
    )  # as an old one-byte encoding looks
    with refused("file_not_utf8", file=file, line=line):
        load(folder)


@pytest.mark.one_database
@pytest.mark.parametrize("left", ["", "\n\n", "{header}", "{header}\n,,\n"])
def test_a_file_without_lines_is_refused(event, tmp_path, left):
    folder = copied(tmp_path)
    header = (folder / "sections.csv").read_text(encoding="utf-8").split("\n")[0]
    (folder / "sections.csv").write_text(left.replace("{header}", header), encoding="utf-8")
    code = "file_empty" if "{header}" in left else "file_column_missing"
    with refused(code, file="sections.csv"):
        load(folder)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    """Blank lines and cells that hold line breaks are in between."""
    (tmp_path / "x.csv").write_text('a,b\n\n1,"two\nlines"\n\n2,y\n', encoding="utf-8")
    assert [(row.line, row.text("b")) for row in read_csv(tmp_path, "x.csv", ("a", "b"))] == [
        (3, "two lines"),
        (6, "y"),
    ]


def test_a_quotation_mark_left_open_in_a_long_file_is_refused_where_it_stands(tmp_path):
    """Without the check the reader fails on the length of the cell and names no line."""
    (tmp_path / "x.csv").write_text(
        "a,b\n" + "1,x\n" * 10 + '2,"open\n' + "3,xxxxxxxxxxxxxxxxxxxx\n" * 9000, encoding="utf-8"
    )
    with pytest.raises(Refusal) as caught:
        read_csv(tmp_path, "x.csv", ("a", "b"))
    assert (caught.value.code, caught.value.facts["line"]) == ("file_not_csv", 12)


# --- the real sample -----------------------------------------------------------------------------


def test_the_real_sample_loads_with_its_figures(db):
    event = load(loading.SAMPLE)
    assert (event.expected_delegates, row_counts()["delegate"], row_counts()["delegation"]) == (
        1121,
        1121,
        21,
    )
    assert (row_counts()["section"], row_counts()["task"]) == (8, 70)
    with database.reading() as session:
        expected = dict(
            session.execute(
                text(
                    "SELECT p.key, sum(c.expected) FROM attendancecount c "
                    "JOIN programmeitem p ON p.id = c.item_id GROUP BY p.key"
                )
            ).all()
        )
    assert expected["phien_chinh"] == 1121
    assert sum(expected[f"dien_dan_{number}"] for number in (1, 2, 3)) == 1121
    assert expected["le_dang_hoa"] == 93
    assert event.rehearsal_starts - event.loaded_at < minutes(0)


def test_the_real_sample_is_93_of_the_districts_and_1028_of_all_460_units():
    roster = read_csv(loading.SAMPLE, "roster.csv", ("badge", "level", "unit_code"))
    units = {
        row.text("commune_code") for row in read_csv(loading.SAMPLE, "units.csv", ("commune_code",))
    }
    levels = [row.text("level") for row in roster]
    assert (levels.count("district"), levels.count("commune"), len(roster)) == (93, 1028, 1121)
    assert len(units) == 460
    assert {row.text("unit_code") for row in roster if row.text("level") == "commune"} == units
    assert len({badge_code(row.text("badge")) for row in roster}) == 1121


def test_the_number_that_is_expected_need_not_be_the_number_that_is_listed(db, tmp_path):
    event = load(
        edited(tmp_path, "event.toml", ("expected_delegates = 12", "expected_delegates = 15"))
    )
    assert (event.expected_delegates, row_counts()["delegate"]) == (15, 12)


def test_kinds_of_delegates_and_chosen_groups_are_words_of_the_files(db, tmp_path):
    """No kind is known to the program; who is in no group is expected where everybody is."""
    folder = edited(
        tmp_path,
        "roster.csv",
        (",district,", ",khach_moi,"),
        ('Nghi Lộc district",dien_dan_1', 'Nghi Lộc district",'),
    )
    rows = (folder / "programme.csv").read_text(encoding="utf-8")
    (folder / "programme.csv").write_text(
        rows.replace(",district,", ",khach_moi,"), encoding="utf-8"
    )
    event = load(folder)
    with database.reading() as session:
        counts = headcounts_at(
            session, [item("dang_hoa"), item("dien_dan_1")], View(event.loaded_at)
        )
    by_item = {
        key: sum(head.expected for (one, _), head in counts.items() if one == item(key))
        for key in ("dang_hoa", "dien_dan_1")
    }
    assert by_item == {"dang_hoa": 4, "dien_dan_1": 5}


def test_headcounts_start_from_the_expected(event):
    with database.reading() as session:
        counts = headcounts_at(session, [item("phien_chinh")], View(at("D-1 00:00")))
    assert sorted(counts.values(), key=str) == [Headcount(expected=6), Headcount(expected=6)]


def test_the_file_says_whom_a_silence_reminds_when(db, tmp_path):
    delays = "[silence.during]\ndeputy = 5\ncommand = 7.5\n[silence.before]\nlead = 60\n[theme]"
    load(edited(tmp_path, "event.toml", ("[theme]", delays)))
    assert current().silence == {"during": {"deputy": 5, "command": 7.5}, "before": {"lead": 60}}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("delays", "field", "why"),
    [
        ("[silence.later]\nlead = 1", "later", "unknown_field"),
        ("[silence.during]\nchair = 1", "chair", "unknown_field"),
        ("[silence.during]\nlead = -1", "lead", "too_small"),
        ("[silence.during]\nlead = 30", "deputy", "out_of_turn"),
        ("[silence.during]\ndeputy = 30", "command", "out_of_turn"),
        ("[silence]\nduring = 5", "during", "empty"),
    ],
)
def test_a_wrong_order_of_reminders_is_refused_with_its_field(db, tmp_path, delays, field, why):
    folder = edited(tmp_path, "event.toml", ("[theme]", f"{delays}\n[theme]"))
    with refused("file_setting", field=field, why=why):
        load(folder)
