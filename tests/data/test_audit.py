"""Tests of data/audit.py: who did what when and from where, by person, subject and period, and
as a file.
"""

import csv
import io
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from data import audit
from data.access import sign_ins
from data.audit import Filter, export_audit
from data.commands import Origin, export, run
from data.incidents import open_entry
from data.readiness.tasks import confirm_section
from data.storage import database
from data.words import LANGUAGES, Words, catalogue
from models.access.sign_ins import ClientInfo, SignInMethod
from tests.stage import at, current, entry, give, person, refused, section

VINH = ZoneInfo("Asia/Ho_Chi_Minh")


def act(command, *, by: str, sign_in: int | None = None, **facts):
    """Give a command as from a browser, whose sign-in the change log names."""
    key = f"{by}-{sign_in}-{facts}"
    return run(Origin(person(by), sign_in, key, at("D+1 07:00")), command, **facts)


def signed_in(key: str, *, address: str, device: str) -> int:
    with database.writing() as session:
        token = sign_ins.begin(
            session,
            person(key),
            how=SignInMethod.PASSWORD,
            client_info=ClientInfo(address, device),
            now=now(),
        )
        return sign_ins.sign_in_of(session, token, now=now())


def now() -> datetime:
    return datetime.now(timezone.utc)


def found(**asked):
    with database.reading() as session:
        rows = audit.rows(session, current(), Filter(**asked), limit=100)
        assert audit.count(session, current(), Filter(**asked)) == len(rows)
    return rows


def commands(**asked) -> list[str]:
    return [row.command for row in found(**asked)]


def exported(by: str, wanted: Filter | None = None, language: str = "vi") -> bytes:
    words = Words(language, VINH)
    return export(
        Origin(person(by)),
        export_audit,
        lambda rows: audit.as_csv(rows, words),
        wanted=wanted or Filter(),
    )


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_change_says_who_what_about_what_and_from_where(event):
    browser = signed_in("lead.an_ninh", address="203.0.113.7", device="Chrome · Android")
    act(confirm_section, by="lead.an_ninh", sign_in=browser, section_id=section("an_ninh"))
    newest = found()[0]
    assert newest.command == "confirm_section"
    assert newest.person == {"vi": "Trưởng Tiểu ban An ninh", "en": "Lead, Security"}
    assert newest.about == {"vi": "Tiểu ban An ninh", "en": "Security section"}
    assert (newest.address, newest.device) == ("203.0.113.7", "Chrome · Android")
    assert newest.at == at("D+1 07:00") and now() - newest.recorded_at < timedelta(minutes=5)


def test_what_a_sign_in_was_won_with_is_in_the_trail(event):
    signed_in("command", address="203.0.113.7", device="")
    (row,) = found(topic="people")
    assert (row.command, row.what["how"], row.address) == ("sign_in", "password", "203.0.113.7")


def test_one_asks_by_person_topic_subject_and_period_each_left_open_or_not(event):
    give(confirm_section, by="lead.an_ninh", when="D+1 07:00", section_id=section("an_ninh"))
    give(
        open_entry,
        by="command",
        when="D+1 07:01",
        section_id=section("an_ninh"),
        priority=1,
        text="Kẹt cổng",
    )
    assert {"confirm_section", "open_entry"} <= set(commands())
    assert commands(person_id=person("command").id) == ["open_entry"]
    assert commands(topic="readiness") == ["confirm_section"]
    assert commands(subject=("entry", entry(1))) == ["open_entry"]
    hour = timedelta(hours=1)
    assert commands(person_id=person("command").id, since=now() - hour, until=now() + hour) == [
        "open_entry"
    ]
    assert commands(since=now() + hour) == commands(until=now() - hour) == []
    assert commands(person_id=person("committee").id) == []


@pytest.mark.parametrize(
    ("typed", "kind"), [("#1", "entry"), ("1", "task"), (" 0005t ", "delegate"), ("", None)]
)
def test_a_subject_is_named_as_people_name_it(event, typed, kind):
    give(
        open_entry,
        by="command",
        when="D+1 07:01",
        section_id=section("an_ninh"),
        priority=1,
        text="Kẹt cổng",
    )
    with database.reading() as session:
        named = audit.subject_named(session, event, typed)
    assert (named[0] if named else None) == kind


@pytest.mark.parametrize("typed", ["#99", "99", "9999Z", "' OR 1=1 --", "9" * 50])
def test_a_subject_that_does_not_exist_is_refused(event, typed):
    with refused("subject_unknown", value=typed[:40]), database.reading() as session:
        audit.subject_named(session, event, typed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_holds_the_same_and_is_itself_in_the_trail(event, language):
    give(
        open_entry,
        by="command",
        when="D+1 07:01",
        section_id=section("an_ninh"),
        priority=1,
        text="Kẹt cổng, tầng 2",
    )
    content = exported("committee", Filter(topic="incidents"), language)
    assert content.startswith(b"\xef\xbb\xbf"), (
        "an office program would take it for another encoding"
    )
    head, row = table(content)
    assert (
        head[2] == catalogue(language)["audit.person"]
        and row[3] == catalogue(language)["command.open_entry"]
    )
    assert "Kẹt cổng, tầng 2" in row[5]
    newest = found()[0]
    assert (newest.command, newest.what["rows"]) == ("export_audit", 1)
    assert newest.person["en"] == "Organising Committee"


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "=cmd|'/c calc'!A1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(event, typed):
    """Texts come from people, and the device is what a stranger's browser says of itself."""
    browser = signed_in("lead.an_ninh", address="", device=typed)
    act(confirm_section, by="lead.an_ninh", sign_in=browser, section_id=section("an_ninh"))
    give(
        open_entry,
        by="command",
        when="D+1 07:01",
        section_id=section("an_ninh"),
        priority=1,
        text=typed,
    )
    content = exported("admin")
    cells = [cell for row in table(content) for cell in row]
    assert f"'{typed}" in cells and typed not in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


@pytest.mark.one_database
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula_whatever_separator_a_program_takes(event, separator):
    for typed in (";=1+1", 'a; "=1+1"', "b\t@SUM(1)", "c|-1;+1", "d,＝1+1", '";"=1+1', "e - f = g"):
        facts = {"section_id": section("an_ninh"), "priority": 1, "text": typed}
        give(open_entry, by="command", when="D+1 07:01", **facts)
    text = exported("admin").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.strip(' "')[:1] in tuple("=+-@＝＋－＠")]
    assert "e - f = g" in text, "what no program computes is as it was typed"


@pytest.mark.one_database
def test_the_workbook_holds_texts_as_texts_and_moments_as_moments(event):
    facts = {"section_id": section("an_ninh"), "priority": 1, "text": "=1+1;\ufffex"}
    give(open_entry, by="command", when="D+1 07:01", **facts)
    made = audit.as_workbook(found(topic="incidents"), Words("vi", VINH))
    title, note, head, row = openpyxl.load_workbook(io.BytesIO(made)).active.iter_rows()
    assert [cell.value for cell in head][2:4] == ["Người, vai trò", "Việc"]
    assert row[5].value == "=1+1;x" and row[5].data_type == "s"
    assert row[1].value == datetime(2024, 3, 6, 7, 1) and row[1].number_format.startswith("hh")


def test_a_refused_export_leaves_no_trace_and_no_file(event):
    with refused("not_permitted", command="export_audit"):
        exported("media")
