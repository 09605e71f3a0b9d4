"""Tests of personal data: the law's clocks, what there is of one person, erased on request."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from data.access.accounts import set_pin
from data.attendance import commands
from data.attendance.badges import replace_badge
from data.attendance.queries import headcounts_at
from data.documents.notice import notice, short_notice
from data.imports.drafts import add_import_files, begin_import
from data.personal_data.cases import (
    cases_of,
    record_breach,
    record_request,
    step_breach,
    step_request,
)
from data.personal_data.contact import set_privacy_contact
from data.personal_data.erasing import erase_delegate, erase_office
from data.personal_data.held import export_personal_data, workbook_of
from data.storage import database
from data.words import Words
from models.attendance.ledger import Delegate
from models.events.event import EventState, View, zone
from models.personal_data import CaseStep, Course, RequestKind, answer_by, course_of, due_day
from tests.data.test_commands import stored
from tests.stage import (
    DISTRICT,
    REAL,
    VAN,
    at,
    boards,
    current,
    delegate,
    give,
    item,
    manage,
    person,
    refused,
    row_counts,
)

FRIDAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 5, tzinfo=timezone.utc)


# --- the clocks ----------------------------------------------------------------------------------


def test_a_request_is_answered_in_two_working_days_and_carried_out_by_its_kind():
    assert [answer_by(FRIDAY + timedelta(days=n)).day for n in range(4)] == [1, 1, 1, 2]
    # Tết 2026 is off from Monday, 16 February, to Friday the 20th.
    assert answer_by(date(2026, 2, 13)) == date(2026, 2, 24)
    assert answer_by(date(2026, 4, 29)) == date(2026, 5, 5)  # 30 April and 1 May, then a weekend
    assert answer_by(date(2026, 9, 1)) == date(2026, 9, 4)  # the National Day
    # Hùng Vương 2026 falls on a Sunday: the Monday after it is off.
    assert answer_by(date(2026, 4, 24)) == date(2026, 4, 29)
    days = {kind: due_day(kind, FRIDAY, Course(NOON)) for kind in RequestKind}
    assert [(day - FRIDAY).days for day in days.values()] == [10, 10, 15, 20]
    assert due_day(RequestKind.ERASE, FRIDAY, Course()) == answer_by(FRIDAY)
    assert due_day(RequestKind.ERASE, FRIDAY, Course(NOON, NOON)) is None
    steps = [(CaseStep.ANSWERED, NOON), (CaseStep.REFUSED, NOON), (CaseStep.REOPENED, NOON)]
    assert [course_of(steps[:n]).refused for n in range(4)] == [False, False, True, False]
    assert course_of(steps) == Course()


def test_requests_and_breaches_are_recorded_with_their_courses_and_every_step_can_be_taken_back(
    event,
):
    one = manage(record_request, by="command", kind="erase", delegate_id=delegate(VAN), note="CV 7")
    other = manage(record_request, by="admin", kind="access", office_id=person("media").id)
    with refused("request_subject_needed"):
        manage(record_request, by="admin", kind="access")
    with refused("case_moment_unknown"):
        later = {"received_at": REAL + timedelta(days=1)}
        manage(record_request, by="admin", kind="access", delegate_id=delegate(VAN), **later)
    manage(step_request, by="admin", request_id=one.id, step="answered")
    with refused("case_step_twice"):
        manage(step_request, by="admin", request_id=one.id, step="answered")
    manage(step_request, by="admin", request_id=other.id, step="refused", note="Không phải mình")
    breach = manage(record_breach, by="command", text="Lộ danh sách in", detected_at=REAL)
    with refused("case_step_unknown"):
        manage(step_breach, by="command", breach_id=breach.id, step="refused")
    with database.reading() as session:
        found = cases_of(session, event)
    assert [(one.number, one.kind, one.note) for one in found.open_requests] == [
        (1, RequestKind.ERASE, "CV 7")
    ]
    assert [one.due - REAL for one in found.unreported] == [timedelta(hours=72)]
    manage(step_breach, by="command", breach_id=breach.id, step="answered")
    manage(step_request, by="admin", request_id=other.id, step="reopened")
    with database.reading() as session:
        found = cases_of(session, event)
    assert (len(found.open_requests), found.unreported) == (2, [])


# --- one person ----------------------------------------------------------------------------------


def seen(event) -> tuple[dict, dict]:
    moment = at("D+1 12:00")
    board = boards(moment)[0]
    del board["revision"]
    with database.reading() as session:
        return headcounts_at(session, [item("phien_chinh")], View(moment)), board


def test_a_delegate_is_shown_everything_and_erased_while_every_count_stays(event):
    title = "Bí thư Huyện ủy Nghi Lộc"
    give(commands.excuse, by="command", when="D+1 06:00", badge=DISTRICT,
         item_id=item("phien_chinh"), reason="Họp đột xuất")  # fmt: skip
    renewed = give(replace_badge, by="command", when="D+1 06:10", badge=DISTRICT)
    number = delegate(renewed.badge)
    found = give(export_personal_data, by="command", when="D+1 07:00", delegate_id=number)
    kinds = [one.kind for one in found.rows]
    assert {"badge", "title", "expected", "fact_excused", "replaced"} <= set(kinds)
    assert any("Họp đột xuất" in str(one.text) for one in found.rows)
    assert workbook_of(found, Words("vi", zone(event)))[:2] == b"PK"
    with refused("not_permitted"):
        give(erase_delegate, by="command", when="D+1 12:00", delegate_id=number)
    with database.writing() as session:  # after the event: no one is taken from a list any more
        session.get_one(type(event), event.id).state = EventState.DONE
    before = seen(event)
    give(erase_delegate, by="admin", when="D+1 12:00", delegate_id=number)
    with database.reading() as session:
        left = stored(session)
        row = session.get_one(Delegate, number)
        assert (row.title_vi, row.retired) == ("—", False)
    for text in (title, f'"{DISTRICT}"', renewed.badge, "Họp đột xuất"):
        assert text not in left, text
    assert seen(event) == before


@pytest.mark.one_database
def test_while_the_event_goes_on_one_who_is_erased_is_taken_from_the_list_first(event):
    number, place = delegate(VAN), item("phien_chinh")
    give(commands.admit, by="command", when="D+1 07:10", badge=VAN, item_id=place)
    with refused("delegate_inside"):
        give(erase_delegate, by="admin", when="D+1 07:20", delegate_id=number)
    other = delegate(DISTRICT)
    give(erase_delegate, by="admin", when="D+1 07:20", delegate_id=other)
    with database.reading() as session:
        assert session.get_one(Delegate, other).retired
    with refused("badge_unknown"):
        give(commands.admit, by="command", when="D+1 07:30", badge=DISTRICT, item_id=place)


def test_the_files_of_an_import_that_is_prepared_go_with_one_who_is_erased(event):
    name = "Nguyễn Thị Kín Đáo"
    file = f"STT;Họ và tên;Chức vụ;Đơn vị\n1;{name};Bí thư;Huyện ủy Nghi Lộc\n".encode()
    draft = manage(begin_import, by="admin", issuer="", desks=0)
    manage(add_import_files, by="admin", draft_id=draft.id, files=[("ds.csv", file)])
    give(erase_delegate, by="admin", when="D+1 06:00", delegate_id=delegate(DISTRICT))
    assert (row_counts()["importdraft"], row_counts()["importfile"]) == (0, 0)
    engine = database.engine()
    if engine.dialect.name == "sqlite":  # and its freed pages are overwritten
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        assert name.encode() not in Path(engine.url.database).read_bytes()


@pytest.mark.one_database
def test_of_who_holds_an_office_what_admits_them_and_from_where_goes(event):
    desk = person("desk.ban_1")
    manage(set_pin, by="command", person_id=desk.id)
    kinds = [one.kind for one in manage(export_personal_data, by="admin", office_id=desk.id).rows]
    assert "secret" in kinds
    manage(erase_office, by="admin", person_id=desk.id)
    kinds = [one.kind for one in manage(export_personal_data, by="admin", office_id=desk.id).rows]
    assert kinds == ["office", "acts"]


@pytest.mark.one_database
def test_the_notice_names_purpose_day_and_whom_to_ask(event):
    words = Words("vi", zone(event))
    assert "Ban Tổ chức" in notice(event, words, REAL) and "6/4/2024" in notice(event, words, REAL)
    manage(set_privacy_contact, by="admin", contact="Văn phòng, 0238 1234")
    assert notice(current(), words, REAL).endswith("Văn phòng, 0238 1234.")
    assert "0238 1234" in short_notice(current(), words, REAL)
