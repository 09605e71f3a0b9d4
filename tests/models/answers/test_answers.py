"""Tests of models/answers: each transition, deadlines, and that the register names no person."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.answers.answers import (
    ALLOWED,
    MAX_FILE_BYTES,
    AnswerKind,
    Entered,
    Letter,
    LetterFile,
    State,
    Step,
    due_of,
    overdue_from,
    personal_hints,
    require_allowed,
    require_day,
    require_due,
    require_entered,
    require_file,
    require_letter,
    require_reason,
    state_of,
)
from models.refusals import Refusal

VINH = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 12, 20)
ROAD = Entered("Sửa đường liên xã", "Sở Xây dựng", "province", date(2027, 1, 17))
LETTER = Letter("answered", "Đã bố trí vốn", "12/SXD-KH", date(2026, 12, 19), "Sở Xây dựng")


def code_of(act, *args, **facts) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **facts)
    return caught.value.code


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_each_step_is_allowed_or_refused_by_its_name(state, step):
    if step in ALLOWED[state]:
        require_allowed(state, step, number=7)
        return
    with pytest.raises(Refusal) as caught:
        require_allowed(state, step, number=7)
    assert caught.value.code == "petition_step"
    facts = {"number": 7, "petition_step": step.value, "petition_state": state.value}
    assert caught.value.facts == facts


def test_the_state_follows_from_the_answer_that_counts():
    assert state_of(struck=False, answer=None) is State.OWED
    for kind in AnswerKind:
        assert state_of(struck=False, answer=replace(LETTER, kind=kind.value)).value == kind.value
    assert state_of(struck=True, answer=LETTER) is State.STRUCK


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_what_is_due_on_a_day_is_overdue_from_the_midnight_after_it(day):
    begins = overdue_from(day, VINH)
    assert begins.astimezone(VINH).date() == day + timedelta(days=1)
    assert (begins - timedelta(seconds=1)).astimezone(VINH).date() == day


def test_of_a_roadmap_the_day_that_it_promises_counts():
    promise = replace(LETTER, kind="roadmap", promised_on=date(2027, 6, 30))
    assert due_of(ROAD, promise) == date(2027, 6, 30)
    assert due_of(ROAD, LETTER) == due_of(ROAD, None) == ROAD.due_on


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Đề nghị xem xét đơn của ông Nguyễn Văn An, thôn 3", ["ông Nguyễn Văn An"]),
        ("Gọi 0912345678 hoặc 0912.345.679", ["0912345678", "0912.345.679"]),
        ("Số căn cước 040085001234", ["040085001234"]),
        ("đồng chí Lê Thị Hoa trình bày", ["đồng chí Lê Thị Hoa"]),
        ("Nâng cấp Quốc lộ 48 qua xã Châu Bình, kinh phí 1.500.000.000 đồng", []),
        ("Chế độ cho bà con vùng tái định cư Thủy điện Bản Vẽ", []),
        ("Mở rộng đường Bà Triệu", []),
        ("Đề nghị UBND tỉnh và Sở Y tế xem xét; anh em công nhân", []),
    ],
)
def test_names_and_numbers_of_people_are_found_and_offices_and_places_are_not(text, found):
    assert personal_hints(text) == found


def test_a_petition_is_whole_names_no_person_and_has_time():
    assert require_entered(replace(ROAD, body=" Sở  Xây dựng ")).body == "Sở Xây dựng"
    cases = {
        "petition_text_needed": replace(ROAD, text="…"),
        "petition_body_needed": replace(ROAD, body=""),
        "petition_field_too_long": replace(ROAD, field="x" * 121),
        "level_unknown": replace(ROAD, level="district"),
        "petition_names_person": replace(ROAD, text="Đơn của bà Trần Thị Bình"),
    }
    assert {code: code_of(require_entered, one) for code, one in cases.items()} == {
        code: code for code in cases
    }
    assert require_entered(cases["petition_names_person"], checked=True).text
    require_due(TODAY, today=TODAY)
    assert code_of(require_due, TODAY - timedelta(days=1), today=TODAY) == "petition_due_past"


def test_an_answer_is_whole_and_a_roadmap_says_until_when():
    assert require_letter(LETTER, today=TODAY) == LETTER
    later = replace(LETTER, promised_on=date(2027, 3, 1))
    assert require_letter(later, today=TODAY).promised_on is None
    roadmap = replace(later, kind="roadmap")
    assert require_letter(roadmap, today=TODAY).promised_on == date(2027, 3, 1)
    cases = {
        "answer_kind_unknown": replace(LETTER, kind="refused"),
        "answer_text_needed": replace(LETTER, text=" \u200b"),
        "answer_number_too_long": replace(LETTER, number="x" * 61),
        "answer_date_later": replace(LETTER, signed_on=TODAY + timedelta(days=1)),
        "roadmap_date_needed": replace(roadmap, promised_on=None),
        "roadmap_date_past": replace(roadmap, promised_on=TODAY),
        "petition_names_person": replace(LETTER, signer="Ông Hồ Văn Cường"),
    }
    assert {code: code_of(require_letter, one, today=TODAY) for code, one in cases.items()} == {
        code: code for code in cases
    }
    assert require_reason(" Nhầm số ") == "Nhầm số"
    assert code_of(require_reason, "") == "answer_reason_needed"


def test_a_letters_file_is_known_by_its_first_bytes():
    file = require_file(LetterFile("C:\\Thư\\cong-van.pdf", b"%PDF-1.7"))
    assert (file.name, len(file.digest)) == ("cong-van.pdf", 64)
    assert code_of(require_file, LetterFile("a.pdf", b"")) == "answer_file_empty"
    assert code_of(require_file, LetterFile("a.exe", b"MZ\x90")) == "answer_file_unknown"
    large = b"%PDF-" + bytes(MAX_FILE_BYTES)
    assert code_of(require_file, LetterFile("a.pdf", large)) == "answer_file_too_large"


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_as_it_is_written(day):
    assert require_day(f" {day.day}/{day.month}/{day.year} ") == day


@pytest.mark.parametrize("text", ["31/2/2026", "mai", "1/2", "²/1/2026", "1/1/0"])
def test_what_is_no_day_is_refused(text):
    assert code_of(require_day, text) == "day_malformed"
    assert require_day("") is None


def test_moments_of_deadlines_are_aware():
    assert overdue_from(TODAY, VINH) == datetime(2026, 12, 20, 17, tzinfo=timezone.utc)
