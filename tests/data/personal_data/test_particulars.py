"""Tests of names and telephone numbers: off until somebody turns them on, and nowhere once they are
erased.
"""

import shutil
from argparse import Namespace
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from cli import events as cli_events
from data.access import sign_ins
from data.attendance import delegates
from data.attendance.particulars import every_particulars, kinds_of, name_by_badge
from data.bootstrap import Door, create_event
from data.commands import Origin, run
from data.documents.notice import notice, short_notice
from data.events import loading
from data.events.drafted import add_drafted
from data.events.folder import write_folder
from data.events.listed import listed_events
from data.exports.commands import export_delegates, export_event
from data.exports.workbook import event_workbook
from data.imports.commands import apply_import, undo_import
from data.imports.compared import difference_of
from data.imports.drafts import add_import_files, begin_import, open_draft, preview_of
from data.imports.workbook import own_files
from data.personal_data.erasing import erase_delegate
from data.personal_data.held import export_personal_data
from data.personal_data.particulars import drop_particulars, erase_due, keep_particulars
from data.rehearsal import trials
from data.storage import database
from data.words import Words
from jobs.personal_data import INTERVAL
from jobs.personal_data import erase as erase_job
from models.access.sign_ins import UNKNOWN_CLIENT, SignIn, SignInMethod
from models.attendance.delegates import Listed
from models.attendance.particulars import Particular, Particulars, latest_day, written_phone
from models.events.event import Draft, Event, zone
from models.storage import Change
from tests.data.imports.quirks import PEOPLE, text, xlsx
from tests.data.test_commands import stored
from tests.stage import (
    REAL,
    SMALL,
    VAN,
    current,
    delegate,
    give,
    make_real,
    manage,
    person,
    refused,
)

pytestmark = pytest.mark.slow  # each looks through the whole database, and its files

LAST = date(2027, 12, 18)
"""Of an event that is still to come by the real clock, by which names are erased."""
ERASED = LAST + timedelta(days=30)
WHEN = datetime.now(timezone.utc)
HOA, HAO = "Nguyễn Thị Hoà", "Nguyễn Thị Hảo"
LIST = [
    [1, HOA, "Bí thư Đảng ủy", "Xã Anh Sơn", 912345678],
    [2, "Trần Văn Bính", "Phó Bí thư Đảng ủy", "Xã Con Cuông", "0238 3 844 111"],
]
EDITION = [[1, HAO, *LIST[0][2:4], "0987 654 321"], [2, "", *LIST[1][2:4], ""]]
SECRETS = (HOA, HAO, "Bính", "0912345678", "3 844 111", "0987 654 321", "nguyen thi ho")
KINDS = frozenset(Particular)


@pytest.fixture
def empty(db):
    """An event as the first start makes it: a name and days."""
    draft = Draft("Hội nghị thử", LAST - timedelta(days=1), LAST)
    database.run(create_event, door=Door(from_machine=True), draft=draft)


def keep(kind: str, *, by: str = "admin", **facts):
    given = {"reason": "Ban đón tiếp gọi xe", "erase_on": ERASED} | facts
    return give(keep_particulars, by=by, when=WHEN, kind=kind, **given)


def drafted(rows: list) -> int:
    """A draft with a list of delegates, or with files."""
    draft = manage(begin_import, by="admin", when=WHEN, issuer="", desks=0)
    sent = rows if isinstance(rows[0], tuple) else [("danh-sach.xlsx", xlsx([PEOPLE, *rows]))]
    manage(add_import_files, by="admin", when=WHEN, draft_id=draft.id, files=sent)
    return draft.id


def imported(rows: list):
    number = drafted(rows)
    with database.reading() as session:
        version = open_draft(session, current().id).version
    return give(apply_import, by="admin", when=WHEN, draft_id=number, version=version)


def differing(rows: list) -> list[tuple[str, object, object]]:
    drafted(rows)
    with database.reading() as session:
        event = current()
        shown = preview_of(session, open_draft(session, event.id), WHEN)
        found = difference_of(session, event, shown)
    return [(one.name, one.old, one.new) for row in found.changed for one in row.fields]


def known() -> list[Particulars]:
    with database.reading() as session:
        return list(every_particulars(session, current(), KINDS).values())


def noted(event_id: int) -> list[str]:
    """What the change log says of the event's names and telephone numbers."""
    with database.reading() as session:
        rows = select(Change.what).where(Change.event_id == event_id).order_by(col(Change.id))
        found = [str(what.get("command")) for what in session.exec(rows)]
    return [one for one in found if one.endswith("_particulars")]


def everything(session: Session) -> list[str]:
    """Which secrets any table holds."""
    left = stored(session)
    return [text for text in SECRETS if text in left]


def version_of(badge: str) -> tuple[int, Listed]:
    with database.reading() as session:
        return delegates.version_and_row(session, delegate(badge), reader=person("command"))


@pytest.mark.one_database
def test_they_stay_off_until_they_are_turned_on_with_a_reason_and_a_day_within_a_year(empty):
    imported(LIST)
    with database.reading() as session:
        assert everything(session) == [] and kinds_of(current()) == set()
    today = WHEN.astimezone(zone(current())).date()
    latest = LAST + timedelta(days=365)
    for code, facts in (
        ("not_permitted", {"by": "command"}),
        ("keeping_reason_needed", {"reason": " . "}),
        ("keeping_day_needed", {"erase_on": None}),
        ("keeping_day_past", {"erase_on": today}),
        ("keeping_day_late", {"erase_on": latest + timedelta(days=1)}),
    ):
        with refused(code):
            keep("name", **facts)
    with refused("particular_unknown"):
        keep("email")
    with refused("keeping_off"):
        manage(drop_particulars, by="admin", kind="name")
    version, row = version_of("0001G")
    with refused("particulars_off"):
        give(delegates.correct_delegate, by="command", when=WHEN, delegate_id=delegate("0001G"),
             version=version, listed=replace(row, name=HOA))  # fmt: skip
    keep("name", erase_on=latest)
    keep("name")  # another day
    words = Words("vi", zone(current()))
    assert "gọi xe" in notice(current(), words, WHEN) and "Số điện thoại" not in notice(
        current(), words, WHEN
    )
    assert words("particulars.name") in short_notice(current(), words, WHEN)
    assert latest_day(date(2023, 7, 22)) == date(2024, 7, 21)
    assert [written_phone(one) for one in ("912345678", "0912 345678")] == [
        "0912345678",
        "0912 345678",
    ]


def test_an_import_takes_them_in_its_next_edition_differs_and_they_go_on_their_day(empty):
    keep("name"), keep("phone")
    first = imported(LIST)
    # In the list's own spelling, whatever the style of all else.
    assert known() == [Particulars(HOA, "0912345678"), Particulars("Trần Văn Bính", LIST[1][4])]
    assert differing(LIST) == []
    assert differing(EDITION) == [("name", HOA, HAO), ("phone", "0912345678", "0987 654 321")]
    second = imported(EDITION)
    version, row = version_of("0001G")
    assert (version, row.name, row.phone) == (2, HAO, "0987 654 321")
    give(undo_import, by="admin", when=WHEN, import_id=second.id)
    assert version_of("0001G")[1].name == HOA
    imported(EDITION)
    found = give(export_personal_data, by="admin", when=WHEN, delegate_id=delegate("0001G"))
    assert {"name", "phone", "name_before"} <= {one.kind for one in found.rows}
    facts = {"delegate_id": delegate("0001G"), "listed": replace(row, name="Nguyễn Thị Hạo")}
    give(delegates.correct_delegate, by="command", when=WHEN, version=4, **facts)
    with refused("delegate_moved", version=5):
        give(delegates.correct_delegate, by="admin", when=WHEN, version=4, **facts)
    with database.reading() as session:
        rows = delegates.roster_rows
        event = current()
        found = rows(session, event, query="thi hao", reader=person("command"), limit=9)
        assert [one.name for one in found] == ["Nguyễn Thị Hạo"]
        assert rows(session, event, query="thi hao", reader=person("committee"), limit=9) == []
        assert rows(session, event, limit=9)[0].name == ""
        assert name_by_badge(session, event, person("media"), "0001G") == ""
        log = list(session.connection().exec_driver_sql('SELECT what FROM "change"'))
        assert not any(text in str(log) for text in SECRETS)
    drafted(EDITION)  # left open, with its file
    day = datetime.combine(ERASED, datetime.min.time(), zone(current()))
    assert database.run(erase_due, now=day - timedelta(seconds=1)) == 0
    assert len(known()) == 2
    assert database.run(erase_due, now=day) == 4
    with database.reading() as session:
        assert everything(session) == [] and not current().particulars
        assert open_draft(session, current().id) is None
    assert database.run(erase_due, now=day) == 0
    assert first.id


@pytest.mark.one_database
def test_a_rehearsal_which_anyone_may_enter_keeps_none_and_takes_none(event, tmp_path):
    with refused("keeping_in_rehearsal"):
        keep("name")
    folder = tmp_path / "named"
    shutil.copytree(SMALL, folder)
    with (folder / "event.toml").open("a", encoding="utf-8") as file:
        day = event.last_day + timedelta(days=9)
        file.write(f'\n[particulars.name]\nreason = "Gọi xe"\nerase_on = {day}\n')
    roster = (folder / "roster.csv").read_text(encoding="utf-8-sig").splitlines()
    lines = [f"{roster[0]},name", *(f"{line},{HOA}" for line in roster[1:])]
    (folder / "roster.csv").write_text("\n".join(lines), encoding="utf-8")
    early = datetime.combine(event.last_day, datetime.min.time(), timezone.utc)
    database.run(loading.load_event, folder=folder, rehearsal=True, now=early)
    with database.reading() as session:
        assert HOA not in stored(session) and not current().particulars
    kept = {"name": {"reason": "Gọi xe", "erase_on": "2999-01-01"}}
    with database.writing() as session:  # one of an earlier version
        session.get_one(Event, current().id).particulars = kept
    assert kinds_of(current()) == set()
    database.run(erase_due, now=WHEN)
    assert not current().particulars


@pytest.mark.one_database
def test_they_go_out_with_the_event_and_come_back_for_those_alone_who_may_read_them(
    event, tmp_path, capsys
):
    database.run(make_real, last_day=LAST)
    until = WHEN.date() + timedelta(days=30)
    keep("name", erase_on=until), keep("phone", erase_on=until)
    version, row = version_of(VAN)
    listed = replace(row, name=HOA, phone="0912345678")
    give(delegates.correct_delegate, by="command", when="D-1 08:00", delegate_id=delegate(VAN),
         version=version, listed=listed)  # fmt: skip
    before, event = known(), current()
    out = manage(export_event, by="admin", when=WHEN, language="vi")
    table = next(one for one in out.tables if one.kind == "delegates")
    cells = {text for line in table.lines for text in line.cells.values()}
    assert {HOA, "0912345678"} <= cells and {"name", "phone"} <= dict(table.columns).keys()
    taken = manage(export_delegates, by="committee", when=WHEN, language="vi")
    assert not any(text in str(taken.table) for text in (HOA, "0912345678"))
    folder = tmp_path / "out"
    write_folder(out.files, folder)
    assert loading.problems_of(folder, now=WHEN) == []
    facts = {"rehearsal": False, "now": WHEN, "replaces": event.slug}
    xlsx_file = event_workbook(event, out.files, out.tables, Words("vi", zone(event)))
    for files in (folder, own_files("event.xlsx", xlsx_file)):
        database.run(loading.load_event, folder=files, **facts)
        assert not current().particulars and known() == []
        database.run(loading.load_event, folder=files, **facts, keep_names=True)
        assert current().particulars == event.particulars and known() == before
        assert noted(current().id) == ["keep_particulars"] * 2
    again = {"folder": folder, "replace": True, "name": event.slug, "keep_names": False}
    cli_events.load(Namespace(**again))
    assert "--keep-names" in capsys.readouterr().out and not current().particulars
    database.run(loading.load_event, folder=folder, **facts, keep_names=True)
    settings = (folder / "event.toml").read_text(encoding="utf-8")
    late = settings.replace(f"erase_on = {until}", "erase_on = 2990-01-01")
    (folder / "event.toml").write_text(late, encoding="utf-8")
    codes = [one.code for one in loading.problems_of(folder, now=WHEN)]
    assert {*codes} == {"keeping_day_late"}
    manage(drop_particulars, by="admin", when=WHEN, kind="name")
    manage(drop_particulars, by="admin", when=WHEN, kind="phone")
    out = manage(export_event, by="admin", when=WHEN, language="vi")
    assert not any(text in f"{out.files}{out.tables}" for text in (HOA, "0912345678"))


@pytest.mark.one_database
def test_from_the_morning_of_its_day_on_no_notice_says_that_it_is_kept_and_none_comes_back(empty):
    keep("name"), keep("phone")
    imported(LIST)
    words, today = Words("vi", zone(current())), datetime.now(zone(current())).date()
    last = imported(EDITION)
    with database.writing() as session:
        event = session.get_one(Event, current().id)
        past = {"reason": "Gọi xe", "erase_on": today.isoformat()}
        event.particulars = {**event.particulars, "name": past}
    for said in (notice(current(), words, WHEN), short_notice(current(), words, WHEN)):
        assert words("particulars.name") not in said and words("particulars.phone") in said
    give(undo_import, by="admin", when=WHEN, import_id=last.id)  # before the job has looked
    assert version_of("0001G")[1].phone == "0912345678"
    keep("name")
    assert {one.name for one in known()} == {""}


def test_what_is_erased_is_in_no_file_of_the_database_also_where_a_reader_held_its_log(empty):
    engine = database.engine()
    if engine.dialect.name != "sqlite":
        return
    file = Path(engine.url.database)

    def in_files() -> list[str]:
        log = file.with_name(f"{file.name}-wal")
        held = file.read_bytes() + (log.read_bytes() if log.exists() else b"")
        return [text for text in SECRETS if text.encode() in held]

    as_text = [("danh-sach.csv", text([PEOPLE, *LIST]).encode())]
    number = drafted(as_text)
    assert "Bính" in in_files()
    with database.reading() as session:
        version = open_draft(session, current().id).version
    give(apply_import, by="admin", when=WHEN, draft_id=number, version=version)
    assert in_files() == [], "what an import leaves out is kept in no file of it either"
    keep("name"), keep("phone")
    imported(LIST)
    assert "Bính" in in_files()
    give(erase_delegate, by="admin", when=WHEN, delegate_id=delegate("0001G"))
    assert HOA not in in_files() and not database.log_holds_erased
    with database.reading() as session:
        assert session.exec(select(Event)).first()  # this moment is read for as long as it lasts
        manage(drop_particulars, by="admin", when=WHEN, kind="name")
        assert database.log_holds_erased and erase_job() < INTERVAL
    assert erase_job() == INTERVAL
    assert in_files() == ["3 844 111"]


@pytest.mark.one_database
def test_what_an_event_holds_that_is_not_current_any_more_is_erased_from_where_one_works(empty):
    keep("name"), keep("phone")
    imported(LIST)
    former = current()
    database.run(add_drafted, draft=Draft("Lễ kỷ niệm", LAST, LAST), now=WHEN)
    with database.reading() as session:
        held = {one.id: set(one.keeps) for one in listed_events(session)}
    assert held == {former.id: set(KINDS), current().id: set()}
    with refused("keeping_off", kind="name"):
        manage(drop_particulars, by="admin", when=WHEN, kind="name")
    with database.writing() as session:
        how = {"how": SignInMethod.INVITATION, "client_info": UNKNOWN_CLIENT, "now": WHEN}
        entered = sign_ins.begin(session, person("admin"), **how)
        number = sign_ins.sign_in_of(session, entered, now=WHEN)
        session.get_one(SignIn, number).rehearsal = True
    anyone = Origin(person("admin"), number)
    with refused("not_permitted", command="keep_particulars"):
        run(anyone, drop_particulars, kind="name", event_id=former.id)
    manage(drop_particulars, by="admin", when=WHEN, kind="name", event_id=former.id)
    with database.reading() as session:
        left = every_particulars(session, former, KINDS).values()
        assert {bool(one.name) for one in left} == {False} and any(one.phone for one in left)


def test_turned_off_or_asked_to_be_erased_they_go_at_once_and_no_trial_holds_them(empty):
    keep("name"), keep("phone")
    imported(LIST)
    last = imported([LIST[0], [2, "Trần Bính", *LIST[1][2:]]])
    give(trials.make_trial, by="admin", when=WHEN, event_id=current().id)
    with database.reading() as session:
        trial = session.exec(select(Event).where(Event.origin_id == current().id)).one()
        assert not trial.particulars and not every_particulars(session, trial, KINDS)
    give(erase_delegate, by="admin", when=WHEN, delegate_id=delegate("0001G"))
    assert Particulars() in known() and Particulars("Trần Bính", LIST[1][4]) in known()
    drafted(LIST)
    version, row = version_of("0002K")
    assert row.name == "Trần Bính"
    manage(drop_particulars, by="admin", when=WHEN, kind="name")
    assert kinds_of(current()) == {Particular.PHONE}
    with database.reading() as session:
        assert everything(session) == ["3 844 111"]
        assert open_draft(session, current().id) is None
    keep("name")  # a form that was open meanwhile, and the undoing of an import, bring none back
    with refused("delegate_moved", version=version + 1):
        give(delegates.correct_delegate, by="command", when=WHEN, delegate_id=delegate("0002K"),
             version=version, listed=replace(row, title_vi="Bí thư"))  # fmt: skip
    manage(drop_particulars, by="admin", when=WHEN, kind="name")
    give(undo_import, by="admin", when=WHEN, import_id=last.id)
    manage(drop_particulars, by="admin", when=REAL, kind="phone")
    with database.reading() as session:
        assert everything(session) == []
